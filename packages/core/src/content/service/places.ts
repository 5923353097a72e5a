/** What something is called and whose course it is in, for contexts that refer to it by its id. */
import { Effect, Option } from "effect"
import type { CourseId, LessonId } from "../../shared/id.ts"
import type { Course } from "../model/index.ts"
import { CourseStore, LessonStore } from "../ports.ts"

/** The title of a course or a lesson, and the course. */
export interface Place {
  readonly title: string
  readonly course: Course
}

/** Places for a context that has decided itself what may be told of them; none for what is not there. */
export const placeReader = Effect.gen(function* () {
  const courses = yield* CourseStore
  const lessons = yield* LessonStore
  return Effect.fnUntraced(function* (
    ref: { readonly courseId: CourseId } | { readonly lessonId: LessonId }
  ): Effect.fn.Return<Option.Option<Place>> {
    const lesson = "lessonId" in ref ? yield* lessons.find(ref.lessonId) : Option.none()
    const courseId = "courseId" in ref ? Option.some(ref.courseId) : Option.map(lesson, (one) => one.courseId)
    if (Option.isNone(courseId)) return Option.none()
    return Option.map(yield* courses.find(courseId.value), (course) => ({
      title: Option.getOrElse(lesson, () => course).title,
      course
    }))
  })
})
