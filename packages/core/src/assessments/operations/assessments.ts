/** Every use case of the noun `assessments` that authors and readers have. Source: ASM-15, CRT-1, KER-23. */
import { Schema } from "effect"
import { CourseNotFound, LessonNotFound, Version } from "../../content/index.ts"
import { CourseId, LessonId } from "../../shared/id.ts"
import { command, Done, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import {
  AssessmentInUse,
  AssessmentNotFound,
  CertificateGiverExists,
  NotPublishable,
  QuestionNotFound
} from "../errors.ts"
import { Assessment } from "../model/assessment.ts"
import { AssessmentChange, AssessmentSheet, NewAssessment, NewItem, Paper } from "../model/authored.ts"
import { AssessmentId } from "../model/ids.ts"

const byId = { assessmentId: AssessmentId }
const seen = { ...byId, version: Version }
const ifSeen = { ...byId, version: Schema.optionalKey(Version) }

export const assessmentOperations = {
  /** Takes `assessments:create`. It begins without questions, unpublished. */
  create: command("assessments.create", {
    input: NewAssessment,
    output: Assessment,
    refusals: [LessonNotFound, CourseNotFound, CertificateGiverExists]
  }),
  /** What there is to know before one takes it; for learners once it is published. */
  get: query("assessments.get", {
    input: Schema.Struct(byId),
    output: AssessmentSheet,
    refusals: [AssessmentNotFound]
  }),
  /** With its questions and their keys. Takes `assessments:read`. */
  paper: query("assessments.paper", {
    input: Schema.Struct(byId),
    output: Paper,
    refusals: [AssessmentNotFound]
  }),
  /**
   * Of a lesson, or of a course itself, as the actor may see them; without either, all of them, or with
   * `assessments:read` on own courses alone those that one made. By id.
   */
  list: query("assessments.list", {
    input: Schema.Struct({
      lessonId: Schema.optionalKey(LessonId),
      courseId: Schema.optionalKey(CourseId),
      ...pageFields
    }),
    output: page(AssessmentSheet),
    refusals: [LessonNotFound, CourseNotFound]
  }),
  /** Takes `assessments:update`. Changes what is named and keeps the rest; running attempts keep their terms. */
  update: command("assessments.update", {
    input: Schema.Struct({ ...seen, ...AssessmentChange.fields }),
    output: Assessment,
    refusals: [AssessmentNotFound, CertificateGiverExists, NotPublishable]
  }),
  /** Takes `assessments:update`. It asks these questions, in this order, and no others. */
  setItems: command("assessments.set_items", {
    input: Schema.Struct({ ...seen, items: Schema.Array(NewItem).check(Schema.isMaxLength(1000)) }),
    output: Paper,
    refusals: [AssessmentNotFound, QuestionNotFound, NotPublishable]
  }),
  /** Takes `assessments:update`. Twice is once. */
  publish: command("assessments.publish", {
    input: Schema.Struct(ifSeen),
    output: Assessment,
    refusals: [AssessmentNotFound, NotPublishable]
  }),
  /** Takes `assessments:update`. Nobody starts it any more; who has begun goes on. */
  unpublish: command("assessments.unpublish", {
    input: Schema.Struct(ifSeen),
    output: Assessment,
    refusals: [AssessmentNotFound]
  }),
  /** Takes `assessments:delete`. One that anybody ever took stays: unpublish it. */
  delete: command("assessments.delete", {
    input: Schema.Struct(ifSeen),
    output: Done,
    refusals: [AssessmentNotFound, AssessmentInUse]
  })
}
