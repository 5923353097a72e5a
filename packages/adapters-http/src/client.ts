/**
 * The services of the core over HTTP: who has a `FeatureFlags` cannot tell whether it runs here or there. Made from the
 * same definitions as the server's routes. Source: API-1.
 */
import { Context, Effect, Layer } from "effect"
import { callerOf, type ClientOptions } from "./call.ts"
import { everyService, type Services } from "./routes/index.ts"

export { type ClientOptions, UnexpectedAnswer } from "./call.ts"

/** All services of the core, calling a server; each call is made for `CurrentActor`, under its `IdempotencyKey`. */
export const clientLayer = (options: ClientOptions): Layer.Layer<Services> => {
  const call = callerOf(options)
  const services = everyService.map(({ routes, service, unreachable }) => {
    const reachable = routes.map((route) => [route.method, call(route)] as const)
    const others = Object.entries(unreachable).map(
      ([method, { unreachable: why }]) =>
        [method, () => Effect.die(new Error(`not over HTTP: ${why}`))] as const
    )
    return [service.key, Object.fromEntries([...reachable, ...others])] as const
  })
  return Layer.succeedContext(Context.makeUnsafe<Services>(new Map(services)))
}
