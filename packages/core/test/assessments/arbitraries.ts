/** Questions that could be asked and answers that could be given, generated. */
import * as fc from "fast-check"
import type { Answer, Fraction, QuestionContent, SnapshotItem } from "../../src/assessments/index.ts"
import { piecesOf } from "../../src/assessments/rules/wildcard.ts"

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index + 1}`, text: `choice ${index + 1}` }))
const asked = { body: "?", explanation: "because" }
const points = fc.integer({ min: 0, max: 20 })
const fraction = (numerator: number, denominator: number): Fraction => ({ numerator, denominator })

const mcq = fc
  .record({
    size: fc.integer({ min: 2, max: 6 }),
    multiple: fc.boolean(),
    points,
    kind: fc.nat(),
    mask: fc.nat()
  })
  .map(({ kind, mask, multiple, points, size }): QuestionContent => {
    const choices = numbered(size)
    const picked = choices.filter((_, index) => (mask >> index) & 1).map(({ id }) => id)
    const keys = picked.length === 0 ? ["c1"] : picked
    const scorings = multiple
      ? (["all_or_nothing", "net_correct", "each_choice", "weighted"] as const)
      : (["all_or_nothing", "weighted"] as const)
    const scoring = scorings[kind % scorings.length]!
    const weights = choices.map(({ id }, index) => ({
      choice: id,
      weight: keys.includes(id) ? fraction(1, multiple ? keys.length : 1) : fraction(0 - (index % 3), 7)
    }))
    return {
      type: "mcq",
      ...asked,
      points,
      choices,
      multiple,
      scoring,
      correctAnswers: { choices: keys, ...(scoring === "weighted" && { weights }) }
    }
  })

const matching = fc
  .record({
    stems: fc.integer({ min: 2, max: 5 }),
    targets: fc.integer({ min: 1, max: 5 }),
    points,
    scoring: fc.constantFrom("right_pairs", "all_or_nothing"),
    picks: fc.array(fc.nat(), { minLength: 5, maxLength: 5 })
  })
  .map(({ picks, points, scoring, stems, targets }): QuestionContent => ({
    type: "matching",
    ...asked,
    points,
    stems: numbered(stems),
    targets: numbered(targets),
    scoring,
    correctAnswers: {
      pairs: numbered(stems).map(({ id }, index) => ({
        stem: id,
        target: `c${(picks[index]! % targets) + 1}`
      }))
    }
  }))

const ordering = fc
  .record({
    order: fc
      .integer({ min: 2, max: 6 })
      .chain((size) => fc.shuffledSubarray(numbered(size), { minLength: size })),
    points,
    scoring: fc.constantFrom("all_or_nothing", "absolute", "longest_run", "adjacent")
  })
  .map(({ order, points, scoring }): QuestionContent => ({
    type: "ordering",
    ...asked,
    points,
    choices: numbered(order.length),
    scoring,
    correctAnswers: { order: order.map(({ id }) => id) }
  }))

const numeric = fc
  .record({
    value: fc.integer({ min: -1000, max: 1000 }),
    places: fc.integer({ min: 0, max: 4 }),
    points,
    kind: fc.constantFrom("absolute", "relative", undefined),
    by: fc.nat(50)
  })
  .map(({ by, kind, places, points, value }): QuestionContent => ({
    type: "numeric",
    ...asked,
    points,
    correctAnswers: { value: `${value}e-${places}`, ...(kind && { tolerance: { kind, by: `0.${by}` } }) }
  }))

const shortText = fc
  .record({
    words: fc.uniqueArray(fc.constantFrom("grey", "gr*y", "GRAY", "a\\*b", "*", "Straße"), {
      minLength: 1,
      maxLength: 4
    }),
    points,
    matchCase: fc.boolean()
  })
  .map(({ matchCase, points, words }): QuestionContent => ({
    type: "short_text",
    ...asked,
    points,
    correctAnswers: {
      matchCase,
      answers: words.map((text, index) => ({ text, fraction: fraction(1, index + 1) }))
    }
  }))

const trueFalse = fc.record({ value: fc.boolean(), points }).map(({ points, value }): QuestionContent => ({
  type: "true_false",
  ...asked,
  points,
  correctAnswers: { value }
}))
const openText = points.map((points): QuestionContent => ({ type: "open_text", ...asked, points }))

/** What a machine can grade. */
export const machineContent: fc.Arbitrary<QuestionContent> = fc.oneof(
  mcq,
  matching,
  ordering,
  numeric,
  shortText,
  trueFalse
)
export const anyContent: fc.Arbitrary<QuestionContent> = fc.oneof(machineContent, openText)

const sub = (ids: ReadonlyArray<string>, maxLength = ids.length) =>
  fc.shuffledSubarray([...ids], { maxLength })
const idsOf = (things: ReadonlyArray<{ readonly id: string }>) => things.map(({ id }) => id)

/** Any answer that an item takes, empty ones among them. */
export const answerTo = (item: SnapshotItem): fc.Arbitrary<Answer> => {
  switch (item.type) {
    case "mcq":
      return sub(idsOf(item.choices), item.multiple ? item.choices.length : 1).map((choices) => ({ choices }))
    case "true_false":
      return fc.constantFrom<Answer>({ value: true }, { value: false }, {})
    case "matching":
      return fc
        .tuple(
          sub(idsOf(item.stems)),
          fc.array(fc.constantFrom(...idsOf(item.targets)), { minLength: 5, maxLength: 5 })
        )
        .map(([stems, targets]) => ({
          pairs: stems.map((stem, index) => ({ stem, target: targets[index]! }))
        }))
    case "ordering":
      return fc
        .oneof(fc.constant([]), fc.shuffledSubarray(idsOf(item.choices), { minLength: item.choices.length }))
        .map((order) => ({ order }))
    case "numeric":
      return fc
        .oneof(fc.integer({ min: -1000, max: 1000 }).map(String), fc.constantFrom("", "1,5", "x", "1e3"))
        .map((text) => ({ text }))
    case "short_text":
    case "open_text":
      return fc
        .constantFrom("", "grey", "GREY", "gray", "a*b", "aXb", "strasse", " ")
        .map((text) => ({ text }))
  }
}

/** The answer that earns all of an item's points. */
export const rightAnswer = (item: SnapshotItem): Answer => {
  switch (item.type) {
    case "mcq":
      return {
        choices: item.multiple ? item.correctAnswers.choices : item.correctAnswers.choices.slice(0, 1)
      }
    case "true_false":
      return { value: item.correctAnswers.value }
    case "matching":
      return { pairs: item.correctAnswers.pairs }
    case "ordering":
      return { order: item.correctAnswers.order }
    case "numeric":
      return { text: item.correctAnswers.value }
    case "short_text":
      return { text: piecesOf(item.correctAnswers.answers[0]!.text).join("x") || "x" }
    case "open_text":
      return { text: "because" }
  }
}
