/** Answers the ground floor's question who may do what, and lets newcomers in. Source: RBAC-1, RBAC-8, IDN-8. */
import { Effect, Layer, Option } from "effect"
import { Arrivals } from "../identity/index.ts"
import { Authority, CurrentActor, standingWithoutAccount } from "../shared/actor.ts"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import { Assignments, PaidMembership } from "./ports.ts"
import { payingGives, standingOf } from "./rules/standing.ts"

/**
 * What a user's standing is computed from, in one read. Whether they pay is asked beside it only where that may change
 * the answer: where the names of roles are asked for, or where a school gave permissions to `premium_member`. As
 * shipped it has none, and no door waits for a second read. Source: RBAC-7, RBAC-8.
 */
export const standingFacts = Effect.gen(function* () {
  const assignments = yield* Assignments
  const paid = yield* PaidMembership
  return Effect.fnUntraced(function* (
    userId: UserId,
    now: Instant,
    asked: "permissions" | "names" = "permissions"
  ) {
    const { status, ...known } = yield* assignments.standing(userId)
    const paidUntil =
      asked === "names" || payingGives(known.roles) ? yield* paid.until(userId, now) : Option.none()
    return {
      ...known,
      hasProfile: status !== undefined,
      status: status ?? ("active" as const),
      paidUntil: Option.getOrUndefined(paidUntil),
      now
    }
  })
})

export const authorityLayer = Layer.effect(
  Authority,
  Effect.gen(function* () {
    const factsOf = yield* standingFacts
    const arrivals = yield* Arrivals
    return Authority.of({
      standingOf: (actor, now) =>
        actor._tag === "User"
          ? Effect.map(factsOf(actor.id, now), (facts) => standingOf({ ...facts, actor }))
          : Effect.succeed(standingWithoutAccount(actor)),
      admit: Effect.fnUntraced(function* (actor, now) {
        if (actor._tag !== "User") return standingWithoutAccount(actor)
        const facts = yield* factsOf(actor.id, now)
        yield* facts.hasProfile
          ? arrivals.seen(actor, facts.lastSeenAt, now).pipe(Effect.provideService(CurrentActor, actor))
          : Effect.provideService(arrivals.arrive(actor.id, actor.claims ?? {}, now), CurrentActor, actor)
        return standingOf({ ...facts, actor })
      })
    })
  })
).pipe(Layer.provide(Arrivals.layer))
