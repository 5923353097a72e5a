/** What holds around an attempt, and how a step of one is kept: its state, its row in the trail, its events. */
import { Effect } from "effect"
import { Digest } from "effect/crypto"
import { ReadOnlyTimes } from "../../flags/index.ts"
import { type Actor, service } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { SubmitGrace } from "../config.ts"
import type { Attempt, GradingAction, Snapshot } from "../model/index.ts"
import { CorrectionStore, type Sitting, Sittings } from "../ports.ts"
import { nextRow } from "../rules/audit.ts"
import { type Circumstances, isDue } from "../rules/deadline.ts"
import { checkSnapshot, snapshotText } from "../rules/snapshot.ts"

/** Who grades what takes no person, and ends what runs out of time, whoever notices. */
export const machine: Actor = service("assessments")

export const circumstancesReader = Effect.gen(function* () {
  const corrections = yield* CorrectionStore
  const readOnlyTimes = yield* ReadOnlyTimes
  const graceMillis = yield* SubmitGrace

  const pausesOf = ({ deadline, startedAt, status }: Attempt) =>
    deadline === undefined || status !== "in_progress"
      ? Effect.succeed([])
      : Effect.map(readOnlyTimes.since(startedAt), (times) =>
          times.map((time) => ({ from: time.startedAt, to: time.endedAt }))
        )
  const pausesIfDue = (attempt: Attempt, now: Instant) =>
    isDue(attempt, now) ? pausesOf(attempt) : Effect.succeed([])

  return {
    /** For what shows or moves a deadline. */
    ofDeadline: (attempt: Attempt, now: Instant): Effect.Effect<Circumstances> =>
      Effect.map(pausesOf(attempt), (pauses) => ({ now, graceMillis, pauses, corrections: [] })),
    /** For what asks whether it still runs. */
    ofAnswering: (attempt: Attempt, now: Instant): Effect.Effect<Circumstances> =>
      Effect.map(pausesIfDue(attempt, now), (pauses) => ({ now, graceMillis, pauses, corrections: [] })),
    /** As `ofAnswering`, for what grades by these corrections. */
    ofSitting: (
      { attempt, corrections: inForce }: Pick<Sitting, "attempt" | "corrections">,
      now: Instant
    ): Effect.Effect<Circumstances> =>
      Effect.map(pausesIfDue(attempt, now), (pauses) => ({
        now,
        graceMillis,
        pauses,
        corrections: inForce
      })),
    /** As `ofSitting`, reading the corrections; nothing is known around an attempt that there is not. */
    ofEnding: Effect.fnUntraced(function* (
      attempt: Attempt | undefined,
      now: Instant
    ): Effect.fn.Return<Circumstances> {
      if (attempt?.status !== "in_progress") return { now, graceMillis, pauses: [], corrections: [] }
      const inForce = yield* corrections.of(attempt.assessmentId)
      return { now, graceMillis, pauses: yield* pausesIfDue(attempt, now), corrections: inForce }
    })
  }
})

export const snapshotHasher = Effect.map(
  Digest.Digest,
  (digest) => (snapshot: Snapshot) =>
    digest.digestHex(Digest.sha256, new TextEncoder().encode(snapshotText(snapshot)))
)

/** The attempt, unless its content is not what it began with: then nobody reads it, and it is reported (ASM-8). */
export const integrity = Effect.map(snapshotHasher, (hashOf) =>
  Effect.fnUntraced(function* <A extends Attempt>(attempt: A) {
    yield* Effect.fromResult(checkSnapshot(attempt, yield* hashOf(attempt.contentSnapshot))).pipe(
      Effect.tapError(() =>
        Effect.logError("the content of an attempt is corrupt", { attemptId: attempt.id })
      )
    )
    return attempt
  })
)

/** A step of a running attempt as it is kept. */
export interface Step {
  readonly before: Attempt
  readonly decision: Decision<Attempt>
  /** What the trail says of it; absent where it says nothing. */
  readonly actionType: GradingAction | undefined
  readonly performedBy: Actor
  readonly reason?: string
}

export const keeper = Effect.gen(function* () {
  const sittings = yield* Sittings
  const outbox = yield* Outbox

  /** Without its events: those of several steps are appended at once. What told nothing changed nothing. */
  const store = Effect.fnUntraced(function* (step: Step, performedAt: Instant) {
    const { actionType, before, decision, performedBy, reason } = step
    if (decision.events.length === 0) return
    if (actionType === undefined) return yield* sittings.store(decision.state, [])
    // While an attempt runs, the last row of its trail says what the attempt itself says: it need not be read.
    const by = { actionType, performedBy, performedAt, ...(reason !== undefined && { reason }) }
    yield* sittings.store(decision.state, [nextRow(undefined, { before, after: decision.state }, by)])
  })

  return {
    store,
    keep: (step: Step, now: Instant) => Effect.andThen(store(step, now), outbox.append(step.decision.events))
  }
})
