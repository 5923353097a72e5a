/** The nouns of rbac: roles, what they hold, and who holds them. */
import { Schema } from "effect"
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
  /** The rank of a system role: it inherits from those with a lower one. Only for display elsewhere. */
  sortOrder: Schema.Int,
  /** What the role itself holds, by key; not what it inherits. */
  permissions: Schema.Array(RolePermission),
  createdAt: Instant,
  updatedAt: Instant,
  version: Schema.Int
}).annotate({ identifier: "Role" })
export type Role = typeof Role.Type

/** That a user holds a role; one per user and role. */
export const Assignment = Schema.Struct({
  userId: UserId,
  roleId: RoleId,
  /** False once revoked, or once the sweep has seen it expire. */
  isActive: Schema.Boolean,
  /** From this instant on the role is not held; absent: for good. */
  expiresAt: Schema.optionalKey(Instant),
  /** Absent when a service granted it. */
  grantedBy: Schema.optionalKey(UserId),
  grantedAt: Instant
}).annotate({ identifier: "Assignment" })
export type Assignment = typeof Assignment.Type
