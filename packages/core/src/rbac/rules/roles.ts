/** Adding and changing roles: pure, total, clockless. Source: RBAC-6. */
import { Result } from "effect"
import type { Actor } from "../../shared/actor.ts"
import { userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { StaleVersion } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import { RoleFixed } from "../errors.ts"
import {
  type Role,
  RoleChanged,
  RoleCreated,
  RoleDeleted,
  type RoleId,
  type RoleName,
  type RolePermission,
  RolePermissionsSet,
  type WantedPermissions
} from "../model.ts"

/** Who changes it, when and why. */
export interface Change {
  readonly actor: Actor
  readonly now: Instant
  readonly reason?: string | undefined
}

/** The permissions wanted; those that were held the same way before keep who granted them and when. */
const stamped = (
  before: ReadonlyArray<RolePermission>,
  wanted: WantedPermissions,
  { actor, now, reason }: Change
): ReadonlyArray<RolePermission> => {
  const grantedBy = userIdOf(actor)
  return wanted
    .map(({ onOwnCourses = false, permission }): RolePermission => {
      const kept = before.find((one) => one.permission === permission && one.onOwnCourses === onOwnCourses)
      const stamp = {
        ...(grantedBy && { grantedBy }),
        grantedAt: now,
        ...(reason !== undefined && { reason })
      }
      return kept ?? { permission, onOwnCourses, ...stamp }
    })
    .sort((a, b) => (a.permission < b.permission ? -1 : 1))
}

const why = ({ reason }: Change) => (reason === undefined ? {} : { reason })

/** A new custom role; it holds what `member` does beside its own. */
export const create = (
  given: {
    readonly id: RoleId
    readonly role: RoleName
    readonly description: string
    readonly sortOrder?: number
    readonly permissions: WantedPermissions
  },
  change: Change
): Decision<Role> => ({
  state: {
    id: given.id,
    roleName: given.role,
    description: given.description,
    isSystem: false,
    sortOrder: given.sortOrder ?? 25,
    permissions: stamped([], given.permissions, change),
    createdAt: change.now,
    updatedAt: change.now,
    version: 1
  },
  events: [
    RoleCreated({ roleId: given.id, role: given.role, permissions: given.permissions, ...why(change) })
  ]
})

const isCurrent = (role: Role, version: number): Result.Result<void, StaleVersion> =>
  role.version === version ? Result.void : Result.fail(new StaleVersion({ current: role.version }))

const isFree = (role: Role, isFixed: boolean): Result.Result<void, RoleFixed> =>
  isFixed ? Result.fail(new RoleFixed({ role: role.roleName })) : Result.void

/** Another name or description; the names of system roles stay. */
export const change = (
  role: Role,
  given: { readonly version: number; readonly newName?: RoleName; readonly description?: string },
  now: Instant
): Result.Result<Decision<Role>, StaleVersion | RoleFixed> =>
  Result.gen(function* () {
    yield* isCurrent(role, given.version)
    const { description = role.description, newName: roleName = role.roleName } = given
    yield* isFree(role, role.isSystem && roleName !== role.roleName)
    return {
      state: { ...role, roleName, description, updatedAt: now, version: role.version + 1 },
      events: [RoleChanged({ roleId: role.id, before: role.roleName, after: roleName })]
    }
  })

/**
 * Other permissions than before. `visitor` holds nothing and `admin` everything, whatever anybody says: a visitor is
 * never asked for permissions, and without a full admin nobody could undo a mistake.
 */
export const setPermissions = (
  role: Role,
  given: { readonly version: number; readonly permissions: WantedPermissions },
  by: Change
): Result.Result<Decision<Role>, StaleVersion | RoleFixed> =>
  Result.gen(function* () {
    yield* isCurrent(role, given.version)
    yield* isFree(role, role.isSystem && (role.roleName === "visitor" || role.roleName === "admin"))
    const permissions = stamped(role.permissions, given.permissions, by)
    return {
      state: { ...role, permissions, updatedAt: by.now, version: role.version + 1 },
      events: [
        RolePermissionsSet({
          roleId: role.id,
          role: role.roleName,
          permissions: given.permissions,
          ...why(by)
        })
      ]
    }
  })

/** Deletes a custom role. */
export const remove = (role: Role, reason: string): Result.Result<Decision<Role>, RoleFixed> =>
  Result.map(isFree(role, role.isSystem), () => ({
    state: role,
    events: [RoleDeleted({ roleId: role.id, role: role.roleName, reason })]
  }))
