import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { type Entitlement, EntitlementId, type NewEntitlement } from "../model/entitlement.ts"
import * as rules from "./entitlement.ts"

const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const after = (milliseconds: number): Instant => DateTime.add(now, { milliseconds })
const id = EntitlementId.make("00000000-0000-7000-8000-0000000000e1")
const userId = UserId.make("00000000-0000-7000-8000-000000000001")
const wanted: NewEntitlement = {
  userId,
  entitlementType: "tier",
  entitlementRef: "premium",
  source: "stripe",
  sourceReference: "sub_1:premium"
}
const granted = (fields: Partial<NewEntitlement> = {}): Entitlement =>
  Result.getOrThrow(rules.grant({ ...wanted, ...fields }, { id }, now)).state
const names = ({ events }: { readonly events: ReadonlyArray<{ readonly name: string }> }) =>
  events.map(({ name }) => name)
const end = ({ expiresAt }: Entitlement) =>
  expiresAt && DateTime.toEpochMillis(expiresAt) - DateTime.toEpochMillis(now)

describe("granting", () => {
  it("starts now unless told otherwise, and tells of it (ACC-12)", () => {
    const decision = Result.getOrThrow(rules.grant(wanted, { id, grantedBy: userId }, now))
    assert.deepInclude(decision.state, { status: "active", startsAt: now, grantedBy: userId })
    assert.deepEqual(names(decision), ["access.entitlement_granted"])
  })

  it("is refused when it ends before it starts, or at that very instant (ACC-1)", () => {
    assert.isTrue(Result.isFailure(rules.grant({ ...wanted, expiresAt: now }, { id }, now)))
    assert.isTrue(
      Result.isFailure(rules.grant({ ...wanted, startsAt: after(5), expiresAt: after(5) }, { id }, now))
    )
    assert.isTrue(
      Result.isSuccess(rules.grant({ ...wanted, startsAt: after(5), expiresAt: after(6) }, { id }, now))
    )
  })

  it("is known again by what it was granted with, whatever became of it since (ACC-12)", () => {
    const until = { expiresAt: after(100) }
    const stored = granted(until)
    const renewed = rules.renew(stored, after(200), after(50)).state
    const revoked = rules.revoke(renewed, { reason: "fraud" }, after(60)).state
    for (const one of [stored, renewed, revoked])
      assert.isTrue(rules.isSameGrant(one, { ...wanted, ...until }))
  })

  it("is another one with any other content (ACC-12)", () => {
    const stored = granted({ expiresAt: after(100) })
    const others: ReadonlyArray<Partial<NewEntitlement>> = [
      { userId: UserId.make("00000000-0000-7000-8000-000000000002") },
      { entitlementType: "special_grant" },
      { entitlementRef: "basic" },
      { startsAt: after(1) },
      { expiresAt: after(101) },
      { reason: "a gift" },
      { replaces: id }
    ]
    const same = { ...wanted, expiresAt: after(100) }
    for (const other of others)
      assert.isFalse(rules.isSameGrant(stored, { ...same, ...other }), JSON.stringify(other))
    assert.isFalse(rules.isSameGrant(stored, wanted))
    assert.isFalse(rules.isSameGrant(granted({ startsAt: after(7) }), wanted))
  })
})

describe("renewing", () => {
  it("moves the end to the later of the two, at any distance and in any order of messages (ACC-12)", () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 })),
        fc.integer({ min: 1, max: 1000 }),
        (ends, first) => {
          const last = ends.reduce(
            (one, millis) => rules.renew(one, after(millis), now).state,
            granted({ expiresAt: after(first) })
          )
          assert.strictEqual(end(last), Math.max(first, ...ends))
        }
      )
    ))

  it("does nothing when it comes late, has nothing to move, or the entitlement is revoked, and says so (ACC-12)", () => {
    const stored = granted({ expiresAt: after(100) })
    for (const millis of [99, 100]) {
      const { events, outcome, state } = rules.renew(stored, after(millis), now)
      assert.deepEqual([outcome, state, events], ["not_later", stored, []])
    }
    assert.strictEqual(rules.renew(stored, after(101), now).outcome, "renewed")
    assert.strictEqual(rules.renew(granted(), after(100), now).outcome, "endless")
    const revoked = rules.revoke(stored, { reason: "fraud" }, now).state
    assert.deepEqual(rules.renew(revoked, after(500), now), {
      outcome: "revoked",
      state: revoked,
      events: []
    })
  })

  it("wakes an expired one, unless its new end has passed too (ACC-12)", () => {
    const expired = rules.expire(granted({ expiresAt: after(10) }), after(10)).state
    assert.strictEqual(rules.renew(expired, after(31), after(30)).state.status, "active")
    assert.strictEqual(rules.renew(expired, after(30), after(30)).state.status, "expired")
  })
})

describe("cancelling", () => {
  it("leaves the end where it is, once, and a renewal takes it back (ACC-12)", () => {
    const stored = granted({ expiresAt: after(100) })
    const decision = rules.cancel(stored, after(1))
    assert.deepInclude(decision.state, { status: "active", expiresAt: after(100), cancelledAt: after(1) })
    assert.deepEqual(names(decision), ["access.entitlement_cancelled"])
    assert.deepEqual(rules.cancel(decision.state, after(2)), { state: decision.state, events: [] })
    assert.notProperty(rules.renew(decision.state, after(200), after(3)).state, "cancelledAt")
  })
})

describe("revoking", () => {
  it("is immediate and final: nothing undoes it, and the first reason stands (ACC-12)", () => {
    const decision = rules.revoke(granted(), { reason: "charged back", revokedBy: userId }, after(1))
    assert.deepInclude(decision.state, {
      status: "revoked",
      revokedAt: after(1),
      revocationReason: "charged back"
    })
    assert.deepEqual(names(decision), ["access.entitlement_revoked"])
    const { state } = decision
    for (const next of [
      rules.revoke(state, { reason: "again" }, after(2)),
      rules.cancel(state, after(2)),
      rules.expire(state, after(2)),
      rules.renew(state, after(900), after(2))
    ]) {
      assert.deepEqual([next.state, next.events], [state, []])
    }
  })
})

describe("the sweep", () => {
  it("marks what has ended, at the millisecond it ends and once (ACC-13)", () => {
    const stored = granted({ expiresAt: after(10) })
    assert.deepEqual(rules.expire(stored, after(9)), { state: stored, events: [] })
    const decision = rules.expire(stored, after(10))
    assert.strictEqual(decision.state.status, "expired")
    assert.deepEqual(names(decision), ["access.entitlement_expired"])
    assert.deepEqual(rules.expire(decision.state, after(11)), { state: decision.state, events: [] })
    assert.deepEqual(rules.expire(granted(), after(10)).events, [])
  })
})
