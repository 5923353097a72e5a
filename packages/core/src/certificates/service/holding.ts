/** What issuing and withdrawing share: the learner's profile and the attempt, both held, and lots drawn until one is free. */
import { Effect, Option } from "effect"
import { AttemptFacts, type AttemptId, type Taken } from "../../assessments/index.ts"
import { placeReader } from "../../content/index.ts"
import { type Profile, Profiles } from "../../identity/index.ts"
import type { CurrentActor } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { type InTransaction, Transaction } from "../../shared/transaction.ts"
import type { Certificate } from "../model.ts"
import { CertificateStore, NumberTaken } from "../ports.ts"
import { type Draft, makers } from "./making.ts"

/** An attempt and its learner, held: what concerns the certificates of one person comes one after the other. */
export interface Held extends Taken {
  readonly profile: Profile
}

const maximumDraws = 5

export const holding = Effect.gen(function* () {
  const attempts = yield* AttemptFacts
  const profiles = yield* Profiles
  const placeOf = yield* placeReader

  const hold = Effect.fnUntraced(function* (
    attemptId: AttemptId
  ): Effect.fn.Return<Option.Option<Held>, never, InTransaction> {
    const seen = yield* attempts.find(attemptId)
    if (Option.isNone(seen)) return Option.none()
    const profile = Option.getOrThrow(yield* profiles.findForUpdate(seen.value.attempt.userId))
    return Option.map(yield* attempts.findForUpdate(attemptId), (taken) => ({ ...taken, profile }))
  })

  const titleOf = ({ assessment }: Held) =>
    Effect.map(
      placeOf(assessment.scope),
      Option.match({ onNone: () => assessment.title, onSome: ({ title }) => title })
    )

  return { hold, titleOf }
})

/** How what was decided about a newly drawn certificate is stored. */
type Saving = ReturnType<CertificateStore["Service"]["insert"]>

export const drawing = Effect.gen(function* () {
  const outbox = yield* Outbox
  const { fresh } = yield* makers
  const { run } = yield* Transaction

  /** Draws numbers until one is free, and stores what was decided with them. */
  return <A, E>(
    draft: Draft,
    now: Instant,
    {
      decide,
      save
    }: {
      readonly decide: (certificate: Certificate) => Effect.Effect<Decision<A>, E>
      readonly save: (state: A) => Saving
    }
  ): Effect.Effect<A, E, InTransaction | CurrentActor> =>
    Effect.gen(function* () {
      for (let draws = 1; ; draws++) {
        const { events, state } = yield* Effect.flatMap(fresh(draft, now), decide)
        // A savepoint: PostgreSQL ends the whole transaction with the first breach of a constraint.
        const saved = yield* Effect.result(run(save(state)))
        if (saved._tag === "Success") {
          yield* outbox.append(events)
          return state
        }
        // Who holds the profile is never refused for another valid one; five lots alike are no chance.
        if (!(saved.failure instanceof NumberTaken) || draws === maximumDraws)
          return yield* Effect.die(saved.failure)
      }
    })
})
