/** Every route there is: one line per context. */
import type { ServiceOf } from "../endpoint.ts"
import { accessRoutes, entitlementRoutes, overrideRoutes, ruleRoutes, tierRoutes } from "./access.ts"
import { assessmentRoutes, questionRoutes } from "./assessments-bank.ts"
import { accommodationRoutes, attemptRoutes } from "./attempts.ts"
import { assetRoutes } from "./assets.ts"
import { certificateRoutes } from "./certificates.ts"
import { courseRoutes, lessonRoutes, moduleRoutes, tagRoutes } from "./content.ts"
import { flagRoutes } from "./flags.ts"
import { jobRoutes } from "./jobs.ts"
import { keyRoutes } from "./keys.ts"
import { progressRoutes } from "./learning.ts"
import { outboxRoutes } from "./outbox.ts"
import { correctionRoutes, figureRoutes, gradingRoutes, healthRoutes, reviewRoutes } from "./reviews.ts"
import { roleRoutes } from "./roles.ts"
import { userRoutes } from "./users.ts"
import { webhookRoutes } from "./webhooks.ts"

export const everyService = [
  flagRoutes,
  userRoutes,
  roleRoutes,
  courseRoutes,
  moduleRoutes,
  lessonRoutes,
  tagRoutes,
  assetRoutes,
  certificateRoutes,
  questionRoutes,
  assessmentRoutes,
  attemptRoutes,
  accommodationRoutes,
  reviewRoutes,
  gradingRoutes,
  correctionRoutes,
  figureRoutes,
  healthRoutes,
  accessRoutes,
  entitlementRoutes,
  tierRoutes,
  ruleRoutes,
  overrideRoutes,
  progressRoutes,
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
  courses: "Courses, their workflow and the catalogue",
  modules: "Modules of courses",
  lessons: "Lessons and their workflow",
  tags: "Tags of courses",
  questions: "The question bank",
  assessments: "Quizzes, exams and certifications of lessons and courses",
  attempts: "Learners answering assessments",
  accommodations: "What single learners are granted at assessments",
  reviews: "What waits for a person to grade it",
  corrections: "What is decided about questions that were asked",
  health: "How the platform is doing",
  selftest: "What a deployment proves of itself",
  assets: "Media that lessons point to",
  certificates: "What passing earns, and what anybody may check",
  access: "The paywall: who may read what, and why",
  entitlements: "What people hold: tiers and courses",
  tiers: "What is sold, by rank",
  rules: "What courses ask for",
  overrides: "Exceptions for single lessons",
  progress: "What one has done in lessons and courses",
  outbox: "The audit trail, and deliveries that are stuck",
  jobs: "Work for later, and schedules",
  keys: "API keys of services",
  webhooks: "Events sent to other systems"
}
