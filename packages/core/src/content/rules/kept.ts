/** What learners keep of what stops being live. Source: CON-9. */
import type { Instant } from "../../shared/instant.ts"
import type { Course, KeptCourse, Lesson, Module } from "../model/index.ts"
import { isLive } from "./visibility.ts"
import { isPublished } from "./workflow.ts"

/** A course with all that is in it, bodies left out; modules and lessons in order. */
export interface Structure {
  readonly course: Course
  readonly modules: ReadonlyArray<Module>
  readonly lessons: ReadonlyArray<Lesson>
}

/** The structure with this lesson in place of what it was. */
export const withLesson = (structure: Structure, lesson: Lesson): Structure => ({
  ...structure,
  lessons: structure.lessons.map((other) => (other.id === lesson.id ? lesson : other))
})

/** The lessons that everyone sees, in course order. */
export const liveLessons = ({ course, lessons, modules }: Structure, now: Instant): ReadonlyArray<Lesson> =>
  modules.flatMap((module) =>
    lessons.filter((lesson) => lesson.moduleId === module.id && isLive({ course, module, lesson }, now))
  )

/** What a change takes from readers: the course when it stops being published, and every lesson that stops being live. */
export const takenAway = (
  before: Structure,
  after: Structure,
  now: Instant
): { readonly course: KeptCourse | undefined; readonly lessons: ReadonlyArray<Lesson> } => {
  const stillLive = new Set(liveLessons(after, now).map(({ id }) => id))
  const stillThere = new Set(after.lessons.map(({ id }) => id))
  const live = liveLessons(before, now)
  return {
    course:
      isPublished(before.course, now) && !isPublished(after.course, now)
        ? {
            course: before.course,
            modules: before.modules.flatMap((module) => {
              const lessons = live.filter((lesson) => lesson.moduleId === module.id)
              return module.isPublished ? [{ ...module, lessons }] : []
            }),
            keptAt: now
          }
        : undefined,
    lessons: live.filter(({ id }) => !stillLive.has(id) && stillThere.has(id))
  }
}

/** True when publishing the course shows readers something: a published module with a published lesson. Source: CON-2. */
export const hasSomethingToPublish = ({ lessons, modules }: Structure): boolean =>
  modules.some(
    (module) =>
      module.isPublished &&
      lessons.some((lesson) => lesson.moduleId === module.id && lesson.workflowStatus === "published")
  )
