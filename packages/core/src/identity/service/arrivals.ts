/** How profiles come to be: by command, by import, or with the first command of a user whom a token vouches for. */
import { Context, Effect, Layer, Option, Result } from "effect"
import type { Claims, CurrentActor } from "../../shared/actor.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import type { NewEvent } from "../../shared/event.ts"
import { Outbox } from "../../shared/outbox.ts"
import { type InTransaction, Transaction } from "../../shared/transaction.ts"
import { type EmailTaken, UsernameTaken } from "../errors.ts"
import type { NewProfile, Origin, Profile } from "../model/profile.ts"
import { ProfileExists, Profiles } from "../ports.ts"
import { completed, fromClaims, usernameCandidates } from "../rules/arrival.ts"
import * as rules from "../rules/profile.ts"

/** A profile, whether it is new, and what is to be told of that; whoever makes many tells of them at once. */
export interface Arrival {
  readonly profile: Profile
  readonly created: boolean
  readonly events: ReadonlyArray<NewEvent>
}

export class Arrivals extends Context.Service<
  Arrivals,
  {
    /** Makes a profile, or answers the one there is and leaves it as it is; two at once are one. Source: IDN-8. */
    readonly make: (
      given: NewProfile,
      origin: Origin,
      now: Instant
    ) => Effect.Effect<Arrival, UsernameTaken | EmailTaken, InTransaction | CurrentActor>
    /** Makes the profile of a user who was never seen. An e-mail address that somebody else has is left out. */
    readonly arrive: (
      id: UserId,
      claims: typeof Claims.Type,
      now: Instant
    ) => Effect.Effect<void, never, InTransaction | CurrentActor>
    /**
     * Notes that a user acted, at most once in five minutes. With the first command of a user whose profile others made,
     * the claims fill what nobody said of them.
     */
    readonly seen: (
      user: { readonly id: UserId; readonly claims?: typeof Claims.Type },
      lastSeenAt: Instant | undefined,
      now: Instant
    ) => Effect.Effect<void, never, InTransaction | CurrentActor>
  }
>()("lyceum/identity/Arrivals") {
  static readonly layer = Layer.effect(
    Arrivals,
    Effect.gen(function* () {
      const profiles = yield* Profiles
      const outbox = yield* Outbox
      const { run } = yield* Transaction

      const existing = (profile: Profile): Arrival => ({ profile, created: false, events: [] })

      const make = Effect.fnUntraced(function* (given: NewProfile, origin: Origin, now: Instant) {
        const found = yield* profiles.find(given.id)
        if (Option.isSome(found)) return existing(found.value)
        const candidates = given.username === undefined ? usernameCandidates(given) : [given.username]
        for (const username of candidates) {
          const { events, state } = rules.create({ ...given, username }, origin, now)
          // A savepoint: PostgreSQL ends the whole transaction with the first breach of a constraint.
          const inserted = yield* Effect.result(run(profiles.insert(state)))
          if (Result.isSuccess(inserted)) return { profile: state, created: true, events }
          const refusal = inserted.failure
          if (refusal instanceof ProfileExists)
            return existing(Option.getOrThrow(yield* profiles.find(given.id)))
          if (!(refusal instanceof UsernameTaken)) return yield* refusal
        }
        return yield* new UsernameTaken({ username: candidates.join(", ") })
      })

      const fill = Effect.fnUntraced(function* (profile: Profile, claimed: NewProfile, now: Instant) {
        const { events, state } = completed(profile, claimed, now)
        if (events.length > 0) yield* run(profiles.update(state))
        return events
      })

      /** Who acts for the first time is held only where something is to be filled. */
      const complete = Effect.fnUntraced(function* (claimed: NewProfile, now: Instant) {
        const seen = Option.getOrThrow(yield* profiles.find(claimed.id))
        if (completed(seen, claimed, now).events.length === 0) return
        const profile = Option.getOrThrow(yield* profiles.findForUpdate(claimed.id))
        const { email: _, ...anonymous } = claimed
        yield* fill(profile, claimed, now).pipe(
          Effect.catchTag("identity.email_taken", () => fill(profile, anonymous, now)),
          Effect.orDie,
          Effect.flatMap((events) => outbox.append(events))
        )
      })

      return Arrivals.of({
        make,
        arrive: (id, claims, now) => {
          const { email, ...anonymous } = fromClaims(id, claims)
          const given = email === undefined ? anonymous : { ...anonymous, email }
          return make(given, "first_command", now).pipe(
            Effect.catchTag("identity.email_taken", () => make(anonymous, "first_command", now)),
            Effect.orDie,
            Effect.flatMap(({ events }) => outbox.append(events))
          )
        },
        seen: Effect.fnUntraced(function* ({ claims, id }, lastSeenAt, now) {
          if (lastSeenAt === undefined && claims !== undefined) yield* complete(fromClaims(id, claims), now)
          if (rules.isSeenAgain(lastSeenAt, now)) yield* profiles.touch(id, now)
        })
      })
    })
  )
}
