import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { IdempotencyKeyReused } from "./errors.ts"
import { timed, timingOf } from "./timings.ts"

const lasting = (millis: number) => TestClock.adjust(millis)
const measured = (command: string, ...millis: ReadonlyArray<number>) =>
  Effect.forEach(millis, (one) => timed(command)(lasting(one)), { discard: true })

describe("the timing of commands", () => {
  it.effect("says below which step 95 of 100 lie, each threshold being one (ASM-26)", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* timingOf("none"), { count: 0, p95Millis: undefined, reusedKeys: 0 })
      yield* measured("fast", ...Array<number>(95).fill(450), ...Array<number>(5).fill(9000))
      assert.deepInclude(yield* timingOf("fast"), { count: 100, p95Millis: 450 })
      yield* measured("slower", ...Array<number>(94).fill(450), ...Array<number>(6).fill(451))
      assert.deepInclude(yield* timingOf("slower"), { count: 100, p95Millis: 500 })
      yield* measured("endless", 12_345)
      assert.deepInclude(yield* timingOf("endless"), { count: 1, p95Millis: 12_345 })
    })
  )

  it.effect("counts refused keys, and times what is refused too (ASM-26)", () =>
    Effect.gen(function* () {
      yield* Effect.ignore(timed("reused")(Effect.fail(new IdempotencyKeyReused())))
      yield* Effect.ignore(timed("reused")(Effect.fail("something else")))
      assert.deepInclude(yield* timingOf("reused"), { count: 2, reusedKeys: 1 })
    })
  )
})
