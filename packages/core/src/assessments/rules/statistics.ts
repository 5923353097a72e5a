/**
 * How questions and whole assessments measure. Formulas after L. Crocker and J. Algina, Introduction to Classical and
 * Modern Test Theory (1986), chapters 7 and 14, with population variances: s² = Σ(x − mean)² / n.
 *
 * - facility p = mean of points / maximum
 * - discrimination, the point-biserial correlation of an item with the total score:
 *   r = cov(item, total) / (s_item × s_total), which for items right or wrong is (M₁ − M) / s × √(p / (1 − p)), with M₁
 *   the mean total of those who were right and M that of all
 * - Cronbach's alpha = k / (k − 1) × (1 − Σ s²_item / s²_total) over k items
 * - standard error of measurement = s_total × √(1 − alpha), in points
 *
 * Sums are exact, so that no order of attempts changes a figure; only the last step is a double. Source: ASM-25.
 */
import { minus, one, over, type Rational, rational, sum, times, toNumber } from "../../shared/rational.ts"
import type { Graded, QuestionId } from "../model/index.ts"
import { answerOf } from "./responses.ts"

export interface QuestionStatistics {
  readonly questionId: QuestionId
  /** Graded attempts that were asked it and counted it. */
  readonly count: number
  /** 0 to 1; the higher, the easier. */
  readonly facility?: number
  /** −1 to 1; absent when everyone earned the same, or everyone's total is the same. */
  readonly discrimination?: number
  /** How often each choice was picked, by the author's name of it. */
  readonly picked: ReadonlyMap<string, number>
}

export interface AssessmentStatistics {
  readonly count: number
  /** Over the items that every attempt was asked; absent for fewer than two items or totals that are all the same. */
  readonly alpha?: number
  /** In points. */
  readonly standardError?: number
  readonly questions: ReadonlyArray<QuestionStatistics>
}

const mean = (values: ReadonlyArray<Rational>): Rational => over(sum(values), rational(values.length))

/** n² times the covariance of two equally long lists: whole sums, no division. */
const scaledCovariance = (xs: ReadonlyArray<Rational>, ys: ReadonlyArray<Rational>): Rational =>
  minus(times(rational(xs.length), sum(xs.map((x, index) => times(x, ys[index]!)))), times(sum(xs), sum(ys)))

const isPositive = ({ numerator }: Rational): boolean => numerator > 0n

/** Pearson's correlation; undefined when one side does not vary. */
export const correlation = (xs: ReadonlyArray<Rational>, ys: ReadonlyArray<Rational>): number | undefined => {
  const [both, left, right] = [scaledCovariance(xs, ys), scaledCovariance(xs, xs), scaledCovariance(ys, ys)]
  if (!isPositive(left) || !isPositive(right)) return undefined
  const magnitude = Math.sqrt(toNumber(over(times(both, both), times(left, right))))
  return isPositive(both) ? magnitude : magnitude === 0 ? 0 : -magnitude
}

/** One attempt as statistics see it: the points of each item that counted. */
interface Row {
  readonly attempt: Graded
  readonly points: ReadonlyMap<QuestionId, { readonly points: Rational; readonly maxPoints: number }>
}

const rowOf = (attempt: Graded): Row => ({
  attempt,
  points: new Map(
    attempt.grades.filter(({ maxPoints }) => maxPoints > 0).map((grade) => [grade.questionId, grade])
  )
})

const pickedIn = ({ contentSnapshot, responses }: Graded, questionId: QuestionId): ReadonlyArray<string> => {
  const item = contentSnapshot.items.find((one) => one.questionId === questionId)
  const answer = answerOf(responses, questionId)
  if (item?.type !== "mcq" || answer === undefined || !("choices" in answer)) return []
  return item.choices.filter(({ id }) => answer.choices.includes(id)).map(({ source }) => source)
}

const questionStatistics = (questionId: QuestionId, rows: ReadonlyArray<Row>): QuestionStatistics => {
  const asked = rows.filter(({ points }) => points.has(questionId))
  const fractions = asked.map(({ points }) => {
    const { maxPoints, points: earned } = points.get(questionId)!
    return over(earned, rational(maxPoints))
  })
  const discrimination = correlation(
    fractions,
    asked.map(({ attempt }) => attempt.score)
  )
  const picked = new Map<string, number>()
  for (const { attempt } of asked) {
    for (const choice of pickedIn(attempt, questionId)) picked.set(choice, (picked.get(choice) ?? 0) + 1)
  }
  return {
    questionId,
    count: asked.length,
    ...(asked.length > 0 && { facility: toNumber(mean(fractions)) }),
    ...(discrimination !== undefined && { discrimination }),
    picked
  }
}

const reliability = (rows: ReadonlyArray<Row>): Pick<AssessmentStatistics, "alpha" | "standardError"> => {
  const common = [...(rows[0]?.points.keys() ?? [])].filter((id) =>
    rows.every(({ points }) => points.has(id))
  )
  const columns = common.map((id) => rows.map(({ points }) => points.get(id)!.points))
  const totals = rows.map((_, index) => sum(columns.map((column) => column[index]!)))
  const ofTotal = scaledCovariance(totals, totals)
  if (common.length < 2 || !isPositive(ofTotal)) return {}
  const ofItems = sum(columns.map((column) => scaledCovariance(column, column)))
  const alpha = times(rational(common.length, common.length - 1), minus(one, over(ofItems, ofTotal)))
  const variance = over(ofTotal, rational(rows.length ** 2))
  return { alpha: toNumber(alpha), standardError: Math.sqrt(toNumber(times(variance, minus(one, alpha)))) }
}

/** The figures of one assessment over its graded attempts, questions by id. Dropped items do not count. */
export const statisticsOf = (attempts: ReadonlyArray<Graded>): AssessmentStatistics => {
  const rows = attempts.map(rowOf)
  const questionIds = [...new Set(rows.flatMap(({ points }) => [...points.keys()]))].sort()
  return {
    count: rows.length,
    ...reliability(rows),
    questions: questionIds.map((questionId) => questionStatistics(questionId, rows))
  }
}
