/** Every service with its use cases: what doors offer, and what tests of completeness go through. Source: API-7. */
import {
  Access,
  accessOperations,
  entitlementOperations,
  Entitlements,
  overrideOperations,
  Overrides,
  ruleOperations,
  Rules,
  tierOperations,
  Tiers
} from "./access/index.ts"
import {
  accommodationOperations,
  Accommodations,
  AssessmentHealth,
  assessmentOperations,
  Assessments,
  attemptOperations,
  Attempts,
  correctionOperations,
  Corrections,
  figureOperations,
  Figures,
  Grading,
  gradingOperations,
  healthOperations,
  questionOperations,
  Questions,
  reviewOperations,
  Reviews
} from "./assessments/index.ts"
import { Certificates, operations as certificateOperations } from "./certificates/index.ts"
import {
  courseOperations,
  Courses,
  lessonOperations,
  Lessons,
  moduleOperations,
  Modules,
  tagOperations,
  Tags
} from "./content/index.ts"
import { FeatureFlags, operations as flagOperations } from "./flags/index.ts"
import { operations as userOperations, Users } from "./identity/index.ts"
import { Jobs, operations as jobOperations } from "./jobs/index.ts"
import { Keys, operations as keyOperations } from "./keys/index.ts"
import { Learning, progressOperations } from "./learning/index.ts"
import { MediaLibrary, operations as assetOperations } from "./media/index.ts"
import { operations as outboxOperations, OutboxDesk } from "./outbox/index.ts"
import { operations as roleOperations, Roles } from "./rbac/index.ts"
import { operations as webhookOperations, Webhooks } from "./webhooks/index.ts"

export const useCases = [
  { context: "flags", service: FeatureFlags, operations: flagOperations },
  { context: "outbox", service: OutboxDesk, operations: outboxOperations },
  { context: "keys", service: Keys, operations: keyOperations },
  { context: "jobs", service: Jobs, operations: jobOperations },
  { context: "webhooks", service: Webhooks, operations: webhookOperations },
  { context: "users", service: Users, operations: userOperations },
  { context: "roles", service: Roles, operations: roleOperations },
  { context: "access", service: Access, operations: accessOperations },
  { context: "entitlements", service: Entitlements, operations: entitlementOperations },
  { context: "tiers", service: Tiers, operations: tierOperations },
  { context: "rules", service: Rules, operations: ruleOperations },
  { context: "overrides", service: Overrides, operations: overrideOperations },
  { context: "assets", service: MediaLibrary, operations: assetOperations },
  { context: "courses", service: Courses, operations: courseOperations },
  { context: "modules", service: Modules, operations: moduleOperations },
  { context: "lessons", service: Lessons, operations: lessonOperations },
  { context: "tags", service: Tags, operations: tagOperations },
  { context: "progress", service: Learning, operations: progressOperations },
  { context: "certificates", service: Certificates, operations: certificateOperations },
  { context: "questions", service: Questions, operations: questionOperations },
  { context: "assessments", service: Assessments, operations: assessmentOperations },
  { context: "attempts", service: Attempts, operations: attemptOperations },
  { context: "accommodations", service: Accommodations, operations: accommodationOperations },
  { context: "reviews", service: Reviews, operations: reviewOperations },
  { context: "grading", service: Grading, operations: gradingOperations },
  { context: "corrections", service: Corrections, operations: correctionOperations },
  { context: "figures", service: Figures, operations: figureOperations },
  { context: "health", service: AssessmentHealth, operations: healthOperations }
] as const
