/** Laws of events as they are kept: whole, searchable, paged. Source: KER-16, KER-24, KER-26. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { actorName, anonymous, service, user } from "../src/shared/actor.ts"
import type { StoredEvent } from "../src/shared/event.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { append, everyEvent, numbersOf, pagesOf } from "./events.ts"
import { type Adapter, portsOf } from "./ground.ts"
import { anyJson, at, clockAt, samples, someEvent, someUser, unique } from "./samples.ts"

export const auditTrailContract = (adapter: string, layer: Adapter) =>
  it.layer(portsOf(layer), { timeout: "60 seconds" })(`Audit trail on ${adapter}`, (it) => {
    it.effect("stores an event with its id, instant, actor, key, subjects and payload (KER-16)", () =>
      Effect.gen(function* () {
        yield* clockAt("2026-03-01T12:00:00.001Z")
        const id = someUser()
        const event = someEvent({
          name: unique("contract.stored"),
          version: 3,
          subjects: { userId: id, courseId: "c" },
          payload: [1]
        })
        yield* append([event], { _tag: "User", id, claims: { email: "ann@example.org" } })
        const [stored, ...others] = yield* everyEvent({ name: event.name })
        assert.deepStrictEqual(others, [])
        assert.match(stored?.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
        // What the token said of the person is not in the event (PRV-7).
        assert.deepStrictEqual(
          { ...stored },
          { ...event, id: stored!.id, at: at("2026-03-01T12:00:00.001Z"), actor: user(id) }
        )
      })
    )

    it.effect("gives back whatever a payload may hold (KER-16)", () =>
      Effect.gen(function* () {
        const name = unique("contract.payload")
        const payloads = samples(anyJson, 200).filter((payload) => payload !== null)
        yield* append(payloads.map((payload) => someEvent({ name, payload })))
        const found = yield* everyEvent({ name })
        assert.deepStrictEqual(numbersOf(found).reverse(), payloads)
      })
    )

    it.effect("finds events by actor, subject, name and time, newest first (KER-26)", () =>
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const [ann, ben, course, name] = [someUser(), someUser(), unique("course"), unique("contract.audit")]
        const actors = [user(ann), user(ben), service(unique("billing")), anonymous]
        const told = samples(
          fc.record({ minute: fc.nat(5), actor: fc.nat(3), about: fc.nat(3), kind: fc.nat(1) }),
          60
        ).toSorted((a, b) => a.minute - b.minute)
        for (const { about, actor, kind, minute } of told) {
          yield* clockAt(`2026-04-01T10:0${minute}:00Z`)
          yield* append(
            [
              someEvent({
                name: `${name}_${kind}`,
                subjects: { first: `${course}_${about}`, second: course }
              })
            ],
            actors[actor]
          )
        }
        const all = yield* everyEvent({ subject: course })
        assert.strictEqual(all.length, told.length)
        const newestFirst = (a: StoredEvent, b: StoredEvent) =>
          DateTime.Order(b.at, a.at) || (a.id < b.id ? 1 : -1)
        assert.deepStrictEqual(all, all.toSorted(newestFirst))
        const filters = samples(
          fc.record(
            {
              actor: fc.constantFrom(ann, ben, (actors[2] as { name: string }).name, "anonymous", "nobody"),
              subject: fc.nat(3).map((about) => `${course}_${about}`),
              name: fc.nat(1).map((kind) => `${name}_${kind}`),
              from: fc.nat(6).map((minute) => at(`2026-04-01T10:0${minute}:00Z`)),
              to: fc.nat(6).map((minute) => at(`2026-04-01T10:0${minute}:00Z`))
            },
            { requiredKeys: [] }
          ),
          60
        )
        for (const filter of filters) {
          const subject = filter.subject ?? course
          const expected = all.filter(
            (event) =>
              (filter.actor === undefined || actorName(event.actor) === filter.actor) &&
              Object.values(event.subjects).includes(subject) &&
              (filter.name === undefined || event.name === filter.name) &&
              (filter.from === undefined || DateTime.isGreaterThanOrEqualTo(event.at, filter.from)) &&
              (filter.to === undefined || DateTime.isLessThan(event.at, filter.to))
          )
          assert.deepStrictEqual(yield* outbox.events({ ...filter, subject }, Option.none(), 1000), expected)
        }
      })
    )

    it.effect("pages through events without a gap or a double while more are added (KER-24)", () =>
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const name = unique("contract.paged")
        yield* clockAt("2026-05-01T00:00:00Z")
        // Many of one instant: the id makes the order total.
        yield* append(Array.range(1, 25).map((payload) => someEvent({ name, payload })))
        const before = new Set((yield* everyEvent({ name })).map(({ id }) => id))
        const pages = yield* pagesOf(
          (after) =>
            Effect.gen(function* () {
              yield* TestClock.adjust("1 milli")
              yield* append([someEvent({ name, payload: "added" })])
              return yield* outbox.events({ name }, after, 4)
            }),
          (event) => [DateTime.formatIso(event.at), event.id]
        )
        const seen = pages.flat().map(({ id }) => id)
        assert.strictEqual(new Set(seen).size, seen.length)
        assert.deepStrictEqual(new Set(seen.filter((id) => before.has(id))), before)
      })
    )
  })
