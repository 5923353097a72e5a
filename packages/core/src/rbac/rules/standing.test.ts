import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import {
  anonymous,
  type Permission,
  permissions,
  requirePermission,
  service,
  standingWithoutAccount,
  user
} from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import { shippedRoles } from "../catalogue.ts"
import { RoleId } from "../model.ts"
import {
  type AssignmentFacts,
  heldAs,
  type PaidUntil,
  permissionsOf,
  type RoleFacts,
  type StandingFacts,
  standingOf
} from "./standing.ts"

const ann = UserId.make("00000000-0000-4000-8000-000000000001")
const now = DateTime.makeUnsafe("2026-03-01T12:00:00.000Z")
const after = (milliseconds: number) => DateTime.add(now, { milliseconds })
const idOf = (name: string) => shippedRoles.find(({ roleName }) => roleName === name)!.id
const given = (name: string, fields: Partial<AssignmentFacts> = {}): AssignmentFacts => ({
  roleId: idOf(name),
  isActive: true,
  ...fields
})
const facts = (fields: Partial<StandingFacts> = {}): StandingFacts => ({
  actor: user(ann),
  status: "active",
  assignments: [],
  roles: shippedRoles,
  now,
  ...fields
})
const standing = (fields: Partial<StandingFacts> = {}) => standingOf(facts(fields))
const everyPermission = Object.keys(permissions) as Array<Permission>

describe("what an actor may do", () => {
  it("every signed-in user is at least a member, an anonymous actor a visitor (RBAC-1)", () => {
    assert.deepStrictEqual([...standing().roles], ["member"])
    assert.deepStrictEqual([...standing().permissions], ["community.participate"])
    assert.deepStrictEqual(
      standing({ actor: anonymous, assignments: [given("admin")] }),
      standingWithoutAccount(anonymous)
    )
    assert.deepStrictEqual([...standing({ actor: anonymous }).roles], ["visitor"])
    assert.strictEqual(standing({ actor: anonymous }).permissions.size, 0)
  })

  it("a role ends at the very millisecond its assignment expires (RBAC-1)", () => {
    const ends = (expiresAt: DateTime.Utc) =>
      standing({ assignments: [given("moderator", { expiresAt })] }).roles.has("moderator")
    assert.isTrue(ends(after(1)))
    assert.isFalse(ends(now))
    assert.isFalse(ends(after(-1)))
  })

  it("an assignment that was revoked gives nothing, whatever its end says (RBAC-1)", () => {
    const { permissions, roles } = standing({
      assignments: [given("admin", { isActive: false, expiresAt: after(1000) })]
    })
    assert.deepStrictEqual([[...roles], [...permissions]], [["member"], ["community.participate"]])
  })

  it("a system role inherits from system roles of a lower order and from no other (RBAC-1)", () => {
    const moderator = standing({ assignments: [given("moderator")] })
    assert.strictEqual(moderator.permissions.size, 13)
    assert.isTrue(moderator.permissions.has("community.participate"))
    // instructor stands at 25, but is no system role: its `content.create` is not inherited.
    assert.isFalse(moderator.permissions.has("content.create"))
    assert.isFalse(moderator.permissions.has("manage_users"))
    assert.sameMembers([...standing({ assignments: [given("admin")] }).permissions], everyPermission)
  })

  it("a custom role holds its own and those of member, though its order is above premium_member's (RBAC-1)", () => {
    const roles: ReadonlyArray<RoleFacts> = shippedRoles.map((role) =>
      role.roleName === "premium_member"
        ? { ...role, permissions: [{ permission: "billing.view", onOwnCourses: false }] }
        : role
    )
    const instructor = standing({ roles, assignments: [given("instructor")] })
    assert.sameMembers([...instructor.permissions], ["content.create", "community.participate"])
    assert.isTrue(standing({ roles, assignments: [given("moderator")] }).permissions.has("billing.view"))
  })

  it("an unknown permission is held by nobody, not even by an admin whose role names it (RBAC-1)", () => {
    const roles = shippedRoles.map((role) => ({
      ...role,
      permissions: [
        ...role.permissions,
        { permission: "moon.land", onOwnCourses: false },
        { permission: "toString", onOwnCourses: false }
      ]
    }))
    const admin = standing({ roles, assignments: [given("admin")] })
    assert.sameMembers([...admin.permissions], everyPermission)
    for (const key of ["moon.land", "toString", "", "content", "CONTENT.EDIT"])
      assert.strictEqual(heldAs(admin, key), "no")
  })

  it("who is suspended or has deleted their profile stands as a visitor, under their own id (IDN-9)", () => {
    for (const status of ["suspended", "deleted"] as const) {
      const shut = standing({ status, assignments: [given("admin")], paidUntil: "forever" })
      assert.deepStrictEqual(shut, { ...standingWithoutAccount(user(ann)), status })
      assert.deepStrictEqual([...shut.roles], ["visitor"])
    }
  })

  it("a service needs no role: it may do all (RBAC-2)", () => {
    const billing = standing({ actor: service("billing") })
    for (const permission of everyPermission)
      assert.strictEqual(requirePermission(billing, permission)._tag, "Success")
  })

  it("scoped permissions are held on own courses only (RBAC-7)", () => {
    const instructor = standing({ assignments: [given("instructor")] })
    assert.strictEqual(heldAs(instructor, "content.edit"), "on_own_courses")
    assert.strictEqual(heldAs(instructor, "content.create"), "everywhere")
    assert.strictEqual(heldAs(instructor, "content.publish"), "no")
    assert.strictEqual(requirePermission(instructor, "content.edit")._tag, "Failure")
    assert.strictEqual(requirePermission(instructor, "content.edit", { own: false })._tag, "Failure")
    assert.strictEqual(requirePermission(instructor, "content.edit", { own: true })._tag, "Success")
    // Held everywhere by another role, it is held everywhere.
    assert.strictEqual(
      heldAs(standing({ assignments: [given("instructor"), given("moderator")] }), "content.edit"),
      "everywhere"
    )
  })
})

describe("premium members", () => {
  const premium = (paidUntil: PaidUntil | undefined, assignments: ReadonlyArray<AssignmentFacts> = []) =>
    permissionsOf(facts({ paidUntil, assignments })).roles.find(
      ({ roleName }) => roleName === "premium_member"
    )

  it("who pays holds premium_member until just before the latest end, and not at it (RBAC-8)", () => {
    assert.isDefined(premium(after(1)))
    assert.isUndefined(premium(now))
    assert.isUndefined(premium(after(-1)))
    assert.isUndefined(premium(undefined))
    assert.deepStrictEqual({ ...premium("forever") }, {
      roleName: "premium_member",
      isDerived: true
    } as never)
    assert.deepStrictEqual(premium(after(5))?.expiresAt, after(5))
  })

  it("a stored assignment stays beside the derived one: the later end counts (RBAC-8)", () => {
    assert.deepStrictEqual(
      premium(after(5), [given("premium_member", { expiresAt: after(9) })])?.expiresAt,
      after(9)
    )
    assert.deepStrictEqual(
      premium(after(9), [given("premium_member", { expiresAt: after(5) })])?.expiresAt,
      after(9)
    )
    assert.isUndefined(premium(after(9), [given("premium_member")])?.expiresAt)
    assert.isFalse(premium(after(9), [given("premium_member")])?.isDerived)
    assert.isTrue(premium(after(9), [given("premium_member", { expiresAt: now })])?.isDerived)
  })

  it("what a school gives its paying members comes with paying (RBAC-8)", () => {
    const roles: ReadonlyArray<RoleFacts> = shippedRoles.map((role) =>
      role.roleName === "premium_member"
        ? { ...role, permissions: [{ permission: "view_analytics", onOwnCourses: false }] }
        : role
    )
    assert.isTrue(standing({ roles, paidUntil: after(1) }).permissions.has("view_analytics"))
    assert.isFalse(standing({ roles, paidUntil: now }).permissions.has("view_analytics"))
  })
})

describe("properties of standings", () => {
  const anyRole = (index: number): fc.Arbitrary<RoleFacts> =>
    fc.record({
      id: fc.constant(RoleId.make(`00000000-0000-7000-8000-${String(1000 + index).padStart(12, "0")}`)),
      roleName: fc.constant(`role_${index}` as never),
      isSystem: fc.boolean(),
      sortOrder: fc.integer({ min: 0, max: 50 }),
      permissions: fc.array(
        fc.record({
          permission: fc.constantFrom(...everyPermission, "moon.land"),
          onOwnCourses: fc.boolean()
        }),
        { maxLength: 4 }
      )
    })
  const anyWorld = fc.tuple(...[0, 1, 2, 3].map(anyRole)).chain((extra) => {
    const roles: ReadonlyArray<RoleFacts> = [...shippedRoles, ...extra]
    const anyAssignment = fc.record(
      {
        roleId: fc.constantFrom(...roles.map(({ id }) => id)),
        isActive: fc.boolean(),
        expiresAt: fc.integer({ min: -2, max: 2 }).map(after)
      },
      { requiredKeys: ["roleId", "isActive"] }
    )
    return fc.record({
      roles: fc.constant(roles),
      assignments: fc.array(anyAssignment, { maxLength: 6 }),
      one: anyAssignment,
      paidUntil: fc.option(
        fc.oneof(fc.constant("forever" as const), fc.integer({ min: -2, max: 2 }).map(after)),
        { nil: undefined }
      )
    })
  })
  const includes = <A>(all: ReadonlySet<A>, some: ReadonlySet<A>) => [...some].every((one) => all.has(one))

  it("adding an assignment, or an entitlement, never takes a permission away (RBAC-7)", () => {
    fc.assert(
      fc.property(anyWorld, ({ one, ...world }) => {
        const before = standing(world)
        for (const richer of [
          standing({ ...world, assignments: [...world.assignments, one] }),
          standing({ ...world, paidUntil: "forever" })
        ]) {
          assert.isTrue(
            includes(richer.permissions, before.permissions) &&
              includes(richer.onOwnCourses, before.onOwnCourses)
          )
          assert.isTrue(includes(richer.roles, before.roles))
        }
      }),
      { numRuns: 500 }
    )
  })

  it("a user holds exactly the union of what each live role gives (RBAC-1)", () => {
    // Said the other way round than the rule says it: permission by permission, role by role.
    const gives = (role: RoleFacts, roles: ReadonlyArray<RoleFacts>, permission: Permission): boolean =>
      role.permissions.some((held) => held.permission === permission && !held.onOwnCourses) ||
      roles.some((lower) => {
        const inherited = role.isSystem
          ? lower.isSystem && lower.sortOrder < role.sortOrder
          : lower.roleName === "member"
        return (
          inherited && lower.permissions.some((held) => held.permission === permission && !held.onOwnCourses)
        )
      })
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { permissions } = standing(world)
        const live = world.roles.filter(
          (role) =>
            role.roleName === "member" ||
            (role.roleName === "premium_member" &&
              world.paidUntil !== undefined &&
              (world.paidUntil === "forever" || DateTime.isGreaterThan(world.paidUntil, now))) ||
            world.assignments.some(
              ({ expiresAt, isActive, roleId }) =>
                roleId === role.id &&
                isActive &&
                (expiresAt === undefined || DateTime.isGreaterThan(expiresAt, now))
            )
        )
        for (const permission of everyPermission) {
          assert.strictEqual(
            permissions.has(permission),
            live.some((role) => gives(role, world.roles, permission)),
            permission
          )
        }
      }),
      { numRuns: 500 }
    )
  })

  it("the spelt-out answer names the same roles and permissions as the standing (RBAC-7)", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const short = standing(world)
        const spelt = permissionsOf(facts(world))
        assert.sameMembers(
          spelt.roles.map(({ roleName }) => roleName as string),
          [...short.roles]
        )
        assert.sameMembers([...spelt.permissions], [...short.permissions])
        assert.sameMembers([...spelt.onOwnCourses], [...short.onOwnCourses])
      }),
      { numRuns: 300 }
    )
  })
})
