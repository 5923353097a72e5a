/** Laws of flags: the store, the use cases, and the switches that the platform obeys. Source: OPS-1, OPS-2, OPS-15. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Option, Schema, Struct } from "effect"
import * as fc from "fast-check"
import { FeatureFlags, Flag, FlagKey, initialFlags, type TargetConditions } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { anonymous, CurrentActor, service, user } from "../src/shared/actor.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { as, flagsServices, manager, member, reason, viewer } from "./flags-ground.ts"
import type { Adapter } from "./ground.ts"
import { anyJson, at, clockAt, fieldsOf, samples, someFlag, unique } from "./samples.ts"

const words = fc.array(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => /^[^\p{Cc}\s]+$/u.test(text)),
  {
    maxLength: 3
  }
)
const instants = fc
  .date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map(DateTime.makeUnsafe)

/** Any flag that the model allows, of a key of its own. */
const anyFlag: fc.Arbitrary<Flag> = fc
  .record({
    description: words.map((all) => ["d", ...all].join(" ")),
    enabled: fc.boolean(),
    rolloutPercentage: fc.integer({ min: 0, max: 100 }),
    targetConditions: fc.record(
      { roles: words, tiers: words, userIds: words, countries: fc.array(fc.constantFrom("FR", "MA", "DE")) },
      { requiredKeys: [] }
    ) as fc.Arbitrary<typeof TargetConditions.Type>,
    type: fc.constantFrom("permanent", "temporary", "experimental", "rollout"),
    value: fc.option(
      anyJson.filter((json) => json !== null),
      { nil: undefined }
    ),
    expiresAt: fc.option(instants, { nil: undefined }),
    isSystemCritical: fc.constant(false),
    createdAt: instants,
    updatedAt: instants
  })
  .map(({ expiresAt, value, ...flag }) => ({
    ...someFlag(),
    ...flag,
    ...(value !== undefined && { value }),
    ...(expiresAt !== undefined && { expiresAt })
  }))

export const flagsContract = (adapter: string, layer: Adapter) => {
  storeContract(adapter, layer)
  useCasesContract(adapter, layer)
}

const storeContract = (adapter: string, layer: Adapter) =>
  it.layer(flagsServices(layer), { timeout: "60 seconds" })(`Flags on ${adapter}`, (it) => {
    it.effect("gives back whatever the model allows, also after a change (OPS-1)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const isFlag = Schema.is(Flag)
        for (const [flag, other] of Array.chunksOf(samples(anyFlag, 60), 2)) {
          assert.isTrue(isFlag(flag) && isFlag(other))
          yield* run(flags.insert(flag!))
          assert.deepStrictEqual(yield* flags.find(flag!.key), Option.some(flag!))
          // Nothing of before stays behind, be it absent now.
          const changed: Flag = { ...other!, key: flag!.key, createdAt: flag!.createdAt }
          yield* run(flags.update(changed))
          for (const find of [flags.findForUpdate, flags.findForShare]) {
            assert.deepStrictEqual(yield* run(find(flag!.key)), Option.some(changed))
          }
        }
        assert.isTrue(Option.isNone(yield* flags.find(someFlag().key)))
      })
    )

    it.effect("begins with the six switches as they are defined (OPS-2)", () =>
      Effect.gen(function* () {
        const found = yield* Effect.flatMap(Flags, (flags) => flags.listCritical)
        const withoutTimes = (flag: Flag) => Struct.omit(flag, ["createdAt", "updatedAt"])
        const expected = initialFlags(at("2026-01-01T00:00:00Z")).map(withoutTimes)
        assert.deepStrictEqual(
          found.map(withoutTimes),
          expected.toSorted((a, b) => (a.key < b.key ? -1 : 1))
        )
        assert.strictEqual(found.length, 6)
      })
    )

    it.effect("lists flags by key, byte by byte, a page at a time, while more are added (KER-24)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const prefix = unique("paged")
        const named = (name: string) => someFlag({ key: FlagKey.make(`${prefix}_${name}`) })
        const names = ["b", "a_a", "a0", "aa", "a", "z9", "a_", "b0"]
        yield* run(Effect.forEach(names, (name) => flags.insert(named(name))))
        const seen: Array<string> = []
        let after: Option.Option<ReadonlyArray<string>> = Option.some([`${prefix}_`])
        for (let round = 0; ; round += 1) {
          const page: ReadonlyArray<Flag> = yield* flags.list(after, 3)
          const ours = page.filter(({ key }) => key.startsWith(prefix))
          seen.push(...ours.map(({ key }) => key.slice(prefix.length + 1)))
          if (ours.length < 3) break
          after = Option.some([ours.at(-1)!.key])
          yield* run(
            Effect.all([flags.insert(named(`a${"0".repeat(round + 2)}`)), flags.insert(named(`zz${round}`))])
          )
        }
        assert.strictEqual(new Set(seen).size, seen.length)
        assert.deepStrictEqual(
          seen.filter((name) => names.includes(name)),
          ["a", "a0", "a_", "a_a", "aa", "b", "b0", "z9"]
        )
      })
    )
  })

const useCasesContract = (adapter: string, layer: Adapter) =>
  it.layer(flagsServices(layer), { timeout: "60 seconds" })(`Use cases of flags on ${adapter}`, (it) => {
    it.effect(
      "who manages may define and change, who views may read, who signed in may evaluate (KER-10, OPS-2)",
      () =>
        Effect.gen(function* () {
          const flags = yield* FeatureFlags
          const { key } = yield* flags
            .define({ key: someFlag().key, description: "d", reason })
            .pipe(as(user(manager)))
          const attempts = {
            define: Effect.suspend(() => flags.define({ key: someFlag().key, description: "d", reason })),
            change: flags.change({ key, enabled: true, reason }),
            get: flags.get({ key }),
            list: flags.list({}),
            evaluate: flags.evaluate({ key })
          }
          const actors = [anonymous, user(member), user(viewer), user(manager), service("billing")]
          const table = yield* Effect.forEach(
            Object.values(attempts),
            (
              attempt: Effect.Effect<
                unknown,
                { readonly _tag: string; readonly permission?: string },
                CurrentActor
              >
            ) =>
              Effect.forEach(actors, (actor) =>
                attempt.pipe(
                  as(actor),
                  Effect.match({
                    onSuccess: () => "yes",
                    onFailure: ({ _tag, permission }) => permission ?? _tag
                  })
                )
              )
          )
          const [signIn, manage, view] = ["kernel.sign_in_required", "operations.manage", "operations.view"]
          assert.deepStrictEqual(table, [
            [signIn, manage, manage, "yes", "yes"],
            [signIn, manage, manage, "yes", "yes"],
            [view, view, "yes", "yes", "yes"],
            [view, view, "yes", "yes", "yes"],
            [signIn, "yes", "yes", "yes", "yes"]
          ])
        })
    )

    it.effect(
      "each flip is audited with its reason, before and after; a refused one is not (OPS-2, KER-26)",
      () =>
        Effect.gen(function* () {
          const flags = yield* FeatureFlags
          const { key } = someFlag()
          yield* clockAt("2026-02-01T00:00:00Z")
          const defined = yield* flags.define({ key, description: "d", reason: "we need a flag" })
          yield* clockAt("2026-02-01T00:00:01Z")
          const changed = yield* flags.change({ key, enabled: true, reason: "and we need it on" })
          assert.deepStrictEqual(changed, {
            ...defined,
            enabled: true,
            updatedAt: at("2026-02-01T00:00:01Z")
          })
          assert.strictEqual(
            (yield* Effect.flip(flags.define({ key, description: "d", reason })))._tag,
            "flags.flag_exists"
          )
          assert.strictEqual(
            (yield* Effect.flip(flags.change({ key: someFlag().key, reason })))._tag,
            "flags.flag_not_found"
          )
          yield* Effect.flip(flags.change({ key, enabled: false, reason }).pipe(as(user(viewer))))
          const trail = yield* Outbox.use((outbox) => outbox.events({ subject: key }, Option.none(), 10))
          assert.deepStrictEqual(
            trail.map(({ actor, name, payload }) => [name, actor, (payload as { reason: string }).reason]),
            [
              ["flags.flag_changed", user(manager), "and we need it on"],
              ["flags.flag_defined", user(manager), "we need a flag"]
            ]
          )
          const { after, before } = trail[0]!.payload as { before: Schema.Json; after: Schema.Json }
          const encode = Schema.encodeSync(Schema.toCodecJson(Flag))
          assert.deepStrictEqual([before, after], [encode(defined), encode(changed)])
        }).pipe(as(user(manager)))
    )

    it.effect("64 who define one flag at once are one who did, and 63 clean answers (KER-21)", () =>
      Effect.gen(function* () {
        const flags = yield* FeatureFlags
        const { key } = someFlag()
        const outcomes = yield* Effect.forEach(
          Array.range(1, 64),
          (runner) =>
            flags
              .define({ key, description: `Runner ${runner}`, reason })
              .pipe(Effect.match({ onSuccess: () => "won", onFailure: ({ _tag }) => _tag as string })),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(outcomes.toSorted(), [...Array.replicate("flags.flag_exists", 63), "won"])
        assert.strictEqual(
          (yield* Outbox.use((outbox) => outbox.events({ subject: key }, Option.none(), 100))).length,
          1
        )
      }).pipe(as(user(manager)))
    )

    it.effect("evaluates for a subject: the bucket of the example is on from 42 % (OPS-1)", () =>
      Effect.gen(function* () {
        const flags = yield* FeatureFlags
        const key = FlagKey.make("advanced_analytics_enabled")
        const subject = { id: "018f0000-0000-7000-8000-000000000001" }
        const at41 = yield* flags.change({ key, rolloutPercentage: 41, reason })
        assert.deepStrictEqual(yield* flags.evaluate({ key, subject }), {
          key: at41.key,
          on: false,
          reason: "not_in_rollout"
        })
        yield* flags.change({ key, rolloutPercentage: 42, value: { depth: 3 }, reason })
        assert.deepStrictEqual(yield* flags.evaluate({ key, subject }), {
          key,
          on: true,
          reason: "rollout",
          value: { depth: 3 }
        })
        assert.deepStrictEqual(yield* flags.evaluate({ key }), { key, on: false, reason: "no_subject" })
        yield* flags.change({ key, rolloutPercentage: 100, reason })
      }).pipe(as(user(manager)))
    )

    it.effect("a cursor that is none of this list is told, whatever it holds (KER-24, KER-14)", () =>
      Effect.gen(function* () {
        const flags = yield* FeatureFlags
        for (const cursor of [
          "",
          "?",
          "bm9uc2Vuc2U",
          btoa('{"list":"flags by key","after":["\\u0000"]}'),
          btoa('{"list":"courses","after":["a"]}'),
          btoa('{"list":"flags by key","after":[1]}')
        ]) {
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(flags.list({ cursor }))), {
            _tag: "kernel.invalid",
            issues: [{ path: ["cursor"], message: "is not a cursor of this list" }]
          })
        }
      }).pipe(as(user(manager)))
    )
  })
