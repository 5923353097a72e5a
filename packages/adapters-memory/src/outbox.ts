import {
  actorName,
  CurrentActor,
  Delivery,
  EventId,
  type Instant,
  InTransaction,
  newId,
  StoredEvent,
  withoutClaims
} from "@lyceum/core/shared"
import { type EventFilter, hears, Outbox, Subscribers } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

const keyOf = (subscriber: string, eventId: string) => `${eventId} ${subscriber}`
const positionOf = ({ event, subscriber }: Delivery) => [event.id, subscriber]

/** A delivery beside the place of its event in the order of commits. */
const Row = Schema.Struct({ delivery: Delivery, order: Schema.Int })
type Row = typeof Row.Type

/** Earlier events of its key that are neither handled nor skipped hold a delivery back. */
const isBlocked = ({ delivery, order }: Row, all: ReadonlyArray<Row>): boolean =>
  all.some(
    (other) =>
      other.delivery.subscriber === delivery.subscriber &&
      other.delivery.event.key === delivery.event.key &&
      (other.delivery.status === "pending" || other.delivery.status === "failed") &&
      other.order < order
  )

const longestDue = (a: Row, b: Row): number =>
  DateTime.Order(a.delivery.nextAt, b.delivery.nextAt) || a.order - b.order

const isDue = ({ delivery }: Row, subscriber: string, now: Instant): boolean =>
  delivery.subscriber === subscriber &&
  delivery.status === "pending" &&
  DateTime.isLessThanOrEqualTo(delivery.nextAt, now)

const matches =
  ({ actor, from, name, subject, to }: EventFilter) =>
  (event: StoredEvent): boolean =>
    (actor === undefined || actorName(event.actor) === actor) &&
    (subject === undefined || Object.values(event.subjects).includes(subject)) &&
    (name === undefined || event.name === name) &&
    (from === undefined || DateTime.isGreaterThanOrEqualTo(event.at, from)) &&
    (to === undefined || DateTime.isLessThan(event.at, to))

export const outboxLayer = Layer.effect(
  Outbox,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const random = yield* SecureRandom.SecureRandom
    const subscribers = yield* Subscribers
    const events = table("util.event_outbox", StoredEvent)(database)
    const deliveries = table("util.event_deliveries", Row)(database)

    const append = Effect.fnUntraced(function* (all: Parameters<Outbox["Service"]["append"]>[0]) {
      const { now } = yield* InTransaction
      const actor = withoutClaims(yield* CurrentActor)
      const before = (yield* events.all).length
      for (const [index, given] of all.entries()) {
        const event: StoredEvent = { ...given, id: yield* newId(EventId, random), at: now, actor }
        yield* events.put(event.id, event)
        for (const { subscriber } of subscribers.filter((one) => hears(one, event.name))) {
          const delivery: Delivery = { subscriber, event, status: "pending", attempts: 0, nextAt: now }
          yield* deliveries.put(keyOf(subscriber, event.id), { delivery, order: before + index })
        }
      }
    })

    return Outbox.of({
      append,
      claim: Effect.fnUntraced(function* (subscriber) {
        const { now } = yield* InTransaction
        const all = yield* deliveries.all
        const due = all.filter((row) => isDue(row, subscriber, now) && !isBlocked(row, all)).sort(longestDue)
        return Option.map(Option.fromNullishOr(due[0]), ({ delivery }) => delivery)
      }),
      settle: Effect.fnUntraced(function* (subscriber, eventId, outcome) {
        const found = yield* deliveries.find(keyOf(subscriber, eventId))
        if (Option.isNone(found)) return
        const { delivery, order } = found.value
        yield* deliveries.put(keyOf(subscriber, eventId), {
          delivery: { subscriber, event: delivery.event, ...outcome },
          order
        })
      }),
      findDelivery: (subscriber, eventId) =>
        Effect.map(
          deliveries.find(keyOf(subscriber, eventId)),
          Option.map(({ delivery }) => delivery)
        ),
      deliveries: (filter, after, count) =>
        Effect.map(deliveries.all, (all) =>
          pageOf(
            all
              .map(({ delivery }) => delivery)
              .filter(
                (one) =>
                  (filter.status === undefined || one.status === filter.status) &&
                  (filter.subscriber === undefined || one.subscriber === filter.subscriber)
              ),
            positionOf,
            { after, count, order: "descending" }
          )
        ),
      events: (filter, after, count) =>
        Effect.map(events.all, (all) =>
          pageOf(all.filter(matches(filter)), ({ at, id }) => [DateTime.formatIso(at), id], {
            after,
            count,
            order: "descending"
          })
        )
    })
  })
)
