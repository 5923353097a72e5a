/** New certificates, with what nobody can guess: number, nonce, salt and hash. Source: CRT-4. */
import { DateTime, Effect } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import { newId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { type Certificate, CertificateId, type OldCertificate } from "../model.ts"
import { certificateText, nameBytes } from "../rules/hash.ts"
import { serialNumber } from "../rules/serial.ts"

const secretBytes = 16
const serialBytes = 5

/** What is known before the lot is drawn. */
export type Draft = Pick<
  Certificate,
  "userId" | "attemptId" | "assessmentId" | "scope" | "recipientName" | "title" | "percentage" | "earnedAt"
>

export const makers = Effect.gen(function* () {
  const random = yield* SecureRandom.SecureRandom
  const digest = yield* Digest.Digest
  const secret = Effect.map(random.randomBytes(secretBytes), Hex.encode)

  /** A certificate of old with hashes, of what it says today. */
  const hashed = Effect.fnUntraced(function* (old: OldCertificate): Effect.fn.Return<Certificate> {
    const [nonce, nameSalt] = [yield* secret, yield* secret]
    const nameHash = yield* digest.digestHex(Digest.sha256, nameBytes(nameSalt, old.recipientName ?? ""))
    const facts = { ...old, nonce, nameHash }
    const verifyHash = yield* digest.digestHex(
      Digest.sha256,
      new TextEncoder().encode(certificateText(facts))
    )
    return { ...facts, verifyHash, ...(old.recipientName !== undefined && { nameSalt }) }
  })

  const fresh = Effect.fnUntraced(function* (draft: Draft, now: Instant) {
    const id = yield* newId(CertificateId, random)
    const serial = serialNumber(DateTime.getPartUtc(now, "year"), yield* random.randomBytes(serialBytes))
    return yield* hashed({ ...draft, id, serialNumber: serial, issuedAt: now })
  })

  return { hashed, fresh }
})
