import { SecretSubscription, WebhookDelivery } from "@lyceum/core/webhooks"
import { WebhookDeliveries, WebhookSubscriptions } from "@lyceum/core/webhooks/ports"
import { DateTime, Effect, Layer } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"

const subscriptions = table("util.webhook_subscriptions", SecretSubscription)
const deliveries = table("util.webhook_deliveries", WebhookDelivery)

export const webhookSubscriptionsLayer = Layer.effect(
  WebhookSubscriptions,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = subscriptions(database)
    const sent = deliveries(database)
    return WebhookSubscriptions.of({
      find: (id) => rows.find(id),
      findForUpdate: (id) => rows.find(id),
      listEnabled: Effect.map(rows.all, (all) =>
        all.filter(({ status }) => status === "enabled").sort((a, b) => compare([a.id], [b.id]))
      ),
      list: (after, count) =>
        Effect.map(rows.all, (all) => pageOf(all, ({ id }) => [id], { after, count, order: "descending" })),
      insert: (subscription) => rows.put(subscription.id, subscription),
      update: (subscription) => rows.put(subscription.id, subscription),
      remove: Effect.fnUntraced(function* (id) {
        const its = (yield* sent.all).filter(({ subscriptionId }) => subscriptionId === id)
        yield* Effect.forEach(its, (delivery) => sent.remove(delivery.id), { discard: true })
        yield* rows.remove(id)
      })
    })
  })
)

export const webhookDeliveriesLayer = Layer.effect(
  WebhookDeliveries,
  Effect.gen(function* () {
    const rows = deliveries(yield* MemoryDatabase)
    return WebhookDeliveries.of({
      insert: Effect.fnUntraced(function* (delivery) {
        const known = (yield* rows.all).some(
          ({ eventId, subscriptionId }) =>
            eventId === delivery.eventId && subscriptionId === delivery.subscriptionId
        )
        if (!known) yield* rows.put(delivery.id, delivery)
        return !known
      }),
      findForUpdate: (id) => rows.find(id),
      update: (delivery) => rows.put(delivery.id, delivery),
      list: ({ status, subscriptionId }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (one) =>
                one.subscriptionId === subscriptionId && (status === undefined || one.status === status)
            ),
            ({ id }) => [id],
            { after, count, order: "descending" }
          )
        ),
      forgetSettledBefore: Effect.fnUntraced(function* (instant, atMost) {
        const old = (yield* rows.all)
          .filter(({ status, updatedAt }) => status !== "pending" && DateTime.isLessThan(updatedAt, instant))
          .sort((a, b) => DateTime.Order(a.updatedAt, b.updatedAt))
          .slice(0, atMost)
        yield* Effect.forEach(old, ({ id }) => rows.remove(id), { discard: true })
        return old.length
      })
    })
  })
)
