/** Whose own things a use case is about. */
import { Effect, Option, Result } from "effect"
import { type Standing, userIdOf } from "../../shared/actor.ts"
import { Forbidden, SignInRequired } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { type ProfileDeleted, ProfileNotFound } from "../errors.ts"
import { Profiles } from "../ports.ts"
import { ownProfile } from "../rules/profile.ts"

/** The signed-in user; visitors have nothing of their own, and neither have services. */
export const ownId = ({ actor }: Standing): Result.Result<UserId, SignInRequired | Forbidden> => {
  const id = userIdOf(actor)
  if (id !== undefined) return Result.succeed(id)
  return Result.fail(
    actor._tag === "Anonymous" ? new SignInRequired() : new Forbidden({ needs: "a signed-in user" })
  )
}

export const orNotFound =
  (user: string) =>
  <A, E, R>(found: Effect.Effect<Option.Option<A>, E, R>): Effect.Effect<A, E | ProfileNotFound, R> =>
    Effect.flatMap(found, (one) =>
      Option.isSome(one) ? Effect.succeed(one.value) : Effect.fail(new ProfileNotFound({ user }))
    )

/** The id of somebody who reads what is their own; who deleted their profile reads it by export only. Source: IDN-7. */
export const readers = Effect.map(Profiles, (profiles) =>
  Effect.fnUntraced(function* (
    me: Standing
  ): Effect.fn.Return<UserId, SignInRequired | Forbidden | ProfileDeleted> {
    const id = yield* Effect.fromResult(ownId(me))
    if (me.status !== "deleted") return id
    const profile = yield* profiles.find(id)
    if (Option.isSome(profile)) yield* Effect.fromResult(ownProfile(profile.value))
    return id
  })
)
