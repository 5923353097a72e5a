/** What only PostgreSQL can show of webhooks and keys: the plans, and what the schema itself refuses. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { type ApiKey, ApiKeyId } from "@lyceum/core/keys"
import { ApiKeys } from "@lyceum/core/keys/ports"
import { Transaction } from "@lyceum/core/shared"
import { DeliveryId, SubscriptionId } from "@lyceum/core/webhooks"
import { WebhookDeliveries, WebhookSubscriptions } from "@lyceum/core/webhooks/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { apiKeysLayer } from "../src/keys.ts"
import { transactionLayer } from "../src/transaction.ts"
import { webhookDeliveriesLayer, webhookSubscriptionsLayer } from "../src/webhooks.ts"
import { asOwner, testDatabase } from "./database.ts"
import { unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(apiKeysLayer, webhookSubscriptionsLayer, webhookDeliveriesLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provide(platformLayer),
  Layer.provideMerge(testDatabase)
)
const now = DateTime.makeUnsafe("2026-03-01T00:00:00Z")
const first = "00000000-0000-7000-8000-000000000001"

/** Many subscriptions, five of them enabled; a hundred thousand deliveries, few of them of the first; keys, one in three with a successor. */
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const id = sql.literal("('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid")
  yield* sql`
    insert into util.webhook_subscriptions (id, url, events, status, secret, disabled_at, disabled_because, created_at, updated_at)
    select ${id}, 'https://a.example/', '{access.*}',
      (case when n <= 5 then 'enabled' else 'disabled' end)::util.webhook_subscription_status,
      'whsec_' || repeat('A', 43) || '=', case when n > 5 then now() end,
      (case when n > 5 then 'by_hand' end)::util.webhook_disabled_because, '2026-02-01', '2026-02-01'
    from generate_series(1, 20000) as n`
  yield* sql`
    insert into util.webhook_deliveries
      (id, subscription_id, event_id, event_name, status, attempts, response_status, last_attempt_at, updated_at,
       created_at)
    select ${id}, ('00000000-0000-7000-8000-' || lpad((case when n % 200 = 0 then 1 else 2 + n % 4 end)::text, 12, '0'))::uuid, gen_random_uuid(), 'access.granted',
      (case when n % 50 = 0 then 'pending' else 'delivered' end)::util.webhook_delivery_status, 1, 200, '2026-03-01',
      '2026-03-01'::timestamptz - n * interval '1 minute', '2025-01-01'
    from generate_series(1, 100000) as n`
  yield* sql`
    insert into util.api_keys (id, name, digest, scopes, replaces, created_at, updated_at)
    select ${id}, 'k', encode(sha256(convert_to('k' || n, 'UTF8')), 'hex'), '{access.*}',
      case when n > 20000 then ('00000000-0000-7000-8000-' || lpad((n - 20000)::text, 12, '0'))::uuid end,
      '2026-02-01', '2026-02-01'
    from generate_series(1, 30000) as n`
  for (const name of ["webhook_subscriptions", "webhook_deliveries", "api_keys"])
    yield* sql.unsafe(`analyze util.${name}`).unprepared
})

layer(adapters, { excludeTestServices: true, timeout: "60 seconds" })(
  "webhooks and keys in PostgreSQL",
  (it) => {
    it.effect(
      "no query reads a large table from end to end, and each index serves one (OPS-5, API-10, PG-12)",
      () =>
        Effect.gen(function* () {
          const [subscriptions, deliveries, keys] = [
            yield* WebhookSubscriptions,
            yield* WebhookDeliveries,
            yield* ApiKeys
          ]
          const { run } = yield* Transaction
          yield* asOwner(fill)
          const subscriptionId = SubscriptionId.make(first)
          const after = Option.some(["00000000-0000-7000-8000-000000010000"])
          const successor: ApiKey = {
            id: ApiKeyId.make("00000000-0000-7000-8000-000000099999"),
            name: "k",
            scopes: ["access.*"],
            replaces: ApiKeyId.make(first),
            createdAt: now,
            updatedAt: now
          }
          const everything = Effect.gen(function* () {
            assert.lengthOf(yield* subscriptions.listEnabled, 5)
            assert.lengthOf(yield* subscriptions.list(after, 51), 51)
            yield* subscriptions.update(Option.getOrThrow(yield* subscriptions.findForUpdate(subscriptionId)))
            assert.lengthOf(yield* deliveries.list({ subscriptionId }, after, 51), 49)
            assert.lengthOf(yield* deliveries.list({ subscriptionId, status: "failed" }, after, 51), 0)
            const delivery = Option.getOrThrow(
              yield* deliveries.findForUpdate(DeliveryId.make("00000000-0000-7000-8000-000000000200"))
            )
            yield* deliveries.update(delivery)
            assert.isFalse(
              yield* deliveries.insert({
                ...delivery,
                id: DeliveryId.make("00000000-0000-7000-8000-000000999999")
              })
            )
            yield* deliveries.forgetSettledBefore(DateTime.subtract(now, { days: 69 }), 1000)
            assert.lengthOf(yield* keys.list(after, 51), 51)
            assert.isTrue(Option.isNone(yield* keys.findByDigest("a".repeat(64))))
            const key = Option.getOrThrow(yield* keys.findForUpdate(ApiKeyId.make(first)))
            yield* keys.update(key)
            yield* keys.recordUse(key.id, now, now)
            assert.strictEqual(
              (yield* Effect.flip(run(keys.insert(successor, "b".repeat(64)))))._tag,
              "keys.rotation_under_way"
            )
          })
          assert.deepStrictEqual(yield* wholeScansOf(everything), [])
          const tables = ["util.webhook_subscriptions", "util.webhook_deliveries", "util.api_keys"]
          // A guard of which the breach is a refusal: it is looked into when a key is written, which is no scan.
          assert.deepStrictEqual(yield* unusedIndexesOf(tables), ["api_keys_one_successor"])
        })
    )

    const breaches = [
      ["util.webhook_subscriptions set url = 'http://a.example/'", "webhook_subscriptions_url_is_https"],
      ["util.webhook_subscriptions set status = 'disabled'", "webhook_subscriptions_disabled_says_why"],
      ["util.webhook_subscriptions set disabled_at = now()", "webhook_subscriptions_disabled_says_why"],
      ["util.webhook_subscriptions set previous_secret = 'x'", "webhook_subscriptions_previous_secret_ends"],
      ["util.webhook_subscriptions set events = '{}'", "webhook_subscriptions_events_counted"],
      [
        "util.webhook_deliveries set status = 'delivered', response_status = null",
        "webhook_deliveries_delivered_was_answered"
      ],
      [
        "util.webhook_deliveries set response_excerpt = repeat('é', 513)",
        "webhook_deliveries_excerpt_is_short"
      ],
      ["util.webhook_deliveries set last_attempt_at = null", "webhook_deliveries_attempt_has_time"],
      ["util.api_keys set digest = 'lyc_secret'", "api_keys_digest_is_sha256"],
      ["util.api_keys set scopes = '{}'", "api_keys_scopes_counted"],
      ["util.api_keys set replaces = id", "api_keys_replaces_another"],
      ["util.api_keys set expires_at = '1999-01-01'", "api_keys_expires_after_making"]
    ] as const
    it.effect.each(breaches)("the schema refuses %s (OPS-5, API-10, PG-3)", ([change, constraint]) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const update = sql.unsafe(`update ${change} where id = '${first}'`).unprepared
        assert.include(JSON.stringify((yield* Effect.flip(update)).reason.cause), `"${constraint}"`)
      })
    )
  }
)
