/** Looking at a certificate from outside: limited by address, written down, and told no more than everybody may know. Source: CRT-5, CRT-6. */
import { Clock, Effect, Option, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { CurrentClient } from "../../shared/address.ts"
import { newId } from "../../shared/id.ts"
import { currentInstant } from "../../shared/instant.ts"
import { InTransaction, Transaction } from "../../shared/transaction.ts"
import { CertificateNotFound } from "../errors.ts"
import { VerificationCallId } from "../model.ts"
import { CertificateStore, VerificationLog } from "../ports.ts"
import { normalizeHash } from "../rules/hash.ts"
import { admit, verificationLimit, windowStart } from "../rules/limit.ts"

export const verifying = Effect.gen(function* () {
  const store = yield* CertificateStore
  const log = yield* VerificationLog
  const random = yield* SecureRandom.SecureRandom
  const { run } = yield* Transaction

  const clientDigests = Effect.map(CurrentClient, ({ addressHash, addressHashYesterday }) =>
    [addressHash, addressHashYesterday].flatMap((one) => one ?? [])
  )

  /** Who has no address, as at the command line, is not counted. */
  const letIn = Effect.fnUntraced(function* (clientIpHashes: ReadonlyArray<string>) {
    if (clientIpHashes.length === 0) return
    const { now } = yield* InTransaction
    const counted = yield* log.admittedForUpdate(clientIpHashes, windowStart(now), verificationLimit.count)
    yield* Effect.fromResult(admit(counted, now))
  })

  const lookUp = Effect.fnUntraced(function* (typed: string, clientIpHashes: ReadonlyArray<string>) {
    yield* letIn(clientIpHashes)
    const found = yield* store.findByHash(yield* Effect.fromResult(normalizeHash(typed)))
    return Option.isSome(found) ? found.value : yield* new CertificateNotFound()
  })

  /** One call: let in or not, looked up or not, written down in any case, so that it takes the same steps for all. */
  return Effect.fnUntraced(function* (typed: string) {
    const began = yield* Clock.currentTimeMillis
    const [clientIpHash, ...before] = yield* clientDigests
    const { userAgent } = yield* CurrentClient
    const outcome = yield* run(
      Effect.gen(function* () {
        // What is refused is written down too, so it leaves the transaction as a value.
        const found = yield* Effect.result(
          lookUp(typed, clientIpHash === undefined ? [] : [clientIpHash, ...before])
        )
        const certificateHash = Result.getOrUndefined(normalizeHash(typed))
        yield* log.append({
          id: yield* newId(VerificationCallId, random),
          ...(clientIpHash !== undefined && { clientIpHash }),
          ...(certificateHash !== undefined && { certificateHash }),
          ...(userAgent !== undefined && { userAgent }),
          success: Result.isSuccess(found),
          ...(Result.isFailure(found) && { errorMessage: found.failure._tag }),
          responseTimeMs: Math.max(0, (yield* Clock.currentTimeMillis) - began),
          createdAt: yield* currentInstant
        })
        return found
      })
    )
    return yield* Effect.fromResult(outcome)
  })
})
