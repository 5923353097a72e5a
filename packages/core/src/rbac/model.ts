/** The nouns of rbac: roles, what they hold, who holds them, and the log of who was given what. */
import { Schema } from "effect"
import { Permission } from "../shared/actor.ts"
import { defineEvent } from "../shared/event.ts"
import { UserId, Uuid } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { line, Reason } from "../shared/text.ts"

export const RoleId = Uuid.pipe(Schema.brand("RoleId"))
export type RoleId = typeof RoleId.Type

/** The name of a role: lower-case words joined by underscores. */
export const RoleName = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{1,39}$/u, { description: "lower-case words joined by underscores" })
).pipe(Schema.brand("RoleName"))
export type RoleName = typeof RoleName.Type

/** A permission as the catalogue lists it. */
export const PermissionInfo = Schema.Struct({
  permissionKey: line(80),
  description: line(300),
  /** Only an admin grants a role that holds it, and says why (RBAC-2). */
  isDangerous: Schema.Boolean
}).annotate({ identifier: "PermissionInfo" })
export type PermissionInfo = typeof PermissionInfo.Type

/** A permission that a role holds. The key is text: one that this version does not know is held by nobody (RBAC-1). */
export const RolePermission = Schema.Struct({
  permission: line(80),
  /** Held only on courses that the user created or instructs; such a permission never counts as dangerous. */
  onOwnCourses: Schema.Boolean,
  /** Absent for what shipped, and for what a service granted. */
  grantedBy: Schema.optionalKey(UserId),
  grantedAt: Instant,
  reason: Schema.optionalKey(Reason)
}).annotate({ identifier: "RolePermission" })
export type RolePermission = typeof RolePermission.Type

export const Role = Schema.Struct({
  id: RoleId,
  roleName: RoleName,
  description: line(300),
  /** One of the five that the platform relies on: never deleted nor renamed (RBAC-6). */
  isSystem: Schema.Boolean,
  /** A system role inherits from system roles with a lower one (RBAC-1); for a custom role it is for display only. */
  sortOrder: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
  /** What the role itself holds, by key; not what it inherits. */
  permissions: Schema.Array(RolePermission),
  createdAt: Instant,
  updatedAt: Instant,
  version: Schema.Int.check(Schema.isGreaterThan(0))
}).annotate({ identifier: "Role" })
export type Role = typeof Role.Type

/** What a role shall hold. */
export const WantedPermissions = Schema.Array(
  Schema.Struct({ permission: Permission, onOwnCourses: Schema.optionalKey(Schema.Boolean) })
).check(
  Schema.makeFilter((wanted) =>
    new Set(wanted.map(({ permission }) => permission)).size === wanted.length
      ? undefined
      : "names a permission twice"
  )
)
export type WantedPermissions = typeof WantedPermissions.Type

/** That a user was given a role; one per user and role. */
export const Assignment = Schema.Struct({
  userId: UserId,
  roleId: RoleId,
  /** False once revoked, or once somebody noticed that it expired. */
  isActive: Schema.Boolean,
  /** From this instant on the role is not held; absent: for good. */
  expiresAt: Schema.optionalKey(Instant),
  /** Absent when a service granted it. */
  grantedBy: Schema.optionalKey(UserId),
  grantedAt: Instant
}).annotate({ identifier: "Assignment" })
export type Assignment = typeof Assignment.Type

/** What a grant did: a new one, a later end, an earlier end, or nothing, since it was so already (RBAC-4). */
export const GrantOutcome = Schema.Literals(["granted", "extended", "shortened", "unchanged"]).annotate({
  identifier: "GrantOutcome"
})
export type GrantOutcome = typeof GrantOutcome.Type

export const GrantOperation = Schema.Literals(["GRANT", "REVOKE"]).annotate({ identifier: "GrantOperation" })

export const GrantEntryId = Uuid.pipe(Schema.brand("GrantEntryId"))
export type GrantEntryId = typeof GrantEntryId.Type

/** One line of the log of grants; nothing in it ever changes (RBAC-5). */
export const GrantEntry = Schema.Struct({
  id: GrantEntryId,
  userId: UserId,
  roleId: RoleId,
  operation: GrantOperation,
  /** Of a grant: the end it was given; absent: for good. */
  expiresAt: Schema.optionalKey(Instant),
  /** The user who did it; absent when a service did. */
  performedBy: Schema.optionalKey(UserId),
  /** The service that did it: `expiry` when the end had come. */
  performedByService: Schema.optionalKey(Schema.String),
  reason: Schema.optionalKey(Reason),
  createdAt: Instant
}).annotate({ identifier: "GrantEntry" })
export type GrantEntry = typeof GrantEntry.Type

/** An entry as it is read: with its place in the log, and the role's name of today. */
export const LoggedGrant = Schema.Struct({
  ...GrantEntry.fields,
  /** Later entries have higher ones; there may be gaps. */
  position: Schema.Int,
  roleName: RoleName
}).annotate({ identifier: "LoggedGrant" })
export type LoggedGrant = typeof LoggedGrant.Type

/** A role that somebody holds now. */
export const HeldRole = Schema.Struct({
  roleName: RoleName,
  /** When it ends; absent: it does not. */
  expiresAt: Schema.optionalKey(Instant),
  /** True when it comes from being signed in or from an entitlement alone, and not from a grant (RBAC-1, RBAC-8). */
  isDerived: Schema.Boolean
}).annotate({ identifier: "HeldRole" })
export type HeldRole = typeof HeldRole.Type

/** Everything that somebody may do, and through what. */
export const UserPermissions = Schema.Struct({
  roles: Schema.Array(HeldRole),
  permissions: Schema.Array(Permission),
  /** Held only on courses that the user created or instructs (RBAC-7). */
  onOwnCourses: Schema.Array(Permission)
}).annotate({ identifier: "UserPermissions" })
export type UserPermissions = typeof UserPermissions.Type

const ofUser = {
  key: ({ userId }: { readonly userId: UserId }) => `user:${userId}`,
  subjects: ({ roleId, userId }: { readonly userId: UserId; readonly roleId: RoleId }) => ({ userId, roleId })
}
export const RoleGranted = defineEvent("rbac.role_granted", {
  ...ofUser,
  payload: Schema.Struct({
    userId: UserId,
    roleId: RoleId,
    role: RoleName,
    outcome: GrantOutcome,
    expiresAt: Schema.optionalKey(Instant),
    reason: Schema.optionalKey(Reason)
  })
})
export const RoleRevoked = defineEvent("rbac.role_revoked", {
  ...ofUser,
  payload: Schema.Struct({ userId: UserId, roleId: RoleId, role: RoleName, reason: Reason })
})
/** The end of a grant came, and was noticed. */
export const RoleExpired = defineEvent("rbac.role_expired", {
  ...ofUser,
  payload: Schema.Struct({ userId: UserId, roleId: RoleId, role: RoleName, expiredAt: Instant })
})

const ofRole = {
  key: ({ roleId }: { readonly roleId: RoleId }) => `role:${roleId}`,
  subjects: ({ roleId }: { readonly roleId: RoleId }) => ({ roleId })
}
export const RoleCreated = defineEvent("rbac.role_created", {
  ...ofRole,
  payload: Schema.Struct({
    roleId: RoleId,
    role: RoleName,
    permissions: WantedPermissions,
    reason: Schema.optionalKey(Reason)
  })
})
export const RoleChanged = defineEvent("rbac.role_changed", {
  ...ofRole,
  payload: Schema.Struct({ roleId: RoleId, before: RoleName, after: RoleName })
})
export const RolePermissionsSet = defineEvent("rbac.role_permissions_set", {
  ...ofRole,
  payload: Schema.Struct({
    roleId: RoleId,
    role: RoleName,
    permissions: WantedPermissions,
    reason: Schema.optionalKey(Reason)
  })
})
export const RoleDeleted = defineEvent("rbac.role_deleted", {
  ...ofRole,
  payload: Schema.Struct({ roleId: RoleId, role: RoleName, reason: Reason })
})
