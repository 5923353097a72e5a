/** Whether a learner may begin, and how an attempt begins. Source: ASM-1, ASM-4, ASM-5. */
import { DateTime, Result } from "effect"
import { Hex } from "effect/encoding"
import type { Decision } from "../../shared/decision.ts"
import type { LessonId, UserId } from "../../shared/id.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import {
  AttemptLimitReached,
  AwaitingReview,
  Closed,
  NotOpenYet,
  NotPublished,
  PrerequisitesUnmet,
  PreviewOnly,
  RetakeTooSoon
} from "../errors.ts"
import {
  type Assessment,
  type Attempt,
  type AttemptId,
  AttemptStarted,
  type Granted,
  type InProgress,
  type Snapshot
} from "../model/index.ts"
import { about, settle } from "./attempt.ts"
import { type Circumstances, closesFor, deadlineOf } from "./deadline.ts"

/** What a start depends on. `Denied` is how access says no: passed on as it is. */
export interface StartFacts<Denied> {
  readonly assessment: Assessment
  readonly granted: Granted
  /** The learner's active attempt, as it is stored. */
  readonly active?: Attempt | undefined
  /** Attempts ever started, the active one among them. */
  readonly attemptsStarted: number
  /** The latest end of the attempts that have ended. */
  readonly lastEndedAt?: Instant | undefined
  readonly access: Result.Result<{ readonly previewOnly: boolean }, Denied>
  readonly prerequisitesUnmet: ReadonlyArray<LessonId>
}

export type Admission =
  /** The attempt that runs already. */
  | { readonly kind: "resume"; readonly attempt: InProgress }
  /** A new one may begin, after `ended` was stored where the clock had ended the one before. */
  | { readonly kind: "begin"; readonly attemptNo: number; readonly ended?: Decision<Attempt> }

export type StartRefusal =
  | AwaitingReview
  | NotPublished
  | NotOpenYet
  | Closed
  | PreviewOnly
  | PrerequisitesUnmet
  | RetakeTooSoon
  | AttemptLimitReached

/** When it ended, or was handed in; undefined while it runs. */
export const endOf = (attempt: Attempt): Instant | undefined =>
  attempt.status === "in_progress"
    ? undefined
    : attempt.status === "abandoned" || attempt.status === "expired"
      ? attempt.endedAt
      : attempt.submittedAt

const whyNot = <Denied>(
  { access, assessment, attemptsStarted, granted, prerequisitesUnmet }: StartFacts<Denied>,
  lastEndedAt: Instant | undefined,
  now: Instant
): StartRefusal | Denied | undefined => {
  if (!assessment.isPublished) return new NotPublished()
  const opensAt = granted.opensAt ?? assessment.opensAt
  if (opensAt !== undefined && !isWithin(now, { from: opensAt })) return new NotOpenYet({ opensAt })
  const closedAt = closesFor(assessment, granted)
  if (closedAt !== undefined && !isWithin(now, { to: closedAt })) return new Closed({ closedAt })
  if (Result.isFailure(access)) return access.failure
  if (access.success.previewOnly) return new PreviewOnly()
  if (prerequisitesUnmet.length > 0) return new PrerequisitesUnmet({ lessonIds: prerequisitesUnmet })
  const retryAt = lastEndedAt && DateTime.add(lastEndedAt, { seconds: assessment.retakeCooldownSec ?? 0 })
  if (retryAt !== undefined && DateTime.isLessThan(now, retryAt)) return new RetakeTooSoon({ retryAt })
  const limit =
    assessment.attemptLimit === undefined ? undefined : assessment.attemptLimit + (granted.extraAttempts ?? 0)
  return limit !== undefined && attemptsStarted >= limit ? new AttemptLimitReached({ limit }) : undefined
}

/** Whether an attempt begins, goes on or is refused; the first refusal in the order of ASM-1 is the answer. */
export const admit = <Denied>(
  facts: StartFacts<Denied>,
  circumstances: Circumstances
): Result.Result<Admission, StartRefusal | Denied> => {
  const ended = facts.active && settle(facts.active, circumstances)
  const current = ended?.state
  if (current?.status === "in_progress") return Result.succeed({ kind: "resume", attempt: current })
  if (current?.status === "submitted" || current?.status === "needs_review") {
    return Result.fail(new AwaitingReview({ attemptId: current.id }))
  }
  // The active attempt began after all others had ended, so its end is the last.
  const lastEndedAt = (current && endOf(current)) ?? facts.lastEndedAt
  const refusal = whyNot(facts, lastEndedAt, circumstances.now)
  return refusal === undefined
    ? Result.succeed({ kind: "begin", attemptNo: facts.attemptsStarted + 1, ...(ended && { ended }) })
    : Result.fail(refusal)
}

/** A seed as it is kept, of 16 random bytes. */
export const seedOf = (bytes: Uint8Array): string => Hex.encode(bytes)

/** A new attempt with its frozen content; `contentSnapshotHash` is the SHA-256 of `snapshotText`. */
export const begin = (
  assessment: Assessment,
  granted: Granted,
  given: {
    readonly id: AttemptId
    readonly userId: UserId
    readonly attemptNo: number
    readonly attemptSeed: string
    readonly contentSnapshot: Snapshot
    readonly contentSnapshotHash: string
    readonly now: Instant
  }
): Decision<InProgress> => {
  const { now, ...identity } = given
  const { closesAt, id: assessmentId, onExpiry, timeLimitSec } = assessment
  const terms = { ...(timeLimitSec !== undefined && { timeLimitSec }), ...(closesAt && { closesAt }) }
  const deadline = deadlineOf({ ...terms, startedAt: now }, granted)
  const state: InProgress = {
    status: "in_progress",
    ...identity,
    assessmentId,
    responses: [],
    revision: 0,
    startedAt: now,
    ...terms,
    onExpiry,
    ...(deadline && { deadline })
  }
  return { state, events: [AttemptStarted({ ...about(state), ...(deadline && { deadline }) })] }
}
