import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import * as fc from "fast-check"
import { UserId } from "../../shared/id.ts"
import { type Consent, type ConsentDocument, ConsentId, type ConsentType } from "../model/consent.ts"
import { defaultSettings, Settings, SettingsPatch } from "../model/settings.ts"
import * as consents from "./consent.ts"
import { choose, complete } from "./settings.ts"

const strictly = { errors: "all", onExcessProperty: "error" } as const
const now = DateTime.makeUnsafe("2026-03-01T12:00:00.000Z")
const after = (milliseconds: number) => DateTime.add(now, { milliseconds })

/** Any patch: each key of the settings, at any depth, named or not. */
const anyPatch: fc.Arbitrary<SettingsPatch> = (() => {
  const part = (value: unknown): fc.Arbitrary<unknown> =>
    typeof value === "boolean"
      ? fc.boolean()
      : typeof value === "number"
        ? fc.constantFrom(60, 100, 300)
        : typeof value === "string"
          ? fc.constant(value)
          : fc.record(
              Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, part(inner)])),
              { requiredKeys: [] }
            )
  return part(defaultSettings) as fc.Arbitrary<SettingsPatch>
})()
const leaves = (value: unknown, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
    : [[path, value]]

describe("settings", () => {
  it("there are four categories with defaults, and leaderboards are opted into, not out of (IDN-4)", () => {
    assert.deepStrictEqual(Object.keys(Settings.fields), ["notifications", "privacy", "learning", "ui"])
    assert.isTrue(Schema.is(Settings)(complete({})))
    assert.deepStrictEqual(complete({}), defaultSettings)
    assert.isFalse(complete({}).privacy.leaderboardOptIn)
  })

  it("reading always gives the complete object: what was chosen last, else the default (IDN-4)", () => {
    fc.assert(
      fc.property(fc.array(anyPatch, { maxLength: 5 }), (patches) => {
        const read = complete(patches.reduce(choose, {}))
        assert.isTrue(Schema.is(Settings)(read))
        const expected = new Map([defaultSettings, ...patches].flatMap((one) => leaves(one)))
        assert.deepStrictEqual([...leaves(read)].sort(), [...expected].sort())
      }),
      { numRuns: 300 }
    )
  })

  it("a patch merges deeply: one key of one group changes that key alone (IDN-4)", () => {
    const chosen = choose(
      { notifications: { about: { courses: false }, digest: "off" } },
      { notifications: { about: { community: false } } }
    )
    assert.deepStrictEqual(chosen, {
      notifications: { about: { courses: false, community: false }, digest: "off" }
    })
  })

  it("unknown keys are refused at any depth, and so are wrong values (IDN-4)", () => {
    const accepts = (patch: unknown) =>
      Result.isSuccess(Schema.decodeUnknownResult(SettingsPatch, strictly)(patch))
    assert.isTrue(accepts({}))
    assert.isTrue(accepts({ privacy: { leaderboardOptIn: true } }))
    for (const bad of [
      { colour: "red" },
      { privacy: { leaderboard_opt_in: true } },
      { notifications: { about: { weather: true } } },
      { ui: { theme: "neon" } },
      { learning: { dailyGoalMinutes: 1441 } },
      { privacy: { leaderboardOptIn: null } }
    ])
      assert.isFalse(accepts(bad), JSON.stringify(bad))
  })
})

const ann = UserId.make("00000000-0000-4000-8000-000000000001")
const entry = (entryNo: number, fields: Partial<Consent> = {}): Consent => ({
  id: ConsentId.make(`00000000-0000-7000-8000-${String(entryNo).padStart(12, "0")}`),
  userId: ann,
  entryNo,
  consentType: "marketing",
  decision: "granted",
  documentVersion: "1",
  decidedAt: now,
  source: "test",
  ...fields
})
const documents: Readonly<Record<ConsentType, ConsentDocument>> = {
  terms: { version: "1", required: true },
  privacy: { version: "1", required: true },
  marketing: { version: "1", required: false },
  analytics: { version: "1", required: false },
  cookies: { version: "1", required: false, validDays: 182 }
}
const inForce = (...history: ReadonlyArray<Consent>) =>
  consents.inForce(history, now).map(({ entryNo }) => entryNo)
const due = (history: ReadonlyArray<Consent>, asked: Partial<typeof documents> = {}, at = now) =>
  consents.due(history, { ...documents, ...asked }, at).map(({ consentType }) => consentType)

describe("consents", () => {
  it("granted on Monday, revoked on Tuesday is not in force: only the newest entry counts (IDN-5)", () => {
    assert.deepStrictEqual(inForce(entry(1)), [1])
    assert.deepStrictEqual(inForce(entry(1), entry(2, { decision: "revoked" })), [])
    assert.deepStrictEqual(inForce(entry(1), entry(2, { decision: "declined" })), [])
    assert.deepStrictEqual(inForce(entry(1), entry(2, { decision: "revoked" }), entry(3)), [3])
    // An older grant that would still run does not come back when the newest one has expired.
    assert.deepStrictEqual(inForce(entry(1), entry(2, { expiresAt: now })), [])
    // The order of entries decides, not the clocks of those who wrote them.
    assert.deepStrictEqual(
      inForce(entry(1, { decidedAt: after(50) }), entry(2, { decision: "revoked", decidedAt: now })),
      []
    )
  })

  it("a grant ends at the very millisecond it expires (IDN-5)", () => {
    assert.deepStrictEqual(inForce(entry(1, { expiresAt: after(1) })), [1])
    assert.deepStrictEqual(inForce(entry(1, { expiresAt: now })), [])
    assert.deepStrictEqual(inForce(entry(1, { expiresAt: after(-1) })), [])
  })

  it("each type stands for itself, whatever the order of the entries (IDN-5)", () => {
    const anyEntry = fc.record({
      consentType: fc.constantFrom("terms" as const, "marketing" as const, "cookies" as const),
      decision: fc.constantFrom("granted" as const, "declined" as const, "revoked" as const),
      end: fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined })
    })
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 12 }), fc.integer(), (given, seed) => {
        const history = given.map(({ consentType, decision, end }, index) =>
          entry(index + 1, {
            consentType,
            decision,
            ...(decision === "granted" && end !== undefined && { expiresAt: after(end) })
          })
        )
        const shuffled = [...history].sort(
          (a, b) => ((a.entryNo * 7919) ^ seed) - ((b.entryNo * 7919) ^ seed)
        )
        const expected = (["terms", "marketing", "cookies"] as const).flatMap((type) => {
          const last = history.findLast(({ consentType }) => consentType === type)
          const runs = last?.expiresAt === undefined || DateTime.isGreaterThan(last.expiresAt, now)
          return last?.decision === "granted" && runs ? [last.entryNo] : []
        })
        assert.sameMembers(inForce(...shuffled), expected)
      }),
      { numRuns: 500 }
    )
  })

  it("a new document version asks again, also who said no; the old answer stays in force meanwhile (IDN-5)", () => {
    const newer = { marketing: { version: "2", required: false } }
    assert.notInclude(due([entry(1)]), "marketing")
    assert.include(due([entry(1)], newer), "marketing")
    assert.include(due([entry(1, { decision: "declined" })], newer), "marketing")
    assert.deepStrictEqual(inForce(entry(1)), [1])
    assert.notInclude(due([entry(1), entry(2, { documentVersion: "2" })], newer), "marketing")
  })

  it("everything is asked at first; no is an answer unless it is required; what has expired is asked again (IDN-5)", () => {
    assert.deepStrictEqual(due([]), ["terms", "privacy", "marketing", "analytics", "cookies"])
    for (const decision of ["declined", "revoked"] as const) {
      assert.notInclude(due([entry(1, { decision })]), "marketing")
      assert.include(due([entry(1, { consentType: "terms", decision })]), "terms")
    }
    const cookies = entry(1, { consentType: "cookies", expiresAt: after(1) })
    assert.notInclude(due([cookies]), "cookies")
    assert.include(due([cookies], {}, after(1)), "cookies")
  })

  it("an answer is to the document in use, runs for its time, and is numbered after the one before (IDN-5)", () => {
    const said = {
      id: entry(9).id,
      userId: ann,
      consentType: "cookies" as const,
      documentVersion: "1",
      source: "banner",
      granted: true
    }
    const decide = (given: Partial<typeof said>) =>
      consents.decide(
        { ...said, ...given },
        { document: documents.cookies, history: [entry(3), entry(1)], now }
      )
    const { state } = Result.getOrThrow(decide({}))
    assert.deepStrictEqual(
      [state.entryNo, state.decision, state.expiresAt],
      [4, "granted", DateTime.add(now, { days: 182 })]
    )
    assert.isUndefined(Result.getOrThrow(decide({ granted: false })).state.expiresAt)
    assert.isTrue(Result.isFailure(decide({ documentVersion: "0" })))
  })

  it("only what is in force can be revoked (IDN-5)", () => {
    const revoke = (...history: ReadonlyArray<Consent>) =>
      consents.revoke(
        { id: entry(9).id, userId: ann, consentType: "marketing", source: "settings" },
        history,
        now
      )
    assert.isTrue(Result.isFailure(revoke()))
    assert.isTrue(Result.isFailure(revoke(entry(1, { expiresAt: now }))))
    assert.isTrue(Result.isFailure(revoke(entry(1), entry(2, { decision: "revoked" }))))
    assert.deepStrictEqual(Result.getOrThrow(revoke(entry(1))).state.decision, "revoked")
  })
})
