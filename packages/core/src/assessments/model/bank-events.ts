/** What authoring tells others: which question or assessment, never what is right. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { AssessmentType, Scope } from "./assessment.ts"
import { AssessmentId, QuestionId } from "./ids.ts"
import { questionTypes } from "./question.ts"

const question = { questionId: QuestionId, type: Schema.Literals(questionTypes), questionVersion: Schema.Int }
const ofQuestion = {
  key: ({ questionId }: { readonly questionId: QuestionId }) => `question:${questionId}`,
  subjects: ({ questionId }: { readonly questionId: QuestionId }) => ({ questionId })
}

export const QuestionCreated = defineEvent("assessments.question_created", {
  payload: Schema.Struct(question),
  ...ofQuestion
})
export const QuestionChanged = defineEvent("assessments.question_changed", {
  payload: Schema.Struct({
    ...question,
    /** Absent: what is asked is still the same, its category, tags or the like have changed. */
    contentBefore: Schema.optionalKey(Schema.Int)
  }),
  ...ofQuestion
})
export const QuestionDeleted = defineEvent("assessments.question_deleted", {
  payload: Schema.Struct(question),
  ...ofQuestion
})

const About = Schema.Struct({
  assessmentId: AssessmentId,
  scope: Scope,
  type: AssessmentType,
  givesCertificate: Schema.Boolean,
  version: Schema.Int
})
type About = typeof About.Type
const ofAssessment = {
  key: ({ assessmentId }: About) => `assessment:${assessmentId}`,
  subjects: ({ assessmentId, scope }: About): Readonly<Record<string, string>> => ({
    assessmentId,
    ...(scope.scope === "lesson" ? { lessonId: scope.lessonId } : { courseId: scope.courseId })
  })
}

export const AssessmentCreated = defineEvent("assessments.assessment_created", {
  payload: About,
  ...ofAssessment
})
export const AssessmentChanged = defineEvent("assessments.assessment_changed", {
  payload: About,
  ...ofAssessment
})
/** It asks these from now on, in this order; running attempts ask what they began with. */
export const ItemsSet = defineEvent("assessments.items_set", {
  payload: Schema.Struct({ ...About.fields, questionIds: Schema.Array(QuestionId) }),
  ...ofAssessment
})
export const AssessmentPublished = defineEvent("assessments.assessment_published", {
  payload: About,
  ...ofAssessment
})
export const AssessmentUnpublished = defineEvent("assessments.assessment_unpublished", {
  payload: About,
  ...ofAssessment
})
export const AssessmentDeleted = defineEvent("assessments.assessment_deleted", {
  payload: About,
  ...ofAssessment
})
