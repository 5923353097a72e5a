/**
 * What learners read last of what is no longer live: who holds an entitlement to the very course keeps it. Written when
 * a course or lesson stops being live, so it never differs from what they saw. Source: CON-9.
 */
import { Schema } from "effect"
import { Instant } from "../../shared/instant.ts"
import { Course } from "./course.ts"
import { Lesson } from "./lesson.ts"
import { Module } from "./module.ts"

/** A course as it was last published, with the lessons that were live then, in order. */
export const KeptCourse = Schema.Struct({
  course: Course,
  modules: Schema.Array(Schema.Struct({ ...Module.fields, lessons: Schema.Array(Lesson) })),
  keptAt: Instant
}).annotate({ identifier: "KeptCourse" })
export type KeptCourse = typeof KeptCourse.Type
