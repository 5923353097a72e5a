/** Looks at how PostgreSQL came to its answers, without reading plans. Source: PG-12. */
import { Transaction } from "@lyceum/core/shared"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Runs in one session: after five runs PostgreSQL may settle on a plan for any parameters, and that one counts as well. */
const runs = 8

/**
 * The tables of more than 10 000 rows that a body reads from end to end, told by the counters of its own transaction.
 * The body runs eight times; what it writes is rolled back.
 */
export const wholeScansOf = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const { run } = yield* Transaction
  let scanned: ReadonlyArray<string> | undefined
  const exit = yield* Effect.exit(
    run(
      Effect.gen(function* () {
        for (let nth = 0; nth < runs; nth += 1) yield* body
        const rows = yield* Effect.orDie(sql<{ name: string }>`
          select schemaname || '.' || relname as name from pg_stat_xact_user_tables
          where seq_scan > 0 and seq_tup_read >= 10000 order by 1`)
        scanned = rows.map(({ name }) => name)
        return yield* Effect.die("rolled back")
      })
    )
  )
  return scanned ?? (yield* Effect.orDie(exit))
})

/** The indexes of a schema that nothing has used since the database was made; primary keys guard, used or not. */
export const unusedIndexesOf = Effect.fnUntraced(function* (tables: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_stat_force_next_flush()`
  const rows = yield* sql<{ name: string }>`
    select s.indexrelname as name from pg_stat_user_indexes s join pg_index i using (indexrelid)
    where s.schemaname || '.' || s.relname = any(${tables}) and s.idx_scan = 0 and not i.indisprimary order by 1`
  return rows.map(({ name }) => name)
})
