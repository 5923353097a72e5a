/** The verbs of consents. A history is whole, or holds at least the newest entry of each type. Source: IDN-5. */
import { DateTime, Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { Invalid } from "../../shared/errors.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { ConsentNotInForce } from "../errors.ts"
import {
  type Consent,
  ConsentDecided,
  type ConsentDocument,
  type ConsentDue,
  ConsentType
} from "../model/consent.ts"

type Documents = Readonly<Record<ConsentType, ConsentDocument>>

/** The newest entry of a type. */
const newestOf = (history: ReadonlyArray<Consent>, type: ConsentType): Consent | undefined =>
  history
    .filter(({ consentType }) => consentType === type)
    .reduce<Consent | undefined>(
      (newest, one) => (newest === undefined || one.entryNo > newest.entryNo ? one : newest),
      undefined
    )

/** The number of the next entry. */
const nextNo = (history: ReadonlyArray<Consent>): number =>
  Math.max(0, ...history.map(({ entryNo }) => entryNo)) + 1

/** True for a grant that has not expired; only the newest entry of a type is asked. */
const counts = (newest: Consent, now: Instant): boolean =>
  newest.decision === "granted" && isWithin(now, { to: newest.expiresAt })

/** What somebody agrees to at an instant: at most one entry a type, each the newest of it. */
export const inForce = (history: ReadonlyArray<Consent>, now: Instant): ReadonlyArray<Consent> =>
  ConsentType.literals
    .flatMap((type) => newestOf(history, type) ?? [])
    .filter((newest) => counts(newest, now))

/**
 * What is to be asked: what was never answered on the document in use, what has expired, and what is required and not
 * granted. No is an answer where nothing is required.
 */
export const due = (
  history: ReadonlyArray<Consent>,
  documents: Documents,
  now: Instant
): ReadonlyArray<ConsentDue> =>
  ConsentType.literals.flatMap((consentType) => {
    const { required, version } = documents[consentType]
    const newest = newestOf(history, consentType)
    const answered =
      newest?.documentVersion === version &&
      (counts(newest, now) || (!required && newest.decision !== "granted"))
    return answered ? [] : [{ consentType, documentVersion: version, required }]
  })

/** An answer to the document in use; an older document is no longer what would be agreed to. */
export const decide = (
  said: Pick<Consent, "id" | "userId" | "consentType" | "documentVersion" | "source" | "ipHash"> & {
    readonly granted: boolean
  },
  facts: {
    readonly document: ConsentDocument
    readonly history: ReadonlyArray<Consent>
    readonly now: Instant
  }
): Result.Result<Decision<Consent>, Invalid> => {
  const { document, history, now } = facts
  const { granted, ...given } = said
  if (given.documentVersion !== document.version) {
    return Result.fail(Invalid.at(["documentVersion"], `is not the one in use, which is ${document.version}`))
  }
  const expires = granted && document.validDays !== undefined
  return Result.succeed(
    entry({
      ...given,
      entryNo: nextNo(history),
      decision: granted ? "granted" : "declined",
      decidedAt: now,
      ...(expires && { expiresAt: DateTime.add(now, { days: document.validDays }) })
    })
  )
}

/** Takes back what is in force. */
export const revoke = (
  said: Pick<Consent, "id" | "userId" | "consentType" | "source" | "ipHash">,
  history: ReadonlyArray<Consent>,
  now: Instant
): Result.Result<Decision<Consent>, ConsentNotInForce> => {
  const newest = newestOf(history, said.consentType)
  return newest !== undefined && counts(newest, now)
    ? Result.succeed(
        entry({
          ...said,
          entryNo: nextNo(history),
          decision: "revoked",
          documentVersion: newest.documentVersion,
          decidedAt: now
        })
      )
    : Result.fail(new ConsentNotInForce({ consentType: said.consentType }))
}

const entry = (consent: Consent): Decision<Consent> => {
  const { consentType, decision, documentVersion, userId } = consent
  return { state: consent, events: [ConsentDecided({ userId, consentType, decision, documentVersion })] }
}
