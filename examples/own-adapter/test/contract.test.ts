import { everyContract, Writers } from "@lyceum/core/contract"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Flags } from "@lyceum/core/flags/ports"
import { FlagKey } from "@lyceum/core/flags"
import { Subscribers, Transaction } from "@lyceum/core/shared"
import { platformLayer } from "@lyceum/core"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileLayer } from "../src/index.ts"

const freshFile = () => join(mkdtempSync(join(tmpdir(), "lyceum-file-")), "state.json")

everyContract(
  "memory with a journal",
  Layer.merge(
    Layer.suspend(() => fileLayer(freshFile())),
    Layer.succeed(Writers, "one")
  )
)

it.live("what was committed is there after a restart, what failed is not", () =>
  Effect.gen(function* () {
    const file = freshFile()
    const key = FlagKey.make("real_time_updates_enabled")
    const start = <A, E>(body: Effect.Effect<A, E, Flags | Transaction>) =>
      Effect.scoped(
        Effect.provide(
          body,
          fileLayer(file).pipe(Layer.provide([platformLayer, Layer.succeed(Subscribers, [])])),
          { local: true }
        )
      )
    const turnOff = Effect.gen(function* () {
      const flags = yield* Flags
      const flag = yield* Effect.fromOption(yield* flags.findForUpdate(key))
      yield* flags.update({ ...flag, enabled: false })
    })
    const isOn = Effect.gen(function* () {
      const flags = yield* Flags
      return (yield* Effect.fromOption(yield* flags.find(key))).enabled
    })
    yield* start(
      Effect.flatMap(Transaction, ({ run }) => Effect.ignore(run(Effect.andThen(turnOff, Effect.fail("no")))))
    )
    assert.isTrue(yield* start(isOn))
    yield* start(Effect.flatMap(Transaction, ({ run }) => run(turnOff)))
    assert.isFalse(yield* start(isOn))
  })
)
