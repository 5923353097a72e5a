/** The questions of a quiz lesson, with their answers. Plain data: nothing grades it yet. */
import { Schema } from "effect"
import { line, prose } from "../../shared/text.ts"

const asked = {
  /** Markdown. */
  body: prose(20_000).check(Schema.isNonEmpty()),
  explanation: Schema.optionalKey(prose(20_000)),
  points: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))
}

const Mcq = Schema.Struct({
  kind: Schema.Literal("mcq"),
  ...asked,
  choices: Schema.Array(line(1000)).check(Schema.isBetweenLength(2, 50)),
  /** Places of the right choices, counted from 0. */
  answer: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 49 }))).check(
    Schema.isNonEmpty()
  )
}).check(
  Schema.makeFilter(({ answer, choices }) => {
    const at = answer.findIndex((place, index) => place >= choices.length || answer.indexOf(place) < index)
    return at === -1
      ? undefined
      : { path: ["answer", at], issue: "must name each right choice once, by its place from 0" }
  })
)
const TrueFalse = Schema.Struct({ kind: Schema.Literal("true_false"), ...asked, answer: Schema.Boolean })
const ShortText = Schema.Struct({
  kind: Schema.Literal("short_text"),
  ...asked,
  /** Every text that counts as right. */
  answer: Schema.Array(line(500)).check(Schema.isBetweenLength(1, 50))
})
const Numeric = Schema.Struct({ kind: Schema.Literal("numeric"), ...asked, answer: Schema.Finite })

export const Question = Schema.Union([Mcq, TrueFalse, ShortText, Numeric]).annotate({
  identifier: "QuizQuestion"
})
export type Question = typeof Question.Type

export const QuizConfig = Schema.Struct({
  /** Percent of the points. */
  passingScore: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  questions: Schema.Array(Question).check(Schema.isMaxLength(500))
}).annotate({ identifier: "QuizConfig" })
export type QuizConfig = typeof QuizConfig.Type
