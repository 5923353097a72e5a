/** What learners are shown of their attempts: shapes without room for what they may not know. Source: ASM-9, ASM-10. */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { prose } from "../../shared/text.ts"
import { AttemptStatus, Responses } from "./attempt.ts"
import { AssessmentId, AttemptId, QuestionId } from "./ids.ts"
import { ChoiceId, Keys, Points, questionTypes, scorings } from "./question.ts"

const Shown = Schema.Array(Schema.Struct({ id: ChoiceId, text: prose(2000) }))

/** A question without its key, its explanation and the author's names. */
export const ShownItem = Schema.Struct({
  type: Schema.Literals(questionTypes),
  questionId: QuestionId,
  isRequired: Schema.Boolean,
  body: prose(20_000),
  points: Points,
  multiple: Schema.optionalKey(Schema.Boolean),
  choices: Schema.optionalKey(Shown),
  stems: Schema.optionalKey(Shown),
  targets: Schema.optionalKey(Shown),
  /** How points are counted, so that nobody is surprised by a penalty. */
  scoring: Schema.optionalKey(Schema.Literals([...new Set(Object.values(scorings).flat())]))
}).annotate({ identifier: "ShownItem" })
export type ShownItem = typeof ShownItem.Type

const attempt = {
  id: AttemptId,
  assessmentId: AssessmentId,
  attemptNo: Schema.Int,
  revision: Schema.Natural,
  startedAt: Instant
}

/** A running attempt: what is asked, what was saved, and the time that is left by our clock. */
export const RunningView = Schema.Struct({
  status: Schema.Literal("in_progress"),
  ...attempt,
  deadline: Schema.optionalKey(Instant),
  /** Whole milliseconds to the deadline, never below 0; absent without one. */
  remainingMillis: Schema.optionalKey(Schema.Natural),
  items: Schema.Array(ShownItem),
  responses: Responses
}).annotate({ identifier: "RunningAttempt" })
export type RunningView = typeof RunningView.Type

const AnyKey = Schema.Union([
  Keys.mcq,
  Keys.true_false,
  Keys.matching,
  Keys.ordering,
  Keys.numeric,
  Keys.short_text
])

/** An item of an ended attempt: beyond what it asked, what the review options show by now. */
export const ReviewedItem = Schema.Struct({
  ...ShownItem.fields,
  correctAnswers: Schema.optionalKey(AnyKey),
  explanation: Schema.optionalKey(prose(20_000)),
  /** In hundredths of a point, rounded half up; the exact ones are kept. */
  pointsHundredths: Schema.optionalKey(Schema.Natural),
  maxPoints: Schema.optionalKey(Points),
  feedback: Schema.optionalKey(prose(20_000))
}).annotate({ identifier: "ReviewedItem" })

export const EndedView = Schema.Struct({
  status: Schema.Literals(["submitted", "needs_review", "graded", "abandoned", "expired"]),
  ...attempt,
  endedAt: Instant,
  timeSpentSec: Schema.Natural,
  autoSubmitted: Schema.Boolean,
  /** Hundredths of a percent, never shown as passing when it is not (ASM-15). */
  percentageHundredths: Schema.optionalKey(Schema.Natural),
  passed: Schema.optionalKey(Schema.Boolean),
  feedback: Schema.optionalKey(prose(20_000)),
  responses: Schema.optionalKey(Responses),
  items: Schema.Array(ReviewedItem)
}).annotate({ identifier: "EndedAttempt" })
export type EndedView = typeof EndedView.Type

/** An attempt in a list. */
export const AttemptSummary = Schema.Struct({
  ...attempt,
  userId: UserId,
  status: AttemptStatus,
  deadline: Schema.optionalKey(Instant),
  /** When it ended or was handed in. */
  endedAt: Schema.optionalKey(Instant),
  /** As far as it is graded, and shown to who asks. */
  percentageHundredths: Schema.optionalKey(Schema.Natural),
  passed: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "AttemptSummary" })
export type AttemptSummary = typeof AttemptSummary.Type

/** Empty while no attempt is graded, or its score is not shown yet. */
export const FinalGradeView = Schema.Struct({
  percentageHundredths: Schema.optionalKey(Schema.Natural),
  passed: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ShownGrade" })
export type FinalGradeView = typeof FinalGradeView.Type
