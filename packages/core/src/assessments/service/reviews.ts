/** The queue of what waits for a person. Source: ASM-21. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { may, requirePermission, userIdOf, withoutClaims } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { InstantText, orderBy, paginate } from "../../shared/page.ts"
import { type AssessmentId, AttemptId } from "../model/index.ts"
import { reviewOperations } from "../operations/reviews.ts"
import { GradingTrail, type QueueFilter, ReviewClaims } from "../ports.ts"
import { enqueueForManualReview } from "../rules/attempt.ts"
import { queueEntry, take } from "../rules/desk.ts"
import { checkClaim, handedIn } from "../rules/review.ts"
import { integrity, keeper } from "./keeping.ts"
import { graderOf, reviewing } from "./reviewing.ts"

const byAge = ({ assessmentId, ownedBy }: QueueFilter) =>
  orderBy(`review queue of ${assessmentId ?? ownedBy ?? "all"}`, [InstantText, AttemptId])

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

      /** What of the queue somebody may look at: all of it, one assessment, or what is in their own courses. */
      const looked = Effect.fnUntraced(function* (assessmentId: AssessmentId | undefined, call: Call) {
        if (assessmentId !== undefined) {
          yield* desk.assessment(assessmentId, call, "assessments:grade")
          return { assessmentId }
        }
        const ownedBy = userIdOf(call.me.actor)
        const mayAll = may(call.me, "assessments:grade")
        if (!mayAll && ownedBy !== undefined && may(call.me, "assessments:grade", { own: true }))
          return { ownedBy }
        yield* Effect.fromResult(requirePermission(call.me, "assessments:grade"))
        return {}
      })

      return Reviews.of({
        queue: door.query(
          reviewOperations.queue,
          Effect.fnUntraced(function* ({ assessmentId, ...request }, call) {
            const filter: QueueFilter = yield* looked(assessmentId, call)
            return yield* paginate(
              byAge(filter),
              request,
              (after, count) =>
                Effect.map(claims.queue(filter, { after, count }), (waiting) =>
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
            const filter: QueueFilter = yield* looked(assessmentId, call)
            const { now } = call
            const at = { now, since: since ?? DateTime.subtract(now, { hours: 24 }) }
            const { oldest, ...counts } = yield* claims.progress(filter, at)
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
