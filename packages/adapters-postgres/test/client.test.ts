import { assert, it } from "@effect/vitest"
import { StorageUnavailable, Transaction } from "@lyceum/core/shared"
import { Array, Cause, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"
import { connect, type ConnectOptions } from "../src/client.ts"
import { transactionLayer } from "../src/transaction.ts"

const withClient =
  (options: Partial<ConnectOptions> = {}) =>
  <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient | Transaction>) =>
    Effect.runPromise(
      Effect.provide(
        body,
        transactionLayer.pipe(
          Layer.provideMerge(connect({ ...inject("postgres"), database: "postgres", ...options }))
        )
      )
    )

const whyOf = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return "fine"
  const defect = Cause.squash(exit.cause)
  return defect instanceof StorageUnavailable ? defect.why : defect
}
const sleep = (seconds: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select pg_sleep(${seconds})`)
const run = <A, E, R>(body: Effect.Effect<A, E, R>) => Transaction.use((transaction) => transaction.run(body))

it("sessions are in UTC, read what is committed, and have the timeouts of the API (PG-13, KER-1)", () =>
  withClient()(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const names = [
        "TimeZone",
        "transaction_isolation",
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout"
      ]
      const [row] = yield* run(sql<{ settings: unknown }>`
        select jsonb_agg(current_setting(name) order by ord) as settings
        from unnest(${names}::text[]) with ordinality as wanted (name, ord)`)
      assert.deepStrictEqual(row!.settings, ["UTC", "read committed", "5s", "2s", "5s"])
    })
  ))

it("a statement that takes too long is unavailability, and its connection goes on (PG-13)", () =>
  withClient({ maxConnections: 1, startupParameters: { statement_timeout: "100ms" } })(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const [before] = yield* sql`select pg_backend_pid() as pid`
      assert.strictEqual(whyOf(yield* Effect.exit(sleep(2))), "too_slow")
      assert.strictEqual(whyOf(yield* Effect.exit(run(Effect.orDie(sleep(2))))), "too_slow")
      assert.deepStrictEqual(yield* sql`select pg_backend_pid() as pid`, [before!])
    })
  ))

it("a transaction that idles too long is ended by the server, and the pool goes on (PG-13)", () =>
  withClient({ maxConnections: 1, startupParameters: { idle_in_transaction_session_timeout: "100ms" } })(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const exit = yield* Effect.exit(run(Effect.andThen(Effect.sleep(300), Effect.orDie(sql`select 1`))))
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(yield* sql`select 1 as one`, [{ one: 1 }])
    })
  ))

it("who finds no free connection in time is told so fast, and nothing piles up (PG-13)", () =>
  withClient({ maxConnections: 2, acquireWithin: "200 millis" })(
    Effect.gen(function* () {
      const started = Date.now()
      const exits = yield* Effect.all(
        [
          ...Array.replicate(Effect.exit(sleep(0.5)), 15),
          ...Array.replicate(Effect.exit(run(Effect.orDie(sleep(0.5)))), 15)
        ],
        { concurrency: "unbounded" }
      )
      const outcomes = exits.map(whyOf)
      assert.strictEqual(outcomes.filter((why) => why === "fine").length, 2)
      assert.strictEqual(outcomes.filter((why) => why === "no_free_connection").length, 28)
      assert.isBelow(Date.now() - started, 2000)
      assert.deepStrictEqual(yield* Effect.exit(sleep(0)).pipe(Effect.map(whyOf)), "fine")
    })
  ))

it("a read whose connection dies is read again on another one (KER-22)", () =>
  withClient({ maxConnections: 3 })(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create sequence if not exists public.client_test_deaths`
      // Whether this is the first try, only something outside of the transaction can remember.
      const [{ tries } = { tries: 0 }] = yield* sql<{ tries: number }>`
        with try as materialized (select nextval('public.client_test_deaths')::int4 as nth)
        select nth as tries, case when nth % 2 = 1 then pg_terminate_backend(pg_backend_pid()) end, pg_sleep(0.1) from try`
      assert.strictEqual(tries % 2, 0)
      yield* sql`drop sequence public.client_test_deaths`
    })
  ))

it("a pool whose idle connections were all killed serves the next requests as if nothing had been (KER-22)", () =>
  withClient({ maxConnections: 5, applicationName: "killed while idle" })(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.all(Array.replicate(sleep(0.05), 5), { concurrency: "unbounded" })
      yield* sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'killed while idle' and pid <> pg_backend_pid()`
      const exits = yield* Effect.all(
        [
          ...Array.replicate(Effect.exit(sql`select 1`), 10),
          ...Array.replicate(Effect.exit(run(Effect.orDie(sql`select 1`))), 10)
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(exits.map(whyOf), Array.replicate("fine", 20))
    })
  ))

it("a server that is not there is unavailability, not a mistake of ours (KER-13)", () =>
  withClient({ host: "/nowhere", connectTimeout: "100 millis" })(
    Effect.gen(function* () {
      assert.deepStrictEqual(
        [whyOf(yield* Effect.exit(sleep(0))), whyOf(yield* Effect.exit(run(Effect.void)))],
        ["unreachable", "unreachable"]
      )
    })
  ))
