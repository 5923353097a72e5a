import { assert, it } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { criticalFlags, FlagKey, FlagType } from "@lyceum/core/flags"
import { Flags } from "@lyceum/core/flags/ports"
import { anonymous, CurrentActor, DeliveryStatus, type InTransaction, Subscribers } from "@lyceum/core/shared"
import { IdempotencyKeys, Outbox } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { flagsLayer, readOnlyTimesLayer } from "../src/flags.ts"
import { idempotencyKeysLayer } from "../src/idempotency.ts"
import { outboxLayer } from "../src/outbox.ts"
import { constraintOf } from "../src/table.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { readingsOf, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const layer = Layer.mergeAll(outboxLayer, idempotencyKeysLayer, flagsLayer, readOnlyTimesLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provide([platformLayer, Layer.succeed(Subscribers, [{ subscriber: "mail", hears: "*" }])]),
  Layer.provideMerge(testDatabase)
)

const breachOf = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(Effect.flip(sql.unsafe(statement)), (error) => constraintOf(error as SqlError.SqlError))
  )

it.layer(layer, { excludeTestServices: true, timeout: "120 seconds" })("Tables of the ground floor", (it) => {
  it.effect("stand in the schemas of their contexts (PG-1)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const expected = [
        "access",
        "assessments",
        "auth",
        "content",
        "gamification",
        "learn",
        "media",
        "public",
        "rbac",
        "referrals",
        "util"
      ]
      const rows = yield* sql<{ name: string }>`
        select nspname::text as name from pg_namespace where nspname = any(${expected}) order by 1`
      assert.deepStrictEqual(
        rows.map(({ name }) => name),
        expected
      )
    })
  )

  it.effect("have the literals of the core in their enums, in its order (PG-2)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const literalsOf = (name: string) =>
        Effect.map(
          sql<{ literals: unknown }>`select to_jsonb(enum_range(null::${sql.literal(name)})) as literals`,
          ([row]) => row!.literals
        )
      assert.deepStrictEqual(yield* literalsOf("util.delivery_status"), [...DeliveryStatus.literals])
      assert.deepStrictEqual(yield* literalsOf("util.flag_type"), [...FlagType.literals])
    })
  )

  it.effect("there is one table of flags; that of referrals is a view of it (OPS-15)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const kinds = yield* sql`
        select oid::regclass::text as name, relkind::text as kind from pg_class where relname = 'feature_flags' order by 1`
      assert.deepStrictEqual(kinds, [
        { name: "referrals.feature_flags", kind: "v" },
        { name: "util.feature_flags", kind: "r" }
      ])
      yield* sql`update util.feature_flags set rollout_percentage = 99 where flag_key = 'conversions_enabled'`
      const viewed =
        yield* sql`select flag_key, flag_name, flag_category, rollout_percentage from referrals.feature_flags
        where is_system_critical order by flag_key`
      assert.deepStrictEqual(
        viewed.map((row) => row["flag_key"]),
        Object.keys(criticalFlags).toSorted()
      )
      assert.deepInclude(viewed, {
        flag_key: "conversions_enabled",
        flag_name: "Conversions enabled",
        flag_category: "system",
        rollout_percentage: 99
      })
    })
  )

  it.effect("refuse what no rule would write (PG-3)", () =>
    Effect.gen(function* () {
      const flag = (key: string, percentage: number) =>
        `insert into util.feature_flags (flag_key, flag_description, is_enabled, rollout_percentage, flag_type)
          values ('${key}', 'd', true, ${percentage}, 'permanent')`
      assert.strictEqual(yield* breachOf(flag("Not a key", 1)), "feature_flags_key_spelled")
      assert.strictEqual(yield* breachOf(flag("over", 101)), "feature_flags_rollout_in_percent")
      assert.strictEqual(yield* breachOf(flag("conversions_enabled", 1)), "feature_flags_pkey")
      assert.strictEqual(
        yield* breachOf("insert into util.address_salts (day, salt) values ('2026-01-01', 'short')"),
        "address_salts_long_enough"
      )
      const id = "018f0000-0000-7000-8000-000000000001"
      const delivery = (status: string, attempts: number) =>
        `insert into util.event_deliveries (event_id, subscriber, event_position, event_key, status, attempts, next_at)
          values ('${id}', 's', 1, 'k', '${status}', ${attempts}, now())`
      assert.strictEqual(yield* breachOf(delivery("failed", 3)), "event_deliveries_parked_says_why")
      assert.strictEqual(yield* breachOf(delivery("pending", -1)), "event_deliveries_attempts_counted")
      assert.strictEqual(yield* breachOf(delivery("pending", 0)), "event_deliveries_event_fkey")
    })
  )

  it.effect(
    "answer every query by an index beside 200 000 handled deliveries, and no index is idle (PG-12, KER-18)",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`set statement_timeout = '120s'`
        yield* sql`insert into util.event_outbox
          (id, event_name, event_version, occurred_at, actor, actor_name, event_key, subjects, subject_ids, payload)
        select gen_random_uuid(), 'contract.kind_' || n % 50, 1, timestamptz '2026-01-01' + n * interval '1 second',
          '{"_tag": "Anonymous"}', 'actor ' || n % 1000, 'key ' || n % 5000, '{}', array['subject ' || n % 20000], '{}'
        from generate_series(1, 100000) n`
        yield* sql`insert into util.event_deliveries
          (event_id, subscriber, event_position, event_key, status, attempts, next_at, last_error)
        select id, subscriber, position, event_key,
          case when position % 5000 = 7 then 'failed' when position > 80000 then 'pending' else 'done' end::util.delivery_status,
          case when position % 5000 = 7 then 20 else 0 end, occurred_at, 'Oops' from util.event_outbox, unnest(array['mail', 'other']) subscriber`
        yield* sql`insert into util.idempotency_keys (actor, command, key, fingerprint, answer, remembered_at)
        select 'user:' || n % 1000, 'flags.define', 'key ' || n, 'f', '1', timestamptz '2026-01-01' + n * interval '1 second'
        from generate_series(1, 100000) n`
        for (const name of ["event_outbox", "event_deliveries", "idempotency_keys"])
          yield* asOwner(Effect.flatMap(SqlClient.SqlClient, (owner) => owner.unsafe(`analyze util.${name}`)))

        const outbox = yield* Outbox
        const keys = yield* IdempotencyKeys
        const flags = yield* Flags
        const [event] = yield* outbox.events({ name: "contract.kind_3" }, Option.none(), 1)
        const position = [DateTime.formatIso(event!.at), event!.id]
        const claimed = { actor: "user:7", command: "flags.define", key: "key 7", fingerprint: "f" }
        const from = DateTime.makeUnsafe("2026-01-01T10:00:00Z")
        const queries: Readonly<
          Record<string, Effect.Effect<unknown, unknown, InTransaction | CurrentActor>>
        > = {
          append: outbox.append([
            { name: "contract.new", version: 1, key: "key 1", subjects: { a: "b" }, payload: 1 }
          ]),
          claim: outbox.claim("mail"),
          settle: outbox.settle("mail", event!.id, { status: "done", attempts: 1, nextAt: event!.at }),
          findDelivery: outbox.findDelivery("mail", event!.id),
          deliveries: outbox.deliveries({}, Option.none(), 50),
          deliveriesAfter: outbox.deliveries({}, Option.some([event!.id, "mail"]), 50),
          deliveriesOf: outbox.deliveries({ subscriber: "mail" }, Option.none(), 50),
          deliveriesDone: outbox.deliveries({ status: "done" }, Option.none(), 50),
          deliveriesPending: outbox.deliveries({ status: "pending" }, Option.none(), 50),
          deliveriesFailed: outbox.deliveries({ status: "failed" }, Option.some([event!.id, "mail"]), 50),
          deliveriesFailedOf: outbox.deliveries({ status: "failed", subscriber: "mail" }, Option.none(), 50),
          events: outbox.events({}, Option.none(), 50),
          eventsAfter: outbox.events({}, Option.some(position), 50),
          eventsFrom: outbox.events({ from }, Option.none(), 50),
          eventsNamed: outbox.events({ name: "contract.kind_3" }, Option.some(position), 50),
          eventsBy: outbox.events({ actor: "actor 3" }, Option.some(position), 50),
          eventsAbout: outbox.events({ subject: "subject 3" }, Option.none(), 50),
          eventsAboutNothing: outbox.events(
            { subject: "nothing", name: "contract.kind_3", from },
            Option.none(),
            50
          ),
          keyClaim: keys.claim(claimed),
          keyRemember: keys.remember(claimed, 2),
          keyForget: keys.forgetBefore(DateTime.makeUnsafe("2026-01-01T00:10:00Z")),
          flag: flags.find(FlagKey.make("conversions_enabled"))
        }
        for (const [name, query] of Object.entries(queries)) {
          const body = query.pipe(Effect.provideService(CurrentActor, anonymous)) as Effect.Effect<unknown>
          assert.deepStrictEqual(yield* wholeScansOf(body), [], name)
        }
        // With 20 000 waiting, one claim looks at a handful; no more when each of them failed before and is not due, nor when
        // most stand behind a parked one.
        const readBy = <E, R>(body: Effect.Effect<unknown, E, R>) =>
          Effect.map(readingsOf(body), (readings) =>
            readings.reduce((sum, { fetched, whole }) => sum + fetched + whole, 0)
          )
        assert.isBelow(yield* readBy(outbox.claim("mail")), 200)
        yield* sql`update util.event_deliveries set attempts = 1, last_error = 'Oops', next_at = timestamptz '9999-01-01'
        where subscriber = 'mail' and status = 'pending'`
        assert.isBelow(yield* readBy(outbox.claim("mail")), 200)
        yield* sql`update util.event_deliveries set event_key = 'poison' where subscriber = 'other' and status = 'pending'`
        yield* sql`update util.event_deliveries set status = 'failed', attempts = 20
        where subscriber = 'other' and event_position = 80001`
        assert.isBelow(yield* readBy(outbox.claim("other")), 20_500)
        const tables = ["util.event_outbox", "util.event_deliveries", "util.idempotency_keys"]
        assert.deepStrictEqual(yield* unusedIndexesOf(tables), [])
        // The measure sees what it must see.
        const whole = Effect.orDie(sql`select count(*) from util.event_outbox where payload = '[]'`)
        assert.deepStrictEqual(yield* wholeScansOf(whole), ["util.event_outbox"])
      })
  )
})
