/** A whole course as one file, in YAML or JSON. Source: CON-12. */
import { Schema } from "effect"
import { Provider } from "../../media/index.ts"
import { HttpsUrl, line, prose, Slug } from "../../shared/text.ts"
import { courseContentFields, EstimatedMinutes } from "./course.ts"
import { Drip, LessonType, Resource } from "./lesson.ts"
import { LearningObjectives, moduleContentFields } from "./module.ts"
import { QuizConfig } from "./quiz.ts"

/** A file wishes; what comes of it depends on what the actor may publish. */
const WishedStatus = Schema.Literals(["draft", "published"])

export const LessonDocument = Schema.Struct({
  slug: Slug,
  type: LessonType,
  title: line(200),
  status: WishedStatus,
  isFreePreview: Schema.optionalKey(Schema.Boolean),
  estimatedMinutes: Schema.optionalKey(EstimatedMinutes),
  learningObjectives: Schema.optionalKey(LearningObjectives),
  /** Slugs of lessons of the same course. */
  prerequisites: Schema.optionalKey(Schema.Array(Slug).check(Schema.isMaxLength(50))),
  drip: Schema.optionalKey(Drip),
  /** Markdown: the text of an article, the notes below a video. */
  body: Schema.optionalKey(prose(500_000)),
  video: Schema.optionalKey(
    Schema.Struct({
      provider: Provider,
      externalId: line(500),
      url: Schema.optionalKey(HttpsUrl),
      durationSeconds: Schema.optionalKey(
        Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
      )
    })
  ),
  /** Markdown. */
  projectInstructions: Schema.optionalKey(prose(500_000)),
  quiz: Schema.optionalKey(QuizConfig),
  resources: Schema.optionalKey(Schema.Array(Resource).check(Schema.isMaxLength(100)))
}).annotate({ identifier: "LessonDocument" })
export type LessonDocument = typeof LessonDocument.Type

export const ModuleDocument = Schema.Struct({
  key: moduleContentFields.key,
  title: moduleContentFields.title,
  description: Schema.optionalKey(moduleContentFields.description),
  learningObjectives: Schema.optionalKey(LearningObjectives),
  isPublished: Schema.Boolean,
  /** In order. */
  lessons: Schema.Array(LessonDocument).check(Schema.isMaxLength(1000))
}).annotate({ identifier: "ModuleDocument" })
export type ModuleDocument = typeof ModuleDocument.Type

export const CourseDocument = Schema.Struct({
  format: Schema.Literal("lyceum/course@1"),
  course: Schema.Struct({
    slug: Slug,
    title: courseContentFields.title,
    description: courseContentFields.description,
    category: courseContentFields.category,
    difficulty: courseContentFields.difficulty,
    estimatedMinutes: Schema.optionalKey(EstimatedMinutes),
    coverUrl: Schema.optionalKey(HttpsUrl),
    thumbnailUrl: Schema.optionalKey(HttpsUrl),
    tags: courseContentFields.tags,
    status: WishedStatus
  }),
  /** In order. */
  modules: Schema.Array(ModuleDocument).check(Schema.isMaxLength(500))
}).annotate({ identifier: "CourseDocument" })
export type CourseDocument = typeof CourseDocument.Type

/** What an import does, or would do, to one thing that the file names or lacks. */
export const ImportedItem = Schema.Struct({
  type: Schema.Literals(["course", "module", "lesson", "tag"]),
  /** Its slug, or the key of a module. */
  name: Schema.String,
  change: Schema.Literals(["created", "changed", "unchanged", "removed"]),
  /** Of what is changed: which fields of the file differ. */
  fields: Schema.optionalKey(Schema.Array(Schema.String)),
  /** True when the file says published and the actor may not publish: it waits for somebody who may. */
  awaitsPublication: Schema.optionalKey(Schema.Literal(true))
}).annotate({ identifier: "ImportedItem" })
export type ImportedItem = typeof ImportedItem.Type
