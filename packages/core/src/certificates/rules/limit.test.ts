import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import { at } from "../../../test/assessments/all.ts"
import { admit, windowStart } from "./limit.ts"

const hour = 3_600_000
/** So many calls, a second apart, the last at `last`; newest first, and only those that count at `now`. */
const calls = (count: number, last: number, now: number) =>
  Array.from({ length: count }, (_, index) => at(last - index * 1000)).filter((one) =>
    DateTime.isGreaterThan(one, windowStart(at(now)))
  )
const wait = (count: number, last: number, now: number) =>
  Result.match(admit(calls(count, last, now), at(now)), {
    onSuccess: () => 0,
    onFailure: ({ retryAfterSeconds }) => retryAfterSeconds
  })

describe("verifying too often", () => {
  it("the hundredth call of an hour is let in, the next one is not (CRT-6)", () => {
    assert.deepStrictEqual(
      [98, 99, 100, 101].map((count) => wait(count, 0, 0) > 0),
      [false, false, true, true]
    )
  })

  it("the hour rolls: a call leaves the count one hour after it, to the millisecond (CRT-6)", () => {
    const first = -99_000
    assert.deepStrictEqual(
      [-1, 0, 1].map((millis) => wait(100, 0, first + hour + millis)),
      [1, 0, 0]
    )
  })

  it("says in how many seconds the next call fits, rounded up (CRT-6)", () => {
    const first = -99_000
    assert.deepStrictEqual(
      [0, 1, 999, 1000, 1001].map((millis) => wait(100, 0, first + hour - 10_000 + millis)),
      [10, 10, 10, 9, 9]
    )
    assert.strictEqual(wait(100, 0, 0), 3501)
  })
})
