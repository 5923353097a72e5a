/** The verbs of deliveries: pure, total, clockless. */
import type { Decision } from "../../shared/decision.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { Instant } from "../../shared/instant.ts"
import { type DeliveryId, DeliveryReplayed, type SecretSubscription, type WebhookDelivery } from "../model.ts"
import * as subscriptions from "./subscription.ts"

/** Bytes of an answer that are kept. */
const excerptBytes = 1024

/** The beginning of what a receiver said, as UTF-8 at most 1024 bytes, in characters that every store can hold. */
export const excerptOf = (body: string): string => {
  const storable = body.replaceAll("\0", "").toWellFormed()
  return storable.slice(0, new TextEncoder().encodeInto(storable, new Uint8Array(excerptBytes)).read)
}

/** What came of one attempt: an answer, or the reason why there was none. */
export type Attempt = { readonly durationMs: number } & (
  | { readonly answer: { readonly status: number; readonly body: string } }
  | { readonly noAnswer: string }
)

/** An event for a subscription, to be sent. */
export const plan = (
  subscription: SecretSubscription,
  event: StoredEvent,
  given: { readonly id: DeliveryId; readonly now: Instant }
): WebhookDelivery => ({
  id: given.id,
  subscriptionId: subscription.id,
  eventId: event.id,
  eventName: event.name,
  status: "pending",
  attempts: 0,
  createdAt: given.now,
  updatedAt: given.now
})

/** Given up without an attempt: its subscription is disabled, or its event is not kept any more. */
export const giveUp = (delivery: WebhookDelivery, lastError: string, now: Instant): WebhookDelivery => ({
  ...delivery,
  status: "failed",
  lastError,
  updatedAt: now
})

/** Any answer from 200 to 299 is a success; a redirect is none. */
const isSuccess = (attempt: Attempt): boolean =>
  "answer" in attempt && attempt.answer.status >= 200 && attempt.answer.status < 300

/** Writes an attempt into the delivery and into the record of its subscription, which may be disabled by it. */
export const record = (
  {
    delivery,
    subscription
  }: { readonly delivery: WebhookDelivery; readonly subscription: SecretSubscription },
  attempt: Attempt,
  { isLast, now }: { readonly isLast: boolean; readonly now: Instant }
): Decision<{ readonly delivery: WebhookDelivery; readonly subscription: SecretSubscription }> => {
  const success = isSuccess(attempt)
  const { events, state } = success
    ? { events: [], state: subscriptions.succeeded(subscription, now) }
    : subscriptions.failed(subscription, now)
  const { id, subscriptionId, eventId, eventName, createdAt } = delivery
  return {
    state: {
      subscription: state,
      delivery: {
        id,
        subscriptionId,
        eventId,
        eventName,
        createdAt,
        status: success ? "delivered" : isLast || state.status === "disabled" ? "failed" : "pending",
        attempts: delivery.attempts + 1,
        lastAttemptAt: now,
        durationMs: attempt.durationMs,
        ...("answer" in attempt
          ? { responseStatus: attempt.answer.status, responseExcerpt: excerptOf(attempt.answer.body) }
          : { lastError: attempt.noAnswer }),
        updatedAt: now
      }
    },
    events
  }
}

/** Sent again, whatever became of it. */
export const replay = (delivery: WebhookDelivery, now: Instant): Decision<WebhookDelivery> => ({
  state: { ...delivery, status: "pending", updatedAt: now },
  events: [DeliveryReplayed({ deliveryId: delivery.id, subscriptionId: delivery.subscriptionId })]
})
