/** Finding things for who may see them, and holding a course for who changes it. */
import { Effect, Option } from "effect"
import { may } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { StaleVersion } from "../../shared/errors.ts"
import type { CourseId, LessonId } from "../../shared/id.ts"
import { CourseNotFound, LessonNotFound, ModuleNotFound } from "../errors.ts"
import type { Course, Lesson, Module, ModuleId, WholeLesson } from "../model/index.ts"
import { CourseStore, type ItemRef, LessonStore, ModuleStore, Revisions } from "../ports.ts"
import type { Structure } from "../rules/kept.ts"
import { seesCourse, seesLesson, seesModule } from "../rules/visibility.ts"

/** A lesson with its course held. */
export interface HeldLesson {
  readonly structure: Structure
  readonly module: Module
  readonly lesson: WholeLesson
}

/** Refuses when the actor saw another version. Source: KER-23. */
export const guard = (seen: number | undefined, current: number): Effect.Effect<void, StaleVersion> =>
  seen === undefined || seen === current ? Effect.void : Effect.fail(new StaleVersion({ current }))

export const courseRef = (course: Pick<Course, "id">): ItemRef => ({ itemType: "course", id: course.id })
export const lessonRef = (lesson: Pick<Lesson, "id">): ItemRef => ({ itemType: "lesson", id: lesson.id })

/** Who reviews sees what a revision is beside, also when nobody else sees it. */
const reviews = Effect.fnUntraced(function* (item: ItemRef, { me }: Call) {
  if (!may(me, "content.review")) return false
  const open = yield* (yield* Revisions).findOpen(item)
  return Option.exists(open, ({ workflowStatus }) => workflowStatus === "in_review")
})

/** The course, for who may see it. */
export const seen = Effect.fnUntraced(function* (found: Option.Option<Course>, asked: string, call: Call) {
  if (Option.isNone(found)) return yield* new CourseNotFound({ course: asked })
  const course = found.value
  return seesCourse(call.me, course, call.now) || (yield* reviews(courseRef(course), call))
    ? course
    : yield* new CourseNotFound({ course: asked })
})

export const structureOf = Effect.fnUntraced(function* (course: Course) {
  const contents = yield* (yield* CourseStore).contents(course.id)
  return { course, ...contents } as Structure
})

export const seeCourse = Effect.fnUntraced(function* (id: CourseId, call: Call) {
  return yield* seen(yield* (yield* CourseStore).find(id), id, call)
})

/** The course with all that is in it, held until the transaction ends. */
export const holdCourse = Effect.fnUntraced(function* (id: CourseId, call: Call) {
  const found = yield* (yield* CourseStore).findForUpdate(id)
  return yield* structureOf(yield* seen(found, id, call))
})

export const holdModule = Effect.fnUntraced(function* (id: ModuleId, { me, now }: Call) {
  const found = yield* (yield* ModuleStore).find(id)
  const held = Option.isSome(found)
    ? yield* (yield* CourseStore).findForUpdate(found.value.courseId)
    : Option.none<Course>()
  if (Option.isNone(held)) return yield* new ModuleNotFound({ moduleId: id })
  const structure = yield* structureOf(held.value)
  const module = structure.modules.find((one) => one.id === id)
  return module !== undefined && seesModule(me, structure.course, module, now)
    ? { structure, module }
    : yield* new ModuleNotFound({ moduleId: id })
})

export const seeLesson = Effect.fnUntraced(function* (id: LessonId, call: Call) {
  const found = yield* (yield* LessonStore).find(id)
  const course = Option.isSome(found)
    ? yield* (yield* CourseStore).find(found.value.courseId)
    : Option.none<Course>()
  const module = Option.isSome(found)
    ? yield* (yield* ModuleStore).find(found.value.moduleId)
    : Option.none<Module>()
  if (Option.isNone(found) || Option.isNone(course) || Option.isNone(module))
    return yield* new LessonNotFound({ lesson: id })
  const at = { course: course.value, module: module.value, lesson: found.value }
  return seesLesson(call.me, at, call.now) || (yield* reviews(lessonRef(at.lesson), call))
    ? at
    : yield* new LessonNotFound({ lesson: id })
})

export const holdLesson = Effect.fnUntraced(function* (id: LessonId, call: Call) {
  const lessons = yield* LessonStore
  const found = yield* lessons.find(id)
  const held = Option.isSome(found)
    ? yield* (yield* CourseStore).findForUpdate(found.value.courseId)
    : Option.none<Course>()
  // Read again: it may have gone or changed while the course was waited for.
  const whole = Option.isSome(held) ? yield* lessons.findWhole(id) : Option.none<WholeLesson>()
  if (Option.isNone(held) || Option.isNone(whole)) return yield* new LessonNotFound({ lesson: id })
  const structure = yield* structureOf(held.value)
  const lesson = whole.value
  const module = structure.modules.find((one) => one.id === lesson.moduleId)
  if (module === undefined) return yield* new LessonNotFound({ lesson: id })
  const at: HeldLesson = { structure, module, lesson }
  const sees = seesLesson(call.me, { ...at, course: structure.course }, call.now)
  return sees || (yield* reviews(lessonRef(lesson), call)) ? at : yield* new LessonNotFound({ lesson: id })
})
