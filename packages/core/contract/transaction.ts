/** Laws of `Transaction`. Source: KER-1, KER-15, KER-21, KER-22. */
import { assert, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { Flag, type FlagKey } from "../src/flags/index.ts"
import { FlagKey as Key } from "../src/flags/key.ts"
import { Flags } from "../src/flags/ports.ts"
import { InTransaction, Transaction } from "../src/shared/transaction.ts"
import { type Adapter, portsOf } from "./ground.ts"

let made = 0
/** A flag of a fresh key, off for everyone. */
export const someFlag = (fields: Partial<Flag> = {}): Flag => ({
  key: Key.make(`flag_${process.pid}_${(made += 1)}`),
  description: "A flag of a test",
  enabled: false,
  rolloutPercentage: 100,
  targetConditions: {},
  type: "temporary",
  isSystemCritical: false,
  createdAt: DateTime.makeUnsafe("2026-01-05T09:00:00Z"),
  updatedAt: DateTime.makeUnsafe("2026-01-05T09:00:00Z"),
  ...fields
})

const exists = (key: FlagKey) => Effect.map(Effect.flatMap(Flags, (flags) => flags.find(key)), Option.isSome)

export const transactionContract = (adapter: string, layer: Adapter) =>
  it.layer(portsOf(layer), { timeout: "60 seconds" })(`Transaction on ${adapter}`, (it) => {
    it.effect("keeps all that a body wrote when it ends well (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const [one, two] = [someFlag(), someFlag()]
        yield* run(Effect.andThen(flags.insert(one), flags.insert(two)))
        assert.isTrue((yield* exists(one.key)) && (yield* exists(two.key)))
      })
    )
  })
