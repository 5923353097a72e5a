/** All of Lyceum in memory as one layer: for examples, and for the tests of applications that use it. */
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { Effect, Layer } from "effect"
import { memoryLayer } from "./index.ts"

/** Webhooks are taken and go nowhere. */
const silentSender = Layer.succeed(
  WebhookSender,
  WebhookSender.of({ post: () => Effect.succeed({ status: 204, body: "" }) })
)

/** Every service of the core over an empty store of its own; build it anew for each test. */
export const lyceumInMemory = servicesLayer.pipe(
  Layer.provideMerge(memoryLayer),
  Layer.provideMerge(Layer.mergeAll(platformLayer, silentSender, Layer.succeed(Subscribers, subscribers)))
)
