/** What each interaction of QTI asks, and what is right, as a question of ours has it. */
import { compare, over, rational, type Rational, sum, zero } from "../../../shared/rational.ts"
import { parseDecimal } from "../../rules/decimal.ts"
import { said, tokensOfNode } from "../markup/html.ts"
import { allIn, type Element, elementsIn, firstIn, textIn } from "../markup/xml.ts"
import { fixed, simplest } from "../percent.ts"
import { choiceContent } from "../shapes.ts"
import type { Processing } from "./processing.ts"

export interface Asked {
  readonly interaction: Element
  readonly declaration: Element
  readonly processing: Processing
  readonly leftOut: Set<string>
}
/** What is right, with the points where the mapping says them; or why it cannot be taken. */
export type Answers =
  | { readonly content: Readonly<Record<string, unknown>>; readonly points?: Rational }
  | string

interface Choice {
  readonly id: string
  readonly text: string
}
const choicesIn = (element: Element, name: string, leftOut: Set<string>): ReadonlyArray<Choice> =>
  allIn(element, name).map((choice) => {
    const { leftOut: unsaid, text } = said(choice.children.flatMap(tokensOfNode), "plain")
    for (const what of unsaid) leftOut.add(what)
    return { id: choice.attributes["identifier"] ?? "", text }
  })
const named = (choices: ReadonlyArray<Choice>, letter: string) =>
  choices.map(({ text }, index) => ({ id: `${letter}${index + 1}`, text }))
/** The name of a choice by its place; one that is not there keeps a name that nothing has, and is refused by it. */
const placed = (choices: ReadonlyArray<Choice>, letter: string) => (id: string) =>
  `${letter}${choices.findIndex((choice) => choice.id === id) + 1}`

const correctIn = (declaration: Element): ReadonlyArray<string> =>
  allIn(declaration, "correctResponse")
    .flatMap((correct) => allIn(correct, "value"))
    .map((value) => textIn(value).trim().replace(/\s+/gu, " "))

interface Mapping {
  readonly entries: ReadonlyArray<{
    readonly key: string
    readonly value: Rational
    readonly exactCase: boolean
  }>
  readonly otherwise: Rational
  readonly most: Rational | undefined
}
const mappingIn = (declaration: Element): Mapping => {
  const mapping = firstIn(declaration, "mapping")
  const entries = (mapping ? elementsIn(mapping) : []).map(({ attributes }) => ({
    key: (attributes["mapKey"] ?? "").trim(),
    value: parseDecimal(attributes["mappedValue"] ?? "") ?? zero,
    exactCase: attributes["caseSensitive"] !== "false"
  }))
  return {
    entries,
    otherwise: parseDecimal(mapping?.attributes["defaultValue"] ?? "") ?? zero,
    most: parseDecimal(mapping?.attributes["upperBound"] ?? "")
  }
}
const positive = (values: ReadonlyArray<Rational>) => values.filter((value) => compare(value, zero) > 0)
const greatest = (values: ReadonlyArray<Rational>): Rational =>
  values.reduce((most, value) => (compare(value, most) > 0 ? value : most), zero)

const nothingMapped = "has a mapping that gives nothing"

const choiceIn = ({ declaration, interaction, leftOut, processing }: Asked): Answers => {
  const choices = choicesIn(interaction, "simpleChoice", leftOut)
  const multiple = declaration.attributes["cardinality"] === "multiple"
  const correct = correctIn(declaration)
  const truth = choices.map(({ id }) => id.toLowerCase()).sort()
  if (processing.by === "match") {
    if (!multiple && truth.join() === "false,true")
      return {
        content: { type: "true_false", correctAnswers: { value: correct[0]?.toLowerCase() === "true" } }
      }
    const keys = correct.map(placed(choices, "c"))
    const content = { type: "mcq", multiple, choices: named(choices, "c"), scoring: "all_or_nothing" }
    return { content: { ...content, correctAnswers: { choices: keys } } }
  }
  const { entries, most, otherwise } = mappingIn(declaration)
  const values = choices.map(({ id }) => entries.find(({ key }) => key === id)?.value ?? otherwise)
  const reach = multiple ? sum(positive(values)) : greatest(values)
  const points = most !== undefined && compare(most, reach) < 0 ? most : reach
  if (compare(points, zero) <= 0) return nothingMapped
  const answers = choices.map(({ text }, index) => ({
    text,
    fraction: simplest(over(values[index]!, points)) ?? { numerator: 0, denominator: 1 }
  }))
  return { content: choiceContent(answers, multiple), points }
}

const orderIn = ({ declaration, interaction, leftOut, processing }: Asked): Answers => {
  if (processing.by === "map") return "counts the points of an order by a mapping"
  const choices = choicesIn(interaction, "simpleChoice", leftOut)
  return {
    content: {
      type: "ordering",
      choices: named(choices, "c"),
      scoring: "all_or_nothing",
      correctAnswers: { order: correctIn(declaration).map(placed(choices, "c")) }
    }
  }
}

/** Each of one side has one of the other: which side that is, the pairs tell. */
const matchIn = ({ declaration, interaction, leftOut, processing }: Asked): Answers => {
  const [first = [], second = []] = allIn(interaction, "simpleMatchSet").map((set) =>
    choicesIn(set, "simpleAssociableChoice", leftOut)
  )
  const { entries, otherwise } = mappingIn(declaration)
  const worth = entries.filter(({ value }) => compare(value, zero) > 0)
  const given = correctIn(declaration)
  const right = processing.by === "match" || given.length > 0 ? given : worth.map(({ key }) => key)
  const ends = right.map((pair) => pair.split(/\s+/u))
  const once = (choices: ReadonlyArray<Choice>, side: number) =>
    choices.every(({ id }) => ends.filter((pair) => pair[side] === id).length === 1)
  const turned = !once(first, 0) && once(second, 1)
  const [stems, targets] = turned ? [second, first] : [first, second]
  const [stem, target] = [placed(stems, "s"), placed(targets, "t")]
  const equal = new Set(worth.map(({ value }) => fixed(value, 6))).size <= 1 && compare(otherwise, zero) >= 0
  if (processing.by === "map" && !equal) leftOut.add("points of each pair")
  return {
    content: {
      type: "matching",
      stems: named(stems, "s"),
      targets: named(targets, "t"),
      scoring: processing.by === "map" ? "right_pairs" : "all_or_nothing",
      correctAnswers: {
        pairs: ends.map((pair) => ({
          stem: stem(pair[turned ? 1 : 0] ?? ""),
          target: target(pair[turned ? 0 : 1] ?? "")
        }))
      }
    },
    ...(processing.by === "map" && { points: sum(worth.map(({ value }) => value)) })
  }
}

const numberIn = ({ declaration, processing }: Asked): Answers => {
  const { entries } = mappingIn(declaration)
  const worth = entries.filter(({ value }) => compare(value, zero) > 0)
  const [value, ...more] = processing.by === "map" ? worth.map(({ key }) => key) : correctIn(declaration)
  if (value === undefined || more.length > 0) return "must have one right number"
  const { tolerance } = processing
  const by = tolerance && parseDecimal(tolerance.by)
  const part = by && tolerance.kind === "relative" ? fixed(over(by, rational(100)), 20) : tolerance?.by
  return {
    content: {
      type: "numeric",
      correctAnswers: { value, ...(tolerance && { tolerance: { kind: tolerance.kind, by: part } }) }
    },
    ...(processing.by === "map" && worth[0] && { points: worth[0].value })
  }
}

/** An answer of QTI is its very letters; a star of ours stands for others. */
const literal = (text: string): string => text.replaceAll("*", "\\*")

const textEntryIn = (asked: Asked): Answers => {
  const { declaration, leftOut, processing } = asked
  const { baseType, cardinality } = declaration.attributes
  if (cardinality !== "single") return "asks for several values at once"
  if (baseType === "float" || baseType === "integer") return numberIn(asked)
  if (processing.by === "match") {
    const answers = correctIn(declaration).map((text) => ({
      text: literal(text),
      fraction: { numerator: 1, denominator: 1 }
    }))
    return {
      content: {
        type: "short_text",
        correctAnswers: { answers, ...(processing.ignoreCase !== true && { matchCase: true }) }
      }
    }
  }
  const { entries } = mappingIn(declaration)
  const points = greatest(entries.map(({ value }) => value))
  if (compare(points, zero) <= 0) return nothingMapped
  const exact = entries.filter(({ exactCase }) => exactCase).length
  if (exact > 0 && exact < entries.length) leftOut.add("letters that count as the same")
  const answers = entries.map(({ key, value }) => ({
    text: literal(key),
    fraction: simplest(over(value, points))
  }))
  return {
    content: { type: "short_text", correctAnswers: { answers, ...(exact > 0 && { matchCase: true }) } },
    points
  }
}

export const readers: Readonly<Record<string, (asked: Asked) => Answers>> = {
  choiceInteraction: choiceIn,
  orderInteraction: orderIn,
  matchInteraction: matchIn,
  textEntryInteraction: textEntryIn,
  extendedTextInteraction: () => ({ content: { type: "open_text" } })
}
