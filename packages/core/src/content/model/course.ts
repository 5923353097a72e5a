/** A course, and the part of it that people edit. */
import { Schema } from "effect"
import { CourseId, UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { HttpsUrl, line, prose, Slug } from "../../shared/text.ts"
import { Version, workflowFields } from "./workflow.ts"

export const Difficulty = Schema.Literals(["beginner", "intermediate", "advanced", "expert"]).annotate({
  identifier: "Difficulty"
})

/** What a course or lesson is said to take. */
export const EstimatedMinutes = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))

export const maxTagsOfCourse = 30

/** What is edited, reviewed and swapped in as a whole (CON-9). */
export const courseContentFields = {
  slug: Slug,
  title: line(200),
  /** Markdown. */
  description: prose(20_000),
  category: line(100),
  difficulty: Difficulty,
  estimatedMinutes: Schema.optionalKey(EstimatedMinutes),
  coverImageUrl: Schema.optionalKey(HttpsUrl),
  thumbnailUrl: Schema.optionalKey(HttpsUrl),
  /** Slugs of tags, each once, in order. */
  tags: Schema.Array(Slug).check(Schema.isMaxLength(maxTagsOfCourse))
}
export const CourseContent = Schema.Struct(courseContentFields).annotate({ identifier: "CourseContent" })
export type CourseContent = typeof CourseContent.Type

export const Course = Schema.Struct({
  id: CourseId,
  ...courseContentFields,
  ...workflowFields,
  /** Who teaches it; with the creator, whoever it is *own* to. */
  instructorId: Schema.optionalKey(UserId),
  /** When it was, or is going to be, published for the first time; never moved by a later publication. */
  publishedAt: Schema.optionalKey(Instant),
  /** Of a published course: before this instant it is not yet published, whatever its status (CON-2). */
  publishAt: Schema.optionalKey(Instant),
  /** How many learners it has: what "by popularity" sorts by. Told by progress, not edited. */
  learnerCount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_147_483_647 })),
  version: Version,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Course" })
export type Course = typeof Course.Type
