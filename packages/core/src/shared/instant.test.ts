import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { currentInstant, Instant, isInLookBack, isWithin, localDay, utcDay } from "./instant.ts"

const at = (iso: string) => DateTime.makeUnsafe(iso)
const plus = (instant: Instant, millis: number) => DateTime.add(instant, { milliseconds: millis })
const zone = (name: string) => Option.getOrThrow(DateTime.zoneMakeNamed(name))
const instants = fc
  .date({ min: new Date("1970-06-01"), max: new Date("9998-01-01"), noInvalidDate: true })
  .map(DateTime.makeUnsafe)
const check = <A>(property: fc.IPropertyWithHooks<A>) => fc.assert(property, { numRuns: 1000, seed: 1 })

describe("an instant", () => {
  it.effect("comes from the clock of the runtime, which tests move (KER-1)", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_767_225_600_123)
      assert.strictEqual(DateTime.formatIso(yield* currentInstant), "2026-01-01T00:00:00.123Z")
    })
  )

  it("is UTC with whole milliseconds; what is finer is cut off, never rounded up (KER-1)", () => {
    const decode = Schema.decodeUnknownSync(Schema.toCodecJson(Instant))
    assert.strictEqual(DateTime.formatIso(decode("2026-01-01T12:00:00.000999Z")), "2026-01-01T12:00:00.000Z")
    assert.strictEqual(DateTime.formatIso(decode("2026-01-01T12:00:00.9999999Z")), "2026-01-01T12:00:00.999Z")
    assert.strictEqual(DateTime.formatIso(decode("2026-01-01T14:00:00+02:00")), "2026-01-01T12:00:00.000Z")
    assert.strictEqual(
      Schema.encodeSync(Schema.toCodecJson(Instant))(at("2026-01-01T12:00:00Z")),
      "2026-01-01T12:00:00.000Z"
    )
  })

  it("goes there and back through JSON unchanged, within the years that every store can hold (KER-1)", () => {
    const codec = Schema.toCodecJson(Instant)
    check(
      fc.property(instants, (instant) =>
        assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(Schema.encodeSync(codec)(instant)), instant)
      )
    )
    const isInstant = Schema.is(Instant)
    assert.deepStrictEqual(
      [
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "+010000-01-01T00:00:00Z"
      ].map((iso) => isInstant(at(iso))),
      [false, true, true, false]
    )
  })
})

describe("an interval", () => {
  it("holds its start and not its end, to the millisecond (KER-2)", () => {
    const [from, to] = [at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z")]
    assert.deepStrictEqual(
      [plus(from, -1), from, plus(from, 1), plus(to, -1), to, plus(to, 1)].map((instant) =>
        isWithin(instant, { from, to })
      ),
      [false, true, true, true, false, false]
    )
  })

  it("without an end is never over, without a start was always there, and empty holds nothing (KER-2)", () => {
    const [from, to] = [at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z")]
    assert.isTrue(isWithin(at("9999-12-31T23:59:59.999Z"), { from }))
    assert.isTrue(isWithin(at("1970-01-01T00:00:00Z"), { to }))
    assert.isTrue(isWithin(from, {}))
    assert.isFalse(isWithin(from, { from, to: from }))
  })

  it("two that meet share no instant and leave none out (KER-2)", () => {
    check(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: -10, max: 2e9 }),
        (from, first, second, offset) => {
          const [middle, to, instant] = [plus(from, first), plus(from, first + second), plus(from, offset)]
          const held = [isWithin(instant, { from, to: middle }), isWithin(instant, { from: middle, to })]
          assert.strictEqual(held.filter(Boolean).length, offset >= 0 && offset < first + second ? 1 : 0)
        }
      )
    )
  })

  it("of looking back holds both ends (KER-2)", () => {
    const end = at("2026-03-31T12:00:00Z")
    const start = at("2026-03-01T12:00:00Z")
    assert.deepStrictEqual(
      [plus(start, -1), start, end, plus(end, 1)].map((instant) => isInLookBack(instant, end, 30)),
      [false, true, true, false]
    )
  })

  it("of looking back N days is N times 24 hours long (KER-2)", () => {
    check(
      fc.property(
        instants,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: -1, max: 1 }),
        (end, days, off) => {
          const edge = plus(end, -days * 86_400_000 + off)
          assert.strictEqual(isInLookBack(edge, end, days), off >= 0 && (days > 0 || off === 0))
        }
      )
    )
  })
})

describe("a day", () => {
  it("in a limit is the UTC day (KER-3)", () => {
    assert.strictEqual(utcDay(at("2026-01-31T23:59:59.999Z")), "2026-01-31")
    assert.strictEqual(utcDay(at("2026-02-01T00:00:00.000Z")), "2026-02-01")
    assert.strictEqual(utcDay(at("2026-02-01T00:30:00+02:00")), "2026-01-31")
  })

  it("in a streak is the date where the learner is, at the time of the event (KER-3)", () => {
    const table: ReadonlyArray<readonly [iso: string, zone: string, day: string]> = [
      ["2026-01-31T22:59:59.999Z", "Europe/Paris", "2026-01-31"],
      ["2026-01-31T23:00:00.000Z", "Europe/Paris", "2026-02-01"],
      // Summer time: midnight comes an hour earlier by UTC.
      ["2026-07-31T21:59:59.999Z", "Europe/Paris", "2026-07-31"],
      ["2026-07-31T22:00:00.000Z", "Europe/Paris", "2026-08-01"],
      // The night the clock goes forward, and the one it goes back.
      ["2026-03-28T23:00:00.000Z", "Europe/Paris", "2026-03-29"],
      ["2026-03-29T22:00:00.000Z", "Europe/Paris", "2026-03-30"],
      ["2026-10-25T22:59:59.999Z", "Europe/Paris", "2026-10-25"],
      ["2026-10-25T23:00:00.000Z", "Europe/Paris", "2026-10-26"],
      // Half an hour, three quarters, fourteen hours ahead, eleven behind.
      ["2026-01-31T18:30:00.000Z", "Asia/Kolkata", "2026-02-01"],
      ["2026-01-31T18:15:00.000Z", "Asia/Kathmandu", "2026-02-01"],
      ["2026-01-31T10:00:00.000Z", "Pacific/Kiritimati", "2026-02-01"],
      ["2026-02-01T10:59:59.999Z", "Pacific/Pago_Pago", "2026-01-31"],
      // Samoa had no 30 December 2011; Lord Howe moves by half an hour; midnight that does not exist in Santiago.
      ["2011-12-30T09:59:59.999Z", "Pacific/Apia", "2011-12-29"],
      ["2011-12-30T10:00:00.000Z", "Pacific/Apia", "2011-12-31"],
      ["2026-10-03T15:30:00.000Z", "Australia/Lord_Howe", "2026-10-04"],
      ["2026-09-06T03:59:59.999Z", "America/Santiago", "2026-09-05"],
      ["2026-09-06T04:00:00.000Z", "America/Santiago", "2026-09-06"],
      ["2026-06-01T12:00:00.000Z", "UTC", "2026-06-01"]
    ]
    for (const [iso, name, day] of table)
      assert.strictEqual(localDay(at(iso), zone(name)), day, `${iso} in ${name}`)
  })

  it("where the learner is agrees with the runtime's calendar, over years and zones (KER-3)", () => {
    const zones = [
      "Europe/Paris",
      "America/New_York",
      "America/Santiago",
      "Asia/Kolkata",
      "Africa/Casablanca",
      "Pacific/Auckland",
      "Australia/Lord_Howe"
    ]
    const formats = new Map(
      zones.map((name) => [
        name,
        new Intl.DateTimeFormat("en-CA", {
          timeZone: name,
          year: "numeric",
          month: "2-digit",
          day: "2-digit"
        })
      ])
    )
    const hours = fc.integer({ min: 262_968, max: 569_770 })
    check(
      fc.property(hours, fc.constantFrom(...zones), fc.integer({ min: -1, max: 1 }), (hour, name, off) => {
        const millis = hour * 3_600_000 + off
        assert.strictEqual(
          localDay(DateTime.makeUnsafe(millis), zone(name)),
          formats.get(name)!.format(millis)
        )
      })
    )
  })
})
