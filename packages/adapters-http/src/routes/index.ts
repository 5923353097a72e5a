/** Every route there is: one line per context. */
import type { ServiceOf } from "../endpoint.ts"
import { flagRoutes } from "./flags.ts"
import { jobRoutes } from "./jobs.ts"
import { keyRoutes } from "./keys.ts"
import { outboxRoutes } from "./outbox.ts"
import { roleRoutes } from "./roles.ts"
import { userRoutes } from "./users.ts"
import { webhookRoutes } from "./webhooks.ts"

export const everyService = [
  flagRoutes,
  userRoutes,
  roleRoutes,
  outboxRoutes,
  jobRoutes,
  keyRoutes,
  webhookRoutes
] as const

/** The services that the application needs, and that the client gives. */
export type Services = ServiceOf<(typeof everyService)[number]>

export const everyRoute = everyService.flatMap(({ routes }) => routes)

/** What the reference page says of each noun: the first word of its use cases' names. */
export const nouns = {
  flags: "Kill switches and rollouts",
  users: "Profiles, settings, consents and links",
  roles: "Roles, permissions, and who was given what",
  outbox: "The audit trail, and deliveries that are stuck",
  jobs: "Work for later, and schedules",
  keys: "API keys of services",
  webhooks: "Events sent to other systems"
}
