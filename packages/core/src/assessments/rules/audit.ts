/** The trail of grading as values: each row continues the one before. Source: ASM-19. */
import { Equal } from "effect"
import type { Attempt, GradingAction, GradingAudit, GradingState } from "../model/index.ts"

/** What the trail keeps of an attempt: grades and status, no answers. */
export const gradingStateOf = (attempt: Attempt): GradingState => ({
  status: attempt.status,
  ...(attempt.deadline && { deadline: attempt.deadline }),
  ...(attempt.status === "graded" && {
    grades: attempt.grades,
    score: attempt.score,
    maxScore: attempt.maxScore,
    passed: attempt.passed,
    ...(attempt.feedback !== undefined && { feedback: attempt.feedback })
  })
})

/**
 * The next row of an attempt's trail. Handing in for manual grading writes no row of its own, so the previous state is
 * what the last row said, and only without one what the attempt was at its start.
 */
export const nextRow = (
  last: GradingAudit | undefined,
  attempts: { readonly before: Attempt; readonly after: Attempt },
  by: Pick<GradingAudit, "actionType" | "performedBy" | "performedAt"> & { readonly reason?: string }
): GradingAudit => ({
  attemptId: attempts.after.id,
  ...by,
  previousState: last?.newState ?? gradingStateOf(attempts.before),
  newState: gradingStateOf(attempts.after)
})

/** What the trail says when a running attempt has ended; handing in for manual grading and giving up write no row. */
export const endingOf = ({ status }: Attempt): GradingAction | undefined => {
  switch (status) {
    case "graded":
      return "auto_graded"
    case "needs_review":
      return "review_enqueued"
    case "expired":
      return "expired"
    case "in_progress":
    case "submitted":
    case "abandoned":
      return undefined
  }
}

/** Where a trail breaks: the index of the first row that does not continue the one before; -1 when it is whole. */
export const brokenAt = (trail: ReadonlyArray<GradingAudit>): number =>
  trail.findIndex((row, index) => index > 0 && !Equal.equals(row.previousState, trail[index - 1]!.newState))
