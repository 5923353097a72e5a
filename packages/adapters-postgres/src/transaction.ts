/** One unit of work on PostgreSQL, run again where PostgreSQL asks to run it again. Source: KER-22, PG-13. */
import { currentInstant, InTransaction, Transaction } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schedule } from "effect"
import { SqlClient, SqlError } from "effect/sql"

/** Serialization failure, deadlock, lost or refused connections; never a timeout of ours nor a mistake of ours. */
const isWorthRepeating = (error: SqlError.SqlError): boolean =>
  ["SerializationError", "DeadlockError", "ConnectionError"].includes(error.reason._tag)

const again = {
  while: (error: unknown) => SqlError.isSqlError(error) && isWorthRepeating(error),
  times: 5,
  schedule: Schedule.jittered(Schedule.exponential("10 millis"))
}

/** Adapters turn SQL faults into defects; here they are looked for among the defects, so that they can be repeated. */
const surfaceSqlError = Effect.catchDefect((defect) => (SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect)))

export const transactionLayer = Layer.effect(
  Transaction,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient

    const begin = <A, E, R>(body: Effect.Effect<A, E, R>) =>
      Effect.gen(function* () {
        const now = yield* currentInstant
        // SQL functions read the command's instant, not the server's clock (KER-1).
        const told = sql`select set_config('lyceum.now', ${DateTime.formatIso(now)}, true)`
        const once = sql.withTransaction(Effect.andThen(told, Effect.provideService(body, InTransaction, { now })))
        return yield* surfaceSqlError(once).pipe(Effect.retry(again))
      }).pipe(Effect.catchIf(SqlError.isSqlError, Effect.die))

    const run = <A, E, R>(body: Effect.Effect<A, E, R>) =>
      Effect.flatMap(Effect.serviceOption(InTransaction), (outer) =>
        Option.isSome(outer)
          ? Effect.catchIf(sql.withTransaction(body), SqlError.isSqlError, Effect.die)
          : begin(body)
      )

    // TypeScript cannot see through Exclude on a generic: the proof that `begin` provides is gone from R.
    return Transaction.of({ run: run as Transaction["Service"]["run"] })
  })
)
