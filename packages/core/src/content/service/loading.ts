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

export const makeLoading = Effect.gen(function* () {
  const courses = yield* CourseStore
  const lessons = yield* LessonStore
  const modules = yield* ModuleStore
  const revisions = yield* Revisions

  /** Who reviews sees what a revision is beside, also when nobody else sees it. */
  const reviews = (item: ItemRef, { me }: Call) =>
    may(me, "content.review")
      ? Effect.map(revisions.findOpen(item), Option.exists(({ workflowStatus }) => workflowStatus === "in_review"))
      : Effect.succeed(false)

  const seen = Effect.fnUntraced(function* (found: Option.Option<Course>, asked: string, call: Call) {
    if (Option.isNone(found)) return yield* new CourseNotFound({ course: asked })
    const course = found.value
    return seesCourse(call.me, course, call.now) || (yield* reviews(courseRef(course), call))
      ? course
      : yield* new CourseNotFound({ course: asked })
  })
  const structureOf = (course: Course) =>
    Effect.map(courses.contents(course.id), (contents): Structure => ({ course, ...contents }))

  const seeCourse = (id: CourseId, call: Call) => Effect.flatMap(courses.find(id), (found) => seen(found, id, call))

  /** The course with all that is in it, held until the transaction ends. */
  const holdCourse = (id: CourseId, call: Call) =>
    courses.findForUpdate(id).pipe(
      Effect.flatMap((found) => seen(found, id, call)),
      Effect.flatMap(structureOf)
    )

  const holdModule = Effect.fnUntraced(function* (id: ModuleId, { me, now }: Call) {
    const found = yield* modules.find(id)
    const held = Option.isSome(found) ? yield* courses.findForUpdate(found.value.courseId) : Option.none<Course>()
    if (Option.isNone(held)) return yield* new ModuleNotFound({ moduleId: id })
    const structure = yield* structureOf(held.value)
    const module = structure.modules.find((one) => one.id === id)
    return module !== undefined && seesModule(me, structure.course, module, now)
      ? { structure, module }
      : yield* new ModuleNotFound({ moduleId: id })
  })

  const seeLesson = Effect.fnUntraced(function* (id: LessonId, call: Call) {
    const found = yield* lessons.find(id)
    const course = Option.isSome(found) ? yield* courses.find(found.value.courseId) : Option.none<Course>()
    const module = Option.isSome(found) ? yield* modules.find(found.value.moduleId) : Option.none<Module>()
    if (Option.isNone(found) || Option.isNone(course) || Option.isNone(module)) {
      return yield* new LessonNotFound({ lesson: id })
    }
    const at = { course: course.value, module: module.value, lesson: found.value }
    return seesLesson(call.me, at, call.now) || (yield* reviews(lessonRef(at.lesson), call))
      ? at
      : yield* new LessonNotFound({ lesson: id })
  })

  const holdLesson = Effect.fnUntraced(function* (id: LessonId, call: Call) {
    const found = yield* lessons.find(id)
    const held = Option.isSome(found) ? yield* courses.findForUpdate(found.value.courseId) : Option.none<Course>()
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

  return { seen, seeCourse, holdCourse, holdModule, seeLesson, holdLesson, structureOf }
})
