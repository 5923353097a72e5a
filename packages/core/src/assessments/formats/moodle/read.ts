/**
 * Moodle XML. Bodies are written as Markdown, which Moodle knows, and read from HTML as well. Settings of its player (tries,
 * penalties, shuffles, numbering) are no part of a question and not named; what a teacher wrote and a question cannot say is.
 */
import { compare, rational, roundHalfUp } from "../../../shared/rational.ts"
import type { Fraction } from "../../model/index.ts"
import { parseDecimal } from "../../rules/decimal.ts"
import { said, tokensOf } from "../markup/html.ts"
import { allIn, type Element, elementsIn, firstIn, parse, textIn } from "../markup/xml.ts"
import { fractionOf } from "../percent.ts"
import { type Import, type Imported, type Refused, refuse, sorted, taken, titleOf } from "../portable.ts"
import {
  type Category,
  categoryNamed,
  choiceContent,
  matchingContent,
  unnamed,
  type Weighed
} from "../shapes.ts"
import { gradings } from "./write.ts"

/** What is being read, and what of it was left out so far. */
interface Reading {
  readonly question: Element
  readonly leftOut: Set<string>
}
/** Why a question cannot be taken. */
class Reason {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}
type Answers = Readonly<Record<string, unknown>> | Reason

const valueOf = (element: Element | undefined, name: string): string => {
  const found = element && firstIn(element, name)
  return found === undefined ? "" : textIn(found).trim()
}
/** A text of Moodle with its format; one of no format is HTML where it looks like it. */
const proseIn = (element: Element | undefined, as: "markdown" | "plain", leftOut: Set<string>): string => {
  if (element === undefined) return ""
  if (allIn(element, "file").length > 0) leftOut.add("files")
  const text = valueOf(element, "text")
  const format = element.attributes["format"] ?? "moodle_auto_format"
  const marked = /<[a-z/!]|&#?\w+;/iu.test(text)
  if (format === "markdown" || format === "plain_text" || (format !== "html" && !marked)) return text
  const html = format === "html" ? text : text.replaceAll("\n", "<br>")
  const { leftOut: unsaid, text: shown } = said(tokensOf(html), as)
  for (const what of unsaid) leftOut.add(what)
  return shown
}

const pointsOf = ({ leftOut, question }: Reading): unknown => {
  const given = firstIn(question, "defaultgrade")
  const text = given === undefined ? "1" : textIn(given)
  const grade = parseDecimal(text)
  if (grade === undefined) return text
  const rounded = roundHalfUp(grade)
  if (compare(rational(rounded), grade) === 0) return Number(rounded)
  leftOut.add("points")
  return Math.max(1, Number(rounded))
}

/** The answers with the part of the points that each is worth; undefined when one is worth what is no number. */
const answersOf = (
  { leftOut, question }: Reading,
  as: "plain" | "verbatim"
): ReadonlyArray<Weighed & { readonly element: Element }> | undefined => {
  const answers = allIn(question, "answer").map((element) => {
    const percent = element.attributes["fraction"] ?? "0"
    const fraction = parseDecimal(percent) === undefined ? undefined : fractionOf(percent)
    const text = as === "verbatim" ? valueOf(element, "text") : proseIn(element, "plain", leftOut)
    return { element, text, fraction }
  })
  return answers.every(
    (answer): answer is typeof answer & { fraction: Fraction } => answer.fraction !== undefined
  )
    ? answers
    : undefined
}
const noFraction = new Reason("has an answer whose part of the points is no number")
const isWhole = ({ fraction }: Weighed): boolean => fraction.numerator === fraction.denominator

const choiceIn = (reading: Reading): Answers => {
  const answers = answersOf(reading, "plain")
  const multiple = /^(?:false|0)$/iu.test(valueOf(reading.question, "single"))
  return answers === undefined ? noFraction : choiceContent(answers, multiple)
}

const truthIn = (reading: Reading): Answers => {
  const right = answersOf(reading, "verbatim")?.filter(isWhole) ?? []
  const value = right[0]?.text.toLowerCase()
  return right.length === 1 && (value === "true" || value === "false")
    ? { type: "true_false", correctAnswers: { value: value === "true" } }
    : new Reason("must have either true or false worth all")
}

const shortTextIn = (reading: Reading): Answers => {
  const answers = answersOf(reading, "verbatim")
  if (answers === undefined) return noFraction
  const matchCase = valueOf(reading.question, "usecase") === "1"
  return {
    type: "short_text",
    correctAnswers: {
      answers: answers.map(({ fraction, text }) => ({ text, fraction })),
      ...(matchCase && { matchCase })
    }
  }
}

const pairsIn = ({ leftOut, question }: Reading): Answers =>
  matchingContent(
    allIn(question, "subquestion").map((element) => ({
      stem: proseIn(element, "plain", leftOut),
      target: valueOf(firstIn(element, "answer"), "text")
    }))
  )

/** One number is asked for; wrong ones that only carry feedback go without it, two right ones are another kind of question. */
const numberIn = (reading: Reading): Answers => {
  const answers = answersOf(reading, "verbatim")
  if (answers === undefined) return noFraction
  const worthy = answers.filter(({ fraction }) => fraction.numerator !== 0)
  const [right] = worthy
  if (right === undefined || worthy.length > 1 || !isWhole(right))
    return new Reason("must have one number that is worth all, and none that is worth a part")
  if (answers.length > 1) reading.leftOut.add("answers worth nothing")
  if (allIn(reading.question, "units").some((units) => textIn(units).trim() !== ""))
    reading.leftOut.add("units")
  const by = valueOf(right.element, "tolerance")
  return {
    type: "numeric",
    correctAnswers: {
      value: right.text.replace(",", "."),
      ...(by !== "" && by !== "0" && { tolerance: { kind: "absolute", by: by.replace(",", ".") } })
    }
  }
}

const orderIn = ({ leftOut, question }: Reading): Answers => {
  const given = valueOf(question, "gradingtype")
  const known = Object.entries(gradings).find(([, name]) => name === given)
  if (known === undefined) leftOut.add("scoring")
  const choices = allIn(question, "answer").map((element, index) => ({
    id: `c${index + 1}`,
    text: proseIn(element, "plain", leftOut)
  }))
  return {
    type: "ordering",
    choices,
    scoring: known?.[0] ?? "absolute",
    correctAnswers: { order: choices.map(({ id }) => id) }
  }
}

const readers: Readonly<Record<string, (reading: Reading) => Answers>> = {
  multichoice: choiceIn,
  truefalse: truthIn,
  shortanswer: shortTextIn,
  matching: pairsIn,
  numerical: numberIn,
  ordering: orderIn,
  essay: () => ({ type: "open_text" })
}

/** What a teacher wrote, and no question of ours has a place for. */
const unsaid: Readonly<Record<string, string>> = {
  correctfeedback: "feedback",
  partiallycorrectfeedback: "feedback",
  incorrectfeedback: "feedback",
  feedback: "feedback",
  hint: "hints",
  graderinfo: "notes for graders",
  responsetemplate: "template of the response",
  idnumber: "id number",
  image: "images"
}
const nameUnsaid = (element: Element, leftOut: Set<string>): void => {
  for (const child of elementsIn(element)) {
    const what = unsaid[child.name]
    if (what !== undefined && textIn(child).trim() !== "") leftOut.add(what)
    if (child.name === "answer" || child.name === "subquestion") nameUnsaid(child, leftOut)
  }
}

const tagsIn = (question: Element): ReadonlyArray<string> => [
  ...new Set(
    allIn(question, "tags")
      .flatMap((tags) => allIn(tags, "tag"))
      .map((one) => textIn(one).trim().replace(/\s+/gu, " "))
      .filter((one) => one !== "")
  )
]

const readOne = (question: Element, category: Category): Imported | Refused => {
  const type = question.attributes["type"] ?? ""
  const answersIn = Object.hasOwn(readers, type) ? readers[type]! : undefined
  if (answersIn === undefined)
    return refuse(question.line, `is of a type that is not taken: ${type}`, ["type"])
  const leftOut = new Set<string>()
  const body = proseIn(firstIn(question, "questiontext"), "markdown", leftOut)
  const explanation = proseIn(firstIn(question, "generalfeedback"), "markdown", leftOut)
  const answers = answersIn({ question, leftOut })
  if (answers instanceof Reason) return refuse(question.line, answers.message, ["correctAnswers"])
  if (titleOf(body) !== valueOf(firstIn(question, "name"), "text")) leftOut.add("title")
  if (category.isCut) leftOut.add("category")
  nameUnsaid(question, leftOut)
  return taken({
    line: question.line,
    content: {
      ...answers,
      points: pointsOf({ question, leftOut }),
      body,
      ...(explanation !== "" && { explanation })
    },
    category: category.name,
    tags: tagsIn(question),
    leftOut: [...leftOut].sort()
  })
}

export const read = (text: string): Import => {
  const { broken, root } = parse(text.replace(/^\ufeff/u, ""))
  if (root !== undefined && root.name !== "quiz")
    return sorted([refuse(root.line, `is not a quiz of Moodle but: ${root.name}`)])
  let category = unnamed
  const records = (root === undefined ? [] : allIn(root, "question")).flatMap((question) => {
    if (question.attributes["type"] !== "category") return [readOne(question, category)]
    category = categoryNamed(valueOf(firstIn(question, "category"), "text"))
    return []
  })
  return sorted(broken === undefined ? records : [...records, refuse(broken.line, broken.message)])
}
