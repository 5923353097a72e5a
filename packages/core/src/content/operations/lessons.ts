/** Every use case of the noun `lessons`. Reading the body of a lesson is decided by access. */
import { Schema } from "effect"
import { AssetNotFound } from "../../media/index.ts"
import { CourseId, LessonId } from "../../shared/id.ts"
import { command, Done, query } from "../../shared/operation.ts"
import { pageFields } from "../../shared/page.ts"
import { Slug } from "../../shared/text.ts"
import { HasLearners, LessonNotFound, ModuleNotFound, PrerequisiteCycle, SlugTaken } from "../errors.ts"
import { ModuleId } from "../model/ids.ts"
import { Lesson, lessonBodyFields, lessonTeaserFields, WholeLesson } from "../model/lesson.ts"
import { Place } from "../model/module.ts"
import { LessonRevision } from "../model/revision.ts"
import { Version } from "../model/workflow.ts"
import { explained, ifVersion, recordsOf, said, stepsOf } from "./workflow.ts"

const {
  isFreePreview,
  learningObjectives,
  prerequisites,
  slug: _,
  title,
  type,
  ...teaser
} = lessonTeaserFields
const { resources, ...body } = lessonBodyFields

const optional = {
  slug: Schema.optionalKey(Slug),
  isFreePreview: Schema.optionalKey(isFreePreview),
  learningObjectives: Schema.optionalKey(learningObjectives),
  prerequisites: Schema.optionalKey(prerequisites),
  resources: Schema.optionalKey(resources),
  ...teaser,
  ...body
}

/** What an author works on: the lesson with its body, and its open revision when it is published. */
export const LessonDraft = Schema.Struct({
  lesson: WholeLesson,
  revision: Schema.optionalKey(LessonRevision)
}).annotate({
  identifier: "LessonDraft"
})
export type LessonDraft = typeof LessonDraft.Type

const byId = { lessonId: LessonId }

export const lessonOperations = {
  /** A draft at the end of the module unless a place is named. The slug is made from the title unless it is given. */
  add: command("lessons.add", {
    input: Schema.Struct({ moduleId: ModuleId, type, title, ...optional, place: Schema.optionalKey(Place) }),
    output: WholeLesson,
    refusals: [ModuleNotFound, SlugTaken, PrerequisiteCycle, AssetNotFound]
  }),
  /** What everyone may know of a lesson that is listed; never its body. */
  get: query("lessons.get", { input: Schema.Struct(byId), output: Lesson, refusals: [LessonNotFound] }),
  /** Also by a slug that it had when it was published; the answer has the slug of today. */
  getBySlug: query("lessons.get_by_slug", {
    input: Schema.Struct({ courseId: CourseId, slug: Slug }),
    output: Lesson,
    refusals: [LessonNotFound]
  }),
  /** With the body, for who may see it before it is published. */
  getDraft: query("lessons.get_draft", {
    input: Schema.Struct(byId),
    output: LessonDraft,
    refusals: [LessonNotFound]
  }),
  /** Changes what is named and keeps the rest. A published lesson is edited in a revision beside it (CON-9). */
  update: command("lessons.update", {
    input: Schema.Struct({
      ...byId,
      version: Version,
      type: Schema.optionalKey(type),
      title: Schema.optionalKey(title),
      ...optional,
      clear: Schema.optionalKey(
        Schema.Array(
          Schema.Literals([
            "estimatedMinutes",
            "drip",
            "primaryMediaId",
            "textContent",
            "content",
            "quizConfig",
            "projectInstructions",
            "videoUrl"
          ])
        )
      )
    }),
    output: LessonDraft,
    refusals: [LessonNotFound, SlugTaken, PrerequisiteCycle, AssetNotFound]
  }),
  /** To a place in its module, or in another module of its course; beyond the last means last. */
  move: command("lessons.move", {
    input: Schema.Struct({ ...byId, moduleId: Schema.optionalKey(ModuleId), place: Place }),
    output: Lesson,
    refusals: [LessonNotFound, ModuleNotFound]
  }),
  /** Refused where anybody learned from it (CON-10). Lessons that waited for it no longer do. */
  remove: command("lessons.remove", {
    input: Schema.Struct({ ...byId, ...ifVersion }),
    output: Done,
    refusals: [LessonNotFound, HasLearners]
  }),
  ...stepsOf("lessons", {
    said: Schema.Struct({ ...byId, ...said }),
    explained: Schema.Struct({ ...byId, ...explained }),
    output: Lesson,
    missing: LessonNotFound,
    unfit: [SlugTaken, PrerequisiteCycle]
  }),
  ...recordsOf("lessons", {
    paged: Schema.Struct({ ...byId, ...pageFields }),
    versioned: Schema.Struct({ ...byId, ...ifVersion }),
    revision: LessonRevision,
    missing: LessonNotFound
  })
}
