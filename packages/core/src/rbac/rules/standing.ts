/** What somebody may do: pure, total, clockless. */
import {
  type Actor,
  type Permission,
  permissions,
  type Standing,
  standingWithoutAccount
} from "../../shared/actor.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import type { Assignment, HeldRole, Role, UserPermissions } from "../model.ts"

/** Of a role, what decides what it gives. */
export type RoleFacts = Pick<Role, "id" | "roleName" | "isSystem" | "sortOrder"> & {
  readonly permissions: ReadonlyArray<Pick<Role["permissions"][number], "permission" | "onOwnCourses">>
}

/** Of an assignment, what decides whether the role is held. */
export type AssignmentFacts = Pick<Assignment, "roleId" | "isActive" | "expiresAt">

/** Until when somebody's entitlements make them a paying member. */
export type PaidUntil = Instant | "forever"

/** What a standing is computed from. `roles` is the catalogue: all system roles, and at least those assigned. */
export interface StandingFacts {
  readonly actor: Actor
  /** Of the profile; `active` for a user who has none yet. */
  readonly status: Standing["status"]
  readonly assignments: ReadonlyArray<AssignmentFacts>
  readonly roles: ReadonlyArray<RoleFacts>
  /** Absent: not a paying member. Source: RBAC-8. */
  readonly paidUntil?: PaidUntil | undefined
  readonly now: Instant
}

/** What is held everywhere, and what only on own courses. */
export interface Held {
  readonly permissions: ReadonlySet<Permission>
  readonly onOwnCourses: ReadonlySet<Permission>
}

const isPermission = (key: string): key is Permission => Object.hasOwn(permissions, key)

/** True before `expiresAt`, unless revoked. Source: RBAC-1. */
export const isLive = (
  { expiresAt, isActive }: Pick<Assignment, "expiresAt" | "isActive">,
  now: Instant
): boolean => isActive && isWithin(now, { to: expiresAt })

/** The role and those whose permissions it inherits. Source: RBAC-1. */
const lineage = (role: RoleFacts, roles: ReadonlyArray<RoleFacts>): ReadonlyArray<RoleFacts> => [
  role,
  ...roles.filter((other) =>
    role.isSystem
      ? other.isSystem && other.sortOrder < role.sortOrder
      : other.isSystem && other.roleName === "member"
  )
]

/** What roles give together, inherited permissions included; keys that this version does not know are left out. */
export const heldThrough = (held: ReadonlyArray<RoleFacts>, roles: ReadonlyArray<RoleFacts>): Held => {
  const everywhere = new Set<Permission>()
  const onOwnCourses = new Set<Permission>()
  for (const { onOwnCourses: scoped, permission } of held
    .flatMap((role) => lineage(role, roles))
    .flatMap((role) => role.permissions)) {
    if (isPermission(permission)) (scoped ? onOwnCourses : everywhere).add(permission)
  }
  return { permissions: everywhere, onOwnCourses }
}

/** True while an entitlement makes the user a paying member. Source: RBAC-8. */
export const isPaying = (paidUntil: PaidUntil | undefined, now: Instant): boolean =>
  paidUntil !== undefined && (paidUntil === "forever" || isWithin(now, { to: paidUntil }))

/**
 * What an actor may do at an instant. A user is at least `member`; who is suspended or deleted stands as a visitor
 * does, under their own id. Source: RBAC-1, RBAC-8, IDN-9.
 */
export const standingOf = ({
  actor,
  assignments,
  now,
  paidUntil,
  roles,
  status
}: StandingFacts): Standing => {
  if (actor._tag !== "User") return standingWithoutAccount(actor)
  if (status !== "active") return { ...standingWithoutAccount(actor), status }
  const assigned = new Set(
    assignments.filter((assignment) => isLive(assignment, now)).map(({ roleId }) => roleId)
  )
  const paying = isPaying(paidUntil, now)
  const live = roles.filter(
    ({ id, isSystem, roleName }) =>
      assigned.has(id) || (isSystem && (roleName === "member" || (paying && roleName === "premium_member")))
  )
  return {
    actor,
    status,
    roles: new Set(["member", ...live.map(({ roleName }) => roleName)]),
    ...heldThrough(live, roles)
  }
}

/** True when being a paying member gives permissions: otherwise it is a name, and only who asks for names asks for it. */
export const payingGives = (roles: ReadonlyArray<RoleFacts>): boolean =>
  roles.some(
    ({ isSystem, permissions, roleName }) =>
      isSystem && roleName === "premium_member" && permissions.length > 0
  )

/** Later of two ends. */
const laterEnd = (one: PaidUntil, other: PaidUntil): PaidUntil =>
  one === "forever" || other === "forever" ? "forever" : isWithin(one, { to: other }) ? other : one

/** Through which roles somebody holds what they hold, and until when; as `standingOf`, spelt out. Source: RBAC-7, RBAC-8. */
export const permissionsOf = (facts: StandingFacts): UserPermissions => {
  const { assignments, now, paidUntil, roles } = facts
  const standing = standingOf(facts)
  const ends = new Map(
    assignments
      .filter((assignment) => isLive(assignment, now))
      .map(({ expiresAt = "forever" as const, roleId }) => [roleId, expiresAt])
  )
  const held = roles
    .filter(({ roleName }) => standing.roles.has(roleName))
    .map(({ id, isSystem, roleName }): HeldRole => {
      const granted: PaidUntil | undefined = ends.get(id)
      const paid =
        isSystem && roleName === "premium_member" && isPaying(paidUntil, now) ? paidUntil : undefined
      const end =
        granted === undefined ? (paid ?? "forever") : paid === undefined ? granted : laterEnd(granted, paid)
      return { roleName, ...(end !== "forever" && { expiresAt: end }), isDerived: granted === undefined }
    })
  return {
    roles: held.sort((a, b) => (a.roleName < b.roleName ? -1 : 1)),
    permissions: [...standing.permissions].sort(),
    onOwnCourses: [...standing.onOwnCourses].sort()
  }
}

/** How somebody holds a permission; a key that nobody knows is held by nobody. Source: RBAC-1, RBAC-7. */
export const heldAs = (standing: Standing, key: string): "everywhere" | "on_own_courses" | "no" => {
  if (!isPermission(key)) return "no"
  return standing.permissions.has(key)
    ? "everywhere"
    : standing.onOwnCourses.has(key)
      ? "on_own_courses"
      : "no"
}
