import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { afterFailure, maxAttempts } from "./reactions.ts"

const now = DateTime.makeUnsafe("2026-01-05T09:00:00Z")
const waitOf = (attempts: number, jitter: number) =>
  DateTime.toEpochMillis(afterFailure(attempts, now, "Oops", jitter).nextAt) - DateTime.toEpochMillis(now)

describe("after a failure", () => {
  it("waits 1 s × 2^n, at most 15 minutes from n = 10 on (KER-18)", () => {
    const waits = Array.from({ length: 20 }, (_, n) => waitOf(n + 1, 1))
    assert.deepStrictEqual(
      waits.slice(0, 10),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((seconds) => seconds * 1000)
    )
    assert.deepStrictEqual(waits.slice(10), Array<number>(10).fill(900_000))
  })

  it("waits up to a quarter less by jitter, never more, never nothing (KER-18)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, jitter) => {
          const longest = waitOf(attempts, 1)
          const wait = waitOf(attempts, jitter)
          assert.isTrue(wait <= longest && wait >= longest * 0.75 && Number.isInteger(wait))
        }
      ),
      { seed: 1 }
    )
  })

  it("is parked at the 20th, not before (KER-18)", () => {
    assert.strictEqual(maxAttempts, 20)
    assert.deepStrictEqual(
      [19, 20, 21].map((attempts) => afterFailure(attempts, now, "Oops", 0).status),
      ["pending", "failed", "failed"]
    )
  })

  it("says what went wrong, in at most 1000 characters (KER-18)", () => {
    assert.deepStrictEqual(afterFailure(3, now, "x".repeat(2000), 1), {
      status: "pending",
      attempts: 3,
      nextAt: DateTime.add(now, { seconds: 4 }),
      lastError: "x".repeat(1000)
    })
  })
})
