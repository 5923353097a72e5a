/** The outline of a course: what is in it, without a body. */
import { Effect, Option } from "effect"
import type { Call } from "../../shared/door.ts"
import type { CourseId } from "../../shared/id.ts"
import type { Course } from "../model/index.ts"
import { CourseStore } from "../ports.ts"
import { seesLesson, seesModule } from "../rules/visibility.ts"
import { structureOf } from "./loading.ts"

/** Modules and lessons of a course that the actor may see, in order. Source: CON-4. */
export const outlineOf = Effect.fnUntraced(function* (seen: Course, { me, now }: Call) {
  const { course, lessons, modules } = yield* structureOf(seen)
  return {
    course,
    modules: modules.flatMap((module) => {
      const inside = lessons.filter(
        (lesson) => lesson.moduleId === module.id && seesLesson(me, { course, module, lesson }, now)
      )
      return seesModule(me, course, module, now) || inside.length > 0 ? [{ ...module, lessons: inside }] : []
    })
  }
})

/** Outlines for a context that has decided itself that the course may be seen; none when there is no such course. */
export const outlineReader = Effect.map(CourseStore, (courses) =>
  Effect.fnUntraced(function* (courseId: CourseId, call: Call) {
    const found = yield* courses.find(courseId)
    return Option.isSome(found)
      ? Option.some(yield* Effect.provideService(outlineOf(found.value, call), CourseStore, courses))
      : Option.none()
  })
)
