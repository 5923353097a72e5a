/** All services over the ports of a store. The one place where contexts are wired to each other. */
import { Layer } from "effect"
import { Access, Entitlements, Overrides, paidMembershipLayer, Rules, Tiers } from "./access/index.ts"
import {
  Accommodations,
  AssessmentHealth,
  Assessments,
  assessmentTracesLayer,
  AttemptFacts,
  Attempts,
  Corrections,
  Figures,
  Grading,
  PassedAssessments,
  Questions,
  Reviews
} from "./assessments/index.ts"
import { Background } from "./background.ts"
import { CertificateReaction, Certificates, releaseChecksLayer } from "./certificates/index.ts"
import { Courses, Lessons, Modules, Tags } from "./content/index.ts"
import { FeatureFlags, KillSwitches, writeGateLayer } from "./flags/index.ts"
import { Arrivals, Users, ViewAs } from "./identity/index.ts"
import { JobQueue, Jobs, JobWorkers } from "./jobs/index.ts"
import { Keys, KeyVerifier } from "./keys/index.ts"
import { Learning, LearningReactions, prerequisitesLayer } from "./learning/index.ts"
import { MediaLibrary, VideoLinks } from "./media/index.ts"
import { OutboxDesk } from "./outbox/index.ts"
import { learnerTracesLayer } from "./progress/index.ts"
import { adminGuardLayer, authorityLayer, Roles } from "./rbac/index.ts"
import { ClientAddresses } from "./shared/address.ts"
import { Door } from "./shared/door.ts"
import { Reactions } from "./shared/reactions.ts"
import { WebhookDispatch, Webhooks } from "./webhooks/index.ts"

/** What contexts offer to contexts below them, through ports of theirs. */
const bridges = Layer.mergeAll(
  paidMembershipLayer,
  adminGuardLayer,
  Layer.provide(assessmentTracesLayer, learnerTracesLayer),
  prerequisitesLayer
)

/** What all services stand on: who may what, the door, events and jobs. */
const ground = Layer.mergeAll(
  AttemptFacts.layer,
  Door.layer,
  ClientAddresses.layer,
  JobQueue.layer,
  KeyVerifier.layer,
  PassedAssessments.layer,
  ViewAs.layer,
  VideoLinks.layer
).pipe(
  Layer.provideMerge(Layer.mergeAll(authorityLayer, writeGateLayer, Reactions.layer)),
  Layer.provideMerge(Layer.mergeAll(Arrivals.layer, KillSwitches.layer)),
  Layer.provideMerge(bridges)
)

/** Every service of the core; needs the ports of a store, the platform's randomness and digests, and a webhook sender. */
export const servicesLayer = Background.layer.pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      FeatureFlags.layer,
      OutboxDesk.layer,
      Keys.layer,
      Jobs.layer,
      JobWorkers.layer,
      Webhooks.layer,
      WebhookDispatch.layer,
      Users.layer,
      Roles.layer,
      Access.layer,
      Entitlements.layer,
      Tiers.layer,
      Rules.layer,
      Overrides.layer,
      MediaLibrary.layer,
      Courses.layer,
      Modules.layer,
      Lessons.layer,
      Tags.layer,
      Learning.layer,
      LearningReactions.layer,
      Certificates.layer,
      CertificateReaction.layer,
      Questions.layer,
      Assessments.layer,
      Attempts.layer,
      Accommodations.layer,
      Reviews.layer,
      Grading.layer,
      Corrections.layer,
      Figures.layer,
      Layer.provide(AssessmentHealth.layer, releaseChecksLayer)
    )
  ),
  Layer.provideMerge(ground)
)
