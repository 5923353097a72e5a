import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import {
  clamp,
  compare,
  distance,
  floor,
  minus,
  one,
  over,
  plus,
  Rational,
  rational,
  RationalDefect,
  roundHalfUp,
  sum,
  times,
  toNumber,
  zero
} from "./rational.ts"

const anyRational = fc
  .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 30n))
  .map(([above, below]) => rational(above, below))

describe("exact fractions", () => {
  it("thirds sum to a whole, which no double does (ASM-14)", () =>
    assert.deepStrictEqual(sum([rational(1, 3), rational(1, 3), rational(1, 3)]), one))

  it("are in lowest terms with a positive denominator, whatever they are made of (ASM-14)", () => {
    assert.deepStrictEqual(rational(-2, -4), { numerator: 1n, denominator: 2n })
    assert.deepStrictEqual(rational(2, -4), { numerator: -1n, denominator: 2n })
    assert.deepStrictEqual(rational(0, -7), zero)
    assert.throws(() => rational(1, 0), RationalDefect)
  })

  it("a half rounds up, also below zero (ASM-15)", () => {
    assert.strictEqual(roundHalfUp(rational(5, 2)), 3n)
    assert.strictEqual(roundHalfUp(rational(-5, 2)), -2n)
    assert.strictEqual(floor(rational(-1, 3)), -1n)
  })

  it("come back equal from JSON, and only in lowest terms (ASM-14)", () => {
    const codec = Schema.toCodecJson(Rational)
    fc.assert(
      fc.property(anyRational, (value) => {
        const stored = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(value)))
        assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(stored), value)
      })
    )
    assert.throws(() => Schema.decodeUnknownSync(codec)({ numerator: "2", denominator: "4" }))
    assert.throws(() => Schema.decodeUnknownSync(codec)({ numerator: "1", denominator: "0" }))
  })

  it("adding and multiplying keep to the laws of arithmetic, in any order (ASM-16)", () =>
    fc.assert(
      fc.property(anyRational, anyRational, anyRational, (a, b, c) => {
        assert.deepStrictEqual(plus(a, b), plus(b, a))
        assert.deepStrictEqual(plus(plus(a, b), c), plus(a, plus(b, c)))
        assert.deepStrictEqual(times(a, plus(b, c)), plus(times(a, b), times(a, c)))
        assert.deepStrictEqual(minus(plus(a, b), b), a)
        if (b.numerator !== 0n) assert.deepStrictEqual(times(over(a, b), b), a)
        assert.strictEqual(compare(a, b), -compare(b, a) || 0)
        assert.deepStrictEqual(distance(a, b), distance(b, a))
        assert.isTrue(compare(clamp(a, zero, one), zero) >= 0 && compare(clamp(a, zero, one), one) <= 0)
      })
    ))

  it("show as the double they are nearest to, however long their terms (ASM-25)", () => {
    assert.strictEqual(toNumber(rational(1, 3)), 1 / 3)
    assert.strictEqual(toNumber(rational(-7, 4)), -1.75)
    assert.approximately(toNumber(rational(10n ** 900n, 3n * 10n ** 900n + 1n)), 1 / 3, 1e-15)
  })
})
