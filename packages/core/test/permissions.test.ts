/** The whole matrix of roles and permissions as a golden file: what ships, and what it comes to. Source: RBAC-9. */
import { assert, describe, expect, it } from "@effect/vitest"
import { DateTime } from "effect"
import { shippedPermissions, shippedRoles, standingOf } from "../src/rbac/index.ts"
import { type Permission, permissions, user } from "../src/shared/actor.ts"
import { UserId } from "../src/shared/id.ts"

const keys = Object.keys(permissions) as Array<Permission>
const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")

/** What who was given this role alone may do; of `visitor`, who was given nothing. */
const standing = (role: (typeof shippedRoles)[number]) =>
  standingOf({
    actor:
      role.roleName === "visitor"
        ? { _tag: "Anonymous" }
        : user(UserId.make("00000000-0000-4000-8000-000000000001")),
    status: "active",
    assignments: [{ roleId: role.id, isActive: true }],
    roles: shippedRoles,
    now
  })

const cell = (role: (typeof shippedRoles)[number], key: Permission): string => {
  const own = role.permissions.find(({ permission }) => permission === key)
  if (own?.onOwnCourses === true) return "course"
  if (own !== undefined) return "adds"
  return standing(role).permissions.has(key) ? "inherits" : "-"
}

const matrix = (): string => {
  const rows = [
    ["permission", "dangerous", ...shippedRoles.map(({ roleName }) => roleName)],
    ...keys.map((key) => [
      key,
      permissions[key].dangerous ? "!" : "",
      ...shippedRoles.map((role) => cell(role, key))
    ]),
    ["held everywhere", "", ...shippedRoles.map((role) => String(standing(role).permissions.size))],
    ["held on own courses", "", ...shippedRoles.map((role) => String(standing(role).onOwnCourses.size))]
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return (
    rows
      .map((row) =>
        row
          .map((text, column) => text.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()
      )
      .join("\n") + "\n"
  )
}

describe("the shipped matrix", () => {
  it("is the golden file, complete (RBAC-9)", () =>
    expect(matrix()).toMatchFileSnapshot("permissions.golden.txt"))

  it("names every permission once, with the danger that the code knows (RBAC-9)", () => {
    assert.deepStrictEqual(
      shippedPermissions.map(({ isDangerous, permissionKey }) => [permissionKey, isDangerous]),
      keys.map((key) => [key, permissions[key].dangerous])
    )
    assert.lengthOf(keys, 24)
    assert.lengthOf(
      keys.filter((key) => permissions[key].dangerous),
      8
    )
  })

  it("leaves no permission to nobody: admin holds them all (RBAC-9)", () => {
    const admin = shippedRoles.find(({ roleName }) => roleName === "admin")!
    assert.strictEqual(standing(admin).permissions.size, keys.length)
    assert.lengthOf(admin.permissions, 11)
  })
})
