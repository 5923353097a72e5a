/** Lyceum's ports on PostgreSQL. */
import { Layer } from "effect"
import { flagsLayer } from "./flags.ts"
import { idempotencyKeysLayer } from "./idempotency.ts"
import { consentsLayer, profileLinksLayer, profilesLayer, userSettingsLayer } from "./identity.ts"
import { jobsLayer } from "./jobs.ts"
import { apiKeysLayer } from "./keys.ts"
import { outboxLayer } from "./outbox.ts"
import { assignmentsLayer, grantsLogLayer, roleCatalogueLayer } from "./rbac.ts"
import { addressSaltsLayer } from "./salts.ts"
import { transactionLayer } from "./transaction.ts"
import { webhookDeliveriesLayer, webhookSubscriptionsLayer } from "./webhooks.ts"

export { connect, type ConnectOptions } from "./client.ts"

/** Every adapter, over one SQL client, the platform's randomness and the subscribers of events. */
export const postgresLayer = Layer.mergeAll(
  transactionLayer,
  outboxLayer,
  idempotencyKeysLayer,
  addressSaltsLayer,
  flagsLayer,
  profilesLayer,
  userSettingsLayer,
  consentsLayer,
  profileLinksLayer,
  roleCatalogueLayer,
  assignmentsLayer,
  grantsLogLayer,
  apiKeysLayer,
  jobsLayer,
  webhookSubscriptionsLayer,
  webhookDeliveriesLayer
)
