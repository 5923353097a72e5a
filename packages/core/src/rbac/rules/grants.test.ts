import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import { replay } from "../../../contract/replay.ts"
import { type Actor, permissions, service, user } from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import { shippedRoles } from "../catalogue.ts"
import type { Assignment, Role } from "../model.ts"
import * as rules from "./grants.ts"
import { standingOf } from "./standing.ts"

const someId = (n: number) => UserId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
const [ann, ben, cas] = [someId(1), someId(2), someId(3)] as const
const now = DateTime.makeUnsafe("2026-03-01T12:00:00.000Z")
const after = (milliseconds: number) => DateTime.add(now, { milliseconds })
const role = (name: string): Role => shippedRoles.find(({ roleName }) => roleName === name)!
const custom = (name: string, ...held: ReadonlyArray<string | readonly [string]>): Role => ({
  ...role("instructor"),
  roleName: name as Role["roleName"],
  permissions: held.map((one) => ({
    permission: typeof one === "string" ? one : one[0],
    onOwnCourses: typeof one !== "string",
    grantedAt: now
  }))
})
const systemRoles = shippedRoles.filter(({ isSystem }) => isSystem)
const standing = (actor: Actor, ...held: ReadonlyArray<Role>) =>
  standingOf({
    actor,
    status: "active",
    assignments: held.map(({ id }) => ({ roleId: id, isActive: true })),
    roles: [...systemRoles, ...held.filter(({ isSystem }) => !isSystem)],
    now
  })
const admin = standing(user(ann), role("admin"))
/** Keeps people in order, and is no admin. */
const warden = standing(user(ann), custom("warden", "manage_users", "content.edit"))
const saying = (
  result: Result.Result<
    unknown,
    { readonly _tag: string; readonly permission?: string; readonly needs?: string }
  >
) =>
  Result.isSuccess(result)
    ? "allowed"
    : (result.failure.permission ?? result.failure.needs ?? result.failure._tag)
const grants = (me: typeof admin, given: Role, reason?: string, userId = ben) =>
  saying(rules.mayGrant({ me, userId, role: given, systemRoles }, reason) as never)
const revokes = (me: typeof admin, given: Role, userId = ben) =>
  saying(rules.mayRevoke({ me, userId, role: given, systemRoles }))

describe("who may grant and revoke", () => {
  it("granting and revoking takes manage_users, and the refusal names it (RBAC-2)", () => {
    for (const me of [
      standing(user(ann)),
      standing(user(ann), role("moderator")),
      standing({ _tag: "Anonymous" })
    ]) {
      assert.strictEqual(grants(me, role("member"), "ten chars!"), "manage_users")
      assert.strictEqual(revokes(me, role("member")), "manage_users")
    }
    assert.strictEqual(grants(warden, role("member")), "allowed")
    assert.strictEqual(revokes(warden, role("member")), "allowed")
  })

  it("nobody changes their own roles, admins neither (RBAC-2)", () => {
    const own = "somebody else, since nobody changes their own roles"
    for (const me of [admin, warden]) {
      assert.strictEqual(grants(me, role("member"), "ten chars!", ann), own)
      assert.strictEqual(revokes(me, role("member"), ann), own)
    }
  })

  it("nobody grants or revokes a role whose permissions they do not hold all, inherited ones included (RBAC-2)", () => {
    assert.strictEqual(grants(warden, custom("writer", "content.edit")), "allowed")
    assert.strictEqual(grants(warden, custom("other", "content.edit", "content.review")), "content.review")
    assert.strictEqual(revokes(warden, custom("other", "content.edit", "content.review")), "content.review")
    // Whoever revokes an admin must hold what they hold through moderator and member too.
    assert.notStrictEqual(revokes(warden, role("admin")), "allowed")
    // A permission held everywhere covers the same on own courses, but not the other way round.
    assert.strictEqual(grants(warden, custom("own_writer", ["content.edit"])), "allowed")
    const scoped = standing(user(ann), custom("scoped_warden", "manage_users", ["content.edit"]))
    assert.strictEqual(grants(scoped, custom("own_writer", ["content.edit"])), "allowed")
    assert.strictEqual(grants(scoped, custom("writer", "content.edit")), "content.edit")
  })

  it("a role with a dangerous permission is granted by an admin only, with a reason of 10 characters or more (RBAC-2)", () => {
    const dangerous = custom("user_keeper", "manage_users")
    assert.strictEqual(grants(warden, dangerous, "a good reason"), "an admin")
    assert.strictEqual(grants(admin, dangerous, "123456789"), "kernel.invalid")
    assert.strictEqual(grants(admin, dangerous, undefined), "kernel.invalid")
    assert.strictEqual(grants(admin, dangerous, "1234567890"), "allowed")
    // Inherited danger is danger; scoped permissions never count, also those that are dangerous elsewhere.
    assert.strictEqual(grants(admin, role("admin"), "123456789"), "kernel.invalid")
    assert.strictEqual(grants(admin, role("instructor")), "allowed")
    assert.strictEqual(grants(admin, role("moderator")), "allowed")
    // Revoking asks for no more than holding it all.
    assert.strictEqual(revokes(warden, dangerous), "allowed")
  })

  it("every dangerous permission asks for an admin, and no other does (RBAC-2)", () => {
    const holdsAll = standing(user(ann), custom("almost_admin", ...Object.keys(permissions)))
    for (const [key, { dangerous }] of Object.entries(permissions)) {
      assert.strictEqual(
        grants(holdsAll, custom("one", key), "ten chars!"),
        dangerous ? "an admin" : "allowed",
        key
      )
    }
  })

  it("a service may do all of it, without a reason (RBAC-2)", () => {
    const billing = standing(service("billing"))
    for (const one of shippedRoles) {
      assert.strictEqual(grants(billing, one), "allowed")
      assert.strictEqual(revokes(billing, one), "allowed")
    }
  })
})

const held = (fields: Partial<Assignment> = {}): Assignment => ({
  userId: ben,
  roleId: role("moderator").id,
  isActive: true,
  grantedAt: after(-1000),
  ...fields
})
const grant = (before: Assignment | undefined, expiresAt?: DateTime.Utc) =>
  rules.grant({
    before,
    userId: ben,
    role: role("moderator"),
    expiresAt,
    reason: "why",
    actor: user(ann),
    now
  })
const granted = (before: Assignment | undefined, expiresAt?: DateTime.Utc) =>
  Result.getOrThrow(grant(before, expiresAt))

describe("granting again", () => {
  it("an end that is not in the future is invalid (RBAC-4)", () => {
    assert.strictEqual(Result.isFailure(grant(undefined, now)), true)
    assert.strictEqual(Result.isFailure(grant(undefined, after(-1))), true)
    assert.deepStrictEqual(granted(undefined, after(1)).state.expiresAt, after(1))
  })

  it("extends or shortens the one assignment, and says which (RBAC-4)", () => {
    assert.strictEqual(granted(undefined).outcome, "granted")
    assert.strictEqual(granted(held({ isActive: false })).outcome, "granted")
    assert.strictEqual(granted(held({ expiresAt: after(10) }), after(11)).outcome, "extended")
    assert.strictEqual(granted(held({ expiresAt: after(10) })).outcome, "extended")
    assert.strictEqual(granted(held({ expiresAt: after(10) }), after(9)).outcome, "shortened")
    assert.strictEqual(granted(held(), after(9)).outcome, "shortened")
    for (const same of [held(), held({ expiresAt: after(10) })]) {
      const { entries, events, outcome, state } = granted(same, same.expiresAt)
      assert.deepStrictEqual(
        { entries, events, outcome, state },
        { entries: [], events: [], outcome: "unchanged", state: same }
      )
    }
  })

  it("writes down who granted it, why, when and until when (RBAC-5)", () => {
    const { entries, state } = granted(undefined, after(5))
    assert.deepStrictEqual(entries, [
      {
        userId: ben,
        roleId: state.roleId,
        operation: "GRANT",
        expiresAt: after(5),
        reason: "why",
        performedBy: ann,
        createdAt: now
      }
    ])
    assert.deepStrictEqual(state, {
      userId: ben,
      roleId: state.roleId,
      isActive: true,
      expiresAt: after(5),
      grantedBy: ann,
      grantedAt: now
    })
  })

  it("a grant on one that expired unnoticed writes the end down first, once (RBAC-5)", () => {
    const { entries, events, outcome } = granted(held({ expiresAt: now }))
    assert.strictEqual(outcome, "granted")
    assert.deepStrictEqual(
      entries.map(({ operation, performedBy, performedByService }) => [
        operation,
        performedBy ?? performedByService
      ]),
      [
        ["REVOKE", "expiry"],
        ["GRANT", ann]
      ]
    )
    assert.deepStrictEqual(
      events.map(({ name }) => name),
      ["rbac.role_expired", "rbac.role_granted"]
    )
  })

  it("what is not held, or has ended, cannot be revoked (RBAC-5)", () => {
    const revoke = (before: Assignment | undefined) =>
      rules.revoke({ before, role: role("moderator"), reason: "done", actor: user(ann), now })
    for (const before of [undefined, held({ isActive: false }), held({ expiresAt: now })])
      assert.isTrue(Result.isFailure(revoke(before)))
    const { entries, state } = Result.getOrThrow(revoke(held({ expiresAt: after(1) })))
    assert.deepStrictEqual([state.isActive, state.expiresAt], [false, undefined])
    assert.deepStrictEqual(entries, [
      {
        userId: ben,
        roleId: state.roleId,
        operation: "REVOKE",
        performedBy: ann,
        reason: "done",
        createdAt: now
      }
    ])
  })
})

describe("the last admin", () => {
  it("the only admin for good cannot be lost, one of two can (RBAC-3)", () => {
    assert.isTrue(Result.isFailure(rules.mayLoseAdmin([ben], ben)))
    assert.isTrue(Result.isSuccess(rules.mayLoseAdmin([ben, cas], ben)))
    assert.isTrue(Result.isSuccess(rules.mayLoseAdmin([cas], ben)))
    assert.isTrue(Result.isSuccess(rules.mayLoseAdmin([], ben)))
  })

  it("limiting the last one in time is losing it (RBAC-3)", () => {
    const limited = granted(held(), after(1_000_000)).state
    assert.isTrue(Result.isFailure(rules.keepsAnAdmin([ben], limited)))
    assert.isTrue(Result.isSuccess(rules.keepsAnAdmin([ben], granted(held({ expiresAt: after(1) })).state)))
    assert.isTrue(Result.isFailure(rules.keepsAnAdmin([ben], { ...held(), isActive: false })))
  })
})

describe("the log", () => {
  it("replayed, it gives the assignments, whatever was granted, revoked, swept or left to expire (RBAC-5)", () => {
    const anyStep = fc.record({
      userId: fc.constantFrom(ann, ben),
      role: fc.constantFrom(role("moderator"), role("instructor")),
      act: fc.constantFrom("grant" as const, "revoke" as const, "sweep" as const),
      end: fc.option(fc.integer({ min: -1, max: 6 }), { nil: undefined }),
      wait: fc.integer({ min: 0, max: 3 })
    })
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const assignments = new Map<string, Assignment>()
        const log: Array<rules.NewEntry> = []
        let clock = 0
        for (const { act, end, role, userId, wait } of steps) {
          clock += wait
          const key = `${userId} ${role.id}`
          const before = assignments.get(key)
          const at = { before, userId, role, actor: user(cas), now: after(clock) }
          const expired =
            before?.isActive === true &&
            before.expiresAt !== undefined &&
            before.expiresAt.epochMilliseconds <= at.now.epochMilliseconds
          const done: Result.Result<rules.Granting, unknown> =
            act === "grant"
              ? rules.grant({ ...at, expiresAt: end === undefined ? undefined : after(clock + end) })
              : act === "revoke"
                ? rules.revoke({ ...at, reason: "r" })
                : expired
                  ? Result.succeed(rules.expire(before, role, at.now))
                  : Result.fail("nothing to sweep")
          if (Result.isFailure(done)) continue
          assignments.set(key, done.success.state)
          log.push(...done.success.entries)
        }
        const told = replay(log)
        assert.deepStrictEqual(
          [...told].sort(),
          [...assignments]
            .map(
              ([key, { expiresAt, isActive }]) =>
                [key, { isActive, ...(expiresAt && { expiresAt }) }] as const
            )
            .sort()
        )
        // One REVOKE for each GRANT that ended: an end is written once, whoever notices it.
        for (const key of assignments.keys()) {
          const own = log
            .filter(({ roleId, userId }) => `${userId} ${roleId}` === key)
            .map(({ operation }) => operation)
          assert.notMatch(own.join(" "), /^REVOKE|REVOKE REVOKE/)
        }
      }),
      { numRuns: 500 }
    )
  })
})
