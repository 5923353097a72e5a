/** The ways certificates says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { CertificateId } from "./id.ts"

/** Also what an unknown hash is answered with. */
export class CertificateNotFound extends Schema.TaggedError<CertificateNotFound>()(
  "certificates.certificate_not_found",
  {}
) {}

/** Why an attempt earns no certificate. */
export const WhyNotEarned = Schema.Literals([
  "not_graded",
  "not_passed",
  "gives_none",
  "of_somebody_else",
  "earned_before_and_revoked"
])
export type WhyNotEarned = typeof WhyNotEarned.Type
export class NotEarned extends Schema.TaggedError<NotEarned>()("certificates.not_earned", {
  why: WhyNotEarned
}) {}

/** Only a certificate that is valid can be corrected. */
export class NotValid extends Schema.TaggedError<NotValid>()("certificates.not_valid", {
  id: CertificateId
}) {}

/** Too many verifications from one address within an hour. Source: CRT-6. */
export class VerificationLimited extends Schema.TaggedError<VerificationLimited>()(
  "certificates.verification_limited",
  { retryAfterSeconds: Schema.Int }
) {}

export type CertificateRefusal = CertificateNotFound | NotEarned | NotValid | VerificationLimited

export const certificateTellings: Tellings<CertificateRefusal> = {
  "certificates.certificate_not_found": {
    family: "not_found",
    en: () => "There is no such certificate.",
    fr: () => "Ce certificat n'existe pas."
  },
  "certificates.not_earned": {
    family: "conflict",
    en: ({ why }) => `This attempt earns no certificate: ${why}.`,
    fr: ({ why }) => `Cette tentative ne donne pas de certificat : ${why}.`
  },
  "certificates.not_valid": {
    family: "conflict",
    en: () => "This certificate is not valid any more.",
    fr: () => "Ce certificat n'est plus valide."
  },
  "certificates.verification_limited": {
    family: "rate_limited",
    en: ({ retryAfterSeconds }) => `Too many verifications: try again in ${retryAfterSeconds} seconds.`,
    fr: ({ retryAfterSeconds }) => `Trop de vérifications : réessayez dans ${retryAfterSeconds} secondes.`
  }
}
