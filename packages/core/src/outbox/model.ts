/** The nouns of the outbox desk: where an operator searches the audit trail and frees deliveries that are stuck. */
import { Schema } from "effect"
import { defineEvent, EventId, StoredEvent } from "../shared/event.ts"
import { Instant } from "../shared/instant.ts"
import { command, query } from "../shared/operation.ts"
import { Delivery, DeliveryStatus } from "../shared/outbox.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, SoundReason } from "../shared/text.ts"
import { DeliveryNotFound, DeliverySettled } from "./errors.ts"

const desk = {
  payload: Schema.Struct({ subscriber: Schema.String, eventId: EventId, reason: SoundReason }),
  key: ({ eventId, subscriber }: { readonly eventId: EventId; readonly subscriber: string }) =>
    `delivery:${eventId}:${subscriber}`,
  subjects: ({ eventId }: { readonly eventId: EventId }) => ({ eventId })
}
export const DeliveryReplayed = defineEvent("outbox.delivery_replayed", desk)
export const DeliverySkipped = defineEvent("outbox.delivery_skipped", desk)

const which = { subscriber: line(100), eventId: EventId, reason: SoundReason }

/** Every use case of the outbox desk. */
export const operations = {
  /** The audit trail, newest first. Source: KER-26. */
  events: query("outbox.events", {
    input: Schema.Struct({
      /** A user's id, a service's name, or `anonymous`. */
      actor: Schema.optionalKey(line(200)),
      /** The id of anything that the event is about. */
      subject: Schema.optionalKey(line(200)),
      name: Schema.optionalKey(line(200)),
      /** From this instant on. */
      from: Schema.optionalKey(Instant),
      /** Before this instant. */
      to: Schema.optionalKey(Instant),
      ...pageFields
    }),
    output: page(StoredEvent)
  }),
  /** Who handled what, newest event first; `failed` ones are parked and hold back later events of their key. */
  deliveries: query("outbox.deliveries", {
    input: Schema.Struct({
      status: Schema.optionalKey(DeliveryStatus),
      subscriber: Schema.optionalKey(line(100)),
      ...pageFields
    }),
    output: page(Delivery)
  }),
  /** Tries a delivery again at once, with all its tries before it; for parked, waiting and skipped ones. */
  replay: command("outbox.replay", {
    input: Schema.Struct(which),
    output: Delivery,
    refusals: [DeliveryNotFound, DeliverySettled]
  }),
  /** Gives a delivery up, so that later events of its key go on. */
  skip: command("outbox.skip", {
    input: Schema.Struct(which),
    output: Delivery,
    refusals: [DeliveryNotFound, DeliverySettled]
  })
}
