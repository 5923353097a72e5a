/** Looking as somebody else, read-only and logged. Source: KER-26. */
import { Context, Effect, Layer, Option, Result } from "effect"
import { type Actor, Authority, requirePermission, type Standing, user } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import type { UserId } from "../../shared/id.ts"
import { currentInstant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { ViewedAs } from "../model/viewing.ts"
import { operations } from "../operations.ts"
import { Profiles, Viewings } from "../ports.ts"
import { isOpen, mayView, viewableUntil } from "../rules/viewing.ts"
import { orNotFound, ownId } from "./own.ts"

export const viewingUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const viewings = yield* Viewings
  const authority = yield* Authority
  const outbox = yield* Outbox
  const door = yield* Door

  return {
    viewAs: door.command(
      operations.viewAs,
      Effect.fnUntraced(function* ({ reason, userId }, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        const viewerId = yield* Effect.fromResult(ownId(me))
        yield* profiles.find(userId).pipe(orNotFound(userId))
        yield* Effect.fromResult(mayView(me, yield* authority.standingOf(user(userId), now)))
        const until = viewableUntil(now)
        yield* viewings.put({ viewerId, viewedId: userId, until })
        yield* outbox.append([ViewedAs({ userId, viewerId, reason, until })])
        return { userId, until }
      })
    )
  }
})

/** For doors: whether a read may be answered as to somebody else. */
export class ViewAs extends Context.Service<
  ViewAs,
  {
    /**
     * True while a viewing is open and would still be allowed: whoever lost a permission meanwhile, or would see by one
     * that the other was given meanwhile, is refused although half an hour has not passed.
     */
    readonly check: (viewer: Actor, viewedId: UserId) => Effect.Effect<boolean>
  }
>()("lyceum/identity/ViewAs") {
  static readonly layer = Layer.effect(
    ViewAs,
    Effect.gen(function* () {
      const viewings = yield* Viewings
      const authority = yield* Authority
      return ViewAs.of({
        check: Effect.fnUntraced(function* (viewer, viewedId) {
          if (viewer._tag !== "User") return false
          const now = yield* currentInstant
          const viewing = yield* viewings.find(viewer.id, viewedId)
          if (!Option.exists(viewing, (found) => isOpen(found, now))) return false
          const standings: readonly [Standing, Standing] = yield* Effect.all([
            authority.standingOf(viewer, now),
            authority.standingOf(user(viewedId), now)
          ])
          return Result.isSuccess(mayView(...standings))
        })
      })
    })
  )
}
