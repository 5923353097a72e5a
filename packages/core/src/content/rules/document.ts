/** Course files: what is wrong with one, and the file that a course is. Source: CON-12. */
import { Result, Schema } from "effect"
import type { AssetId, VideoLink } from "../../media/index.ts"
import { type FieldIssue, Invalid, strictly } from "../../shared/errors.ts"
import type { LessonId } from "../../shared/id.ts"
import {
  type CourseContent,
  CourseDocument,
  type Lesson,
  type LessonContent,
  type LessonDocument,
  type Module,
  type ModuleDocument,
  type WorkflowStatus
} from "../model/index.ts"

type Path = FieldIssue["path"]

const valueAt = (value: unknown, key: string): unknown =>
  value !== null && typeof value === "object" && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
const listAt = (value: unknown, key: string): ReadonlyArray<unknown> => {
  const found = valueAt(value, key)
  return Array.isArray(found) ? found : []
}

/** Names that stand twice, but for their first place. */
const repeated = (
  named: ReadonlyArray<readonly [name: unknown, path: Path]>,
  message: string
): ReadonlyArray<FieldIssue> => {
  const seen = new Set<unknown>()
  return named.flatMap(([name, path]) => {
    if (typeof name !== "string" || !seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ path, message }]
  })
}

const onlyFor = { video: "video", quiz: "quiz", projectInstructions: "project" } as const

const misplaced = (lesson: unknown, path: Path): ReadonlyArray<FieldIssue> =>
  Object.entries(onlyFor).flatMap(([field, type]) =>
    valueAt(lesson, field) === undefined || valueAt(lesson, "type") === type
      ? []
      : [{ path: [...path, field], message: `is only for lessons of the type ${type}` }]
  )

/** What no field can tell by itself; looks at whatever stands where it belongs, be the rest wrong or not. */
export const issuesAcross = (document: unknown): ReadonlyArray<FieldIssue> => {
  const modules = listAt(document, "modules").map((module, index) => ({
    module,
    path: ["modules", index] as Path
  }))
  const lessons = modules.flatMap(({ module, path }) =>
    listAt(module, "lessons").map((lesson, index) => ({ lesson, path: [...path, "lessons", index] }))
  )
  return [
    ...repeated(
      modules.map(({ module, path }) => [valueAt(module, "key"), [...path, "key"]] as const),
      "is the key of an earlier module"
    ),
    ...repeated(
      lessons.map(({ lesson, path }) => [valueAt(lesson, "slug"), [...path, "slug"]] as const),
      "is the slug of an earlier lesson"
    ),
    ...lessons.flatMap(({ lesson, path }) => misplaced(lesson, path))
  ]
}

const decode = Schema.decodeUnknownResult(Schema.toCodecJson(CourseDocument), strictly)

/** A course file from what a YAML or JSON reader made of it; everything that is wrong with it at once. */
export const readDocument = (document: unknown): Result.Result<CourseDocument, Invalid> => {
  const decoded = decode(document)
  const across = issuesAcross(document)
  if (Result.isFailure(decoded)) {
    return Result.fail(new Invalid({ issues: [...Invalid.from(decoded.failure).issues, ...across] }))
  }
  return across.length === 0 ? Result.succeed(decoded.success) : Result.fail(new Invalid({ issues: across }))
}

/** A course as its authors see it: with the content of open revisions in place of what is published. */
export interface AuthoredCourse {
  readonly slug: string
  readonly status: WorkflowStatus
  readonly content: CourseContent
  readonly modules: ReadonlyArray<Module>
  /** In course order. */
  readonly lessons: ReadonlyArray<{ readonly lesson: Lesson; readonly content: LessonContent }>
  readonly videos: ReadonlyMap<AssetId, VideoLink>
}

const wished = (status: WorkflowStatus): "draft" | "published" =>
  status === "published" ? "published" : "draft"

const lessonDocument = (
  { content, lesson }: AuthoredCourse["lessons"][number],
  slugs: ReadonlyMap<LessonId, string>,
  videos: AuthoredCourse["videos"]
): LessonDocument => {
  const {
    drip,
    estimatedMinutes,
    isFreePreview,
    learningObjectives,
    primaryMediaId,
    projectInstructions,
    quizConfig,
    resources,
    textContent
  } = content
  const prerequisites = content.prerequisites.flatMap((id) => slugs.get(id) ?? [])
  const video = primaryMediaId === undefined ? undefined : videos.get(primaryMediaId)
  return {
    slug: lesson.slug,
    type: content.type,
    title: content.title,
    status: wished(lesson.workflowStatus),
    ...(isFreePreview && { isFreePreview }),
    ...(estimatedMinutes !== undefined && { estimatedMinutes }),
    ...(learningObjectives.length > 0 && { learningObjectives }),
    ...(prerequisites.length > 0 && { prerequisites }),
    ...(drip !== undefined && { drip }),
    ...(textContent !== undefined && { body: textContent }),
    ...(video !== undefined && { video }),
    ...(projectInstructions !== undefined && { projectInstructions }),
    ...(quizConfig !== undefined && { quiz: quizConfig }),
    ...(resources.length > 0 && { resources })
  }
}

/** The file that the course is: importing it changes nothing. */
export const documentOf = ({
  content,
  lessons,
  modules,
  slug,
  status,
  videos
}: AuthoredCourse): CourseDocument => {
  const slugs = new Map(lessons.map(({ lesson }) => [lesson.id, lesson.slug]))
  const { category, coverImageUrl, description, difficulty, estimatedMinutes, tags, thumbnailUrl, title } =
    content
  return {
    format: "lyceum/course@1",
    course: {
      slug,
      title,
      description,
      category,
      difficulty,
      ...(estimatedMinutes !== undefined && { estimatedMinutes }),
      ...(coverImageUrl !== undefined && { coverUrl: coverImageUrl }),
      ...(thumbnailUrl !== undefined && { thumbnailUrl }),
      tags,
      status: wished(status)
    },
    modules: modules.map((module): ModuleDocument => ({
      key: module.key,
      title: module.title,
      ...(module.description !== "" && { description: module.description }),
      ...(module.learningObjectives.length > 0 && { learningObjectives: module.learningObjectives }),
      isPublished: module.isPublished,
      lessons: lessons
        .filter(({ lesson }) => lesson.moduleId === module.id)
        .map((lesson) => lessonDocument(lesson, slugs, videos))
    }))
  }
}

/** What a file's course is as content; optional fields that it lacks are absent. */
export const courseContentOf = (document: CourseDocument["course"]): Omit<CourseContent, "slug"> => {
  const { coverUrl, slug: _, status: __, ...content } = document
  return { ...content, ...(coverUrl !== undefined && { coverImageUrl: coverUrl }) }
}

/** What a file's lesson is as content, with ids in place of names. */
export const lessonContentOf = (
  document: LessonDocument,
  named: { readonly prerequisites: ReadonlyArray<LessonId>; readonly primaryMediaId?: AssetId | undefined }
): Omit<LessonContent, "slug"> => {
  const { body, prerequisites: _, quiz, slug: __, status: ___, video: ____, ...content } = document
  const { primaryMediaId, prerequisites } = named
  return {
    isFreePreview: false,
    learningObjectives: [],
    resources: [],
    ...content,
    prerequisites,
    ...(primaryMediaId !== undefined && { primaryMediaId }),
    ...(body !== undefined && { textContent: body }),
    ...(quiz !== undefined && { quizConfig: quiz })
  }
}

/** Optional fields of content that a file can name. */
export const clearable = {
  course: ["estimatedMinutes", "coverImageUrl", "thumbnailUrl"],
  lesson: ["estimatedMinutes", "drip", "primaryMediaId", "textContent", "quizConfig", "projectInstructions"]
} as const
