/** The verbs of a running attempt: save, submit, abandon, and the clock that ends it. Source: ASM-5, ASM-6, ASM-11, ASM-12. */
import { DateTime, Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { type Invalid, StaleVersion } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import { AttemptNotOpen, DeadlinePassed, RequiredUnanswered } from "../errors.ts"
import {
  type Abandoned,
  type Attempt,
  AttemptAbandoned,
  AttemptExpired,
  AttemptGraded,
  AttemptSubmitted,
  DeadlineChanged,
  type Expired,
  type Graded,
  type Granted,
  type InProgress,
  type NeedsReview,
  type Responses,
  ReviewEnqueued,
  type Submitted
} from "../model/index.ts"
import { type Circumstances, deadlineOf, effectiveDeadline, isOver, regranted } from "./deadline.ts"
import { gradeItems, total } from "./grading.ts"
import { merge, somethingSaved, unansweredRequired } from "./responses.ts"

/** What every event of an attempt names. */
export const about = ({
  assessmentId,
  attemptNo,
  contentSnapshot: { scope, type },
  id,
  userId
}: Attempt) => ({
  attemptId: id,
  assessmentId,
  userId,
  attemptNo,
  type,
  scope
})

/** Whole seconds of the server's clock, rounded down. */
const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor((DateTime.toEpochMillis(to) - DateTime.toEpochMillis(from)) / 1000))

interface HandedIn {
  readonly responses: Responses
  readonly at: Instant
  readonly autoSubmitted: boolean
  readonly sessionId?: string | undefined
}

type Ended = Submitted | NeedsReview | Graded

/** Closes an attempt: graded when a machine can grade all of it, else on its way to a person. */
const handIn = (attempt: InProgress, given: HandedIn, { corrections }: Circumstances): Decision<Ended> => {
  const { at, autoSubmitted, responses, sessionId } = given
  const { gradingMode, passingScore } = attempt.contentSnapshot
  const { status: _, ...kept } = attempt
  const common = {
    ...kept,
    responses,
    revision: attempt.revision + 1,
    submittedAt: at,
    timeSpentSec: secondsBetween(attempt.startedAt, at),
    autoSubmitted,
    ...(sessionId !== undefined && { sessionId })
  }
  const handedIn = AttemptSubmitted({ ...about(attempt), submittedAt: at, autoSubmitted })
  if (gradingMode === "manual") return { state: { status: "submitted", ...common }, events: [handedIn] }
  const { grades, open } = gradeItems(attempt.contentSnapshot, responses, { corrections, kept: [] })
  if (open.length > 0) {
    return {
      state: { status: "needs_review", ...common },
      events: [handedIn, ReviewEnqueued(about(attempt))]
    }
  }
  const result = total(grades, passingScore)
  return {
    state: { status: "graded", ...common, gradedAt: at, grades, ...result },
    events: [handedIn, AttemptGraded({ ...about(attempt), ...result, gradedAt: at, by: "machine" })]
  }
}

const expired = (attempt: InProgress, at: Instant): Decision<Expired> => {
  const { status: _, ...kept } = attempt
  return {
    state: {
      status: "expired",
      ...kept,
      revision: attempt.revision + 1,
      endedAt: at,
      timeSpentSec: secondsBetween(attempt.startedAt, at)
    },
    events: [AttemptExpired(about(attempt))]
  }
}

/**
 * The attempt as it is now: one past its deadline and grace has ended by its policy, at the deadline and not when somebody
 * noticed. Reads show this, writes store it, the sweep only tidies; so it answers the same at any later moment.
 */
export const settle = (attempt: Attempt, circumstances: Circumstances): Decision<Attempt> => {
  if (attempt.status !== "in_progress" || !isOver(attempt, circumstances))
    return { state: attempt, events: [] }
  const at = effectiveDeadline(attempt, circumstances)!
  return attempt.onExpiry === "grade_saved" && somethingSaved(attempt.responses)
    ? handIn(attempt, { responses: attempt.responses, at, autoSubmitted: true }, circumstances)
    : expired(attempt, at)
}

/** The attempt while it takes answers. One that the clock ended says so, whether or not that was stored already. */
const stillOpen = (
  attempt: Attempt,
  circumstances: Circumstances
): Result.Result<InProgress, AttemptNotOpen | DeadlinePassed> => {
  const { state } = settle(attempt, circumstances)
  if (state.status === "in_progress") return Result.succeed(state)
  if (state.status === "expired") return Result.fail(new DeadlinePassed({ deadline: state.endedAt }))
  if (state.status !== "abandoned" && state.autoSubmitted)
    return Result.fail(new DeadlinePassed({ deadline: state.submittedAt }))
  return Result.fail(new AttemptNotOpen({ attemptId: state.id, status: state.status }))
}

export interface Saving {
  readonly responses: Responses
  /** The revision the writer saw last. */
  readonly revision: number
  /** Saved by the page itself, not by the learner's hand. */
  readonly auto: boolean
}

export interface Saved extends Decision<InProgress> {
  /** A stale autosave was ignored: another tab has saved since. */
  readonly ignored: boolean
}

/**
 * Keeps answers, before the deadline itself: the grace is for handing in. Answers that are named replace those saved, the
 * others stay.
 */
export const save = (
  attempt: Attempt,
  { auto, responses, revision }: Saving,
  circumstances: Circumstances
): Result.Result<Saved, AttemptNotOpen | DeadlinePassed | StaleVersion | Invalid> =>
  Result.gen(function* () {
    const open = yield* stillOpen(attempt, circumstances)
    const deadline = effectiveDeadline(open, circumstances)
    if (deadline !== undefined && DateTime.isGreaterThanOrEqualTo(circumstances.now, deadline)) {
      return yield* Result.fail(new DeadlinePassed({ deadline }))
    }
    if (revision !== open.revision) {
      if (auto) return { state: open, events: [], ignored: true }
      return yield* Result.fail(new StaleVersion({ current: open.revision }))
    }
    const merged = yield* merge(open.contentSnapshot, open.responses, responses)
    return { state: { ...open, responses: merged, revision: open.revision + 1 }, events: [], ignored: false }
  })

export interface Submission {
  readonly responses: Responses
  readonly revision: number
  readonly sessionId?: string | undefined
}

/**
 * Hands the attempt in. What the learner handed in before is answered as it is, whatever is sent again; what the clock
 * ended is `DeadlinePassed`.
 */
export const submit = (
  attempt: Attempt,
  { responses, revision, sessionId }: Submission,
  circumstances: Circumstances
): Result.Result<
  Decision<Ended>,
  AttemptNotOpen | DeadlinePassed | StaleVersion | Invalid | RequiredUnanswered
> =>
  Result.gen(function* () {
    const handedInBefore =
      attempt.status === "submitted" || attempt.status === "needs_review" || attempt.status === "graded"
    if (handedInBefore && !attempt.autoSubmitted) return { state: attempt, events: [] }
    const open = yield* stillOpen(attempt, circumstances)
    if (revision !== open.revision) return yield* Result.fail(new StaleVersion({ current: open.revision }))
    const merged = yield* merge(open.contentSnapshot, open.responses, responses)
    const questionIds = unansweredRequired(open.contentSnapshot, merged)
    if (questionIds.length > 0) return yield* Result.fail(new RequiredUnanswered({ questionIds }))
    return handIn(
      open,
      { responses: merged, at: circumstances.now, autoSubmitted: false, sessionId },
      circumstances
    )
  })

/** The learner gives up. Giving up twice is giving up once. */
export const abandon = (
  attempt: Attempt,
  circumstances: Circumstances
): Result.Result<Decision<Abandoned>, AttemptNotOpen | DeadlinePassed> => {
  if (attempt.status === "abandoned") return Result.succeed({ state: attempt, events: [] })
  return Result.map(stillOpen(attempt, circumstances), (open) => ({
    state: {
      ...open,
      status: "abandoned",
      revision: open.revision + 1,
      endedAt: circumstances.now,
      timeSpentSec: secondsBetween(open.startedAt, circumstances.now)
    },
    events: [AttemptAbandoned(about(attempt))]
  }))
}

/** Sends what was handed in to the reviewers; what waits there already stays. */
export const enqueueForManualReview = (
  attempt: Attempt
): Result.Result<Decision<NeedsReview>, AttemptNotOpen> => {
  if (attempt.status === "needs_review") return Result.succeed({ state: attempt, events: [] })
  if (attempt.status !== "submitted") {
    return Result.fail(new AttemptNotOpen({ attemptId: attempt.id, status: attempt.status }))
  }
  const state: NeedsReview = { ...attempt, status: "needs_review", revision: attempt.revision + 1 }
  return Result.succeed({ state, events: [ReviewEnqueued(about(attempt))] })
}

/**
 * What a granted, changed or withdrawn accommodation does to an attempt: the deadline of a running one moves at once, and
 * never to an earlier moment. An attempt that has ended, noticed or not, stays as it is. The learner's revision stays too:
 * no answer was touched.
 */
export const accommodate = (
  attempt: Attempt,
  granted: Granted,
  circumstances: Circumstances
): Decision<Attempt> => {
  const unchanged = { state: attempt, events: [] }
  if (attempt.status !== "in_progress" || isOver(attempt, circumstances)) return unchanged
  const { deadline: before, ...kept } = attempt
  const after = regranted(before, deadlineOf(attempt, granted))
  if (
    before === after ||
    (before !== undefined && after !== undefined && DateTime.Equivalence(before, after))
  )
    return unchanged
  const change = { ...about(attempt), ...(before && { before }), ...(after && { after }) }
  return { state: { ...kept, ...(after && { deadline: after }) }, events: [DeadlineChanged(change)] }
}
