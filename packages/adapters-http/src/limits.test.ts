import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { chargeWith, limiterLayer } from "./limits.ts"

const rates = { requestsPerMinute: 3, anonymousRequestsPerMinute: 2, writesPerMinute: 1 }
const charges = (maximumCounters?: number) =>
  Effect.map(RateLimiter.RateLimiter, (limiter) => {
    const charge = chargeWith(limiter, rates)
    return (countedAs: string) =>
      Effect.map(
        Effect.result(charge({ countedAs, anonymous: false, writes: false })),
        ({ _tag }) => _tag === "Success"
      )
  }).pipe(Effect.provide(limiterLayer(maximumCounters)))

it.effect("memory is bounded: beyond the most counters the oldest window is forgotten (API-5)", () =>
  Effect.gen(function* () {
    const charge = yield* charges(2)
    for (let i = 0; i < 3; i++) assert.isTrue(yield* charge("first"))
    assert.isFalse(yield* charge("first"))
    yield* charge("second")
    yield* charge("third")
    assert.isTrue(yield* charge("first"))
  })
)

it.effect("no window ever lets more through than its quota, whenever requests come (API-5)", () =>
  Effect.gen(function* () {
    const arrivals = fc.sample(
      fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 12 }),
      { numRuns: 100, seed: 5 }
    )
    for (const [index, gaps] of arrivals.entries()) {
      const charge = yield* charges()
      const admitted: Array<number> = []
      let now = index * 10_000_000
      for (const gap of gaps) {
        now += gap
        yield* TestClock.setTime(now)
        if (yield* charge("somebody")) admitted.push(now)
      }
      // Windows begin with the first request that is admitted after the one before has ended.
      let window = { start: -Infinity, count: 0 }
      for (const at of admitted) {
        window = at < window.start + 60_000 ? { ...window, count: window.count + 1 } : { start: at, count: 1 }
        assert.isAtMost(window.count, rates.requestsPerMinute)
      }
      assert.strictEqual(admitted.length > 0, true)
    }
  })
)
