/** How the queries of learning come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { CompletionStore, CourseStandings, Heartbeats, LessonAnalytics } from "@lyceum/core/learning/ports"
import { ProgressStore } from "@lyceum/core/progress/ports"
import { CourseId, LessonId, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import {
  completionStoreLayer,
  courseStandingsLayer,
  heartbeatsLayer,
  lessonAnalyticsLayer
} from "../src/learning.ts"
import { progressStoreLayer } from "../src/progress.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(
  courseStandingsLayer,
  completionStoreLayer,
  heartbeatsLayer,
  lessonAnalyticsLayer,
  progressStoreLayer
).pipe(Layer.provideMerge(transactionLayer), Layer.provide(platformLayer), Layer.provideMerge(testDatabase))

const kinds = { person: 1, course: 4, module: 5, lesson: 6, progress: 7, event: 8 } as const
const prefix = (kind: keyof typeof kinds) => `0000000${kinds[kind]}-0000-7000-8000-`
const id = (kind: keyof typeof kinds, n: number) => `${prefix(kind)}${String(n).padStart(12, "0")}`
const now = DateTime.makeUnsafe("2026-06-01T12:00:00Z")

const inTransaction = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(body))

/** So many courses of four lessons, each with five learners who did them all; every second one is said to be through. */
const fill = Effect.fnUntraced(function* (courses: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select set_config('statement_timeout', '0', true), set_config('session_replication_role', 'replica', true)`
  const of = (kind: keyof typeof kinds, n: string) =>
    sql.literal(`('${prefix(kind)}' || lpad((${n})::text, 12, '0'))::uuid`)
  const all = sql`generate_series(1, ${courses}::int) n`
  const learned = sql`${all}, generate_series(0, 4) k`
  // The same learners in the courses around: five courses each.
  const person = of("person", `(n + k) % ${courses}`)
  yield* sql`insert into public.profiles (id, username, display_name)
    select ${of("person", "n")}, 'person-' || n, 'P' from generate_series(0, ${courses - 1}::int) n`
  yield* sql`
    insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, published_at,
      learner_count, search_text, version)
    select ${of("course", "n")}, 'course-' || n, 'C', '', 'c', 'beginner', 'published', 'epoch', 0, '', 1 from ${all}`
  yield* sql`
    insert into content.modules (id, course_id, module_order, key, title, description, learning_objectives, is_published, version)
    select ${of("module", "n")}, ${of("course", "n")}, 1, 'm', 'M', '', '{}', true, 1 from ${all}`
  yield* sql`
    insert into content.lessons (id, course_id, module_id, lesson_order, slug, type, title, is_free_preview,
      learning_objectives, prerequisites, resources, workflow_status, published_at, version)
    select ${of("lesson", "4 * n + l")}, ${of("course", "n")}, ${of("module", "n")}, l + 1, 'l' || l, 'article', 'L', false,
      '{}', '{}', '[]', 'published', 'epoch', 1
    from ${all}, generate_series(0, 3) l`
  yield* sql`
    insert into learn.user_progress (id, user_id, lesson_id, status, completion_percentage, time_spent_minutes,
      attempts_count, started_at, completed_at, last_accessed_at, bookmarks)
    select ${of("progress", "20 * n + 4 * k + l")}, ${person}, ${of("lesson", "4 * n + l")}, 'completed', 100, 1, 1, 'epoch', 'epoch',
      'epoch', '[]'
    from ${learned}, generate_series(0, 3) l`
  yield* sql`
    insert into learn.course_completions (user_id, course_id, completed_at)
    select ${person}, ${of("course", "n")}, 'epoch' from ${learned} where k % 2 = 0`
  yield* sql`insert into learn.heartbeats (user_id, heard_at) select ${of("person", "n - 1")}, 'epoch' from ${all}`
  yield* sql`
    insert into learn.lesson_analytics (id, user_id, lesson_id, event_type, event_data, event_timestamp)
    select ${of("event", "5 * n + k")}, ${person}, ${of("lesson", "4 * n")}, 'start', '{}', 'epoch' from ${learned}`
  yield* sql`analyze`
})

/** A module is found by its id through either of two indexes, whichever is smaller by a page. */
const alike = (shapes: Readonly<Record<string, ReadonlyArray<string>>>) =>
  Object.fromEntries(
    Object.entries(shapes).map(([query, all]) => [
      query,
      all.map((one) => one.replaceAll("modules_id_course_key", "modules_pkey"))
    ])
  )

const mine = ["user_progress", "course_completions", "heartbeats", "lesson_analytics"].map(
  (table) => `learn.${table}`
)
const filled = [...mine, "content.lessons", "content.modules", "content.courses", "public.profiles"]

const queriesOfLearning = Effect.gen(function* () {
  const [standings, completions] = [yield* CourseStandings, yield* CompletionStore]
  const [heartbeats, analytics, progress] = [yield* Heartbeats, yield* LessonAnalytics, yield* ProgressStore]
  const userId = UserId.make(id("person", 42))
  const courseId = CourseId.make(id("course", 42))
  const lessonId = LessonId.make(id("lesson", 4 * 42))
  const done = Option.getOrThrow(yield* progress.find(userId, lessonId))
  const [event] = yield* analytics.of(userId)
  return {
    find: progress.find(userId, lessonId),
    put: progress.put(done),
    completed: progress.completed(userId, [lessonId, LessonId.make(id("lesson", 7))]),
    firstAccess: progress.firstAccess(userId, courseId),
    existsIn: progress.existsIn(courseId, "all"),
    standing: standings.find(userId, courseId, now),
    standings: standings.list(userId, now, { after: Option.none(), count: 51 }),
    moreStandings: standings.list(userId, now, { after: Option.some([courseId]), count: 51 }),
    unsaid: standings.unsaid(courseId, now, 500),
    holdCourse: completions.holdCourse(courseId),
    complete: completions.insert({ userId, courseId, completedAt: now }),
    heartbeat: heartbeats.exchange(userId, now),
    note: analytics.append([event!]),
    noted: analytics.of(userId)
  }
})

layer(adapters, { excludeTestServices: true, timeout: "180 seconds" })("Queries of learning", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them (PG-12)",
    () =>
      Effect.gen(function* () {
        yield* asOwner(inTransaction(fill(1000)))
        const small = yield* shapesOfAll(yield* queriesOfLearning)
        yield* asOwner(inTransaction(Effect.andThen(emptied(filled), fill(10_000))))
        const queries = yield* queriesOfLearning
        const large = yield* shapesOfAll(queries)
        assert.deepStrictEqual(unstable(alike(small), alike(large)), [])
        const scans: Array<readonly [string, ReadonlyArray<string>]> = []
        for (const [query, run] of Object.entries(queries))
          scans.push([query, yield* wholeScansOf(run as Effect.Effect<unknown>)])
        assert.deepStrictEqual(
          scans.filter(([, scanned]) => scanned.length > 0),
          []
        )
        // Foreign keys have theirs for the day when a lesson or a course goes.
        const guards = [
          "idx_course_completions_course",
          "idx_lesson_analytics_course",
          "idx_lesson_analytics_lesson"
        ]
        const unused = yield* unusedIndexesOf(mine)
        assert.deepStrictEqual(
          unused.filter((index) => !guards.includes(index)),
          []
        )
      }),
    180_000
  )
})
