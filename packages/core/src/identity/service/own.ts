/** Whose own things a use case is about. */
import { Effect, Option, Result } from "effect"
import { type Standing, userIdOf } from "../../shared/actor.ts"
import { Forbidden, SignInRequired } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { ProfileNotFound } from "../errors.ts"

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
