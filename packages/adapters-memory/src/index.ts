/** Lyceum's ports over plain memory, for examples and tests; gone with the process. */
import { Layer } from "effect"
import { courseStoreLayer, lessonStoreLayer, moduleStoreLayer } from "./content.ts"
import { tagStoreLayer } from "./content-tags.ts"
import {
  keptVersionsLayer,
  lessonBodiesLayer,
  revisionsLayer,
  slugsLayer,
  workflowHistoryLayer
} from "./content-workflow.ts"
import { MemoryDatabase, transactionLayer } from "./database.ts"
import { flagsLayer } from "./flags.ts"
import { idempotencyKeysLayer } from "./idempotency.ts"
import { consentsLayer, profileLinksLayer, profilesLayer, userSettingsLayer } from "./identity.ts"
import { jobsLayer } from "./jobs.ts"
import { apiKeysLayer } from "./keys.ts"
import { assetsLayer } from "./media.ts"
import { outboxLayer } from "./outbox.ts"
import { assignmentsLayer, grantsLogLayer, roleCatalogueLayer } from "./rbac.ts"
import { addressSaltsLayer } from "./salts.ts"
import { webhookDeliveriesLayer, webhookSubscriptionsLayer } from "./webhooks.ts"

export { MemoryDatabase }

/** Every adapter, over one database of their own, the platform's randomness and the subscribers of events. */
export const memoryLayer = Layer.mergeAll(
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
  webhookDeliveriesLayer,
  assetsLayer,
  courseStoreLayer,
  moduleStoreLayer,
  lessonStoreLayer,
  slugsLayer,
  revisionsLayer,
  workflowHistoryLayer,
  keptVersionsLayer,
  lessonBodiesLayer,
  tagStoreLayer
).pipe(Layer.provideMerge(MemoryDatabase.layer))
