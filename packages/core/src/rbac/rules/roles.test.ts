import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import { service, user } from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import { shippedRoles } from "../catalogue.ts"
import { RoleId, RoleName } from "../model.ts"
import * as rules from "./roles.ts"

const ann = UserId.make("00000000-0000-4000-8000-000000000001")
const now = DateTime.makeUnsafe("2026-03-01T12:00:00.000Z")
const later = DateTime.add(now, { days: 1 })
const by = { actor: user(ann), now, reason: "because" }
const tutor = rules.create(
  {
    id: RoleId.make("00000000-0000-7000-8000-000000000777"),
    role: RoleName.make("tutor"),
    description: "Helps",
    permissions: [{ permission: "view_analytics" }, { permission: "content.edit", onOwnCourses: true }]
  },
  by
).state
const refusalOf = (result: Result.Result<unknown, { readonly _tag: string }>) =>
  Result.isFailure(result) ? result.failure._tag : "allowed"

describe("roles", () => {
  it("system roles can be neither deleted nor renamed; custom ones can (RBAC-6)", () => {
    for (const role of shippedRoles) {
      const expected = role.isSystem ? "rbac.role_fixed" : "allowed"
      assert.strictEqual(refusalOf(rules.remove(role, "why")), expected, role.roleName)
      assert.strictEqual(
        refusalOf(rules.change(role, { version: 1, newName: RoleName.make("other") }, now)),
        expected
      )
      assert.strictEqual(
        refusalOf(rules.change(role, { version: 1, newName: role.roleName, description: "New" }, now)),
        "allowed"
      )
    }
  })

  it("what visitor and admin hold is fixed, what others hold is not (RBAC-6)", () => {
    for (const role of shippedRoles) {
      const set = rules.setPermissions(
        role,
        { version: 1, permissions: [{ permission: "content.edit" }] },
        by
      )
      assert.strictEqual(
        refusalOf(set),
        ["visitor", "admin"].includes(role.roleName) ? "rbac.role_fixed" : "allowed"
      )
    }
  })

  it("a change of permissions is stored with who granted it, when and why (RBAC-6)", () => {
    assert.deepStrictEqual(tutor.permissions, [
      { permission: "content.edit", onOwnCourses: true, grantedBy: ann, grantedAt: now, reason: "because" },
      { permission: "view_analytics", onOwnCourses: false, grantedBy: ann, grantedAt: now, reason: "because" }
    ])
    assert.isFalse(tutor.isSystem)
    const wanted = [{ permission: "view_analytics" as const }, { permission: "content.edit" as const }]
    const { state } = Result.getOrThrow(
      rules.setPermissions(
        tutor,
        { version: 1, permissions: wanted },
        { actor: service("import"), now: later }
      )
    )
    // Held the same way as before: granted then, by her. Held another way than before: granted now.
    assert.deepStrictEqual(state.permissions, [
      { permission: "content.edit", onOwnCourses: false, grantedAt: later },
      { permission: "view_analytics", onOwnCourses: false, grantedBy: ann, grantedAt: now, reason: "because" }
    ])
    assert.deepStrictEqual([state.version, state.updatedAt], [2, later])
  })

  it("an edit made on another version is stale (KER-23)", () => {
    const renamed = rules.change(tutor, { version: 2, newName: RoleName.make("other") }, now)
    assert.strictEqual(refusalOf(renamed), "kernel.stale_version")
    assert.strictEqual(
      refusalOf(rules.setPermissions(tutor, { version: 0, permissions: [] }, by)),
      "kernel.stale_version"
    )
  })
})
