/** Every route there is: one line per context. */
import type { ServiceOf } from "../endpoint.ts"
import { flagRoutes } from "./flags.ts"

export const everyService = [flagRoutes] as const

/** The services that the application needs, and that the client gives. */
export type Services = ServiceOf<(typeof everyService)[number]>

export const everyRoute = everyService.flatMap(({ routes }) => routes)

/** What the reference page says of each context. */
export const contexts = {
  flags: "Kill switches and rollouts"
}
