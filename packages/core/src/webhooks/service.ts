/** What webhooks does when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { JobQueue } from "../jobs/index.ts"
import { requirePermission } from "../shared/actor.ts"
import { Door } from "../shared/door.ts"
import { newId } from "../shared/id.ts"
import { done, type Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { orderBy, paginate } from "../shared/page.ts"
import { enqueueCall } from "./dispatch.ts"
import { SubscriptionNotFound, WebhookDeliveryNotFound } from "./errors.ts"
import { DeliveryId, operations, Pinged, type SecretSubscription, SubscriptionId } from "./model.ts"
import { AllowedTargets, WebhookDeliveries, WebhookSubscriptions } from "./ports.ts"
import * as deliveryRules from "./rules/delivery.ts"
import { secretBytes, secretOf } from "./rules/message.ts"
import * as rules from "./rules/subscription.ts"

const newestSubscription = orderBy("webhooks newest first", [SubscriptionId])

/** Use cases of the operator: who outside is told of what. */
export class Webhooks extends Context.Service<Webhooks, Methods<typeof operations>>()(
  "lyceum/webhooks/Webhooks"
) {
  static readonly layer = Layer.effect(
    Webhooks,
    Effect.gen(function* () {
      const subscriptions = yield* WebhookSubscriptions
      const deliveries = yield* WebhookDeliveries
      const queue = yield* JobQueue
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const allowed = yield* AllowedTargets
      const door = yield* Door

      const orNotFound = (id: SubscriptionId) => {
        const missing = Effect.fail(new SubscriptionNotFound({ id }))
        return Effect.flatMap((found: Option.Option<SecretSubscription>) =>
          Option.isSome(found) ? Effect.succeed(found.value) : missing
        )
      }
      const newSecret = Effect.map(random.randomBytes(secretBytes), secretOf)

      return Webhooks.of({
        create: door.command(
          operations.create,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const secret = yield* newSecret
            const given = { ...input, secret, id: yield* newId(SubscriptionId, random) }
            const { events, state } = yield* Effect.fromResult(rules.create(given, allowed, now))
            yield* subscriptions.insert(state)
            yield* outbox.append(events)
            return { subscription: rules.shown(state), secret }
          })
        ),
        list: door.query(
          operations.list,
          Effect.fnUntraced(function* (request, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.view"))
            const page = yield* paginate(newestSubscription, request, subscriptions.list, ({ id }) => [id])
            return { ...page, items: page.items.map(rules.shown) }
          })
        ),
        get: door.query(
          operations.get,
          Effect.fnUntraced(function* ({ id }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.view"))
            return rules.shown(yield* subscriptions.find(id).pipe(orNotFound(id)))
          })
        ),
        update: door.command(
          operations.update,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const before = yield* subscriptions.findForUpdate(input.id).pipe(orNotFound(input.id))
            const { events, state } = yield* Effect.fromResult(rules.update(before, input, { allowed, now }))
            yield* subscriptions.update(state)
            yield* outbox.append(events)
            return rules.shown(state)
          })
        ),
        remove: door.command(
          operations.remove,
          Effect.fnUntraced(function* ({ id }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const { events } = rules.remove(yield* subscriptions.findForUpdate(id).pipe(orNotFound(id)))
            yield* subscriptions.remove(id)
            yield* outbox.append(events)
            return done
          })
        ),
        rotateSecret: door.command(
          operations.rotateSecret,
          Effect.fnUntraced(function* ({ id, oldEndsAt }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const before = yield* subscriptions.findForUpdate(id).pipe(orNotFound(id))
            const secret = yield* newSecret
            const { events, state } = yield* Effect.fromResult(
              rules.rotateSecret(before, { secret, oldEndsAt }, now)
            )
            yield* subscriptions.update(state)
            yield* outbox.append(events)
            return { subscription: rules.shown(state), secret }
          })
        ),
        deliveries: door.query(
          operations.deliveries,
          Effect.fnUntraced(function* ({ id, ...request }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.view"))
            yield* subscriptions.find(id).pipe(orNotFound(id))
            const filter = {
              subscriptionId: id,
              ...(request.status !== undefined && { status: request.status })
            }
            const fetch = (after: Parameters<typeof deliveries.list>[1], count: number) =>
              deliveries.list(filter, after, count)
            return yield* paginate(
              orderBy(`deliveries of ${id}`, [DeliveryId]),
              request,
              fetch,
              (delivery) => [delivery.id]
            )
          })
        ),
        replay: door.command(
          operations.replay,
          Effect.fnUntraced(function* ({ id }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const delivery = Option.getOrUndefined(yield* deliveries.findForUpdate(id))
            if (delivery === undefined) return yield* new WebhookDeliveryNotFound({ id })
            const found = yield* subscriptions.find(delivery.subscriptionId)
            if (Option.isSome(found)) yield* Effect.fromResult(rules.mayBeCalled(found.value))
            const { events, state } = deliveryRules.replay(delivery, now)
            yield* deliveries.update(state)
            yield* enqueueCall(queue, id)
            yield* outbox.append(events)
            return state
          })
        ),
        ping: door.command(
          operations.ping,
          Effect.fnUntraced(function* ({ id }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            yield* Effect.fromResult(rules.mayBeCalled(yield* subscriptions.find(id).pipe(orNotFound(id))))
            yield* outbox.append([Pinged({ subscriptionId: id })])
            return done
          })
        )
      })
    })
  )
}
