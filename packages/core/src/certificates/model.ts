/** The nouns of certificates: what was earned, by whom, and what anybody may check of it. */
import { Schema } from "effect"
import { AssessmentId, AttemptId, Scope, Sha256Hex } from "../assessments/index.ts"
import { AddressDigest } from "../shared/address.ts"
import { defineEvent } from "../shared/event.ts"
import { UserId, Uuid } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { Rational } from "../shared/rational.ts"
import { line, prose, SoundReason } from "../shared/text.ts"
import { CertificateId } from "./id.ts"

export { CertificateId }

/** `LYC-2026-` with 8 characters of Crockford's base 32 and a check character. */
export const SerialNumber = Schema.String.check(
  Schema.isPattern(/^LYC-\d{4}-[0-9A-HJKMNP-TV-Z]{8}[0-9A-HJKMNP-TV-Z*~$=U]$/u, {
    description: "a serial number"
  })
)
  .pipe(Schema.brand("SerialNumber"))
  .annotate({ identifier: "SerialNumber" })
export type SerialNumber = typeof SerialNumber.Type

/** 128 bits in lower-case hexadecimal. */
export const Nonce = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{32}$/u, { description: "32 hexadecimal digits" })
)

/** Why and when a certificate was withdrawn; kept even if the certificate goes (CRT-7). */
export const Revocation = Schema.Struct({
  certificateId: CertificateId,
  reason: SoundReason,
  /** Absent when a service did it. */
  revokedBy: Schema.optionalKey(UserId),
  revokedAt: Instant
}).annotate({ identifier: "CertificateRevocation" })
export type Revocation = typeof Revocation.Type

export const Certificate = Schema.Struct({
  id: CertificateId,
  userId: UserId,
  attemptId: AttemptId,
  assessmentId: AssessmentId,
  scope: Scope,
  serialNumber: SerialNumber,
  verifyHash: Sha256Hex,
  nonce: Nonce,
  /** SHA-256(salt ‖ name): outlives both. */
  nameHash: Sha256Hex,
  /** Name and salt go when the person is erased. */
  nameSalt: Schema.optionalKey(Nonce),
  recipientName: Schema.optionalKey(line(200)),
  title: line(200),
  /** The exact percentage that earned it. */
  percentage: Rational,
  /** When it was earned: the day on it, whenever it is rendered (CRT-10). */
  earnedAt: Instant,
  issuedAt: Instant,
  revokedAt: Schema.optionalKey(Instant),
  /** The serial number of the one that took its place. */
  supersededBy: Schema.optionalKey(SerialNumber),
  /** The certificate that this one corrects. */
  corrects: Schema.optionalKey(CertificateId)
}).annotate({ identifier: "Certificate" })
export type Certificate = typeof Certificate.Type

const { nameHash: _, nameSalt: __, nonce: ___, verifyHash: ____, ...old } = Certificate.fields

/** One that was imported from before there were hashes, and waits for its own (CRT-9). */
export const OldCertificate = Schema.Struct(old).annotate({ identifier: "OldCertificate" })
export type OldCertificate = typeof OldCertificate.Type

export const CertificateStatus = Schema.Literals(["valid", "revoked", "superseded"]).annotate({
  identifier: "CertificateStatus"
})
export type CertificateStatus = typeof CertificateStatus.Type

/**
 * A certificate as its holder sees it, and who may revoke it: nothing that would let its name be guessed once erased, and
 * no percentage, since whether and when that is shown is the assessment's to say (ASM-9).
 */
export const CertificateView = Schema.Struct({
  id: CertificateId,
  userId: UserId,
  attemptId: AttemptId,
  assessmentId: AssessmentId,
  scope: Scope,
  serialNumber: SerialNumber,
  /** What its public page is found by. */
  verifyHash: Sha256Hex,
  recipientName: Schema.optionalKey(line(200)),
  title: line(200),
  earnedAt: Instant,
  issuedAt: Instant,
  status: CertificateStatus,
  revokedAt: Schema.optionalKey(Instant),
  supersededBy: Schema.optionalKey(SerialNumber),
  corrects: Schema.optionalKey(CertificateId)
}).annotate({ identifier: "CertificateView" })
export type CertificateView = typeof CertificateView.Type

/** What anybody is told who knows the hash, and nothing else (CRT-5). */
export const Verification = Schema.Struct({
  /** Absent once the person was erased. */
  recipientName: Schema.optionalKey(line(200)),
  title: line(200),
  /** The day on it: when it was earned (CRT-10). */
  issuedAt: Instant,
  status: CertificateStatus,
  revokedAt: Schema.optionalKey(Instant),
  supersededBy: Schema.optionalKey(SerialNumber)
}).annotate({ identifier: "CertificateVerification" })
export type Verification = typeof Verification.Type

/** What a signed credential is made of: what anybody is told, and the certificate's place in the lists of the revoked (CRT-8). */
export const Credential = Schema.Struct({
  verification: Verification,
  statusList: Schema.Natural,
  /** Its place in that list, from 0. */
  statusIndex: Schema.Natural
}).annotate({ identifier: "CertificateCredential" })
export type Credential = typeof Credential.Type

export const VerificationCallId = Uuid.pipe(Schema.brand("VerificationCallId"))

/** One look at a certificate by somebody, refused or not (CRT-6). */
export const VerificationCall = Schema.Struct({
  id: VerificationCallId,
  /** The digest of the client's address under the salt of the day; absent where there was none. */
  clientIpHash: Schema.optionalKey(AddressDigest),
  /** What was asked for; absent where it was no hash at all. */
  certificateHash: Schema.optionalKey(Sha256Hex),
  userAgent: Schema.optionalKey(prose(500)),
  /** Whether a certificate was found, whatever its state. */
  success: Schema.Boolean,
  /** The code of the refusal. */
  errorMessage: Schema.optionalKey(line(100)),
  responseTimeMs: Schema.Natural,
  createdAt: Instant
}).annotate({ identifier: "CertificateVerificationCall" })
export type VerificationCall = typeof VerificationCall.Type

const certificate = {
  certificateId: CertificateId,
  userId: UserId,
  attemptId: AttemptId,
  assessmentId: AssessmentId,
  scope: Scope,
  serialNumber: SerialNumber
}
const About = Schema.Struct(certificate)
type About = typeof About.Type
const key = ({ userId }: About): string => `certificates:${userId}`
const subjects = ({
  assessmentId,
  attemptId,
  certificateId,
  scope,
  userId
}: About): Readonly<Record<string, string>> => ({
  certificateId,
  attemptId,
  assessmentId,
  userId,
  ...(scope.scope === "lesson" ? { lessonId: scope.lessonId } : { courseId: scope.courseId })
})

/** `corrects` or `supersedes` an older one: then nothing new was earned (CRT-10, CRT-3). */
export const CertificateIssued = defineEvent("certificates.certificate_issued", {
  payload: Schema.Struct({
    ...certificate,
    corrects: Schema.optionalKey(CertificateId),
    supersedes: Schema.optionalKey(CertificateId)
  }),
  key,
  subjects
})
export const CertificateSuperseded = defineEvent("certificates.certificate_superseded", {
  payload: Schema.Struct({ ...certificate, supersededBy: SerialNumber }),
  key,
  subjects
})
/** `corrected` when a new one follows at once, so that nobody reverses what was earned (CRT-10). */
export const CertificateRevoked = defineEvent("certificates.certificate_revoked", {
  payload: Schema.Struct({ ...certificate, reason: Schema.String, corrected: Schema.Boolean }),
  key,
  subjects
})
