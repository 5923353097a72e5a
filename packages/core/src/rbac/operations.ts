/** Every use case of rbac; its noun is `roles`. */
import { Schema } from "effect"
import { LastAdmin, ProfileNotFound, StatusNotAllowed } from "../identity/index.ts"
import { Permission } from "../shared/actor.ts"
import { UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { command, Done, NoInput, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, Reason } from "../shared/text.ts"
import { FirstAdminExists, RoleExists, RoleFixed, RoleInUse, RoleNotFound, RoleNotHeld } from "./errors.ts"
import {
  Assignment,
  GrantOutcome,
  LoggedGrant,
  PermissionInfo,
  Role,
  RoleName,
  UserPermissions,
  WantedPermissions
} from "./model.ts"

/** Whom a question is about: oneself when absent; somebody else takes `manage_users`. */
const aboutWhom = { userId: Schema.optionalKey(UserId) }

const Granted = Schema.Struct({ assignment: Assignment, outcome: GrantOutcome })

export const operations = {
  /** By name; open to everyone. */
  listRoles: query("roles.list", { input: Schema.Struct(pageFields), output: page(Role) }),
  getRole: query("roles.get", {
    input: Schema.Struct({ role: RoleName }),
    output: Role,
    refusals: [RoleNotFound]
  }),
  /** Every permission there is; open to everyone. */
  listPermissions: query("roles.permissions", { input: NoInput, output: Schema.Array(PermissionInfo) }),
  /** Roles and permissions held now, inherited and derived ones included (RBAC-7). */
  userPermissions: query("roles.user_permissions", {
    input: Schema.Struct(aboutWhom),
    output: UserPermissions
  }),
  /** Whether a permission is held everywhere, on own courses only, or not. An unknown key is held by nobody. */
  hasPermission: query("roles.has_permission", {
    input: Schema.Struct({ permission: Schema.Union([Permission, line(80)]), ...aboutWhom }),
    output: Schema.Struct({ held: Schema.Literals(["everywhere", "on_own_courses", "no"]) })
  }),
  /** Whether a role is held now; inheriting from a role is not holding it. */
  hasRole: query("roles.has_role", {
    input: Schema.Struct({ role: RoleName, ...aboutWhom }),
    output: Schema.Struct({ held: Schema.Boolean })
  }),
  /** Who was given a role and still holds it, by user id. Takes `manage_users`. */
  listHolders: query("roles.holders", {
    input: Schema.Struct({ role: RoleName, ...pageFields }),
    output: page(Assignment),
    refusals: [RoleNotFound]
  }),
  /** Newest first. Takes `manage_users`, except for what was given to oneself. */
  grantsLog: query("roles.grants_log", {
    input: Schema.Struct({ ...aboutWhom, role: Schema.optionalKey(RoleName), ...pageFields }),
    output: page(LoggedGrant),
    refusals: [RoleNotFound]
  }),
  /** Grants a role, or sets when it ends: absent `expiresAt` is for good (RBAC-2, RBAC-4). */
  grant: command("roles.grant", {
    input: Schema.Struct({
      userId: UserId,
      role: RoleName,
      expiresAt: Schema.optionalKey(Instant),
      /** Needed, and of 10 characters or more, when the role holds a dangerous permission. */
      reason: Schema.optionalKey(Reason)
    }),
    output: Granted,
    refusals: [ProfileNotFound, RoleNotFound, LastAdmin]
  }),
  revoke: command("roles.revoke", {
    input: Schema.Struct({ userId: UserId, role: RoleName, reason: Reason }),
    output: Assignment,
    refusals: [ProfileNotFound, RoleNotFound, RoleNotHeld, LastAdmin]
  }),
  /** Makes an active user the first admin, once. For services: the operator at the command line (IDN-8). */
  firstAdmin: command("roles.first_admin", {
    input: Schema.Struct({ userId: UserId }),
    output: Granted,
    refusals: [ProfileNotFound, StatusNotAllowed, FirstAdminExists]
  }),
  /** Adds a custom role. Admins only. */
  create: command("roles.create", {
    input: Schema.Struct({
      role: RoleName,
      description: line(300),
      sortOrder: Schema.optionalKey(Role.fields.sortOrder),
      permissions: WantedPermissions,
      reason: Schema.optionalKey(Reason)
    }),
    output: Role,
    refusals: [RoleExists]
  }),
  /** Renames or redescribes. Admins only; system roles keep their names. */
  change: command("roles.change", {
    input: Schema.Struct({
      role: RoleName,
      version: Schema.Int,
      newName: Schema.optionalKey(RoleName),
      description: Schema.optionalKey(line(300))
    }),
    output: Role,
    refusals: [RoleNotFound, RoleExists, RoleFixed]
  }),
  /** These instead of those that the role itself held. Admins only (RBAC-6). */
  setPermissions: command("roles.set_permissions", {
    input: Schema.Struct({
      role: RoleName,
      version: Schema.Int,
      permissions: WantedPermissions,
      reason: Schema.optionalKey(Reason)
    }),
    output: Role,
    refusals: [RoleNotFound, RoleFixed]
  }),
  /** Deletes a custom role that nobody holds. Admins only. */
  remove: command("roles.delete", {
    input: Schema.Struct({ role: RoleName, reason: Reason }),
    output: Done,
    refusals: [RoleNotFound, RoleFixed, RoleInUse]
  }),
  /** Writes down what has expired, once each, `limit` at a time; decisions do not wait for it. For services. */
  sweepExpired: command("roles.sweep_expired", {
    input: Schema.Struct({
      limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))
    }),
    output: Schema.Struct({ expired: Schema.Int })
  })
}
