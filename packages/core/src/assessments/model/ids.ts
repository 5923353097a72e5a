/** The ids of assessments' own things. */
import { Schema } from "effect"
import { Uuid } from "../../shared/id.ts"

export const AssessmentId = Uuid.pipe(Schema.brand("AssessmentId"))
export type AssessmentId = typeof AssessmentId.Type

export const QuestionId = Uuid.pipe(Schema.brand("QuestionId"))
export type QuestionId = typeof QuestionId.Type

export const AttemptId = Uuid.pipe(Schema.brand("AttemptId"))
export type AttemptId = typeof AttemptId.Type

export const CorrectionId = Uuid.pipe(Schema.brand("CorrectionId"))
export type CorrectionId = typeof CorrectionId.Type
