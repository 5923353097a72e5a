/** Statistics as authors are told them, beside what they expected. Source: ASM-25. */
import type {
  AssessmentFigures,
  AssessmentId,
  Graded,
  Question,
  QuestionFigures,
  QuestionId
} from "../model/index.ts"
import { type QuestionStatistics, statisticsOf } from "./statistics.ts"

/** The middle one; of an even number the mean of the two in the middle. */
export const median = (values: ReadonlyArray<number>): number | undefined => {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  return high === undefined || sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

const questionFigures = (
  { picked, ...figures }: QuestionStatistics,
  estimatedTimeSec: number | undefined
): QuestionFigures => ({
  ...figures,
  picked: Array.from(picked, ([choice, count]) => ({ choice, count })).toSorted((left, right) =>
    left.choice < right.choice ? -1 : 1
  ),
  ...(estimatedTimeSec !== undefined && { estimatedTimeSec })
})

/** The figures over these graded attempts; `questions` are those that the assessment asks today. */
export const figuresOf = (
  assessmentId: AssessmentId,
  attempts: ReadonlyArray<Graded>,
  around: { readonly questions: ReadonlyArray<Question>; readonly more: boolean }
): AssessmentFigures => {
  const { questions, ...figures } = statisticsOf(attempts)
  const estimates = new Map<QuestionId, number | undefined>(
    around.questions.map(({ estimatedTimeSec, id }) => [id, estimatedTimeSec])
  )
  const known = [...estimates.values()].filter((seconds) => seconds !== undefined)
  const medianTimeSpentSec = median(attempts.map(({ timeSpentSec }) => timeSpentSec))
  return {
    assessmentId,
    ...figures,
    more: around.more,
    ...(medianTimeSpentSec !== undefined && { medianTimeSpentSec }),
    ...(known.length > 0 &&
      known.length === estimates.size && {
        estimatedTimeSec: known.reduce((total, seconds) => total + seconds, 0)
      }),
    questions: questions.map((one) => questionFigures(one, estimates.get(one.questionId)))
  }
}
