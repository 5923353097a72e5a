/** Parts of points as percentages, and numbers as decimals: what Moodle's formats are written in. */
import {
  compare,
  distance,
  floor,
  over,
  type Rational,
  rational,
  roundHalfUp,
  times,
  zero
} from "../../shared/rational.ts"
import type { Fraction } from "../model/index.ts"
import { parseDecimal } from "../rules/decimal.ts"

/** Thirds come as 0.3333333: of the fractions that near, the simplest is meant. */
export const simplest = (value: Rational): Fraction | undefined => {
  for (let denominator = 1; denominator <= 20; denominator += 1) {
    const numerator = roundHalfUp(times(value, rational(denominator)))
    const near = compare(distance(value, rational(numerator, denominator)), rational(1, 10_000_000)) <= 0
    if (near) return { numerator: Number(numerator), denominator }
  }
  return value.denominator > 1_000_000n
    ? undefined
    : { numerator: Number(value.numerator), denominator: Number(value.denominator) }
}
export const fractionOf = (percent: string): Fraction | undefined =>
  simplest(over(parseDecimal(percent) ?? zero, rational(100)))
/** The fraction as a number to reckon with. */
export const exact = ({ denominator, numerator }: Fraction): Rational => rational(numerator, denominator)

/** A number to so many decimals at most, without an exponent. */
export const fixed = (value: Rational, places: number): string => {
  const scaled = roundHalfUp(times(value, rational(10n ** BigInt(places))))
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(places + 1, "0")
  const trimmed = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/u, "")
  return `${scaled < 0n ? "-" : ""}${trimmed}`
}
/** As Moodle writes it. */
export const percentOf = (fraction: Fraction): string => fixed(times(exact(fraction), rational(100)), 5)

/** A finite decimal as text; halves, tenths and their like are all that is asked. */
export const decimalText = (value: Rational): string => {
  const scale =
    Array.from({ length: 60 }, (_, places) => places).find(
      (places) => 10n ** BigInt(places) % value.denominator === 0n
    ) ?? 60
  const digits = floor(times(value, rational(10n ** BigInt(scale))))
  return scale === 0 ? String(digits) : `${digits}e-${scale}`
}
