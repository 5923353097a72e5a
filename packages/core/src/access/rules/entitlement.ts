/** The verbs of entitlements. Source: ACC-12, ACC-13. */
import { DateTime, Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import {
  type Entitlement,
  EntitlementCancelled,
  EntitlementExpired,
  EntitlementGranted,
  type EntitlementId,
  EntitlementRenewed,
  EntitlementRevoked,
  type NewEntitlement
} from "../model/entitlement.ts"
import type { Renewal } from "../operations.ts"

type Active = Extract<Entitlement, { readonly status: "active" }>

/** A new entitlement; it starts now unless told otherwise, and ends after it starts. */
export const grant = (
  given: NewEntitlement,
  by: { readonly id: EntitlementId; readonly grantedBy?: UserId | undefined },
  now: Instant
): Result.Result<Decision<Active>, Invalid> => {
  const startsAt = given.startsAt ?? now
  if (given.expiresAt !== undefined && DateTime.isLessThanOrEqualTo(given.expiresAt, startsAt)) {
    return Result.fail(Invalid.at(["expiresAt"], "must be after the start"))
  }
  const entitlement: Active = {
    status: "active",
    ...given,
    startsAt,
    ...(given.expiresAt !== undefined && { grantedUntil: given.expiresAt }),
    id: by.id,
    ...(by.grantedBy !== undefined && { grantedBy: by.grantedBy }),
    createdAt: now,
    updatedAt: now
  }
  return Result.succeed({ state: entitlement, events: [EntitlementGranted({ entitlement })] })
}

const isSameInstant = (a: Instant | undefined, b: Instant | undefined): boolean =>
  a === undefined || b === undefined ? a === b : DateTime.Equivalence(a, b)

/**
 * True when a grant says what the stored one was granted with, whatever became of it since. A grant that names no start
 * is the same as one that started when it was granted. Source: ACC-12.
 */
export const isSameGrant = (stored: Entitlement, given: NewEntitlement): boolean =>
  stored.userId === given.userId &&
  stored.entitlementType === given.entitlementType &&
  stored.entitlementRef === given.entitlementRef &&
  stored.reason === given.reason &&
  stored.replaces === given.replaces &&
  isSameInstant(stored.startsAt, given.startsAt ?? stored.createdAt) &&
  isSameInstant(stored.grantedUntil, given.expiresAt)

/** What a renewal did, and the entitlement as it is now. */
export interface Renewed extends Decision<Entitlement> {
  readonly outcome: typeof Renewal.Type
}

/**
 * Moves the end to `periodEnd` if that is later, and wakes an expired entitlement if it then lies ahead. What was
 * revoked stays revoked, what has no end needs no renewal, and a message that came late never shortens.
 */
export const renew = (entitlement: Entitlement, periodEnd: Instant, now: Instant): Renewed => {
  const unchanged = (outcome: Renewed["outcome"]): Renewed => ({ outcome, state: entitlement, events: [] })
  if (entitlement.status === "revoked") return unchanged("revoked")
  if (entitlement.expiresAt === undefined) return unchanged("endless")
  if (DateTime.isLessThanOrEqualTo(periodEnd, entitlement.expiresAt)) return unchanged("not_later")
  const { cancelledAt: _cancelled, ...going } = entitlement
  const renewed = {
    ...going,
    status: DateTime.isGreaterThan(periodEnd, now) ? ("active" as const) : entitlement.status,
    expiresAt: periodEnd,
    updatedAt: now
  }
  return { outcome: "renewed", state: renewed, events: [EntitlementRenewed({ entitlement: renewed })] }
}

/** Notes that no renewal is expected. Takes nothing away: the end stays where it is. Again, or too late, does nothing. */
export const cancel = (entitlement: Entitlement, now: Instant): Decision<Entitlement> => {
  if (entitlement.status !== "active" || entitlement.cancelledAt !== undefined)
    return { state: entitlement, events: [] }
  const cancelled: Entitlement = { ...entitlement, cancelledAt: now, updatedAt: now }
  return { state: cancelled, events: [EntitlementCancelled({ entitlement: cancelled })] }
}

/** Ends an entitlement at once and for good. Again does nothing: the first reason stands. */
export const revoke = (
  entitlement: Entitlement,
  by: { readonly reason: string; readonly revokedBy?: UserId | undefined },
  now: Instant
): Decision<Entitlement> => {
  if (entitlement.status === "revoked") return { state: entitlement, events: [] }
  const revoked: Entitlement = {
    ...entitlement,
    status: "revoked",
    revokedAt: now,
    ...(by.revokedBy !== undefined && { revokedBy: by.revokedBy }),
    revocationReason: by.reason,
    updatedAt: now
  }
  return { state: revoked, events: [EntitlementRevoked({ entitlement: revoked })] }
}

/** Notes that an active entitlement has ended; nothing while it has not. Source: ACC-13. */
export const expire = (entitlement: Entitlement, now: Instant): Decision<Entitlement> => {
  const { expiresAt, status } = entitlement
  if (status !== "active" || expiresAt === undefined || DateTime.isLessThan(now, expiresAt)) {
    return { state: entitlement, events: [] }
  }
  const expired: Entitlement = { ...entitlement, status: "expired", expiresAt, updatedAt: now }
  return { state: expired, events: [EntitlementExpired({ entitlement: expired })] }
}
