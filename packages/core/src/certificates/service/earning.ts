/** Issuing and withdrawing, as commands and reactions do it: under the learner's profile and the attempt, both held. */
import { Effect, Option } from "effect"
import { AttemptFacts, type AttemptId, type Taken } from "../../assessments/index.ts"
import { placeReader } from "../../content/index.ts"
import { type Profile, Profiles } from "../../identity/index.ts"
import { type Actor, type CurrentActor, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import type { Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { type InTransaction, Transaction } from "../../shared/transaction.ts"
import type { NotEarned, NotValid } from "../errors.ts"
import type { Certificate } from "../model.ts"
import { CertificateStore, NumberTaken } from "../ports.ts"
import * as rules from "../rules/certificate.ts"
import { type Draft, makers } from "./making.ts"

/** An attempt and its learner, held: what concerns the certificates of one person comes one after the other. */
export interface Held extends Taken {
  readonly profile: Profile
}

/** Who does something, and when. */
export interface By {
  readonly actor: Actor
  readonly now: Instant
}

const maximumDraws = 5

export const earning = Effect.gen(function* () {
  const store = yield* CertificateStore
  const attempts = yield* AttemptFacts
  const profiles = yield* Profiles
  const outbox = yield* Outbox
  const placeOf = yield* placeReader
  const { fresh, hashed } = yield* makers
  const { run } = yield* Transaction

  const hold = Effect.fnUntraced(function* (
    attemptId: AttemptId
  ): Effect.fn.Return<Option.Option<Held>, never, InTransaction> {
    const seen = yield* attempts.find(attemptId)
    if (Option.isNone(seen)) return Option.none()
    const profile = Option.getOrThrow(yield* profiles.findForUpdate(seen.value.attempt.userId))
    return Option.map(yield* attempts.findForUpdate(attemptId), (taken) => ({ ...taken, profile }))
  })

  /** The valid certificate; one of old gets its hashes on the way. */
  const validOf = Effect.fnUntraced(function* ({ assessment, profile }: Held) {
    const found = Option.getOrUndefined(yield* store.findValid(profile.id, assessment.scope))
    if (found === undefined || "verifyHash" in found) return found
    const certificate = yield* hashed(found)
    yield* store.fillHashes(certificate)
    return certificate
  })

  const titleOf = ({ assessment }: Held) =>
    Effect.map(
      placeOf(assessment.scope),
      Option.match({ onNone: () => assessment.title, onSome: ({ title }) => title })
    )

  /** Draws numbers until one is free, and stores what was decided with them. */
  const draw = <A, E>(
    draft: Draft,
    now: Instant,
    decide: (certificate: Certificate) => Effect.Effect<Decision<A>, E>,
    save: (state: A) => ReturnType<CertificateStore["Service"]["insert"]>
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

  /** What the attempt earns; the learner's certificate, and whether it is new. */
  const issue = Effect.fnUntraced(function* (
    held: Held,
    userId: UserId,
    now: Instant
  ): Effect.fn.Return<
    { readonly certificate: Certificate; readonly isNew: boolean },
    NotEarned,
    InTransaction | CurrentActor
  > {
    const { assessment, attempt, profile } = held
    const valid = yield* validOf(held)
    const earned = yield* store.ofAttempt(attempt.id)
    const revokedBefore = rules.wasWithdrawn(earned)
    const outcome = yield* Effect.fromResult(
      rules.earn({ assessment, attempt, userId, valid, revokedBefore })
    )
    if (outcome.kind === "keep") return { certificate: outcome.certificate, isNew: false }
    const draft: Draft = {
      userId: profile.id,
      attemptId: attempt.id,
      assessmentId: assessment.id,
      scope: assessment.scope,
      recipientName: profile.displayName,
      title: yield* titleOf(held),
      percentage: outcome.percentage,
      earnedAt: outcome.earnedAt
    }
    const { certificate } = yield* draw(
      draft,
      now,
      (made) => Effect.succeed(rules.issue(made, outcome.kind === "supersede" ? outcome.old : undefined)),
      ({ certificate: made, superseded }) =>
        Effect.andThen(superseded === undefined ? Effect.void : store.update(superseded), store.insert(made))
    )
    return { certificate, isNew: true }
  })

  /** Stores a revocation with its row in the trail of grading; nothing for one that was revoked before. */
  const saveRevoked = Effect.fnUntraced(function* (
    { attempt }: Held,
    { certificate, revocation }: rules.Revoked,
    { actor, now }: By
  ) {
    if (revocation === undefined) return
    yield* store.update(certificate)
    yield* store.insertRevocation(revocation)
    yield* attempts.noteRevocation(attempt, {
      performedBy: actor,
      performedAt: now,
      reason: revocation.reason
    })
  })

  const revoke = Effect.fnUntraced(function* (
    held: Held,
    certificate: Certificate,
    given: Pick<rules.Revoking, "reason" | "revokedAt"> & By
  ): Effect.fn.Return<Certificate, Invalid, InTransaction | CurrentActor> {
    const { actor, now, ...revoking } = given
    const { events, state } = yield* Effect.fromResult(
      rules.revoke(certificate, { ...revoking, revokedBy: userIdOf(actor) }, now)
    )
    yield* saveRevoked(held, state, given)
    yield* outbox.append(events)
    return state.certificate
  })

  /** The certificate anew, with the name and the title of today. */
  const correct = Effect.fnUntraced(function* (
    held: Held,
    old: Certificate,
    given: { readonly reason: string } & By
  ): Effect.fn.Return<Certificate, Invalid | NotValid, InTransaction | CurrentActor> {
    const { actor, now, reason } = given
    const draft = { ...old, recipientName: held.profile.displayName, title: yield* titleOf(held) }
    const by = { reason, revokedBy: userIdOf(actor), now }
    const { certificate } = yield* draw(
      rules.draftOf(draft),
      now,
      (made) => Effect.fromResult(rules.correct(old, made, by)),
      (state) => Effect.andThen(saveRevoked(held, state.revoked, given), store.insert(state.certificate))
    )
    return certificate
  })

  return { hold, issue, revoke, correct }
})
export type Earning = Effect.Success<typeof earning>
