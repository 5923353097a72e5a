/** Follows grading: what was passed earns its certificate, what is no longer passed loses it. Source: CRT-1, ASM-18. */
import { Context, Effect, Layer, Option } from "effect"
import { AttemptFacts, AttemptGraded, type AttemptId, AttemptRegraded } from "../../assessments/index.ts"
import { CurrentActor } from "../../shared/actor.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { Subscriber } from "../../shared/outbox.ts"
import type { Subscription } from "../../shared/reactions.ts"
import { InTransaction } from "../../shared/transaction.ts"
import { CertificateStore } from "../ports.ts"
import { consequence, givesCertificate } from "../rules/certificate.ts"
import { type Held, holding } from "./holding.ts"
import { issuing } from "./issuing.ts"
import { withdrawing } from "./withdrawing.ts"

export const certificatesSubscriber: Subscriber = {
  subscriber: "certificates",
  hears: [AttemptGraded.eventName, AttemptRegraded.eventName]
}

const reason = "A regrade took the pass away."

const attemptOf = (event: StoredEvent): AttemptId =>
  (event.name === AttemptGraded.eventName ? AttemptGraded.read(event) : AttemptRegraded.read(event)).attemptId

export class CertificateReaction extends Context.Service<
  CertificateReaction,
  {
    /** Goes by the attempt as it is now, not as the event tells it: handling an event late or twice changes nothing. */
    readonly listener: Subscription
  }
>()("lyceum/certificates/CertificateReaction") {
  static readonly layer = Layer.effect(
    CertificateReaction,
    Effect.gen(function* () {
      const store = yield* CertificateStore
      const attempts = yield* AttemptFacts
      const { hold } = yield* holding
      const issue = yield* issuing
      const { revoke } = yield* withdrawing

      const withdraw = Effect.fnUntraced(function* (held: Held) {
        const by = { reason, actor: yield* CurrentActor, now: (yield* InTransaction).now }
        const earned = yield* store.ofAttempt(held.attempt.id)
        yield* Effect.forEach(earned, (one) => Effect.orDie(revoke(held, one, by)), { discard: true })
      })

      /** What cannot change any certificate holds nobody up: nearly every graded attempt is of a quiz. */
      const concerns = Effect.fnUntraced(function* (attemptId: AttemptId) {
        const seen = yield* attempts.find(attemptId)
        if (Option.isNone(seen)) return false
        return givesCertificate(seen.value.assessment) || (yield* store.ofAttempt(attemptId)).length > 0
      })

      const react = Effect.fn("Certificates.react")(function* (event: StoredEvent) {
        const attemptId = attemptOf(event)
        if (!(yield* concerns(attemptId))) return
        const held = Option.getOrThrow(yield* hold(attemptId))
        const { now } = yield* InTransaction
        switch (consequence(held.attempt)) {
          case "earns":
            // What was withdrawn comes back by nobody's reaction.
            return yield* issue(held, held.profile.id, now).pipe(
              Effect.catchTag("certificates.not_earned", () => Effect.void)
            )
          case "loses":
            return yield* withdraw(held)
          case "nothing":
            return
        }
      })

      return CertificateReaction.of({ listener: { ...certificatesSubscriber, react } })
    })
  )
}
