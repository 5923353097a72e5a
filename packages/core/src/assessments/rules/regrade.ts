/** A regrade as people decide on it: old beside new, and what the learner's final grade comes to. Source: ASM-18, ASM-20. */
import { Equal, Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import type {
  Assessment,
  Attempt,
  Correction,
  Graded,
  RegradeOutcome,
  RegradePolicy
} from "../model/index.ts"
import { finalGrade } from "./policy.ts"
import { gradedAnew, regrade } from "./review.ts"

type Policy = Pick<Assessment, "gradePolicy" | "passingScore">

export const named = ({ assessmentId, attemptNo, id, userId }: Attempt) => ({
  attemptId: id,
  assessmentId,
  userId,
  attemptNo
})
const resultOf = ({ maxScore, passed, score }: Graded) => ({ score, maxScore, passed })

/** What the learner's graded attempts come to once this one of them is as it is now. */
export const finalGradeWith = (attempt: Graded, graded: ReadonlyArray<Graded>, policy: Policy) =>
  finalGrade([...graded.filter(({ id }) => id !== attempt.id), attempt], policy)

export interface Regrading {
  readonly outcome: RegradeOutcome
  /** What is to be stored; absent where nothing changes. */
  readonly decision?: Decision<Graded>
}

/** One attempt of a batch. `graded` are the learner's graded attempts as they are stored. */
export const regradeOne = (
  attempt: Attempt,
  how: { readonly policy: RegradePolicy; readonly reason: string },
  around: {
    readonly corrections: ReadonlyArray<Correction>
    readonly graded: ReadonlyArray<Graded>
    readonly assessment: Policy
  }
): Regrading => {
  if (attempt.status !== "graded") return { outcome: { ...named(attempt), outcome: "not_graded" } }
  const decision = Result.getOrThrow(regrade(attempt, how, around))
  const final = (state: Graded) => finalGradeWith(state, around.graded, around.assessment)
  const [finalBefore, finalAfter] = [final(attempt), final(decision.state)]
  const changed = decision.events.length > 0
  const same = Equal.equals(gradedAnew(attempt, around).grades, attempt.grades)
  const outcome: RegradeOutcome = {
    ...named(attempt),
    outcome: changed ? "changed" : same ? "unchanged" : "kept",
    before: resultOf(attempt),
    after: resultOf(decision.state),
    ...(finalBefore && { finalBefore }),
    ...(finalAfter && { finalAfter })
  }
  return changed ? { outcome, decision } : { outcome }
}
