/** The question bank: what is asked, what is right, and how right is counted. Source: ASM-14, ASM-22. */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { line, prose } from "../../shared/text.ts"
import { QuestionId } from "./ids.ts"

/** The name of a choice, stem, target or element within its question; learners never see it (ASM-9). */
export const ChoiceId = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_-]{1,40}$/u, { description: "letters, digits, _ and -, at most 40" })
)

/** An exact part of the points that an author gives: a third is 1/3, a penalty is below zero. */
export const Fraction = Schema.Struct({
  numerator: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000, maximum: 1_000_000 })),
  denominator: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
}).annotate({ identifier: "Fraction" })
export type Fraction = typeof Fraction.Type

/** A decimal number as it is written, with a point: `6.3`, `-1e-3`. Kept as text, since no double holds 6.3. */
export const Decimal = Schema.String.check(
  Schema.isPattern(/^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?$/u, {
    description: "a decimal number"
  })
).annotate({ identifier: "Decimal" })

export const Points = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))

const Choice = Schema.Struct({ id: ChoiceId, text: prose(2000) }).annotate({ identifier: "Choice" })
export type Choice = typeof Choice.Type
const choices = Schema.Array(Choice).check(Schema.isMaxLength(100))

const asked = {
  /** Markdown. */
  body: prose(20_000).check(Schema.isNonEmpty()),
  /** Markdown; shown after the end, if the assessment says so. */
  explanation: Schema.optionalKey(prose(20_000)),
  points: Points
}

/** What is right, type by type; what a correction may mend (ASM-18). */
export const Keys = {
  mcq: Schema.Struct({
    /** The right choices; with `weighted`, those that weigh above zero. */
    choices: Schema.Array(ChoiceId).check(Schema.isMaxLength(100)),
    /** For `weighted` alone: what each choice adds; one that is not named adds nothing. */
    weights: Schema.optionalKey(
      Schema.Array(Schema.Struct({ choice: ChoiceId, weight: Fraction })).check(Schema.isMaxLength(100))
    )
  }),
  true_false: Schema.Struct({ value: Schema.Boolean }),
  matching: Schema.Struct({
    pairs: Schema.Array(Schema.Struct({ stem: ChoiceId, target: ChoiceId })).check(Schema.isMaxLength(100))
  }),
  ordering: Schema.Struct({ order: Schema.Array(ChoiceId).check(Schema.isMaxLength(100)) }),
  numeric: Schema.Struct({
    value: Decimal,
    /** How far off still counts, bounds included: `by` itself, or `by` times the value. Absent: the very number. */
    tolerance: Schema.optionalKey(
      Schema.Struct({ kind: Schema.Literals(["absolute", "relative"]), by: Decimal })
    )
  }),
  short_text: Schema.Struct({
    /** `*` stands for any text, `\*` for itself; the best fraction of those that match counts. */
    answers: Schema.Array(Schema.Struct({ text: line(500), fraction: Fraction })).check(
      Schema.isBetweenLength(1, 50)
    ),
    matchCase: Schema.optionalKey(Schema.Boolean)
  })
}

/** How points are counted; each type's first is what holds when none is named. */
export const scorings = {
  mcq: ["all_or_nothing", "net_correct", "each_choice", "weighted"],
  matching: ["right_pairs", "all_or_nothing"],
  ordering: ["all_or_nothing", "absolute", "longest_run", "adjacent"]
} as const

const Mcq = Schema.Struct({
  type: Schema.Literal("mcq"),
  ...asked,
  choices,
  /** Whether several may be picked. */
  multiple: Schema.Boolean,
  correctAnswers: Keys.mcq,
  scoring: Schema.optionalKey(Schema.Literals(scorings.mcq))
})
const TrueFalse = Schema.Struct({
  type: Schema.Literal("true_false"),
  ...asked,
  correctAnswers: Keys.true_false
})
const Matching = Schema.Struct({
  type: Schema.Literal("matching"),
  ...asked,
  stems: choices,
  targets: choices,
  correctAnswers: Keys.matching,
  scoring: Schema.optionalKey(Schema.Literals(scorings.matching))
})
const Ordering = Schema.Struct({
  type: Schema.Literal("ordering"),
  ...asked,
  choices,
  correctAnswers: Keys.ordering,
  scoring: Schema.optionalKey(Schema.Literals(scorings.ordering))
})
const Numeric = Schema.Struct({ type: Schema.Literal("numeric"), ...asked, correctAnswers: Keys.numeric })
const ShortText = Schema.Struct({
  type: Schema.Literal("short_text"),
  ...asked,
  correctAnswers: Keys.short_text
})
const OpenText = Schema.Struct({ type: Schema.Literal("open_text"), ...asked })

export const questionTypes = [
  "mcq",
  "true_false",
  "open_text",
  "matching",
  "ordering",
  "numeric",
  "short_text"
] as const
export type QuestionType = (typeof questionTypes)[number]

/** What a version of a question says. */
export const QuestionContent = Schema.Union([
  Mcq,
  TrueFalse,
  OpenText,
  Matching,
  Ordering,
  Numeric,
  ShortText
])
  .pipe(Schema.toTaggedUnion("type"))
  .annotate({ identifier: "QuestionContent" })
export type QuestionContent = typeof QuestionContent.Type

/** A question in the bank. Old versions of its content stay readable (ASM-22). */
export const Question = Schema.Struct({
  id: QuestionId,
  content: QuestionContent,
  category: Schema.optionalKey(line(100)),
  tags: Schema.Array(line(50)).check(Schema.isMaxLength(20)),
  /** 1 is easy, 5 is hard. */
  difficulty: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
  estimatedTimeSec: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 }))),
  isReusable: Schema.Boolean,
  /** The number of items that use it. */
  usageCount: Schema.Natural,
  /** 1, then one more for each edit of its content while it is used. */
  questionVersion: Schema.Int.check(Schema.isGreaterThan(0)),
  /** 1, then one more for each edit: what an editor read (KER-23). */
  version: Schema.Int,
  /** Absent: a service made it, as imports from the command line do. */
  createdBy: Schema.optionalKey(UserId),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Question" })
export type Question = typeof Question.Type
