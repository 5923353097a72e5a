/** What the bodies of content's use cases take from outside, gathered once when a service is built. */
import { Context, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { VideoLinks } from "../../media/index.ts"
import { Outbox } from "../../shared/outbox.ts"
import { Transaction } from "../../shared/transaction.ts"
import {
  ComingPublications,
  CourseStore,
  KeptVersions,
  LearnerTraces,
  LessonStore,
  ModuleStore,
  Revisions,
  Slugs,
  TagStore,
  WorkflowHistory
} from "../ports.ts"

const needs = [
  ComingPublications,
  CourseStore,
  ModuleStore,
  LessonStore,
  Slugs,
  Revisions,
  WorkflowHistory,
  KeptVersions,
  TagStore,
  LearnerTraces,
  VideoLinks,
  Outbox,
  Transaction,
  SecureRandom.SecureRandom
] as const
export type Needs = Context.Service.Identifier<(typeof needs)[number]>

/** Gives a body the ports: exactly these, so that nothing else of where the service was built leaks into a call. */
export const providing = Effect.map(Effect.context<Needs>(), (all) => {
  const ports = Context.pick(...needs)(all)
  return <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.provide(body, ports)
})
