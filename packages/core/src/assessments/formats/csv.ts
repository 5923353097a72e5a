/**
 * Questions as a table, one to a row, RFC 4180. It can say all of a question but the names of its choices. Lists in a cell
 * are separated by `|` (`\|` is itself, `\\` a backslash); places count from 1. Columns may come in any order and be left
 * out. A cell that a spreadsheet would run as a formula begins with an apostrophe, which is taken off again.
 */
import type { QuestionContent } from "../model/index.ts"
import {
  type Candidate,
  type Format,
  type Import,
  type Portable,
  refuse,
  sorted,
  taken,
  written
} from "./portable.ts"

const columns = [
  "type",
  "points",
  "body",
  "explanation",
  "category",
  "tags",
  "difficulty",
  "multiple",
  "choices",
  "targets",
  "correct",
  "weights",
  "scoring",
  "tolerance",
  "match_case"
] as const
type Column = (typeof columns)[number]
type Cells = Partial<Record<Column, string>>

const joined = (values: ReadonlyArray<string>): string =>
  values.map((value) => value.replace(/[\\|]/gu, "\\$&")).join("|")
const split = (cell = ""): ReadonlyArray<string> =>
  cell === ""
    ? []
    : (cell.match(/(?:\\.|[^\\|])*(?:\||$)/gsu) ?? [])
        .map((part) => part.replace(/\|$/u, "").replace(/\\(.)/gsu, "$1"))
        .slice(0, listLength(cell))
/** How many values a list cell has: one more than its separators. */
const listLength = (cell: string): number => cell.replace(/\\./gsu, "").split("|").length

const placeIn = (things: ReadonlyArray<{ readonly id: string }>, id: string): string =>
  String(things.findIndex((thing) => thing.id === id) + 1)
const fractionText = ({
  denominator,
  numerator
}: {
  readonly numerator: number
  readonly denominator: number
}): string => `${numerator}/${denominator}`
const texts = (things: ReadonlyArray<{ readonly text: string }>): string =>
  joined(things.map(({ text }) => text))

const answerCells = (content: QuestionContent): Cells => {
  switch (content.type) {
    case "open_text":
      return {}
    case "true_false":
      return { correct: String(content.correctAnswers.value) }
    case "mcq": {
      const { choices, correctAnswers, multiple, scoring } = content
      const weightOf = (id: string) => correctAnswers.weights?.find(({ choice }) => choice === id)?.weight
      const weights = choices
        .map(({ id }) => weightOf(id))
        .map((weight) => (weight ? fractionText(weight) : ""))
      return {
        multiple: String(multiple),
        choices: texts(choices),
        correct: joined(correctAnswers.choices.map((id) => placeIn(choices, id))),
        ...(correctAnswers.weights && { weights: joined(weights) }),
        ...(scoring && { scoring })
      }
    }
    case "matching": {
      const { correctAnswers, scoring, stems, targets } = content
      const targetOf = (id: string) => correctAnswers.pairs.find(({ stem }) => stem === id)?.target ?? ""
      const correct = joined(stems.map(({ id }) => placeIn(targets, targetOf(id))))
      return { choices: texts(stems), targets: texts(targets), correct, ...(scoring && { scoring }) }
    }
    case "ordering": {
      const { choices, correctAnswers, scoring } = content
      return {
        choices: texts(choices),
        correct: joined(correctAnswers.order.map((id) => placeIn(choices, id))),
        ...(scoring && { scoring })
      }
    }
    case "numeric": {
      const { tolerance, value } = content.correctAnswers
      return { correct: value, ...(tolerance && { tolerance: `${tolerance.kind} ${tolerance.by}` }) }
    }
    case "short_text": {
      const { answers, matchCase } = content.correctAnswers
      const weights = joined(answers.map(({ fraction }) => fractionText(fraction)))
      return { correct: texts(answers), weights, ...(matchCase && { match_case: "true" }) }
    }
  }
}

const cellsOf = ({ category, content, difficulty, tags }: Portable): Cells => ({
  type: content.type,
  points: String(content.points),
  body: content.body,
  ...(content.explanation !== undefined && { explanation: content.explanation }),
  ...(category !== undefined && { category }),
  ...(tags.length > 0 && { tags: joined(tags) }),
  ...(difficulty !== undefined && { difficulty: String(difficulty) }),
  ...answerCells(content)
})

const named = (values: ReadonlyArray<string>, letter: string) =>
  values.map((text, index) => ({ id: `${letter}${index + 1}`, text }))
const names = (cell: string | undefined, letter: string) => split(cell).map((place) => `${letter}${place}`)
const fraction = (text: string): unknown => {
  const parts = /^(-?\d{1,7})(?:\/(\d{1,7}))?$/u.exec(text.trim())
  return parts === null ? text : { numerator: Number(parts[1]), denominator: Number(parts[2] ?? 1) }
}
const truth = (cell: string | undefined): unknown =>
  cell === undefined ? undefined : /^true$/iu.test(cell) ? true : /^false$/iu.test(cell) ? false : cell

const answersOf = (cells: Cells): Readonly<Record<string, unknown>> => {
  const { choices, correct, match_case, multiple, scoring, targets, tolerance, type, weights } = cells
  switch (type) {
    case "true_false":
      return { correctAnswers: { value: truth(correct) } }
    case "mcq": {
      const heavy = split(weights).flatMap((text, index) =>
        text === "" ? [] : [{ choice: `c${index + 1}`, weight: fraction(text) }]
      )
      const correctAnswers = {
        choices: names(correct, "c"),
        ...(weights !== undefined && { weights: heavy })
      }
      return {
        multiple: truth(multiple) ?? false,
        choices: named(split(choices), "c"),
        scoring,
        correctAnswers
      }
    }
    case "matching": {
      const pairs = names(correct, "t").map((target, index) => ({ stem: `s${index + 1}`, target }))
      return {
        stems: named(split(choices), "s"),
        targets: named(split(targets), "t"),
        scoring,
        correctAnswers: { pairs }
      }
    }
    case "ordering":
      return { choices: named(split(choices), "c"), scoring, correctAnswers: { order: names(correct, "c") } }
    case "numeric": {
      const [kind, by] = tolerance?.split(" ") ?? []
      return {
        correctAnswers: { value: correct, ...(tolerance !== undefined && { tolerance: { kind, by } }) }
      }
    }
    case "short_text": {
      const parts = split(weights)
      const answers = split(correct).map((text, index) => ({ text, fraction: fraction(parts[index] ?? "1") }))
      return {
        correctAnswers: { answers, ...(match_case !== undefined && { matchCase: truth(match_case) }) }
      }
    }
    default:
      return {}
  }
}

const wholeNumber = (cell: string | undefined): unknown =>
  cell !== undefined && /^\d{1,9}$/u.test(cell) ? Number(cell) : cell

const candidate = (line: number, cells: Cells): Candidate => ({
  line,
  content: {
    type: cells.type,
    points: wholeNumber(cells.points ?? "1"),
    body: cells.body,
    explanation: cells.explanation,
    ...answersOf(cells)
  },
  category: cells.category,
  tags: split(cells.tags),
  difficulty: wholeNumber(cells.difficulty) as number | undefined
})

interface Row {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** The rows of a table with the line each begins at; with `brokenAt`, the line of the row whose quotes do not fit. */
const rowsOf = (text: string): { readonly rows: ReadonlyArray<Row>; readonly brokenAt?: number } => {
  const rows: Array<{ line: number; cells: Array<string> }> = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/guy
  let [line, fresh] = [1, true]
  while (cell.lastIndex < text.length || !fresh) {
    const found = cell.exec(text)
    if (found === null)
      return fresh ? { rows, brokenAt: line } : { rows: rows.slice(0, -1), brokenAt: rows.at(-1)!.line }
    const [whole, quoted, plain = "", end] = found
    if (fresh) rows.push({ line, cells: [] })
    rows.at(-1)!.cells.push(quoted?.replaceAll('""', '"') ?? plain)
    fresh = end !== ","
    line += whole.split("\n").length - 1
    if (end === "") break
  }
  return { rows }
}

const disarmed = (cell: string): string => (/^[=+\-@\t\r']/u.test(cell) ? `'${cell}` : cell)
const armed = (cell: string): string => (/^'[=+\-@\t\r']/u.test(cell) ? cell.slice(1) : cell)
const quoted = (cell: string): string => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const read = (text: string): Import => {
  const { brokenAt, rows } = rowsOf(text.replace(/^\ufeff/u, ""))
  const [head, ...body] = rows
  const header = head?.cells.map((name) => name.trim().toLowerCase()) ?? []
  const unknown = header.filter(
    (name, index) => !columns.includes(name as Column) || header.indexOf(name) < index
  )
  if (head === undefined || !header.includes("type") || unknown.length > 0) {
    return sorted([
      refuse(
        1,
        unknown.length > 0
          ? `has columns that are unknown or there twice: ${unknown.join(", ")}`
          : "has no column type"
      )
    ])
  }
  const records = body
    .filter(({ cells }) => cells.some((cell) => cell !== ""))
    .map(({ cells, line }) => {
      if (cells.length > header.length) return refuse(line, "has more cells than there are columns")
      const pairs = header
        .map((name, index) => [name, armed(cells[index] ?? "")] as const)
        .filter(([, cell]) => cell !== "")
      return taken(candidate(line, Object.fromEntries(pairs) as Cells))
    })
  return sorted(
    brokenAt === undefined ? records : [...records, refuse(brokenAt, "has quotes that do not fit")]
  )
}

const print = (question: Portable): string => {
  const cells = cellsOf(question)
  return columns.map((column) => quoted(disarmed(cells[column] ?? ""))).join(",")
}
const join = (records: ReadonlyArray<string>): string =>
  [columns.join(","), ...records].map((row) => `${row}\r\n`).join("")

export const csv: Format = { read, write: (questions) => written(questions, { print, read, join }) }
