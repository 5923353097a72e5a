/** What direct clients ask, over many rows and as their real roles: policies must not make it a scan. Source: PG-12. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ownersDatabase } from "../database.ts"
import { emptied, explaining, shapesIn, unstable } from "../plans.ts"

const uuid = (kind: number, n = "n") =>
  `('00000000-0000-7000-800${kind}-' || lpad((${n})::text, 12, '0'))::uuid`
const id = (kind: number, n: number) => `00000000-0000-7000-800${kind}-${String(n).padStart(12, "0")}`

const fill = (people: number, rows: number) => [
  `insert into public.profiles (id, username, display_name, is_public) select ${uuid(1)}, 'person-' || n, 'P', n % 2 = 0 from generate_series(1, ${people}) n`,
  `insert into public.profile_links (id, user_id, link_type, url, sort_order, is_public)
    select gen_random_uuid(), ${uuid(1)}, 'other', 'https://example.org', o, true from generate_series(1, ${people}) n, generate_series(1, 5) o`,
  `insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, created_by, submitted_at, published_at, search_text, version)
    select ${uuid(2)}, 'c' || n, 't' || n, '', 'c', 'beginner', (case when n % 50 = 0 then 'in_review' else 'published' end)::content.workflow_status,
      ${uuid(1, `1 + n % ${people}`)}, case when n % 50 = 0 then now() end, now() - n * interval '1 minute', 't', 1 from generate_series(1, ${rows}) n`,
  `insert into content.modules (id, course_id, module_order, key, title, description, learning_objectives, is_published, version)
    select ${uuid(3)}, ${uuid(2)}, 1, 'k', 't', '', '{}', true, 1 from generate_series(1, ${rows}) n`,
  `insert into content.lessons (id, course_id, module_id, lesson_order, slug, type, title, is_free_preview, learning_objectives, prerequisites, resources, workflow_status, published_at, version)
    select ${uuid(4)}, ${uuid(2)}, ${uuid(3)}, 1, 'l', 'article', 't', false, '{}', '{}', '[]', 'published', now(), 1 from generate_series(1, ${rows}) n`,
  `insert into access.user_entitlements (id, user_id, entitlement_type, entitlement_ref, status, starts_at, source)
    select gen_random_uuid(), ${uuid(1)}, 'tier', 'premium', 'active', 'epoch', 'test' from generate_series(1, ${people}) n, generate_series(1, 5)`,
  `insert into learn.user_progress (id, user_id, lesson_id, status, completion_percentage, time_spent_minutes, attempts_count, last_accessed_at, bookmarks)
    select gen_random_uuid(), ${uuid(1, `1 + n % ${people}`)}, ${uuid(4)}, 'not_started', 0, 0, 0, now(), '[]' from generate_series(1, ${rows}) n`,
  "analyze"
]

const filled = [
  "public.profile_links",
  "public.profiles",
  "access.user_entitlements",
  "learn.user_progress",
  "content.lessons",
  "content.modules",
  "content.courses"
]

/** As direct clients write them: with the explicit predicate that PG-7 asks for. */
const queries: Readonly<Record<string, string>> = {
  profile: `select id, username from public.profiles where id = '${id(1, 77)}'`,
  "profile by name": "select id, username from public.profiles where username = 'person-78'",
  "links of a profile": `select url from public.profile_links where user_id = '${id(1, 78)}' order by sort_order`,
  course: `select id, title from content.courses where id = '${id(2, 77)}'`,
  "course by slug": "select id, title from content.courses where slug = 'c77'",
  "newest courses":
    "select id, title from content.courses where workflow_status = 'published' order by published_at desc, id desc limit 20",
  "modules of a course": `select id, title from content.modules where course_id = '${id(2, 77)}' order by module_order`,
  "lessons of a course": `select id, title from content.lessons where course_id = '${id(2, 77)}'`,
  lesson: `select id, title from content.lessons where id = '${id(4, 77)}'`,
  "old slug": "select course_id from content.course_slugs where slug = 'c77'",
  "body of a lesson": `select content.read_lesson('${id(4, 77)}')`
}
const ownQueries: Readonly<Record<string, string>> = {
  "a scan": "select count(*) from content.lessons where title = 'none'",
  "own entitlements": `select id from access.user_entitlements where user_id = '${id(1, 77)}' order by id desc limit 20`,
  "own progress": `select lesson_id from learn.user_progress where user_id = '${id(1, 77)}'`,
  "own profile": "select public.my_profile()",
  "may read": `select access.can_read_lesson('${id(4, 77)}'), access.can_read_course('${id(2, 50)}'), rbac.has_permission('content.edit')`
}

const roles = ["anon", "authenticated"] as const
const asked = roles.flatMap((role) =>
  Object.entries(role === "anon" ? queries : { ...queries, ...ownQueries }).map(([name, query]) => ({
    name: `${role}, ${name}`,
    role,
    query
  }))
)

/** Runs something as a direct client. */
const as =
  (role: (typeof roles)[number]) =>
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql.withTransaction(
        Effect.andThen(
          sql`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${role === "anon" ? "" : JSON.stringify({ sub: id(1, 77) })}, true)`,
          body
        )
      )
    )

const fillWith = Effect.fnUntraced(function* (people: number, rows: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('statement_timeout', '0', true), set_config('session_replication_role', 'replica', true)`
      for (const statement of fill(people, rows)) yield* sql.unsafe(statement).unprepared
    })
  )
})

const shapes = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const all = yield* Effect.forEach(asked, ({ name, query, role }) =>
    Effect.map(as(role)(sql.unsafe<object>(explaining(query))), (rows) => [name, shapesIn(rows)] as const)
  )
  return Object.fromEntries(all)
})

it.layer(ownersDatabase, { excludeTestServices: true, timeout: "240 seconds" })("Direct clients", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, as their real roles, by the plans of a tenth of them (PG-12)",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* fillWith(2_000, 10_000)
        const small = yield* shapes
        yield* emptied(filled)
        yield* fillWith(20_000, 100_000)
        // Whose profile is public is asked of all of them while they are few.
        const growing = roles.map((role) => `${role}, links of a profile`)
        assert.deepStrictEqual(unstable(small, yield* shapes, { growing }), [])
        const scanned: Array<string> = []
        for (const { name, query, role } of asked) {
          const wholes = yield* as(role)(
            Effect.gen(function* () {
              const counters = sql<{ table: string; whole: number }>`
                select relname::text as table, seq_tup_read::int4 as whole from pg_stat_xact_user_tables`
              const before = new Map((yield* counters).map(({ table, whole }) => [table, whole]))
              // After five runs PostgreSQL may settle on a plan for any parameters.
              for (let nth = 0; nth < 7; nth += 1) yield* sql.unsafe(query)
              return (yield* counters).filter(
                ({ table, whole }) => (whole - (before.get(table) ?? 0)) / 7 >= 10_000
              )
            })
          )
          for (const { table } of wholes) scanned.push(`${name}: ${table}`)
        }
        // The measure sees what it must see.
        assert.deepStrictEqual(scanned, ["authenticated, a scan: lessons"])
      }),
    240_000
  )
})
