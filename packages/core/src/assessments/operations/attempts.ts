/** Every use case of the noun `attempts`. Source: ASM-1, ASM-6, ASM-9 to ASM-13, ASM-20, OPS-4. */
import { Schema } from "effect"
import { Locked, NoRule, NotYetOpen, ReadingTakesSignIn, TierRequired } from "../../access/index.ts"
import { CourseNotFound, LessonNotFound } from "../../content/index.ts"
import { UserId } from "../../shared/id.ts"
import { command, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { line } from "../../shared/text.ts"
import * as errors from "../errors.ts"
import { Attempt, Responses } from "../model/attempt.ts"
import { AssessmentId, AttemptId } from "../model/ids.ts"
import { AttemptSummary, EndedView, FinalGradeView, RunningView } from "../model/views.ts"

const byId = { attemptId: AttemptId }
const reading = [CourseNotFound, LessonNotFound, ReadingTakesSignIn, TierRequired, NoRule, Locked, NotYetOpen]

export const attemptOperations = {
  /** Begins an attempt, or answers the one that runs. */
  start: command("attempts.start", {
    input: Schema.Struct({ assessmentId: AssessmentId }),
    output: Schema.Struct({
      /** True when it ran already: nothing was changed. */
      resumed: Schema.Boolean,
      attempt: RunningView
    }),
    refusals: [
      ...reading,
      errors.AssessmentNotFound,
      errors.AwaitingReview,
      errors.NotPublished,
      errors.NotOpenYet,
      errors.Closed,
      errors.PreviewOnly,
      errors.PrerequisitesUnmet,
      errors.RetakeTooSoon,
      errors.AttemptLimitReached,
      errors.SnapshotCorrupt
    ]
  }),
  /** One's own: as it runs, with the time that is left, or what the review options show of it by now. Changes nothing. */
  get: query("attempts.get", {
    input: Schema.Struct(byId),
    output: Schema.Union([RunningView, EndedView]),
    refusals: [errors.AttemptNotFound, errors.SnapshotCorrupt]
  }),
  /** All that is kept of it, keys among it. Takes `assessments:grade`. */
  inspect: query("attempts.inspect", {
    input: Schema.Struct(byId),
    output: Attempt,
    refusals: [errors.AttemptNotFound, errors.SnapshotCorrupt]
  }),
  /** Keeps answers; those that are not named stay. */
  save: command("attempts.save", {
    input: Schema.Struct({
      ...byId,
      revision: Schema.Natural,
      responses: Responses,
      /** True for a save by the page itself: a stale one is ignored, where one by hand is refused. Absent: by hand. */
      auto: Schema.optionalKey(Schema.Boolean)
    }),
    output: Schema.Struct({
      /** True when somebody saved since the revision that was named: nothing was changed. */
      ignored: Schema.Boolean,
      revision: Schema.Natural
    }),
    refusals: [errors.AttemptNotFound, errors.AttemptNotOpen, errors.DeadlinePassed, errors.SnapshotCorrupt]
  }),
  /** Hands it in. Again: the first result. */
  submit: command("attempts.submit", {
    input: Schema.Struct({
      ...byId,
      revision: Schema.Natural,
      /** Absent: what was saved. */
      responses: Schema.optionalKey(Responses),
      sessionId: Schema.optionalKey(line(200))
    }),
    output: EndedView,
    refusals: [
      errors.AttemptNotFound,
      errors.AttemptNotOpen,
      errors.DeadlinePassed,
      errors.RequiredUnanswered,
      errors.SnapshotCorrupt
    ]
  }),
  /** Gives it up; it counts against the limit. Again: the same. */
  abandon: command("attempts.abandon", {
    input: Schema.Struct(byId),
    output: EndedView,
    refusals: [errors.AttemptNotFound, errors.AttemptNotOpen, errors.DeadlinePassed, errors.SnapshotCorrupt]
  }),
  /** One's own, newest first. */
  list: query("attempts.list", {
    input: Schema.Struct({ assessmentId: Schema.optionalKey(AssessmentId), ...pageFields }),
    output: page(AttemptSummary)
  }),
  /** Of an assessment, or of one learner at it, newest first. Takes `assessments:grade`. */
  listOf: query("attempts.list_of", {
    input: Schema.Struct({
      assessmentId: AssessmentId,
      userId: Schema.optionalKey(UserId),
      ...pageFields
    }),
    output: page(AttemptSummary),
    refusals: [errors.AssessmentNotFound]
  }),
  /** By the assessment's policy, over graded attempts. One's own, as far as it is shown; others' take `assessments:grade`. */
  finalGrade: query("attempts.final_grade", {
    input: Schema.Struct({
      assessmentId: AssessmentId,
      /** Absent: one's own. */
      userId: Schema.optionalKey(UserId)
    }),
    output: FinalGradeView,
    refusals: [errors.AssessmentNotFound]
  }),
  /** Stores the end of those that the clock has ended, the longest over first. Takes `operations.manage`. */
  sweepExpired: command("attempts.sweep_expired", {
    input: Schema.Struct({
      /** At most so many; 100 when absent. */
      limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })))
    }),
    output: Schema.Struct({
      ended: Schema.Int,
      /** True when the limit was reached: sweep again. */
      more: Schema.Boolean
    })
  })
}
