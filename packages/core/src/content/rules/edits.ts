/** Editing the content of a course, a lesson or a module: what a patch makes of it, and what is wrong with the result. */
import { Equal } from "effect"
import type { FieldIssue } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import {
  type Course,
  type CourseContent,
  courseContentFields,
  lessonBodyFields,
  type LessonBody,
  type LessonContent,
  lessonTeaserFields,
  type LessonType,
  type Question,
  type WholeLesson,
  type Lesson
} from "../model/index.ts"

const pick =
  <K extends string>(keys: ReadonlyArray<K>) =>
  <T extends object>(from: T): Pick<T, K & keyof T> =>
    Object.fromEntries(
      keys.flatMap((key) => (key in from ? [[key, (from as Record<string, unknown>)[key]]] : []))
    ) as Pick<T, K & keyof T>

const without =
  (keys: ReadonlyArray<string>) =>
  <T extends object>(from: T): T =>
    Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key))) as T

const keysOf = <T extends object>(fields: T) => Object.keys(fields) as Array<keyof T & string>
const courseContentKeys = keysOf(courseContentFields)
const lessonBodyKeys = keysOf(lessonBodyFields)
const lessonContentKeys = [...keysOf(lessonTeaserFields), ...lessonBodyKeys]

/** The part of a course that people edit. */
export const contentOfCourse = (course: Course): CourseContent => pick(courseContentKeys)(course)
/** The part of a lesson that people edit. */
export const contentOfLesson = (lesson: WholeLesson): LessonContent => pick(lessonContentKeys)(lesson)
export const bodyOf = (lesson: WholeLesson): LessonBody => pick(lessonBodyKeys)(lesson)
/** A lesson as everyone may see it listed. */
export const teaserOf = (lesson: WholeLesson): Lesson => without(lessonBodyKeys)(lesson)

/** The course with this content in place of its own: optional fields that the content lacks are gone. */
export const withCourseContent = (course: Course, content: CourseContent): Course => ({
  ...without(courseContentKeys)(course),
  ...content
})
export const withLessonContent = (lesson: WholeLesson, content: LessonContent): WholeLesson => ({
  ...without(lessonContentKeys)(lesson),
  ...content
})

/** What an edit changes, and which optional fields it empties. */
export interface Patch<T extends object> {
  readonly fields: Partial<T>
  readonly clear?: ReadonlyArray<keyof T & string> | undefined
  /** The version that the actor saw. */
  readonly version?: number | undefined
  /** Part of a plan that has checked which lessons wait for which, and checks it again in the end. */
  readonly isPlanned?: true
}

/** `before` with the fields of the patch in place of its own, and without those to clear. */
export const patched = <T extends object>(
  before: T,
  patch: Partial<T>,
  clear: ReadonlyArray<keyof T & string> = []
): T => ({
  ...without(clear)(before),
  ...patch
})

/** The version counts every change of an item, of its revision too. Source: KER-23. */
export const touched = <I extends { readonly version: number; readonly updatedAt: Instant }>(
  item: I,
  now: Instant
): I => ({
  ...item,
  version: item.version + 1,
  updatedAt: now
})

/** Whoever edited last is not who approves; a service leaves no name. */
export const editedBy = <I extends { readonly lastEditorId?: UserId }>(
  item: I,
  editor: UserId | undefined
): I => {
  const { lastEditorId: _, ...rest } = item
  return { ...rest, ...(editor !== undefined && { lastEditorId: editor }) } as unknown as I
}

/** Names of the fields in which two differ, in alphabetical order. */
export const changedFields = <T extends object>(before: T, after: T): ReadonlyArray<keyof T & string> => {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as Array<keyof T & string>
  return keys.filter((key) => !Equal.equals(before[key], after[key])).sort()
}

/** Tags each once, in order. */
export const tagsInOrder = (tags: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(tags)].sort()

/** Fields that only lessons of one type have. */
const belongsTo: Readonly<Partial<Record<keyof LessonContent, LessonType>>> = {
  quizConfig: "quiz",
  projectInstructions: "project",
  primaryMediaId: "video",
  videoUrl: "video"
}

/** One issue for each field that lessons of this type do not have. */
export const misplacedFields = (content: LessonContent): ReadonlyArray<FieldIssue> =>
  (Object.keys(belongsTo) as Array<keyof LessonContent>).flatMap((field) =>
    content[field] === undefined || belongsTo[field] === content.type
      ? []
      : [{ path: [field], message: `is only for lessons of the type ${belongsTo[field]}` }]
  )

/** The content as a lesson of its type can have it: what only other types have is dropped. */
export const withoutMisplaced = (content: LessonContent): LessonContent =>
  without(misplacedFields(content).flatMap(({ path }) => path.map(String)))(content)

const unanswered = (question: Question): Omit<Question, "answer" | "explanation"> => {
  const { answer: _, explanation: __, ...asked } = question
  return asked
}

/** A body as learners may read it: questions without their answers. */
export const learnerBodyOf = ({ quizConfig, ...body }: LessonBody) => ({
  ...body,
  ...(quizConfig !== undefined && {
    quizConfig: { ...quizConfig, questions: quizConfig.questions.map(unanswered) }
  })
})
