/** Granting and revoking: pure, total, clockless. */
import { Equal, Result, Schema } from "effect"
import { LastAdmin, StatusNotAllowed } from "../../identity/index.ts"
import { type Actor, permissions, requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { Forbidden, Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { SoundReason } from "../../shared/text.ts"
import { RoleNotHeld } from "../errors.ts"
import {
  type Assignment,
  type GrantEntry,
  type GrantOutcome,
  type Role,
  RoleExpired,
  RoleGranted,
  RoleRevoked
} from "../model.ts"
import { heldThrough, isLive } from "./standing.ts"

/** A line for the log, before it has an id. */
export type NewEntry = Omit<GrantEntry, "id">

/** The assignment as it is now, the lines for the log, and what to tell. */
export interface Granting extends Decision<Assignment> {
  readonly entries: ReadonlyArray<NewEntry>
}

const isSound = Schema.is(SoundReason)
const isService = ({ actor }: Standing): boolean => actor._tag === "Service"
const isAdmin = (me: Standing): boolean => isService(me) || me.roles.has("admin")

/** Refuses who is no admin. Source: RBAC-6. */
export const requireAdmin = (me: Standing): Result.Result<void, Forbidden> =>
  isAdmin(me) ? Result.void : Result.fail(new Forbidden({ needs: "an admin" }))

/** Refuses all but services. */
export const requireService = (me: Standing): Result.Result<void, Forbidden> =>
  isService(me) ? Result.void : Result.fail(new Forbidden({ needs: "a service" }))

/** Refuses who may change nobody's roles, before it is told which roles there are. Source: RBAC-2. */
export const mayAsk = (me: Standing): Result.Result<void, Forbidden> => requirePermission(me, "manage_users")

/** Who gives or takes which role of whom; `systemRoles` is what roles inherit from. */
export interface Giving {
  readonly me: Standing
  readonly userId: UserId
  readonly role: Role
  readonly systemRoles: ReadonlyArray<Role>
}

/** Whether somebody may change who holds a role at all. Source: RBAC-2. */
export const mayRevoke = ({ me, role, systemRoles, userId }: Giving): Result.Result<void, Forbidden> =>
  Result.gen(function* () {
    yield* mayAsk(me)
    if (isService(me)) return
    if (userIdOf(me.actor) === userId) {
      return yield* Result.fail(
        new Forbidden({ needs: "somebody else, since nobody changes their own roles" })
      )
    }
    const held = heldThrough([role], systemRoles)
    const missing =
      [...held.permissions].find((permission) => !me.permissions.has(permission)) ??
      [...held.onOwnCourses].find(
        (permission) => !me.permissions.has(permission) && !me.onOwnCourses.has(permission)
      )
    if (missing !== undefined) return yield* Result.fail(new Forbidden({ permission: missing }))
  })

/** As `mayRevoke`; a role that holds a dangerous permission is given by an admin, who says why. Source: RBAC-2. */
export const mayGrant = (
  giving: Giving,
  reason: string | undefined
): Result.Result<void, Forbidden | Invalid> =>
  Result.gen(function* () {
    yield* mayRevoke(giving)
    const held = heldThrough([giving.role], giving.systemRoles)
    if (
      isService(giving.me) ||
      ![...held.permissions].some((permission) => permissions[permission].dangerous)
    )
      return
    yield* requireAdmin(giving.me)
    if (!isSound(reason)) {
      return yield* Result.fail(
        Invalid.at(["reason"], "must have 10 characters or more: the role holds a dangerous permission")
      )
    }
  })

/** Who is written down as having done it. */
const performer = (actor: Actor): Pick<GrantEntry, "performedBy" | "performedByService"> =>
  actor._tag === "User"
    ? { performedBy: actor.id }
    : { performedByService: actor._tag === "Service" ? actor.name : "anonymous" }

/** Writes down that an assignment has come to its end; `before` is active and expired. Source: RBAC-5. */
export const expire = (before: Assignment, role: Pick<Role, "roleName">, now: Instant): Granting => {
  const { expiresAt = now, roleId, userId } = before
  return {
    state: { ...withoutEnd(before), isActive: false },
    entries: [
      { userId, roleId, operation: "REVOKE", performedByService: "expiry", reason: "expired", createdAt: now }
    ],
    events: [RoleExpired({ userId, roleId, role: role.roleName, expiredAt: expiresAt })]
  }
}

/** What a role is granted on. */
export interface Granted {
  readonly before: Assignment | undefined
  readonly userId: UserId
  readonly role: Role
  readonly expiresAt?: Instant | undefined
  readonly reason?: string | undefined
  readonly actor: Actor
  readonly now: Instant
}

const outcomeOf = (live: Assignment | undefined, expiresAt: Instant | undefined): GrantOutcome => {
  if (live === undefined) return "granted"
  if (Equal.equals(live.expiresAt, expiresAt)) return "unchanged"
  if (expiresAt === undefined) return "extended"
  return isWithin(expiresAt, { to: live.expiresAt }) ? "shortened" : "extended"
}

/**
 * Grants a role, or moves the end of a grant; an end that is not in the future is invalid. A grant that has expired
 * unnoticed is written down first. Source: RBAC-4, RBAC-5.
 */
export const grant = (
  given: Granted
): Result.Result<Granting & { readonly outcome: GrantOutcome }, Invalid> => {
  const { actor, before, expiresAt, now, reason, role, userId } = given
  if (!isWithin(now, { to: expiresAt }))
    return Result.fail(Invalid.at(["expiresAt"], "must be in the future"))
  const live = before !== undefined && isLive(before, now) ? before : undefined
  const outcome = outcomeOf(live, expiresAt)
  if (live !== undefined && outcome === "unchanged")
    return Result.succeed({ state: live, outcome, entries: [], events: [] })
  const unnoticed = before?.isActive === true && live === undefined ? expire(before, role, now) : undefined
  const end = expiresAt === undefined ? {} : { expiresAt }
  const why = reason === undefined ? {} : { reason }
  const grantedBy = userIdOf(actor)
  return Result.succeed({
    state: {
      userId,
      roleId: role.id,
      isActive: true,
      ...end,
      ...(grantedBy && { grantedBy }),
      grantedAt: now
    },
    outcome,
    entries: [
      ...(unnoticed?.entries ?? []),
      { userId, roleId: role.id, operation: "GRANT", ...end, ...why, ...performer(actor), createdAt: now }
    ],
    events: [
      ...(unnoticed?.events ?? []),
      RoleGranted({ userId, roleId: role.id, role: role.roleName, outcome, ...end, ...why })
    ]
  })
}

const withoutEnd = (assignment: Assignment): Assignment => {
  const { expiresAt: _, ...rest } = assignment
  return rest
}

/** Takes a role away; what is not held, or has expired, cannot be. Source: RBAC-5. */
export const revoke = (
  given: Pick<Granted, "actor" | "before" | "now" | "role"> & { readonly reason: string }
): Result.Result<Granting, RoleNotHeld> => {
  const { actor, before, now, reason, role } = given
  if (before === undefined || !isLive(before, now))
    return Result.fail(new RoleNotHeld({ role: role.roleName }))
  const { roleId, userId } = before
  return Result.succeed({
    state: { ...withoutEnd(before), isActive: false },
    entries: [{ userId, roleId, operation: "REVOKE", ...performer(actor), reason, createdAt: now }],
    events: [RoleRevoked({ userId, roleId, role: role.roleName, reason })]
  })
}

/** Refuses to let go of `userId` when nobody else is an admin for good; `admins` are those who are, or any two. Source: RBAC-3. */
export const mayLoseAdmin = (admins: ReadonlyArray<UserId>, userId: UserId): Result.Result<void, LastAdmin> =>
  admins.includes(userId) && admins.length === 1 ? Result.fail(new LastAdmin({ userId })) : Result.void

/** Refuses who is not active: whom the platform can rely on as an admin is active. Source: RBAC-3, IDN-8. */
export const mayBeFirstAdmin = (
  status: Standing["status"] | undefined
): Result.Result<void, StatusNotAllowed> =>
  status === undefined || status === "active" ? Result.void : Result.fail(new StatusNotAllowed({ status }))

/** As `mayLoseAdmin`, for an assignment of the admin role as it is to be: one without an end keeps its admin. */
export const keepsAnAdmin = (
  admins: ReadonlyArray<UserId>,
  { expiresAt, isActive, userId }: Assignment
): Result.Result<void, LastAdmin> =>
  isActive && expiresAt === undefined ? Result.void : mayLoseAdmin(admins, userId)
