/** What webhooks needs from outside. */
import { Context, Data, type Effect, type Option } from "effect"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { DeliveryId, SecretSubscription, SubscriptionId, WebhookDelivery } from "./model.ts"

export class WebhookSubscriptions extends Context.Service<
  WebhookSubscriptions,
  {
    readonly find: (id: SubscriptionId) => Effect.Effect<Option.Option<SecretSubscription>>
    /** As `find`, holding the subscription until the transaction ends. */
    readonly findForUpdate: (
      id: SubscriptionId
    ) => Effect.Effect<Option.Option<SecretSubscription>, never, InTransaction>
    /** All that are enabled, by id; none of them is removed until the transaction ends. */
    readonly listEnabled: Effect.Effect<ReadonlyArray<SecretSubscription>, never, InTransaction>
    /** Newest first. Position: `[id]`. */
    readonly list: (
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<SecretSubscription>>
    readonly insert: (subscription: SecretSubscription) => Effect.Effect<void, never, InTransaction>
    readonly update: (subscription: SecretSubscription) => Effect.Effect<void, never, InTransaction>
    /** Removes the subscription and its deliveries. */
    readonly remove: (id: SubscriptionId) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/webhooks/WebhookSubscriptions") {}

export class WebhookDeliveries extends Context.Service<
  WebhookDeliveries,
  {
    /** Stores the delivery; answers false, storing nothing, when its subscription has one of its event. */
    readonly insert: (delivery: WebhookDelivery) => Effect.Effect<boolean, never, InTransaction>
    /** One delivery, held until the transaction ends. */
    readonly findForUpdate: (
      id: DeliveryId
    ) => Effect.Effect<Option.Option<WebhookDelivery>, never, InTransaction>
    readonly update: (delivery: WebhookDelivery) => Effect.Effect<void, never, InTransaction>
    /** Those of a subscription, newest first. Position: `[id]`. */
    readonly list: (
      filter: { readonly subscriptionId: SubscriptionId; readonly status?: WebhookDelivery["status"] },
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<WebhookDelivery>>
    /** Deletes up to `atMost` deliveries that are not pending and did not change since the instant; returns how many. */
    readonly forgetSettledBefore: (
      instant: Instant,
      atMost: number
    ) => Effect.Effect<number, never, InTransaction>
  }
>()("lyceum/webhooks/WebhookDeliveries") {}

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
export interface WebhookAnswer {
  /** HTTP status; a redirect is an answer like another, and is not followed. */
  readonly status: number
  /** At most 64 KB of what the receiver said. */
  readonly body: string
}

/** There was no answer. `target_refused`: the address is not a public one, so nothing was sent to it. */
export class NoAnswer extends Data.TaggedError("webhooks.no_answer")<{
  readonly why: "target_refused" | "name_not_resolved" | "connection_failed" | "timed_out" | "not_http"
}> {}

export class WebhookSender extends Context.Service<
  WebhookSender,
  {
    /**
     * Posts a message, once, within ten seconds. Resolves the host itself, refuses when any of its addresses is not public
     * (`isAllowedTarget`), and connects to an address that it checked.
     */
    readonly post: (request: WebhookRequest) => Effect.Effect<WebhookAnswer, NoAnswer>
  }
>()("lyceum/webhooks/WebhookSender") {}

/** Addresses that may be called although they are private: for tests and a developer's own machine. None by default. */
export const AllowedTargets = Context.Reference<ReadonlyArray<string>>("lyceum/webhooks/AllowedTargets", {
  defaultValue: () => []
})
