import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import {
  add,
  BasisPoints,
  Currency,
  minorDigits,
  Money,
  MoneyDefect,
  negate,
  type Rounding,
  shareOf,
  split
} from "./money.ts"

const largest = Number.MAX_SAFE_INTEGER
const euros = (amount: number): Money => ({ amount, currency: "EUR" })
const rate = (basisPoints: number) => BasisPoints.make(basisPoints)
const check = (...args: Parameters<typeof fc.assert>) =>
  void fc.assert(args[0], { numRuns: 2000, seed: 1, ...args[1] })

const anyAmount = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -10_000, max: 10_000 }),
  fc.constantFrom(0, largest, -largest)
)
const anyRate = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(0, 1, 2_500, 5_000, 10_000))

describe("an amount", () => {
  const decode = Schema.decodeUnknownResult(Money)

  it("is whole minor units of a known currency, up to ±9 007 199 254 740 991 (KER-6)", () => {
    for (const amount of [0, 1, -1, largest, -largest])
      assert.isTrue(Result.isSuccess(decode(euros(amount))), `${amount}`)
    for (const amount of [largest + 1, -largest - 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "1", 10n]) {
      assert.isTrue(Result.isFailure(decode({ amount, currency: "EUR" })), `${amount}`)
    }
    for (const currency of ["XXX", "eur", "", "EURO"])
      assert.isTrue(Result.isFailure(decode({ amount: 1, currency })), currency)
  })

  it("has the exponent of its currency from a table: JPY 0, EUR 2, KWD 3 (KER-6)", () => {
    const others = {
      BHD: 3,
      JOD: 3,
      KWD: 3,
      OMR: 3,
      TND: 3,
      CLP: 0,
      ISK: 0,
      JPY: 0,
      KRW: 0,
      VND: 0,
      XAF: 0,
      XOF: 0
    }
    for (const [code, digits] of Object.entries(minorDigits)) {
      assert.isTrue(Schema.is(Currency)(code))
      assert.strictEqual(digits, Object.hasOwn(others, code) ? others[code as keyof typeof others] : 2, code)
    }
    assert.includeMembers(Object.keys(minorDigits), [...Object.keys(others), "EUR", "USD", "MAD"])
  })

  it("adds up exactly within one currency, in any order (KER-6)", () => {
    check(
      fc.property(anyAmount, anyAmount, (a, b) => {
        const exact = BigInt(a) + BigInt(b)
        if (exact > BigInt(largest) || exact < -BigInt(largest)) return
        assert.deepStrictEqual(add(euros(a), euros(b)), euros(Number(exact)))
        assert.deepStrictEqual(add(euros(b), euros(a)), euros(Number(exact)))
      })
    )
  })

  it("never adds up silently over two currencies, nor beyond the largest amount (KER-6)", () => {
    assert.throws(() => add(euros(1), { amount: 1, currency: "USD" }), MoneyDefect)
    assert.throws(() => add(euros(largest), euros(1)), MoneyDefect)
    assert.throws(() => add(euros(-largest), euros(-1)), MoneyDefect)
    assert.deepStrictEqual(add(euros(largest), euros(-1)), euros(largest - 1))
  })

  it("turned around is its negative, and zero has no sign (KER-6)", () => {
    check(
      fc.property(anyAmount, (amount) =>
        assert.deepStrictEqual(add(euros(amount), negate(euros(amount))), euros(0))
      )
    )
    assert.isTrue(Object.is(negate(euros(0)).amount, 0))
  })
})

describe("a share at a rate", () => {
  it("rounds as the table of the rule says (KER-7)", () => {
    const table: ReadonlyArray<readonly [amount: number, rounding: Rounding, expected: number]> = [
      [50, "half_away_from_zero", 13],
      [50, "half_even", 12],
      [50, "floor", 12],
      [-50, "half_away_from_zero", -13],
      [-50, "half_even", -12],
      [-50, "floor", -13],
      [150, "half_even", 38],
      [30, "half_away_from_zero", 8],
      [-30, "half_away_from_zero", -8],
      [10, "half_away_from_zero", 3],
      [9, "half_away_from_zero", 2]
    ]
    for (const [amount, rounding, expected] of table) {
      assert.deepStrictEqual(
        shareOf(euros(amount), rate(2_500), rounding),
        euros(expected),
        `${amount} ${rounding}`
      )
    }
    assert.deepStrictEqual(shareOf(euros(50), rate(2_500)), euros(13))
  })

  it("is exact for the largest amounts, where floating point is not (KER-7)", () => {
    assert.deepStrictEqual(shareOf(euros(largest), rate(10_000)), euros(largest))
    assert.deepStrictEqual(shareOf(euros(largest), rate(3_333)), euros(3_002_099_511_605_172))
    assert.deepStrictEqual(shareOf(euros(-largest), rate(9_999), "floor"), euros(-9_006_298_534_815_517))
    assert.throws(() => shareOf(euros(largest), rate(10_001)), MoneyDefect)
  })

  it("is the whole number nearest to the exact one, on the side its rounding says (KER-7)", () => {
    check(
      fc.property(
        anyAmount,
        anyRate,
        fc.constantFrom<Rounding>("half_away_from_zero", "half_even", "floor"),
        (amount, basisPoints, rounding) => {
          const share = BigInt(shareOf(euros(amount), rate(basisPoints), rounding).amount)
          // Twice the distance to the exact share, in ten-thousandths.
          const off = share * 10_000n - BigInt(amount) * BigInt(basisPoints)
          if (rounding === "floor") return assert.isTrue(off <= 0n && off > -10_000n)
          assert.isTrue(off * 2n <= 10_000n && off * 2n >= -10_000n)
          if (off * 2n === 10_000n || off * 2n === -10_000n) {
            assert.isTrue(rounding === "half_even" ? share % 2n === 0n : off > 0n === amount > 0)
          }
        }
      )
    )
  })

  it("of minus an amount is minus the share, unless it is floored; nothing of nothing has no sign (KER-7)", () => {
    check(
      fc.property(
        anyAmount,
        anyRate,
        fc.constantFrom<Rounding>("half_away_from_zero", "half_even"),
        (amount, basisPoints, rounding) => {
          assert.deepStrictEqual(
            shareOf(negate(euros(amount)), rate(basisPoints), rounding),
            negate(shareOf(euros(amount), rate(basisPoints), rounding))
          )
        }
      )
    )
    assert.isTrue(Object.is(shareOf(euros(-1), rate(1)).amount, 0))
  })

  it("a total is the sum of what is listed under it: the items are rounded, not the total (KER-7)", () => {
    const items = [euros(50), euros(50), euros(50)].map((item) => shareOf(item, rate(2_500)))
    assert.deepStrictEqual(items.reduce(add), euros(39))
    assert.deepStrictEqual(shareOf(euros(150), rate(2_500)), euros(38))
  })
})

describe("a split", () => {
  const anyWeights = fc
    .array(fc.oneof(fc.nat(10), fc.integer({ min: 0, max: largest })), { minLength: 1, maxLength: 12 })
    .filter((weights) => weights.some((weight) => weight > 0))
  const amounts = (parts: ReadonlyArray<Money>) => parts.map(({ amount }) => amount)

  it("gives the earlier parts what is left over, also of a negative amount (KER-8)", () => {
    assert.deepStrictEqual(amounts(split(euros(100), [1, 1, 1])), [34, 33, 33])
    assert.deepStrictEqual(amounts(split(euros(-100), [1, 1, 1])), [-34, -33, -33])
    assert.deepStrictEqual(amounts(split(euros(5), [0, 1, 0, 1])), [0, 3, 0, 2])
    assert.deepStrictEqual(amounts(split(euros(0), [1, 2])), [0, 0])
    assert.isTrue(amounts(split(euros(-1), [1, 1])).every((amount) => !Object.is(amount, -0)))
  })

  it("sums to the amount exactly, for any amount and weights (KER-8)", () => {
    check(
      fc.property(anyAmount, anyWeights, (amount, weights) => {
        const parts = amounts(split(euros(amount), weights))
        assert.strictEqual(parts.length, weights.length)
        assert.strictEqual(
          parts.reduce((sum, part) => sum + BigInt(part), 0n),
          BigInt(amount)
        )
      })
    )
  })

  it("gives each part its exact share, cut off, and at most one unit more: to those with the largest remainders, the earlier first (KER-8)", () => {
    check(
      fc.property(fc.maxSafeInteger().map(Math.abs), anyWeights, (amount, weights) => {
        const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
        const ranked = amounts(split(euros(amount), weights)).map((part, index) => {
          const exact = BigInt(amount) * BigInt(weights[index]!)
          return { extra: BigInt(part) - exact / total, rest: exact % total, index }
        })
        assert.isTrue(ranked.every(({ extra }) => extra === 0n || extra === 1n))
        for (const got of ranked.filter(({ extra }) => extra === 1n)) {
          for (const not of ranked.filter(({ extra }) => extra === 0n)) {
            assert.isTrue(got.rest > not.rest || (got.rest === not.rest && got.index < not.index))
          }
        }
      })
    )
  })

  it("of minus an amount is minus the split (KER-8)", () => {
    check(
      fc.property(anyAmount, anyWeights, (amount, weights) => {
        assert.deepStrictEqual(
          split(negate(euros(amount)), weights),
          split(euros(amount), weights).map(negate)
        )
      })
    )
  })

  it("needs weights: none, all zero or a negative one is a bug (KER-8)", () => {
    for (const weights of [[], [0, 0], [2, -1]]) assert.throws(() => split(euros(1), weights), MoneyDefect)
  })
})
