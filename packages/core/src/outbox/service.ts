/** What the outbox desk does when asked. */
import { Context, DateTime, Effect, Layer, Option, Schema } from "effect"
import { requirePermission } from "../shared/actor.ts"
import { Door } from "../shared/door.ts"
import { EventId } from "../shared/event.ts"
import type { Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { InstantText, orderBy, paginate } from "../shared/page.ts"
import { isStorable } from "../shared/text.ts"
import { DeliveryNotFound } from "./errors.ts"
import { operations } from "./model.ts"
import * as rules from "./rules.ts"

const eventsByTime = orderBy("events by time", [InstantText, EventId])
const deliveriesByEvent = orderBy("deliveries by event", [EventId, Schema.String.check(isStorable)])

/** The key of the desk's service: use cases of operators over events and their deliveries. */
export class OutboxDesk extends Context.Service<OutboxDesk, Methods<typeof operations>>()(
  "lyceum/outbox/OutboxDesk"
) {
  static readonly layer = Layer.effect(
    OutboxDesk,
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const door = yield* Door

      const find = ({ eventId, subscriber }: { readonly eventId: EventId; readonly subscriber: string }) =>
        Effect.flatMap(
          outbox.findDelivery(subscriber, eventId),
          Option.match({
            onNone: () => Effect.fail(new DeliveryNotFound({ subscriber, eventId })),
            onSome: Effect.succeed
          })
        )

      return OutboxDesk.of({
        events: door.query(operations.events, (request, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            paginate(
              eventsByTime,
              request,
              (after, count) => outbox.events(request, after, count),
              ({ at, id }) => [DateTime.formatIso(at), id]
            )
          )
        ),
        deliveries: door.query(operations.deliveries, (request, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            paginate(
              deliveriesByEvent,
              request,
              (after, count) => outbox.deliveries(request, after, count),
              ({ event, subscriber }) => [event.id, subscriber]
            )
          )
        ),
        replay: door.command(
          operations.replay,
          Effect.fnUntraced(function* ({ reason, ...which }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const { events, state } = yield* Effect.fromResult(rules.replay(yield* find(which), reason, now))
            yield* outbox.settle(which.subscriber, which.eventId, state)
            yield* outbox.append(events)
            return state
          })
        ),
        skip: door.command(
          operations.skip,
          Effect.fnUntraced(function* ({ reason, ...which }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const { events, state } = yield* Effect.fromResult(rules.skip(yield* find(which), reason))
            yield* outbox.settle(which.subscriber, which.eventId, state)
            yield* outbox.append(events)
            return state
          })
        )
      })
    })
  )
}
