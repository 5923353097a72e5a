/** What a question is outside of the bank, and how any format takes one in or gives one out. Source: ASM-24. */
import { Equal, Result, Schema } from "effect"
import { type FieldIssue, Invalid, strictly } from "../../shared/errors.ts"
import { rational } from "../../shared/rational.ts"
import { type Fraction, Question, QuestionContent } from "../model/index.ts"
import { authoringIssues } from "../rules/authoring.ts"

/** A question without its place in a bank: what files carry. */
export type Portable = Pick<Question, "content" | "tags"> & Partial<Pick<Question, "category" | "difficulty">>

/** A question read from a file, whole; `leftOut` names what the file says and a question cannot. */
export interface Imported {
  readonly line: number
  readonly question: Portable
  readonly leftOut: ReadonlyArray<string>
}
/** A question that was not taken, with everything that is wrong with it. */
export interface Refused {
  readonly line: number
  readonly issues: ReadonlyArray<FieldIssue>
}
export interface Import {
  readonly questions: ReadonlyArray<Imported>
  readonly refused: ReadonlyArray<Refused>
}

/** A file, and what of which question (by its place from 0) the format could not say. */
export interface Export {
  readonly text: string
  readonly leftOut: ReadonlyArray<{ readonly place: number; readonly what: ReadonlyArray<string> }>
}

export interface Format {
  readonly read: (text: string) => Import
  readonly write: (questions: ReadonlyArray<Portable>) => Export
}

/** A record of a file: what it seems to be, not yet known to be a question. */
export interface Candidate {
  readonly line: number
  readonly content: Readonly<Record<string, unknown>>
  readonly category?: string | undefined
  readonly tags?: ReadonlyArray<string>
  readonly difficulty?: number | undefined
  readonly leftOut?: ReadonlyArray<string>
}

export const refuse = (line: number, message: string, path: FieldIssue["path"] = []): Refused => ({
  line,
  issues: [{ path, message }]
})

const Outside = Schema.Struct({
  content: QuestionContent,
  tags: Question.fields.tags,
  category: Question.fields.category,
  difficulty: Question.fields.difficulty
})
const decode = Schema.decodeUnknownResult(Outside, strictly)
const present = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** Whole or not at all: a candidate is a question that could be asked, or is refused with all that is wrong. */
export const taken = ({
  category,
  content,
  difficulty,
  leftOut = [],
  line,
  tags = []
}: Candidate): Imported | Refused => {
  const decoded = decode(present({ content: present(content), tags, category, difficulty }))
  if (Result.isFailure(decoded)) return { line, issues: Invalid.from(decoded.failure).issues }
  const issues = authoringIssues(decoded.success.content)
  return issues.length > 0 ? { line, issues } : { line, question: decoded.success, leftOut }
}

/** A name for formats that want one: the beginning of what is asked. */
export const titleOf = (body: string): string => /^[^\n]{0,80}/u.exec(body.trim())![0].trim()

export const sorted = (records: ReadonlyArray<Imported | Refused>): Import => ({
  questions: records.filter((record) => "question" in record),
  refused: records.filter((record) => "issues" in record)
})

type Named = ReadonlyArray<{ readonly id: string; readonly text: string }>
const numbered = (things: Named, letter: string) =>
  things.map(({ text }, index) => ({ id: `${letter}${index + 1}`, text }))
const byPlace = (things: Named, letter: string) => {
  const names = new Map(things.map(({ id }, index) => [id, `${letter}${index + 1}`]))
  return (id: string): string => names.get(id) ?? id
}

const reduced = ({ denominator, numerator }: Fraction): Fraction => {
  const lowest = rational(numerator, denominator)
  return { numerator: Number(lowest.numerator), denominator: Number(lowest.denominator) }
}

const renumberedKeys = (content: QuestionContent): QuestionContent => {
  switch (content.type) {
    case "mcq": {
      const rename = byPlace(content.choices, "c")
      const { choices, weights } = content.correctAnswers
      const inOrder = (ids: ReadonlyArray<string>) =>
        numbered(content.choices, "c")
          .map(({ id }) => id)
          .filter((id) => ids.includes(id))
      const renamed = weights
        ?.filter(({ weight }) => weight.numerator !== 0)
        .map(({ choice, weight }) => ({ choice: rename(choice), weight: reduced(weight) }))
      const heavy =
        renamed &&
        inOrder(renamed.map(({ choice }) => choice)).map((id) => renamed.find(({ choice }) => choice === id)!)
      const correctAnswers = { choices: inOrder(choices.map(rename)), ...(heavy && { weights: heavy }) }
      return {
        ...content,
        choices: numbered(content.choices, "c"),
        scoring: content.scoring ?? "all_or_nothing",
        correctAnswers
      }
    }
    case "matching": {
      const [stem, target] = [byPlace(content.stems, "s"), byPlace(content.targets, "t")]
      const stems = numbered(content.stems, "s")
      const renamed = content.correctAnswers.pairs.map((pair) => ({
        stem: stem(pair.stem),
        target: target(pair.target)
      }))
      const pairs = stems.flatMap(({ id }) => renamed.filter((pair) => pair.stem === id))
      return {
        ...content,
        stems,
        targets: numbered(content.targets, "t"),
        scoring: content.scoring ?? "right_pairs",
        correctAnswers: { pairs }
      }
    }
    case "ordering": {
      const order = content.correctAnswers.order.map(byPlace(content.choices, "c"))
      return {
        ...content,
        choices: numbered(content.choices, "c"),
        scoring: content.scoring ?? "all_or_nothing",
        correctAnswers: { order }
      }
    }
    case "short_text": {
      const { answers, matchCase } = content.correctAnswers
      return {
        ...content,
        correctAnswers: {
          answers: answers.map(({ fraction, text }) => ({ text, fraction: reduced(fraction) })),
          ...(matchCase === true && { matchCase })
        }
      }
    }
    case "true_false":
    case "numeric":
    case "open_text":
      return content
  }
}

/** The same question with names by place, defaults spelt out and keys in order: files carry neither names nor habits. */
export const renumbered = (content: QuestionContent): QuestionContent => {
  const { explanation, ...rest } = renumberedKeys(content)
  return explanation === undefined || explanation === ""
    ? (rest as QuestionContent)
    : ({ ...rest, explanation } as QuestionContent)
}

/** What of a question did not come back: names of fields, or the whole of it. */
const lost = (question: Portable, back: Import): ReadonlyArray<string> => {
  const [only] = back.questions
  if (only === undefined || back.questions.length !== 1 || back.refused.length > 0) return ["question"]
  // A question of another type is another question.
  if (only.question.content.type !== question.content.type) return ["question"]
  const flat = ({ content, ...rest }: Portable): Readonly<Record<string, unknown>> => ({
    ...rest,
    ...renumbered(content)
  })
  const [before, after] = [flat(question), flat(only.question)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !Equal.equals(before[field], after[field]))
    .sort()
}

/**
 * Writes what a format can say and names the rest, question by question, by reading back what was written: so nothing is
 * lost in silence. A question that does not come back as one question is left out.
 */
export const written = (
  questions: ReadonlyArray<Portable>,
  format: {
    readonly print: (question: Portable) => string | undefined
    readonly read: (text: string) => Import
    readonly join: (records: ReadonlyArray<string>) => string
  }
): Export => {
  const records = questions.map((question, place) => {
    const text = format.print(question)
    const what = text === undefined ? ["question"] : lost(question, format.read(format.join([text])))
    return { place, text, what }
  })
  const kept = records.flatMap(({ text, what }) =>
    text === undefined || what[0] === "question" ? [] : [text]
  )
  return {
    text: format.join(kept),
    leftOut: records.flatMap(({ place, what }) => (what.length > 0 ? [{ place, what }] : []))
  }
}

/** The groups of lines between blank ones, with the number of the first line of each, from 1. */
export const paragraphs = (
  text: string
): ReadonlyArray<{ readonly line: number; readonly lines: ReadonlyArray<string> }> => {
  const groups: Array<{ line: number; lines: Array<string> }> = []
  let open = false
  text
    .replace(/^\ufeff/u, "")
    .split(/\r?\n/u)
    .forEach((line, index) => {
      if (line.trim() === "") open = false
      else if (open) groups.at(-1)!.lines.push(line)
      else {
        groups.push({ line: index + 1, lines: [line] })
        open = true
      }
    })
  return groups
}
