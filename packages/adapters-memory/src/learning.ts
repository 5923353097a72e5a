/** How learners stand in courses, what they completed, and what analytics keeps. */
import { isLive } from "@lyceum/core/content"
import { AnalyticsEvent, CourseCompletion } from "@lyceum/core/learning"
import {
  CompletionStore,
  type CourseFacts,
  CourseStandings,
  Heartbeats,
  LessonAnalytics
} from "@lyceum/core/learning/ports"
import type { CourseId, UserId } from "@lyceum/core/shared"
import { Instant } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { courseRows, lessonRows, moduleRows } from "./content.ts"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"
import { progressRows } from "./progress.ts"

/** By learner and course. */
const completionRows = table("learn.course_completions", CourseCompletion)
const heartbeatRows = table("learn.heartbeats", Schema.Struct({ heardAt: Instant }))
/** By learner and id. */
const analyticsRows = table("learn.lesson_analytics", AnalyticsEvent)
const keyOf = (userId: UserId, other: string) => `${userId} ${other}`

export const courseStandingsLayer = Layer.effect(
  CourseStandings,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const courses = courseRows(database)
    const modules = moduleRows(database)
    const lessons = lessonRows(database)
    const progress = progressRows(database)
    const completions = completionRows(database)

    /** The ids of all lessons of a course, and of those that are live. */
    const lessonsOf = Effect.fnUntraced(function* (courseId: CourseId, now: Instant) {
      const course = Option.getOrUndefined(yield* courses.find(courseId))
      const byId = new Map((yield* modules.all).map((module) => [module.id, module]))
      const all = (yield* lessons.all).filter((lesson) => lesson.courseId === courseId)
      const live = all.filter((lesson) => {
        const module = byId.get(lesson.moduleId)
        return course !== undefined && module !== undefined && isLive({ course, module, lesson }, now)
      })
      return { all: new Set(all.map(({ id }) => id)), live: new Set(live.map(({ id }) => id)) }
    })

    const find = Effect.fnUntraced(function* (userId: UserId, courseId: CourseId, now: Instant) {
      const { all, live } = yield* lessonsOf(courseId, now)
      const here = (yield* progress.all).filter((one) => one.userId === userId && all.has(one.lessonId))
      const counted = here.filter(({ lessonId }) => live.has(lessonId))
      const [enrolledAt] = here.map(({ createdAt }) => createdAt).sort(DateTime.Order)
      const lastActivityAt = counted
        .map((one) => one.lastAccessedAt)
        .sort(DateTime.Order)
        .at(-1)
      const done = yield* completions.find(keyOf(userId, courseId))
      const facts: CourseFacts = {
        courseId,
        total: live.size,
        completed: counted.filter(({ status }) => status === "completed").length,
        begun: counted.filter(({ status }) => status !== "not_started").length,
        timeSpentMinutes: counted.reduce((sum, { timeSpentMinutes }) => sum + timeSpentMinutes, 0),
        ...(lastActivityAt !== undefined && { lastActivityAt }),
        ...(enrolledAt !== undefined && { enrolledAt }),
        ...(Option.isSome(done) && { completedAt: done.value.completedAt })
      }
      return facts
    })

    return CourseStandings.of({
      find,
      list: Effect.fnUntraced(function* (userId, now, part) {
        const courseOf = new Map((yield* lessons.all).map(({ courseId, id }) => [id, courseId]))
        const mine = (yield* progress.all).filter((one) => one.userId === userId)
        const ids = new Set(mine.flatMap(({ lessonId }) => courseOf.get(lessonId) ?? []))
        const page = pageOf([...ids], (id) => [id], part)
        return yield* Effect.forEach(page, (courseId) => find(userId, courseId, now))
      }),
      unsaid: Effect.fnUntraced(function* (courseId, now, count) {
        const { live } = yield* lessonsOf(courseId, now)
        if (live.size === 0) return []
        const done = new Map<UserId, number>()
        for (const { lessonId, status, userId } of yield* progress.all) {
          if (status === "completed" && live.has(lessonId)) done.set(userId, (done.get(userId) ?? 0) + 1)
        }
        const through = [...done].flatMap(([userId, completed]) => (completed === live.size ? [userId] : []))
        const unsaid = yield* Effect.filter(through, (userId) =>
          Effect.map(completions.find(keyOf(userId, courseId)), Option.isNone)
        )
        return unsaid.sort((a, b) => compare([a], [b])).slice(0, count)
      })
    })
  })
)

export const completionStoreLayer = Layer.effect(
  CompletionStore,
  Effect.map(MemoryDatabase, (database) => {
    const rows = completionRows(database)
    return CompletionStore.of({
      // One writer at a time: everything is held.
      holdCourse: () => Effect.void,
      insert: Effect.fnUntraced(function* (completion) {
        const key = keyOf(completion.userId, completion.courseId)
        if (Option.isSome(yield* rows.find(key))) return false
        yield* rows.put(key, completion)
        return true
      })
    })
  })
)

export const heartbeatsLayer = Layer.effect(
  Heartbeats,
  Effect.map(MemoryDatabase, (database) => {
    const rows = heartbeatRows(database)
    return Heartbeats.of({
      exchange: Effect.fnUntraced(function* (userId, now) {
        const before = yield* rows.find(userId)
        yield* rows.put(userId, { heardAt: now })
        return Option.map(before, ({ heardAt }) => heardAt)
      })
    })
  })
)

export const lessonAnalyticsLayer = Layer.effect(
  LessonAnalytics,
  Effect.map(MemoryDatabase, (database) => {
    const rows = analyticsRows(database)
    return LessonAnalytics.of({
      append: (events) =>
        Effect.map(
          Effect.filter(
            events,
            Effect.fnUntraced(function* (event) {
              const key = keyOf(event.userId, event.id)
              if (Option.isSome(yield* rows.find(key))) return false
              yield* rows.put(key, event)
              return true
            })
          ),
          (stored) => stored.map(({ id }) => id)
        ),
      of: (userId) =>
        Effect.map(rows.all, (all) =>
          all
            .filter((event) => event.userId === userId)
            .sort((a, b) => DateTime.Order(a.eventTimestamp, b.eventTimestamp) || compare([a.id], [b.id]))
        )
    })
  })
)
