import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { platformLayer } from "../platform.ts"
import { seededPlatform } from "../../contract/random.ts"
import { CourseId, LessonId, newId, UserId, Uuid } from "./id.ts"

const ids = (count: number) =>
  Effect.flatMap(SecureRandom.SecureRandom, (random) =>
    Effect.all(Array.replicate(newId(CourseId, random), count))
  )

describe("an id", () => {
  it.effect("that we make is a UUID of version 7, and no two are the same (KER-4)", () =>
    Effect.gen(function* () {
      const made = yield* ids(10_000)
      for (const id of made)
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.strictEqual(new Set(made).size, made.length)
    }).pipe(Effect.provide(platformLayer))
  )

  it.effect(
    "sorts by the time of its making, also within a millisecond and when the clock goes back (KER-4)",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_767_225_600_000)
        const first = yield* ids(1000)
        yield* TestClock.adjust("1 milli")
        const second = yield* ids(10)
        yield* TestClock.setTime(1_767_225_500_000)
        const third = yield* ids(10)
        const made = [...first, ...second, ...third]
        assert.deepStrictEqual(made.toSorted(), made)
        assert.strictEqual(Number.parseInt(first[0]!.replace("-", "").slice(0, 12), 16), 1_767_225_600_000)
      }).pipe(Effect.provide(platformLayer))
  )

  it.effect("is the same again from the same seed, and another from another (KER-4, KER-5)", () =>
    Effect.gen(function* () {
      const made = yield* Effect.forEach([1, 1, 2], (seed) =>
        ids(20).pipe(Effect.provide(seededPlatform(seed), { local: true }))
      )
      assert.deepStrictEqual(made[0], made[1])
      assert.notDeepEqual(made[0], made[2])
    })
  )

  it("of one entity is not the id of another: that does not compile (KER-4)", () => {
    const course = CourseId.make("018f0000-0000-7000-8000-000000000001")
    // @ts-expect-error: a course's id is not a lesson's.
    const lesson: LessonId = course
    assert.strictEqual<string>(lesson, course)
  })

  it("of a user is any UUID, in its one spelling (KER-4)", () => {
    const isUserId = Schema.is(UserId)
    const good = [
      "018f0000-0000-7000-8000-000000000001",
      "00000000-0000-0000-0000-000000000000",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
      "f47ac10b-58cc-4372-a567-0e02b2c3d479"
    ]
    const bad = [
      "F47AC10B-58CC-4372-A567-0E02B2C3D479",
      "f47ac10b58cc4372a5670e02b2c3d479",
      "f47ac10b-58cc-4372-a567-0e02b2c3d47",
      "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
      "f47ac10b-58cc-4372-a567-0e02b2c3d479\n",
      "",
      "ann"
    ]
    assert.deepStrictEqual(
      good.filter((id) => !isUserId(id)),
      []
    )
    assert.deepStrictEqual(
      bad.filter((id) => Schema.is(Uuid)(id)),
      []
    )
  })
})

describe("randomness", () => {
  it.effect("that must not be guessed comes from the system's cryptographic source, evenly (KER-5)", () =>
    Effect.gen(function* () {
      const random = yield* SecureRandom.SecureRandom
      const bytes = yield* random.randomBytes(65_536)
      const counts = Array.replicate(0, 256)
      for (const byte of bytes) counts[byte]! += 1
      // Each value is expected 256 times; chi-squared with 255 degrees of freedom passes 400 once in 10⁸.
      assert.isBelow(
        counts.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0),
        400
      )
      assert.notDeepEqual(yield* random.randomBytes(32), yield* random.randomBytes(32))
    }).pipe(Effect.provide(platformLayer))
  )
})
