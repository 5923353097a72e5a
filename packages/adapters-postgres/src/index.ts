/** Lyceum's ports on PostgreSQL. */
import { Layer } from "effect"
import { accessFactsLayer } from "./access-facts.ts"
import { courseRuleStoreLayer, overrideStoreLayer } from "./access-restrictions.ts"
import { entitlementStoreLayer, tierStoreLayer } from "./access.ts"
import { accommodationStoreLayer, attemptStoreLayer, gradingTrailLayer } from "./assessments-attempts.ts"
import { assessmentStoreLayer, questionStoreLayer } from "./assessments-bank.ts"
import { attemptTotalsLayer, correctionStoreLayer, reviewClaimsLayer } from "./assessments-grading.ts"
import { sittingsLayer } from "./assessments-sittings.ts"
import { certificateStoreLayer, verificationLogLayer } from "./certificates.ts"
import { courseStoreLayer, lessonStoreLayer, moduleStoreLayer } from "./content.ts"
import { tagStoreLayer } from "./content-tags.ts"
import {
  comingPublicationsLayer,
  keptVersionsLayer,
  lessonBodiesLayer,
  revisionsLayer,
  slugsLayer,
  workflowHistoryLayer
} from "./content-workflow.ts"
import { flagsLayer, readOnlyTimesLayer } from "./flags.ts"
import { idempotencyKeysLayer } from "./idempotency.ts"
import {
  consentsLayer,
  profileLinksLayer,
  profilesLayer,
  userSettingsLayer,
  viewingsLayer
} from "./identity.ts"
import { jobsLayer } from "./jobs.ts"
import { apiKeysLayer } from "./keys.ts"
import {
  completionStoreLayer,
  courseStandingsLayer,
  heartbeatsLayer,
  lessonAnalyticsLayer
} from "./learning.ts"
import { assetsLayer } from "./media.ts"
import { outboxLayer } from "./outbox.ts"
import { progressStoreLayer } from "./progress.ts"
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
  readOnlyTimesLayer,
  attemptStoreLayer,
  accommodationStoreLayer,
  correctionStoreLayer,
  reviewClaimsLayer,
  attemptTotalsLayer,
  gradingTrailLayer,
  sittingsLayer,
  profilesLayer,
  userSettingsLayer,
  consentsLayer,
  profileLinksLayer,
  viewingsLayer,
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
  comingPublicationsLayer,
  lessonBodiesLayer,
  tagStoreLayer,
  progressStoreLayer,
  courseStandingsLayer,
  completionStoreLayer,
  heartbeatsLayer,
  lessonAnalyticsLayer,
  tierStoreLayer,
  entitlementStoreLayer,
  courseRuleStoreLayer,
  overrideStoreLayer,
  accessFactsLayer,
  certificateStoreLayer,
  verificationLogLayer,
  questionStoreLayer,
  assessmentStoreLayer
)
