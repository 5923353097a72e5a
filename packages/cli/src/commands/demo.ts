import { memoryLayer } from "@lyceum/adapters-memory"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { tellStory } from "../demo/story.ts"

const inMemory = servicesLayer.pipe(
  Layer.provideMerge(memoryLayer),
  Layer.provideMerge(
    Layer.mergeAll(platformLayer, webhookSenderLayer(), Layer.succeed(Subscribers, subscribers))
  )
)

export const demoCommand = Command.make("demo", {}, () => Effect.provide(tellStory, inMemory)).pipe(
  Command.withDescription(
    "A visitor meets the paywall, is let in, reads, and is out again; in memory, in five seconds"
  )
)
