/** Who earns a certificate, which one counts, and how one is withdrawn. Source: CRT-1, CRT-3, CRT-5, CRT-7, CRT-10. */
import { DateTime, Result, Schema } from "effect"
import type { Assessment, AttemptId, Graded } from "../../assessments/index.ts"
import type { Decision } from "../../shared/decision.ts"
import { Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { SoundReason } from "../../shared/text.ts"
import { compare, over, rational, times } from "../../shared/rational.ts"
import { NotEarned, NotValid, type WhyNotEarned } from "../errors.ts"
import {
  type Certificate,
  CertificateIssued,
  CertificateRevoked,
  type CertificateStatus,
  CertificateSuperseded,
  type CertificateView,
  type Revocation,
  type Verification
} from "../model.ts"

/** Revoked comes before superseded: what was withdrawn stays so. */
export const statusOf = ({
  revokedAt,
  supersededBy
}: Pick<Certificate, "revokedAt" | "supersededBy">): CertificateStatus =>
  revokedAt !== undefined ? "revoked" : supersededBy !== undefined ? "superseded" : "valid"

const about = ({ assessmentId, attemptId, id, scope, serialNumber, userId }: Certificate) => ({
  certificateId: id,
  userId,
  attemptId,
  assessmentId,
  scope,
  serialNumber
})

/** A `cert` gives one always, an `exam` when it says so, a `quiz` never. */
export const givesCertificate = ({
  givesCertificate: marked,
  type
}: Pick<Assessment, "givesCertificate" | "type">): boolean => type === "cert" || (type === "exam" && marked)

export interface EarningFacts {
  readonly assessment: Pick<Assessment, "givesCertificate" | "type">
  readonly attempt: { readonly status: string; readonly userId: UserId; readonly id: AttemptId } & Partial<
    Pick<Graded, "passed" | "score" | "maxScore" | "gradedAt">
  >
  readonly userId: UserId
  /** The learner's valid certificate of the same scope. */
  readonly valid?: Certificate | undefined
  /** Whether a certificate of this very attempt was revoked. */
  readonly revokedBefore: boolean
}

/** The exact percentage, and when it was reached: with the first grading, whatever came after. */
type Earned = Pick<Certificate, "percentage" | "earnedAt">

export type Earning =
  /** The learner's first valid one. */
  | ({ readonly kind: "issue" } & Earned)
  /** A better one takes the place of the one there is. */
  | ({ readonly kind: "supersede"; readonly old: Certificate } & Earned)
  /** The one there is stays: this attempt was not better, or earned it. */
  | { readonly kind: "keep"; readonly certificate: Certificate }

const whyNot = ({ assessment, attempt, revokedBefore, userId }: EarningFacts): WhyNotEarned | undefined => {
  if (attempt.userId !== userId) return "of_somebody_else"
  if (!givesCertificate(assessment)) return "gives_none"
  if (attempt.status !== "graded") return "not_graded"
  if (attempt.passed !== true) return "not_passed"
  return revokedBefore ? "earned_before_and_revoked" : undefined
}

/** What an attempt earns its learner. A higher percentage, exactly compared, supersedes; an equal or lower one does not. */
export const earn = (facts: EarningFacts): Result.Result<Earning, NotEarned> => {
  const why = whyNot(facts)
  const { gradedAt: earnedAt, maxScore, score } = facts.attempt
  if (why !== undefined || score === undefined || maxScore === undefined || earnedAt === undefined) {
    return Result.fail(new NotEarned({ why: why ?? "not_graded" }))
  }
  const percentage = over(times(score, rational(100)), maxScore)
  const { valid } = facts
  if (valid === undefined) return Result.succeed({ kind: "issue", percentage, earnedAt })
  const better = valid.attemptId !== facts.attempt.id && compare(percentage, valid.percentage) > 0
  return Result.succeed(
    better ? { kind: "supersede", percentage, earnedAt, old: valid } : { kind: "keep", certificate: valid }
  )
}

/**
 * Whether a certificate of an attempt was withdrawn, `earned` being all that it earned. One that was corrected was not: it
 * lives on in the one that names it.
 */
export const wasWithdrawn = (
  earned: ReadonlyArray<Pick<Certificate, "id" | "revokedAt" | "corrects">>
): boolean =>
  earned.some(
    ({ id, revokedAt }) => revokedAt !== undefined && !earned.some(({ corrects }) => corrects === id)
  )

/** What grading means for certificates: a pass may earn one, and a regrade that takes the pass away withdraws it (ASM-18). */
export const consequence = (
  attempt: Pick<EarningFacts["attempt"], "status" | "passed">
): "earns" | "loses" | "nothing" =>
  attempt.status !== "graded" ? "nothing" : attempt.passed === true ? "earns" : "loses"

/** A certificate and, where it takes the place of another, that other one as it is from now on. */
export interface Issued {
  readonly certificate: Certificate
  readonly superseded?: Certificate
}

/** Issues what `earn` allowed. */
export const issue = (certificate: Certificate, old?: Certificate): Decision<Issued> => {
  if (old === undefined) return { state: { certificate }, events: [CertificateIssued(about(certificate))] }
  const supersededBy = certificate.serialNumber
  return {
    state: { certificate, superseded: { ...old, supersededBy } },
    events: [
      CertificateSuperseded({ ...about(old), supersededBy }),
      CertificateIssued({ ...about(certificate), supersedes: old.id })
    ]
  }
}

/** What a certificate says, without what is drawn for each one anew. */
export const draftOf = (certificate: Certificate) => {
  const { assessmentId, attemptId, earnedAt, percentage, recipientName, scope, title, userId } = certificate
  return {
    userId,
    attemptId,
    assessmentId,
    scope,
    title,
    percentage,
    earnedAt,
    ...(recipientName !== undefined && { recipientName })
  }
}

const isSound = Schema.is(SoundReason)

export interface Revoking {
  readonly reason: string
  readonly revokedBy?: UserId | undefined
  /** Now, unless it happened before; never later. */
  readonly revokedAt?: Instant | undefined
}

/** A revoked certificate with its revocation; none when it was revoked before. */
export interface Revoked {
  readonly certificate: Certificate
  readonly revocation?: Revocation
}

/**
 * Withdraws a certificate, once: a second revocation changes nothing, whatever it says. A reason has 10 to 1000
 * characters, and nothing is revoked in the future or before it was issued.
 */
export const revoke = (
  certificate: Certificate,
  given: Revoking,
  now: Instant
): Result.Result<Decision<Revoked>, Invalid> => {
  const { reason, revokedAt = now, revokedBy } = given
  if (certificate.revokedAt !== undefined) return Result.succeed({ state: { certificate }, events: [] })
  if (!isSound(reason))
    return Result.fail(
      Invalid.at(["reason"], "must have 10 to 1000 characters on one line, without blanks around them")
    )
  if (DateTime.isGreaterThan(revokedAt, now))
    return Result.fail(Invalid.at(["revokedAt"], "must not lie in the future"))
  if (DateTime.isLessThan(revokedAt, certificate.issuedAt)) {
    return Result.fail(Invalid.at(["revokedAt"], "must not lie before the day of issue"))
  }
  const revocation = { certificateId: certificate.id, reason, ...(revokedBy && { revokedBy }), revokedAt }
  return Result.succeed({
    state: { certificate: { ...certificate, revokedAt }, revocation },
    events: [CertificateRevoked({ ...about(certificate), reason, corrected: false })]
  })
}

/**
 * Replaces a valid certificate by one with a mended name or title: the old one is revoked, the new one names it, and what
 * was earned stays earned.
 */
export const correct = (
  old: Certificate,
  certificate: Certificate,
  given: { readonly reason: string; readonly revokedBy?: UserId | undefined; readonly now: Instant }
): Result.Result<
  Decision<{ readonly certificate: Certificate; readonly revoked: Revoked }>,
  Invalid | NotValid
> => {
  if (statusOf(old) !== "valid") return Result.fail(new NotValid({ id: old.id }))
  return Result.map(revoke(old, given, given.now), ({ state: revoked }) => {
    const corrected = { ...certificate, corrects: old.id }
    return {
      state: { certificate: corrected, revoked },
      events: [
        CertificateRevoked({ ...about(old), reason: given.reason, corrected: true }),
        CertificateIssued({ ...about(corrected), corrects: old.id })
      ]
    }
  })
}

/** A certificate as the public sees it: field by field, so that a new field is nobody's until somebody shows it. */
export const verification = (certificate: Certificate): Verification => {
  const { earnedAt, recipientName, revokedAt, supersededBy, title } = certificate
  const status = statusOf(certificate)
  return {
    ...(recipientName !== undefined && { recipientName }),
    title,
    // The day on it is the day of the earning (CRT-10): a reissue must not look like another achievement.
    issuedAt: earnedAt,
    status,
    ...(status === "revoked" && revokedAt && { revokedAt }),
    ...(status === "superseded" && supersededBy && { supersededBy })
  }
}

/** A certificate as its holder sees it. */
export const viewOf = (certificate: Certificate): CertificateView => {
  const { nameHash: _, nameSalt: __, nonce: ___, percentage: ____, ...shown } = certificate
  return { ...shown, status: statusOf(certificate) }
}
