/** What learners have done in lessons. */
import { Progress } from "@lyceum/core/progress"
import { ProgressStore } from "@lyceum/core/progress/ports"
import type { LessonId, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { lessonRows } from "./content.ts"
import { MemoryDatabase, table } from "./database.ts"

/** By learner and lesson. */
export const progressRows = table("learn.user_progress", Progress)
const keyOf = (userId: UserId, lessonId: LessonId) => `${userId} ${lessonId}`

export const progressStoreLayer = Layer.effect(
  ProgressStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = progressRows(database)
    const lessons = lessonRows(database)
    const find = (userId: UserId, lessonId: LessonId) => rows.find(keyOf(userId, lessonId))
    return ProgressStore.of({
      find,
      findAll: (userId, lessonIds) =>
        Effect.map(rows.all, (all) =>
          all.filter((one) => one.userId === userId && lessonIds.includes(one.lessonId))
        ),
      put: Effect.fnUntraced(function* (progress) {
        const first = Option.getOrElse(yield* find(progress.userId, progress.lessonId), () => progress)
        const { createdAt, id } = first
        yield* rows.put(keyOf(progress.userId, progress.lessonId), { ...progress, id, createdAt })
      }),
      completed: (userId, lessonIds) =>
        Effect.map(rows.all, (all) =>
          all.flatMap(({ completedAt, lessonId, userId: whose }) =>
            whose === userId && completedAt !== undefined && lessonIds.includes(lessonId) ? [lessonId] : []
          )
        ),
      firstAccess: Effect.fnUntraced(function* (userId, courseId) {
        const inCourse = new Set(
          (yield* lessons.all).filter((lesson) => lesson.courseId === courseId).map(({ id }) => id)
        )
        const visits = (yield* rows.all).filter((one) => one.userId === userId && inCourse.has(one.lessonId))
        const [first] = visits.map(({ createdAt }) => createdAt).sort(DateTime.Order)
        return Option.fromUndefinedOr(first)
      }),
      existsIn: Effect.fnUntraced(function* (courseId, among) {
        const touched = new Set((yield* rows.all).map(({ lessonId }) => lessonId))
        return (yield* lessons.all).some(
          ({ courseId: course, id }) =>
            course === courseId && touched.has(id) && (among === "all" || among.includes(id))
        )
      })
    })
  })
)
