/** How learners stand in courses, what they completed, and what analytics keeps. */
import { AnalyticsEvent, CourseCompletion } from "@lyceum/core/learning"
import {
  CompletionStore,
  type CourseFacts,
  CourseStandings,
  Heartbeats,
  LessonAnalytics
} from "@lyceum/core/learning/ports"
import type { CourseId, Instant, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema, String as Text } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { table } from "./table.ts"

const encodeEvent = Schema.encodeSync(Schema.toCodecJson(AnalyticsEvent)) as (
  event: AnalyticsEvent
) => Readonly<Record<string, unknown>>
const toRow = (event: AnalyticsEvent) =>
  Object.fromEntries(
    Object.entries(encodeEvent(event)).map(([name, value]) => [Text.camelToSnake(name), value])
  )

interface StandingRow {
  readonly course_id: CourseId
  readonly enrolled_at: Date | null
  readonly completed_at: Date | null
  readonly total: number
  readonly completed: number
  readonly begun: number
  readonly minutes: number
  readonly last_activity_at: Date | null
}

const factsOf = (row: StandingRow): CourseFacts => ({
  courseId: row.course_id,
  total: row.total,
  completed: row.completed,
  begun: row.begun,
  timeSpentMinutes: row.minutes,
  ...(row.last_activity_at && { lastActivityAt: DateTime.fromDateUnsafe(row.last_activity_at) }),
  ...(row.enrolled_at && { enrolledAt: DateTime.fromDateUnsafe(row.enrolled_at) }),
  ...(row.completed_at && { completedAt: DateTime.fromDateUnsafe(row.completed_at) })
})

export const courseStandingsLayer = Layer.effect(
  CourseStandings,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    /** The lessons of the course that are live by then (CON-4). */
    const live = (course: Statement.Fragment, now: Instant) => sql`
      content.lessons l join content.modules m on m.id = l.module_id join content.courses c on c.id = l.course_id
      where l.course_id = ${course} and l.workflow_status = 'published' and m.is_published
        and c.workflow_status = 'published'
        and (c.publish_at is null or c.publish_at <= ${DateTime.toDateUtc(now)}::timestamptz)`

    /** `courses`: rows of `course_id` and `enrolled_at`. */
    const standings = (userId: UserId, courses: Statement.Fragment, now: Instant) =>
      Effect.map(
        Effect.orDie(sql<StandingRow>`
          with mine as (${courses})
          select mine.course_id, mine.enrolled_at, d.completed_at, s.*
          from mine
          left join learn.course_completions d on d.user_id = ${userId}::uuid and d.course_id = mine.course_id
          cross join lateral (
            select count(*)::int as total,
              count(*) filter (where p.status = 'completed')::int as completed,
              count(*) filter (where p.status <> 'not_started')::int as begun,
              coalesce(sum(p.time_spent_minutes), 0)::float8 as minutes,
              max(p.last_accessed_at) as last_activity_at
            from (select l.id from ${live(sql.literal("mine.course_id"), now)}) live
            left join learn.user_progress p on p.user_id = ${userId}::uuid and p.lesson_id = live.id) s
          order by mine.course_id`),
        (rows) => rows.map(factsOf)
      )

    return CourseStandings.of({
      find: (userId, courseId, now) =>
        Effect.map(
          standings(
            userId,
            sql`
            select ${courseId}::uuid as course_id, min(p.created_at) as enrolled_at
            from learn.user_progress p join content.lessons l on l.id = p.lesson_id
            where p.user_id = ${userId}::uuid and l.course_id = ${courseId}::uuid`,
            now
          ),
          ([facts]) => facts!
        ),
      list: (userId, now, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => sql.literal("true"),
          onSome: ([id]) => sql`l.course_id > ${String(id)}::uuid`
        })
        return standings(
          userId,
          sql`
          select l.course_id, min(p.created_at) as enrolled_at
          from learn.user_progress p join content.lessons l on l.id = p.lesson_id
          where p.user_id = ${userId}::uuid and ${beyond}
          group by l.course_id order by l.course_id limit ${count}`,
          now
        )
      },
      unsaid: (courseId, now, count) =>
        Effect.map(
          Effect.orDie(sql<{ user_id: UserId }>`
            with live as (select l.id from ${live(sql`${courseId}::uuid`, now)})
            select p.user_id from live join learn.user_progress p on p.lesson_id = live.id
            where p.status = 'completed' and not exists (
              select 1 from learn.course_completions d
              where d.user_id = p.user_id and d.course_id = ${courseId}::uuid)
            group by p.user_id having count(*) = (select count(*) from live)
            order by p.user_id limit ${count}`),
          (rows) => rows.map(({ user_id }) => user_id)
        )
    })
  })
)

export const completionStoreLayer = Layer.effect(
  CompletionStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("learn.course_completions", ["user_id", "course_id"], CourseCompletion)
    return CompletionStore.of({
      holdCourse: (courseId) =>
        Effect.asVoid(
          Effect.orDie(sql`select 1 from content.courses where id = ${courseId}::uuid for share`)
        ),
      insert: (completion) => Effect.orDie(rows.insertUnlessKnown(completion, "course_completions_pkey"))
    })
  })
)

export const heartbeatsLayer = Layer.effect(
  Heartbeats,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return Heartbeats.of({
      exchange: (userId, now) =>
        Effect.map(
          Effect.orDie(sql<{ heard_at: Date }>`
            with before as (select heard_at from learn.heartbeats where user_id = ${userId}::uuid),
            heard as (
              insert into learn.heartbeats (user_id, heard_at, updated_at)
              values (${userId}::uuid, ${DateTime.toDateUtc(now)}::timestamptz, ${DateTime.toDateUtc(now)}::timestamptz)
              on conflict on constraint heartbeats_pkey
              do update set heard_at = excluded.heard_at, updated_at = excluded.updated_at)
            select heard_at from before`),
          ([row]) =>
            Option.map(Option.fromUndefinedOr(row), ({ heard_at }) => DateTime.fromDateUnsafe(heard_at))
        )
    })
  })
)

export const lessonAnalyticsLayer = Layer.effect(
  LessonAnalytics,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const columns = sql.literal(Object.keys(AnalyticsEvent.fields).map(Text.camelToSnake).join(", "))
    const rows = yield* table("learn.lesson_analytics", ["user_id", "id"], AnalyticsEvent)
    return LessonAnalytics.of({
      append: (events) =>
        Effect.map(
          Effect.orDie(sql<{ id: string }>`
            insert into learn.lesson_analytics (${columns}) select ${columns}
            from jsonb_populate_recordset(null::learn.lesson_analytics, ${JSON.stringify(events.map(toRow))}::jsonb)
            on conflict on constraint lesson_analytics_pkey do nothing returning id`),
          (stored) => stored.map(({ id }) => id)
        ),
      of: (userId) =>
        Effect.orDie(rows.select(sql`where user_id = ${userId}::uuid order by event_timestamp, id`))
    })
  })
)
