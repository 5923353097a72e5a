/** What somebody agreed to, and when: a history to which is only added. Source: IDN-5. */
import { Context, Schema } from "effect"
import { AddressDigest } from "../../shared/address.ts"
import { defineEvent } from "../../shared/event.ts"
import { UserId, Uuid } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { line } from "../../shared/text.ts"

export const ConsentType = Schema.Literals([
  "terms",
  "privacy",
  "marketing",
  "analytics",
  "cookies"
]).annotate({
  identifier: "ConsentType"
})
export type ConsentType = typeof ConsentType.Type

export const ConsentDecision = Schema.Literals(["granted", "declined", "revoked"]).annotate({
  identifier: "ConsentDecision"
})

export const ConsentId = Uuid.pipe(Schema.brand("ConsentId"))
export type ConsentId = typeof ConsentId.Type

/** The version of a document that was shown: a date, a number. */
export const DocumentVersion = line(40).annotate({ identifier: "DocumentVersion" })

export const Consent = Schema.Struct({
  id: ConsentId,
  userId: UserId,
  /** Which statement of this user it is: 1, 2, … in the order they were made, whatever clocks say. */
  entryNo: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 })),
  consentType: ConsentType,
  decision: ConsentDecision,
  documentVersion: DocumentVersion,
  /** When it was said. */
  decidedAt: Instant,
  /** From this instant on a grant no longer counts. */
  expiresAt: Schema.optionalKey(Instant),
  /** Of the address it came from; the address itself is nowhere (KER-25). */
  ipHash: Schema.optionalKey(AddressDigest),
  /** Where it was said: `signup`, `cookie_banner`. */
  source: line(60)
}).annotate({ identifier: "Consent" })
export type Consent = typeof Consent.Type

/** What a type of consent is asked on. */
export interface ConsentDocument {
  /** The version in use; a new one asks everybody again. */
  readonly version: string
  /** Asked again until granted; others are asked once a version, and no is an answer. */
  readonly required: boolean
  /** Days that a grant counts; absent: until revoked. */
  readonly validDays?: number
}

/** The documents of this platform; a deployment sets its own. */
export const ConsentDocuments = Context.Reference<Readonly<Record<ConsentType, ConsentDocument>>>(
  "lyceum/identity/ConsentDocuments",
  {
    defaultValue: () => ({
      terms: { version: "1", required: true },
      privacy: { version: "1", required: true },
      marketing: { version: "1", required: false },
      analytics: { version: "1", required: false },
      // Half a year, as the French authority recommends.
      cookies: { version: "1", required: false, validDays: 182 }
    })
  }
)

/** A consent that is to be asked, and on which version. */
export const ConsentDue = Schema.Struct({
  consentType: ConsentType,
  documentVersion: DocumentVersion,
  required: Schema.Boolean
}).annotate({ identifier: "ConsentDue" })
export type ConsentDue = typeof ConsentDue.Type

export const ConsentDecided = defineEvent("identity.consent_decided", {
  payload: Schema.Struct({
    userId: UserId,
    consentType: ConsentType,
    decision: ConsentDecision,
    documentVersion: DocumentVersion
  }),
  key: ({ userId }) => `user:${userId}`,
  subjects: ({ userId }) => ({ userId })
})
