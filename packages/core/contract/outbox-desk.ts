/** Laws of the outbox desk. Source: KER-18, KER-24, KER-26. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { OutboxDesk } from "../src/outbox/index.ts"
import { type Actor, anonymous, CurrentActor, service, user } from "../src/shared/actor.ts"
import { EventId, type NewEvent } from "../src/shared/event.ts"
import { type Delivery, Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { at, clockAt, fieldsOf, someEvent, someUser, unique } from "./samples.ts"

const [manager, viewer, member] = [someUser(), someUser(), someUser()]
const people = [
  { id: manager, permissions: ["operations.manage", "operations.view"] },
  { id: viewer, permissions: ["operations.view"] }
] as const
const subscribers = ["mail", "xp"].map((subscriber) => ({ subscriber, hears: ["contract.desk"] }))
const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)
const reason = "its cause has been repaired"

const append = (events: ReadonlyArray<NewEvent>) =>
  Effect.gen(function* () {
    const { run } = yield* Transaction
    yield* run(Outbox.use((outbox) => outbox.append(events)))
  }).pipe(as(service("contract")))

/** A delivery to `mail` of an event of its own, in a status. */
const someDelivery = Effect.fnUntraced(function* (status: Delivery["status"]) {
  const { run } = yield* Transaction
  const outbox = yield* Outbox
  const subject = unique("subject")
  yield* append([someEvent({ name: "contract.desk", subjects: { subject } })])
  const [event] = yield* outbox.events({ subject }, Option.none(), 1)
  const which = { subscriber: "mail", eventId: event!.id }
  yield* run(
    outbox.settle("mail", which.eventId, {
      status,
      attempts: 20,
      nextAt: at("2026-02-01T00:00:00Z"),
      lastError: "Oops"
    })
  )
  return which
})

export const outboxDeskContract = (adapter: string, layer: Adapter) =>
  it.layer(OutboxDesk.layer.pipe(Layer.provideMerge(groundOf(layer, { people, subscribers }))), {
    timeout: "60 seconds"
  })(`Outbox desk on ${adapter}`, (it) => {
    it.effect("the audit trail is open to who may view operations, and to nobody else (KER-26)", () =>
      Effect.gen(function* () {
        const desk = yield* OutboxDesk
        const which = yield* someDelivery("failed")
        const attempts: ReadonlyArray<
          Effect.Effect<unknown, { readonly _tag: string; readonly permission?: string }, CurrentActor>
        > = [
          desk.events({}),
          desk.deliveries({}),
          desk.replay({ ...which, reason }),
          desk.skip({ ...which, reason })
        ]
        const actors = [anonymous, user(member), user(viewer), user(manager)]
        const table = yield* Effect.forEach(attempts, (attempt) =>
          Effect.forEach(actors, (actor) =>
            attempt.pipe(
              as(actor),
              Effect.match({
                onSuccess: () => "yes",
                onFailure: ({ _tag, permission }) => permission ?? _tag
              })
            )
          )
        )
        assert.deepStrictEqual(table, [
          ["operations.view", "operations.view", "yes", "yes"],
          ["operations.view", "operations.view", "yes", "yes"],
          ["kernel.sign_in_required", "operations.manage", "operations.manage", "yes"],
          ["kernel.sign_in_required", "operations.manage", "operations.manage", "yes"]
        ])
      })
    )

    it.effect(
      "a page of the trail ends where the next one begins, over all filters at once (KER-24, KER-26)",
      () =>
        Effect.gen(function* () {
          const desk = yield* OutboxDesk
          const [subject, name] = [unique("subject"), unique("contract.trail")]
          yield* clockAt("2026-02-01T12:00:00Z")
          yield* append(
            Array.range(1, 7).map((payload) => someEvent({ name, subjects: { subject }, payload }))
          )
          yield* append([someEvent({ name }), someEvent({ subjects: { subject } })])
          const filter = {
            actor: "contract",
            subject,
            name,
            from: at("2026-02-01T12:00:00Z"),
            to: at("2026-02-01T12:00:00.001Z")
          }
          const seen: Array<unknown> = []
          let cursor: string | undefined
          do {
            const page: {
              readonly items: ReadonlyArray<{ readonly payload: unknown }>
              readonly next?: string
            } = yield* desk.events({
              ...filter,
              limit: 3,
              ...(cursor !== undefined && { cursor })
            })
            assert.isTrue(page.items.length <= 3)
            seen.push(...page.items.map(({ payload }) => payload))
            cursor = page.next
            yield* TestClock.adjust("1 milli")
            yield* append([someEvent({ name, subjects: { subject } })])
          } while (cursor !== undefined)
          assert.deepStrictEqual(seen, [7, 6, 5, 4, 3, 2, 1])
        }).pipe(as(user(viewer)))
    )

    it.effect("a cursor that somebody made up is told, and never reaches the store (KER-24, KER-14)", () =>
      Effect.gen(function* () {
        const desk = yield* OutboxDesk
        const id = "018f0000-0000-7000-8000-000000000001"
        const made = (list: string, after: ReadonlyArray<unknown>) =>
          btoa(JSON.stringify({ list, after })).replace(/=+$/, "")
        const cursors = [
          made("events by time", ["yesterday", id]),
          made("events by time", ["2026-02-30T00:00:00.000Z", id]),
          made("events by time", ["2026-02-01T00:00:00.000Z", "x"]),
          made("events by time", ["2026-02-01T00:00:00.000Z"]),
          made("events by time", [1, 2]),
          made("deliveries by event", [id, "mail"])
        ]
        for (const cursor of cursors) {
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(desk.events({ cursor }))), {
            _tag: "kernel.invalid",
            issues: [{ path: ["cursor"], message: "is not a cursor of this list" }]
          })
        }
        assert.strictEqual(
          (yield* Effect.flip(desk.deliveries({ cursor: made("deliveries by event", [id, "\0"]) })))._tag,
          "kernel.invalid"
        )
        yield* desk.events({ cursor: made("events by time", ["2026-02-01T00:00:00.000Z", id]) })
      }).pipe(as(user(viewer)))
    )

    it.effect(
      "a replayed delivery is pending at once, with no tries behind it; the replay is told with its reason (KER-18)",
      () =>
        Effect.gen(function* () {
          const desk = yield* OutboxDesk
          yield* clockAt("2026-02-01T12:00:00Z")
          for (const status of ["failed", "pending", "skipped"] as const) {
            const which = yield* someDelivery(status)
            const replayed = yield* desk.replay({ ...which, reason })
            assert.deepStrictEqual(
              [replayed.status, replayed.attempts, DateTime.formatIso(replayed.nextAt), replayed.lastError],
              ["pending", 0, "2026-02-01T12:00:00.000Z", "Oops"]
            )
            const { items } = yield* desk.events({ subject: which.eventId })
            assert.deepStrictEqual(
              items.map(({ actor, name, payload }) => [name, actor, payload]),
              [["outbox.delivery_replayed", user(manager), { ...which, reason }]]
            )
          }
          const done = yield* someDelivery("done")
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(desk.replay({ ...done, reason }))), {
            _tag: "outbox.delivery_settled",
            status: "done"
          })
        }).pipe(as(user(manager)))
    )

    it.effect("a skipped delivery is given up, once, and the skip is told with its reason (KER-18)", () =>
      Effect.gen(function* () {
        const desk = yield* OutboxDesk
        for (const status of ["failed", "pending"] as const) {
          const which = yield* someDelivery(status)
          assert.strictEqual((yield* desk.skip({ ...which, reason })).status, "skipped")
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(desk.skip({ ...which, reason }))), {
            _tag: "outbox.delivery_settled",
            status: "skipped"
          })
          const { items } = yield* desk.events({ subject: which.eventId })
          assert.deepStrictEqual(
            items.map(({ name, payload }) => [name, payload]),
            [["outbox.delivery_skipped", { ...which, reason }]]
          )
        }
      }).pipe(as(user(manager)))
    )

    it.effect("what no subscriber has is not found (KER-18)", () =>
      Effect.gen(function* () {
        const desk = yield* OutboxDesk
        const unknown = { subscriber: "mail", eventId: EventId.make("018f0000-0000-7000-8000-000000000001") }
        for (const act of [desk.replay, desk.skip]) {
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(act({ ...unknown, reason }))), {
            _tag: "outbox.delivery_not_found",
            ...unknown
          })
        }
      }).pipe(as(user(manager)))
    )

    it.effect("deliveries are found by status and subscriber (KER-18)", () =>
      Effect.gen(function* () {
        const desk = yield* OutboxDesk
        const { eventId } = yield* someDelivery("failed")
        const found = Effect.fnUntraced(function* (filter: {
          status?: Delivery["status"]
          subscriber?: string
        }) {
          const { items } = yield* desk.deliveries({ ...filter, limit: 1 })
          return items.map((delivery) => [delivery.event.id, delivery.subscriber, delivery.status])
        })
        assert.deepStrictEqual(yield* found({ status: "failed" }), [[eventId, "mail", "failed"]])
        assert.deepStrictEqual(yield* found({ subscriber: "mail" }), [[eventId, "mail", "failed"]])
        assert.deepStrictEqual(yield* found({ status: "failed", subscriber: "xp" }), [])
        assert.deepStrictEqual(yield* found({}), [[eventId, "xp", "pending"]])
      }).pipe(as(user(viewer)))
    )
  })
