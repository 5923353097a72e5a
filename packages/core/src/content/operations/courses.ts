/** Every use case of the noun `courses`. */
import { Schema } from "effect"
import { CourseId, UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { command, Done, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { line, Reason, Slug } from "../../shared/text.ts"
import {
  AlreadyPublished,
  CourseNotFound,
  HasLearners,
  InstructorNotFound,
  ModuleKeyTaken,
  NothingToPublish,
  PrerequisiteCycle,
  SlugTaken,
  TagNotFound,
  TransitionNotAllowed
} from "../errors.ts"
import { Course, courseContentFields, Difficulty } from "../model/course.ts"
import { CourseDocument, ImportedItem } from "../model/document.ts"
import { BoardItem } from "../model/history.ts"
import { Lesson } from "../model/lesson.ts"
import { Module } from "../model/module.ts"
import { CourseRevision } from "../model/revision.ts"
import { Version, WorkflowStatus } from "../model/workflow.ts"
import { explained, ifVersion, recordsOf, said, stepsOf } from "./workflow.ts"

const { category, coverImageUrl, description, difficulty, estimatedMinutes, tags, thumbnailUrl, title } =
  courseContentFields

const optional = {
  description: Schema.optionalKey(description),
  difficulty: Schema.optionalKey(difficulty),
  estimatedMinutes,
  coverImageUrl,
  thumbnailUrl,
  tags: Schema.optionalKey(tags)
}

/** What an author works on: the course, and its open revision when it is published. */
export const CourseDraft = Schema.Struct({
  course: Course,
  revision: Schema.optionalKey(CourseRevision)
}).annotate({
  identifier: "CourseDraft"
})
export type CourseDraft = typeof CourseDraft.Type

/** A course with the modules and lessons that the actor may see, in order; never a body. */
export const CourseOutline = Schema.Struct({
  course: Course,
  modules: Schema.Array(Schema.Struct({ ...Module.fields, lessons: Schema.Array(Lesson) }))
}).annotate({ identifier: "CourseOutline" })

const byId = { courseId: CourseId }

export const courseOperations = {
  /** Takes `content.create`. The slug is made from the title unless it is given. */
  create: command("courses.create", {
    input: Schema.Struct({
      slug: Schema.optionalKey(Slug),
      title,
      category,
      ...optional,
      instructorId: Schema.optionalKey(UserId)
    }),
    output: Course,
    refusals: [SlugTaken, TagNotFound, InstructorNotFound]
  }),
  get: query("courses.get", { input: Schema.Struct(byId), output: Course, refusals: [CourseNotFound] }),
  /** Also by a slug that it had when it was published; the answer has the slug of today. */
  getBySlug: query("courses.get_by_slug", {
    input: Schema.Struct({ slug: Slug }),
    output: Course,
    refusals: [CourseNotFound]
  }),
  outline: query("courses.outline", {
    input: Schema.Struct(byId),
    output: CourseOutline,
    refusals: [CourseNotFound]
  }),
  /** For who may see it before it is published. */
  getDraft: query("courses.get_draft", {
    input: Schema.Struct(byId),
    output: CourseDraft,
    refusals: [CourseNotFound]
  }),
  /** What the actor works on: their own, with `content.review` also what is in review, with `content.edit` all. */
  list: query("courses.list", {
    input: Schema.Struct({ status: Schema.optionalKey(WorkflowStatus), ...pageFields }),
    output: page(Course)
  }),
  /** Published courses, for everyone. `search` finds courses whose title and description hold all of its words. */
  catalogue: query("courses.catalogue", {
    input: Schema.Struct({
      search: Schema.optionalKey(line(200)),
      category: Schema.optionalKey(category),
      difficulty: Schema.optionalKey(Difficulty),
      tag: Schema.optionalKey(Slug),
      /** `newest` when absent. */
      sort: Schema.optionalKey(Schema.Literals(["newest", "title", "popularity"])),
      ...pageFields
    }),
    output: page(Course)
  }),
  /** Changes what is named and keeps the rest. A published course is edited in a revision beside it (CON-9). */
  update: command("courses.update", {
    input: Schema.Struct({
      ...byId,
      version: Version,
      slug: Schema.optionalKey(Slug),
      title: Schema.optionalKey(title),
      category: Schema.optionalKey(category),
      ...optional,
      clear: Schema.optionalKey(
        Schema.Array(Schema.Literals(["estimatedMinutes", "coverImageUrl", "thumbnailUrl"]))
      )
    }),
    output: CourseDraft,
    refusals: [CourseNotFound, SlugTaken, TagNotFound]
  }),
  /** Nobody teaches it when `instructorId` is absent. */
  assignInstructor: command("courses.assign_instructor", {
    input: Schema.Struct({ ...byId, ...ifVersion, instructorId: Schema.optionalKey(UserId) }),
    output: Course,
    refusals: [CourseNotFound, InstructorNotFound]
  }),
  /** Refused where anybody learned from it (CON-10). */
  delete: command("courses.delete", {
    input: Schema.Struct({ ...byId, ...ifVersion }),
    output: Done,
    refusals: [CourseNotFound, HasLearners]
  }),
  ...stepsOf("courses", {
    said: Schema.Struct({ ...byId, ...said }),
    explained: Schema.Struct({ ...byId, ...explained }),
    output: Course,
    missing: CourseNotFound,
    unfit: [NothingToPublish, SlugTaken]
  }),
  /** Approves a course for a later instant, or moves a publication that is still to come. Takes what approving takes. */
  schedule: command("courses.schedule", {
    input: Schema.Struct({ ...byId, ...ifVersion, publishAt: Instant, comment: Schema.optionalKey(Reason) }),
    output: Course,
    refusals: [CourseNotFound, TransitionNotAllowed, NothingToPublish, AlreadyPublished]
  }),
  /** Tells of scheduled publications whose instant has come, once each. Readers do not wait for it. For services. */
  tellPublished: command("courses.tell_published", {
    input: Schema.Struct({
      limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))
    }),
    output: Schema.Struct({
      told: Schema.Int,
      /** True when the limit was reached: tell again. */
      more: Schema.Boolean
    })
  }),
  ...recordsOf("courses", {
    paged: Schema.Struct({ ...byId, ...pageFields }),
    versioned: Schema.Struct({ ...byId, ...ifVersion }),
    revision: CourseRevision,
    missing: CourseNotFound
  }),
  /** What is in the workflow: the oldest in review first. Takes `content.edit`; with `content.review`, what is in review. */
  dashboard: query("courses.dashboard", {
    input: Schema.Struct({ status: Schema.optionalKey(WorkflowStatus), ...pageFields }),
    output: Schema.Struct({
      ...page(Schema.Struct({ ...BoardItem.fields, ageSeconds: Schema.Int })).fields,
      counts: Schema.Record(Schema.String, Schema.Int)
    })
  }),
  /** A course file in, all or nothing; what it names by slug and key is changed, the rest kept unless `prune`. */
  import: command("courses.import", {
    input: Schema.Struct({
      document: CourseDocument,
      /** Answers what would change, and changes nothing. */
      dryRun: Schema.optionalKey(Schema.Boolean),
      /** Removes what the file lacks. */
      prune: Schema.optionalKey(Schema.Boolean)
    }),
    output: Schema.Struct({
      /** Absent when nothing was made because it is a dry run. */
      courseId: Schema.optionalKey(CourseId),
      dryRun: Schema.Boolean,
      items: Schema.Array(ImportedItem)
    }),
    refusals: [SlugTaken, ModuleKeyTaken, TagNotFound, PrerequisiteCycle, NothingToPublish, HasLearners]
  }),
  /** The course as authors see it, its open revisions included, as a file that imports without a change. */
  export: query("courses.export", {
    input: Schema.Struct(byId),
    output: CourseDocument,
    refusals: [CourseNotFound]
  }),
  /** Told by who counts learners, a service; what `popularity` sorts by. Telling the same again changes nothing. */
  setLearnerCount: command("courses.set_learner_count", {
    input: Schema.Struct({ ...byId, learnerCount: Course.fields.learnerCount }),
    output: Done,
    refusals: [CourseNotFound]
  })
}
