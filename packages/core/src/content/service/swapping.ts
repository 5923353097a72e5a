/** Putting the content of a revision in place of that of its item, at once and whole. Source: CON-9. */
import { Effect, Option } from "effect"
import type { Call } from "../../shared/door.ts"
import { PrerequisiteCycle } from "../errors.ts"
import type { Course, CourseRevision, LessonContent, LessonRevision, WholeLesson } from "../model/index.ts"
import { Revisions, Slugs, TagStore } from "../ports.ts"
import { editedBy, withCourseContent, withLessonContent } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { cycleOf } from "../rules/prerequisites.ts"
import { isPublished } from "../rules/workflow.ts"
import { courseRef, lessonRef } from "./loading.ts"
import { makeSlugging } from "./slugs.ts"

/** The lessons of a course as they wait for each other when one of them waits for these. */
export const checkedPrerequisites = (
  { lessons }: Structure,
  of: Pick<WholeLesson, "id" | "slug" | "prerequisites">
): Effect.Effect<void, PrerequisiteCycle> => {
  const cycle = cycleOf([of, ...lessons.filter(({ id }) => id !== of.id)])
  return cycle === undefined ? Effect.void : Effect.fail(new PrerequisiteCycle({ cycle }))
}

export const makeSwapping = Effect.gen(function* () {
  const revisions = yield* Revisions
  const slugs = yield* Slugs
  const tags = yield* TagStore
  const slugging = yield* makeSlugging

  /** Tags that were deleted since the revision was written are gone from it too. */
  const withLivingTags = Effect.fnUntraced(function* (course: Course) {
    return { ...course, tags: yield* tags.existing(course.tags) }
  })
  /** Lessons that were removed since are no longer waited for. */
  const withLivingPrerequisites = (content: LessonContent, { lessons }: Structure): LessonContent => ({
    ...content,
    prerequisites: content.prerequisites.filter((id) => lessons.some((lesson) => lesson.id === id))
  })

  const intoCourse = Effect.fnUntraced(function* (course: Course, revision: CourseRevision, { now }: Call) {
    const { content, lastEditorId } = revision
    const wasPublished = isPublished(course, now)
    yield* slugging.rename("courses", { id: course.id, before: course.slug, after: content.slug, wasPublished })
    return yield* withLivingTags(editedBy(withCourseContent(course, content), lastEditorId))
  })

  const intoLesson = Effect.fnUntraced(function* (lesson: WholeLesson, revision: LessonRevision, structure: Structure) {
    const content = withLivingPrerequisites(revision.content, structure)
    yield* checkedPrerequisites(structure, { ...content, id: lesson.id })
    const names = { id: lesson.id, before: lesson.slug, after: content.slug, wasPublished: true }
    yield* slugging.rename({ lessonsOf: lesson.courseId }, names)
    return editedBy(withLessonContent(lesson, content), revision.lastEditorId)
  })

  /**
   * What is taken back to a draft goes on from the revision that was open beside it, so that no work is lost and there
   * is one draft. A slug that somebody else took meanwhile is not had; the old one stays.
   */
  const absorbIntoCourse = Effect.fnUntraced(function* (course: Course) {
    const open = Option.getOrUndefined(yield* revisions.findOpen(courseRef(course)))
    if (open?.itemType !== "course") return course
    yield* revisions.remove(open.id)
    const slug = yield* slugFor("courses", course, open.content.slug)
    return yield* withLivingTags(editedBy(withCourseContent(course, { ...open.content, slug }), open.lastEditorId))
  })

  const absorbIntoLesson = Effect.fnUntraced(function* (lesson: WholeLesson, structure: Structure) {
    const open = Option.getOrUndefined(yield* revisions.findOpen(lessonRef(lesson)))
    if (open?.itemType !== "lesson") return lesson
    yield* revisions.remove(open.id)
    const slug = yield* slugFor({ lessonsOf: lesson.courseId }, lesson, open.content.slug)
    const content = withLivingPrerequisites({ ...open.content, slug }, structure)
    const isSound = cycleOf([{ ...content, id: lesson.id }, ...structure.lessons.filter(({ id }) => id !== lesson.id)]) === undefined
    const { prerequisites } = isSound ? content : lesson
    return editedBy(withLessonContent(lesson, { ...content, prerequisites }), open.lastEditorId)
  })

  const slugFor = Effect.fnUntraced(function* (
    scope: Parameters<typeof slugs.take>[0],
    item: { readonly id: string; readonly slug: string },
    wished: string
  ) {
    if (wished === item.slug || !(yield* slugs.take(scope, wished, item.id))) return item.slug
    yield* slugs.release(scope, item.slug)
    return wished
  })

  return {
    intoCourse,
    intoLesson,
    absorbIntoCourse,
    absorbIntoLesson,
    reserveCourseSlug: ({ slug }: Course) => slugs.reserve("courses", slug),
    reserveLessonSlug: ({ courseId, slug }: WholeLesson) => slugs.reserve({ lessonsOf: courseId }, slug)
  }
})
