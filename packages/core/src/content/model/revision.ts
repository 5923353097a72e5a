/** What is published is edited beside the live one, as a revision that replaces it whole. Source: CON-9. */
import { Schema } from "effect"
import { CourseId, LessonId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { CourseContent } from "./course.ts"
import { RevisionId } from "./ids.ts"
import { LessonContent } from "./lesson.ts"
import { workflowFields } from "./workflow.ts"

const revisionFields = {
  id: RevisionId,
  courseId: CourseId,
  /** `draft` and `in_review` are open; `published` is what was swapped in, kept as history. */
  ...workflowFields,
  createdAt: Instant,
  updatedAt: Instant
}

export const CourseRevision = Schema.Struct({
  itemType: Schema.Literal("course"),
  ...revisionFields,
  content: CourseContent
}).annotate({ identifier: "CourseRevision" })
export type CourseRevision = typeof CourseRevision.Type

export const LessonRevision = Schema.Struct({
  itemType: Schema.Literal("lesson"),
  ...revisionFields,
  lessonId: LessonId,
  content: LessonContent
}).annotate({ identifier: "LessonRevision" })
export type LessonRevision = typeof LessonRevision.Type

export const Revision = Schema.Union([CourseRevision, LessonRevision]).pipe(Schema.toTaggedUnion("itemType"))
export type Revision = typeof Revision.Type
