/** Deleting courses, modules and lessons, where nobody learned from them. Source: CON-10. */
import { Effect, Option } from "effect"
import type { Call } from "../../shared/door.ts"
import { Outbox } from "../../shared/outbox.ts"
import { HasLearners } from "../errors.ts"
import { CourseDeleted, type Lesson, LessonRemoved, ModuleRemoved } from "../model/index.ts"
import { CourseStore, LearnerTraces, LessonStore, ModuleStore, Slugs } from "../ports.ts"
import { teaserOf, touched } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { mayArrange, mayDelete } from "../rules/visibility.ts"
import { isPublished } from "../rules/workflow.ts"
import type { HeldModule } from "./arranging.ts"
import { guard, type HeldLesson } from "./loading.ts"
import { storeLesson } from "./revising.ts"

const refuseWithTraces = Effect.fnUntraced(function* (
  { course }: Structure,
  lessons: "all" | ReadonlyArray<Lesson>
) {
  const traces = yield* LearnerTraces
  const ids = lessons === "all" ? lessons : lessons.map(({ id }) => id)
  if (ids !== "all" && ids.length === 0) return
  if (yield* traces.existIn({ courseId: course.id, lessons: ids }))
    return yield* new HasLearners({ courseId: course.id })
})

/** Takes a lesson out of every list of prerequisites, and gives its slug back unless it was published under it. */
const forgetLesson = Effect.fnUntraced(function* (
  { course, lessons }: Structure,
  lesson: Lesson,
  { now }: Call
) {
  const store = yield* LessonStore
  const slugs = yield* Slugs
  const scope = { lessonsOf: course.id }
  for (const waiting of lessons.filter(({ prerequisites }) => prerequisites.includes(lesson.id))) {
    const whole = yield* store.findWhole(waiting.id)
    if (Option.isNone(whole)) continue
    const prerequisites = whole.value.prerequisites.filter((id) => id !== lesson.id)
    yield* storeLesson(touched({ ...whole.value, prerequisites }, now))
  }
  yield* (lesson.workflowStatus === "published" ? slugs.reserve : slugs.release)(scope, lesson.slug)
  yield* (yield* Outbox).append([
    LessonRemoved({ courseId: course.id, lessonId: lesson.id, slug: lesson.slug })
  ])
})

/** Removes lessons of a course, the places of the others closing up. */
export const removeLessons = Effect.fnUntraced(function* (
  structure: Structure,
  gone: ReadonlyArray<Lesson>,
  call: Call
) {
  const store = yield* LessonStore
  for (const lesson of gone) yield* Effect.fromResult(mayDelete(call.me, structure.course, lesson))
  yield* refuseWithTraces(structure, gone)
  let lessons = structure.lessons
  for (const lesson of gone) {
    lessons = lessons.filter(({ id }) => id !== lesson.id)
    yield* forgetLesson({ ...structure, lessons }, lesson, call)
    yield* store.remove(lesson.id)
    const rest = lessons.filter(({ moduleId }) => moduleId === lesson.moduleId)
    yield* store.arrange(
      lesson.moduleId,
      rest.map(({ id }) => id)
    )
  }
  return { ...structure, lessons } satisfies Structure
})

export const removeLesson = Effect.fnUntraced(function* (
  { lesson, structure }: HeldLesson,
  version: number | undefined,
  call: Call
) {
  yield* Effect.fromResult(mayDelete(call.me, structure.course, lesson))
  yield* guard(version, lesson.version)
  yield* removeLessons(structure, [teaserOf(lesson)], call)
})

/** Removes a module with its lessons. */
export const removeModule = Effect.fnUntraced(function* (
  { module, structure }: HeldModule,
  version: number | undefined,
  call: Call
) {
  const { course, modules } = structure
  const store = yield* ModuleStore
  const isShown = course.workflowStatus === "published" && module.isPublished
  yield* Effect.fromResult(mayArrange(call.me, course, isShown))
  yield* guard(version, module.version)
  const inside = structure.lessons.filter(({ moduleId }) => moduleId === module.id)
  const left = yield* removeLessons(structure, inside, call)
  yield* store.remove(module.id)
  const rest = modules.filter(({ id }) => id !== module.id)
  yield* store.arrange(rest.map(({ id }) => id))
  yield* (yield* Outbox).append([
    ModuleRemoved({ courseId: course.id, moduleId: module.id, key: module.key })
  ])
  return { ...left, modules: rest } satisfies Structure
})

export const deleteCourse = Effect.fnUntraced(function* (
  structure: Structure,
  version: number | undefined,
  call: Call
) {
  const { course } = structure
  const slugs = yield* Slugs
  yield* Effect.fromResult(mayDelete(call.me, course, course))
  yield* guard(version, course.version)
  yield* refuseWithTraces(structure, "all")
  yield* (isPublished(course, call.now) ? slugs.reserve : slugs.release)("courses", course.slug)
  yield* (yield* CourseStore).remove(course.id)
  yield* (yield* Outbox).append([CourseDeleted({ courseId: course.id, slug: course.slug })])
})
