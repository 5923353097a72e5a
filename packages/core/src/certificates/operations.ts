/** Every use case of certificates. */
import { Schema } from "effect"
import { AttemptId, AttemptNotFound } from "../assessments/index.ts"
import { UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import * as errors from "./errors.ts"
import { CertificateId, CertificateView, Credential, Verification, VerificationCall } from "./model.ts"

/** Checked by the rule, so that what is no hash is written down as well (CRT-6). */
const hash = Schema.String
const atOnce = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))

/** The noun `certificates`. */
export const operations = {
  /**
   * What an attempt earns: a certificate, or the better one that the learner has already. For one's own attempt; for that
   * of others it takes `assessments:grade` or `manage_users`. Source: CRT-1 to CRT-3.
   */
  issue: command("certificates.issue", {
    input: Schema.Struct({
      attemptId: AttemptId,
      /** Whose it must be; absent: whoever's the attempt is. */
      userId: Schema.optionalKey(UserId)
    }),
    output: Schema.Struct({
      certificate: CertificateView,
      /** False when it was issued before. */
      isNew: Schema.Boolean
    }),
    refusals: [AttemptNotFound, errors.NotEarned]
  }),
  /** One's own; those of others take `assessments:grade` or `manage_users`. */
  get: query("certificates.get", {
    input: Schema.Struct({ certificateId: CertificateId }),
    output: CertificateView,
    refusals: [errors.CertificateNotFound]
  }),
  /** Newest first. One's own; those of others take `manage_users`. */
  list: query("certificates.list", {
    input: Schema.Struct({
      /** Absent: one's own. */
      userId: Schema.optionalKey(UserId),
      ...pageFields
    }),
    output: page(CertificateView)
  }),
  /** Takes `assessments:grade` or `manage_users`. Once: a second revocation changes nothing. Source: CRT-7. */
  revoke: command("certificates.revoke", {
    input: Schema.Struct({
      certificateId: CertificateId,
      /** 10 to 1000 characters. */
      reason: Schema.String.check(Schema.isMaxLength(10_000)),
      /** When it lost its worth; absent: now. Never in the future. */
      revokedAt: Schema.optionalKey(Instant)
    }),
    output: CertificateView,
    refusals: [errors.CertificateNotFound]
  }),
  /**
   * Takes what revoking takes. Revokes a valid certificate and issues it anew with the name that the learner has now and
   * the title as it is now. Source: CRT-10.
   */
  correct: command("certificates.correct", {
    input: Schema.Struct({
      certificateId: CertificateId,
      reason: Schema.String.check(Schema.isMaxLength(10_000))
    }),
    output: CertificateView,
    refusals: [errors.CertificateNotFound, errors.NotValid]
  }),
  /** For everybody who knows the hash; an address may look 100 times an hour. Source: CRT-5, CRT-6. */
  verify: query("certificates.verify", {
    input: Schema.Struct({ hash }),
    output: Verification,
    refusals: [errors.CertificateNotFound, errors.VerificationLimited]
  }),
  /** As `verify`, with what a signed credential says beside. Source: CRT-8. */
  credential: query("certificates.credential", {
    input: Schema.Struct({ hash }),
    output: Credential,
    refusals: [errors.CertificateNotFound, errors.VerificationLimited]
  }),
  /** Which certificates of a list are revoked, by their places in it; for everybody. Source: CRT-8. */
  statusList: query("certificates.status_list", {
    input: Schema.Struct({ list: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })) }),
    output: Schema.Struct({ length: Schema.Int, revoked: Schema.Array(Schema.Natural) })
  }),
  /** Takes `operations.view`. Who verified what, newest first, addresses as digests. Source: CRT-6. */
  verifications: query("certificates.verifications", {
    input: Schema.Struct(pageFields),
    output: page(VerificationCall)
  }),
  /** Takes `operations.manage`. Gives hashes to imported certificates that have none; again until no more. Source: CRT-9. */
  backfillHashes: command("certificates.backfill_hashes", {
    input: Schema.Struct({
      /** At most so many; 500 when absent. */
      limit: Schema.optionalKey(atOnce)
    }),
    output: Schema.Struct({ filled: Schema.Int, more: Schema.Boolean })
  })
}
