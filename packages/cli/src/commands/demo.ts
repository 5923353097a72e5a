import { memoryLayer } from "@lyceum/adapters-memory"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { Console, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { tellStory } from "../demo/story.ts"
import { print } from "../output.ts"
import { Json } from "../settings.ts"

const inMemory = servicesLayer.pipe(
  Layer.provideMerge(memoryLayer),
  Layer.provideMerge(
    Layer.mergeAll(platformLayer, webhookSenderLayer(), Layer.succeed(Subscribers, subscribers))
  )
)

/** The story as one answer, for programs. */
const collected = Effect.gen(function* () {
  const lines: Array<string> = []
  const listener = { ...console, log: (line: string) => void lines.push(...line.split("\n")) }
  yield* Effect.provideService(tellStory, Console.Console, listener)
  return yield* print({ lines })
})

export const demoCommand = Command.make(
  "demo",
  {},
  Effect.fnUntraced(function* () {
    yield* (yield* Json) ? collected : tellStory
  }, Effect.provide(inMemory))
).pipe(
  Command.withDescription(
    "A visitor meets the paywall, is let in, reads, is out again, passes an exam and has a certificate to show"
  ),
  Command.withExamples([{ command: "lyceum demo", description: "It touches no database" }])
)
