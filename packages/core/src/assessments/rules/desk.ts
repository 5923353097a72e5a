/** What graders are shown: places in the queue, and attempts with their keys. Source: ASM-17, ASM-21. */
import { Result } from "effect"
import { Forbidden } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { AttemptNotOpen, type ReviewClaimed } from "../errors.ts"
import type {
  Assessment,
  Attempt,
  AttemptForReview,
  Correction,
  Graded,
  NeedsReview,
  QueueEntry,
  ReviewClaim,
  Submitted
} from "../model/index.ts"
import { inForce } from "./correction.ts"
import { finalGrade } from "./policy.ts"
import { answerOf } from "./responses.ts"
import { claim, gradedSoFar, type HandedIn, liveClaim } from "./review.ts"

const named = ({ assessmentId, attemptNo, contentSnapshot: { title }, id, userId }: HandedIn) => ({
  attemptId: id,
  assessmentId,
  userId,
  attemptNo,
  title
})

export const queueEntry = (
  attempt: Submitted | NeedsReview,
  held: ReviewClaim | undefined,
  now: Instant
): QueueEntry => {
  const { autoSubmitted, revision, status, submittedAt } = attempt
  const live = liveClaim(held, now)
  return { ...named(attempt), status, revision, submittedAt, autoSubmitted, ...(live && { claim: live }) }
}

const gradeOf = ({ feedback, gradedAt, gradedBy, maxScore, passed, score }: Graded) => ({
  gradedAt,
  ...(gradedBy !== undefined && { gradedBy }),
  score,
  maxScore,
  passed,
  ...(feedback !== undefined && { feedback })
})

/** An attempt as its grader sees it, with what it is worth so far. `graded` are the learner's graded attempts. */
export const forReview = (
  attempt: HandedIn,
  around: {
    readonly now: Instant
    readonly corrections: ReadonlyArray<Correction>
    readonly claim: ReviewClaim | undefined
    readonly assessment: Pick<Assessment, "gradePolicy" | "passingScore">
    readonly graded: ReadonlyArray<Graded>
  }
): AttemptForReview => {
  const {
    autoSubmitted,
    contentSnapshot,
    responses,
    revision,
    startedAt,
    status,
    submittedAt,
    timeSpentSec
  } = attempt
  const acts = inForce(around.corrections)
  const grades = new Map(gradedSoFar(attempt, around).grades.map((grade) => [grade.questionId, grade]))
  const final = finalGrade(around.graded, around.assessment)
  const live = liveClaim(around.claim, around.now)
  return {
    ...named(attempt),
    status,
    revision,
    startedAt,
    submittedAt,
    timeSpentSec,
    autoSubmitted,
    items: contentSnapshot.items.map((question) => {
      const answer = answerOf(responses, question.questionId)
      const correction = acts(question)
      const grade = grades.get(question.questionId)
      return {
        question,
        ...(answer && { answer }),
        ...(correction && { correction }),
        ...(grade && { grade })
      }
    }),
    ...(attempt.status === "graded" && gradeOf(attempt)),
    ...(final && { finalGrade: final }),
    ...(live && { claim: live })
  }
}

/** A grader takes a waiting attempt for a while. Nobody takes their own, and what is graded waits for nobody. */
export const take = (
  attempt: Attempt,
  held: ReviewClaim | undefined,
  by: { readonly grader: UserId; readonly now: Instant }
): Result.Result<ReviewClaim, Forbidden | AttemptNotOpen | ReviewClaimed> => {
  if (attempt.userId === by.grader)
    return Result.fail(new Forbidden({ needs: "an attempt of somebody else" }))
  return attempt.status === "submitted" || attempt.status === "needs_review"
    ? claim(held, by.grader, by.now)
    : Result.fail(new AttemptNotOpen({ attemptId: attempt.id, status: attempt.status }))
}
