/** Laws of reactions: handed over after the commit, in order per key, again after a failure. Source: KER-17, KER-18. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Deferred, Effect, Fiber, Layer, Option, Ref, type Schema } from "effect"
import { TestClock } from "effect/testing"
import { operations as flagOperations } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { OutboxDesk } from "../src/outbox/index.ts"
import { anonymous, CurrentActor, service } from "../src/shared/actor.ts"
import { Door } from "../src/shared/door.ts"
import type { NewEvent, StoredEvent } from "../src/shared/event.ts"
import { Outbox, type Subscriber } from "../src/shared/outbox.ts"
import { maxAttempts, Reactions, type Subscription } from "../src/shared/reactions.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { type Adapter, groundOf, Writers } from "./ground.ts"
import { clockAt, moment, someEvent, someFlag, unique } from "./samples.ts"

const names = [
  "writes",
  "fails",
  "dies",
  "backoff",
  "parked",
  "others",
  "crash",
  "halfway",
  "workers",
  "nudged",
  "polled",
  "slow",
  "quick",
  "actor"
] as const
type Name = (typeof names)[number]
const subscribers: ReadonlyArray<Subscriber> = names.map((subscriber) => ({
  subscriber,
  hears: [`contract.${subscriber}`]
}))

const subscription = (subscriber: Name, react: Subscription["react"]): Subscription => ({
  subscriber,
  hears: [`contract.${subscriber}`],
  react
})

const told = (subscriber: Name, fields: Partial<NewEvent> = {}) =>
  someEvent({ name: `contract.${subscriber}`, ...fields })

const append = (events: ReadonlyArray<NewEvent>) =>
  Effect.gen(function* () {
    const { run } = yield* Transaction
    yield* run(Outbox.use((outbox) => outbox.append(events)))
  }).pipe(Effect.provideService(CurrentActor, anonymous))

const deliver = (...args: Parameters<Reactions["Service"]["deliver"]>) =>
  Reactions.use((reactions) => reactions.deliver(...args))

/** Where the delivery of the one event of a name stands. */
const onlyDelivery = (subscriber: Name) =>
  Effect.map(
    Outbox.use((outbox) => outbox.deliveries({ subscriber }, Option.none(), 2)),
    ([delivery, ...others]) => {
      assert.deepStrictEqual(others, [])
      return delivery!
    }
  )

const nothing = { handled: 0, failed: 0 }

export const reactionsContract = (adapter: string, layer: Adapter) =>
  it.layer(OutboxDesk.layer.pipe(Layer.provideMerge(groundOf(layer, { subscribers }))), {
    timeout: "60 seconds"
  })(`Reactions on ${adapter}`, (it) => {
    it.effect("a reaction's writes and the mark that it happened are one (KER-18)", () =>
      Effect.gen(function* () {
        const flags = yield* Flags
        const flag = someFlag()
        yield* append([told("writes")])
        const once = subscription("writes", () => Effect.orDie(flags.insert(flag)))
        assert.deepStrictEqual(yield* deliver(once), { handled: 1, failed: 0 })
        assert.isTrue(Option.isSome(yield* flags.find(flag.key)))
        assert.deepStrictEqual(yield* deliver(once), nothing)
        assert.strictEqual((yield* onlyDelivery("writes")).status, "done")
      })
    )

    it.effect("a reaction that fails leaves no writes, is counted, and comes again (KER-18)", () =>
      Effect.gen(function* () {
        const flags = yield* Flags
        const flag = someFlag()
        yield* append([told("fails")])
        const failing = subscription("fails", () =>
          Effect.andThen(flags.insert(flag), Effect.fail({ _tag: "Oops", email: "ann@example.org" }))
        )
        assert.deepStrictEqual(yield* deliver(failing), { handled: 0, failed: 1 })
        assert.isTrue(Option.isNone(yield* flags.find(flag.key)))
        const parked = yield* onlyDelivery("fails")
        // The kind of the failure is told, not its data (PRV-7).
        assert.deepStrictEqual([parked.status, parked.attempts, parked.lastError], ["pending", 1, "Oops"])
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* deliver(subscription("fails", () => Effect.void)), {
          handled: 1,
          failed: 0
        })
      })
    )

    it.effect("a bug in a reaction is a failure like another (KER-18)", () =>
      Effect.gen(function* () {
        yield* append([told("dies")])
        assert.deepStrictEqual(yield* deliver(subscription("dies", () => Effect.die(new TypeError("no")))), {
          handled: 0,
          failed: 1
        })
        assert.strictEqual((yield* onlyDelivery("dies")).lastError, "TypeError")
      })
    )

    it.effect("a reaction acts as its subscriber (KER-9, KER-17)", () =>
      Effect.gen(function* () {
        yield* append([told("actor")])
        const actor = yield* Ref.make<unknown>(undefined)
        yield* deliver(
          subscription("actor", () => Effect.flatMap(CurrentActor, (one) => Ref.set(actor, one)))
        )
        assert.deepStrictEqual(yield* Ref.get(actor), service("actor"))
      })
    )

    it.effect(
      "tries again 1 s, 2 s, 4 s … 15 min later, never a millisecond early, and parks at the 20th failure (KER-18)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-02-01T00:00:00Z")
          yield* append([told("backoff")])
          const failing = subscription("backoff", () => Effect.fail("no"))
          for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
            assert.deepStrictEqual(yield* deliver(failing), { handled: 0, failed: 1 }, `attempt ${attempt}`)
            assert.deepStrictEqual(yield* deliver(failing), nothing)
            const { attempts, nextAt, status } = yield* onlyDelivery("backoff")
            assert.deepStrictEqual([attempts, status], [attempt, attempt === 20 ? "failed" : "pending"])
            const now = yield* DateTime.now
            const waited = DateTime.toEpochMillis(nextAt) - DateTime.toEpochMillis(now)
            const longest = Math.min(1000 * 2 ** (attempt - 1), 900_000)
            assert.isTrue(
              waited >= 0.75 * longest && waited <= longest,
              `${waited} ms after failure ${attempt}`
            )
            yield* clockAt(nextAt, -1)
            assert.deepStrictEqual(yield* deliver(failing), nothing)
            yield* clockAt(nextAt)
          }
          yield* TestClock.adjust("365 days")
          assert.deepStrictEqual(yield* deliver(failing), nothing)
        })
    )

    it.effect(
      "parked, it keeps later events of its key waiting until a person replays or skips it; other keys go on (KER-18)",
      () =>
        Effect.gen(function* () {
          const desk = yield* OutboxDesk
          const [replayed, skipped] = [unique("key"), unique("key")]
          const handled: Array<Schema.Json> = []
          const broken = yield* Ref.make(true)
          const react = subscription("parked", (event) =>
            Effect.gen(function* () {
              if (event.payload === "poison" && (yield* Ref.get(broken))) return yield* Effect.fail("poison")
              handled.push(event.payload)
            })
          )
          yield* append([
            told("parked", { key: replayed, payload: "poison" }),
            told("parked", { key: replayed, payload: "replayed 2" }),
            told("parked", { key: skipped, payload: "poison" }),
            told("parked", { key: skipped, payload: "skipped 2" }),
            told("parked", { payload: "other" })
          ])
          for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
            yield* deliver(react)
            yield* TestClock.adjust("15 minutes")
          }
          assert.deepStrictEqual(handled, ["other"])
          yield* Ref.set(broken, false)
          yield* deliver(react)
          assert.deepStrictEqual(handled, ["other"])
          const parked = yield* Outbox.use((outbox) =>
            outbox.deliveries({ subscriber: "parked", status: "failed" }, Option.none(), 10)
          )
          const eventOf = (key: string) => parked.find(({ event }) => event.key === key)!.event
          const reason = "its cause has been repaired"
          yield* desk.replay({ subscriber: "parked", eventId: eventOf(replayed).id, reason })
          yield* desk.skip({ subscriber: "parked", eventId: eventOf(skipped).id, reason })
          yield* deliver(react)
          // Longest due first: the replayed one is due since its replay.
          assert.deepStrictEqual(handled.slice(1), ["skipped 2", "poison", "replayed 2"])
        }).pipe(Effect.provideService(CurrentActor, service("operator")))
    )

    it.effect("a crash between the commit and the reaction loses nothing (KER-18)", () =>
      Effect.gen(function* () {
        yield* append([told("crash", { payload: 1 })])
        // The process that would have reacted is gone; another one starts, knowing nothing but the store.
        const handled: Array<Schema.Json> = []
        const react = subscription("crash", (event) => Effect.sync(() => void handled.push(event.payload)))
        yield* Effect.provide(deliver(react), Layer.fresh(Reactions.layer), { local: true })
        assert.deepStrictEqual(handled, [1])
      })
    )

    it.effect(
      "a worker that dies in the middle of a reaction leaves it to the next one, whole (KER-18)",
      () =>
        Effect.gen(function* () {
          const flags = yield* Flags
          const [flag, inside] = [someFlag(), yield* Deferred.make<void>()]
          yield* append([told("halfway")])
          const write = Effect.orDie(flags.insert(flag))
          const dying = yield* Effect.forkChild(
            deliver(
              subscription("halfway", () =>
                Effect.andThen(write, Effect.andThen(Deferred.succeed(inside, undefined), Effect.never))
              )
            )
          )
          yield* Deferred.await(inside)
          yield* Fiber.interrupt(dying)
          assert.isTrue(Option.isNone(yield* flags.find(flag.key)))
          assert.deepStrictEqual([(yield* onlyDelivery("halfway")).attempts], [0])
          assert.deepStrictEqual(yield* deliver(subscription("halfway", () => write)), {
            handled: 1,
            failed: 0
          })
        })
    )

    it.effect("eight workers handle 120 events of ten keys once each, every key in order (KER-18)", () =>
      Effect.gen(function* () {
        const flags = yield* Flags
        const keys = Array.makeBy(10, () => unique("key"))
        const marks = Array.makeBy(120, () => someFlag())
        yield* append(
          marks.map(({ key }, index) => told("workers", { key: keys[index % 10]!, payload: { key, index } }))
        )
        const handled: Array<StoredEvent> = []
        const tries = yield* Ref.make(0)
        const react = subscription("workers", (event) =>
          Effect.gen(function* () {
            const { index } = event.payload as { index: number }
            // A second effect of one event would break the uniqueness of its flag; each seventh fails at first.
            yield* Effect.orDie(flags.insert(marks[index]!))
            const nth = yield* Ref.updateAndGet(tries, (count) => count + 1)
            if (nth % 7 === 0) return yield* Effect.fail("now and then")
            handled.push(event)
          })
        )
        const worker = Effect.gen(function* () {
          while (handled.length < marks.length) {
            yield* deliver(react)
            yield* TestClock.adjust("1 minute")
            yield* moment(1)
          }
        })
        yield* Effect.all(Array.replicate(worker, 8), { concurrency: "unbounded" })
        assert.strictEqual(handled.length, marks.length)
        for (const key of keys) {
          const order = handled
            .filter((event) => event.key === key)
            .map(({ payload }) => (payload as { index: number }).index)
          assert.deepStrictEqual(
            order,
            order.toSorted((a, b) => a - b)
          )
        }
        assert.deepStrictEqual(
          yield* Effect.filter(marks, ({ key }) => Effect.map(flags.find(key), Option.isNone)),
          []
        )
      })
    )

    it.effect("runs right after the commit of a command, without waiting for the clock (KER-18)", () =>
      Effect.gen(function* () {
        const reactions = yield* Reactions
        const door = yield* Door
        const outbox = yield* Outbox
        const handled = yield* Deferred.make<Schema.Json>()
        const idle = yield* Deferred.make<void>()
        const running = yield* Effect.forkChild(
          reactions.run(
            [subscription("nudged", ({ payload }) => Effect.asVoid(Deferred.succeed(handled, payload)))],
            "1 hour"
          )
        )
        yield* Effect.andThen(moment(50), Deferred.succeed(idle, undefined))
        const flag = someFlag()
        const command = door.command(flagOperations.define, () =>
          Effect.as(outbox.append([told("nudged", { payload: "now" })]), flag)
        )
        yield* command({ key: flag.key, description: "d", reason: "the contract asks for it" }).pipe(
          Effect.provideService(CurrentActor, service("operator"))
        )
        assert.strictEqual(yield* Deferred.await(handled), "now")
        yield* Fiber.interrupt(running)
      })
    )

    it.effect("also finds what another process committed, when the poll comes round (KER-18)", () =>
      Effect.gen(function* () {
        const reactions = yield* Reactions
        const handled = yield* Deferred.make<void>()
        const running = yield* Effect.forkChild(
          reactions.run(
            [subscription("polled", () => Effect.asVoid(Deferred.succeed(handled, undefined)))],
            "10 seconds"
          )
        )
        yield* moment(50)
        yield* append([told("polled")])
        yield* TestClock.adjust("9 seconds")
        yield* moment(50)
        assert.isFalse(yield* Deferred.isDone(handled))
        yield* TestClock.adjust("1 second")
        yield* Deferred.await(handled)
        yield* Fiber.interrupt(running)
      })
    )

    it.effect("a subscriber that is slow, or always fails, keeps no other one waiting (KER-18)", () =>
      Effect.gen(function* () {
        const reactions = yield* Reactions
        const writers = yield* Writers
        const handled = yield* Deferred.make<void>()
        const started = yield* Deferred.make<void>()
        yield* append([told("slow")])
        const running = yield* Effect.forkChild(
          reactions.run(
            [
              subscription("others", () => Effect.fail("always")),
              subscription("slow", () =>
                writers === "one"
                  ? Effect.asVoid(Deferred.succeed(started, undefined))
                  : Effect.andThen(Deferred.succeed(started, undefined), Effect.never)
              ),
              subscription("quick", () => Effect.asVoid(Deferred.succeed(handled, undefined)))
            ],
            "10 seconds"
          )
        )
        yield* Deferred.await(started)
        yield* append([told("others"), told("quick")])
        yield* TestClock.adjust("10 seconds")
        yield* Deferred.await(handled)
        yield* Fiber.interrupt(running)
      })
    )
  })
