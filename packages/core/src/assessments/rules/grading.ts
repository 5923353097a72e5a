/** From answers to grades: each item for itself, then the sum. Deterministic, whatever order the items are in. Source: ASM-15, ASM-16. */
import {
  compare,
  floor,
  over,
  type Rational,
  rational,
  roundHalfUp,
  sum,
  times,
  zero
} from "../../shared/rational.ts"
import type {
  Correction,
  CorrectionAct,
  ItemGrade,
  QuestionId,
  Responses,
  Snapshot,
  SnapshotItem
} from "../model/index.ts"
import { inForce, mend } from "./correction.ts"
import { answerOf } from "./responses.ts"
import { isEmpty, pointsOf } from "./scoring.ts"

export interface Grading {
  readonly grades: ReadonlyArray<ItemGrade>
  /** Items that wait for a person. */
  readonly open: ReadonlyArray<QuestionId>
}

/** What a correction alone decides of an item. */
const decreed = (
  { points, questionId }: SnapshotItem,
  act: CorrectionAct | undefined
): ItemGrade | undefined =>
  act?.kind === "dropped"
    ? { questionId, points: zero, maxPoints: 0, by: "correction" }
    : act?.kind === "full_points"
      ? { questionId, points: rational(points), maxPoints: points, by: "correction" }
      : undefined

/**
 * Grades what a machine may. Corrections come first; points that a person gave stay; then the machine, unless the mode is
 * `manual`, where a person grades every answer. An empty answer earns nothing in any mode.
 */
export const gradeItems = (
  snapshot: Snapshot,
  responses: Responses,
  given: { readonly corrections: ReadonlyArray<Correction>; readonly kept: ReadonlyArray<ItemGrade> }
): Grading => {
  const acts = inForce(given.corrections)
  const byPerson = new Map(
    given.kept.filter(({ by }) => by === "person").map((grade) => [grade.questionId, grade])
  )
  const graded = snapshot.items.map((item): ItemGrade | QuestionId => {
    const { points: maxPoints, questionId } = item
    const act = acts(item)
    const settled = decreed(item, act) ?? byPerson.get(questionId)
    if (settled !== undefined) return settled
    const answer = answerOf(responses, questionId)
    if (snapshot.gradingMode === "manual" && !isEmpty(answer)) return questionId
    const points = pointsOf(act?.kind === "mended" ? mend(item, act.key) : item, answer, maxPoints)
    return points === undefined ? questionId : { questionId, points, maxPoints, by: "machine" }
  })
  return {
    grades: graded.filter((one) => typeof one !== "string"),
    open: graded.filter((one) => typeof one === "string")
  }
}

export interface Total {
  readonly score: Rational
  readonly maxScore: Rational
  readonly passed: boolean
}

/** The exact percentage; of nothing, nothing. */
export const percentageOf = ({ maxScore, score }: Pick<Total, "score" | "maxScore">): Rational =>
  maxScore.numerator === 0n ? zero : over(times(score, rational(100)), maxScore)

/** The sum of the points, and whether it passes: compared exactly. Nobody passes what has no points. */
export const total = (grades: ReadonlyArray<ItemGrade>, passingScore: number): Total => {
  const score = sum(grades.map(({ points }) => points))
  const maxScore = sum(grades.map(({ maxPoints }) => rational(maxPoints)))
  const passed =
    maxScore.numerator > 0n && compare(percentageOf({ maxScore, score }), rational(passingScore)) >= 0
  return { score, maxScore, passed }
}

/**
 * A percentage as people are shown it, in hundredths of a percent: rounded half up, but never as passing when it is not.
 * 59.996 of 60 is shown as 59.99. Source: ASM-15.
 */
export const shownPercentage = (percentage: Rational, passingScore: number): number => {
  const hundredths = times(percentage, rational(100))
  const rounded = roundHalfUp(hundredths)
  const passes = compare(percentage, rational(passingScore)) >= 0
  return Number(!passes && rounded >= BigInt(passingScore) * 100n ? floor(hundredths) : rounded)
}
