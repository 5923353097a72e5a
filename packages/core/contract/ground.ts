/** What contracts stand on: the ports of an adapter with the services of the ground floor over them. */
import { Context, Effect, Layer } from "effect"
import type { SecureRandom } from "effect/crypto"
import type {
  ComingPublications,
  CourseStore,
  KeptVersions,
  LessonBodies,
  LessonStore,
  ModuleStore,
  Revisions,
  Slugs,
  TagStore,
  WorkflowHistory
} from "../src/content/ports.ts"
import type {
  AccessFacts,
  CourseRuleStore,
  EntitlementStore,
  OverrideStore,
  TierStore
} from "../src/access/ports.ts"
import type {
  AccommodationStore,
  AssessmentStore,
  AttemptStore,
  AttemptTotals,
  CorrectionStore,
  GradingTrail,
  QuestionStore,
  ReviewClaims,
  Sittings
} from "../src/assessments/ports.ts"
import type { CertificateStore, VerificationLog } from "../src/certificates/ports.ts"
import { KillSwitches, writeGateLayer } from "../src/flags/index.ts"
import type { Flags, ReadOnlyTimes } from "../src/flags/ports.ts"
import type { Consents, ProfileLinks, Profiles, UserSettings, Viewings } from "../src/identity/ports.ts"
import type { QueuedJobs } from "../src/jobs/ports.ts"
import type { ApiKeys } from "../src/keys/ports.ts"
import type { CompletionStore, CourseStandings, Heartbeats, LessonAnalytics } from "../src/learning/ports.ts"
import type { Assets } from "../src/media/ports.ts"
import type { ProgressStore } from "../src/progress/ports.ts"
import type { Assignments, GrantsLog, RoleCatalogue } from "../src/rbac/ports.ts"
import { ClientAddresses } from "../src/shared/address.ts"
import { Door } from "../src/shared/door.ts"
import { type Subscriber, Subscribers } from "../src/shared/outbox.ts"
import type { AddressSalts, IdempotencyKeys, Outbox, Transaction } from "../src/shared/ports.ts"
import { Reactions } from "../src/shared/reactions.ts"
import type { WebhookDeliveries, WebhookSubscriptions } from "../src/webhooks/ports.ts"
import { authorityOf, type Person } from "./authority.ts"
import { seededPlatform } from "./random.ts"

/** Every port; each context adds its own. */
export type Ports =
  | Transaction
  | Outbox
  | IdempotencyKeys
  | AddressSalts
  | Flags
  | ReadOnlyTimes
  | Profiles
  | UserSettings
  | Consents
  | ProfileLinks
  | Viewings
  | RoleCatalogue
  | Assignments
  | GrantsLog
  | ApiKeys
  | QueuedJobs
  | WebhookSubscriptions
  | WebhookDeliveries
  | Assets
  | CourseStore
  | ModuleStore
  | LessonStore
  | Slugs
  | Revisions
  | WorkflowHistory
  | KeptVersions
  | ComingPublications
  | LessonBodies
  | TagStore
  | ProgressStore
  | CourseStandings
  | CompletionStore
  | Heartbeats
  | LessonAnalytics
  | AccessFacts
  | TierStore
  | EntitlementStore
  | CourseRuleStore
  | OverrideStore
  | QuestionStore
  | AssessmentStore
  | AttemptStore
  | AccommodationStore
  | CorrectionStore
  | ReviewClaims
  | AttemptTotals
  | GradingTrail
  | Sittings
  | CertificateStore
  | VerificationLog

/** An adapter as contracts take it: they bring the randomness and the subscribers. */
export type Adapter = Layer.Layer<Ports, unknown, SecureRandom.SecureRandom | Subscribers>

/**
 * What stands between who asks and the use cases; nothing by default. An adapter layer may give another one, such as
 * HTTP, so that the laws of use cases hold through it too.
 */
export const Before = Context.Reference<
  (
    door: Door["Service"]
  ) => Effect.Effect<Door["Service"], never, ClientAddresses | SecureRandom.SecureRandom>
>("lyceum/contract/Before", { defaultValue: () => Effect.succeed })

/**
 * How many transactions of a store write at once; many by default. An adapter layer says `one` where a second one waits for
 * the first, whatever they write, as memory does: there a handler that never ends would keep everybody waiting, and a claim
 * looks through all events, so that laws about many of them take fewer.
 */
export const Writers = Context.Reference<"one" | "many">("lyceum/contract/Writers", {
  defaultValue: () => "many"
})

const doorLayer = Layer.effect(
  Door,
  Effect.gen(function* () {
    return yield* (yield* Before)(yield* Door)
  })
).pipe(Layer.provide(Door.layer))

export interface Ground {
  readonly people?: ReadonlyArray<Person>
  readonly subscribers?: ReadonlyArray<Subscriber>
  readonly seed?: number
}

/** The ports alone, with seeded randomness. */
export const portsOf = (adapter: Adapter, { seed = 1, subscribers = [] }: Ground = {}) =>
  adapter.pipe(Layer.provideMerge(Layer.merge(seededPlatform(seed), Layer.succeed(Subscribers, subscribers))))

/** Ports and ground floor, with `authority` over those who ask; services of contexts are built on it. */
export const groundWith = <R extends Ports>(
  authority: Layer.Layer<import("../src/shared/actor.ts").Authority, never, R>,
  adapter: Adapter,
  ground: Ground = {}
) =>
  doorLayer.pipe(
    Layer.provideMerge(ClientAddresses.layer),
    Layer.provideMerge(Layer.mergeAll(writeGateLayer, Reactions.layer, authority)),
    Layer.provideMerge(KillSwitches.layer),
    Layer.provideMerge(portsOf(adapter, ground))
  )

/** As `groundWith`, who may what being told by the table of people. */
export const groundOf = (adapter: Adapter, ground: Ground = {}) =>
  groundWith(authorityOf(ground.people ?? []), adapter, ground)
