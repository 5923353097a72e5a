/** Events stored in the transaction of the state they tell of, and handed on afterwards. Source: KER-16 to KER-19. */
import { Context, type Effect, type Option, Schema } from "effect"
import type { CurrentActor } from "./actor.ts"
import { EventId, type NewEvent, StoredEvent } from "./event.ts"
import { Instant } from "./instant.ts"
import type { Position } from "./page.ts"
import type { InTransaction } from "./transaction.ts"

/** Where the handling of one event by one subscriber stands. `failed` is parked: it waits for a person. */
export const DeliveryStatus = Schema.Literals(["pending", "done", "failed", "skipped"])
export type DeliveryStatus = typeof DeliveryStatus.Type

export const Delivery = Schema.Struct({
  subscriber: Schema.String,
  event: StoredEvent,
  status: DeliveryStatus,
  /** Failed tries so far. */
  attempts: Schema.Int,
  /** When it is tried next; meaningful while pending. */
  nextAt: Instant,
  lastError: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Delivery" })
export type Delivery = typeof Delivery.Type

/** Who listens to what. `*` hears everything. Renaming a subscriber makes it a new one. */
export interface Subscriber {
  readonly subscriber: string
  readonly hears: "*" | ReadonlyArray<string>
}

/** All subscribers, known when events are stored: each event gets its deliveries in the same transaction. */
export class Subscribers extends Context.Service<Subscribers, ReadonlyArray<Subscriber>>()(
  "lyceum/shared/Subscribers"
) {}

export const hears = (subscriber: Subscriber, eventName: string): boolean =>
  subscriber.hears === "*" || subscriber.hears.includes(eventName)

/** The part of a delivery that changes. */
export type Outcome = Pick<Delivery, "status" | "attempts" | "nextAt" | "lastError">

export interface EventFilter {
  readonly actor?: string
  readonly subject?: string
  readonly name?: string
  readonly from?: Instant
  readonly to?: Instant
}

export class Outbox extends Context.Service<
  Outbox,
  {
    /**
     * Stores events with a pending delivery for each subscriber that hears them; gives them id, time and actor. Others who
     * append to the same keys wait until this transaction ends: append once, last, or two that append twice may deadlock.
     */
    readonly append: (
      events: ReadonlyArray<NewEvent>
    ) => Effect.Effect<void, never, InTransaction | CurrentActor>
    /**
     * The delivery of the subscriber that has been due longest and whose key is free, held until the transaction ends; of
     * those due since the same instant the one stored first. A key is free when no earlier event of it is pending or failed
     * for this subscriber; what another worker holds is passed over.
     */
    readonly claim: (subscriber: string) => Effect.Effect<Option.Option<Delivery>, never, InTransaction>
    readonly settle: (
      subscriber: string,
      eventId: EventId,
      outcome: Outcome
    ) => Effect.Effect<void, never, InTransaction>
    /** One delivery, held until the transaction ends. */
    readonly findDelivery: (
      subscriber: string,
      eventId: EventId
    ) => Effect.Effect<Option.Option<Delivery>, never, InTransaction>
    /** Deliveries, newest event first. Position: `[event id, subscriber]`. */
    readonly deliveries: (
      filter: { readonly status?: DeliveryStatus; readonly subscriber?: string },
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Delivery>>
    /** Events, newest first: the audit trail. Position: `[time in ISO 8601, event id]`. */
    readonly events: (
      filter: EventFilter,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<StoredEvent>>
  }
>()("lyceum/shared/Outbox") {}
