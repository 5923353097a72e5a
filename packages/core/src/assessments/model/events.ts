/** What attempts tell others. Events carry ids and outcomes, never answers. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { Rational } from "../../shared/rational.ts"
import { AssessmentType, Scope } from "./assessment.ts"
import { AssessmentId, AttemptId, CorrectionId, QuestionId } from "./ids.ts"

const attempt = {
  attemptId: AttemptId,
  assessmentId: AssessmentId,
  userId: UserId,
  attemptNo: Schema.Int,
  type: AssessmentType,
  scope: Scope
}
const result = { score: Rational, maxScore: Rational, passed: Schema.Boolean }
const About = Schema.Struct(attempt)
type About = typeof About.Type

/** Events of one learner at one assessment are handled in order: a certificate must not overtake its successor. */
const key = ({ assessmentId, userId }: About): string => `assessment:${assessmentId}:user:${userId}`
const subjects = ({ assessmentId, attemptId, scope, userId }: About): Readonly<Record<string, string>> => ({
  attemptId,
  assessmentId,
  userId,
  ...(scope.scope === "lesson" ? { lessonId: scope.lessonId } : { courseId: scope.courseId })
})

export const AttemptStarted = defineEvent("assessments.attempt_started", {
  payload: Schema.Struct({ ...attempt, deadline: Schema.optionalKey(Instant) }),
  key,
  subjects
})
/** Handed in, by the learner or by the clock; told also when the same moment brings the grade. */
export const AttemptSubmitted = defineEvent("assessments.attempt_submitted", {
  payload: Schema.Struct({ ...attempt, submittedAt: Instant, autoSubmitted: Schema.Boolean }),
  key,
  subjects
})
export const ReviewEnqueued = defineEvent("assessments.review_enqueued", { payload: About, key, subjects })
export const AttemptGraded = defineEvent("assessments.attempt_graded", {
  payload: Schema.Struct({
    ...attempt,
    ...result,
    gradedAt: Instant,
    by: Schema.Literals(["machine", "person"])
  }),
  key,
  subjects
})
export const AttemptRegraded = defineEvent("assessments.attempt_regraded", {
  payload: Schema.Struct({
    ...attempt,
    before: Schema.Struct(result),
    after: Schema.Struct(result),
    reason: Schema.String
  }),
  key,
  subjects
})
export const AttemptAbandoned = defineEvent("assessments.attempt_abandoned", {
  payload: About,
  key,
  subjects
})
/** The clock ended it and nothing was graded. */
export const AttemptExpired = defineEvent("assessments.attempt_expired", { payload: About, key, subjects })
export const DeadlineChanged = defineEvent("assessments.deadline_changed", {
  payload: Schema.Struct({
    ...attempt,
    before: Schema.optionalKey(Instant),
    after: Schema.optionalKey(Instant)
  }),
  key,
  subjects
})
/** Something was decided about a question after it was asked; what, the correction says. */
export const CorrectionMade = defineEvent("assessments.correction_made", {
  payload: Schema.Struct({
    correctionId: CorrectionId,
    assessmentId: AssessmentId,
    questionId: QuestionId,
    kind: Schema.Literals(["mended", "dropped", "full_points"])
  }),
  key: ({ assessmentId }) => `assessment:${assessmentId}`,
  subjects: ({ assessmentId, questionId }) => ({ assessmentId, questionId })
})
