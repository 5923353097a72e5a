import { type Actor, CurrentActor, Delivery, EventId, InTransaction, newId, StoredEvent } from "@lyceum/core/shared"
import { type EventFilter, hears, Outbox, Subscribers } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"

const keyOf = (subscriber: string, eventId: string) => `${eventId} ${subscriber}`
const positionOf = ({ event, subscriber }: Delivery) => [event.id, subscriber]
const actorName = (actor: Actor) => (actor._tag === "User" ? actor.id : actor._tag === "Service" ? actor.name : "anonymous")

/** Earlier events of its key that are neither handled nor skipped hold a delivery back. */
const isBlocked = (delivery: Delivery, all: ReadonlyArray<Delivery>): boolean =>
  all.some(
    (other) =>
      other.subscriber === delivery.subscriber &&
      other.event.key === delivery.event.key &&
      (other.status === "pending" || other.status === "failed") &&
      other.event.id < delivery.event.id
  )

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
    const deliveries = table("util.event_deliveries", Delivery)(database)

    const append = Effect.fnUntraced(function* (all: Parameters<Outbox["Service"]["append"]>[0]) {
      const { now } = yield* InTransaction
      const actor = yield* CurrentActor
      for (const given of all) {
        const event: StoredEvent = { ...given, id: yield* newId(EventId, random), at: now, actor }
        yield* events.put(event.id, event)
        for (const { subscriber } of subscribers.filter((one) => hears(one, event.name))) {
          yield* deliveries.put(keyOf(subscriber, event.id), { subscriber, event, status: "pending", attempts: 0, nextAt: now })
        }
      }
    })

    return Outbox.of({
      append,
      claim: Effect.fnUntraced(function* (subscriber) {
        const { now } = yield* InTransaction
        const all = yield* deliveries.all
        const due = all
          .filter((one) => one.subscriber === subscriber && one.status === "pending" && DateTime.isLessThanOrEqualTo(one.nextAt, now))
          .filter((one) => !isBlocked(one, all))
          .sort((a, b) => compare(positionOf(a), positionOf(b)))
        return Option.fromNullishOr(due[0])
      }),
      settle: Effect.fnUntraced(function* (subscriber, eventId, outcome) {
        const found = yield* deliveries.find(keyOf(subscriber, eventId))
        if (Option.isNone(found)) return
        const { event } = found.value
        yield* deliveries.put(keyOf(subscriber, eventId), { subscriber, event, ...outcome })
      }),
      findDelivery: (subscriber, eventId) => deliveries.find(keyOf(subscriber, eventId)),
      deliveries: (filter, after, count) =>
        Effect.map(deliveries.all, (all) =>
          pageOf(
            all.filter(
              (one) =>
                (filter.status === undefined || one.status === filter.status) &&
                (filter.subscriber === undefined || one.subscriber === filter.subscriber)
            ),
            positionOf,
            { after, count, order: "descending" }
          )
        ),
      events: (filter, after, count) =>
        Effect.map(events.all, (all) => pageOf(all.filter(matches(filter)), ({ id }) => [id], { after, count, order: "descending" }))
    })
  })
)
