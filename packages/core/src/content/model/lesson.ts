/** A lesson, its body, and the part of both that people edit. */
import { Schema } from "effect"
import { AssetId } from "../../media/index.ts"
import { CourseId, LessonId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { HttpsUrl, line, prose, Slug } from "../../shared/text.ts"
import { EstimatedMinutes } from "./course.ts"
import { ModuleId } from "./ids.ts"
import { LearningObjectives, Place } from "./module.ts"
import { QuizConfig } from "./quiz.ts"
import { Version, workflowFields } from "./workflow.ts"

export const LessonType = Schema.Literals(["video", "article", "quiz", "project"]).annotate({
  identifier: "LessonType"
})
export type LessonType = typeof LessonType.Type

/** When a lesson opens to a learner who may read it: one of three ways (CON-13). Absent: at once. */
export const Drip = Schema.Union([
  Schema.Struct({ opensAt: Instant }),
  /** Spans of 24 hours after the learner's first access to the course. */
  Schema.Struct({ afterDays: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3650 })) }),
  /** Once the lesson before it in the course is completed. */
  Schema.Struct({ afterPrevious: Schema.Literal(true) })
]).annotate({ identifier: "Drip" })
export type Drip = typeof Drip.Type

export const Resource = Schema.Struct({ title: line(200), url: HttpsUrl }).annotate({
  identifier: "LessonResource"
})

/** Whatever else a lesson of some type carries: an object that every store can hold. */
const AnyObject = Schema.Record(Schema.String, Schema.Json).check(
  Schema.makeFilter((value) => {
    const text = JSON.stringify(value)
    if (text.length > 200_000) return "must not be longer than 200000 characters of JSON"
    // JSON spells NUL and lone surrogates out; PostgreSQL stores neither.
    return /\\u0000|\\ud[89a-f]/iu.test(text.replaceAll("\\\\", ""))
      ? "must not contain NUL or half a surrogate pair"
      : undefined
  })
)

/** What everyone may know of a lesson that is listed; the paywall guards the body, not this. */
export const lessonTeaserFields = {
  slug: Slug,
  type: LessonType,
  title: line(200),
  isFreePreview: Schema.Boolean,
  estimatedMinutes: Schema.optionalKey(EstimatedMinutes),
  learningObjectives: LearningObjectives,
  /** Lessons of the same course that come first. */
  prerequisites: Schema.Array(LessonId).check(Schema.isMaxLength(50)),
  drip: Schema.optionalKey(Drip),
  primaryMediaId: Schema.optionalKey(AssetId)
}

/** What only who may read the lesson gets to see. */
export const lessonBodyFields = {
  /** Markdown: the text of an article, the notes below a video. */
  textContent: Schema.optionalKey(prose(500_000)),
  content: Schema.optionalKey(AnyObject),
  /** With the answers: never shown to learners as it is. */
  quizConfig: Schema.optionalKey(QuizConfig),
  /** Markdown. */
  projectInstructions: Schema.optionalKey(prose(500_000)),
  /** The legacy way to name a video. */
  videoUrl: Schema.optionalKey(HttpsUrl),
  resources: Schema.Array(Resource).check(Schema.isMaxLength(100))
}

/** What is edited, reviewed and swapped in as a whole (CON-9). */
export const LessonContent = Schema.Struct({ ...lessonTeaserFields, ...lessonBodyFields }).annotate({
  identifier: "LessonContent"
})
export type LessonContent = typeof LessonContent.Type

export const LessonBody = Schema.Struct(lessonBodyFields).annotate({ identifier: "LessonBody" })
export type LessonBody = typeof LessonBody.Type

const lessonFields = {
  id: LessonId,
  courseId: CourseId,
  moduleId: ModuleId,
  /** 1..n without gaps in its module (CON-6). */
  lessonOrder: Place,
  ...lessonTeaserFields,
  ...workflowFields,
  publishedAt: Schema.optionalKey(Instant),
  version: Version,
  createdAt: Instant,
  updatedAt: Instant
}

/** A lesson without its body: what lists, outlines and decisions need. */
export const Lesson = Schema.Struct(lessonFields).annotate({ identifier: "Lesson" })
export type Lesson = typeof Lesson.Type

/** A lesson with its body: a row as it is stored. */
export const WholeLesson = Schema.Struct({ ...lessonFields, ...lessonBodyFields }).annotate({
  identifier: "WholeLesson"
})
export type WholeLesson = typeof WholeLesson.Type
