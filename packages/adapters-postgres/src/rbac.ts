/** Roles, who holds them, and the log of grants. */
import { Assignment, GrantEntry, LoggedGrant, PermissionInfo, Role, RoleExists } from "@lyceum/core/rbac"
import { Assignments, GrantsLog, type KnownStanding, RoleCatalogue } from "@lyceum/core/rbac/ports"
import type { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { refusing, table } from "./table.ts"

const encodePermissions = Schema.encodeSync(Schema.toCodecJson(Role.fields.permissions)) as (
  permissions: Role["permissions"]
) => unknown

export const roleCatalogueLayer = Layer.effect(
  RoleCatalogue,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { decode } = yield* table("rbac.roles", ["id"], Role)
    const permissions = yield* table("rbac.permissions", ["id"], PermissionInfo)

    const held = sql.literal(`(
      select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'permission', p.permission_key, 'onOwnCourses', h.on_own_courses, 'grantedBy', h.granted_by,
        'grantedAt', h.granted_at, 'reason', h.reason)) order by p.permission_key), '[]')
      from rbac.role_permissions h join rbac.permissions p on p.id = h.permission_id where h.role_id = r.id)`)

    const select = Effect.fnUntraced(function* (where: Statement.Fragment) {
      const found = yield* sql<{ row: unknown }>`
        select to_jsonb(r) || jsonb_build_object('permissions', ${held}) as row
        from rbac.roles r where r.deleted_at is null and ${where}`
      return found.map(({ row }) => decode(row))
    }, Effect.orDie)

    const find = (name: string) =>
      Effect.map(select(sql`r.role_name = ${name}`), ([role]) => Option.fromNullishOr(role))

    /** Two statements: what the role holds is read once the lock is there, or a change waited for would be half seen. */
    const findHolding = (name: string, lock: "for update" | "for share") =>
      Effect.andThen(
        Effect.orDie(
          sql`select 1 from rbac.roles where role_name = ${name} and deleted_at is null ${sql.literal(lock)}`
        ),
        find(name)
      )

    const setPermissions = (role: Role) =>
      Effect.andThen(
        sql`delete from rbac.role_permissions where role_id = ${role.id}::uuid`,
        sql`
          insert into rbac.role_permissions (role_id, permission_id, on_own_courses, granted_by, granted_at, reason)
          select ${role.id}::uuid, p.id, g."onOwnCourses", g."grantedBy", g."grantedAt", g.reason
          from jsonb_to_recordset(${JSON.stringify(encodePermissions(role.permissions))}::jsonb) as g
            (permission text, "onOwnCourses" boolean, "grantedBy" uuid, "grantedAt" timestamptz, reason text)
          join rbac.permissions p on p.permission_key = g.permission`
      )

    const exists = (role: Role) =>
      refusing({ roles_role_name_key: () => new RoleExists({ role: role.roleName }) })

    return RoleCatalogue.of({
      find,
      findForUpdate: (name) => findHolding(name, "for update"),
      findForShare: (name) => findHolding(name, "for share"),
      listSystem: select(sql`r.is_system`),
      list: (after, count) =>
        select(sql`
          r.role_name > ${Option.match(after, { onNone: () => "", onSome: ([name]) => String(name) })}
          order by r.role_name limit ${count}`),
      insert: (role) =>
        sql`
          insert into rbac.roles
            (id, role_name, description, is_system, sort_order, permissions_count, version, created_at, updated_at)
          values (${role.id}::uuid, ${role.roleName}, ${role.description}, ${role.isSystem}, ${role.sortOrder},
            ${role.permissions.length}, ${role.version}, ${DateTime.formatIso(role.createdAt)}::timestamptz,
            ${DateTime.formatIso(role.updatedAt)}::timestamptz)`.pipe(
          Effect.andThen(setPermissions(role)),
          Effect.asVoid,
          exists(role)
        ),
      update: (role) =>
        sql`
          update rbac.roles set role_name = ${role.roleName}, description = ${role.description},
            sort_order = ${role.sortOrder}, permissions_count = ${role.permissions.length},
            version = ${role.version}, updated_at = ${DateTime.formatIso(role.updatedAt)}::timestamptz
          where id = ${role.id}::uuid`.pipe(
          Effect.andThen(setPermissions(role)),
          Effect.asVoid,
          exists(role)
        ),
      remove: (id, now) => {
        const at = DateTime.formatIso(now)
        return Effect.orDie(
          Effect.asVoid(sql`
            update rbac.roles set deleted_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
            where id = ${id}::uuid`)
        )
      },
      permissions: Effect.orDie(permissions.select(sql`order by permission_key`))
    })
  })
)

interface StandingRow {
  readonly profile: {
    readonly status: NonNullable<KnownStanding["status"]>
    readonly seen: string | null
  } | null
  readonly assignments: ReadonlyArray<
    KnownStanding["assignments"][number] & { readonly expires: string | null }
  >
  readonly roles: KnownStanding["roles"]
}

export const assignmentsLayer = Layer.effect(
  Assignments,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("rbac.user_roles", ["user_id", "role_id"], Assignment)

    // Every use case asks this first: plain columns, no schema in between.
    const standing = Effect.fnUntraced(function* (userId: UserId) {
      const [row] = yield* sql<StandingRow>`
        with held as (
          select role_id, is_active, expires_at from rbac.user_roles where user_id = ${userId}::uuid and is_active
        )
        select
          (select jsonb_build_object('status', status, 'seen', last_seen_at)
            from public.profiles where id = ${userId}::uuid) as profile,
          (select coalesce(jsonb_agg(jsonb_build_object(
              'roleId', role_id, 'isActive', is_active, 'expires', expires_at)), '[]') from held) as assignments,
          (select coalesce(jsonb_agg(jsonb_build_object(
              'id', r.id, 'roleName', r.role_name, 'isSystem', r.is_system, 'sortOrder', r.sort_order,
              'permissions', (
                select coalesce(jsonb_agg(jsonb_build_object(
                  'permission', p.permission_key, 'onOwnCourses', h.on_own_courses)), '[]')
                from rbac.role_permissions h join rbac.permissions p on p.id = h.permission_id
                where h.role_id = r.id))), '[]')
            from rbac.roles r
            where r.deleted_at is null and (r.is_system or r.id in (select role_id from held))) as roles`
      const { assignments = [], profile = null, roles = [] } = row ?? {}
      const known: KnownStanding = {
        ...(profile !== null && { status: profile.status }),
        ...(profile?.seen && { lastSeenAt: DateTime.makeUnsafe(profile.seen) }),
        assignments: assignments.map(({ expires, ...assignment }) =>
          expires === null ? assignment : { ...assignment, expiresAt: DateTime.makeUnsafe(expires) }
        ),
        roles
      }
      return known
    }, Effect.orDie)

    return Assignments.of({
      standing,
      hold: Effect.fnUntraced(function* (userId) {
        const profile = yield* sql`select 1 from public.profiles where id = ${userId}::uuid for no key update`
        if (profile.length === 0) return Option.none()
        // The assignments too: a sweep holds them without their user.
        return Option.some(yield* rows.select(sql`where user_id = ${userId}::uuid for no key update`))
      }, Effect.orDie),
      put: ({ expiresAt, grantedAt, grantedBy, isActive, roleId, userId }) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into rbac.user_roles (user_id, role_id, is_active, expires_at, granted_by, granted_at)
            values (${userId}::uuid, ${roleId}::uuid, ${isActive},
              ${expiresAt === undefined ? null : DateTime.formatIso(expiresAt)}::timestamptz,
              ${grantedBy ?? null}::uuid, ${DateTime.formatIso(grantedAt)}::timestamptz)
            on conflict on constraint user_roles_pkey do update set
              (is_active, expires_at, granted_by, granted_at, updated_at) =
              (excluded.is_active, excluded.expires_at, excluded.granted_by, excluded.granted_at, util.now())`)
        ),
      holders: ({ now, roleId }, after, count) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([userId]) => [sql`user_id > ${String(userId)}::uuid`]
        })
        const held = sql.and([
          sql`role_id = ${roleId}::uuid`,
          sql`is_active`,
          sql`(expires_at is null or expires_at > ${DateTime.formatIso(now)}::timestamptz)`,
          ...beyond
        ])
        return Effect.orDie(rows.select(sql`where ${held} order by user_id limit ${count}`))
      },
      // Two statements: the second one sees what others did while the first one waited for the row.
      holdAdmins: Effect.gen(function* () {
        const held = yield* sql<{ id: string }>`
          select id from rbac.roles where role_name = 'admin' and deleted_at is null for no key update`
        const admins = yield* sql<{ user_id: UserId }>`
          select u.user_id from rbac.user_roles u join public.profiles p on p.id = u.user_id and p.status = 'active'
          where u.role_id = ${held[0]?.id ?? null}::uuid and u.is_active and u.expires_at is null
          order by u.user_id limit 2`
        return admins.map(({ user_id }) => user_id)
      }).pipe(Effect.orDie),
      holdExpired: Effect.fnUntraced(function* (now, count) {
        const expired = yield* rows.select(sql`
          where is_active and expires_at <= ${DateTime.formatIso(now)}::timestamptz
          order by expires_at, user_id, role_id limit ${count} for no key update skip locked`)
        const names = yield* sql<{ id: string; role_name: Role["roleName"] }>`
          select id, role_name from rbac.roles where id = any(${expired.map(({ roleId }) => roleId)}::uuid[])`
        const nameOf = new Map(names.map(({ id, role_name }) => [id, role_name]))
        return expired.flatMap((assignment) => {
          const roleName = nameOf.get(assignment.roleId)
          return roleName === undefined ? [] : [{ assignment, roleName }]
        })
      }, Effect.orDie)
    })
  })
)

export const grantsLogLayer = Layer.effect(
  GrantsLog,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const entries = yield* table("rbac.role_grants_log", ["id"], GrantEntry)
    const { decode } = yield* table("rbac.role_grants_log", ["id"], LoggedGrant)
    return GrantsLog.of({
      append: (all) => Effect.orDie(entries.insertAll(all)),
      list: ({ roleId, userId }, after, count) => {
        const wanted = sql.and([
          ...(userId === undefined ? [] : [sql`l.user_id = ${userId}::uuid`]),
          ...(roleId === undefined ? [] : [sql`l.role_id = ${roleId}::uuid`]),
          ...Option.match(after, {
            onNone: () => [],
            onSome: ([position]) => [sql`l.position < ${Number(position)}`]
          })
        ])
        return Effect.map(
          Effect.orDie(sql<{ row: unknown }>`
            select to_jsonb(l) || jsonb_build_object('role_name', r.role_name) as row
            from rbac.role_grants_log l join rbac.roles r on r.id = l.role_id
            where ${wanted} order by l.position desc limit ${count}`),
          (found) => found.map(({ row }) => decode(row))
        )
      }
    })
  })
)
