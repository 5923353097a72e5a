/** Laws of settings and consents, and of what a person takes along. Source: IDN-4, IDN-5, IDN-7, KER-25. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Option, Schema } from "effect"
import * as fc from "fast-check"
import {
  type Consent,
  Consent as ConsentSchema,
  ConsentDocuments,
  ConsentId,
  defaultSettings,
  PersonalExport,
  type SettingsPatch,
  Users
} from "../src/identity/index.ts"
import { Consents, UserSettings } from "../src/identity/ports.ts"
import { CurrentClient } from "../src/shared/address.ts"
import type { UserId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import { as, codeOf, directly, holderOf, peopleOn, racing, someone, toldOf } from "./people.ts"
import { clockAt, samples } from "./samples.ts"

/** Any choice of any part of the settings, as values of the defaults' own kind. */
const anyPatch = (): fc.Arbitrary<SettingsPatch> => {
  const part = (value: unknown): fc.Arbitrary<unknown> =>
    typeof value === "boolean"
      ? fc.boolean()
      : typeof value === "object"
        ? fc.record(
            Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, part(inner)])),
            { requiredKeys: [] }
          )
        : fc.constant(value)
  return part(defaultSettings) as fc.Arbitrary<SettingsPatch>
}

const anyConsent = fc.record({
  consentType: fc.constantFrom(...ConsentSchema.fields.consentType.literals),
  decision: fc.constantFrom(...ConsentSchema.fields.decision.literals),
  documentVersion: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  source: fc.constantFrom("signup", "cookie_banner", "réglages"),
  instant: fc.integer({ min: 0, max: 253_402_300_799_999 }).map((millis) => DateTime.makeUnsafe(millis)),
  ends: fc.boolean(),
  hashed: fc.boolean()
})
const isConsent = Schema.is(ConsentSchema)
const consentOf = (
  userId: UserId,
  entryNo: number,
  given: typeof anyConsent extends fc.Arbitrary<infer A> ? A : never
): Consent => {
  const { ends, hashed, instant, ...fields } = given
  return {
    ...fields,
    id: ConsentId.make(userId.replace("-4000-", `-7${String(entryNo).padStart(3, "0")}-`)),
    userId,
    entryNo,
    decidedAt: instant,
    ...(ends && given.decision === "granted" && { expiresAt: instant }),
    ...(hashed && { ipHash: "0123456789abcdef".repeat(4) })
  }
}

const terms = { consentType: "terms" as const, granted: true, documentVersion: "1", source: "signup" }

export const privateContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Settings and consents on ${adapter}`, (it) => {
    it.effect("gives back what was chosen and nothing more (IDN-4)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const settings = yield* UserSettings
        const { id } = yield* someone()
        assert.deepStrictEqual(yield* settings.find(id), {})
        for (const patch of samples(anyPatch(), 60)) {
          yield* run(settings.put(id, patch))
          assert.deepStrictEqual(yield* settings.find(id), patch)
        }
      })
    )

    it.effect(
      "a patch merges deeply into what was chosen before; reading gives all settings, defaults where nothing was (IDN-4)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const { id } = yield* someone()
          assert.deepStrictEqual(yield* as(id)(users.mySettings({})), defaultSettings)
          yield* as(id)(
            users.updateSettings({
              notifications: { about: { courses: false } },
              privacy: { leaderboardOptIn: true }
            })
          )
          const after = yield* as(id)(
            users.updateSettings({ notifications: { about: { community: false }, digest: "off" } })
          )
          const { about } = defaultSettings.notifications
          assert.deepStrictEqual(after, {
            ...defaultSettings,
            notifications: {
              ...defaultSettings.notifications,
              digest: "off",
              about: { ...about, courses: false, community: false }
            },
            privacy: { ...defaultSettings.privacy, leaderboardOptIn: true }
          })
          assert.deepStrictEqual(yield* as(id)(users.mySettings({})), after)
          assert.strictEqual(
            (yield* toldOf(id)).filter(({ name }) => name === "identity.settings_changed").length,
            2
          )
        })
    )

    it.effect("patches of different keys at once are all kept (IDN-4)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const { id } = yield* someone()
        const patches: ReadonlyArray<SettingsPatch> = [
          { privacy: { showProgress: true } },
          { privacy: { showCertificates: true } },
          { privacy: { leaderboardOptIn: true } },
          { ui: { theme: "dark" } },
          { ui: { density: "compact" } },
          { learning: { reminder: { enabled: true } } },
          { learning: { reminder: { atMinute: 7 } } }
        ]
        yield* Effect.forEach(patches, (patch) => as(id)(users.updateSettings(patch)), {
          ...racing,
          discard: true
        })
        assert.deepStrictEqual(yield* UserSettings.use((settings) => settings.find(id)), {
          privacy: { showProgress: true, showCertificates: true, leaderboardOptIn: true },
          ui: { theme: "dark", density: "compact" },
          learning: { reminder: { enabled: true, atMinute: 7 } }
        })
      })
    )

    it.effect(
      "the history gives back whatever the model allows, newest first, and the newest of each type (IDN-5)",
      () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const consents = yield* Consents
          const { id } = yield* someone()
          const other = yield* someone()
          const history = samples(anyConsent, 60)
            .map((given, index) => consentOf(id, index + 1, given))
            .filter(isConsent)
          assert.isAbove(history.length, 40)
          for (const consent of history) yield* run(consents.append(consent))
          const newestFirst = [...history].reverse()
          assert.deepStrictEqual(yield* consents.list(id, Option.none(), 100), newestFirst)
          const middle = newestFirst[20]!
          assert.deepStrictEqual(
            yield* consents.list(id, Option.some([middle.entryNo]), 5),
            newestFirst.slice(21, 26)
          )
          const newest = yield* consents.newest(id)
          assert.sameDeepMembers(
            [...newest],
            ConsentSchema.fields.consentType.literals.flatMap(
              (type) => newestFirst.find(({ consentType }) => consentType === type) ?? []
            )
          )
          assert.deepStrictEqual(yield* consents.list(other.id, Option.none(), 10), [])
        })
    )

    it.effect(
      "granted, then revoked is not in force; nothing of the history is lost, and it says when, how and from where (IDN-5)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-02T08:00:00Z")
          const users = yield* Users
          const { id } = yield* someone()
          const addressHash = "fedcba9876543210".repeat(4)
          const from = Effect.provideService(CurrentClient, { addressHash, network: "203.0.113.0/24" })
          const inForce = Effect.map(as(id)(users.myConsents({})), (mine) =>
            mine.inForce.map(({ consentType }) => consentType)
          )
          assert.deepStrictEqual(yield* inForce, [])
          const granted = yield* from(as(id)(users.recordConsent({ ...terms, consentType: "marketing" })))
          assert.deepStrictEqual(yield* inForce, ["marketing"])
          yield* clockAt("2026-03-03T08:00:00Z")
          yield* as(id)(users.revokeConsent({ consentType: "marketing", source: "settings" }))
          assert.deepStrictEqual(yield* inForce, [])
          const again = as(id)(users.revokeConsent({ consentType: "marketing", source: "settings" }))
          assert.strictEqual(yield* codeOf(again), "identity.consent_not_in_force")
          const { items } = yield* as(id)(users.consentHistory({}))
          assert.deepStrictEqual(
            items.map(({ decision, entryNo, ipHash, source }) => [entryNo, decision, source, ipHash]),
            [
              [2, "revoked", "settings", undefined],
              [1, "granted", "signup", addressHash]
            ]
          )
          assert.deepStrictEqual(items[1], granted)
          // Events tell of the decision, without the digest of the address (PRV-7).
          assert.deepStrictEqual((yield* toldOf(id)).slice(-1), [
            {
              name: "identity.consent_decided",
              payload: { userId: id, consentType: "marketing", decision: "revoked", documentVersion: "1" }
            }
          ])
        }).pipe(directly)
    )

    it.effect(
      "a grant of cookies ends after half a year, to the millisecond, and is asked again (IDN-5)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-02T08:00:00Z")
          const users = yield* Users
          const { id } = yield* someone()
          yield* as(id)(users.recordConsent({ ...terms, consentType: "cookies" }))
          const state = Effect.map(as(id)(users.myConsents({})), ({ due, inForce }) => [
            inForce.some(({ consentType }) => consentType === "cookies"),
            due.some(({ consentType }) => consentType === "cookies")
          ])
          yield* clockAt("2026-08-31T08:00:00Z", -1)
          assert.deepStrictEqual(yield* state, [true, false])
          yield* clockAt("2026-08-31T08:00:00Z")
          assert.deepStrictEqual(yield* state, [false, true])
        })
    )

    it.effect("a new document version asks again, and only its own answer is taken (IDN-5)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const { id } = yield* someone()
        const all = Effect.map(as(id)(users.myConsents({})), ({ due, inForce }) => ({
          due: due.map(({ consentType, documentVersion }) => `${consentType} ${documentVersion}`),
          inForce: inForce.map(({ consentType }) => consentType)
        }))
        for (const consentType of ConsentSchema.fields.consentType.literals) {
          yield* as(id)(users.recordConsent({ ...terms, consentType, granted: consentType !== "marketing" }))
        }
        assert.deepStrictEqual(yield* all, { due: [], inForce: ["terms", "privacy", "analytics", "cookies"] })
        const documents = yield* ConsentDocuments
        const published = Effect.provideService(ConsentDocuments, {
          ...documents,
          terms: { ...documents.terms, version: "2026-04" },
          marketing: { ...documents.marketing, version: "2" }
        })
        const due = ["terms 2026-04", "marketing 2"]
        assert.deepStrictEqual(yield* published(all), {
          due,
          inForce: ["terms", "privacy", "analytics", "cookies"]
        })
        assert.strictEqual(yield* codeOf(published(as(id)(users.recordConsent(terms)))), "kernel.invalid")
        yield* published(as(id)(users.recordConsent({ ...terms, documentVersion: "2026-04" })))
        assert.deepStrictEqual((yield* published(all)).due, ["marketing 2"])
      }).pipe(directly)
    )

    it.effect("32 answers at once are 32 entries, numbered without a gap (IDN-5)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const { id } = yield* someone()
        const types = ConsentSchema.fields.consentType.literals
        yield* Effect.forEach(
          Array.range(0, 31),
          (n) =>
            as(id)(
              users.recordConsent({ ...terms, consentType: types[n % types.length]!, granted: n % 3 > 0 })
            ),
          { ...racing, discard: true }
        )
        const { items } = yield* as(id)(users.consentHistory({ limit: 100 }))
        assert.deepStrictEqual(
          items.map(({ entryNo }) => entryNo),
          Array.range(1, 32).reverse()
        )
      })
    )

    it.effect("somebody else's history takes manage_users (IDN-5)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const [ann, ben] = [yield* someone(), yield* someone()]
        yield* as(ann.id)(users.recordConsent(terms))
        const manager = yield* holderOf("admin")
        assert.lengthOf((yield* as(manager)(users.consentHistory({ userId: ann.id }))).items, 1)
        assert.lengthOf((yield* as(ann.id)(users.consentHistory({ userId: ann.id }))).items, 1)
        assert.strictEqual(
          yield* codeOf(as(ben.id)(users.consentHistory({ userId: ann.id }))),
          "kernel.forbidden"
        )
        const first = yield* as(manager)(users.consentHistory({ limit: 1 }))
        assert.deepStrictEqual(first, { items: [] })
      })
    )

    it.effect(
      "the export holds the profile, all settings, all links and the whole history, and nobody else's (IDN-7)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-05-01T00:00:00Z")
          const users = yield* Users
          const [ann, ben] = [yield* someone(), yield* someone()]
          for (const { id } of [ann, ben]) {
            yield* as(id)(
              users.setLinks({
                version: 1,
                links: [{ linkType: "other", url: `https://example.org/${id}`, isPublic: false }]
              })
            )
            yield* as(id)(users.recordConsent(terms))
            yield* as(id)(users.recordConsent({ ...terms, granted: false }))
          }
          yield* as(ann.id)(users.updateSettings({ ui: { theme: "dark" } }))
          const document = yield* as(ann.id)(users.exportMyData({}))
          const { links: _, ...profile } = yield* as(ann.id)(users.myProfile({}))
          assert.deepStrictEqual(document.profile, profile as never)
          assert.deepStrictEqual(document.settings, yield* as(ann.id)(users.mySettings({})))
          assert.deepStrictEqual(
            document.links.map(({ url }) => url),
            [`https://example.org/${ann.id}`]
          )
          assert.deepStrictEqual(
            document.consents.map(({ entryNo, userId }) => [entryNo, userId]),
            [
              [2, ann.id],
              [1, ann.id]
            ]
          )
          // It is one document: JSON that its schema reads back.
          const json = JSON.stringify(Schema.encodeSync(Schema.toCodecJson(PersonalExport))(document))
          assert.deepStrictEqual(
            Schema.decodeUnknownSync(Schema.toCodecJson(PersonalExport))(JSON.parse(json)),
            document
          )
          assert.notInclude(json, ben.id)
        })
    )
  })
