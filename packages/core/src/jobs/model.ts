/** The nouns of jobs: work that a command leaves for later, and that the clock asks for. */
import { Schema } from "effect"
import { defineEvent } from "../shared/event.ts"
import { Instant } from "../shared/instant.ts"
import { StorableJson } from "../shared/json.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, prose } from "../shared/text.ts"
import { JobNotFailed, JobNotFound, JobNotPending } from "./errors.ts"
import { JobId, JobStatus } from "./id.ts"
import { JobKind } from "./kinds.ts"
import { ScheduleName } from "./schedules.ts"

export { JobId, JobKind, JobStatus, ScheduleName }

/** What a job is about: ids, not data, since operators see it. */
export const JobPayload = Schema.Record(Schema.String, StorableJson)
export type JobPayload = typeof JobPayload.Type

/** At most one job of an id, as long as the queue knows it. */
const DedupeId = line(200)

const known = {
  id: JobId,
  kind: JobKind,
  payload: JobPayload,
  dedupeId: Schema.optionalKey(DedupeId),
  /** Tries begun so far. */
  attempts: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  maxAttempts: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
  /** Not before this instant. */
  runAt: Instant,
  createdAt: Instant,
  updatedAt: Instant
}
/** The name of what went wrong last, without its data (PRV-7). */
const lastError = prose(200)

export const PendingJob = Schema.Struct({
  status: Schema.Literal("pending"),
  ...known,
  lastError: Schema.optionalKey(lastError)
})
export type PendingJob = typeof PendingJob.Type
export const RunningJob = Schema.Struct({
  status: Schema.Literal("running"),
  ...known,
  lastError: Schema.optionalKey(lastError),
  startedAt: Instant,
  /** From this instant on its worker is taken for dead, and another one may take the job. */
  leaseEndsAt: Instant
})
export type RunningJob = typeof RunningJob.Type
export const CompletedJob = Schema.Struct({
  status: Schema.Literal("completed"),
  ...known,
  completedAt: Instant
})
export type CompletedJob = typeof CompletedJob.Type
export const FailedJob = Schema.Struct({
  status: Schema.Literal("failed"),
  ...known,
  lastError,
  failedAt: Instant
})
export type FailedJob = typeof FailedJob.Type

/** One piece of work. Each status carries exactly what is known by then. */
export const Job = Schema.Union([PendingJob, RunningJob, CompletedJob, FailedJob])
  .pipe(Schema.toTaggedUnion("status"))
  .annotate({ identifier: "Job" })
export type Job = typeof Job.Type

/** A job to be: what its kind does not say already. */
export interface NewJob {
  readonly kind: JobKind
  readonly payload: JobPayload
  /** A second job of this id is not enqueued. */
  readonly dedupeId?: string
  /** When it is due; at once when absent. */
  readonly runAt?: Instant
  readonly maxAttempts?: number
}

/** What a job of the kind `schedule` is about. */
export const Tick = Schema.Struct({ schedule: ScheduleName, at: Instant })
export type Tick = typeof Tick.Type

const acted = {
  payload: Schema.Struct({ jobId: JobId, kind: JobKind }),
  key: ({ jobId }: { readonly jobId: JobId }) => `job:${jobId}`,
  subjects: ({ jobId }: { readonly jobId: JobId }) => ({ jobId })
}
export const JobReplayed = defineEvent("jobs.job_replayed", acted)
export const JobCancelled = defineEvent("jobs.job_cancelled", acted)
export const ScheduleStarted = defineEvent("jobs.schedule_started", {
  payload: Schema.Struct({ jobId: JobId, schedule: ScheduleName }),
  key: ({ schedule }) => `schedule:${schedule}`,
  subjects: ({ jobId }) => ({ jobId })
})

/** Every use case of jobs. */
export const operations = {
  /** Newest first. */
  list: query("jobs.list", {
    input: Schema.Struct({
      status: Schema.optionalKey(JobStatus),
      kind: Schema.optionalKey(JobKind),
      ...pageFields
    }),
    output: page(Job)
  }),
  get: query("jobs.get", { input: Schema.Struct({ id: JobId }), output: Job, refusals: [JobNotFound] }),
  /** A failed job is due at once and has all its tries again. */
  replay: command("jobs.replay", {
    input: Schema.Struct({ id: JobId }),
    output: Job,
    refusals: [JobNotFound, JobNotFailed]
  }),
  /** A pending job is not run; it stays visible as failed, and can be replayed. */
  cancel: command("jobs.cancel", {
    input: Schema.Struct({ id: JobId }),
    output: Job,
    refusals: [JobNotFound, JobNotPending]
  }),
  /** Enqueues one run of a schedule now, beside its ticks. */
  runSchedule: command("jobs.run_schedule", { input: Schema.Struct({ schedule: ScheduleName }), output: Job })
}
