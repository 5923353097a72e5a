/** A module: a named part of a course, in which lessons stand in order. It has no workflow of its own. */
import { Schema } from "effect"
import { CourseId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { line, prose, Slug } from "../../shared/text.ts"
import { ModuleId } from "./ids.ts"
import { Version } from "./workflow.ts"

/** What the learner can do afterwards, one sentence each. */
export const LearningObjectives = Schema.Array(line(500)).check(Schema.isMaxLength(50))

/** A place among siblings, counted from 1. */
export const Place = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })).annotate({
  identifier: "Place"
})

export const moduleContentFields = {
  /** Its name in course files: stable, unique in its course. */
  key: Slug,
  title: line(200),
  /** Markdown. */
  description: prose(20_000),
  learningObjectives: LearningObjectives,
  /** Lessons of a module that is not published are not live (CON-4). */
  isPublished: Schema.Boolean
}

export const Module = Schema.Struct({
  id: ModuleId,
  courseId: CourseId,
  /** 1..n without gaps in its course (CON-6). */
  moduleOrder: Place,
  ...moduleContentFields,
  version: Version,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Module" })
export type Module = typeof Module.Type
