/** One unit of work on PostgreSQL, run again where PostgreSQL asks to run it again. Source: KER-22, PG-13. */
import { currentInstant, InTransaction, StorageUnavailable, Transaction } from "@lyceum/core/shared"
import { IdempotencyKey } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { actingDriver, CommandInstant } from "./acting.ts"
import { persistently, wallClock } from "./faults.ts"

/** How long commands are refused at once after the disk was full; then one tries whether there is room again. */
const diskFullForMillis = 10_000

export const transactionLayer = Layer.effect(
  Transaction,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    let diskFullUntil = 0

    const refuseWhileDiskIsFull = Effect.suspend(() => {
      const left = diskFullUntil - wallClock.currentTimeMillisUnsafe()
      return left > 0
        ? Effect.die(new StorageUnavailable({ why: "disk_full", retryAfterSeconds: Math.ceil(left / 1000) }))
        : Effect.void
    })
    const rememberDiskIsFull = (defect: unknown) =>
      Effect.sync(() => {
        if (defect instanceof StorageUnavailable && defect.why === "disk_full") {
          diskFullUntil = wallClock.currentTimeMillisUnsafe() + diskFullForMillis
        }
      })

    const begin = <A, E, R>(body: Effect.Effect<A, E, R>) =>
      Effect.gen(function* () {
        const now = yield* currentInstant
        const key = yield* IdempotencyKey
        // SQL functions read the command's instant, not the server's clock (KER-1).
        const instant = DateTime.formatIso(now)
        const told: Effect.Effect<unknown, SqlError.SqlError> =
          sql.driver === actingDriver ? Effect.void : sql`select set_config('lyceum.now', ${instant}, true)`
        let commitSent = false
        const once = Effect.suspend(() => {
          commitSent = false
          return sql
            .withTransaction(
              Effect.andThen(told, Effect.provideService(body, InTransaction, { now })).pipe(
                Effect.tap(() => Effect.sync(() => void (commitSent = true)))
              )
            )
            .pipe(Effect.provideService(CommandInstant, instant))
        })
        // Whether a COMMIT without an answer took effect, only a remembered answer can tell.
        return yield* persistently(once, () => !commitSent || Option.isSome(key))
      }).pipe(Effect.tapDefect(rememberDiskIsFull), (unitOfWork) =>
        Effect.andThen(refuseWhileDiskIsFull, unitOfWork)
      )

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
