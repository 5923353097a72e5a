/** Every law of every port and use case: an adapter's test calls this once and forgets none. */
import type { Adapter } from "./ground.ts"
import { accessContract } from "./access.ts"
import { addressesContract } from "./addresses.ts"
import { authoringContract } from "./assessments-authoring.ts"
import { keptContract } from "./assessments-kept.ts"
import { assessmentSightContract } from "./assessments-sight.ts"
import { questionContract } from "./assessments-bank.ts"
import { attemptsContract } from "./attempts.ts"
import { auditTrailContract } from "./audit-trail.ts"
import { certificatesContract } from "./certificates.ts"
import { contentContract } from "./content.ts"
import { doorContract } from "./door.ts"
import { flagsContract } from "./flags.ts"
import { gradingContract } from "./grading.ts"
import { idempotencyContract } from "./idempotency.ts"
import { identityContract } from "./identity.ts"
import { jobsContract } from "./jobs.ts"
import { keysContract } from "./keys.ts"
import { learningContract } from "./learning.ts"
import { mediaContract } from "./media.ts"
import { outboxDeskContract } from "./outbox-desk.ts"
import { outboxContract } from "./outbox.ts"
import { rbacContract } from "./rbac.ts"
import { reactionsContract } from "./reactions.ts"
import { switchesContract } from "./switches.ts"
import { transactionContract } from "./transaction.ts"
import { webhooksContract } from "./webhooks.ts"

export { type Adapter, Before, Writers } from "./ground.ts"
export { agreementContract } from "./access-agreement.ts"
export { anAttempt, certified, gradedEvent, passed, stored } from "./certificates-ground.ts"
export { seededPlatform } from "./random.ts"
export { type Draw, Memory, outcomeOf, play, type Step, stepOf, type ToldService } from "./story.ts"

export const everyContract = (name: string, adapter: Adapter) => {
  transactionContract(name, adapter)
  outboxContract(name, adapter)
  auditTrailContract(name, adapter)
  reactionsContract(name, adapter)
  idempotencyContract(name, adapter)
  doorContract(name, adapter)
  addressesContract(name, adapter)
  flagsContract(name, adapter)
  switchesContract(name, adapter)
  outboxDeskContract(name, adapter)
  keysContract(name, adapter)
  jobsContract(name, adapter)
  webhooksContract(name, adapter)
  identityContract(name, adapter)
  rbacContract(name, adapter)
  mediaContract(name, adapter)
  contentContract(name, adapter)
  accessContract(name, adapter)
  learningContract(name, adapter)
  certificatesContract(name, adapter)
  questionContract(name, adapter)
  authoringContract(name, adapter)
  assessmentSightContract(name, adapter)
  keptContract(name, adapter)
  attemptsContract(name, adapter)
  gradingContract(name, adapter)
}
