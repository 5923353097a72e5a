/** Connections to PostgreSQL: a pool with a bounded wait, sessions with timeouts, and reads that survive a lost connection. */
import { PgClient, type PgConnection, PgPool } from "@effect/sql-pg"
import { StorageUnavailable } from "@lyceum/core/shared"
import { Clock, Duration, Effect, Layer, type Scope, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError } from "effect/sql"
import { actingDriver, type ActingRole, alone, begun } from "./acting.ts"
import { pause, persistently, wallClock } from "./faults.ts"

/** Of every session. Source: PG-13. */
const sessionSettings = {
  timezone: "UTC",
  default_transaction_isolation: "read committed",
  statement_timeout: "5s",
  lock_timeout: "2s",
  idle_in_transaction_session_timeout: "5s"
}

/** As for the driver; settings named in `startupParameters` win over ours. */
export interface ConnectOptions extends PgPool.Config {
  /** How long work waits for a free connection before it is `StorageUnavailable`. Default: 2 seconds. */
  readonly acquireWithin?: Duration.Input
  /**
   * What every transaction becomes, also that of a single statement. The login need not hold anything but membership in
   * it. Absent: statements run as the login, which is for migrations. Source: PG-9.
   */
  readonly role?: ActingRole
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

type Rows = ReadonlyArray<PgConnection.Row>
type Transform = (<A extends object>(rows: ReadonlyArray<A>) => ReadonlyArray<A>) | undefined

type Run = PgConnection.PgConnection["query"]

/** Already sent, with the role, before the session was handed over. */
const withBegun =
  (run: Run): Run =>
  (sql, parameters, prepare) =>
    sql === "BEGIN" ? Effect.succeed(nothing) : run(sql, parameters, prepare)
const nothing: PgConnection.Result = { command: "BEGIN", rowCount: 0, oid: null, rows: [], fields: [] }

/** A connection of the driver as `effect/sql` speaks to it; `run` may send more than what it is given. */
const sessionOver = (
  connection: PgConnection.PgConnection,
  run: Run = connection.query
): SqlConnection.Connection => {
  const rowsOf = (sql: string, parameters: ReadonlyArray<unknown>, transform: Transform, prepare: boolean) =>
    Effect.map(run(sql, parameters, prepare), ({ rows }): Rows => transform?.(rows) ?? rows)
  const valuesOf = (sql: string, parameters: ReadonlyArray<unknown>, prepare: boolean) =>
    run === connection.query
      ? connection.queryValues(sql, parameters, prepare)
      : Effect.map(run(sql, parameters, prepare), ({ rows }) => rows.map((row) => Object.values(row)))
  return {
    execute: (sql, parameters, transform) => rowsOf(sql, parameters, transform, true),
    executeUnprepared: (sql, parameters, transform) => rowsOf(sql, parameters, transform, false),
    executeRaw: (sql, parameters) => run(sql, parameters),
    executeValues: (sql, parameters) => valuesOf(sql, parameters, true),
    executeValuesUnprepared: (sql, parameters) => valuesOf(sql, parameters, false),
    executeStream: (sql, parameters, transform) =>
      Stream.mapArray(
        run === connection.query
          ? connection.stream(sql, parameters)
          : Stream.unwrap(Effect.map(run(sql, parameters), ({ rows }) => Stream.fromIterable(rows))),
        (rows) => (transform?.(rows) ?? rows) as typeof rows
      )
  }
}

/**
 * What a pool lends, in time or not at all. Only who comes when all connections are lent is timed: a timer for each
 * statement would cost as much as a short statement.
 */
const lending = (
  pool: PgPool.PgPool,
  {
    acquireWithin,
    role,
    size
  }: { readonly size: number; readonly acquireWithin: Duration.Input; readonly role?: ActingRole | undefined }
) => {
  const tooLate = Effect.andThen(
    pause(Duration.toMillis(Duration.fromInputUnsafe(acquireWithin))),
    noFreeConnection
  )
  const inTime = <A>(acquire: Effect.Effect<A, SqlError.SqlError, Scope.Scope>) =>
    Effect.raceFirst(acquire, tooLate)
  /** Those who hold a connection or wait for one. */
  let busy = 0
  const take = Effect.sync(() => (busy += 1) <= size)
  const release = Effect.sync(() => void (busy -= 1))
  const sessions = new WeakMap<PgConnection.PgConnection, SqlConnection.Connection>()
  const sessionOf = (connection: PgConnection.PgConnection) => {
    const known =
      sessions.get(connection) ??
      (role === undefined
        ? sessionOver(connection)
        : sessionOver(connection, (sql, parameters = [], prepare = true) =>
            alone(pool, role, { connection, sql, parameters, prepare })
          ))
    sessions.set(connection, known)
    return known
  }
  const borrow = <A, E, R>(use: (session: SqlConnection.Connection) => Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      take,
      (isFree): Effect.Effect<A, E | SqlError.SqlError, R> =>
        isFree
          ? pool.use((connection) => use(sessionOf(connection)))
          : Effect.scoped(Effect.flatMap(inTime(pool.get), (connection) => use(sessionOf(connection)))),
      () => release
    )
  const reserve = Effect.flatMap(
    Effect.acquireRelease(take, () => release),
    (isFree) => {
      if (role === undefined)
        return Effect.map(isFree ? pool.reserve : inTime(pool.reserve), (own) => sessionOver(own))
      const connection = begun(pool, role, isFree ? pool.get : inTime(pool.get))
      return Effect.map(connection, (own) => sessionOver(own, withBegun(own.query)))
    }
  )
  return { borrow, reserve }
}

/** A client of a pool of connections. The pool ages by the clock on the wall. */
export const connect = ({
  acquireWithin = "2 seconds",
  role,
  startupParameters,
  ...config
}: ConnectOptions) =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.gen(function* () {
      const maxConnections = config.maxConnections ?? 10
      const pool = yield* PgPool.make({
        preparedStatementCacheSize: 500,
        connectTimeout: acquireWithin,
        ...config,
        // One user at a time; multiplexing is what lets a transaction's first statements fly together.
        ...(role !== undefined && { multiplex: true, multiplexConcurrency: 1 }),
        maxConnections,
        applicationName: config.applicationName ?? "lyceum",
        startupParameters: { ...sessionSettings, ...startupParameters }
      }).pipe(Effect.provideService(Clock.Clock, wallClock))
      const { borrow, reserve } = lending(pool, { size: maxConnections, acquireWithin, role })
      return yield* SqlClient.make({
        acquirer: reserve,
        borrower: (use) => persistently(borrow(use)),
        transactionAcquirer: reserve,
        compiler: PgClient.makeCompiler(),
        prepareTransactionControls: true,
        commit,
        releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
        driver: role === undefined ? "pg" : actingDriver,
        spanAttributes: []
      })
    })
  ).pipe(Layer.provide(Reactivity.layer))
