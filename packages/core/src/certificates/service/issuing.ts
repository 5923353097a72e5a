/** Issuing what an attempt earns, as commands and reactions do it. Source: CRT-1 to CRT-3. */
import { Effect, Option } from "effect"
import type { CurrentActor } from "../../shared/actor.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import type { InTransaction } from "../../shared/transaction.ts"
import type { NotEarned } from "../errors.ts"
import type { Certificate } from "../model.ts"
import { CertificateStore } from "../ports.ts"
import * as rules from "../rules/certificate.ts"
import { drawing, type Held, holding } from "./holding.ts"
import { type Draft, makers } from "./making.ts"

export interface Issued {
  readonly certificate: Certificate
  readonly isNew: boolean
}

export const issuing = Effect.gen(function* () {
  const store = yield* CertificateStore
  const { hashed } = yield* makers
  const { titleOf } = yield* holding
  const draw = yield* drawing

  /** The valid certificate; one of old gets its hashes on the way. */
  const validOf = Effect.fnUntraced(function* ({ assessment, profile }: Held) {
    const found = Option.getOrUndefined(yield* store.findValid(profile.id, assessment.scope))
    if (found === undefined || "verifyHash" in found) return found
    const certificate = yield* hashed(found)
    yield* store.fillHashes(certificate)
    return certificate
  })

  return Effect.fnUntraced(function* (
    held: Held,
    userId: UserId,
    now: Instant
  ): Effect.fn.Return<Issued, NotEarned, InTransaction | CurrentActor> {
    const { assessment, attempt, profile } = held
    const valid = yield* validOf(held)
    const revokedBefore = rules.wasWithdrawn(yield* store.ofAttempt(attempt.id))
    const facts = { assessment, attempt, userId, valid, revokedBefore }
    const outcome = yield* Effect.fromResult(rules.earn(facts))
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
    const old = outcome.kind === "supersede" ? outcome.old : undefined
    const { certificate } = yield* draw(draft, now, {
      decide: (made) => Effect.succeed(rules.issue(made, old)),
      save: ({ certificate: made, superseded }) =>
        Effect.andThen(superseded === undefined ? Effect.void : store.update(superseded), store.insert(made))
    })
    return { certificate, isNew: true }
  })
})
