/** What the contracts of jobs stand on. */
import { DateTime, Duration, Effect, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import {
  type Job,
  type JobHandlers,
  type JobId,
  type JobKind,
  JobQueue,
  Jobs,
  JobWorkers,
  kinds,
  type NewJob
} from "../src/jobs/index.ts"
import { grace } from "../src/jobs/kinds.ts"
import { QueuedJobs } from "../src/jobs/ports.ts"
import * as rules from "../src/jobs/rules.ts"
import type { Instant } from "../src/shared/instant.ts"
import { InTransaction, Transaction } from "../src/shared/transaction.ts"
import { type Adapter, type Ground, groundOf } from "./ground.ts"
import { moment } from "./samples.ts"

/** The services of jobs on the ports of an adapter. */
export const jobsOn = (adapter: Adapter, ground: Ground = {}) =>
  Layer.mergeAll(Jobs.layer, JobWorkers.layer).pipe(
    Layer.provideMerge(JobQueue.layer),
    Layer.provideMerge(groundOf(adapter, ground))
  )

export const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
export const later = (milliseconds: number): Instant => DateTime.add(start, { milliseconds })
/** Sets the clock to so long after the start. */
export const at = (milliseconds: number) => TestClock.setTime(DateTime.toEpochMillis(later(milliseconds)))

export const inTransaction = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Transaction.use(({ run }) => run(body))

export const enqueue = (job: Partial<NewJob> = {}) =>
  inTransaction(JobQueue.use((queue) => queue.enqueue({ kind: "email_send", payload: {}, ...job })))
/** As `enqueue`, where nothing stands in the way. */
export const enqueued = (job: Partial<NewJob> = {}) => Effect.map(enqueue(job), Option.getOrThrow)
export const findJob = (id: JobId) =>
  Effect.map(
    QueuedJobs.use((jobs) => jobs.find(id)),
    Option.getOrThrow
  )
export const allJobs = (filter: { readonly kind?: JobKind } = {}) =>
  QueuedJobs.use((jobs) => jobs.list(filter, Option.none(), 10_000))

/** Sets the clock, and ends what earlier tests left behind: tests of one file share a database. */
export const beginning = Effect.gen(function* () {
  yield* at(0)
  const jobs = yield* QueuedJobs
  const unfinished = (yield* allJobs()).filter(({ status }) => status === "pending" || status === "running")
  yield* Effect.forEach(unfinished, (job) => inTransaction(jobs.update(ended(job))), { discard: true })
})
const ended = ({ attempts, createdAt, dedupeId, id, kind, maxAttempts, payload, runAt }: Job): Job => ({
  status: "failed",
  id,
  kind,
  payload,
  attempts,
  maxAttempts,
  runAt,
  createdAt,
  updatedAt: start,
  ...(dedupeId !== undefined && { dedupeId }),
  failedAt: start,
  lastError: "left_behind"
})

/** A worker takes the job that is due and does nothing with it: what is left of one that was killed. */
export const takeAndDie = (kind: JobKind) =>
  inTransaction(
    Effect.gen(function* () {
      const jobs = yield* QueuedJobs
      const { now } = yield* InTransaction
      const taken = Option.map(yield* jobs.claim(kind, now), (job) => rules.take(job, now))
      if (Option.isSome(taken)) yield* jobs.update(taken.value)
      return Option.getOrUndefined(taken)
    })
  )

/** One run of a worker, until nothing is due. */
export const work = (handlers: JobHandlers) => JobWorkers.use((workers) => workers.runDue(handlers))

/** How long a job is its worker's, in milliseconds. */
export const leaseOf = (kind: JobKind): number =>
  Duration.toMillis(kinds[kind].timeLimit) + Duration.toMillis(grace)

/** Lets seconds pass on the clock of the test, and real time beside them, until something holds. */
export const secondsUntil = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function* () {
    for (let second = 0; second < 600; second += 1) {
      if (yield* holds) return
      yield* TestClock.adjust("1 second")
      yield* moment(5)
    }
    return yield* Effect.die("it never held")
  })
