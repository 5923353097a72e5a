/** Aiken: one right choice of several, as teachers type it. Source: ASM-24. */
import {
  type Format,
  type Import,
  paragraphs,
  type Portable,
  refuse,
  sorted,
  taken,
  written
} from "./portable.ts"

const choiceLine = /^([A-Z])[.)]\s+(.*)$/u
const answerLine = /^ANSWER:\s*([A-Z])\s*$/u
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/** Blanks around a line mean nothing: ` A. one` is a choice, and not the end of the question above it. */
const readOne = (given: { readonly line: number; readonly lines: ReadonlyArray<string> }) => {
  const { line } = given
  const lines = given.lines.map((one) => one.trim())
  const first = lines.findIndex((one) => choiceLine.test(one))
  const answer = answerLine.exec(lines.at(-1)!)
  if (answer === null) return refuse(line + lines.length - 1, "must end with ANSWER: and one letter")
  if (first < 1) return refuse(line, "must be a question followed by its choices")
  const choices = lines.slice(first, -1).map((one) => choiceLine.exec(one))
  const wrong = choices.findIndex((choice, index) => choice === null || choice[1] !== letters[index])
  if (wrong !== -1) return refuse(line + first + wrong, "must be the next choice: A, B, C in turn")
  return taken({
    line,
    content: {
      type: "mcq",
      points: 1,
      body: lines.slice(0, first).join("\n").trim(),
      multiple: false,
      choices: choices.map((choice, index) => ({ id: `c${index + 1}`, text: choice![2]!.trim() })),
      correctAnswers: { choices: [`c${letters.indexOf(answer[1]!) + 1}`] }
    }
  })
}

const read = (text: string): Import => sorted(paragraphs(text).map(readOne))

const print = ({ content }: Portable): string | undefined => {
  if (content.type !== "mcq" || content.multiple || content.choices.length > letters.length) return undefined
  const right = content.choices.findIndex(({ id }) => content.correctAnswers.choices.includes(id))
  const choices = content.choices.map(({ text }, index) => `${letters[index]}. ${text}`)
  return [content.body, ...choices, `ANSWER: ${letters[right]}`].join("\n")
}
const join = (records: ReadonlyArray<string>): string => records.map((record) => `${record}\n`).join("\n")

export const aiken: Format = { read, write: (questions) => written(questions, { print, read, join }) }
