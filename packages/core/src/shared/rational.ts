/** Exact fractions: what points are counted in, so that no order of adding and no machine changes a grade. Source: ASM-14. */
import { Data, Schema } from "effect"

const greatestCommonDivisor = (left: bigint, right: bigint): bigint => {
  let [a, b] = [left < 0n ? -left : left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

/** A fraction in lowest terms with a positive denominator, so that equal fractions are equal values. */
export const Rational = Schema.Struct({ numerator: Schema.BigInt, denominator: Schema.BigInt })
  .check(
    Schema.makeFilter(({ denominator, numerator }) =>
      denominator > 0n && greatestCommonDivisor(numerator, denominator) === 1n
        ? undefined
        : "must be a fraction in lowest terms"
    )
  )
  .annotate({ identifier: "Rational" })
export type Rational = typeof Rational.Type

/** A bug in the caller: nothing can be divided by zero. */
export class RationalDefect extends Data.Error<{ readonly message: string }> {}

/** `numerator / denominator` in lowest terms. Throws `RationalDefect` for a denominator of zero. */
export const rational = (numerator: bigint | number, denominator: bigint | number = 1n): Rational => {
  const [above, below] = [BigInt(numerator), BigInt(denominator)]
  if (below === 0n) throw new RationalDefect({ message: `${above} cannot be divided by zero` })
  const divisor = greatestCommonDivisor(above, below < 0n ? -below : below) * (below < 0n ? -1n : 1n)
  return { numerator: above / divisor, denominator: below / divisor }
}

export const zero: Rational = { numerator: 0n, denominator: 1n }
export const one: Rational = { numerator: 1n, denominator: 1n }

export const plus = (left: Rational, right: Rational): Rational =>
  rational(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator
  )
export const minus = (left: Rational, right: Rational): Rational => plus(left, times(right, rational(-1)))
export const times = (left: Rational, right: Rational): Rational =>
  rational(left.numerator * right.numerator, left.denominator * right.denominator)
/** Throws `RationalDefect` when the divisor is zero. */
export const over = (left: Rational, right: Rational): Rational =>
  rational(left.numerator * right.denominator, left.denominator * right.numerator)

export const sum = (parts: ReadonlyArray<Rational>): Rational => parts.reduce(plus, zero)

/** Below, equal or above zero as `left` is below, equal to or above `right`. */
export const compare = (left: Rational, right: Rational): -1 | 0 | 1 => {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
export const least = (left: Rational, right: Rational): Rational => (compare(left, right) <= 0 ? left : right)
export const greatest = (left: Rational, right: Rational): Rational =>
  compare(left, right) >= 0 ? left : right
export const clamp = (value: Rational, minimum: Rational, maximum: Rational): Rational =>
  greatest(minimum, least(value, maximum))
export const distance = (left: Rational, right: Rational): Rational => {
  const difference = minus(left, right)
  return difference.numerator < 0n ? times(difference, rational(-1)) : difference
}

/** The largest whole number that is not above it. */
export const floor = ({ denominator, numerator }: Rational): bigint => {
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}
/** The nearest whole number; a half goes up. */
export const roundHalfUp = (value: Rational): bigint => floor(plus(value, rational(1, 2)))

/** The nearest double, for figures that are shown and never decided upon. */
export const toNumber = ({ denominator, numerator }: Rational): number => {
  // Scaled so that both fit a double with all its digits, however long they are.
  const shift = Math.max(0, Math.max(numerator.toString(2).length, denominator.toString(2).length) - 1000)
  if (shift === 0) return Number(numerator) / Number(denominator)
  return Number(numerator >> BigInt(shift)) / Number(denominator >> BigInt(shift) || 1n)
}
