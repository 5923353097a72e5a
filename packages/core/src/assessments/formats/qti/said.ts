/** What each type of question asks in QTI, and what is right. */
import { rational, times } from "../../../shared/rational.ts"
import type { Fraction, QuestionContent } from "../../model/index.ts"
import { parseDecimal } from "../../rules/decimal.ts"
import { piecesOf } from "../../rules/wildcard.ts"
import { escaped, tag } from "../markup/xml.ts"
import { fixed } from "../percent.ts"
import { weighed } from "../shapes.ts"

export type Attributes = Readonly<Record<string, string | number>>
/** Writes an element by its name in QTI 2. */
export type Write = (name: string, attributes: Attributes, ...content: ReadonlyArray<string>) => string
type Content<T extends QuestionContent["type"]> = Extract<QuestionContent, { readonly type: T }>

export const lineBreaks = (text: string): string => text.split("\n").map(escaped).join("<br/>")
/** What of an item depends on its type. */
export interface Said {
  readonly cardinality: "single" | "multiple" | "ordered"
  readonly baseType: "identifier" | "directedPair" | "string" | "float"
  readonly correct: ReadonlyArray<string>
  /** What each value earns; without it the correct response earns all. */
  readonly mapping?: ReadonlyArray<readonly [key: string, part: Fraction]>
  readonly caseSensitive?: boolean
  readonly tolerance?: Attributes
  readonly interaction: string
}

const choiceSaid = (content: Content<"mcq">, write: Write): Said => {
  const { choices, correctAnswers, multiple, scoring } = content
  const name = (index: number) => `c${index + 1}`
  const adds = scoring === "weighted" || scoring === "net_correct"
  const keys = correctAnswers.choices.length
  const parts = weighed(content).map(({ fraction }) =>
    scoring === "net_correct" && fraction.numerator < 0 ? { numerator: -1, denominator: keys } : fraction
  )
  return {
    cardinality: multiple ? "multiple" : "single",
    baseType: "identifier",
    correct: choices.flatMap(({ id }, index) => (correctAnswers.choices.includes(id) ? [name(index)] : [])),
    ...(adds && { mapping: parts.map((part, index) => [name(index), part] as const) }),
    interaction: write(
      "choiceInteraction",
      { responseIdentifier: "RESPONSE", shuffle: "true", maxChoices: multiple ? 0 : 1 },
      ...choices.map(({ text }, index) =>
        write("simpleChoice", { identifier: name(index) }, lineBreaks(text))
      )
    )
  }
}

const truthSaid = ({ correctAnswers: { value } }: Content<"true_false">, write: Write): Said => ({
  cardinality: "single",
  baseType: "identifier",
  correct: [String(value)],
  interaction: write(
    "choiceInteraction",
    { responseIdentifier: "RESPONSE", shuffle: "false", maxChoices: 1 },
    write("simpleChoice", { identifier: "true" }, "True"),
    write("simpleChoice", { identifier: "false" }, "False")
  )
})

const orderSaid = ({ choices, correctAnswers: { order } }: Content<"ordering">, write: Write): Said => ({
  cardinality: "ordered",
  baseType: "identifier",
  correct: order.map((id) => `c${choices.findIndex((choice) => choice.id === id) + 1}`),
  interaction: write(
    "orderInteraction",
    { responseIdentifier: "RESPONSE", shuffle: "true" },
    ...choices.map(({ text }, index) =>
      write("simpleChoice", { identifier: `c${index + 1}` }, lineBreaks(text))
    )
  )
})

const matchSaid = ({ correctAnswers, scoring, stems, targets }: Content<"matching">, write: Write): Said => {
  const place = (things: ReadonlyArray<{ readonly id: string }>, id: string) =>
    things.findIndex((thing) => thing.id === id) + 1
  const pairs = correctAnswers.pairs.map(
    ({ stem, target }) => `s${place(stems, stem)} t${place(targets, target)}`
  )
  const set = (things: typeof stems, letter: string, matchMax: number) =>
    write(
      "simpleMatchSet",
      {},
      ...things.map(({ text }, index) =>
        write("simpleAssociableChoice", { identifier: `${letter}${index + 1}`, matchMax }, lineBreaks(text))
      )
    )
  return {
    cardinality: "multiple",
    baseType: "directedPair",
    correct: pairs,
    ...(scoring !== "all_or_nothing" && {
      mapping: pairs.map((pair) => [pair, { numerator: 1, denominator: pairs.length }] as const)
    }),
    interaction: write(
      "matchInteraction",
      { responseIdentifier: "RESPONSE", shuffle: "true", maxAssociations: stems.length },
      set(stems, "s", 1),
      set(targets, "t", stems.length)
    )
  }
}

const entry = (write: Write): string =>
  tag("p", {}, write("textEntryInteraction", { responseIdentifier: "RESPONSE" }))

const numberSaid = ({ correctAnswers: { tolerance, value } }: Content<"numeric">, write: Write): Said => {
  const by = tolerance && parseDecimal(tolerance.by)
  const percent = by && fixed(times(by, rational(100)), 20)
  return {
    cardinality: "single",
    baseType: "float",
    correct: [value],
    ...(tolerance && {
      tolerance: {
        toleranceMode: tolerance.kind,
        tolerance: (tolerance.kind === "relative" ? percent : undefined) ?? tolerance.by
      }
    }),
    interaction: entry(write)
  }
}

/** QTI has no wildcards: answers with one are left out, and without the others so is the question. */
const textSaid = (
  { correctAnswers: { answers, matchCase } }: Content<"short_text">,
  write: Write
): Said | undefined => {
  const literal = answers.flatMap(({ fraction, text }) => {
    const pieces = piecesOf(text)
    return pieces.length === 1 ? [[pieces[0]!, fraction] as const] : []
  })
  const best = literal.find(([, { denominator, numerator }]) => numerator === denominator)
  return (
    best && {
      cardinality: "single",
      baseType: "string",
      correct: [best[0]],
      mapping: literal,
      caseSensitive: matchCase === true,
      interaction: entry(write)
    }
  )
}

export const saidOf = (content: QuestionContent, write: Write): Said | undefined => {
  switch (content.type) {
    case "mcq":
      return choiceSaid(content, write)
    case "true_false":
      return truthSaid(content, write)
    case "ordering":
      return orderSaid(content, write)
    case "matching":
      return matchSaid(content, write)
    case "numeric":
      return numberSaid(content, write)
    case "short_text":
      return textSaid(content, write)
    case "open_text":
      return {
        cardinality: "single",
        baseType: "string",
        correct: [],
        interaction: write("extendedTextInteraction", { responseIdentifier: "RESPONSE" })
      }
  }
}
