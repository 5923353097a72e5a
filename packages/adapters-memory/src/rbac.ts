import {
  Assignment,
  GrantEntry,
  Role,
  RoleExists,
  type RoleId,
  shippedPermissions,
  shippedRoles
} from "@lyceum/core/rbac"
import { Assignments, GrantsLog, RoleCatalogue } from "@lyceum/core/rbac/ports"
import { Instant, isWithin, type UserId } from "@lyceum/core/shared"
import { Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { profileRows } from "./identity.ts"
import { compare, pageOf } from "./order.ts"

const RoleRow = Schema.Struct({ ...Role.fields, deletedAt: Schema.optionalKey(Instant) })
const roleRows = table("rbac.roles", RoleRow)
const assignmentRows = table("rbac.user_roles", Assignment)

export const roleCatalogueLayer = Layer.effect(
  RoleCatalogue,
  Effect.gen(function* () {
    const rows = roleRows(yield* MemoryDatabase)
    yield* Effect.forEach(shippedRoles, (role) => rows.seed(role.id, role), { discard: true })
    const live = Effect.map(rows.all, (all): ReadonlyArray<Role> =>
      all.filter(({ deletedAt }) => deletedAt === undefined)
    )
    const find = (name: string) =>
      Effect.map(live, (roles) => Option.fromUndefinedOr(roles.find(({ roleName }) => roleName === name)))
    const put = Effect.fnUntraced(function* (role: Role) {
      const namesake = yield* find(role.roleName)
      if (Option.isSome(namesake) && namesake.value.id !== role.id)
        return yield* new RoleExists({ role: role.roleName })
      yield* rows.put(role.id, role)
    })
    return RoleCatalogue.of({
      find,
      findForUpdate: find,
      findForShare: find,
      listSystem: Effect.map(live, (roles) => roles.filter(({ isSystem }) => isSystem)),
      list: (after, count) =>
        Effect.map(live, (roles) => pageOf(roles, ({ roleName }) => [roleName], { after, count })),
      insert: put,
      update: put,
      remove: (id, now) =>
        Effect.flatMap(rows.find(id), (found) =>
          rows.put(id, { ...Option.getOrThrow(found), deletedAt: now })
        ),
      permissions: Effect.succeed(
        [...shippedPermissions].sort((a, b) => compare([a.permissionKey], [b.permissionKey]))
      )
    })
  })
)

export const assignmentsLayer = Layer.effect(
  Assignments,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const roles = roleRows(database)
    const profiles = profileRows(database)
    const rows = assignmentRows(database)

    const nameOf = (id: RoleId) => Effect.map(roles.find(id), (role) => Option.getOrThrow(role).roleName)
    const ofUser = (userId: UserId) =>
      Effect.map(rows.all, (all) => all.filter((assignment) => assignment.userId === userId))

    return Assignments.of({
      standing: Effect.fnUntraced(function* (userId) {
        const profile = Option.getOrUndefined(yield* profiles.find(userId))
        const assignments = (yield* ofUser(userId)).filter(({ isActive }) => isActive)
        const assigned = assignments.map(({ roleId }) => roleId)
        return {
          ...(profile !== undefined && { status: profile.status }),
          ...(profile?.lastSeenAt !== undefined && { lastSeenAt: profile.lastSeenAt }),
          assignments,
          roles: (yield* roles.all).filter(({ id, isSystem }) => isSystem || assigned.includes(id))
        }
      }),
      hold: (userId) =>
        Effect.flatMap(profiles.find(userId), (profile) =>
          Option.isSome(profile) ? Effect.asSome(ofUser(userId)) : Effect.succeedNone
        ),
      put: (assignment) => rows.put(`${assignment.userId} ${assignment.roleId}`, assignment),
      holders: ({ now, roleId }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (one) => one.roleId === roleId && one.isActive && isWithin(now, { to: one.expiresAt })
            ),
            ({ userId }) => [userId],
            { after, count }
          )
        ),
      holdAdmins: Effect.gen(function* () {
        const forGood = (yield* rows.all).filter(
          ({ expiresAt, isActive }) => isActive && expiresAt === undefined
        )
        const admins = yield* Effect.filter(forGood, ({ roleId }) =>
          Effect.map(nameOf(roleId), (name) => name === "admin")
        )
        const active = yield* Effect.filter(admins, ({ userId }) =>
          Effect.map(profiles.find(userId), (profile) => Option.getOrUndefined(profile)?.status === "active")
        )
        return active.map(({ userId }) => userId).slice(0, 2)
      }),
      holdExpired: Effect.fnUntraced(function* (now, count) {
        const expired = pageOf(
          (yield* rows.all).filter(
            ({ expiresAt, isActive }) => isActive && !isWithin(now, { to: expiresAt })
          ),
          ({ expiresAt, roleId, userId }) => [expiresAt?.epochMilliseconds ?? 0, userId, roleId],
          { after: Option.none(), count }
        )
        return yield* Effect.forEach(expired, (assignment) =>
          Effect.map(nameOf(assignment.roleId), (roleName) => ({ assignment, roleName }))
        )
      })
    })
  })
)

export const grantsLogLayer = Layer.effect(
  GrantsLog,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const roles = roleRows(database)
    const rows = table(
      "rbac.role_grants_log",
      Schema.Struct({ ...GrantEntry.fields, position: Schema.Int })
    )(database)
    return GrantsLog.of({
      append: (entries) =>
        Effect.flatMap(rows.all, (all) =>
          Effect.forEach(
            entries,
            (entry, index) => rows.put(entry.id, { ...entry, position: all.length + index + 1 }),
            {
              discard: true
            }
          )
        ),
      list: ({ roleId, userId }, after, count) =>
        Effect.flatMap(rows.all, (all) => {
          const wanted = all.filter(
            (entry) =>
              (userId === undefined || entry.userId === userId) &&
              (roleId === undefined || entry.roleId === roleId)
          )
          return Effect.forEach(
            pageOf(wanted, ({ position }) => [position], { after, count, order: "descending" }),
            (entry) =>
              Effect.map(roles.find(entry.roleId), (role) => ({
                ...entry,
                roleName: Option.getOrThrow(role).roleName
              }))
          )
        })
    })
  })
)
