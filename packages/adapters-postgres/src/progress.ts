/** What learners have done in lessons. */
import { Progress } from "@lyceum/core/progress"
import { ProgressStore } from "@lyceum/core/progress/ports"
import type { LessonId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { table } from "./table.ts"

/** All that a later report may change; the rest says how it began. */
const changing = [
  "status",
  "completion_percentage",
  "time_spent_minutes",
  "attempts_count",
  "started_at",
  "completed_at",
  "last_accessed_at",
  "bookmarks",
  "progress_data",
  "updated_at"
]

export const progressStoreLayer = Layer.effect(
  ProgressStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("learn.user_progress", ["user_id", "lesson_id"], Progress)
    return ProgressStore.of({
      find: (userId, lessonId) =>
        Effect.orDie(rows.selectOne(sql`where user_id = ${userId}::uuid and lesson_id = ${lessonId}::uuid`)),
      findAll: (userId, lessonIds) =>
        Effect.orDie(
          rows.select(sql`where user_id = ${userId}::uuid and lesson_id = any(${lessonIds}::uuid[])`)
        ),
      put: Effect.fnUntraced(function* (progress) {
        const isFirst = yield* rows.insertUnlessKnown(progress, "user_progress_user_lesson_key")
        if (!isFirst) yield* rows.replace(progress, changing)
      }, Effect.orDie),
      completed: (userId, lessonIds) =>
        Effect.map(
          Effect.orDie(sql<{ lesson_id: LessonId }>`
            select lesson_id from learn.user_progress
            where user_id = ${userId}::uuid and lesson_id = any(${lessonIds}::uuid[]) and completed_at is not null`),
          (found) => found.map(({ lesson_id }) => lesson_id)
        ),
      firstAccess: (userId, courseId) =>
        Effect.map(
          Effect.orDie(sql<{ at: Date | null }>`
            select min(p.created_at) as at from learn.user_progress p join content.lessons l on l.id = p.lesson_id
            where p.user_id = ${userId}::uuid and l.course_id = ${courseId}::uuid`),
          ([row]) => Option.map(Option.fromNullishOr(row?.at), DateTime.fromDateUnsafe)
        ),
      existsIn: (courseId, lessons) => {
        const among = lessons === "all" ? sql.literal("true") : sql`l.id = any(${lessons}::uuid[])`
        return Effect.map(
          Effect.orDie(sql`
            select 1 from content.lessons l
            where l.course_id = ${courseId}::uuid and ${among}
              and exists (select 1 from learn.user_progress p where p.lesson_id = l.id) limit 1`),
          (found) => found.length > 0
        )
      }
    })
  })
)
