/** What graders see and do: the queue, an attempt with its keys, regrades, figures. Source: ASM-17, ASM-18, ASM-21, ASM-25. */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { Rational } from "../../shared/rational.ts"
import { line, prose } from "../../shared/text.ts"
import { Answer, CorrectionAct, ItemGrade } from "./attempt.ts"
import { AssessmentId, AttemptId, QuestionId } from "./ids.ts"
import { SnapshotItem } from "./snapshot.ts"

/** Who works on a waiting attempt, and until when nobody else does. */
export const ReviewClaim = Schema.Struct({ grader: UserId, until: Instant }).annotate({
  identifier: "ReviewClaim"
})
export type ReviewClaim = typeof ReviewClaim.Type

const named = { attemptId: AttemptId, assessmentId: AssessmentId, userId: UserId, attemptNo: Schema.Int }

/** A place in the queue. `submitted` waits for its grades as `needs_review` does (ASM-28). */
export const QueueEntry = Schema.Struct({
  ...named,
  title: line(200),
  status: Schema.Literals(["submitted", "needs_review"]),
  revision: Schema.Natural,
  submittedAt: Instant,
  autoSubmitted: Schema.Boolean,
  /** Absent when nobody has taken it, or no longer. */
  claim: Schema.optionalKey(ReviewClaim)
}).annotate({ identifier: "QueueEntry" })
export type QueueEntry = typeof QueueEntry.Type

/** A grade that several attempts come to (ASM-20). */
export const FinalGrade = Schema.Struct({
  /** Exact percent. */
  percentage: Rational,
  passed: Schema.Boolean
}).annotate({ identifier: "FinalGrade" })

/** One answer as its grader sees it: what was asked with its key, and what it earned so far. */
export const ReviewItem = Schema.Struct({
  question: SnapshotItem,
  answer: Schema.optionalKey(Answer),
  /** What was decided about the question for everyone. */
  correction: Schema.optionalKey(CorrectionAct),
  /** What it is worth as things stand; absent while it waits for a person. */
  grade: Schema.optionalKey(ItemGrade)
}).annotate({ identifier: "ReviewItem" })

/** A handed-in attempt as its grader sees it. */
export const AttemptForReview = Schema.Struct({
  ...named,
  title: line(200),
  status: Schema.Literals(["submitted", "needs_review", "graded"]),
  revision: Schema.Natural,
  startedAt: Instant,
  submittedAt: Instant,
  timeSpentSec: Schema.Natural,
  autoSubmitted: Schema.Boolean,
  items: Schema.Array(ReviewItem),
  gradedAt: Schema.optionalKey(Instant),
  gradedBy: Schema.optionalKey(UserId),
  score: Schema.optionalKey(Rational),
  maxScore: Schema.optionalKey(Rational),
  passed: Schema.optionalKey(Schema.Boolean),
  feedback: Schema.optionalKey(prose(20_000)),
  /** What the learner's graded attempts at this assessment come to. */
  finalGrade: Schema.optionalKey(FinalGrade),
  claim: Schema.optionalKey(ReviewClaim)
}).annotate({ identifier: "AttemptForReview" })
export type AttemptForReview = typeof AttemptForReview.Type

const Result = Schema.Struct({ score: Rational, maxScore: Rational, passed: Schema.Boolean })

/** What a regrade does to one attempt, old beside new. */
export const RegradeOutcome = Schema.Struct({
  ...named,
  /**
   * `kept`: it would be lower, or would have no points left to earn. `corrupt`: its questions are not those it began
   * with (ASM-8). `not_graded`: it is not graded, so there is nothing to grade again.
   */
  outcome: Schema.Literals(["changed", "unchanged", "kept", "corrupt", "not_graded"]),
  before: Schema.optionalKey(Result),
  after: Schema.optionalKey(Result),
  finalBefore: Schema.optionalKey(FinalGrade),
  finalAfter: Schema.optionalKey(FinalGrade)
}).annotate({ identifier: "RegradeOutcome" })
export type RegradeOutcome = typeof RegradeOutcome.Type

/** How a question measures. Figures are absent where nothing can be said. */
export const QuestionFigures = Schema.Struct({
  questionId: QuestionId,
  /** Graded attempts that were asked it and counted it. */
  count: Schema.Natural,
  facility: Schema.optionalKey(Schema.Finite),
  discrimination: Schema.optionalKey(Schema.Finite),
  /** How often each choice was picked, by the author's name of it. */
  picked: Schema.Array(Schema.Struct({ choice: Schema.String, count: Schema.Natural })),
  /** What its author expects it to take; how long learners take for one question is not measured. */
  estimatedTimeSec: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "QuestionFigures" })
export type QuestionFigures = typeof QuestionFigures.Type

export const AssessmentFigures = Schema.Struct({
  assessmentId: AssessmentId,
  /** Graded attempts that the figures are of: the newest ones. */
  count: Schema.Natural,
  /** True when there are older ones that were left out. */
  more: Schema.Boolean,
  alpha: Schema.optionalKey(Schema.Finite),
  /** In points. */
  standardError: Schema.optionalKey(Schema.Finite),
  medianTimeSpentSec: Schema.optionalKey(Schema.Finite),
  /** The sum over its questions of today; absent unless each has an estimate. */
  estimatedTimeSec: Schema.optionalKey(Schema.Int),
  questions: Schema.Array(QuestionFigures)
}).annotate({ identifier: "AssessmentFigures" })
export type AssessmentFigures = typeof AssessmentFigures.Type
