/** The ways jobs says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { JobId, JobStatus } from "./id.ts"

export class JobNotFound extends Schema.TaggedError<JobNotFound>()("jobs.job_not_found", { id: JobId }) {}

/** Only a job that failed is replayed: what is pending or running is under way, what is completed has had its effect. */
export class JobNotFailed extends Schema.TaggedError<JobNotFailed>()("jobs.job_not_failed", {
  id: JobId,
  status: JobStatus
}) {}

/** Only a job that waits is cancelled: a running one may have had its effect. */
export class JobNotPending extends Schema.TaggedError<JobNotPending>()("jobs.job_not_pending", {
  id: JobId,
  status: JobStatus
}) {}

export type JobRefusal = JobNotFound | JobNotFailed | JobNotPending

export const jobTellings: Tellings<JobRefusal> = {
  "jobs.job_not_found": {
    family: "not_found",
    en: ({ id }) => `There is no job ${id}.`,
    fr: ({ id }) => `Il n'y a pas de tâche ${id}.`
  },
  "jobs.job_not_failed": {
    family: "conflict",
    en: ({ status }) => `Only a failed job can be replayed; this one is ${status}.`,
    fr: ({ status }) => `Seule une tâche en échec peut être relancée ; celle-ci est : ${status}.`
  },
  "jobs.job_not_pending": {
    family: "conflict",
    en: ({ status }) => `Only a pending job can be cancelled; this one is ${status}.`,
    fr: ({ status }) => `Seule une tâche en attente peut être annulée ; celle-ci est : ${status}.`
  }
}
