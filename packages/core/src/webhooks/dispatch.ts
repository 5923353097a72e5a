/** From a stored event to a request on the wire: fan-out in the reaction, sending in a job. Source: OPS-5, KER-19. */
import { Clock, Context, Data, DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import { Mac, SecureRandom } from "effect/crypto"
import { Base64 } from "effect/encoding"
import { type JobHandler, JobQueue } from "../jobs/index.ts"
import type { StoredEvent } from "../shared/event.ts"
import { newId } from "../shared/id.ts"
import { currentInstant, type Instant } from "../shared/instant.ts"
import { Outbox, type Subscriber } from "../shared/outbox.ts"
import type { Subscription as Listener } from "../shared/reactions.ts"
import { InTransaction, Transaction } from "../shared/transaction.ts"
import { DeliveryId, type SecretSubscription, type SubscriptionId } from "./model.ts"
import { WebhookDeliveries, type WebhookRequest, WebhookSender, WebhookSubscriptions } from "./ports.ts"
import * as deliveryRules from "./rules/delivery.ts"
import * as messages from "./rules/message.ts"
import { wants } from "./rules/subscription.ts"

/** Hears every event; who outside hears it is a matter of subscriptions. */
export const webhooksSubscriber: Subscriber = { subscriber: "webhooks", hears: "*" }

/** What a `webhook_call` is about. */
const Call = Schema.Struct({ deliveryId: DeliveryId })
const decodeCall = Schema.decodeUnknownEffect(Call)

/** The receiver did not take the message: the job is tried again. */
class CallFailed extends Data.TaggedError("webhooks.call_failed")<{}> {}

/** How long a delivery that is not pending stays visible. */
const settledKept = Duration.days(30)
const forgottenAtOnce = 1000

/** The job that sends a delivery. */
export const enqueueCall = ({ enqueue }: JobQueue["Service"], deliveryId: DeliveryId) => {
  return Effect.asVoid(enqueue({ kind: "webhook_call", payload: { deliveryId } }))
}

export class WebhookDispatch extends Context.Service<
  WebhookDispatch,
  {
    /** The reaction: a delivery and a job for each subscription that wants the event, in its transaction; once per event. */
    readonly listener: Listener
    /**
     * The handler of `webhook_call`: signs and sends one delivery and writes down what came of it. Nothing happens for one
     * that was delivered, removed or disabled meanwhile.
     */
    readonly call: JobHandler
    /** Deletes deliveries settled 30 days ago. The work of `forget_webhook_deliveries`. */
    readonly forgetSettled: Effect.Effect<void>
  }
>()("lyceum/webhooks/WebhookDispatch") {
  static readonly layer = Layer.effect(
    WebhookDispatch,
    Effect.gen(function* () {
      const subscriptions = yield* WebhookSubscriptions
      const deliveries = yield* WebhookDeliveries
      const sender = yield* WebhookSender
      const queue = yield* JobQueue
      const outbox = yield* Outbox
      const mac = yield* Mac.Mac
      const random = yield* SecureRandom.SecureRandom
      const transaction = yield* Transaction

      const react = Effect.fn("Webhooks.react")(function* (event: StoredEvent) {
        const { now } = yield* InTransaction
        for (const subscription of (yield* subscriptions.listEnabled).filter((one) => wants(one, event))) {
          const delivery = deliveryRules.plan(subscription, event, {
            id: yield* newId(DeliveryId, random),
            now
          })
          if (yield* deliveries.insert(delivery)) yield* enqueueCall(queue, delivery.id)
        }
      })

      const sign = Effect.fnUntraced(function* (
        subscription: SecretSubscription,
        event: StoredEvent,
        at: Instant
      ) {
        const body = messages.bodyOf(event)
        const content = new TextEncoder().encode(messages.signedContent({ id: event.id, at, body }))
        const signatures = yield* Effect.forEach(messages.signingSecrets(subscription, at), (secret) =>
          Effect.fromResult(Base64.decode(secret.slice("whsec_".length))).pipe(
            Effect.flatMap((bytes) => Mac.key(Mac.hmacSha256, bytes)),
            Effect.flatMap((key) => mac.sign(key, content)),
            Effect.orDie
          )
        )
        return {
          url: subscription.url,
          headers: messages.headersOf(event.id, at, signatures),
          body
        } satisfies WebhookRequest
      })

      /** What is to be sent and to whom, or none when nothing is. */
      const prepare = Effect.fnUntraced(function* (id: DeliveryId) {
        const { now } = yield* InTransaction
        const delivery = Option.getOrUndefined(yield* deliveries.findForUpdate(id))
        if (delivery?.status !== "pending") return undefined
        const subscription = Option.getOrUndefined(yield* subscriptions.find(delivery.subscriptionId))
        const stored = yield* outbox.findDelivery(webhooksSubscriber.subscriber, delivery.eventId)
        if (subscription?.status === "enabled" && Option.isSome(stored)) {
          const request = yield* sign(subscription, stored.value.event, now)
          return { id, subscriptionId: subscription.id, request }
        }
        const why = Option.isSome(stored) ? "subscription_disabled" : "event_forgotten"
        yield* deliveries.update(deliveryRules.giveUp(delivery, why, now))
        return undefined
      }, transaction.run)

      /**
       * Writes down what came of it, and answers whether the job has failed by it. The subscription is held first, as by
       * who removes it with its deliveries.
       */
      const settle = Effect.fnUntraced(function* (
        { id, subscriptionId }: { readonly id: DeliveryId; readonly subscriptionId: SubscriptionId },
        attempt: deliveryRules.Attempt,
        isLast: boolean
      ) {
        const { now } = yield* InTransaction
        const subscription = yield* subscriptions.findForUpdate(subscriptionId)
        const delivery = yield* deliveries.findForUpdate(id)
        if (Option.isNone(subscription) || Option.isNone(delivery)) return false
        const before = { delivery: delivery.value, subscription: subscription.value }
        const { events, state } = deliveryRules.record(before, attempt, { isLast, now })
        yield* deliveries.update(state.delivery)
        if (state.subscription !== subscription.value) yield* subscriptions.update(state.subscription)
        yield* outbox.append(events)
        return state.delivery.status === "pending" || (isLast && state.delivery.status === "failed")
      }, transaction.run)

      const send = Effect.fnUntraced(function* (request: WebhookRequest) {
        const begun = yield* Clock.currentTimeMillis
        const result = yield* Effect.result(sender.post(request))
        const durationMs = Math.max(0, (yield* Clock.currentTimeMillis) - begun)
        return result._tag === "Success"
          ? { durationMs, answer: result.success }
          : { durationMs, noAnswer: result.failure.why }
      })

      const call: JobHandler = Effect.fn("Webhooks.call")(function* ({ attempts, maxAttempts, payload }) {
        const { deliveryId } = yield* decodeCall(payload)
        const prepared = yield* prepare(deliveryId)
        if (prepared === undefined) return
        const attempt = yield* send(prepared.request)
        if (yield* settle(prepared, attempt, attempts >= maxAttempts)) return yield* new CallFailed()
      })

      const forgetSettled = Effect.gen(function* () {
        const before = DateTime.subtractDuration(yield* currentInstant, settledKept)
        const forgetSome = transaction.run(deliveries.forgetSettledBefore(before, forgottenAtOnce))
        while ((yield* forgetSome) === forgottenAtOnce);
      })

      return WebhookDispatch.of({ listener: { ...webhooksSubscriber, react }, call, forgetSettled })
    })
  )
}
