import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { at, circumstances, noon, running, samples, seconds } from "../../../test/assessments/all.ts"
import type { Instant } from "../../shared/instant.ts"
import {
  closesFor,
  deadlineOf,
  effectiveDeadline,
  grantedOf,
  isDue,
  isOver,
  lastClose,
  overdueBefore,
  type Pause,
  regranted
} from "./deadline.ts"

const iso = (instant: Instant | undefined): string | undefined => instant && DateTime.formatIso(instant)
const terms = { startedAt: noon, timeLimitSec: 600 }

describe("the deadline", () => {
  it("is the start and the time limit, to the millisecond (ASM-5)", () => {
    assert.strictEqual(iso(deadlineOf(terms, {})), "2026-03-01T12:10:00.000Z")
    assert.isUndefined(deadlineOf({ startedAt: noon }, {}))
  })

  it("is the closing where that is earlier (ASM-5)", () => {
    assert.strictEqual(iso(deadlineOf({ ...terms, closesAt: seconds(599) }, {})), iso(seconds(599)))
    assert.strictEqual(iso(deadlineOf({ ...terms, closesAt: seconds(601) }, {})), iso(seconds(600)))
    assert.strictEqual(iso(deadlineOf({ startedAt: noon, closesAt: seconds(601) }, {})), iso(seconds(601)))
  })

  it("an accommodation counts field by field; what it leaves out inherits (ASM-5)", () => {
    assert.strictEqual(iso(deadlineOf(terms, { timeFactorPercent: 150 })), iso(seconds(900)))
    assert.strictEqual(iso(deadlineOf(terms, { extraTimeSec: 60 })), iso(seconds(660)))
    assert.strictEqual(iso(deadlineOf(terms, { timeFactorPercent: 133, extraTimeSec: 1 })), iso(seconds(799)))
    assert.strictEqual(iso(deadlineOf(terms, { extraAttempts: 3 })), iso(seconds(600)))
  })

  it("the closing moves by the extra time granted, and a learner's own closing stands for itself (ASM-5)", () => {
    const closing = { timeLimitSec: 600, closesAt: seconds(700) }
    assert.strictEqual(
      iso(closesFor(closing, { timeFactorPercent: 200, extraTimeSec: 10 })),
      iso(seconds(1310))
    )
    assert.strictEqual(
      iso(closesFor(closing, { timeFactorPercent: 200, closesAt: seconds(650) })),
      iso(seconds(650))
    )
    assert.strictEqual(
      iso(closesFor({ closesAt: seconds(700) }, { timeFactorPercent: 200, extraTimeSec: 10 })),
      iso(seconds(710))
    )
    assert.isUndefined(closesFor({}, { extraTimeSec: 10 }))
  })

  it("once granted is kept: it is never shortened (ASM-5)", () => {
    assert.strictEqual(iso(regranted(seconds(900), seconds(600))), iso(seconds(900)))
    assert.strictEqual(iso(regranted(seconds(600), seconds(900))), iso(seconds(900)))
    assert.isUndefined(regranted(undefined, seconds(600)))
    assert.isUndefined(regranted(seconds(600), undefined))
  })

  it("more is never less: a greater factor, more seconds, a later closing (ASM-5)", () =>
    fc.assert(
      fc.property(
        fc.record({
          limit: fc.nat(10_000),
          factor: fc.integer({ min: 100, max: 999 }),
          extra: fc.nat(1000),
          closes: fc.nat(20_000)
        }),
        ({ closes, extra, factor, limit }) => {
          const given = { startedAt: noon, timeLimitSec: limit, closesAt: seconds(closes) }
          const granted = { timeFactorPercent: factor, extraTimeSec: extra }
          const base = deadlineOf(given, granted)!
          for (const more of [
            deadlineOf(given, { ...granted, timeFactorPercent: factor + 1 }),
            deadlineOf(given, { ...granted, extraTimeSec: extra + 1 }),
            deadlineOf({ ...given, closesAt: seconds(closes + 1) }, granted)
          ]) {
            assert.isTrue(DateTime.isGreaterThanOrEqualTo(more!, base))
          }
          assert.isTrue(DateTime.isGreaterThanOrEqualTo(base, deadlineOf(given, {})!))
        }
      )
    ))
})

describe("read-only time", () => {
  const attempt = { startedAt: noon, deadline: seconds(600) }
  const extended = (...pauses: ReadonlyArray<Pause>) =>
    iso(effectiveDeadline(attempt, { now: seconds(10_000), pauses }))

  it("moves the deadline by what it overlaps of the attempt (ASM-5)", () => {
    assert.strictEqual(extended(), iso(seconds(600)))
    assert.strictEqual(extended({ from: seconds(100), to: seconds(200) }), iso(seconds(700)))
    assert.strictEqual(extended({ from: seconds(-100), to: seconds(50) }), iso(seconds(650)))
    assert.strictEqual(extended({ from: seconds(-100), to: noon }), iso(seconds(600)))
  })

  it("a pause over the deadline leaves the learner the time that was left when it began (ASM-5)", () =>
    assert.strictEqual(extended({ from: seconds(590), to: seconds(1200) }), iso(seconds(1210))))

  it("a pause that begins at the deadline moves nothing, one millisecond before all of it (ASM-5)", () => {
    assert.strictEqual(extended({ from: seconds(600), to: seconds(700) }), iso(seconds(600)))
    assert.strictEqual(extended({ from: at(599_999), to: seconds(700) }), iso(at(700_001)))
  })

  it("one that overlaps the extended time counts as well; overlapping pauses count once (ASM-5)", () => {
    assert.strictEqual(
      extended({ from: seconds(500), to: seconds(600) }, { from: seconds(650), to: seconds(660) }),
      iso(seconds(710))
    )
    assert.strictEqual(
      extended({ from: seconds(100), to: seconds(300) }, { from: seconds(200), to: seconds(250) }),
      iso(seconds(800))
    )
    assert.strictEqual(
      extended({ from: seconds(100), to: seconds(300) }, { from: seconds(200), to: seconds(400) }),
      iso(seconds(900))
    )
  })

  it("while it goes on, the deadline stays as far away as it was (ASM-5)", () => {
    for (const now of [600, 601, 5000]) {
      const deadline = effectiveDeadline(attempt, { now: seconds(now), pauses: [{ from: seconds(590) }] })
      assert.strictEqual(iso(deadline), iso(seconds(now + 10)))
    }
  })

  const pauses = fc.array(fc.tuple(fc.integer({ min: -500, max: 2000 }), fc.nat(500)), { maxLength: 6 })
  const asPauses = (spans: ReadonlyArray<readonly [number, number]>): ReadonlyArray<Pause> =>
    spans.map(([from, length]) => ({ from: seconds(from), to: seconds(from + length) }))

  it("leaves exactly the allowed time outside of pauses, in whatever order they are told (ASM-5)", () =>
    fc.assert(
      fc.property(pauses, (spans) => {
        const given = asPauses(spans)
        const end = effectiveDeadline(attempt, { now: seconds(100_000), pauses: given })!
        const last = (DateTime.toEpochMillis(end) - DateTime.toEpochMillis(noon)) / 1000
        const isPaused = (second: number) =>
          spans.some(([from, length]) => from <= second && second < from + length)
        const usable = Array.from({ length: last }, (_, second) => second).filter(
          (second) => !isPaused(second)
        )
        assert.lengthOf(usable, 600)
        assert.strictEqual(
          iso(effectiveDeadline(attempt, { now: seconds(100_000), pauses: [...given].reverse() })),
          iso(end)
        )
      })
    ))
})

describe("being over", () => {
  const attempt = running([samples.mcq])
  it.each([
    [604_999, false],
    [605_000, true],
    [605_001, true]
  ])("%i ms after the start of ten minutes and 5 s of grace: %s (ASM-6)", (milliseconds, over) =>
    assert.strictEqual(isOver(attempt, circumstances(at(milliseconds))), over)
  )

  it("the grace can be configured, and without a deadline nothing is ever over (ASM-6)", () => {
    assert.isTrue(isOver(attempt, circumstances(seconds(600), { graceMillis: 0 })))
    assert.isFalse(isOver(attempt, circumstances(at(599_999), { graceMillis: 0 })))
    const { deadline: _, ...unlimited } = attempt
    assert.isFalse(isOver(unlimited, circumstances(seconds(10_000_000))))
  })
})

describe("what is not over yet", () => {
  it("needs no pause to be read before its stored deadline (ASM-6)", () => {
    const attempt = running([samples.mcq])
    assert.deepStrictEqual(
      [599_999, 600_000].map((milliseconds) => isDue(attempt, at(milliseconds))),
      [false, true]
    )
    assert.isFalse(isDue({}, seconds(10_000_000)))
  })

  it("is left alone by the sweep until its grace is over (ASM-6, OPS-4)", () => {
    const attempt = running([samples.mcq])
    for (const milliseconds of [604_999, 605_000])
      assert.strictEqual(
        DateTime.isLessThanOrEqualTo(attempt.deadline!, overdueBefore(at(milliseconds), 5000)),
        isOver(attempt, circumstances(at(milliseconds)))
      )
  })

  it("the last closing is the latest of the assessment's own and those granted; none where nothing closes (ASM-9)", () => {
    const closing = { closesAt: seconds(600), timeLimitSec: 60 }
    assert.strictEqual(iso(lastClose(closing, [])), iso(seconds(600)))
    const granted = [{ closesAt: seconds(500) }, { extraTimeSec: 30 }, { timeFactorPercent: 200 }, {}]
    assert.strictEqual(iso(lastClose(closing, granted)), iso(seconds(660)))
    assert.strictEqual(iso(lastClose(closing, [...granted, { closesAt: seconds(900) }])), iso(seconds(900)))
    assert.isUndefined(lastClose({ timeLimitSec: 60 }, [{ closesAt: seconds(900) }]))
  })

  it("of an accommodation only its terms count (ASM-5)", () => {
    const terms = { timeFactorPercent: 150, extraTimeSec: 0, closesAt: seconds(1) }
    assert.deepStrictEqual(grantedOf({ ...terms, ...{ reason: "ill" } }), terms)
    assert.deepStrictEqual(grantedOf({}), {})
  })
})
