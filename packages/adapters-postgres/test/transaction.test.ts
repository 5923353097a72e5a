import { assert, it } from "@effect/vitest"
import { currentInstant, StorageUnavailable, Transaction } from "@lyceum/core/shared"
import { IdempotencyKey } from "@lyceum/core/shared/ports"
import { Cause, DateTime, Effect, Exit, Layer, Option } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { TestClock } from "effect/testing"
import { vi } from "vitest"
import { wallClock } from "../src/faults.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"

/** Raises errors on demand, and counts in a way that no roll-back undoes. */
const instruments = Layer.effectDiscard(
  asOwner(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`create schema instruments`
      yield* sql`create table instruments.written (word text primary key, at timestamptz not null default util.now())`
      yield* sql`create sequence instruments.deaths`
      yield* sql`create function instruments.raise(state text) returns void language plpgsql as
      $$ begin raise exception 'on demand' using errcode = state; end $$`
      yield* sql`create function instruments.kill() returns boolean language sql security definer as
      $$ select pg_terminate_backend(pg_backend_pid()) $$`
      yield* sql`create function instruments.die() returns trigger language plpgsql security definer as
      $$ begin
        if new.word like 'deadly%' and nextval('instruments.deaths') % 2 = 1 then
          perform pg_terminate_backend(pg_backend_pid());
          perform pg_sleep(1);
        end if;
        return null;
      end $$`
      yield* sql`create constraint trigger die after insert on instruments.written
      deferrable initially deferred for each row execute function instruments.die()`
      yield* sql`grant usage on schema instruments to service_role`
      yield* sql`grant all on all tables in schema instruments to service_role`
      yield* sql`grant all on all sequences in schema instruments to service_role`
      yield* sql`grant execute on all functions in schema instruments to service_role`
    })
  )
)

const layer = transactionLayer.pipe(Layer.provideMerge(instruments), Layer.provideMerge(testDatabase))

const run = <A, E, R>(body: Effect.Effect<A, E, R>) => Transaction.use((transaction) => transaction.run(body))
const raise = (state: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.orDie(sql`select instruments.raise(${state})`))
const write = (word: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.orDie(sql`insert into instruments.written (word) values (${word})`)
  )
const isWritten = (word: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(sql`select from instruments.written where word = ${word}`, (rows) => rows.length === 1)
  )
const whyOf = (exit: Exit.Exit<unknown, unknown>) => {
  const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
  return defect instanceof StorageUnavailable ? defect.why : SqlError.isSqlError(defect) ? "ours" : defect
}

/** How often a body ran that always fails so, and what it came to. */
const triesOf = Effect.fnUntraced(function* (state: string) {
  let tries = 0
  const exit = yield* Effect.exit(
    run(
      Effect.andThen(
        Effect.sync(() => (tries += 1)),
        raise(state)
      )
    )
  )
  return [state, tries, whyOf(exit)] as const
})

it.layer(layer, { timeout: "60 seconds" })("Transactions of PostgreSQL", (it) => {
  it.effect(
    "are tried again, seven times in all, for conflicts and lost connections, and never for others (KER-22, PG-13)",
    () =>
      Effect.gen(function* () {
        const again = {
          "40001": "contended",
          "40P01": "contended",
          "57P01": "unreachable",
          "57P02": "unreachable",
          "57P03": "unreachable",
          "08000": "unreachable",
          "08003": "unreachable",
          "08006": "unreachable",
          "53300": "unreachable"
        }
        const once = {
          "57014": "too_slow",
          "55P03": "contended",
          "22012": "ours",
          "22P02": "ours",
          "23505": "ours",
          "23503": "ours",
          "23514": "ours",
          "42601": "ours",
          "42P01": "ours",
          "42501": "ours",
          P0001: "ours",
          XX000: "ours"
        }
        const expected = [
          ...Object.entries(again).map(([state, why]) => [state, 7, why] as const),
          ...Object.entries(once).map(([state, why]) => [state, 1, why] as const)
        ]
        const seen = yield* Effect.forEach(expected, ([state]) => triesOf(state), { concurrency: 7 })
        assert.deepStrictEqual(seen, expected)
      })
  )

  it.effect(
    "succeed when a later try does, with the instant of the first and without its writes (KER-22, KER-1)",
    () =>
      Effect.gen(function* () {
        const instants: Array<string> = []
        let tries = 0
        yield* run(
          Effect.gen(function* () {
            tries += 1
            yield* write(`try ${tries}`)
            const sql = yield* SqlClient.SqlClient
            const [row] = yield* sql<{ now: string }>`select to_jsonb(util.now())::text as now`
            instants.push(row!.now)
            yield* TestClock.adjust("1 hour")
            if (tries < 3) yield* raise("40001")
          })
        )
        assert.deepStrictEqual(yield* Effect.forEach([1, 2, 3], (nth) => isWritten(`try ${nth}`)), [
          false,
          false,
          true
        ])
        assert.strictEqual(new Set(instants).size, 1)
      })
  )

  it.effect(
    "survive the death of their connection in the middle, and leave no trace of the try before (KER-22)",
    () =>
      Effect.gen(function* () {
        let tries = 0
        yield* run(
          Effect.gen(function* () {
            tries += 1
            yield* write(`life ${tries}`)
            const sql = yield* SqlClient.SqlClient
            if (tries === 1) yield* Effect.orDie(sql`select instruments.kill()`)
          })
        )
        assert.deepStrictEqual(
          [tries, yield* isWritten("life 1"), yield* isWritten("life 2")],
          [2, false, true]
        )
      })
  )

  it.effect("once COMMIT was sent are tried again only with an idempotency key (KER-22, PG-13)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const deadly = Effect.fnUntraced(function* (word: string) {
        // The deferred trigger ends the backend at every first COMMIT.
        yield* sql`select setval('instruments.deaths', 2)`
        let tries = 0
        const exit = yield* Effect.exit(
          run(
            Effect.andThen(
              Effect.sync(() => (tries += 1)),
              write(word)
            )
          )
        )
        return [tries, whyOf(exit), yield* isWritten(word)]
      })
      assert.deepStrictEqual(yield* deadly("deadly without"), [1, "unreachable", false])
      const withKey = Effect.provideService(deadly("deadly with"), IdempotencyKey, Option.some("key"))
      assert.deepStrictEqual(yield* withKey, [2, undefined, true])
    })
  )

  it.effect(
    "give SQL functions their instant; outside, the server's clock cut to milliseconds stands in (KER-1)",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const now = Effect.map(
          sql<{ now: Date; rest: number }>`
        select util.now() as now, (extract(microseconds from util.now())::int8 % 1000)::int4 as rest`,
          ([row]) => row!
        )
        yield* TestClock.setTime(1_767_225_600_123)
        yield* run(
          Effect.gen(function* () {
            yield* TestClock.adjust("1 day")
            const instant = yield* Effect.map(currentInstant, DateTime.toEpochMillis)
            assert.strictEqual((yield* now).now.getTime(), 1_767_225_600_123)
            assert.notStrictEqual(instant, 1_767_225_600_123)
            yield* write("told the time")
          })
        )
        const [row] = yield* sql<{
          at: Date
        }>`select at from instruments.written where word = 'told the time'`
        assert.strictEqual(row!.at.getTime(), 1_767_225_600_123)
        const outside = yield* now
        assert.isBelow(Math.abs(outside.now.getTime() - Date.now()), 60_000)
        assert.strictEqual(outside.rest, 0)
      })
  )

  it.effect("roll back and are a defect when a swallowed error spoilt them, not silently lost (KER-15)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const exit = yield* Effect.exit(run(Effect.andThen(write("spoilt"), Effect.exit(sql`select 1 / 0`))))
      assert.strictEqual(whyOf(exit), "ours")
      assert.isFalse(yield* isWritten("spoilt"))
    })
  )

  it.effect("are refused at once for a while after the disk was full; reads go on (PG-13)", () =>
    Effect.gen(function* () {
      const started = wallClock.currentTimeMillisUnsafe()
      const time = vi.spyOn(wallClock, "currentTimeMillisUnsafe").mockReturnValue(started)
      let tries = 0
      const attempt = (effect: Effect.Effect<unknown, never, SqlClient.SqlClient>) =>
        Effect.map(
          Effect.exit(
            run(
              Effect.andThen(
                Effect.sync(() => (tries += 1)),
                effect
              )
            )
          ),
          whyOf
        )
      assert.strictEqual(yield* attempt(raise("53100")), "disk_full")
      assert.strictEqual(yield* attempt(write("no room")), "disk_full")
      assert.strictEqual(tries, 1)
      assert.isFalse(yield* isWritten("no room"))
      time.mockReturnValue(started + 9_999)
      assert.strictEqual(yield* attempt(write("no room")), "disk_full")
      time.mockReturnValue(started + 10_000)
      assert.strictEqual(yield* attempt(write("room again")), undefined)
      assert.isTrue(yield* isWritten("room again"))
      time.mockRestore()
    })
  )
})
