/** Money and rates: exact integers, rounded once, at the end. Source: KER-6, KER-7, KER-8. */
import { Data, Schema } from "effect"

/** ISO 4217 codes with their number of minor digits; a currency that is not here is refused. */
export const minorDigits = {
  AED: 2,
  AUD: 2,
  BGN: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EGP: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KES: 2,
  KRW: 0,
  KWD: 3,
  MAD: 2,
  MXN: 2,
  MYR: 2,
  NGN: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PHP: 2,
  PLN: 2,
  RON: 2,
  SAR: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  UAH: 2,
  USD: 2,
  VND: 0,
  XAF: 0,
  XOF: 0,
  ZAR: 2
} as const

export const Currency = Schema.Literals(Object.keys(minorDigits) as Array<keyof typeof minorDigits>).annotate(
  { identifier: "Currency" }
)
export type Currency = typeof Currency.Type

/** A whole number of minor units (cents): 1250 with EUR is 12.50 €. Within ±9 007 199 254 740 991. */
export const MinorUnits = Schema.Int.check(
  Schema.isBetween({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
)

export const Money = Schema.Struct({ amount: MinorUnits, currency: Currency }).annotate({
  identifier: "Money"
})
export type Money = typeof Money.Type

/** A rate in hundredths of a percent: 10 000 is 100 %. */
export const BasisPoints = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })).pipe(
  Schema.brand("BasisPoints")
)
export type BasisPoints = typeof BasisPoints.Type

/** A bug in the caller: two currencies cannot be summed, and an amount beyond the safe integers cannot be told. */
export class MoneyDefect extends Data.Error<{ readonly message: string }> {}

const sameCurrency = (left: Money, right: Money): Currency => {
  if (left.currency !== right.currency) {
    throw new MoneyDefect({ message: `cannot combine ${left.currency} with ${right.currency}` })
  }
  return left.currency
}

const safe = (amount: bigint): number => {
  const number = Number(amount)
  if (!Number.isSafeInteger(number))
    throw new MoneyDefect({ message: `${amount} is beyond what an amount can hold` })
  return number
}

/** The sum of two amounts of one currency. Throws `MoneyDefect` for two currencies: a bug, never a silent sum. */
export const add = (left: Money, right: Money): Money => ({
  currency: sameCurrency(left, right),
  amount: safe(BigInt(left.amount) + BigInt(right.amount))
})

export const negate = (money: Money): Money => ({ ...money, amount: money.amount === 0 ? 0 : -money.amount })

/** How a half is rounded; part of the version of the rule that uses it. */
export type Rounding = "half_away_from_zero" | "half_even" | "floor"

const floorDivide = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}

/** `numerator / denominator` as a whole number; the denominator is positive. */
const divide = (numerator: bigint, denominator: bigint, rounding: Rounding): bigint => {
  const floor = floorDivide(numerator, denominator)
  if (rounding === "floor") return floor
  const twiceRest = (numerator - floor * denominator) * 2n
  if (twiceRest !== denominator) return twiceRest > denominator ? floor + 1n : floor
  if (rounding === "half_even") return floor % 2n === 0n ? floor : floor + 1n
  return numerator < 0n ? floor : floor + 1n
}

/** The share of an amount at a rate: exact, rounded once, half away from zero unless told otherwise. Source: KER-7. */
export const shareOf = (
  money: Money,
  rate: BasisPoints,
  rounding: Rounding = "half_away_from_zero"
): Money => ({
  currency: money.currency,
  amount: safe(divide(BigInt(money.amount) * BigInt(rate), 10_000n, rounding))
})

/**
 * An amount split over parts in proportion to their weights (whole numbers, not all zero), by the largest remainder:
 * the parts sum to the amount exactly, and of equal remainders the earlier part gets the unit. A split of −x is minus
 * the split of x. Source: KER-8.
 */
export const split = (money: Money, weights: ReadonlyArray<number>): ReadonlyArray<Money> => {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  if (total <= 0n || weights.some((weight) => weight < 0)) {
    throw new MoneyDefect({ message: "a split needs weights of zero or more, and one above zero" })
  }
  if (money.amount < 0) return split(negate(money), weights).map(negate)
  const exact = weights.map((weight) => BigInt(money.amount) * BigInt(weight))
  const parts = exact.map((share) => share / total)
  const left = Number(BigInt(money.amount) - parts.reduce((sum, part) => sum + part, 0n))
  const byRemainder = exact
    .map((share, index) => ({ rest: share % total, index }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const { index } of byRemainder.slice(0, left)) parts[index] = parts[index]! + 1n
  return parts.map((part) => ({ currency: money.currency, amount: safe(part) }))
}
