/** Moodle's GIFT. Source: ASM-24. */
import type { Fraction, QuestionContent } from "../model/index.ts"
import { minus, over, plus, rational } from "../../shared/rational.ts"
import { parseDecimal } from "../rules/decimal.ts"
import { said, tokensOf } from "./markup/html.ts"
import { decimalText, fractionOf, percentOf } from "./percent.ts"
import {
  type Category,
  categoryNamed,
  choiceContent,
  distanceOf,
  matchingContent,
  noCategory,
  none,
  paired,
  unnamed,
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

type Say = (text: string, as: "markdown" | "plain") => string

const pairsIn = (answers: ReadonlyArray<Given>, say: Say) =>
  answers
    .map(({ text }) => text.split("->").map((side) => say(side.trim(), "plain")))
    .map(([stem = "", ...target]) => ({ stem, target: target.join("->") }))

/** The one number that is asked for: several, or one that is worth a part, are another kind of question. */
const numberIn = (inside: string): string | undefined => {
  if (!inside.startsWith("=")) return inside.replace(/#[^]*$/u, "").trim()
  const worthy = answersIn(inside)?.filter(({ fraction }) => fraction?.numerator !== 0)
  const [only] = worthy ?? []
  return worthy?.length === 1 && only!.fraction?.numerator === only!.fraction?.denominator
    ? only!.text
    : undefined
}

const numericContent = (inside: string) => {
  const text = numberIn(inside)
  if (text === undefined) return undefined
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
const answerContent = (inside: string, say: Say): Readonly<Record<string, unknown>> | undefined => {
  if (inside === "") return { type: "open_text" }
  const truth = /^(T|TRUE|F|FALSE)\s*(?:#[^]*)?$/iu.exec(inside)
  if (truth !== null) return { type: "true_false", correctAnswers: { value: /^t/iu.test(truth[1]!) } }
  if (inside.startsWith("#")) return numericContent(inside.slice(1).trim())
  const answers = answersIn(inside)
  if (answers === undefined || answers.some(({ fraction }) => fraction === undefined)) return undefined
  const parts = answers.map(({ fraction = none, right, text }) => ({ text, fraction, right }))
  if (parts.some(({ right }) => !right)) {
    const choices = parts.map(({ fraction, text }) => ({ text: say(text, "plain"), fraction }))
    return choiceContent(choices, !parts.some(({ right }) => right))
  }
  if (parts.every(({ text }) => text.includes("->"))) return matchingContent(pairsIn(answers, say))
  return {
    type: "short_text",
    correctAnswers: { answers: parts.map(({ fraction, text }) => ({ text: show(text), fraction })) }
  }
}

const titled = /^(?:::([^]*?)::)?\s*([^]*)$/u
const formatted = /^\[(html|moodle|plain|markdown)\]\s*/u

/** Says texts as their format wants: HTML is told by its sign, for one text or, before the question, for all of it. */
const speaker = (question: string, leftOut: Set<string>): Say => {
  const html = formatted.exec(question)?.[1] === "html"
  return (text, as) => {
    const own = formatted.exec(text)
    const shown = show(text.slice(own?.[0].length ?? 0))
    if (!(own === null ? html : own[1] === "html")) return shown
    const { leftOut: unsaid, text: plain } = said(tokensOf(shown), as)
    for (const what of unsaid) leftOut.add(what)
    return plain
  }
}

interface Paragraph {
  readonly line: number
  readonly text: string
  readonly category: Category
  /** Where Moodle writes tags and a name for machines. */
  readonly comments: ReadonlyArray<string>
}
const tagsIn = (comments: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    comments
      .flatMap((comment) => [...comment.matchAll(/\[tag:((?:\\\]|[^\]])+)\]/gu)])
      .map(([, tag]) => tag!.replaceAll("\\]", "]").trim())
      .filter((tag) => tag !== "")
  )
]

const readOne = ({ category, comments, line, text }: Paragraph): Imported | Refused => {
  if (!text.isWellFormed()) return refuse(line, "holds half a surrogate pair")
  const [, title, rest = ""] = titled.exec(hide(text).trim())!
  const [open, close] = [rest.indexOf("{"), rest.lastIndexOf("}")]
  if (open === -1 || close < open) return refuse(line, "must have its answers in braces")
  const [inside = "", general] = rest.slice(open + 1, close).split("####")
  const [before, after] = [rest.slice(0, open).trim(), rest.slice(close + 1).trim()]
  const leftOut = new Set<string>()
  const say = speaker(rest, leftOut)
  const content = answerContent(inside.trim(), say)
  if (content === undefined) return refuse(line, "has answers that cannot be read")
  const explanation = say((general ?? "").trim(), "markdown")
  if (title !== undefined) leftOut.add("title")
  if (category.isCut) leftOut.add("category")
  if (/#/u.test(inside.trim().slice(1))) leftOut.add("feedback")
  if (comments.some((comment) => comment.includes("[id:"))) leftOut.add("id number")
  const record: Candidate = {
    line,
    content: {
      points: 1,
      // Text after the braces makes a gap of them.
      body: [before, ...(after === "" ? [] : ["_____", after])]
        .map((part) => (part === "_____" ? part : say(part, "markdown")))
        .join(" "),
      ...(explanation !== "" && { explanation }),
      ...content
    },
    category: category.name,
    tags: tagsIn(comments),
    leftOut: [...leftOut]
  }
  return taken(record)
}

const read = (text: string): Import => {
  let category = unnamed
  const records = paragraphs(text).flatMap(({ line, lines }) => {
    const isComment = (one: string) => one.trimStart().startsWith("//")
    const kept = lines.filter((one) => !isComment(one))
    const names = kept
      .filter((one) => one.startsWith("$CATEGORY:"))
      .map((one) => one.slice("$CATEGORY:".length).trim())
    if (names.length > 0) category = categoryNamed(names.at(-1)!)
    const question = kept.filter((one) => !one.startsWith("$CATEGORY:")).join("\n")
    return question === ""
      ? []
      : [readOne({ line, text: question, category, comments: lines.filter(isComment) })]
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

const print = ({ category = noCategory, content, tags }: Portable): string | undefined => {
  const answers = printAnswers(content)
  if (answers === undefined) return undefined
  const general =
    content.explanation === undefined || content.explanation === ""
      ? ""
      : `\n####${escape(content.explanation)}`
  const tagged = tags.map((one) => `[tag:${one.replaceAll("]", "\\]")}]`).join(" ")
  const comment = tagged === "" ? "" : `// ${tagged}\n`
  return `$CATEGORY: ${category}\n\n${comment}[markdown]${escape(content.body)} {${answers}${general}}`
}
const join = (records: ReadonlyArray<string>): string => records.map((record) => `${record}\n`).join("\n")

export const gift: Format = { read, write: (questions) => written(questions, { print, read, join }) }
