/** Putting the content of a revision in place of that of its item, at once and whole. Source: CON-9. */
import { Effect, Option } from "effect"
import type { Call } from "../../shared/door.ts"
import { PrerequisiteCycle } from "../errors.ts"
import type { Course, CourseRevision, LessonContent, LessonRevision, WholeLesson } from "../model/index.ts"
import { Revisions, Slugs, type SlugScope, TagStore } from "../ports.ts"
import { editedBy, withCourseContent, withLessonContent } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { cycleOf, type Node } from "../rules/prerequisites.ts"
import { isPublished } from "../rules/workflow.ts"
import { courseRef, lessonRef } from "./loading.ts"
import { renameSlug } from "./slugs.ts"

/** The cycle that the course has with this lesson in place of what it was. */
const cycleWith = ({ lessons }: Pick<Structure, "lessons">, lesson: Node) =>
  cycleOf([lesson, ...lessons.filter(({ id }) => id !== lesson.id)])

export const checkPrerequisites = (
  structure: Pick<Structure, "lessons">,
  lesson: Node
): Effect.Effect<void, PrerequisiteCycle> => {
  const cycle = cycleWith(structure, lesson)
  return cycle === undefined ? Effect.void : Effect.fail(new PrerequisiteCycle({ cycle }))
}

/** Tags that were deleted since the revision was written are gone from it too. */
const withLivingTags = Effect.fnUntraced(function* (course: Course) {
  return { ...course, tags: yield* (yield* TagStore).existing(course.tags) }
})

/** Lessons that were removed since are no longer waited for. */
const withLivingPrerequisites = (content: LessonContent, { lessons }: Structure): LessonContent => ({
  ...content,
  prerequisites: content.prerequisites.filter((id) => lessons.some((lesson) => lesson.id === id))
})

export const swapIntoCourse = Effect.fnUntraced(function* (
  course: Course,
  revision: CourseRevision,
  { now }: Call
) {
  const { content, lastEditorId } = revision
  const wasPublished = isPublished(course, now)
  yield* renameSlug("courses", { id: course.id, before: course.slug, after: content.slug, wasPublished })
  return yield* withLivingTags(editedBy(withCourseContent(course, content), lastEditorId))
})

export const swapIntoLesson = Effect.fnUntraced(function* (
  lesson: WholeLesson,
  revision: LessonRevision,
  { isPlanned, structure }: { readonly structure: Structure; readonly isPlanned: boolean }
) {
  const content = withLivingPrerequisites(revision.content, structure)
  if (!isPlanned) yield* checkPrerequisites(structure, { ...content, id: lesson.id })
  const names = { id: lesson.id, before: lesson.slug, after: content.slug, wasPublished: true }
  yield* renameSlug({ lessonsOf: lesson.courseId }, names)
  return editedBy(withLessonContent(lesson, content), revision.lastEditorId)
})

const slugIfFree = Effect.fnUntraced(function* (
  scope: SlugScope,
  item: { readonly id: string; readonly slug: string },
  wished: string
) {
  const slugs = yield* Slugs
  if (wished === item.slug || !(yield* slugs.take(scope, wished, item.id))) return item.slug
  yield* slugs.release(scope, item.slug)
  return wished
})

/**
 * What readers no longer see goes on from the revision that was open beside it, so that no work is lost and there is
 * one draft. A slug that somebody else took meanwhile is not had; the old one stays.
 */
export const absorbIntoCourse = Effect.fnUntraced(function* (course: Course) {
  const revisions = yield* Revisions
  const open = Option.getOrUndefined(yield* revisions.findOpen(courseRef(course)))
  if (open?.itemType !== "course") return course
  yield* revisions.remove(open.id)
  const slug = yield* slugIfFree("courses", course, open.content.slug)
  return yield* withLivingTags(
    editedBy(withCourseContent(course, { ...open.content, slug }), open.lastEditorId)
  )
})

/** As `absorbIntoCourse`; prerequisites that became a cycle meanwhile stay as they were. */
export const absorbIntoLesson = Effect.fnUntraced(function* (lesson: WholeLesson, structure: Structure) {
  const revisions = yield* Revisions
  const open = Option.getOrUndefined(yield* revisions.findOpen(lessonRef(lesson)))
  if (open?.itemType !== "lesson") return lesson
  yield* revisions.remove(open.id)
  const slug = yield* slugIfFree({ lessonsOf: lesson.courseId }, lesson, open.content.slug)
  const content = withLivingPrerequisites({ ...open.content, slug }, structure)
  const { prerequisites } =
    cycleWith(structure, { ...content, id: lesson.id }) === undefined ? content : lesson
  return editedBy(withLessonContent(lesson, { ...content, prerequisites }), open.lastEditorId)
})
