/** What somebody was given, mostly for money: the record that the paywall reads. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId, Uuid } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { line, Reason } from "../../shared/text.ts"

export const EntitlementId = Uuid.pipe(Schema.brand("EntitlementId"))
export type EntitlementId = typeof EntitlementId.Type

export const EntitlementType = Schema.Literals([
  "tier",
  "course_specific",
  "time_limited",
  "special_grant"
]).annotate({ identifier: "EntitlementType" })
export type EntitlementType = typeof EntitlementType.Type

/**
 * A tier key or a course id; which of the two, the text itself tells. `tier` refers to a tier, `course_specific` to a
 * course, the other types to either. What it refers to need not exist: then it counts for nothing (ACC-20).
 */
export const EntitlementRef = Schema.String.check(
  Schema.isPattern(/^(?:[a-z][a-z0-9_]{0,39}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u, {
    description: "a tier key or a course id"
  })
)

/** True of a ref to a course, false of one to a tier. */
export const isCourseRef = (ref: string): boolean => ref.includes("-")

/** Where it comes from: `stripe`, `manual`, `organization`, … */
export const EntitlementSource = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{0,39}$/u, { description: "lower-case words joined by underscores" })
)

const granted = {
  id: EntitlementId,
  userId: UserId,
  entitlementType: EntitlementType,
  entitlementRef: EntitlementRef,
  startsAt: Instant,
  /** From this instant on it is over; absent: for good. Renewals move it. */
  expiresAt: Schema.optionalKey(Instant),
  /** The end that it was granted with, so that a repeated grant is known again after a renewal. */
  grantedUntil: Schema.optionalKey(Instant),
  source: EntitlementSource,
  /** What the source calls it; with the source it names one entitlement. */
  sourceReference: Schema.optionalKey(line(255)),
  /** Absent when a service granted it. */
  grantedBy: Schema.optionalKey(UserId),
  reason: Schema.optionalKey(Reason),
  /** The revoked entitlement that this one wins back. */
  replaces: Schema.optionalKey(EntitlementId),
  /** When it was cancelled at the end of its period: it is not expected to be renewed. No decision reads it. */
  cancelledAt: Schema.optionalKey(Instant),
  createdAt: Instant,
  updatedAt: Instant
}
const Active = Schema.Struct({ status: Schema.Literal("active"), ...granted })
const Expired = Schema.Struct({ status: Schema.Literal("expired"), ...granted, expiresAt: Instant })
const Revoked = Schema.Struct({
  status: Schema.Literal("revoked"),
  ...granted,
  revokedAt: Instant,
  /** Absent when a service revoked it. */
  revokedBy: Schema.optionalKey(UserId),
  revocationReason: Reason
})

/**
 * `expired` is what a sweep has noticed, for people to read: decisions look at the clock (ACC-1). `revoked` is final.
 */
export const Entitlement = Schema.Union([Active, Expired, Revoked])
  .pipe(Schema.toTaggedUnion("status"))
  .annotate({ identifier: "Entitlement" })
export type Entitlement = typeof Entitlement.Type

/** The statuses, as the database knows them. */
export const entitlementStatuses = ["active", "expired", "revoked"] as const

/** What is granted. */
export const NewEntitlement = Schema.Struct({
  userId: UserId,
  entitlementType: EntitlementType,
  entitlementRef: EntitlementRef,
  /** Absent: now. */
  startsAt: Schema.optionalKey(Instant),
  /** Absent: for good, which `time_limited` cannot be. */
  expiresAt: Schema.optionalKey(Instant),
  source: EntitlementSource,
  sourceReference: Schema.optionalKey(line(255)),
  reason: Schema.optionalKey(Reason),
  /** The revoked entitlement of the same user that this one wins back. */
  replaces: Schema.optionalKey(EntitlementId)
}).check(
  Schema.makeFilter(({ entitlementRef, entitlementType }) => {
    if (entitlementType === "tier" && isCourseRef(entitlementRef)) {
      return { path: ["entitlementRef"], issue: "must be a tier key" }
    }
    return entitlementType === "course_specific" && !isCourseRef(entitlementRef)
      ? { path: ["entitlementRef"], issue: "must be a course id" }
      : undefined
  }),
  Schema.makeFilter(({ entitlementType, expiresAt }) =>
    entitlementType === "time_limited" && expiresAt === undefined
      ? { path: ["expiresAt"], issue: "is needed by a time_limited entitlement" }
      : undefined
  )
)
export type NewEntitlement = typeof NewEntitlement.Type

const about = {
  payload: Schema.Struct({ entitlement: Entitlement }),
  key: ({ entitlement }: { readonly entitlement: Entitlement }) => `user:${entitlement.userId}`,
  subjects: ({ entitlement }: { readonly entitlement: Entitlement }) => ({
    userId: entitlement.userId,
    entitlementId: entitlement.id
  })
}
export const EntitlementGranted = defineEvent("access.entitlement_granted", about)
export const EntitlementRenewed = defineEvent("access.entitlement_renewed", about)
export const EntitlementCancelled = defineEvent("access.entitlement_cancelled", about)
export const EntitlementRevoked = defineEvent("access.entitlement_revoked", about)
/** Stored by the sweep, once for each time an entitlement ends. */
export const EntitlementExpired = defineEvent("access.entitlement_expired", about)
