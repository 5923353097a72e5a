/** The texts that the hashes of a certificate are taken of. Source: CRT-4, CRT-5. */
import { DateTime, Result } from "effect"
import { canonicalize } from "../../shared/canonical.ts"
import { Invalid } from "../../shared/errors.ts"
import type { Certificate } from "../model.ts"

/** What the hash vouches for. The name is there by its own hash, so that erasing it leaves the rest provable. */
export type Facts = Pick<
  Certificate,
  | "serialNumber"
  | "attemptId"
  | "assessmentId"
  | "scope"
  | "title"
  | "percentage"
  | "earnedAt"
  | "nonce"
  | "nameHash"
>

const bytesOf = (hexadecimal: string): Uint8Array =>
  Uint8Array.from({ length: hexadecimal.length / 2 }, (_, index) =>
    Number.parseInt(hexadecimal.slice(2 * index, 2 * index + 2), 16)
  )

/** The bytes whose SHA-256 is the name's hash: the salt's, then the name's in UTF-8 (NFC, so that it reads as it looks). */
export const nameBytes = (saltHexadecimal: string, name: string): Uint8Array => {
  const [salt, text] = [bytesOf(saltHexadecimal), new TextEncoder().encode(name.normalize("NFC"))]
  const bytes = new Uint8Array(salt.length + text.length)
  bytes.set(salt)
  bytes.set(text, salt.length)
  return bytes
}

/**
 * The text whose SHA-256, over its UTF-8, is the verify hash: canonical JSON of the facts and the nonce. Written out field
 * by field: what a hash was taken of must not change with a schema.
 */
export const certificateText = (facts: Facts): string =>
  canonicalize({
    format: 1,
    serialNumber: facts.serialNumber,
    attemptId: facts.attemptId,
    assessmentId: facts.assessmentId,
    scope: facts.scope.scope,
    scopeId: facts.scope.scope === "lesson" ? facts.scope.lessonId : facts.scope.courseId,
    title: facts.title,
    percentage: `${facts.percentage.numerator}/${facts.percentage.denominator}`,
    earnedAt: DateTime.formatIso(facts.earnedAt),
    nonce: facts.nonce,
    nameHash: facts.nameHash
  })

/** A hash as somebody typed or followed it: 64 hexadecimal digits in any case, read as lower case; else `Invalid`. */
export const normalizeHash = (typed: string): Result.Result<string, Invalid> =>
  /^[a-fA-F0-9]{64}$/u.test(typed)
    ? Result.succeed(typed.toLowerCase())
    : Result.fail(Invalid.at(["hash"], "must be 64 hexadecimal digits"))
