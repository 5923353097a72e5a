/** Connections to PostgreSQL: a pool with a bounded wait, sessions with timeouts, and reads that survive a lost connection. */
import { PgClient, type PgConnection } from "@effect/sql-pg"
import { StorageUnavailable } from "@lyceum/core/shared"
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError } from "effect/sql"
import { pause, persistently, wallClock } from "./faults.ts"

/** Of every session. Source: PG-13. */
const sessionSettings = {
  timezone: "UTC",
  default_transaction_isolation: "read committed",
  statement_timeout: "5s",
  lock_timeout: "2s",
  idle_in_transaction_session_timeout: "5s"
}

/** As for `PgClient`; settings named in `startupParameters` win over ours. */
export interface ConnectOptions extends PgClient.PgPoolConfig {
  /** How long work waits for a free connection before it is `StorageUnavailable`. Default: 2 seconds. */
  readonly acquireWithin?: Duration.Input
}

const noFreeConnection = Effect.suspend(() =>
  Effect.die(new StorageUnavailable({ why: "no_free_connection", retryAfterSeconds: 1 }))
)

/** PostgreSQL answers ROLLBACK to the COMMIT of a transaction that a swallowed error had aborted. */
const commit = (connection: SqlConnection.Connection): Effect.Effect<void, SqlError.SqlError> =>
  Effect.flatMap(
    connection.executeRaw("COMMIT", []) as Effect.Effect<PgConnection.Result, SqlError.SqlError>,
    ({ command }) =>
      command === "ROLLBACK"
        ? Effect.fail(
            new SqlError.SqlError({
              reason: new SqlError.UnknownError({
                cause: new Error("COMMIT rolled back an aborted transaction"),
                operation: "commit"
              })
            })
          )
        : Effect.void
  )

/** The same database with a bounded wait for connections, and statements outside of transactions run persistently. */
const steady = (client: PgClient.PgClient, acquireWithin: Duration.Input) => {
  const tooLate = Effect.andThen(
    pause(Duration.toMillis(Duration.fromInputUnsafe(acquireWithin))),
    noFreeConnection
  )
  const acquirer = Effect.raceFirst(client.reserve, tooLate)
  return SqlClient.make({
    acquirer,
    borrower: <A, E, R>(use: (connection: SqlConnection.Connection) => Effect.Effect<A, E, R>) =>
      persistently(Effect.scoped(Effect.flatMap(acquirer, use))),
    transactionAcquirer: acquirer,
    compiler: PgClient.makeCompiler(),
    prepareTransactionControls: true,
    commit,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    driver: "pg",
    spanAttributes: []
  })
}

/**
 * A pool of connections, which ages by the clock on the wall: as the client that our adapters use, and as the driver's
 * own one for LISTEN and NOTIFY.
 */
export const connect = ({ acquireWithin = "2 seconds", startupParameters, ...config }: ConnectOptions) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const client = yield* PgClient.make({
        preparedStatementCacheSize: 500,
        applicationName: "lyceum",
        ...config,
        startupParameters: { ...sessionSettings, ...startupParameters }
      }).pipe(Effect.provideService(Clock.Clock, wallClock))
      return Context.make(PgClient.PgClient, client).pipe(
        Context.add(SqlClient.SqlClient, yield* steady(client, acquireWithin))
      )
    })
  ).pipe(Layer.provide(Reactivity.layer))
