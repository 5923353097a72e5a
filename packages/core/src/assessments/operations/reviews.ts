/** What graders do with attempts: the queue, grades, corrections, regrades. Source: ASM-17 to ASM-19, ASM-21. */
import { Schema } from "effect"
import { Instant } from "../../shared/instant.ts"
import { command, Done, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { prose, Reason } from "../../shared/text.ts"
import * as errors from "../errors.ts"
import { Correction, CorrectionAct, RegradePolicy } from "../model/attempt.ts"
import { GradingAudit } from "../model/audit.ts"
import { AssessmentId, AttemptId, QuestionId } from "../model/ids.ts"
import { AttemptForReview, QueueEntry, RegradeOutcome, ReviewClaim } from "../model/review.ts"

const byId = Schema.Struct({ attemptId: AttemptId })
/** Absent: of all that one may grade, which is those in one's own courses with `assessments:grade` there alone. */
const ofAssessment = { assessmentId: Schema.optionalKey(AssessmentId) }

/** The noun `reviews`. All of it takes `assessments:grade`. */
export const reviewOperations = {
  /** What waits for a person, the longest handed in first. */
  queue: query("reviews.queue", {
    input: Schema.Struct({ ...ofAssessment, ...pageFields }),
    output: page(QueueEntry),
    refusals: [errors.AssessmentNotFound]
  }),
  progress: query("reviews.progress", {
    input: Schema.Struct({
      ...ofAssessment,
      /** From when on graded ones are counted; the last 24 hours when absent. */
      since: Schema.optionalKey(Instant)
    }),
    output: Schema.Struct({
      waiting: Schema.Natural,
      /** Of those that wait, taken by somebody now. */
      claimed: Schema.Natural,
      /** Graded by a person since then. */
      graded: Schema.Natural,
      /** When the one that waits longest was handed in. */
      oldest: Schema.optionalKey(Instant)
    }),
    refusals: [errors.AssessmentNotFound]
  }),
  /** An attempt that was handed in, with the keys of its questions. */
  get: query("reviews.get", {
    input: byId,
    output: AttemptForReview,
    refusals: [errors.AttemptNotFound, errors.AttemptNotOpen, errors.SnapshotCorrupt]
  }),
  /** Takes a waiting attempt for 30 minutes; taking one's own again begins them anew. */
  claim: command("reviews.claim", {
    input: byId,
    output: ReviewClaim,
    refusals: [errors.AttemptNotFound, errors.AttemptNotOpen, errors.ReviewClaimed]
  }),
  /** Gives it back before its time. */
  release: command("reviews.release", {
    input: byId,
    output: Done,
    refusals: [errors.AttemptNotFound, errors.ReviewClaimed]
  }),
  /** From `submitted` to `needs_review`: the source's `enqueue_for_manual_review`. */
  enqueue: command("reviews.enqueue", {
    input: byId,
    output: QueueEntry,
    refusals: [errors.AttemptNotFound, errors.AttemptNotOpen]
  }),
  /** What became of an attempt's grades, in the order it happened. */
  trail: query("reviews.trail", {
    input: byId,
    output: Schema.Struct({ items: Schema.Array(GradingAudit) }),
    refusals: [errors.AttemptNotFound]
  })
}

/** Points as people write them: `4.5` and `4,5` are the same. */
const DecimalText = Schema.String.check(Schema.isMaxLength(100))

/** What graders add to the noun `attempts`. It takes `assessments:grade`. */
export const gradingOperations = {
  /**
   * A person's grade; every item that waits for one needs points. The same grade twice changes nothing, another one is a
   * regrade and needs a reason. Never of one's own attempt.
   */
  grade: command("attempts.grade", {
    input: Schema.Struct({
      attemptId: AttemptId,
      /** What the grader saw last. */
      revision: Schema.Natural,
      grades: Schema.Array(
        Schema.Struct({
          questionId: QuestionId,
          points: DecimalText,
          feedback: Schema.optionalKey(prose(20_000))
        })
      ).check(Schema.isMaxLength(1000)),
      feedback: Schema.optionalKey(prose(20_000)),
      reason: Schema.optionalKey(Reason)
    }),
    output: AttemptForReview,
    refusals: [
      errors.AttemptNotFound,
      errors.AttemptNotOpen,
      errors.ItemsUngraded,
      errors.ReviewClaimed,
      errors.SnapshotCorrupt
    ]
  }),
  /** Grades graded attempts again by the corrections in force, a part at a time, newest first; `next` goes on. */
  regrade: command("attempts.regrade", {
    input: Schema.Struct({
      assessmentId: AssessmentId,
      /** Absent: all graded ones of the assessment. */
      attemptIds: Schema.optionalKey(
        Schema.Array(AttemptId).check(Schema.isMinLength(1), Schema.isMaxLength(100))
      ),
      policy: RegradePolicy,
      reason: Reason,
      /** Tells what would change and changes nothing. */
      dryRun: Schema.optionalKey(Schema.Boolean),
      ...pageFields
    }),
    output: page(RegradeOutcome),
    refusals: [errors.AssessmentNotFound, errors.AttemptNotFound]
  })
}

/** The noun `corrections`. It takes `assessments:grade`. */
export const correctionOperations = {
  /** Oldest first; of several of one question the last counts. */
  list: query("corrections.list", {
    input: Schema.Struct({ assessmentId: AssessmentId }),
    output: Schema.Struct({ items: Schema.Array(Correction) }),
    refusals: [errors.AssessmentNotFound]
  }),
  /**
   * Decides about a question that was asked. It holds for what is graded from now on; what was graded is graded again by
   * `attempts.regrade`. What is decided so already is answered as it is.
   */
  add: command("corrections.add", {
    input: Schema.Struct({
      assessmentId: AssessmentId,
      questionId: QuestionId,
      act: CorrectionAct,
      reason: Reason
    }),
    output: Correction,
    refusals: [errors.AssessmentNotFound, errors.CorrectionRefused]
  })
}

export type GradeAttempt = (typeof gradingOperations.grade)["input"]["Type"]
export type RegradeAttempts = (typeof gradingOperations.regrade)["input"]["Type"]
