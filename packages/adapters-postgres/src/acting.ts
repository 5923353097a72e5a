/**
 * On whose behalf SQL runs: role and claims are set in the transaction, in the same flight as BEGIN, and end with it.
 * A connection never carries them back into the pool; the login itself holds nothing, so a statement without them is
 * refused. Source: PG-9.
 */
import type { PgConnection, PgPool } from "@effect/sql-pg"
import { type Actor, actorName, CurrentActor, RequestName } from "@lyceum/core/shared"
import { Context, Effect, Exit, type Scope } from "effect"
import { SqlError } from "effect/sql"

/** What a connection becomes for a transaction. */
export type ActingRole = "anon" | "authenticated" | "service_role"

/** How a client names itself that begins every transaction with a role. */
export const actingDriver = "pg acting"

/** The instant that SQL functions read in this transaction, as ISO text; absent outside of commands (KER-1). */
export class CommandInstant extends Context.Reference<string | undefined>("lyceum/postgres/CommandInstant", {
  defaultValue: () => undefined
}) {}

/** Ids, not what the token said of the person. */
const claimsOf = (role: ActingRole, actor: Actor | undefined, request: string | undefined): string =>
  JSON.stringify({
    ...(actor?._tag === "User" && { sub: actor.id }),
    ...(actor !== undefined && actor._tag !== "User" && { name: actorName(actor) }),
    role,
    ...(request !== undefined && { request_id: request })
  })

const become = `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), set_config('lyceum.now', $3, true)`

const failedCommit = () =>
  new SqlError.SqlError({
    reason: new SqlError.UnknownError({
      cause: new Error("COMMIT rolled back an aborted transaction"),
      operation: "commit"
    })
  })

type Statement = readonly [sql: string, parameters: ReadonlyArray<unknown>, prepare?: boolean]
type Flown = Exit.Exit<PgConnection.Result, SqlError.SqlError>

/** The driver's connections can cancel what they run, also where its interface does not say so. */
const cancelling = (connection: PgConnection.PgConnection): Effect.Effect<void> =>
  (connection as { readonly cancel?: Effect.Effect<void> }).cancel ?? Effect.void

/**
 * Sends statements without waiting for one another's answers. Each is a cycle of its own: where BEGIN fails, what was set
 * vanishes at once, and what follows is refused. On interruption the server is told to stop, and the connection goes.
 */
const fly = (
  pool: PgPool.PgPool,
  connection: PgConnection.PgConnection,
  statements: ReadonlyArray<Statement>
): Effect.Effect<ReadonlyArray<Flown>> =>
  Effect.onInterrupt(
    Effect.forEach(
      statements,
      ([sql, parameters, prepare]) => Effect.exit(connection.query(sql, parameters, prepare)),
      { concurrency: "unbounded" }
    ),
    () => Effect.andThen(cancelling(connection), pool.invalidate(connection))
  )

const prologue = (role: ActingRole, begin: string, prepare: boolean) =>
  Effect.gen(function* () {
    const actor = yield* Effect.serviceOption(CurrentActor)
    const claims = claimsOf(role, actor._tag === "Some" ? actor.value : undefined, yield* RequestName)
    return [
      [begin, [], prepare],
      [become, [role, claims, (yield* CommandInstant) ?? ""], prepare]
    ] satisfies ReadonlyArray<Statement>
  })

const firstFailure = (flown: ReadonlyArray<Flown>) => flown.find(Exit.isFailure)

/** What was begun in vain is not lent again. */
const orInvalidate = <A, R>(
  pool: PgPool.PgPool,
  connection: PgConnection.PgConnection,
  begin: Effect.Effect<A, SqlError.SqlError, R>
) => Effect.onError(begin, () => pool.invalidate(connection))

/** A connection of one's own on which a transaction of that role has begun, for as long as the scope is open. */
export const begun = (
  pool: PgPool.PgPool,
  role: ActingRole,
  acquire: Effect.Effect<PgConnection.PgConnection, SqlError.SqlError, Scope.Scope>
) =>
  Effect.flatMap(acquire, (connection) =>
    Effect.flatMap(prologue(role, "BEGIN", pool.config.prepare !== false), (statements) =>
      orInvalidate(
        pool,
        connection,
        Effect.flatMap(fly(pool, connection, statements), (flown) => {
          const failure = firstFailure(flown)
          return failure === undefined ? connection.pin : Effect.failCause(failure.cause)
        })
      )
    )
  )

/** Statements that change nothing run READ ONLY; a mistake in telling them apart is an error, never a write. */
const reads = (sql: string): boolean =>
  /^\s*(select|with)\b/i.test(sql) &&
  !/\b(insert\s+into|delete\s+from|update\s+\w|(next|set)val\(|for\s+(no\s+key\s+)?update|for\s+share)/i.test(
    sql
  )

/** One statement as a transaction of that role: four statements, one flight. */
export const alone = (
  pool: PgPool.PgPool,
  role: ActingRole,
  {
    connection,
    parameters,
    prepare,
    sql
  }: {
    readonly connection: PgConnection.PgConnection
    readonly sql: string
    readonly parameters: ReadonlyArray<unknown>
    readonly prepare: boolean
  }
): Effect.Effect<PgConnection.Result, SqlError.SqlError> =>
  Effect.gen(function* () {
    const before = yield* prologue(
      role,
      reads(sql) ? "BEGIN READ ONLY" : "BEGIN",
      pool.config.prepare !== false
    )
    const flown = yield* fly(pool, connection, [
      ...before,
      [sql, parameters, prepare],
      ["COMMIT", [], pool.config.prepare !== false]
    ])
    const failure = firstFailure(flown)
    if (failure !== undefined) return yield* failure
    const [answer, commit] = flown.slice(-2) as unknown as ReadonlyArray<
      Exit.Success<PgConnection.Result, never>
    >
    if (commit!.value.command === "ROLLBACK") return yield* Effect.fail(failedCommit())
    return answer!.value
  })
