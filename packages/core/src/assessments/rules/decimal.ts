/** Numbers as people write them, read exactly. Source: ASM-14. */
import { type Rational, rational } from "../../shared/rational.ts"

const written = /^([+-]?)(?:(\d+)(?:[.,](\d*))?|[.,](\d+))(?:[eE]([+-]?\d{1,3}))?$/u

/** Longer texts are no numbers that a person meant. */
const longest = 100

/**
 * The number that a text says: `1,5` and `1.5` are the same, an exponent is read, spaces around it are not. A comma or
 * point is never a separator of thousands: `1,000` is 1. Undefined for what is not a number.
 */
export const parseDecimal = (text: string): Rational | undefined => {
  const trimmed = text.trim()
  const parts = trimmed.length > longest ? null : written.exec(trimmed)
  if (parts === null) return undefined
  const [, sign, whole = "", fraction = "", bare = "", exponent = "0"] = parts
  const digits = BigInt(`${whole}${fraction}${bare}`)
  const shift = Number(exponent) - fraction.length - bare.length
  const value = shift < 0 ? rational(digits, 10n ** BigInt(-shift)) : rational(digits * 10n ** BigInt(shift))
  return sign === "-" ? { ...value, numerator: -value.numerator } : value
}
