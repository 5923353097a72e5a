/** What a deployment proves of itself: each check on a probe that is rolled back. Source: ASM-27. */
import { Cause, Data, Effect, Option, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { type Actor, userIdOf, withoutClaims } from "../../shared/actor.ts"
import { newId, type UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import type { Position } from "../../shared/page.ts"
import { rational } from "../../shared/rational.ts"
import { Transaction } from "../../shared/transaction.ts"
import {
  type Assessment,
  AttemptId,
  type Graded,
  type InProgress,
  type SelfTestCheck
} from "../model/index.ts"
import { type Asked, AssessmentStore, AttemptStore, GradingTrail, ReleaseChecks } from "../ports.ts"
import { abandon } from "../rules/attempt.ts"
import { brokenAt, nextRow } from "../rules/audit.ts"
import { total } from "../rules/grading.ts"
import { freeze } from "../rules/snapshot.ts"
import { begin } from "../rules/start.ts"
import { integrity, snapshotHasher } from "./keeping.ts"

type Found = Omit<SelfTestCheck, "check">
const passed = (detail: string): Found => ({ outcome: "passed", detail })
const failed = (detail: string): Found => ({ outcome: "failed", detail })
const verdict = (holds: boolean, detail: string): Found => (holds ? passed(detail) : failed(detail))

const nothingToTry: Found = {
  outcome: "skipped",
  detail: "there is no published assessment to try it on, with questions and somebody to take it"
}

/** Parts of 100 assessments that are looked through for one that is right. */
const mostParts = 20

/** Ends a check's transaction, so that nothing of it stays. */
class RolledBack extends Data.TaggedError("RolledBack")<{ readonly found: Found }> {}

/** An attempt at a real assessment by its author, who has none of that number. */
const probeNo = 2_000_000_000

/** What the source's checks are about that nothing below this context can try. */
const fromAbove: Readonly<Record<string, string>> = {
  xp_reversal_is_idempotent: "XP comes with gamification",
  certificate_scope: "certificates bring it",
  revocation_and_reissue: "certificates bring it"
}

/** What is tried: each makes an attempt, and more, that must not stay. */
const trials = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const trail = yield* GradingTrail
  const random = yield* SecureRandom.SecureRandom
  const intact = yield* integrity
  const hashOf = yield* snapshotHasher

  /** What was frozen comes back with its hash; what was changed since is found out. Source: ASM-8. */
  const snapshotIntegrity = (probed: InProgress) =>
    Effect.gen(function* () {
      if (!(yield* attempts.insert(probed))) return failed("the probe was not taken")
      const back = Option.getOrUndefined(yield* attempts.find(probed.id))
      if (back === undefined) return failed("the probe did not come back")
      const whole = Result.isSuccess(yield* Effect.result(intact(back)))
      const forged = { ...back, contentSnapshot: { ...back.contentSnapshot, passingScore: 101 } }
      const hash = yield* hashOf(forged.contentSnapshot)
      return verdict(whole && hash !== back.contentSnapshotHash, "a snapshot is what it was, or is found out")
    })

  /** A second active attempt of the same learner is not taken. Source: ASM-2. */
  const oneActive = (probed: InProgress) =>
    Effect.gen(function* () {
      const first = yield* attempts.insert(probed)
      const id = yield* newId(AttemptId, random)
      const second = yield* attempts.insert({ ...probed, id, attemptNo: probeNo + 1 })
      return verdict(first && !second, "a learner has one active attempt at an assessment")
    })

  /** Rows come back in order, each continuing the one before. Source: ASM-19. */
  const wholeTrail = (probed: InProgress, performedBy: Actor, now: Instant) =>
    Effect.gen(function* () {
      yield* attempts.insert(probed)
      const circumstances = { now, graceMillis: 0, pauses: [], corrections: [] }
      const { state } = Result.getOrThrow(abandon(probed, circumstances))
      yield* attempts.update(state)
      const by = { actionType: "expired" as const, performedBy, performedAt: now }
      const first = nextRow(undefined, { before: probed, after: state }, by)
      yield* trail.append([first])
      const last = Option.getOrUndefined(yield* trail.last(probed.id))
      yield* trail.append([nextRow(last, { before: state, after: state }, by)])
      const rows = yield* trail.of(probed.id)
      return verdict(rows.length === 2 && brokenAt(rows) === -1, "the trail of grading is kept whole")
    })

  return { snapshotIntegrity, oneActive, wholeTrail }
})

/** A probe on a real assessment. */
const probing = Effect.gen(function* () {
  const assessments = yield* AssessmentStore
  const attempts = yield* AttemptStore
  const random = yield* SecureRandom.SecureRandom
  const hashOf = yield* snapshotHasher

  const probe = Effect.fnUntraced(function* (
    at: { readonly assessment: Assessment; readonly asked: ReadonlyArray<Asked> },
    userId: UserId,
    now: Instant
  ) {
    const attemptSeed = "0123456789abcdef".repeat(2)
    const contentSnapshot = freeze(at.assessment, at.asked, attemptSeed)
    const given = {
      id: yield* newId(AttemptId, random),
      userId,
      attemptNo: probeNo,
      attemptSeed,
      contentSnapshot,
      contentSnapshotHash: yield* hashOf(contentSnapshot),
      now
    }
    return begin(at.assessment, {}, given).state
  })

  /** The first published assessment that asks something and is right for it, with somebody who is at no attempt there. */
  const subject = Effect.fnUntraced(function* (isRight: (assessment: Assessment) => boolean, actor: Actor) {
    let after: Option.Option<Position> = Option.none()
    for (let part = 0; part < mostParts; part++) {
      const some = yield* assessments.list({ publishedOnly: true }, { after, count: 100 })
      for (const { assessment, questionCount } of some) {
        const userId = assessment.createdBy ?? userIdOf(actor)
        if (questionCount === 0 || userId === undefined || !isRight(assessment)) continue
        const { active } = yield* attempts.learnerStateForUpdate(assessment.id, userId)
        const paper = Option.getOrUndefined(yield* assessments.paper(assessment.id))
        if (Option.isNone(active) && paper !== undefined) return { ...paper, userId }
      }
      const last = some.at(-1)
      if (last === undefined) return undefined
      after = Option.some([last.assessment.id])
    }
    return undefined
  })

  return {
    /** An attempt that began now, at an assessment that is right for it; none where there is none. */
    begun: Effect.fnUntraced(function* (
      isRight: (assessment: Assessment) => boolean,
      actor: Actor,
      now: Instant
    ) {
      const on = yield* subject(isRight, actor)
      return on && (yield* probe(on, on.userId, now))
    })
  }
})

/** The probe with every point there is. */
const passedNow = (probed: InProgress, now: Instant): Graded => {
  const { contentSnapshot, status: _, ...kept } = probed
  const full = contentSnapshot.items.map(({ points, questionId }) => ({
    questionId,
    points: rational(points),
    maxPoints: points,
    by: "person" as const
  }))
  const result = total(full, contentSnapshot.passingScore)
  const ended = { submittedAt: now, gradedAt: now, timeSpentSec: 0, autoSubmitted: false }
  return { ...kept, contentSnapshot, status: "graded", ...ended, grades: full, ...result }
}

export const selfTests = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const transaction = yield* Transaction
  const brought = yield* ReleaseChecks
  const { oneActive, snapshotIntegrity, wholeTrail } = yield* trials
  const { begun } = yield* probing

  /** Runs a check on its probe, and undoes it. */
  const tried = <R>(
    check: string,
    probed: InProgress | undefined,
    body: (probed: InProgress) => Effect.Effect<Found, unknown, R>
  ) => {
    if (probed === undefined) return Effect.succeed<SelfTestCheck>({ check, ...nothingToTry })
    return transaction
      .run(Effect.flatMap(body(probed), (found) => Effect.fail(new RolledBack({ found }))))
      .pipe(
        Effect.matchCause({
          onSuccess: () => failed("it was not rolled back"),
          onFailure: (cause) => {
            const error = Cause.squash(cause)
            return error instanceof RolledBack ? error.found : failed("what it did was refused")
          }
        }),
        Effect.map((found): SelfTestCheck => ({ check, ...found }))
      )
  }

  return Effect.fnUntraced(function* (actor: Actor, now: Instant) {
    const any = yield* begun(() => true, actor, now)
    const certified = yield* begun(({ givesCertificate }) => givesCertificate, actor, now)
    const names = new Set(brought.map(({ check }) => check))
    return [
      yield* tried("snapshot_integrity", any, snapshotIntegrity),
      yield* tried("one_active_attempt", any, oneActive),
      yield* tried("trail_is_whole", any, (probed) => wholeTrail(probed, withoutClaims(actor), now)),
      ...(yield* Effect.forEach(brought, ({ check, run }) =>
        tried(check, certified, (probed) => {
          const attempt = passedNow(probed, now)
          return Effect.andThen(attempts.insert(attempt), run(attempt, now))
        })
      )),
      ...Object.entries(fromAbove)
        .filter(([check]) => !names.has(check))
        .map(([check, detail]): SelfTestCheck => ({ check, outcome: "not_there", detail }))
    ]
  })
})
