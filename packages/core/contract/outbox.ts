/** Laws of `Outbox`: events beside writes, deliveries in order, the audit trail. Source: KER-16, KER-18, KER-24, KER-26. */
import { assert, it } from "@effect/vitest"
import { Array, Deferred, Effect, Fiber, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Flags } from "../src/flags/ports.ts"
import { anonymous, CurrentActor } from "../src/shared/actor.ts"
import type { StoredEvent } from "../src/shared/event.ts"
import { Outbox, type Subscriber } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { append, everyEvent, numbersOf, pagesOf } from "./events.ts"
import { type Adapter, portsOf, Writers } from "./ground.ts"
import { at, clockAt, moment, someEvent, someFlag, unique } from "./samples.ts"

/** Each test has events of names of its own, so that a subscriber hears those of one test alone. */
const hearing = (...subscribers: ReadonlyArray<string>): ReadonlyArray<Subscriber> =>
  subscribers.map((subscriber) => ({ subscriber, hears: [`contract.${subscriber}`] }))

const subscribers: ReadonlyArray<Subscriber> = [
  ...hearing(
    "commit",
    "routed",
    "oldest",
    "waits",
    "parked",
    "again",
    "skipped",
    "commits",
    "clock",
    "large",
    "settled",
    "listed"
  ),
  { subscriber: "everything", hears: "*" }
]

const claim = (subscriber: string) =>
  Effect.flatMap(Transaction, ({ run }) => run(Outbox.use((outbox) => outbox.claim(subscriber))))

/** Claims and marks as done until nothing is due; answers what it saw, in order. */
const drain = Effect.fnUntraced(function* (subscriber: string) {
  const { run } = yield* Transaction
  const outbox = yield* Outbox
  const seen: Array<StoredEvent> = []
  for (;;) {
    const claimed = yield* run(
      Effect.tap(
        outbox.claim(subscriber),
        Option.match({
          onNone: () => Effect.void,
          onSome: ({ attempts, event, nextAt }) =>
            outbox.settle(subscriber, event.id, { status: "done", attempts, nextAt })
        })
      )
    )
    if (Option.isNone(claimed)) return seen
    seen.push(claimed.value.event)
  }
})

const settle = (
  subscriber: string,
  event: StoredEvent,
  outcome: Parameters<Outbox["Service"]["settle"]>[2]
) =>
  Effect.flatMap(Transaction, ({ run }) =>
    run(Outbox.use((outbox) => outbox.settle(subscriber, event.id, outcome)))
  )

export const outboxContract = (adapter: string, layer: Adapter) =>
  it.layer(portsOf(layer, { subscribers }), { timeout: "60 seconds" })(`Outbox on ${adapter}`, (it) => {
    it.effect("tells nothing of a transaction that failed, and nothing before it ended (KER-16)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const outbox = yield* Outbox
        const name = "contract.commit"
        yield* Effect.exit(run(Effect.andThen(outbox.append([someEvent({ name })]), Effect.fail("no"))))
        assert.deepStrictEqual([yield* everyEvent({ name }), yield* drain("commit")], [[], []])
        const [written, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const writer = yield* Effect.forkChild(
          run(
            Effect.gen(function* () {
              yield* outbox.append([someEvent({ name })])
              yield* Deferred.succeed(written, undefined)
              yield* Deferred.await(release)
            })
          )
        )
        yield* Deferred.await(written)
        assert.deepStrictEqual(yield* everyEvent({ name }), [])
        yield* Deferred.succeed(release, undefined)
        yield* Fiber.join(writer)
        assert.strictEqual((yield* drain("commit")).length, 1)
      }).pipe(Effect.provideService(CurrentActor, anonymous))
    )

    it.effect("hands an event to those who hear it, once each, and to nobody else (KER-18)", () =>
      Effect.gen(function* () {
        const [heard, other] = [
          someEvent({ name: "contract.routed" }),
          someEvent({ name: unique("contract.unheard") })
        ]
        yield* append([heard, other])
        assert.deepStrictEqual(
          (yield* drain("routed")).map(({ key }) => key),
          [heard.key]
        )
        assert.deepStrictEqual(yield* drain("routed"), [])
        const all = (yield* drain("everything")).map(({ key }) => key)
        assert.includeMembers(all, [heard.key, other.key])
        assert.deepStrictEqual(yield* drain("nobody of that name"), [])
      })
    )

    it.effect(
      "claims what has been due longest, and of what is due since one instant the first (KER-18)",
      () =>
        Effect.gen(function* () {
          const name = "contract.oldest"
          yield* clockAt("2026-03-01T12:00:00Z")
          yield* append([someEvent({ name, payload: 1 }), someEvent({ name, payload: 2 })])
          const first = Option.getOrThrow(yield* claim("oldest"))
          assert.deepStrictEqual([first.event.payload, first.status, first.attempts], [1, "pending", 0])
          const nextAt = at("2026-03-01T12:00:10Z")
          yield* settle("oldest", first.event, { status: "pending", attempts: 1, nextAt, lastError: "Oops" })
          yield* clockAt("2026-03-01T12:00:09Z")
          yield* append([someEvent({ name, payload: 3 })])
          yield* clockAt("2026-03-01T12:00:11Z")
          yield* append([someEvent({ name, payload: 4 })])
          yield* clockAt(nextAt, -1)
          assert.deepStrictEqual(numbersOf(yield* drain("oldest")), [2, 3])
          yield* clockAt(nextAt)
          const again = Option.getOrThrow(yield* claim("oldest"))
          assert.deepStrictEqual([again.event.payload, again.attempts, again.lastError], [1, 1, "Oops"])
          yield* clockAt("2026-03-01T12:00:11Z")
          assert.deepStrictEqual(numbersOf(yield* drain("oldest")), [1, 4])
        })
    )

    it.effect(
      "an event that waits for its next try holds back later ones of its key, not those of others (KER-18)",
      () =>
        Effect.gen(function* () {
          const [name, key] = ["contract.waits", unique("key")]
          yield* clockAt("2026-03-01T12:00:00Z")
          yield* append([1, 2, 3].map((payload) => someEvent({ name, key, payload })))
          yield* append([someEvent({ name, payload: "other" })])
          const { event } = Option.getOrThrow(yield* claim("waits"))
          yield* settle("waits", event, {
            status: "pending",
            attempts: 0,
            nextAt: at("2026-03-01T12:00:01Z"),
            lastError: "Oops"
          })
          assert.deepStrictEqual(numbersOf(yield* drain("waits")), ["other"])
          yield* clockAt("2026-03-01T12:00:01Z")
          assert.deepStrictEqual(numbersOf(yield* drain("waits")), [1, 2, 3])
        })
    )

    it.effect("a parked event holds back later ones of its key until it is tried again (KER-18)", () =>
      Effect.gen(function* () {
        const [name, key] = ["contract.parked", unique("key")]
        yield* append([1, 2].map((payload) => someEvent({ name, key, payload })))
        const { event, nextAt } = Option.getOrThrow(yield* claim("parked"))
        yield* settle("parked", event, { status: "failed", attempts: 20, nextAt, lastError: "Oops" })
        yield* TestClock.adjust("365 days")
        assert.deepStrictEqual(yield* drain("parked"), [])
        yield* settle("parked", event, { status: "pending", attempts: 0, nextAt })
        assert.deepStrictEqual(numbersOf(yield* drain("parked")), [1, 2])
      })
    )

    it.effect("a skipped event lets later ones of its key go on (KER-18)", () =>
      Effect.gen(function* () {
        const [name, key] = ["contract.skipped", unique("key")]
        yield* append([1, 2].map((payload) => someEvent({ name, key, payload })))
        const { event, nextAt } = Option.getOrThrow(yield* claim("skipped"))
        yield* settle("skipped", event, { status: "skipped", attempts: 1, nextAt, lastError: "Oops" })
        assert.deepStrictEqual(numbersOf(yield* drain("skipped")), [2])
      })
    )

    it.effect("an event that is tried again before a parked one of its key comes first (KER-18)", () =>
      Effect.gen(function* () {
        const [name, key] = ["contract.again", unique("key")]
        yield* append([1, 2, 3].map((payload) => someEvent({ name, key, payload })))
        const skipped = Option.getOrThrow(yield* claim("again"))
        const { event, nextAt } = skipped
        yield* settle("again", event, { status: "skipped", attempts: 1, nextAt, lastError: "Oops" })
        const parked = Option.getOrThrow(yield* claim("again"))
        yield* settle("again", parked.event, { status: "failed", attempts: 20, nextAt, lastError: "Oops" })
        yield* settle("again", event, { status: "pending", attempts: 0, nextAt })
        assert.deepStrictEqual(numbersOf(yield* drain("again")), [1])
        yield* settle("again", parked.event, { status: "pending", attempts: 0, nextAt })
        assert.deepStrictEqual(numbersOf(yield* drain("again")), [2, 3])
      })
    )

    it.effect("keeps the order in which the transactions of one key committed (KER-18)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const outbox = yield* Outbox
        const [name, key] = ["contract.commits", unique("key")]
        const [written, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const first = yield* Effect.forkChild(
          run(
            Effect.gen(function* () {
              yield* outbox.append([someEvent({ name, key, payload: "first" })])
              yield* Deferred.succeed(written, undefined)
              yield* Deferred.await(release)
            })
          )
        )
        yield* Deferred.await(written)
        const second = yield* Effect.forkChild(
          run(outbox.append([someEvent({ name, key, payload: "second" })]))
        )
        const seen: Array<Schema.Json> = []
        const drainer = yield* Effect.forkChild(
          Effect.gen(function* () {
            while (seen.length < 2) {
              seen.push(...numbersOf(yield* drain("commits")))
              yield* moment(10)
            }
          })
        )
        yield* moment(200)
        yield* Deferred.succeed(release, undefined)
        yield* Effect.all([Fiber.join(first), Fiber.join(second), Fiber.join(drainer)])
        assert.deepStrictEqual(seen, ["first", "second"])
      }).pipe(Effect.provideService(CurrentActor, anonymous))
    )

    it.effect(
      "32 writers of four keys end without a deadlock, each key in the order of its changes (KER-18, KER-21)",
      () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const outbox = yield* Outbox
          const flags = yield* Flags
          const counters = Array.makeBy(4, () => someFlag({ rolloutPercentage: 0 }))
          yield* run(Effect.forEach(counters, flags.insert))
          const write = (index: number) =>
            run(
              Effect.gen(function* () {
                const found = Option.getOrThrow(yield* flags.findForUpdate(counters[index % 4]!.key))
                const next = { ...found, rolloutPercentage: found.rolloutPercentage + 1 }
                yield* flags.update(next)
                // With the key of another one, in no particular order: from here deadlocks would come.
                const crossing = someEvent({
                  name: "contract.crossing",
                  key: counters[(index * 7 + 1) % 4]!.key
                })
                const told = someEvent({
                  name: "contract.ordered",
                  key: next.key,
                  payload: next.rolloutPercentage
                })
                yield* outbox.append(index % 2 === 0 ? [crossing, told] : [told, crossing])
              })
            )
          yield* Effect.forEach(Array.range(0, 31), write, { concurrency: "unbounded" })
          const ordered = (yield* drain("everything")).filter(({ name }) => name === "contract.ordered")
          for (const { key } of counters) {
            assert.deepStrictEqual(numbersOf(ordered.filter((event) => event.key === key)), Array.range(1, 8))
          }
        }).pipe(Effect.provideService(CurrentActor, anonymous))
    )

    it.effect("keeps that order when the clock goes back (KER-18)", () =>
      Effect.gen(function* () {
        const [name, key] = ["contract.clock", unique("key")]
        yield* clockAt("2026-03-01T12:00:00Z")
        yield* append([someEvent({ name, key, payload: 1 })])
        yield* clockAt("2026-03-01T11:00:00Z")
        yield* append([someEvent({ name, key, payload: 2 })])
        yield* clockAt("2026-03-01T13:00:00Z")
        assert.deepStrictEqual(numbersOf(yield* drain("clock")), [1, 2])
      })
    )

    it.effect("stores a large batch whole and in order, one key or many (KER-16)", () =>
      Effect.gen(function* () {
        const [name, key] = ["contract.large", unique("key")]
        const numbers = Array.range(1, (yield* Writers) === "one" ? 150 : 2500)
        yield* append(
          numbers.map((payload) => someEvent({ name, payload, ...(payload % 2 === 0 && { key }) }))
        )
        const { run } = yield* Transaction
        const outbox = yield* Outbox
        const seen: Array<Schema.Json> = []
        // In one transaction: marking 2 500 in transactions of their own takes long.
        yield* run(
          Effect.gen(function* () {
            for (const _ of numbers) {
              const { event, nextAt } = Option.getOrThrow(yield* outbox.claim("large"))
              seen.push(event.payload)
              yield* outbox.settle("large", event.id, { status: "done", attempts: 0, nextAt })
            }
          })
        )
        assert.deepStrictEqual(seen, numbers)
      })
    )

    it.effect("a delivery is found as it was settled, and settling an unknown one is nothing (KER-18)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const outbox = yield* Outbox
        yield* append([someEvent({ name: "contract.settled" })])
        const { event } = Option.getOrThrow(yield* claim("settled"))
        const outcome = {
          status: "failed",
          attempts: 20,
          nextAt: at("2026-03-02T00:00:00Z"),
          lastError: "Oops"
        } as const
        yield* settle("settled", event, outcome)
        yield* settle("nobody of that name", event, outcome)
        assert.deepStrictEqual(Option.getOrThrow(yield* run(outbox.findDelivery("settled", event.id))), {
          subscriber: "settled",
          event,
          ...outcome
        })
        assert.isTrue(Option.isNone(yield* run(outbox.findDelivery("nobody of that name", event.id))))
        const nextAt = at("2026-03-03T00:00:00Z")
        yield* settle("settled", event, { status: "pending", attempts: 0, nextAt })
        assert.deepStrictEqual(Option.getOrThrow(yield* run(outbox.findDelivery("settled", event.id))), {
          subscriber: "settled",
          event,
          status: "pending",
          attempts: 0,
          nextAt
        })
      })
    )

    it.effect(
      "lists deliveries newest event first, by status and subscriber, a page at a time (KER-18, KER-24)",
      () =>
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const name = "contract.listed"
          yield* append(Array.range(1, 7).map((payload) => someEvent({ name, payload })))
          for (const status of ["failed", "skipped", "done"] as const) {
            const { event, nextAt } = Option.getOrThrow(yield* claim("listed"))
            yield* settle("listed", event, { status, attempts: 1, nextAt, lastError: "Oops" })
          }
          const list = (filter: Parameters<typeof outbox.deliveries>[0]) =>
            Effect.map(outbox.deliveries({ subscriber: "listed", ...filter }, Option.none(), 100), (all) =>
              all.map(({ event }) => event.payload)
            )
          assert.deepStrictEqual(yield* list({}), [7, 6, 5, 4, 3, 2, 1])
          assert.deepStrictEqual(yield* list({ status: "pending" }), [7, 6, 5, 4])
          assert.deepStrictEqual(
            [
              yield* list({ status: "failed" }),
              yield* list({ status: "skipped" }),
              yield* list({ status: "done" })
            ],
            [[1], [2], [3]]
          )
          const pages = yield* pagesOf(
            (after) => outbox.deliveries({ subscriber: "listed" }, after, 3),
            ({ event, subscriber }) => [event.id, subscriber]
          )
          assert.deepStrictEqual(
            pages.map((page) => page.map(({ event }) => event.payload)),
            [[7, 6, 5], [4, 3, 2], [1], []]
          )
          const everywhere = yield* outbox.deliveries({ status: "failed" }, Option.none(), 100)
          assert.include(
            everywhere.map(({ subscriber }) => subscriber),
            "listed"
          )
        })
    )
  })
