/** Looks at how PostgreSQL came to its answers, without reading plans. Source: PG-12. */
import { Transaction } from "@lyceum/core/shared"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

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
