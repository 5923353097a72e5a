/** Laws of the catalogue of roles: what ships, what is added and changed. Source: RBAC-6, RBAC-9, KER-23. */
import { assert, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import * as fc from "fast-check"
import {
  type Role,
  Role as RoleSchema,
  RoleId,
  Roles,
  shippedPermissions,
  shippedRoles
} from "../src/rbac/index.ts"
import { RoleCatalogue } from "../src/rbac/ports.ts"
import { type Permission, permissions } from "../src/shared/actor.ts"
import { newId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import {
  as,
  asService,
  asVisitor,
  codeOf,
  each,
  holderOf,
  peopleOn,
  racing,
  roleNamed,
  someone
} from "./people.ts"
import { at, clockAt, samples, unique } from "./samples.ts"

const keys = Object.keys(permissions) as Array<Permission>

const anyRole = fc.record({
  description: fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 }),
  sortOrder: fc.integer({ min: 0, max: 1000 }),
  version: fc.integer({ min: 1, max: 2_147_483_647 }),
  held: fc.uniqueArray(
    fc.record({
      permission: fc.constantFrom(...keys),
      onOwnCourses: fc.boolean(),
      reason: fc.option(fc.constant("warum nicht?"), { nil: undefined })
    }),
    { selector: ({ permission }) => permission, maxLength: 24 }
  )
})
const isRole = Schema.is(RoleSchema)

export const rolesContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Roles on ${adapter}`, (it) => {
    it.effect("ships the roles and permissions of the catalogue, and no others (RBAC-9)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const byName = [...shippedRoles].sort((a, b) => (a.roleName < b.roleName ? -1 : 1))
        const known = new Set<string>(byName.map(({ roleName }) => roleName))
        const { items } = yield* asVisitor(roles.listRoles({}))
        assert.deepStrictEqual(
          items.filter(({ roleName }) => known.has(roleName)),
          byName
        )
        const byKey = [...shippedPermissions].sort((a, b) => (a.permissionKey < b.permissionKey ? -1 : 1))
        assert.deepStrictEqual(yield* asVisitor(roles.listPermissions({})), byKey)
        const system = yield* RoleCatalogue.use((catalogue) => catalogue.listSystem)
        assert.sameDeepMembers(
          [...system],
          shippedRoles.filter(({ isSystem }) => isSystem)
        )
      })
    )

    it.effect("gives back whatever the model allows, inserted or updated (RBAC-6)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const catalogue = yield* RoleCatalogue
        const random = yield* SecureRandom.SecureRandom
        const { id: grantedBy } = yield* someone()
        const roleOf = Effect.fnUntraced(function* ({
          held,
          ...given
        }: typeof anyRole extends fc.Arbitrary<infer A> ? A : never) {
          const role: Role = {
            ...given,
            id: yield* newId(RoleId, random),
            roleName: roleNamed(unique("role")),
            isSystem: false,
            permissions: held
              .map(({ reason, ...one }) => ({
                ...one,
                grantedAt: at("2026-03-01T12:00:00.007Z"),
                ...(reason && { reason, grantedBy })
              }))
              .sort((a, b) => (a.permission < b.permission ? -1 : 1)),
            createdAt: at("2026-03-01T12:00:00.001Z"),
            updatedAt: at("2026-03-01T12:00:00.001Z")
          }
          return role
        })
        const allowed = (yield* Effect.forEach(samples(anyRole, 40), roleOf)).filter(isRole)
        assert.isAbove(allowed.length, 25)
        for (const [index, role] of allowed.entries()) {
          yield* run(catalogue.insert(role))
          assert.deepStrictEqual(yield* catalogue.find(role.roleName), Option.some(role))
          const { createdAt, id, isSystem } = role
          const changed = {
            ...allowed[(index + 7) % allowed.length]!,
            id,
            isSystem,
            createdAt,
            roleName: roleNamed(unique("role"))
          }
          yield* run(catalogue.update(changed))
          assert.deepStrictEqual(yield* catalogue.find(changed.roleName), Option.some(changed))
          assert.deepStrictEqual(yield* catalogue.find(role.roleName), Option.none())
        }
      })
    )

    it.effect("custom roles are added, changed and deleted by admins only (RBAC-6)", () =>
      Effect.gen(function* () {
        yield* clockAt("2026-03-01T12:00:00.005Z")
        const roles = yield* Roles
        const [admin, moderator] = [yield* holderOf("admin"), yield* holderOf("moderator")]
        const role = roleNamed(unique("tutor"))
        const create = roles.create({
          role,
          description: "Helps",
          permissions: [{ permission: "content.edit", onOwnCourses: true }]
        })
        const refused = yield* Effect.flip(as(moderator)(create))
        assert.deepStrictEqual({ ...refused }, { _tag: "kernel.forbidden", needs: "an admin" } as never)
        const created = yield* as(admin)(create)
        assert.deepStrictEqual(created.permissions, [
          {
            permission: "content.edit",
            onOwnCourses: true,
            grantedBy: admin,
            grantedAt: at("2026-03-01T12:00:00.005Z")
          }
        ])
        assert.strictEqual(yield* codeOf(as(admin)(create)), "rbac.role_exists")
        for (const change of each(
          roles.change({ role, version: 1, description: "No" }),
          roles.setPermissions({ role, version: 1, permissions: [] }),
          roles.remove({ role, reason: "no" })
        )) {
          assert.strictEqual(yield* codeOf(as(moderator)(change)), "kernel.forbidden")
        }
        const set = (version: number) =>
          as(admin)(
            roles.setPermissions({
              role,
              version,
              permissions: [{ permission: "content.edit" }],
              reason: "they asked"
            })
          )
        assert.deepStrictEqual((yield* set(1)).permissions[0], {
          permission: "content.edit",
          onOwnCourses: false,
          grantedBy: admin,
          grantedAt: at("2026-03-01T12:00:00.005Z"),
          reason: "they asked"
        } as never)
        assert.strictEqual(yield* codeOf(set(1)), "kernel.stale_version")
        const taken = roles.change({ role, version: 2, newName: roleNamed("instructor") })
        assert.strictEqual(yield* codeOf(as(admin)(taken)), "rbac.role_exists")
        const newName = roleNamed(unique("coach"))
        yield* as(admin)(roles.change({ role, version: 2, newName }))
        assert.strictEqual(yield* codeOf(asVisitor(roles.getRole({ role }))), "rbac.role_not_found")
        assert.strictEqual((yield* asVisitor(roles.getRole({ role: newName }))).version, 3)
      })
    )

    it.effect(
      "system roles can be neither deleted nor renamed, and a role that somebody holds is not deleted (RBAC-6)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00Z")
          const roles = yield* Roles
          const admin = yield* holderOf("admin")
          for (const { isSystem, roleName: role, version } of shippedRoles.filter(
            ({ isSystem }) => isSystem
          )) {
            assert.isTrue(isSystem)
            assert.strictEqual(
              yield* codeOf(as(admin)(roles.remove({ role, reason: "no" }))),
              "rbac.role_fixed"
            )
            const current = (yield* asVisitor(roles.getRole({ role }))).version
            assert.isAtLeast(current, version)
            const renamed = roles.change({ role, version: current, newName: roleNamed(unique("other")) })
            assert.strictEqual(yield* codeOf(as(admin)(renamed)), "rbac.role_fixed")
          }
          const role = roleNamed(unique("guest"))
          yield* as(admin)(roles.create({ role, description: "Guest", permissions: [] }))
          const { id } = yield* someone()
          yield* as(admin)(roles.grant({ userId: id, role, expiresAt: at("2026-03-02T00:00:00Z") }))
          const remove = as(admin)(roles.remove({ role, reason: "unused" }))
          assert.strictEqual(yield* codeOf(remove), "rbac.role_in_use")
          yield* clockAt("2026-03-02T00:00:00Z")
          assert.strictEqual(yield* codeOf(remove), "done")
          assert.strictEqual(
            yield* codeOf(as(admin)(roles.grant({ userId: id, role }))),
            "rbac.role_not_found"
          )
          // The log goes on to name it, and the name is free again.
          const log = yield* as(id)(roles.grantsLog({ userId: id }))
          assert.deepStrictEqual(
            log.items.map(({ roleName }) => roleName),
            [role]
          )
          yield* as(admin)(roles.create({ role, description: "Guest again", permissions: [] }))
          assert.isFalse((yield* as(id)(roles.hasRole({ role }))).held)
        })
    )

    it.effect(
      "a role that is deleted while it is granted is either granted or deleted, never both (RBAC-6)",
      () =>
        Effect.gen(function* () {
          const roles = yield* Roles
          for (let round = 0; round < 8; round += 1) {
            const role = roleNamed(unique("fleeting"))
            yield* asService(roles.create({ role, description: "Fleeting", permissions: [] }))
            const { id: userId } = yield* someone()
            const [granted, removed] = yield* Effect.all(
              [
                codeOf(asService(roles.grant({ userId, role }))),
                codeOf(asService(roles.remove({ role, reason: "race" })))
              ],
              racing
            )
            const outcome = `${granted} ${removed}`
            assert.include(["done rbac.role_in_use", "rbac.role_not_found done"], outcome)
          }
        })
    )

    it.effect(
      "of 16 who make one role at once one makes it; two edits of one version leave one (RBAC-6, KER-23)",
      () =>
        Effect.gen(function* () {
          const roles = yield* Roles
          const role = roleNamed(unique("raced"))
          const create = codeOf(asService(roles.create({ role, description: "Raced", permissions: [] })))
          const made = yield* Effect.all(
            Array.from({ length: 16 }, () => create),
            racing
          )
          assert.deepStrictEqual([made.filter((code) => code === "done").length, new Set(made).size], [1, 2])
          const edits = keys
            .slice(0, 16)
            .map((permission) =>
              codeOf(asService(roles.setPermissions({ role, version: 1, permissions: [{ permission }] })))
            )
          const edited = yield* Effect.all(edits, racing)
          assert.deepStrictEqual(
            [edited.filter((code) => code === "done").length, [...new Set(edited)].sort()[1]],
            [1, "kernel.stale_version"]
          )
          assert.lengthOf((yield* asVisitor(roles.getRole({ role }))).permissions, 1)
        })
    )
  })
