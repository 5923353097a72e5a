import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import type { Flag, FlagSubject } from "./model.ts"
import { FlagKey } from "./key.ts"
import { bucketOf, change, define, evaluate, readOnlyTurn } from "./rules.ts"

const now = DateTime.makeUnsafe("2026-02-01T00:00:00Z")
const key = FlagKey.make("advanced_analytics_enabled")
const flag = (fields: Partial<Flag> = {}): Flag => ({
  ...define({ key, description: "d", enabled: true, reason: "the test asks for it" }, now).state,
  ...fields
})
const bucket = (subject: string) => bucketOf(createHash("sha256").update(`${key}:${subject}`).digest())
const ask = (one: Flag, subject?: FlagSubject, at = now) =>
  evaluate(one, { subject, bucket: subject?.id === undefined ? undefined : bucket(subject.id), now: at })
const check = <A>(property: fc.IPropertyWithHooks<A>) => fc.assert(property, { numRuns: 1000, seed: 1 })

describe("a bucket", () => {
  it("is the first 32 bits of SHA-256(flag:subject) modulo 10 000 (OPS-1)", () => {
    assert.strictEqual(bucket("018f0000-0000-7000-8000-000000000001"), 4110)
    // A view into a larger buffer is read from its own start.
    assert.strictEqual(bucketOf(new Uint8Array([9, 9, 0, 0, 39, 16, 0]).subarray(2)), 0)
    assert.strictEqual(bucketOf(new Uint8Array([255, 255, 255, 255])), 4_294_967_295 % 10_000)
  })

  it("spreads subjects evenly: at 30 % three in ten are on (OPS-1)", () => {
    const on = Array.from({ length: 10_000 }, (_, id) =>
      ask(flag({ rolloutPercentage: 30 }), { id: `user ${id}` })
    ).filter((one) => one.on)
    assert.isTrue(Math.abs(on.length - 3000) < 200, `${on.length}`)
  })
})

describe("a flag", () => {
  it("is on from 42 % for the subject of the example, whose bucket is 4110 (OPS-1)", () => {
    const subject = { id: "018f0000-0000-7000-8000-000000000001" }
    assert.deepStrictEqual(ask(flag({ rolloutPercentage: 41 }), subject), {
      key,
      on: false,
      reason: "not_in_rollout"
    })
    assert.deepStrictEqual(ask(flag({ rolloutPercentage: 42 }), subject), {
      key,
      on: true,
      reason: "rollout"
    })
  })

  it("is on for buckets below its percentage, and off at it (OPS-1)", () => {
    const at = (bucket: number, rolloutPercentage: number) =>
      evaluate(flag({ rolloutPercentage }), { subject: { id: "ann" }, bucket, now }).on
    assert.deepStrictEqual(
      [at(4099, 41), at(4100, 41), at(0, 0), at(9999, 100), at(9899, 99), at(9900, 99)],
      [true, false, false, true, true, false]
    )
  })

  it("takes the first that decides: disabled, expired, target, no subject, bucket (OPS-1)", () => {
    const expired = { expiresAt: now }
    const targeted = {
      targetConditions: { roles: ["editor"], tiers: ["pro"], userIds: ["ann"], countries: ["MA"] }
    }
    const nobody = { rolloutPercentage: 0 }
    const table: ReadonlyArray<readonly [Partial<Flag>, FlagSubject | undefined, string]> = [
      [{ enabled: false, ...targeted }, { id: "ann" }, "disabled"],
      [{ enabled: false, ...expired }, undefined, "disabled"],
      [{ ...expired, ...targeted }, { id: "ann" }, "expired"],
      [{ ...targeted, ...nobody }, { id: "ann" }, "target_match"],
      [{ ...targeted, ...nobody }, { roles: ["member", "editor"] }, "target_match"],
      [{ ...targeted, ...nobody }, { tiers: ["pro"] }, "target_match"],
      [{ ...targeted, ...nobody }, { country: "MA" }, "target_match"],
      [
        { ...targeted, ...nobody },
        { id: "ben", roles: ["member"], tiers: ["basic"], country: "FR" },
        "not_in_rollout"
      ],
      [{ ...targeted, ...nobody }, { country: "FR" }, "no_subject"],
      [{ rolloutPercentage: 99 }, undefined, "no_subject"],
      [{ rolloutPercentage: 100 }, undefined, "rollout"],
      [{ rolloutPercentage: 0 }, { id: "ben" }, "not_in_rollout"]
    ]
    for (const [fields, subject, reason] of table) {
      const answer = ask(flag(fields), subject)
      assert.deepStrictEqual(
        [answer.reason, answer.on],
        [reason, reason === "target_match" || reason === "rollout"]
      )
    }
  })

  it("is off from the instant on at which it expires (OPS-1, KER-2)", () => {
    const expiresAt = DateTime.makeUnsafe("2026-02-02T00:00:00Z")
    const reasons = [-1, 0, 1].map(
      (millis) =>
        ask(flag({ expiresAt }), undefined, DateTime.add(expiresAt, { milliseconds: millis })).reason
    )
    assert.deepStrictEqual(reasons, ["rollout", "expired", "expired"])
  })

  it("answers a subject always the same, and raising the percentage turns nobody off (OPS-1)", () => {
    check(
      fc.property(fc.string(), fc.nat(100), fc.nat(100), (id, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const answers = [low, high].map((rolloutPercentage) => ask(flag({ rolloutPercentage }), { id }))
        assert.deepStrictEqual(ask(flag({ rolloutPercentage: low }), { id }), answers[0])
        assert.isTrue(!answers[0]!.on || answers[1]!.on)
        assert.strictEqual(answers[1]!.on, bucket(id) < high * 100)
      })
    )
  })

  it("hands out its value only while it is on (OPS-1)", () => {
    assert.deepStrictEqual(ask(flag({ value: { depth: 3 } })).value, { depth: 3 })
    assert.notProperty(ask(flag({ value: { depth: 3 }, enabled: false })), "value")
  })

  it("keeps what a change does not name, and the change tells before, after and why (OPS-2)", () => {
    const before = flag({ value: 1, rolloutPercentage: 7 })
    const later = DateTime.add(now, { seconds: 1 })
    const { events, state } = Result.getOrThrow(
      change(before, { key, enabled: false, reason: "the test asks for it" }, later)
    )
    assert.deepStrictEqual(state, { ...before, enabled: false, updatedAt: later })
    assert.deepStrictEqual(
      events.map(({ key, name, subjects }) => [name, key, subjects]),
      [["flags.flag_changed", "flag:advanced_analytics_enabled", { flagKey: key }]]
    )
  })

  it("a kill switch takes no end and no target, so that each flip is a command (OPS-2)", () => {
    const critical = flag({ isSystemCritical: true })
    const pathsOf = (before: Flag, settings: object) =>
      Result.match(change(before, { key, reason: "the test asks for it", ...settings }, now), {
        onSuccess: () => [],
        onFailure: ({ issues }) => issues.map(({ path }) => path.join("."))
      })
    for (const [settings, paths] of [
      [{ rolloutPercentage: 42 }, []],
      [{ rolloutPercentage: 100, targetConditions: { roles: [] }, enabled: false }, []],
      [{ targetConditions: { countries: ["FR"] } }, ["targetConditions"]],
      [
        { rolloutPercentage: 50, targetConditions: { userIds: ["ann"] }, expiresAt: now },
        ["targetConditions", "expiresAt"]
      ]
    ] as const) {
      assert.deepStrictEqual(pathsOf(critical, settings), [...paths])
      assert.deepStrictEqual(pathsOf(flag(), settings), [])
    }
  })
})

describe("read-only time", () => {
  const mode = (fields: Partial<Flag>) => flag({ key: FlagKey.make("emergency_read_only_mode"), ...fields })
  const [on, off] = [mode({ enabled: true }), mode({ enabled: false })]

  it("begins and ends where commands begin and end to be refused, and with no other switch (OPS-2)", () => {
    assert.deepStrictEqual(
      [readOnlyTurn(off, on, now), readOnlyTurn(on, off, now), readOnlyTurn(on, on, now)],
      ["begins", "ends", undefined]
    )
    assert.strictEqual(readOnlyTurn(on, mode({ rolloutPercentage: 99 }), now), "ends")
    assert.isUndefined(readOnlyTurn(flag({ enabled: false }), flag(), now))
  })
})
