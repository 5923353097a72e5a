/** The queue of what waits for a person. Source: ASM-21. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { requirePermission, withoutClaims } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { InstantText, orderBy, paginate } from "../../shared/page.ts"
import { type AssessmentId, AttemptId } from "../model/index.ts"
import { reviewOperations } from "../operations/reviews.ts"
import { GradingTrail, ReviewClaims } from "../ports.ts"
import { enqueueForManualReview } from "../rules/attempt.ts"
import { queueEntry, take } from "../rules/desk.ts"
import { checkClaim, handedIn } from "../rules/review.ts"
import { integrity, keeper } from "./keeping.ts"
import { graderOf, reviewing } from "./reviewing.ts"

const byAge = (assessmentId: AssessmentId | undefined) =>
  orderBy(`review queue of ${assessmentId ?? "all"}`, [InstantText, AttemptId])

export class Reviews extends Context.Service<Reviews, Methods<typeof reviewOperations>>()(
  "lyceum/assessments/Reviews"
) {
  static readonly layer = Layer.effect(
    Reviews,
    Effect.gen(function* () {
      const claims = yield* ReviewClaims
      const trail = yield* GradingTrail
      const door = yield* Door
      const desk = yield* reviewing
      const intact = yield* integrity
      const { keep } = yield* keeper

      /** Of one assessment with the right to it; of all with the right to all. */
      const mayLook = (assessmentId: AssessmentId | undefined, call: Call) =>
        assessmentId === undefined
          ? Effect.fromResult(requirePermission(call.me, "assessments:grade"))
          : Effect.asVoid(desk.assessment(assessmentId, call, "assessments:grade"))

      return Reviews.of({
        queue: door.query(
          reviewOperations.queue,
          Effect.fnUntraced(function* ({ assessmentId, ...request }, call) {
            yield* mayLook(assessmentId, call)
            return yield* paginate(
              byAge(assessmentId),
              request,
              (after, count) =>
                Effect.map(claims.queue(assessmentId, { after, count }), (waiting) =>
                  waiting.map(({ attempt, claim }) =>
                    queueEntry(attempt, Option.getOrUndefined(claim), call.now)
                  )
                ),
              ({ attemptId, submittedAt }) => [DateTime.formatIso(submittedAt), attemptId]
            )
          })
        ),

        progress: door.query(
          reviewOperations.progress,
          Effect.fnUntraced(function* ({ assessmentId, since }, call) {
            yield* mayLook(assessmentId, call)
            const { now } = call
            const at = { now, since: since ?? DateTime.subtract(now, { hours: 24 }) }
            const { oldest, ...counts } = yield* claims.progress(assessmentId, at)
            return { ...counts, ...(Option.isSome(oldest) && { oldest: oldest.value }) }
          })
        ),

        get: door.query(
          reviewOperations.get,
          Effect.fnUntraced(function* ({ attemptId }, call) {
            const { assessment, attempt } = yield* desk.attempt(attemptId, call)
            yield* intact(attempt)
            return yield* desk.view(yield* Effect.fromResult(handedIn(attempt)), assessment, call)
          })
        ),

        claim: door.command(
          reviewOperations.claim,
          Effect.fnUntraced(function* ({ attemptId }, call) {
            const { attempt } = yield* desk.attemptForUpdate(attemptId, call)
            const grader = yield* graderOf(call)
            const held = Option.getOrUndefined(yield* claims.find(attemptId))
            const claim = yield* Effect.fromResult(take(attempt, held, { grader, now: call.now }))
            yield* claims.put(attemptId, claim)
            return claim
          })
        ),

        release: door.command(
          reviewOperations.release,
          Effect.fnUntraced(function* ({ attemptId }, call) {
            yield* desk.attemptForUpdate(attemptId, call)
            const held = Option.getOrUndefined(yield* claims.find(attemptId))
            yield* Effect.fromResult(checkClaim(held, yield* graderOf(call), call.now))
            yield* claims.remove(attemptId)
            return done
          })
        ),

        enqueue: door.command(
          reviewOperations.enqueue,
          Effect.fnUntraced(function* ({ attemptId }, call) {
            const { attempt } = yield* desk.attemptForUpdate(attemptId, call)
            const decision = yield* Effect.fromResult(enqueueForManualReview(attempt))
            const performedBy = withoutClaims(call.me.actor)
            yield* keep({ before: attempt, decision, actionType: "review_enqueued", performedBy }, call.now)
            return queueEntry(decision.state, Option.getOrUndefined(yield* claims.find(attemptId)), call.now)
          })
        ),

        trail: door.query(
          reviewOperations.trail,
          Effect.fnUntraced(function* ({ attemptId }, call) {
            yield* desk.attempt(attemptId, call)
            return { items: yield* trail.of(attemptId) }
          })
        )
      })
    })
  )
}
