/** Grades by people, corrections of what was asked, and grades anew. Source: ASM-17 to ASM-20. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { userIdOf, withoutClaims } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { newId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { AttemptNotFound, CorrectionRefused } from "../errors.ts"
import {
  type Assessment,
  AttemptId,
  type Correction,
  CorrectionId,
  CorrectionMade,
  type Graded
} from "../model/index.ts"
import { correctionOperations, gradingOperations, type RegradeAttempts } from "../operations/reviews.ts"
import { AttemptStore, CorrectionStore, ReviewClaims } from "../ports.ts"
import { checkCorrection, sameInForce } from "../rules/correction.ts"
import { named, type Regrading, regradeOne } from "../rules/regrade.ts"
import { checkClaim, gradeManual } from "../rules/review.ts"
import { integrity, keeper } from "./keeping.ts"
import { graderOf, reviewing } from "./reviewing.ts"

/** One attempt of a batch, old beside new; stored unless it is a dry run. */
const regrading = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const intact = yield* integrity
  const { store } = yield* keeper

  return Effect.fnUntraced(function* (
    id: AttemptId,
    around: {
      readonly how: RegradeAttempts
      readonly assessment: Assessment
      readonly corrections: ReadonlyArray<Correction>
      /** What this part made of attempts so far, by id: a dry run tells the same as what it tries. */
      readonly made: Map<AttemptId, Graded>
    },
    call: Call
  ) {
    const { assessment, how, made } = around
    const found = yield* how.dryRun === true ? attempts.find(id) : attempts.findForUpdate(id)
    if (Option.isNone(found) || found.value.assessmentId !== assessment.id)
      return yield* new AttemptNotFound({ id })
    const attempt = found.value
    const sound = yield* Effect.result(intact(attempt))
    if (sound._tag === "Failure") {
      return { outcome: { ...named(attempt), outcome: "corrupt" } } as Regrading
    }
    const graded = (yield* attempts.graded(assessment.id, attempt.userId)).map(
      (one) => made.get(one.id) ?? one
    )
    const regraded = regradeOne(attempt, how, { ...around, graded })
    const { decision } = regraded
    if (decision !== undefined) made.set(id, decision.state)
    if (decision !== undefined && how.dryRun !== true) {
      const told = { actionType: "regraded", performedBy: withoutClaims(call.me.actor) } as const
      yield* store({ before: attempt, decision, ...told, reason: how.reason }, call.now)
    }
    return regraded
  })
})

export class Grading extends Context.Service<Grading, Methods<typeof gradingOperations>>()(
  "lyceum/assessments/Grading"
) {
  static readonly layer = Layer.effect(
    Grading,
    Effect.gen(function* () {
      const attempts = yield* AttemptStore
      const corrections = yield* CorrectionStore
      const claims = yield* ReviewClaims
      const outbox = yield* Outbox
      const door = yield* Door
      const desk = yield* reviewing
      const intact = yield* integrity
      const { keep } = yield* keeper
      const regradeAttempt = yield* regrading

      return Grading.of({
        grade: door.command(
          gradingOperations.grade,
          Effect.fnUntraced(function* ({ attemptId, ...given }, call) {
            const { assessment, attempt } = yield* desk.attemptForUpdate(attemptId, call)
            const grader = yield* graderOf(call)
            yield* intact(attempt)
            const held = Option.getOrUndefined(yield* claims.find(attemptId))
            yield* Effect.fromResult(checkClaim(held, grader, call.now))
            const circumstances = { now: call.now, corrections: yield* corrections.of(attempt.assessmentId) }
            const decision = yield* Effect.fromResult(
              gradeManual(attempt, { ...given, grader }, circumstances)
            )
            if (decision.events.length > 0) {
              const actionType = attempt.status === "graded" ? "regraded" : "manual_graded"
              const { reason } = given
              const told = { actionType, performedBy: withoutClaims(call.me.actor) } as const
              yield* claims.remove(attemptId)
              yield* keep(
                { before: attempt, decision, ...told, ...(reason !== undefined && { reason }) },
                call.now
              )
            }
            return yield* desk.view(decision.state, assessment, call)
          })
        ),

        regrade: door.command(
          gradingOperations.regrade,
          Effect.fnUntraced(function* (how, call) {
            const { assessmentId, attemptIds, cursor, limit } = how
            const assessment = yield* desk.assessment(assessmentId, call, "assessments:grade")
            const made = new Map<AttemptId, Graded>()
            const around = { how, assessment, made, corrections: yield* corrections.of(assessmentId) }
            const filter = { assessmentId, status: "graded" as const }
            const chosen =
              attemptIds === undefined
                ? yield* paginate(
                    orderBy(`graded attempts at ${assessmentId}, to grade again`, [AttemptId]),
                    { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }) },
                    (after, count) =>
                      Effect.map(attempts.list(filter, { after, count }), (all) => all.map(({ id }) => id)),
                    (id) => [id]
                  )
                : { items: [...new Set(attemptIds)].toSorted().toReversed() }
            // Newest first, as every other batch: two that meet wait for each other one way only.
            const regraded = yield* Effect.forEach(chosen.items, (id) => regradeAttempt(id, around, call))
            if (how.dryRun !== true)
              yield* outbox.append(regraded.flatMap(({ decision }) => decision?.events ?? []))
            return { ...chosen, items: regraded.map(({ outcome }) => outcome) }
          })
        )
      })
    })
  )
}

export class Corrections extends Context.Service<Corrections, Methods<typeof correctionOperations>>()(
  "lyceum/assessments/Corrections"
) {
  static readonly layer = Layer.effect(
    Corrections,
    Effect.gen(function* () {
      const corrections = yield* CorrectionStore
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door
      const desk = yield* reviewing

      return Corrections.of({
        list: door.query(
          correctionOperations.list,
          Effect.fnUntraced(function* ({ assessmentId }, call) {
            yield* desk.assessment(assessmentId, call, "assessments:grade")
            return { items: yield* corrections.of(assessmentId) }
          })
        ),

        add: door.command(
          correctionOperations.add,
          Effect.fnUntraced(function* (given, call) {
            const { act, assessmentId, questionId } = given
            // Held, so that two that drop the last two items do not both find one left.
            yield* desk.assessmentForUpdate(assessmentId, call, "assessments:grade")
            const earlier = yield* corrections.of(assessmentId)
            const snapshot = Option.getOrUndefined(yield* corrections.asked(assessmentId, questionId))
            const asked = snapshot?.items.find((item) => item.questionId === questionId)
            if (snapshot === undefined || asked === undefined)
              return yield* new CorrectionRefused({ questionId, why: "question_unknown" })
            const { questionVersion } = asked
            const same = sameInForce(earlier, { ...given, questionVersion })
            if (same !== undefined) return same
            yield* Effect.fromResult(checkCorrection(snapshot, given, earlier))
            const correctedBy = userIdOf(call.me.actor)
            const correction: Correction = {
              id: yield* newId(CorrectionId, random),
              ...given,
              questionVersion,
              ...(correctedBy !== undefined && { correctedBy }),
              createdAt: call.now
            }
            yield* corrections.insert(correction)
            yield* outbox.append([
              CorrectionMade({ correctionId: correction.id, assessmentId, questionId, kind: act.kind })
            ])
            return correction
          })
        )
      })
    })
  )
}
