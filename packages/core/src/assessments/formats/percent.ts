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

/** Moodle writes a third as 33.33333 %: of the fractions that near, the simplest is meant. */
export const fractionOf = (percent: string): Fraction | undefined => {
  const value = over(parseDecimal(percent) ?? zero, rational(100))
  for (let denominator = 1; denominator <= 20; denominator += 1) {
    const numerator = roundHalfUp(times(value, rational(denominator)))
    const near = compare(distance(value, rational(numerator, denominator)), rational(1, 10_000_000)) <= 0
    if (near) return { numerator: Number(numerator), denominator }
  }
  return value.denominator > 1_000_000n
    ? undefined
    : { numerator: Number(value.numerator), denominator: Number(value.denominator) }
}
/** The fraction as a number to reckon with. */
export const exact = ({ denominator, numerator }: Fraction): Rational => rational(numerator, denominator)

/** As Moodle writes it: at most five decimals. */
export const percentOf = (fraction: Fraction): string => {
  const scaled = roundHalfUp(times(exact(fraction), rational(10_000_000)))
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(6, "0")
  const trimmed = `${digits.slice(0, -5)}.${digits.slice(-5)}`.replace(/\.?0+$/u, "")
  return `${scaled < 0n ? "-" : ""}${trimmed}`
}

/** A finite decimal as text; halves, tenths and their like are all that is asked. */
export const decimalText = (value: Rational): string => {
  const scale =
    Array.from({ length: 60 }, (_, places) => places).find(
      (places) => 10n ** BigInt(places) % value.denominator === 0n
    ) ?? 60
  const digits = floor(times(value, rational(10n ** BigInt(scale))))
  return scale === 0 ? String(digits) : `${digits}e-${scale}`
}
