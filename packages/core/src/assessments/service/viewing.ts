/** What learners are shown of attempts, as they are now, stored or not. */
import { Effect, Option } from "effect"
import type { Instant } from "../../shared/instant.ts"
import type { Assessment, Attempt, InProgress } from "../model/index.ts"
import { AccommodationStore, AssessmentStore, AttemptStore, CorrectionStore, type Sitting } from "../ports.ts"
import { settle } from "../rules/attempt.ts"
import { isDue, lastClose } from "../rules/deadline.ts"
import { endedView, type ReviewMoment, runningView } from "../rules/views.ts"
import { circumstancesReader } from "./keeping.ts"

type Ended = Exclude<Attempt, InProgress>

export const viewer = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const assessments = yield* AssessmentStore
  const accommodations = yield* AccommodationStore
  const corrections = yield* CorrectionStore
  const circumstances = yield* circumstancesReader

  /** When review options open: once nobody may begin, nor goes on, whatever they were granted (ASM-9). */
  const reviewMoment = Effect.fnUntraced(function* (
    assessment: Assessment,
    moment: ReviewMoment
  ): Effect.fn.Return<ReviewMoment> {
    if (!Object.values(assessment.review).includes("closed")) return moment
    const closesAt = lastClose(assessment, yield* accommodations.terms(assessment.id))
    return closesAt === undefined || (yield* attempts.isRunning(assessment.id))
      ? moment
      : { ...moment, closesAt }
  })

  const running = Effect.fnUntraced(function* (attempt: InProgress, now: Instant) {
    return runningView(attempt, yield* circumstances.ofDeadline(attempt, now))
  })

  const endedIn = Effect.fnUntraced(function* (
    attempt: Ended,
    { assessment, corrections: inForce }: Pick<Sitting, "assessment" | "corrections">,
    now: Instant
  ) {
    return endedView(
      attempt,
      assessment.review,
      yield* reviewMoment(assessment, { now, corrections: inForce })
    )
  })
  const ended = Effect.fnUntraced(function* (attempt: Ended, now: Instant) {
    // Attempts keep their assessment from being deleted.
    const assessment = Option.getOrThrow(yield* assessments.find(attempt.assessmentId))
    return yield* endedIn(attempt, { assessment, corrections: yield* corrections.of(assessment.id) }, now)
  })

  /** The attempt as the clock has left it (ASM-6). */
  const settled = Effect.fnUntraced(function* (attempt: Attempt, now: Instant) {
    return isDue(attempt, now) ? settle(attempt, yield* circumstances.ofEnding(attempt, now)).state : attempt
  })

  return { reviewMoment, running, ended, endedIn, settled }
})
