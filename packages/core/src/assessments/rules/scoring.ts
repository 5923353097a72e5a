/** How much of an item's points an answer earns: exact, between nothing and all. Source: ASM-14. */
import {
  clamp,
  compare,
  distance,
  greatest,
  one,
  type Rational,
  rational,
  sum,
  times,
  zero
} from "../../shared/rational.ts"
import type { Answer, Fraction, SnapshotItem, SnapshotItemOf } from "../model/index.ts"
import { parseDecimal } from "./decimal.ts"
import { accepts } from "./wildcard.ts"

const allOrNothing = (right: boolean): Rational => (right ? one : zero)
const exact = ({ denominator, numerator }: Fraction): Rational => rational(numerator, denominator)
const part = (count: number, of: number): Rational => rational(count, of)

/** Whether an answer says nothing. "0" and `false` say something. Source: ASM-11. */
export const isEmpty = (answer: Answer | undefined): boolean => {
  if (answer === undefined) return true
  if ("choices" in answer) return answer.choices.length === 0
  if ("value" in answer) return answer.value === undefined
  if ("pairs" in answer) return answer.pairs.length === 0
  if ("order" in answer) return answer.order.length === 0
  return !("text" in answer) || answer.text.trim() === ""
}

/** The sum of what was picked weighs; what is not named weighs nothing. */
const weighed = (
  { correctAnswers: { weights = [] } }: SnapshotItemOf<"mcq">,
  picked: ReadonlySet<string>
): Rational =>
  clamp(sum(weights.filter(({ choice }) => picked.has(choice)).map(({ weight }) => exact(weight))), zero, one)

const mcq = (item: SnapshotItemOf<"mcq">, picked: ReadonlySet<string>): Rational => {
  const keys = new Set(item.correctAnswers.choices)
  const right = [...picked].filter((choice) => keys.has(choice)).length
  const wrong = picked.size - right
  switch (item.scoring) {
    case "weighted":
      return weighed(item, picked)
    case "net_correct":
      return greatest(zero, part(right - wrong, Math.max(1, keys.size)))
    case "each_choice":
      return part(item.choices.length - wrong - (keys.size - right), Math.max(1, item.choices.length))
    case "all_or_nothing":
      // Of several right choices, who may pick one needs one.
      return allOrNothing(wrong === 0 && right === (item.multiple ? keys.size : 1))
  }
}

const matching = (
  item: SnapshotItemOf<"matching">,
  pairs: ReadonlyArray<{ readonly stem: string; readonly target: string }>
): Rational => {
  const targets = new Map(item.correctAnswers.pairs.map(({ stem, target }) => [stem, target]))
  const right = pairs.filter(({ stem, target }) => targets.get(stem) === target).length
  return item.scoring === "right_pairs"
    ? part(right, Math.max(1, targets.size))
    : allOrNothing(right === targets.size)
}

/** The length of the longest strictly increasing subsequence, by patience: O(n log n). */
export const longestRun = (places: ReadonlyArray<number>): number => {
  const smallestEnd: Array<number> = []
  for (const place of places) {
    let [low, high] = [0, smallestEnd.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (smallestEnd[middle]! < place) low = middle + 1
      else high = middle
    }
    smallestEnd[low] = place
  }
  return smallestEnd.length
}

const ordering = (item: SnapshotItemOf<"ordering">, order: ReadonlyArray<string>): Rational => {
  const key = new Map(item.correctAnswers.order.map((element, place) => [element, place]))
  const places = order.map((element) => key.get(element) ?? -1)
  const size = Math.max(2, key.size)
  const inPlace = places.filter((place, index) => place === index).length
  switch (item.scoring) {
    case "all_or_nothing":
      return allOrNothing(inPlace === key.size)
    case "absolute":
      return part(inPlace, size)
    case "longest_run": {
      const run = longestRun(places)
      return part(run === 1 ? 0 : run, size)
    }
    case "adjacent":
      return part(
        places.filter((place, index) => index > 0 && place === places[index - 1]! + 1).length,
        size - 1
      )
  }
}

const numeric = (
  { correctAnswers: { tolerance, value } }: SnapshotItemOf<"numeric">,
  text: string
): Rational => {
  const [given, wanted, by] = [parseDecimal(text), parseDecimal(value), parseDecimal(tolerance?.by ?? "0")]
  if (given === undefined || wanted === undefined || by === undefined) return zero
  const allowed = tolerance?.kind === "relative" ? times(by, distance(wanted, zero)) : by
  return allOrNothing(compare(distance(given, wanted), allowed) <= 0)
}

const shortText = (
  { correctAnswers: { answers, matchCase = false } }: SnapshotItemOf<"short_text">,
  text: string
): Rational =>
  clamp(
    answers
      .filter((accepted) => accepts(accepted.text, text, matchCase))
      .map(({ fraction }) => exact(fraction))
      .reduce(greatest, zero),
    zero,
    one
  )

/**
 * The part of the points that an answer earns, from 0 to 1; undefined when only a person can tell. An empty answer earns
 * nothing, and so does one whose shape is not the item's.
 */
export const fractionOf = (item: SnapshotItem, answer: Answer | undefined): Rational | undefined => {
  if (answer === undefined || isEmpty(answer)) return zero
  switch (item.type) {
    case "open_text":
      return undefined
    case "mcq":
      return "choices" in answer ? mcq(item, new Set(answer.choices)) : zero
    case "true_false":
      return allOrNothing("value" in answer && answer.value === item.correctAnswers.value)
    case "matching":
      return "pairs" in answer ? matching(item, answer.pairs) : zero
    case "ordering":
      return "order" in answer ? ordering(item, answer.order) : zero
    case "numeric":
      return "text" in answer ? numeric(item, answer.text) : zero
    case "short_text":
      return "text" in answer ? shortText(item, answer.text) : zero
  }
}

/** The points that an answer earns of `maxPoints`; undefined when only a person can tell. */
export const pointsOf = (
  item: SnapshotItem,
  answer: Answer | undefined,
  maxPoints: number
): Rational | undefined => {
  const fraction = fractionOf(item, answer)
  return fraction === undefined ? undefined : times(fraction, rational(maxPoints))
}
