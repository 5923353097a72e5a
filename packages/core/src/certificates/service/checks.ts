/** What the self-test of a release tries of certificates. Source: ASM-27, CRT-1, CRT-2, CRT-7, CRT-10. */
import { Effect, Equal, Layer, Option } from "effect"
import { type Graded, type ReleaseCheck, ReleaseChecks } from "../../assessments/index.ts"
import { CurrentActor } from "../../shared/actor.ts"
import type { Instant } from "../../shared/instant.ts"
import { CertificateStore } from "../ports.ts"
import { holding } from "./holding.ts"
import { issuing } from "./issuing.ts"
import { withdrawing } from "./withdrawing.ts"

const reason = "a self-test of the release"
const verdict = (holds: boolean, detail: string) =>
  ({ outcome: holds ? "passed" : "failed", detail }) as const

export const releaseChecksLayer = Layer.effect(
  ReleaseChecks,
  Effect.gen(function* () {
    const store = yield* CertificateStore
    const { hold } = yield* holding
    const issue = yield* issuing
    const { correct, revoke } = yield* withdrawing

    const earned = Effect.fnUntraced(function* (attempt: Graded, now: Instant) {
      const held = Option.getOrThrow(yield* hold(attempt.id))
      return { held, ...(yield* issue(held, attempt.userId, now)) }
    })

    const checks: ReadonlyArray<ReleaseCheck> = [
      {
        check: "certificate_scope",
        run: Effect.fnUntraced(function* (attempt, now) {
          const { certificate, held } = yield* earned(attempt, now)
          const again = yield* issue(held, attempt.userId, now)
          const isOfScope = Equal.equals(certificate.scope, held.assessment.scope)
          return verdict(
            isOfScope && certificate.userId === attempt.userId && again.certificate.id === certificate.id,
            "a certificate is of the scope of its assessment, and one for each learner and scope"
          )
        })
      },
      {
        check: "revocation_and_reissue",
        run: Effect.fnUntraced(function* (attempt, now) {
          const { certificate, held } = yield* earned(attempt, now)
          const by = { actor: yield* CurrentActor, now }
          const anew = yield* correct(held, certificate, { reason, ...by })
          const valid = store.findValid(attempt.userId, held.assessment.scope)
          const reissued = Option.exists(yield* valid, ({ id }) => id === anew.id)
          yield* revoke(held, anew, { reason, revokedAt: now, ...by })
          const gone = Option.isNone(yield* valid)
          return verdict(
            anew.corrects === certificate.id && reissued && gone,
            "one that is revoked is valid no more, and the one that is issued anew names it"
          )
        })
      }
    ]
    return checks
  })
)
