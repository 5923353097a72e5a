/** What single learners are granted beyond an assessment's terms. Source: ASM-5, ASM-19. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { requirePermission, userIdOf, withoutClaims } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Invalid } from "../../shared/errors.ts"
import { UserId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { AccommodationNotFound } from "../errors.ts"
import type { Accommodation, AssessmentId, Granted } from "../model/index.ts"
import { accommodationOperations } from "../operations/accommodations.ts"
import { AccommodationStore, AttemptStore } from "../ports.ts"
import { accommodate } from "../rules/attempt.ts"
import { circumstancesReader, keeper } from "./keeping.ts"
import { sheetReader } from "./papers.ts"

type Whose = Pick<Accommodation, "assessmentId" | "userId">

export class Accommodations extends Context.Service<
  Accommodations,
  Methods<typeof accommodationOperations>
>()("lyceum/assessments/Accommodations") {
  static readonly layer = Layer.effect(
    Accommodations,
    Effect.gen(function* () {
      const store = yield* AccommodationStore
      const attempts = yield* AttemptStore
      const readSheet = yield* sheetReader
      const circumstances = yield* circumstancesReader
      const { keep } = yield* keeper
      const door = yield* Door

      const mayGrant = Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
        const { sight } = yield* readSheet(assessmentId, call)
        yield* Effect.fromResult(requirePermission(call.me, "assessments:update", sight))
      })
      const found = (granted: Option.Option<Accommodation>, whose: Whose) =>
        Effect.mapError(Effect.fromOption(granted), () => new AccommodationNotFound(whose))

      /** Moves the deadline of the attempt that runs, and writes that down. */
      const apply = Effect.fnUntraced(function* (
        { assessmentId, userId }: Whose,
        { granted, reason }: { readonly granted: Granted; readonly reason: string },
        { me, now }: Call
      ) {
        const { active } = yield* attempts.learnerStateForUpdate(assessmentId, userId)
        if (Option.isNone(active)) return
        const before = active.value
        const decision = accommodate(before, granted, yield* circumstances.ofAnswering(before, now))
        const performedBy = withoutClaims(me.actor)
        yield* keep({ before, decision, actionType: "accommodation_changed", performedBy, reason }, now)
      })

      return Accommodations.of({
        put: door.command(
          accommodationOperations.put,
          Effect.fnUntraced(function* (input, call) {
            yield* mayGrant(input.assessmentId, call)
            if (input.opensAt && input.closesAt && !DateTime.isLessThan(input.opensAt, input.closesAt))
              return yield* Invalid.at(["closesAt"], "must be after opensAt")
            const grantedBy = userIdOf(call.me.actor)
            const accommodation = { ...input, ...(grantedBy && { grantedBy }), updatedAt: call.now }
            yield* store.put(accommodation)
            yield* apply(input, { granted: input, reason: input.reason }, call)
            return accommodation
          })
        ),
        withdraw: door.command(
          accommodationOperations.withdraw,
          Effect.fnUntraced(function* ({ assessmentId, reason, userId }, call) {
            yield* mayGrant(assessmentId, call)
            const whose = { assessmentId, userId }
            const withdrawn = yield* found(yield* store.remove(assessmentId, userId), whose)
            yield* apply(whose, { granted: {}, reason }, call)
            return withdrawn
          })
        ),
        get: door.query(
          accommodationOperations.get,
          Effect.fnUntraced(function* (whose, call) {
            yield* mayGrant(whose.assessmentId, call)
            return yield* found(yield* store.find(whose.assessmentId, whose.userId), whose)
          })
        ),
        list: door.query(
          accommodationOperations.list,
          Effect.fnUntraced(function* ({ assessmentId, ...request }, call) {
            yield* mayGrant(assessmentId, call)
            return yield* paginate(
              orderBy(`accommodations of ${assessmentId}`, [UserId]),
              request,
              (after, count) => store.list(assessmentId, { after, count }),
              ({ userId }) => [userId]
            )
          })
        )
      })
    })
  )
}
