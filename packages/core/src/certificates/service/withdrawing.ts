/** Revoking, and correcting by a revoke and a reissue, as commands and reactions do it. Source: CRT-7, CRT-10. */
import { Effect } from "effect"
import { AttemptFacts } from "../../assessments/index.ts"
import { type Actor, type CurrentActor, userIdOf } from "../../shared/actor.ts"
import type { Invalid } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import type { InTransaction } from "../../shared/transaction.ts"
import type { NotValid } from "../errors.ts"
import type { Certificate } from "../model.ts"
import { CertificateStore } from "../ports.ts"
import * as rules from "../rules/certificate.ts"
import { drawing, type Held, holding } from "./holding.ts"

/** Who does something, and when. */
export interface By {
  readonly actor: Actor
  readonly now: Instant
}

export const withdrawing = Effect.gen(function* () {
  const store = yield* CertificateStore
  const attempts = yield* AttemptFacts
  const outbox = yield* Outbox
  const { titleOf } = yield* holding
  const draw = yield* drawing

  /** Stores a revocation with its row in the trail of grading; nothing for one that was revoked before. */
  const save = Effect.fnUntraced(function* (
    { attempt }: Held,
    { certificate, revocation }: rules.Revoked,
    { actor: performedBy, now: performedAt }: By
  ) {
    if (revocation === undefined) return
    const { reason } = revocation
    yield* store.update(certificate)
    yield* store.insertRevocation(revocation)
    yield* attempts.noteRevocation(attempt, { performedBy, performedAt, reason })
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
    yield* save(held, state, given)
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
    const recipientName = held.profile.displayName
    const draft = rules.draftOf({ ...old, recipientName, title: yield* titleOf(held) })
    const by = { reason, revokedBy: userIdOf(actor), now }
    const { certificate } = yield* draw(draft, now, {
      decide: (made) => Effect.fromResult(rules.correct(old, made, by)),
      save: (state) => Effect.andThen(save(held, state.revoked, given), store.insert(state.certificate))
    })
    return certificate
  })

  return { revoke, correct }
})
