/** Questions as Moodle thinks of them, in GIFT and in its XML: answers with parts of the points, pairs, tolerances. */
import { compare, distance, rational, times, zero } from "../../shared/rational.ts"
import type { Fraction, QuestionContent } from "../model/index.ts"
import { parseDecimal } from "../rules/decimal.ts"
import { decimalText, exact } from "./percent.ts"

type Content<T extends QuestionContent["type"]> = Extract<QuestionContent, { readonly type: T }>

export const whole: Fraction = { numerator: 1, denominator: 1 }
export const none: Fraction = { numerator: 0, denominator: 1 }
/** Moodle's top category, which is none. */
export const noCategory = "$course$/top"
export interface Category {
  readonly name: string | undefined
  /** Whether its path was too long to be kept whole. */
  readonly isCut: boolean
}
export const unnamed: Category = { name: undefined, isCut: false }
const longestCategory = 100

/**
 * A category without the place of Moodle it lies in: `$course$/top/Maths` is Maths. Of a path that is too long the last
 * parts are kept, as many as fit.
 */
export const categoryNamed = (path: string): Category => {
  const name = path
    .trim()
    .replace(/\s+/gu, " ")
    .replace(/^\$(?:course|system|module|cat\d*)\$\/(?:top(?:\/|$))?/u, "")
    .trim()
  if (name === "" || name === "top") return unnamed
  const parts = name.split("/")
  const from = parts.findIndex((_, index) => parts.slice(index).join("/").length <= longestCategory)
  const kept = from === -1 ? undefined : parts.slice(from).join("/").trim()
  return { name: kept === "" ? undefined : kept, isCut: kept !== name }
}

export interface Weighed {
  readonly text: string
  readonly fraction: Fraction
}

/** Choices by what each adds; when all that count add everything, it is all or nothing. */
export const choiceContent = (answers: ReadonlyArray<Weighed>, multiple: boolean) => {
  const weights = answers.flatMap(({ fraction }, index) =>
    fraction.numerator === 0 ? [] : [{ choice: `c${index + 1}`, weight: fraction }]
  )
  const heavy = weights.filter(
    ({ weight }) => compare(exact(weight), multiple ? zero : rational(999_999, 1_000_000)) > 0
  )
  const plain = !multiple && heavy.length === weights.length
  return {
    type: "mcq",
    multiple,
    choices: answers.map(({ text }, index) => ({ id: `c${index + 1}`, text })),
    scoring: plain ? "all_or_nothing" : "weighted",
    correctAnswers: { choices: heavy.map(({ choice }) => choice), ...(!plain && { weights }) }
  }
}

/** Pairs, of which one without a stem is a target for nobody; the same target twice is one. */
export const matchingContent = (pairs: ReadonlyArray<{ readonly stem: string; readonly target: string }>) => {
  const targets = [...new Set(pairs.map(({ target }) => target))]
  const stems = pairs.filter(({ stem }) => stem !== "")
  return {
    type: "matching",
    stems: stems.map(({ stem }, index) => ({ id: `s${index + 1}`, text: stem })),
    targets: targets.map((text, index) => ({ id: `t${index + 1}`, text })),
    correctAnswers: {
      pairs: stems.map(({ target }, index) => ({
        stem: `s${index + 1}`,
        target: `t${targets.indexOf(target) + 1}`
      }))
    }
  }
}

/** What each choice adds; how points are counted otherwise comes as near as adding can. */
export const weighed = ({
  choices,
  correctAnswers: { choices: keys, weights },
  multiple,
  scoring
}: Content<"mcq">): ReadonlyArray<Weighed & { readonly right: boolean }> => {
  const weightOf = (id: string): Fraction => {
    if (scoring === "weighted") return weights?.find(({ choice }) => choice === id)?.weight ?? none
    if (keys.includes(id)) return { numerator: 1, denominator: multiple ? keys.length : 1 }
    return multiple ? { numerator: -1, denominator: 1 } : none
  }
  return choices.map(({ id, text }) => ({
    text,
    fraction: weightOf(id),
    right: !multiple && keys.includes(id)
  }))
}

/** The pairs of a matching, those targets last that nobody has. */
export const paired = ({
  correctAnswers: { pairs },
  stems,
  targets
}: Content<"matching">): ReadonlyArray<{ readonly stem: string; readonly target: string }> => {
  const textOf = (id: string | undefined) => targets.find((target) => target.id === id)?.text ?? ""
  const spare = targets.filter(({ id }) => !pairs.some(({ target }) => target === id))
  return [
    ...stems.map(({ id, text }) => ({
      stem: text,
      target: textOf(pairs.find(({ stem }) => stem === id)?.target)
    })),
    ...spare.map(({ text }) => ({ stem: "", target: text }))
  ]
}

/** How far off a number may be, as a distance; undefined when not at all. */
export const distanceOf = ({
  tolerance,
  value
}: Content<"numeric">["correctAnswers"]): string | undefined => {
  if (tolerance === undefined || tolerance.kind === "absolute") return tolerance?.by
  const [wanted, by] = [parseDecimal(value) ?? zero, parseDecimal(tolerance.by) ?? zero]
  return decimalText(times(distance(wanted, zero), by))
}
