/** Moodle's GIFT. Source: ASM-24. */
import type { Fraction, QuestionContent } from "../model/index.ts"
import { minus, over, plus, rational } from "../../shared/rational.ts"
import { parseDecimal } from "../rules/decimal.ts"
import { decimalText, fractionOf, percentOf } from "./percent.ts"
import {
  categoryNamed,
  choiceContent,
  distanceOf,
  matchingContent,
  noCategory,
  none,
  paired,
  type Weighed,
  weighed,
  whole
} from "./shapes.ts"
import {
  type Candidate,
  type Format,
  type Import,
  type Imported,
  paragraphs,
  type Portable,
  type Refused,
  refuse,
  sorted,
  taken,
  written
} from "./portable.ts"

/** An escaped character is carried through the parsing as a lone surrogate, which no well-formed text holds. */
const hide = (text: string): string =>
  text.replace(/\\([\\~=#{}:n])/gu, (_, escaped: string) =>
    String.fromCharCode(0xdc00 + escaped.charCodeAt(0))
  )
const show = (text: string): string =>
  text.replace(/[\udc00-\udc7f]/gu, (hidden) => {
    const escaped = String.fromCharCode(hidden.charCodeAt(0) - 0xdc00)
    return escaped === "n" ? "\n" : escaped
  })
const escape = (text: string): string => text.replace(/[\\~=#{}:]/gu, "\\$&").replaceAll("\n", "\\n")

interface Given {
  readonly right: boolean
  readonly text: string
  readonly fraction: Fraction | undefined
  readonly feedback: boolean
}

/** The answers in braces: each begins with `=` or `~`, perhaps with a percentage, perhaps with feedback. Undefined otherwise. */
const answersIn = (inside: string): ReadonlyArray<Given> | undefined => {
  const parts = inside.split(/(?=[~=])/u).filter((part) => part.trim() !== "")
  const found = parts.map((part) => /^([~=])\s*(?:%(-?[\d.]+)%)?([^#]*)(#[^]*)?$/u.exec(part))
  return found.includes(null)
    ? undefined
    : found.map((match) => {
        const [, sign, percent, text = "", feedback] = match!
        const right = sign === "="
        return {
          right,
          text: text.trim(),
          fraction: percent === undefined ? (right ? whole : none) : fractionOf(percent),
          feedback: feedback !== undefined
        }
      })
}

const pairsIn = (answers: ReadonlyArray<Given>) =>
  answers
    .map(({ text }) => text.split("->").map((side) => show(side.trim())))
    .map(([stem = "", ...target]) => ({ stem, target: target.join("->") }))

const numericContent = (inside: string) => {
  const text = inside
    .replace(/^=/u, "")
    .replace(/#[^]*$/u, "")
    .trim()
  const [low, high] = text.split("..").map(parseDecimal)
  if (low !== undefined && high !== undefined) {
    const [value, by] = [over(plus(low, high), rational(2)), over(minus(high, low), rational(2))]
    return {
      type: "numeric",
      correctAnswers: { value: decimalText(value), tolerance: { kind: "absolute", by: decimalText(by) } }
    }
  }
  const [value, by] = text.split(/:|[\udc3a]/u).map((part) => part.trim())
  return {
    type: "numeric",
    correctAnswers: { value, ...(by !== undefined && { tolerance: { kind: "absolute", by } }) }
  }
}

/** What the braces say; undefined when they say nothing that GIFT knows. */
const answerContent = (inside: string): Readonly<Record<string, unknown>> | undefined => {
  if (inside === "") return { type: "open_text" }
  const truth = /^(T|TRUE|F|FALSE)\s*(?:#[^]*)?$/iu.exec(inside)
  if (truth !== null) return { type: "true_false", correctAnswers: { value: /^t/iu.test(truth[1]!) } }
  if (inside.startsWith("#")) return numericContent(inside.slice(1).trim())
  const answers = answersIn(inside)
  if (answers === undefined || answers.some(({ fraction }) => fraction === undefined)) return undefined
  const shown = answers.map(({ fraction = none, text }) => ({ text: show(text), fraction }))
  if (answers.some(({ right }) => !right)) return choiceContent(shown, !answers.some(({ right }) => right))
  if (answers.every(({ text }) => text.includes("->"))) return matchingContent(pairsIn(answers))
  return {
    type: "short_text",
    correctAnswers: { answers: shown }
  }
}

const titled = /^(?:::([^]*?)::)?\s*(?:\[(?:html|moodle|plain|markdown)\])?\s*([^]*)$/u

const readOne = (line: number, text: string, category: string | undefined): Imported | Refused => {
  if (!text.isWellFormed()) return refuse(line, "holds half a surrogate pair")
  const [, title, rest = ""] = titled.exec(hide(text).trim())!
  const [open, close] = [rest.indexOf("{"), rest.lastIndexOf("}")]
  if (open === -1 || close < open) return refuse(line, "must have its answers in braces")
  const [inside = "", general] = rest.slice(open + 1, close).split("####")
  const [before, after] = [rest.slice(0, open).trim(), rest.slice(close + 1).trim()]
  const content = answerContent(inside.trim())
  if (content === undefined) return refuse(line, "has answers that cannot be read")
  const record: Candidate = {
    line,
    content: {
      points: 1,
      // Text after the braces makes a gap of them.
      body: show(after === "" ? before : `${before} _____ ${after}`),
      ...(general !== undefined && general.trim() !== "" && { explanation: show(general.trim()) }),
      ...content
    },
    category,
    leftOut: [
      ...(title === undefined ? [] : ["title"]),
      ...(/#/u.test(inside.trim().slice(1)) ? ["feedback"] : [])
    ]
  }
  return taken(record)
}

const read = (text: string): Import => {
  let category: string | undefined
  const records = paragraphs(text).flatMap(({ line, lines }) => {
    const kept = lines.filter((one) => !one.trimStart().startsWith("//"))
    const names = kept
      .filter((one) => one.startsWith("$CATEGORY:"))
      .map((one) => one.slice("$CATEGORY:".length).trim())
    if (names.length > 0) category = categoryNamed(names.at(-1)!)
    const question = kept.filter((one) => !one.startsWith("$CATEGORY:"))
    return question.length === 0 ? [] : [readOne(line, question.join("\n"), category)]
  })
  return sorted(records)
}

const printChoice = ({ fraction, right, text }: Weighed & { readonly right: boolean }): string =>
  `${right ? "=" : "~"}${right || fraction.numerator === 0 ? "" : `%${percentOf(fraction)}%`}${escape(text)}`

const printAnswers = (content: QuestionContent): string | undefined => {
  switch (content.type) {
    case "open_text":
      return ""
    case "true_false":
      return content.correctAnswers.value ? "TRUE" : "FALSE"
    case "mcq":
      return weighed(content).map(printChoice).join("\n")
    case "matching":
      return paired(content)
        .map(({ stem, target }) =>
          stem === "" ? `= -> ${escape(target)}` : `=${escape(stem)} -> ${escape(target)}`
        )
        .join("\n")
    case "numeric": {
      const by = distanceOf(content.correctAnswers)
      return `#${content.correctAnswers.value}${by === undefined ? "" : `:${by}`}`
    }
    case "short_text":
      return content.correctAnswers.answers
        .map(
          ({ fraction, text }) =>
            `=${fraction.numerator === fraction.denominator ? "" : `%${percentOf(fraction)}%`}${escape(text)}`
        )
        .join("\n")
    case "ordering":
      return undefined
  }
}

const print = ({ category = noCategory, content }: Portable): string | undefined => {
  const answers = printAnswers(content)
  if (answers === undefined) return undefined
  const general =
    content.explanation === undefined || content.explanation === ""
      ? ""
      : `\n####${escape(content.explanation)}`
  return `$CATEGORY: ${category}\n\n[markdown]${escape(content.body)} {${answers}${general}}`
}
const join = (records: ReadonlyArray<string>): string => records.map((record) => `${record}\n`).join("\n")

export const gift: Format = { read, write: (questions) => written(questions, { print, read, join }) }
