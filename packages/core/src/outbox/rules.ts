/** The verbs of the outbox desk: pure, total, clockless. */
import { Result } from "effect"
import type { Decision } from "../shared/decision.ts"
import type { Instant } from "../shared/instant.ts"
import type { Delivery } from "../shared/outbox.ts"
import { DeliverySettled } from "./errors.ts"
import { DeliveryReplayed, DeliverySkipped } from "./model.ts"

/** A delivery to be tried at `now`, with no tries behind it. What was handled is not handled twice. Source: KER-18. */
export const replay = (
  delivery: Delivery,
  reason: string,
  now: Instant
): Result.Result<Decision<Delivery>, DeliverySettled> =>
  delivery.status === "done"
    ? Result.fail(new DeliverySettled({ status: delivery.status }))
    : Result.succeed({
        state: { ...delivery, status: "pending", attempts: 0, nextAt: now },
        events: [DeliveryReplayed({ subscriber: delivery.subscriber, eventId: delivery.event.id, reason })]
      })

/** A delivery that nobody waits for any more. Source: KER-18. */
export const skip = (
  delivery: Delivery,
  reason: string
): Result.Result<Decision<Delivery>, DeliverySettled> =>
  delivery.status === "done" || delivery.status === "skipped"
    ? Result.fail(new DeliverySettled({ status: delivery.status }))
    : Result.succeed({
        state: { ...delivery, status: "skipped" },
        events: [DeliverySkipped({ subscriber: delivery.subscriber, eventId: delivery.event.id, reason })]
      })
