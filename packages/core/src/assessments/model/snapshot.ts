/**
 * What an attempt asks, frozen at its start (ASM-7). Choices bear the number of the place they are shown at, so that the
 * names an author gave them (which may tell what is right) reach no learner; `source` keeps the way back to the bank.
 */
import { Schema } from "effect"
import { line, prose } from "../../shared/text.ts"
import { AssessmentType, GradingMode, Scope } from "./assessment.ts"
import { AssessmentId, QuestionId } from "./ids.ts"
import { ChoiceId, Keys, Points, scorings } from "./question.ts"

const ShownChoice = Schema.Struct({ id: ChoiceId, source: ChoiceId, text: prose(2000) }).annotate({
  identifier: "ShownChoice"
})
export type ShownChoice = typeof ShownChoice.Type
const shown = Schema.Array(ShownChoice)

const frozen = {
  questionId: QuestionId,
  questionVersion: Schema.Int,
  isRequired: Schema.Boolean,
  body: prose(20_000),
  explanation: Schema.optionalKey(prose(20_000)),
  /** The item's own where it overrides the question's. */
  points: Points
}

/** A question as it is asked; ids in keys are those shown. */
export const SnapshotItem = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("mcq"),
    ...frozen,
    choices: shown,
    multiple: Schema.Boolean,
    correctAnswers: Keys.mcq,
    scoring: Schema.Literals(scorings.mcq)
  }),
  Schema.Struct({ type: Schema.Literal("true_false"), ...frozen, correctAnswers: Keys.true_false }),
  Schema.Struct({ type: Schema.Literal("open_text"), ...frozen }),
  Schema.Struct({
    type: Schema.Literal("matching"),
    ...frozen,
    stems: shown,
    targets: shown,
    correctAnswers: Keys.matching,
    scoring: Schema.Literals(scorings.matching)
  }),
  Schema.Struct({
    type: Schema.Literal("ordering"),
    ...frozen,
    choices: shown,
    correctAnswers: Keys.ordering,
    scoring: Schema.Literals(scorings.ordering)
  }),
  Schema.Struct({ type: Schema.Literal("numeric"), ...frozen, correctAnswers: Keys.numeric }),
  Schema.Struct({ type: Schema.Literal("short_text"), ...frozen, correctAnswers: Keys.short_text })
])
  .pipe(Schema.toTaggedUnion("type"))
  .annotate({ identifier: "SnapshotItem" })
export type SnapshotItem = typeof SnapshotItem.Type
export type SnapshotItemOf<T extends SnapshotItem["type"]> = Extract<SnapshotItem, { readonly type: T }>

export const Snapshot = Schema.Struct({
  /** The version of this very shape. */
  format: Schema.Literal(1),
  assessmentId: AssessmentId,
  assessmentVersion: Schema.Int,
  scope: Scope,
  type: AssessmentType,
  title: line(200),
  passingScore: Schema.Int,
  gradingMode: GradingMode,
  /** In the order they are shown. */
  items: Schema.Array(SnapshotItem)
}).annotate({ identifier: "Snapshot" })
export type Snapshot = typeof Snapshot.Type
