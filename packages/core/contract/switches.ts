/** Laws of the switches that the platform obeys. Source: OPS-2, OPS-15. */
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Option, Ref } from "effect"
import { TestClock } from "effect/testing"
import { type CriticalFlag, criticalFlags, FeatureFlags, FlagKey, KillSwitches } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { user } from "../src/shared/actor.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { StorageUnavailable, Transaction } from "../src/shared/transaction.ts"
import { as, flagsServices, manager, reason } from "./flags-ground.ts"
import type { Adapter } from "./ground.ts"
import { at, clockAt, moment } from "./samples.ts"

export const switchesContract = (adapter: string, layer: Adapter) =>
  it.layer(flagsServices(layer), { timeout: "60 seconds" })(`Kill switches on ${adapter}`, (it) => {
    it.effect("a flip is seen in every process within a second (OPS-2)", () =>
      Effect.gen(function* () {
        const flags = yield* FeatureFlags
        const here = yield* KillSwitches
        const there = yield* Effect.provide(KillSwitches, Layer.fresh(KillSwitches.layer), { local: true })
        const key = FlagKey.make("real_time_updates_enabled")
        for (const enabled of [false, true, false, true]) {
          yield* Effect.all([here.isOn("real_time_updates_enabled"), there.isOn("real_time_updates_enabled")])
          yield* flags.change({ key, enabled, reason })
          yield* TestClock.adjust("1 second")
          assert.deepStrictEqual(
            yield* Effect.all([
              here.isOn("real_time_updates_enabled"),
              there.isOn("real_time_updates_enabled")
            ]),
            [enabled, enabled]
          )
        }
      }).pipe(as(user(manager)))
    )

    it.effect("what guards money is read so that nobody changes it before the transaction ends (OPS-2)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const store = yield* Flags
        const flags = yield* FeatureFlags
        const key = FlagKey.make("conversions_enabled")
        const order = yield* Ref.make<ReadonlyArray<string>>([])
        const note = (word: string) => Ref.update(order, (before) => [...before, word])
        const conversion = run(
          Effect.gen(function* () {
            assert.isTrue(Option.getOrThrow(yield* store.findForShare(key)).enabled)
            yield* note("read")
            yield* moment(150)
            yield* note("converted")
          })
        )
        const flip = Effect.gen(function* () {
          yield* moment(50)
          yield* flags.change({ key, enabled: false, reason })
          yield* note("flipped")
        })
        yield* Effect.all([conversion, flip], { concurrency: 2 })
        assert.deepStrictEqual(yield* Ref.get(order), ["read", "converted", "flipped"])
        yield* flags.change({ key, enabled: true, reason })
      }).pipe(as(user(manager)))
    )

    it.effect("a switch flips by command only: it takes no end and no target (OPS-2)", () =>
      Effect.gen(function* () {
        const flags = yield* FeatureFlags
        const outbox = yield* Outbox
        const key = FlagKey.make("real_time_updates_enabled")
        const before = yield* flags.get({ key })
        const told = Effect.map(outbox.events({ subject: key }, Option.none(), 100), ({ length }) => length)
        const events = yield* told
        for (const [field, settings] of [
          ["expiresAt", { expiresAt: at("2030-01-01T00:00:00Z") }],
          ["targetConditions", { targetConditions: { roles: ["admin"] } }]
        ] as const) {
          const refusal = yield* Effect.flip(flags.change({ key, ...settings, reason }))
          assert.strictEqual(refusal._tag, "kernel.invalid")
          assert.deepStrictEqual(
            refusal._tag === "kernel.invalid" && refusal.issues.map(({ path }) => path),
            [[field]]
          )
        }
        assert.deepStrictEqual(yield* flags.get({ key }), before)
        assert.strictEqual(yield* told, events)
      }).pipe(as(user(manager)))
    )

    it.effect("an expired switch is off (OPS-1)", () =>
      Effect.gen(function* () {
        const store = yield* Flags
        const switches = yield* KillSwitches
        const { run } = yield* Transaction
        yield* clockAt("2026-02-01T00:00:00Z")
        // No command gives it an end; a row that came by another way may have one.
        const found = Option.getOrThrow(yield* store.find(FlagKey.make("tracking_clicks_enabled")))
        yield* run(store.update({ ...found, expiresAt: at("2026-02-01T01:00:00Z") }))
        yield* clockAt("2026-02-01T00:59:59.999Z")
        assert.isTrue(yield* switches.isOn("tracking_clicks_enabled"))
        yield* clockAt("2026-02-01T01:00:00Z")
        assert.isFalse(yield* switches.isOn("tracking_clicks_enabled"))
      }).pipe(as(user(manager)))
    )

    it.effect(
      "without the store conversions are off and minimization on at once, the rest as last known for 30 s (OPS-15)",
      () =>
        Effect.gen(function* () {
          const store = yield* Flags
          const isDown = yield* Ref.make(false)
          const failing = Layer.succeed(Flags, {
            ...store,
            listCritical: Effect.flatMap(Ref.get(isDown), (down) =>
              down
                ? Effect.die(new StorageUnavailable({ why: "unreachable", retryAfterSeconds: 1 }))
                : store.listCritical
            )
          })
          yield* clockAt("2026-03-01T00:00:00Z")
          const { run } = yield* Transaction
          // Known to be the opposite of what holds when nothing is known.
          const opposite: Readonly<Record<CriticalFlag, boolean>> = {
            conversions_enabled: true,
            pii_minimization_enabled: false,
            tracking_clicks_enabled: true,
            advanced_analytics_enabled: true,
            real_time_updates_enabled: true,
            emergency_read_only_mode: true
          }
          const keys = Object.keys(criticalFlags) as ReadonlyArray<CriticalFlag>
          for (const { expiresAt: _, ...flag } of yield* store.listCritical) {
            yield* run(
              store.update({
                ...flag,
                enabled: opposite[flag.key as string as CriticalFlag],
                rolloutPercentage: 100
              })
            )
          }
          const switches = yield* Effect.provide(
            KillSwitches,
            KillSwitches.layer.pipe(Layer.provide(failing)),
            { local: true }
          )
          const all = Effect.map(
            Effect.forEach(keys, (key) => Effect.map(switches.isOn(key), (on) => [key, on] as const)),
            Object.fromEntries
          )
          assert.deepStrictEqual(yield* all, opposite)
          yield* Ref.set(isDown, true)
          yield* TestClock.adjust("1 second")
          const lastKnown = { ...opposite, conversions_enabled: false, pii_minimization_enabled: true }
          assert.deepStrictEqual(yield* all, lastKnown)
          yield* clockAt("2026-03-01T00:00:29.999Z")
          assert.deepStrictEqual(yield* all, lastKnown)
          yield* clockAt("2026-03-01T00:00:30Z")
          const unknown = Object.fromEntries(keys.map((key) => [key, criticalFlags[key].unknown]))
          assert.deepStrictEqual(yield* all, unknown)
          assert.deepStrictEqual(
            [unknown["conversions_enabled"], unknown["pii_minimization_enabled"]],
            [false, true]
          )
          yield* Ref.set(isDown, false)
          assert.deepStrictEqual(yield* all, opposite)
        })
    )
  })
