/** The verbs of jobs: pure, total, clockless. */
import { Cron, DateTime, Duration, Result } from "effect"
import type { Decision } from "../shared/decision.ts"
import type { Instant } from "../shared/instant.ts"
import { JobNotFailed, JobNotPending } from "./errors.ts"
import { grace, kinds } from "./kinds.ts"
import {
  type CompletedJob,
  type FailedJob,
  type Job,
  JobCancelled,
  type JobId,
  type JobPayload,
  JobReplayed,
  type JobStatus,
  type NewJob,
  type PendingJob,
  type RunningJob,
  ScheduleStarted
} from "./model.ts"
import type { ScheduleName } from "./schedules.ts"

/** Where each status may go. What is completed stays so. */
export const transitions: { readonly [S in JobStatus]: ReadonlyArray<JobStatus> } = {
  pending: ["running", "failed"],
  running: ["running", "pending", "completed", "failed"],
  completed: [],
  failed: ["pending"]
}

/** A job as it is enqueued; its kind says what it does not. */
export const enqueue = (given: NewJob, id: JobId, now: Instant): PendingJob => ({
  status: "pending",
  maxAttempts: kinds[given.kind].maxAttempts,
  runAt: now,
  ...given,
  id,
  attempts: 0,
  createdAt: now,
  updatedAt: now
})

const common = (
  { attempts, createdAt, dedupeId, id, kind, maxAttempts, payload, runAt }: Job,
  now: Instant
) => ({
  id,
  kind,
  payload,
  ...(dedupeId !== undefined && { dedupeId }),
  attempts,
  maxAttempts,
  runAt,
  createdAt,
  updatedAt: now
})

const failed = (job: Job, now: Instant, lastError: string): FailedJob => ({
  ...common(job, now),
  status: "failed",
  lastError,
  failedAt: now
})

/**
 * A worker takes a due job. The try counts from here, so that a job that kills its worker ends too: one whose lease ended
 * during its last try has failed.
 */
export const take = (job: PendingJob | RunningJob, now: Instant): RunningJob | FailedJob =>
  job.attempts >= job.maxAttempts
    ? failed(job, now, "worker_lost")
    : {
        ...common(job, now),
        status: "running",
        attempts: job.attempts + 1,
        startedAt: now,
        leaseEndsAt: DateTime.addDuration(now, Duration.sum(kinds[job.kind].timeLimit, grace)),
        ...(job.status === "running"
          ? { lastError: "worker_lost" }
          : job.lastError !== undefined && { lastError: job.lastError })
      }

/** Whether the job is still the one that a worker took: its lease did not end and nobody took it since. */
export const isHeldBy = (job: Job, taken: RunningJob): boolean =>
  job.status === "running" &&
  job.attempts === taken.attempts &&
  DateTime.Equivalence(job.startedAt, taken.startedAt)

export const complete = (job: RunningJob, now: Instant): CompletedJob => ({
  ...common(job, now),
  status: "completed",
  completedAt: now
})

/** The wait after the `attempts`-th failure, in milliseconds: doubling, bounded, less up to a quarter (`jitter` in [0, 1]). */
const delayMillis = ({ attempts, kind }: RunningJob, jitter: number): number => {
  const { firstDelay, longestDelay } = kinds[kind]
  const exponential = Duration.toMillis(firstDelay) * 2 ** (attempts - 1)
  return Math.round(Math.min(exponential, Duration.toMillis(longestDelay)) * (1 - 0.25 * jitter))
}

/** A try failed: the job is tried again later, or has failed when it was the last one. */
export const fail = (
  job: RunningJob,
  why: { readonly error: string; readonly jitter: number; readonly now: Instant }
): PendingJob | FailedJob =>
  job.attempts >= job.maxAttempts
    ? failed(job, why.now, why.error)
    : {
        ...common(job, why.now),
        status: "pending",
        runAt: DateTime.add(why.now, { milliseconds: delayMillis(job, why.jitter) }),
        lastError: why.error
      }

/** The worker was told to stop: another one goes on at once. The try counts all the same. */
export const release = (job: RunningJob, now: Instant): PendingJob | FailedJob =>
  job.attempts >= job.maxAttempts
    ? failed(job, now, "interrupted")
    : { ...common(job, now), status: "pending", runAt: now, lastError: "interrupted" }

/** A failed job begins anew, with all its tries. */
export const replay = (job: Job, now: Instant): Result.Result<Decision<PendingJob>, JobNotFailed> =>
  job.status === "failed"
    ? Result.succeed({
        state: { ...common(job, now), status: "pending", attempts: 0, runAt: now, lastError: job.lastError },
        events: [JobReplayed({ jobId: job.id, kind: job.kind })]
      })
    : Result.fail(new JobNotFailed({ id: job.id, status: job.status }))

export const cancel = (job: Job, now: Instant): Result.Result<Decision<FailedJob>, JobNotPending> =>
  job.status === "pending"
    ? Result.succeed({
        state: failed(job, now, "cancelled"),
        events: [JobCancelled({ jobId: job.id, kind: job.kind })]
      })
    : Result.fail(new JobNotPending({ id: job.id, status: job.status }))

const payloadOf = (schedule: ScheduleName, at: Instant): JobPayload => ({
  schedule,
  at: DateTime.formatIso(at)
})

/** The job of the latest tick at or before `now`; the same one on every machine, whenever it asks. */
export const tick = (
  schedule: ScheduleName,
  cron: Cron.Cron,
  now: Instant
): NewJob & { readonly dedupeId: string } => {
  // `prev` is strict, and a tick is due at its very instant.
  const at = DateTime.makeUnsafe(Cron.prev(cron, DateTime.add(now, { milliseconds: 1 })))
  return {
    kind: "schedule",
    payload: payloadOf(schedule, at),
    dedupeId: `schedule:${schedule}:${DateTime.formatIso(at)}`,
    runAt: at
  }
}

/** A run of a schedule that a person asked for: no tick, so never the same as one. */
export const runNow = (schedule: ScheduleName, id: JobId, now: Instant): Decision<PendingJob> => ({
  state: enqueue({ kind: "schedule", payload: payloadOf(schedule, now) }, id, now),
  events: [ScheduleStarted({ jobId: id, schedule })]
})
