/** Course files, and what comes of importing them, for the laws of import. */
import { Effect, Option, Schema } from "effect"
import { CourseDocument, Courses, type LessonDocument, type ModuleDocument } from "../src/content/index.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { asService } from "./people.ts"

export const encode = Schema.encodeSync(Schema.toCodecJson(CourseDocument))
export const meant = (value: unknown) =>
  value !== "" && value !== false && !(Array.isArray(value) && value.length === 0)
export const sparse = <T extends object>(value: T, names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(value).filter(([name, one]) => !names.includes(name) || meant(one)))

/** A file as an export writes it: what says nothing is left out, tags in order. */
export const plain = (document: CourseDocument) => ({
  ...document,
  course: { ...document.course, tags: [...new Set(document.course.tags)].sort() },
  modules: document.modules.map((module) => ({
    ...sparse(module, ["description", "learningObjectives"]),
    lessons: module.lessons.map((lesson) =>
      sparse(lesson, ["isFreePreview", "learningObjectives", "prerequisites", "resources"])
    )
  }))
})
export const jsonOf = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(encode(document as CourseDocument)))

export const lesson = (name: string, fields: Partial<LessonDocument> = {}): LessonDocument => ({
  slug: name,
  type: "article",
  title: name,
  status: "published",
  body: `Text of ${name}`,
  ...fields
})
export const module = (
  key: string,
  lessons: ReadonlyArray<LessonDocument>,
  fields: Partial<ModuleDocument> = {}
): ModuleDocument => ({
  key,
  title: key,
  isPublished: true,
  lessons,
  ...fields
})
export const fileOf = (
  name: string,
  modules: ReadonlyArray<ModuleDocument>,
  fields: Partial<CourseDocument["course"]> = {}
): CourseDocument => ({
  format: "lyceum/course@1",
  course: {
    slug: name,
    title: name,
    description: "Words",
    category: "craft",
    difficulty: "beginner",
    tags: [],
    status: "published",
    ...fields
  },
  modules
})

export const importing = (
  document: CourseDocument,
  options: { readonly dryRun?: boolean; readonly prune?: boolean } = {}
) => Courses.use((courses) => courses.import({ document, ...options }))
export const exported = (courseId: Parameters<Courses["Service"]["export"]>[0]["courseId"]) =>
  Effect.map(asService(Courses.use((courses) => courses.export({ courseId }))), jsonOf)
export const countEvents = Effect.map(
  Outbox.use((outbox) => outbox.events({}, Option.none(), 100_000)),
  (events) => events.length
)
export const changesOf = (items: ReadonlyArray<{ readonly name: string; readonly change: string }>) =>
  items.filter(({ change }) => change !== "unchanged").map(({ change, name }) => [name, change])
export const issuesOf = (error: unknown) =>
  (
    error as {
      readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<unknown>; readonly message: string }>
    }
  ).issues.map(({ path }) => path.join("."))
