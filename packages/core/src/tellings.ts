/** Every refusal there is, with its family and its sentences: one table for all doors. Source: KER-12. */
import { accessTellings } from "./access/errors.ts"
import { assessmentTellings } from "./assessments/errors.ts"
import { certificateTellings } from "./certificates/errors.ts"
import { contentTellings } from "./content/errors.ts"
import { flagTellings } from "./flags/errors.ts"
import { identityTellings } from "./identity/errors.ts"
import { jobTellings } from "./jobs/errors.ts"
import { keyTellings } from "./keys/errors.ts"
import { learningTellings } from "./learning/errors.ts"
import { mediaTellings } from "./media/errors.ts"
import { outboxTellings } from "./outbox/errors.ts"
import { rbacTellings } from "./rbac/errors.ts"
import { kernelTellings } from "./shared/errors.ts"
import { webhookTellings } from "./webhooks/errors.ts"

export const tellings = {
  ...kernelTellings,
  ...flagTellings,
  ...outboxTellings,
  ...keyTellings,
  ...jobTellings,
  ...webhookTellings,
  ...identityTellings,
  ...rbacTellings,
  ...mediaTellings,
  ...contentTellings,
  ...accessTellings,
  ...assessmentTellings,
  ...certificateTellings,
  ...learningTellings
}

/** The codes that a client can meet; they never change. */
export type Code = keyof typeof tellings
