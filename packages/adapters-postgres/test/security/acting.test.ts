/** On whose behalf SQL runs, and that nothing of it stays on a connection. Source: PG-9. */
import { assert, it } from "@effect/vitest"
import { CurrentActor, Transaction, user, UserId } from "@lyceum/core/shared"
import { type PgConnection, PgPool } from "@effect/sql-pg"
import { Cause, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"
import { alone, begun } from "../../src/acting.ts"
import { connect } from "../../src/client.ts"
import { transactionLayer } from "../../src/transaction.ts"
import { asTheApi, databaseNamed } from "../database.ts"

const over = (name: string, options = {}) =>
  transactionLayer.pipe(
    Layer.provideMerge(connect({ ...inject("postgres"), database: name, ...asTheApi, ...options }))
  )
const someone = UserId.make("018f0000-0000-7000-8000-000000000001")
const who = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ role: string; login: string; claims: string; reading: string }>`
    select current_user::text as role, session_user::text as login, current_setting('request.jwt.claims', true) as claims,
      current_setting('transaction_read_only') as reading`
)
const run = <A, E, R>(body: Effect.Effect<A, E, R>) => Transaction.use((transaction) => transaction.run(body))

it.effect(
  "becomes service_role with the claims of the actor, in a transaction and in a single read (PG-9)",
  () =>
    Effect.gen(function* () {
      const name = yield* databaseNamed
      yield* Effect.gen(function* () {
        const [read] = yield* who
        assert.deepStrictEqual(read, {
          role: "service_role",
          login: "lyceum_service",
          claims: '{"role":"service_role"}',
          reading: "on"
        })
        const [written] = yield* run(who).pipe(Effect.provideService(CurrentActor, user(someone)))
        assert.strictEqual(written!.claims, JSON.stringify({ sub: someone, role: "service_role" }))
        assert.strictEqual(written!.reading, "off")
      }).pipe(Effect.provide(over(name)))
    }).pipe(Effect.scoped)
)

/** A pool of our own, to look at its connections from outside of every transaction. */
const poolOn = (database: string) =>
  PgPool.make({
    ...inject("postgres"),
    maxConnections: 4,
    username: asTheApi.username,
    database,
    multiplex: true,
    multiplexConcurrency: 1,
    applicationName: "stress"
  })

const outside = (pool: PgPool.PgPool) =>
  pool.use((connection) =>
    Effect.map(
      connection.query(`select current_user::text as role, coalesce(current_setting('request.jwt.claims', true), '') as claims,
        coalesce(current_setting('lyceum.now', true), '') as now`),
      ({ rows }) => rows[0]
    )
  )
const clean = { role: "lyceum_service", claims: "", now: "" }
const person = (n: number) => user(UserId.make(`018f0000-0000-7000-8000-${String(n).padStart(12, "0")}`))
const claimsOf = "select current_user::text as role, current_setting('request.jwt.claims') as claims"

it.live("leaves no identity on a connection, whatever fails, is killed or interrupted (PG-9)", () =>
  Effect.gen(function* () {
    const name = yield* databaseNamed
    const pool = yield* poolOn(name)
    const outcomes = { own: 0, failed: 0, killed: 0, interrupted: 0, probes: 0 }
    const one = Effect.fnUntraced(function* (n: number) {
      const mine = JSON.stringify({ sub: (person(n) as { id: string }).id, role: "service_role" })
      const query = (connection: PgConnection.PgConnection, sql: string) =>
        alone(pool, "service_role", { connection, sql, parameters: [], prepare: n % 3 !== 0 })
      const check = ({ rows }: PgConnection.Result) =>
        Effect.sync(() => {
          assert.deepStrictEqual(rows[0], { role: "service_role", claims: mine })
          outcomes.own += 1
        })
      const kind = n % 8
      const single = pool.use((connection) => Effect.flatMap(query(connection, claimsOf), check))
      const whole = Effect.scoped(
        Effect.flatMap(begun(pool, "service_role", pool.get), (connection) =>
          connection
            .query(claimsOf)
            .pipe(
              Effect.flatMap(check),
              Effect.andThen(kind === 3 ? connection.query("select 1 / 0") : Effect.void),
              Effect.ensuring(Effect.ignore(connection.query(kind === 2 ? "COMMIT" : "ROLLBACK")))
            )
        )
      )
      const slow = pool.use((connection) => query(connection, "select pg_sleep(0.2)"))
      const body =
        kind === 0 || kind === 1
          ? single
          : kind === 2 || kind === 3
            ? whole
            : kind === 4
              ? pool.use((connection) => query(connection, "select 1 / 0"))
              : kind === 5
                ? Effect.andThen(Effect.timeout(slow, "5 millis"), Effect.void)
                : kind === 6
                  ? pool.use((connection) =>
                      query(connection, "select pg_terminate_backend(pg_backend_pid())")
                    )
                  : Effect.flatMap(outside(pool), (row) =>
                      Effect.sync(() => {
                        assert.deepStrictEqual(row, clean)
                        outcomes.probes += 1
                      })
                    )
      const exit = yield* Effect.exit(Effect.provideService(body, CurrentActor, person(n)))
      if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) return yield* Effect.failCause(exit.cause)
      if (Exit.isFailure(exit)) outcomes[kind === 5 ? "interrupted" : kind === 6 ? "killed" : "failed"] += 1
    })
    yield* Effect.forEach(
      Array.from({ length: 1200 }, (_, n) => n),
      one,
      { concurrency: 16, discard: true }
    )
    // Every connection, at rest.
    yield* Effect.forEach(
      Array.from({ length: 20 }),
      () => Effect.map(outside(pool), (row) => assert.deepStrictEqual(row, clean)),
      {
        concurrency: 4,
        discard: true
      }
    )
    for (const count of Object.values(outcomes)) assert.isAbove(count, 50, JSON.stringify(outcomes))
    // The look from outside sees a leak when there is one.
    yield* pool.use((connection) => connection.query("select set_config('request.jwt.claims', '{}', false)"))
    const leaks = yield* Effect.forEach(Array.from({ length: 8 }), () => outside(pool), { concurrency: 4 })
    assert.isTrue(leaks.some((row) => row!["claims"] === "{}"))
  }).pipe(Effect.scoped)
)

it.effect("a forgotten role fails closed: the logins hold nothing by themselves (PG-6, PG-9)", () =>
  Effect.gen(function* () {
    const name = yield* databaseNamed
    for (const username of ["lyceum_api", "lyceum_service", "lyceum_batch"]) {
      const codes = yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        return yield* Effect.forEach(
          [
            "select 1 from public.profiles",
            "select 1 from content.courses",
            "insert into util.jobs default values"
          ],
          (statement) =>
            Effect.map(
              Effect.flip(sql.unsafe(statement)),
              ({ reason }) => (reason.cause as { code: string }).code
            )
        )
      }).pipe(Effect.provide(connect({ ...inject("postgres"), database: name, username }), { local: true }))
      assert.deepStrictEqual(codes, ["42501", "42501", "42501"], username)
    }
    // What belongs to end users cannot become the service.
    const refused = yield* Effect.exit(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select 1`).pipe(
        Effect.provide(over(name, { username: "lyceum_api" }), { local: true })
      )
    )
    assert.isTrue(Exit.isFailure(refused))
  }).pipe(Effect.scoped)
)

it.live("an interrupted read stops on the server too (PG-9, KER-22)", () =>
  Effect.gen(function* () {
    const name = yield* databaseNamed
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const started = Date.now()
      yield* Effect.exit(Effect.timeout(sql`select pg_sleep(4)`, "100 millis"))
      assert.isBelow(Date.now() - started, 1500)
      const sleeping = () =>
        sql`select 1 from pg_stat_activity where query like '%pg_sleep(4)' and state = 'active' and pid <> pg_backend_pid()`
      yield* Effect.sleep("200 millis")
      assert.deepStrictEqual(yield* sleeping(), [])
    }).pipe(Effect.provide(over(name)))
  }).pipe(Effect.scoped)
)
