/** The services of flags over PostgreSQL, run by the operator: commands to throw faults at. */
import { FeatureFlags, FlagKey, KillSwitches, writeGateLayer } from "@lyceum/core/flags"
import { platformLayer } from "@lyceum/core"
import {
  Authority,
  CurrentActor,
  Door,
  Reactions,
  service,
  standingWithoutAccount,
  Subscribers
} from "@lyceum/core/shared"
import { IdempotencyKey } from "@lyceum/core/shared/ports"
import { Effect, Layer, Option } from "effect"
import { flagsLayer, readOnlyTimesLayer } from "../src/flags.ts"
import { idempotencyKeysLayer } from "../src/idempotency.ts"
import { outboxLayer } from "../src/outbox.ts"
import { transactionLayer } from "../src/transaction.ts"

const authority = Layer.succeed(Authority, {
  standingOf: (actor) => Effect.succeed(standingWithoutAccount(actor)),
  admit: (actor) => Effect.succeed(standingWithoutAccount(actor))
})

/** `heard` hears that a flag was defined. */
export const flagServices = FeatureFlags.layer.pipe(
  Layer.provideMerge(Door.layer),
  Layer.provideMerge(Layer.mergeAll(writeGateLayer, Reactions.layer, authority)),
  Layer.provideMerge(KillSwitches.layer),
  Layer.provideMerge(
    Layer.mergeAll(transactionLayer, outboxLayer, idempotencyKeysLayer, flagsLayer, readOnlyTimesLayer)
  ),
  Layer.provide(Layer.succeed(Subscribers, [{ subscriber: "heard", hears: ["flags.flag_defined"] }])),
  Layer.provideMerge(platformLayer)
)

/** A command that shows by a flag and an event that it took effect; with its name as the idempotency key if so wished. */
export const defineFlag = (name: string, options: { readonly keyed: boolean }) =>
  FeatureFlags.use((flags) =>
    flags.define({
      key: FlagKey.make(name),
      description: `The flag ${name}`,
      reason: "the fault test asks for it"
    })
  ).pipe(
    Effect.provideService(IdempotencyKey, options.keyed ? Option.some(name) : Option.none()),
    Effect.provideService(CurrentActor, service("operator"))
  )
