import { lyceumInMemory } from "@lyceum/adapters-memory/lyceum"
import { FeatureFlags, FlagKey } from "@lyceum/core/flags"
import { CurrentActor, service } from "@lyceum/core/shared"
import { ErrorCode, OpenFeature } from "@openfeature/server-sdk"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { flagProvider } from "../src/index.ts"

const key = (name: string) => FlagKey.make(name)
const reason = "for the tests of the provider"

it.layer(lyceumInMemory)("the OpenFeature provider (OPS-1)", (it) => {
  const client = Effect.gen(function* () {
    const flags = yield* FeatureFlags
    yield* Effect.promise(() => OpenFeature.setProviderAndWait("lyceum-test", flagProvider(flags)))
    return { flags, client: OpenFeature.getClient("lyceum-test") }
  })
  const asOperator = Effect.provideService(CurrentActor, service("operator"))

  it.effect("answers booleans by rollout: the same subject, the same answer; nobody without a subject", () =>
    Effect.gen(function* () {
      const { client: ask, flags } = yield* client
      yield* asOperator(
        flags.define({
          key: key("new_player"),
          description: "A player",
          enabled: true,
          rolloutPercentage: 50,
          reason
        })
      )
      const all = yield* Effect.promise(() =>
        Promise.all(
          Array.from({ length: 200 }, (_, n) =>
            ask.getBooleanValue("new_player", false, { targetingKey: `learner-${n}` })
          )
        )
      )
      assert.isAbove(all.filter((on) => on).length, 60)
      assert.isBelow(all.filter((on) => on).length, 140)
      const [first, again] = yield* Effect.promise(() =>
        Promise.all(
          [1, 2].map(() => ask.getBooleanDetails("new_player", false, { targetingKey: "learner-7" }))
        )
      )
      assert.deepStrictEqual(first, again)
      assert.isFalse(yield* Effect.promise(() => ask.getBooleanValue("new_player", true)))
    })
  )

  it.effect("gives a flag's value while it is on, and the caller's default while it is off", () =>
    Effect.gen(function* () {
      const { client: ask, flags } = yield* client
      yield* asOperator(
        flags.define({
          key: key("banner_text"),
          description: "A text",
          enabled: true,
          value: "Hello",
          reason
        })
      )
      assert.strictEqual(yield* Effect.promise(() => ask.getStringValue("banner_text", "none")), "Hello")
      yield* asOperator(flags.change({ key: key("banner_text"), enabled: false, reason }))
      assert.strictEqual(yield* Effect.promise(() => ask.getStringValue("banner_text", "none")), "none")
    })
  )

  it.effect("tells unknown flags, wrong types and wrong contexts as OpenFeature does, with the default", () =>
    Effect.gen(function* () {
      const { client: ask, flags } = yield* client
      yield* asOperator(
        flags.define({ key: key("page_size"), description: "A number", enabled: true, value: 20, reason })
      )
      const details = yield* Effect.promise(() =>
        Promise.all([
          ask.getBooleanDetails("no_such_flag", true),
          ask.getBooleanDetails("Not A Key", true),
          ask.getStringDetails("page_size", "x"),
          ask.getNumberDetails("page_size", 10, { country: "not a country" }),
          ask.getNumberDetails("page_size", 10)
        ])
      )
      assert.deepStrictEqual(
        details.map(({ errorCode, value }) => [value, errorCode]),
        [
          [true, ErrorCode.FLAG_NOT_FOUND],
          [true, ErrorCode.FLAG_NOT_FOUND],
          ["x", ErrorCode.TYPE_MISMATCH],
          [10, ErrorCode.INVALID_CONTEXT],
          [20, undefined]
        ]
      )
    })
  )
})
