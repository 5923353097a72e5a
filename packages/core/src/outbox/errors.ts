/** The ways the outbox desk says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { EventId } from "../shared/event.ts"
import { DeliveryStatus } from "../shared/outbox.ts"

export class DeliveryNotFound extends Schema.TaggedError<DeliveryNotFound>()("outbox.delivery_not_found", {
  subscriber: Schema.String,
  eventId: EventId
}) {}

/** It was handled, or skipped, already: there is nothing left to skip, and what was handled is not handled again. */
export class DeliverySettled extends Schema.TaggedError<DeliverySettled>()("outbox.delivery_settled", {
  status: DeliveryStatus
}) {}

export type OutboxRefusal = DeliveryNotFound | DeliverySettled

export const outboxTellings: Tellings<OutboxRefusal> = {
  "outbox.delivery_not_found": {
    family: "not_found",
    en: ({ eventId, subscriber }) => `${subscriber} has no delivery of the event ${eventId}.`,
    fr: ({ eventId, subscriber }) => `${subscriber} n'a pas de livraison de l'événement ${eventId}.`
  },
  "outbox.delivery_settled": {
    family: "conflict",
    en: ({ status }) => `This delivery is ${status} already.`,
    fr: ({ status }) => `Cette livraison est déjà ${status === "done" ? "traitée" : "ignorée"}.`
  }
}
