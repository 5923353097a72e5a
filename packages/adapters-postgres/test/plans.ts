/** Looks at how PostgreSQL came to its answers, by counters and by the shapes of its plans. Source: PG-12. */
import { Transaction } from "@lyceum/core/shared"
import { Effect } from "effect"
import { SqlClient, Statement } from "effect/sql"

/** Runs in one session: after five runs PostgreSQL may settle on a plan for any parameters, and that one counts as well. */
const runs = 8

interface Reading {
  readonly table: string
  /** Rows read from end to end, and rows fetched by an index, in one run. */
  readonly whole: number
  readonly fetched: number
}

/**
 * What a body reads of each table, told by the counters of its session, which go on from what it read before. What the
 * body writes is rolled back.
 */
export const readingsOf = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const { run } = yield* Transaction
  const counters = Effect.orDie(sql<Reading>`
    select schemaname || '.' || relname as table, seq_tup_read::int4 as whole, coalesce(idx_tup_fetch, 0)::int4 as fetched
    from pg_stat_xact_user_tables order by 1`)
  let readings: ReadonlyArray<Reading> | undefined
  const exit = yield* Effect.exit(
    run(
      Effect.gen(function* () {
        const before = new Map((yield* counters).map((reading) => [reading.table, reading]))
        for (let nth = 0; nth < runs; nth += 1) yield* body
        readings = (yield* counters).map(({ fetched, table, whole }) => ({
          table,
          whole: (whole - (before.get(table)?.whole ?? 0)) / runs,
          fetched: (fetched - (before.get(table)?.fetched ?? 0)) / runs
        }))
        return yield* Effect.die("rolled back")
      })
    )
  )
  return readings ?? (yield* Effect.orDie(exit))
})

/** The tables of more than 10 000 rows that a body reads from end to end. */
export const wholeScansOf = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.map(readingsOf(body), (readings) =>
    readings.filter(({ whole }) => whole >= 10_000).map(({ table }) => table)
  )

/** The indexes of a schema that nothing has used since the database was made; primary keys guard, used or not. */
export const unusedIndexesOf = Effect.fnUntraced(function* (tables: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_stat_force_next_flush()`
  const rows = yield* sql<{ name: string }>`
    select s.indexrelname as name from pg_stat_user_indexes s join pg_index i using (indexrelid)
    where s.schemaname || '.' || s.relname = any(${tables}) and s.idx_scan = 0 and not i.indisprimary order by 1`
  return rows.map(({ name }) => name)
})

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Index Name"?: string
  readonly Plans?: ReadonlyArray<Plan>
}

/** `Limit(Index Scan idx_courses_title)`: kinds of nodes, and the tables and indexes they read; no costs, no rows. */
const shape = (plan: Plan): string => {
  const name = [plan["Node Type"], plan["Index Name"] ?? plan["Relation Name"]].filter(Boolean).join(" ")
  return plan.Plans === undefined ? name : `${name}(${plan.Plans.map(shape).join(", ")})`
}

/** A statement that answers the plan of another one, and the shapes in its answer. */
export const explaining = (text: string): string => `explain (format json, costs off) ${text}`
export const shapesIn = (rows: ReadonlyArray<object>): ReadonlyArray<string> =>
  (rows as ReadonlyArray<{ readonly "QUERY PLAN": ReadonlyArray<{ readonly Plan: Plan }> }>).flatMap((row) =>
    row["QUERY PLAN"].map(({ Plan }) => shape(Plan))
  )

/** The shapes of the plans of every statement that a body runs, under its role and with its parameters. */
export const shapesOf = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const { run } = yield* Transaction
  const shapes: Array<string> = []
  const recording: Statement.Transformer = (statement, sql) => {
    const [text, parameters] = statement.compile()
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) return Effect.succeed(statement)
    return sql.unsafe<object>(explaining(text), parameters).pipe(
      Effect.provideService(Statement.CurrentTransformer, undefined),
      Effect.map((rows) => shapes.push(...shapesIn(rows))),
      Effect.orDie,
      Effect.as(statement)
    )
  }
  yield* Effect.exit(
    run(
      Effect.andThen(
        Effect.provideService(body, Statement.CurrentTransformer, recording),
        Effect.die("rolled back")
      )
    )
  )
  return shapes
})

/** The shapes of many queries' plans, by their names. */
export const shapesOfAll = (queries: Readonly<Record<string, unknown>>) =>
  Effect.map(
    Effect.forEach(Object.entries(queries), ([name, query]) =>
      Effect.map(shapesOf(query as Effect.Effect<unknown>), (shapes) => [name, shapes] as const)
    ),
    (all): Shapes => Object.fromEntries(all)
  )

type Shapes = Readonly<Record<string, ReadonlyArray<string>>>

/** The indexes that plans read by, and the tables without one, each once; in what order is the planner's. */
const readBy = (shapes: ReadonlyArray<string> = []): ReadonlyArray<string> =>
  [
    ...new Set(
      shapes.flatMap((one) => one.replaceAll(/Bitmap Heap Scan \w+/g, "").match(/\b[a-z_]\w*/g) ?? [])
    )
  ].sort()

interface Allowed {
  /** Begin to use an index as the table grows, or read tables so small that it is the planner's choice how. */
  readonly growing?: ReadonlyArray<string>
}

/**
 * The queries that are read by other indexes, or by whole tables, at ten times the size. In what order and by what kind of
 * join they are put together is the planner's, from samples that are others each time.
 */
export const unstable = (small: Shapes, large: Shapes, { growing = [] }: Allowed = {}) =>
  Object.entries(large)
    .map(([query, shapes]) => ({ query, small: small[query] ?? [], large: shapes }))
    .filter(({ query }) => !growing.includes(query))
    .filter(({ large, small }) => String(readBy(small)) !== String(readBy(large)))

/** Takes all rows out of tables again, as their owner, whatever keeps them from it. */
export const emptied = (tables: ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.withTransaction(
      Effect.andThen(
        sql`select set_config('session_replication_role', 'replica', true)`,
        Effect.forEach(tables, (table) => sql`delete from ${sql.literal(table)}`, { discard: true })
      )
    )
  )
