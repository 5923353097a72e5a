/** Outgoing webhooks. */
import { SecretSubscription, WebhookDelivery } from "@lyceum/core/webhooks"
import { WebhookDeliveries, WebhookSubscriptions } from "@lyceum/core/webhooks/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { table } from "./table.ts"

const changingSubscription = [
  "url",
  "events",
  "status",
  "failing_since",
  "disabled_at",
  "disabled_because",
  "secret",
  "previous_secret",
  "previous_secret_ends_at",
  "updated_at"
]

export const webhookSubscriptionsLayer = Layer.effect(
  WebhookSubscriptions,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.webhook_subscriptions", ["id"], SecretSubscription)
    return WebhookSubscriptions.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where t.id = ${id}::uuid`)),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where t.id = ${id}::uuid`, "for update")),
      listEnabled: Effect.orDie(rows.select(sql`where t.status = 'enabled' order by t.id for key share`)),
      list: (after, count) =>
        Effect.orDie(
          rows.select(
            Option.match(after, {
              onNone: () => sql`order by t.id desc limit ${count}`,
              onSome: ([id]) => sql`where t.id < ${String(id)}::uuid order by t.id desc limit ${count}`
            })
          )
        ),
      insert: (subscription) => Effect.orDie(rows.insert(subscription)),
      update: (subscription) => Effect.orDie(rows.replace(subscription, changingSubscription)),
      remove: (id) =>
        Effect.orDie(Effect.asVoid(sql`delete from util.webhook_subscriptions where id = ${id}::uuid`))
    })
  })
)

const changingDelivery = [
  "status",
  "attempts",
  "last_attempt_at",
  "response_status",
  "response_excerpt",
  "duration_ms",
  "last_error",
  "updated_at"
]

export const webhookDeliveriesLayer = Layer.effect(
  WebhookDeliveries,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.webhook_deliveries", ["id"], WebhookDelivery)
    return WebhookDeliveries.of({
      insert: (delivery) =>
        Effect.orDie(rows.insertUnlessKnown(delivery, "webhook_deliveries_once_per_event")),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where t.id = ${id}::uuid`, "for update")),
      update: (delivery) => Effect.orDie(rows.replace(delivery, changingDelivery)),
      list: ({ status, subscriptionId }, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where ${sql.and([
              sql`t.subscription_id = ${subscriptionId}::uuid`,
              ...(status === undefined ? [] : [sql`t.status = ${sql.literal(`'${status}'`)}`]),
              ...Option.match(after, {
                onNone: () => [],
                onSome: ([id]) => [sql`t.id < ${String(id)}::uuid`]
              })
            ])}
            order by ${sql.literal(status === undefined ? "" : "t.status desc, ")}t.id desc limit ${count}`)
        ),
      forgetSettledBefore: (at, atMost) =>
        Effect.orDie(
          Effect.map(
            sql`
              delete from util.webhook_deliveries where id = any(array(
                select id from util.webhook_deliveries
                where status <> 'pending' and updated_at < ${DateTime.formatIso(at)}::timestamptz
                order by updated_at limit ${atMost} for update skip locked
              )) returning 1`,
            (forgotten) => forgotten.length
          )
        )
    })
  })
)
