/** What grading needs from outside: corrections, claims, totals, and the checks that contexts above bring. */
import { Context, type Effect, type Option } from "effect"
import type { CurrentActor } from "../shared/actor.ts"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type {
  AssessmentId,
  AttemptId,
  Correction,
  Graded,
  NeedsReview,
  QuestionId,
  ReviewClaim,
  SelfTestCheck,
  Snapshot,
  StatusCount,
  Submitted
} from "./model/index.ts"
import type { Part } from "./ports.ts"

export class CorrectionStore extends Context.Service<
  CorrectionStore,
  {
    /** Oldest first. */
    readonly of: (assessmentId: AssessmentId) => Effect.Effect<ReadonlyArray<Correction>>
    /** What the newest attempt that was asked the question was asked; none when nobody was asked it there. */
    readonly asked: (
      assessmentId: AssessmentId,
      questionId: QuestionId
    ) => Effect.Effect<Option.Option<Snapshot>>
    readonly insert: (correction: Correction) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/assessments/CorrectionStore") {}

/** An attempt that waits for a person, and who has taken it. */
export interface Waiting {
  readonly attempt: Submitted | NeedsReview
  readonly claim: Option.Option<ReviewClaim>
}

/** Whose waiting attempts: of all assessments, of one, or of those in the courses that somebody created or instructs. */
export interface QueueFilter {
  readonly assessmentId?: AssessmentId | undefined
  readonly ownedBy?: UserId | undefined
}

/** Who grades what at the moment. Source: ASM-21. */
export class ReviewClaims extends Context.Service<
  ReviewClaims,
  {
    readonly find: (attemptId: AttemptId) => Effect.Effect<Option.Option<ReviewClaim>>
    readonly put: (attemptId: AttemptId, claim: ReviewClaim) => Effect.Effect<void, never, InTransaction>
    readonly remove: (attemptId: AttemptId) => Effect.Effect<void, never, InTransaction>
    /** Attempts in `submitted` and `needs_review`, the longest handed in first. Position: `[submittedAt, id]`. */
    readonly queue: (filter: QueueFilter, part: Part) => Effect.Effect<ReadonlyArray<Waiting>>
    /** Waiting, and taken at `now`; graded by a person since `since`. */
    readonly progress: (
      filter: QueueFilter,
      at: { readonly now: Instant; readonly since: Instant }
    ) => Effect.Effect<{
      readonly waiting: number
      readonly claimed: number
      readonly graded: number
      readonly oldest: Option.Option<Instant>
    }>
  }
>()("lyceum/assessments/ReviewClaims") {}

/** How many attempts there are of what kind: what operators look at. Source: ASM-26. */
export class AttemptTotals extends Context.Service<
  AttemptTotals,
  {
    /** Of each status that any attempt has, in no order. */
    readonly byStatus: Effect.Effect<ReadonlyArray<StatusCount>>
    /** Running ones whose stored deadline lies before the instant, and the first such deadline. */
    readonly overdue: (
      before: Instant
    ) => Effect.Effect<{ readonly count: number; readonly oldestDeadline: Option.Option<Instant> }>
  }
>()("lyceum/assessments/AttemptTotals") {}

/** A check of the self-test that a context above brings. Source: ASM-27. */
export interface ReleaseCheck {
  readonly check: string
  /** Tries it on an attempt that passed an assessment which gives a certificate; all of it is rolled back. */
  readonly run: (
    attempt: Graded,
    now: Instant
  ) => Effect.Effect<Pick<SelfTestCheck, "outcome" | "detail">, unknown, InTransaction | CurrentActor>
}

/** Checks from above, such as those of certificates; none unless a platform gives some. */
export const ReleaseChecks = Context.Reference<ReadonlyArray<ReleaseCheck>>(
  "lyceum/assessments/ReleaseChecks",
  { defaultValue: () => [] }
)
