/** The nouns of webhooks: who outside is told of what, and what became of each telling. Source: OPS-5, KER-19. */
import { Schema } from "effect"
import { defineEvent, EventId } from "../shared/event.ts"
import { Instant } from "../shared/instant.ts"
import { command, Done, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { HttpsUrl, prose } from "../shared/text.ts"
import { SubscriptionIsDisabled, SubscriptionNotFound, WebhookDeliveryNotFound } from "./errors.ts"
import { DeliveryId, SubscriptionId } from "./id.ts"

export { DeliveryId, SubscriptionId }

/** An event by its name, or all of one context: `access.entitlement_granted`, `access.*`. */
export const EventPattern = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z_]*\.(?:\*|[a-z][a-z_]*)$/u, {
    description: "`context.what_happened` or `context.*`"
  }),
  Schema.isBetweenCodePoints(3, 100)
).annotate({ identifier: "EventPattern" })
export type EventPattern = typeof EventPattern.Type

/** The key of the signature, as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export const WebhookSecret = Schema.String.check(
  Schema.isPattern(/^whsec_[A-Za-z0-9+/]{43}=$/u, { description: "a webhook secret" })
).annotate({ identifier: "WebhookSecret" })

const patterns = Schema.Array(EventPattern).check(Schema.isMinLength(1), Schema.isMaxLength(100))

const known = { id: SubscriptionId, url: HttpsUrl, events: patterns, createdAt: Instant, updatedAt: Instant }
const enabled = {
  status: Schema.Literal("enabled"),
  ...known,
  /** The first failure since the last success; after a day of them the subscription is disabled. */
  failingSince: Schema.optionalKey(Instant)
}
const disabled = {
  status: Schema.Literal("disabled"),
  ...known,
  disabledAt: Instant,
  disabledBecause: Schema.Literals(["failing", "by_hand"])
}
const secrets = {
  secret: WebhookSecret,
  /** Signs beside `secret` until `previousSecretEndsAt`. */
  previousSecret: Schema.optionalKey(WebhookSecret),
  previousSecretEndsAt: Schema.optionalKey(Instant)
}

/** An address outside, and what it wants to hear of. */
export const Subscription = Schema.Union([Schema.Struct(enabled), Schema.Struct(disabled)])
  .pipe(Schema.toTaggedUnion("status"))
  .annotate({ identifier: "WebhookSubscription" })
export type Subscription = typeof Subscription.Type

/** A subscription with what signs its messages; stays inside. */
export const SecretSubscription = Schema.Union([
  Schema.Struct({ ...enabled, ...secrets }),
  Schema.Struct({ ...disabled, ...secrets })
]).pipe(Schema.toTaggedUnion("status"))
export type SecretSubscription = typeof SecretSubscription.Type

/** `failed` has used up its tries, or its subscription was disabled: a person may replay it. */
export const WebhookDeliveryStatus = Schema.Literals(["pending", "delivered", "failed"]).annotate({
  identifier: "WebhookDeliveryStatus"
})

/** One event for one subscription. What it says of the last attempt is absent before the first. */
export const WebhookDelivery = Schema.Struct({
  id: DeliveryId,
  subscriptionId: SubscriptionId,
  eventId: EventId,
  eventName: Schema.String,
  status: WebhookDeliveryStatus,
  /** Requests sent, or refused to be sent, so far. */
  attempts: Schema.Int,
  lastAttemptAt: Schema.optionalKey(Instant),
  /** HTTP status of the last answer; absent when there was none. */
  responseStatus: Schema.optionalKey(Schema.Int),
  /** What the receiver said, cut at 1024 bytes. */
  responseExcerpt: Schema.optionalKey(prose(1024)),
  durationMs: Schema.optionalKey(Schema.Int),
  /** Why there was no answer, or why it was not sent. */
  lastError: Schema.optionalKey(prose(200)),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "WebhookDelivery" })
export type WebhookDelivery = typeof WebhookDelivery.Type

/** Events carry origin and path of the address only (PRV-7). */
const ofSubscription = {
  payload: Schema.Struct({ subscription: Subscription }),
  key: ({ subscription: { id } }: { readonly subscription: Subscription }) => `webhook:${id}`,
  subjects: ({ subscription: { id } }: { readonly subscription: Subscription }) => ({ subscriptionId: id })
}
export const SubscriptionCreated = defineEvent("webhooks.subscription_created", ofSubscription)
export const SubscriptionChanged = defineEvent("webhooks.subscription_changed", {
  payload: Schema.Struct({ before: Subscription, after: Subscription }),
  key: ({ after }) => `webhook:${after.id}`,
  subjects: ({ after }) => ({ subscriptionId: after.id })
})
export const SubscriptionRemoved = defineEvent("webhooks.subscription_removed", ofSubscription)
/** A day of failures: nothing is sent there any more until somebody enables it again. */
export const SubscriptionDisabled = defineEvent("webhooks.subscription_disabled", ofSubscription)
export const SecretRotated = defineEvent("webhooks.secret_rotated", ofSubscription)
/** Goes to its one subscription, whatever that wants to hear of. */
export const Pinged = defineEvent("webhooks.pinged", {
  payload: Schema.Struct({ subscriptionId: SubscriptionId }),
  key: ({ subscriptionId }) => `webhook:${subscriptionId}`,
  subjects: (pinged) => pinged
})
export const DeliveryReplayed = defineEvent("webhooks.delivery_replayed", {
  payload: Schema.Struct({ deliveryId: DeliveryId, subscriptionId: SubscriptionId }),
  key: ({ subscriptionId }) => `webhook:${subscriptionId}`,
  subjects: (replayed) => replayed
})

/** `secret` is in the first answer only: not when the command is repeated under its idempotency key. */
const Shown = Schema.Struct({ subscription: Subscription, secret: Schema.optionalKey(WebhookSecret) })
const shownOnce = ["secret"]
const one = { id: SubscriptionId }

/** Every use case of webhooks. */
export const operations = {
  create: command("webhooks.create", {
    input: Schema.Struct({ url: HttpsUrl, events: patterns }),
    output: Shown,
    shownOnce
  }),
  /** Newest first. */
  list: query("webhooks.list", { input: Schema.Struct(pageFields), output: page(Subscription) }),
  get: query("webhooks.get", {
    input: Schema.Struct(one),
    output: Subscription,
    refusals: [SubscriptionNotFound]
  }),
  /** Changes what is named and keeps the rest; `enabled: true` also forgets past failures. */
  update: command("webhooks.update", {
    input: Schema.Struct({
      ...one,
      url: Schema.optionalKey(HttpsUrl),
      events: Schema.optionalKey(patterns),
      enabled: Schema.optionalKey(Schema.Boolean)
    }),
    output: Subscription,
    refusals: [SubscriptionNotFound]
  }),
  /** With its deliveries, and without any more of them. */
  remove: command("webhooks.remove", {
    input: Schema.Struct(one),
    output: Done,
    refusals: [SubscriptionNotFound]
  }),
  /** A new secret; the old one signs too until `oldEndsAt`. One that was still ending ends at once. */
  rotateSecret: command("webhooks.rotate_secret", {
    input: Schema.Struct({ ...one, oldEndsAt: Instant }),
    output: Shown,
    refusals: [SubscriptionNotFound],
    shownOnce
  }),
  /** Deliveries of a subscription, newest first. */
  deliveries: query("webhooks.deliveries", {
    input: Schema.Struct({ ...one, status: Schema.optionalKey(WebhookDeliveryStatus), ...pageFields }),
    output: page(WebhookDelivery),
    refusals: [SubscriptionNotFound]
  }),
  /** Sends one delivery again, whatever became of it; its webhook-id stays the same. */
  replay: command("webhooks.replay", {
    input: Schema.Struct({ id: DeliveryId }),
    output: WebhookDelivery,
    refusals: [WebhookDeliveryNotFound, SubscriptionIsDisabled]
  }),
  /** Sends the event `webhooks.pinged` to the subscription, on the road that all events take. */
  ping: command("webhooks.ping", {
    input: Schema.Struct(one),
    output: Done,
    refusals: [SubscriptionNotFound, SubscriptionIsDisabled]
  })
}
export type UpdateSubscription = (typeof operations.update)["input"]["Type"]
