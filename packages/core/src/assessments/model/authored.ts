/** What authors say and see: settings, items, papers; and the sheet that learners see. */
import { Schema } from "effect"
import { Assessment, Item, ReviewOptions } from "./assessment.ts"
import { Question } from "./question.ts"

const { fields } = Assessment
const {
  attemptLimit,
  closesAt,
  gradePolicy,
  gradingMode,
  opensAt,
  passingScore,
  retakeCooldownSec,
  shuffleAnswers,
  shuffleQuestions,
  timeLimitSec,
  title,
  type
} = fields

/** Settings that an author may leave unsaid. */
const unsaid = {
  givesCertificate: Schema.optionalKey(fields.givesCertificate),
  opensAt,
  closesAt,
  timeLimitSec,
  attemptLimit,
  retakeCooldownSec,
  gradingMode: Schema.optionalKey(gradingMode),
  gradePolicy: Schema.optionalKey(gradePolicy),
  shuffleQuestions: Schema.optionalKey(shuffleQuestions),
  shuffleAnswers: Schema.optionalKey(shuffleAnswers),
  onExpiry: Schema.optionalKey(fields.onExpiry),
  review: Schema.optionalKey(ReviewOptions)
}

/** A new assessment; what is not said is as usual for its type. */
export const NewAssessment = Schema.Struct({ scope: fields.scope, title, type, passingScore, ...unsaid })
export type NewAssessment = typeof NewAssessment.Type

/** Limits that can be taken away. */
export const limits = ["opensAt", "closesAt", "timeLimitSec", "attemptLimit", "retakeCooldownSec"] as const

export const AssessmentChange = Schema.Struct({
  title: Schema.optionalKey(title),
  type: Schema.optionalKey(type),
  passingScore: Schema.optionalKey(passingScore),
  ...unsaid,
  clear: Schema.optionalKey(Schema.Array(Schema.Literals(limits)))
})
export type AssessmentChange = typeof AssessmentChange.Type

/** A question to ask; its place is its place in the list. */
export const NewItem = Schema.Struct({
  questionId: Item.fields.questionId,
  /** In place of the question's own points. */
  pointsOverride: Item.fields.pointsOverride,
  /** False when absent. */
  isRequired: Schema.optionalKey(Schema.Boolean)
})
export type NewItem = typeof NewItem.Type

/** An assessment with its questions and their keys: for authors. */
export const Paper = Schema.Struct({
  assessment: Assessment,
  items: Schema.Array(
    Schema.Struct({
      displayOrder: Item.fields.displayOrder,
      pointsOverride: Item.fields.pointsOverride,
      isRequired: Item.fields.isRequired,
      question: Question
    })
  )
}).annotate({ identifier: "AssessmentPaper" })
export type Paper = typeof Paper.Type

/** What anybody may know of an assessment before they take it: no question, no key. */
export const AssessmentSheet = Schema.Struct({
  id: fields.id,
  scope: fields.scope,
  title,
  type,
  givesCertificate: fields.givesCertificate,
  opensAt,
  closesAt,
  timeLimitSec,
  attemptLimit,
  retakeCooldownSec,
  passingScore,
  gradingMode,
  gradePolicy,
  onExpiry: fields.onExpiry,
  isPublished: fields.isPublished,
  questionCount: Schema.Natural,
  maxPoints: Schema.Natural,
  version: fields.version
}).annotate({ identifier: "AssessmentSheet" })
export type AssessmentSheet = typeof AssessmentSheet.Type
