/** One grade out of several attempts. Source: ASM-20. */
import { compare, over, type Rational, rational, sum } from "../../shared/rational.ts"
import type { Assessment, Graded } from "../model/index.ts"
import { percentageOf } from "./grading.ts"

export interface FinalGrade {
  /** Exact percent. */
  readonly percentage: Rational
  readonly passed: boolean
}

type Counted = Pick<Graded, "attemptNo" | "score" | "maxScore" | "passed">

const gradeOf = (attempt: Counted): FinalGrade => ({
  percentage: percentageOf(attempt),
  passed: attempt.passed
})

/** The better of two: the higher; of equal ones the passed, since terms may change between attempts; then the earlier. */
const better = (left: Counted, right: Counted): Counted => {
  const byPercentage = compare(percentageOf(right), percentageOf(left))
  return byPercentage > 0 || (byPercentage === 0 && right.passed && !left.passed) ? right : left
}

/**
 * A learner's grade by the assessment's policy, over graded attempts only: one that waits for its grade is not a 0.
 * Undefined when none is graded. The average is exact and passes by the assessment's passing score.
 */
export const finalGrade = (
  attempts: ReadonlyArray<Counted>,
  { gradePolicy, passingScore }: Pick<Assessment, "gradePolicy" | "passingScore">
): FinalGrade | undefined => {
  const inOrder = [...attempts].sort((left, right) => left.attemptNo - right.attemptNo)
  const [first, last] = [inOrder[0], inOrder.at(-1)]
  if (first === undefined || last === undefined) return undefined
  switch (gradePolicy) {
    case "first":
      return gradeOf(first)
    case "latest":
      return gradeOf(last)
    case "highest":
      return gradeOf(inOrder.reduce(better))
    case "average": {
      const percentage = over(sum(inOrder.map(percentageOf)), rational(inOrder.length))
      return { percentage, passed: compare(percentage, rational(passingScore)) >= 0 }
    }
  }
}
