/** What jobs needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { Job, JobId, JobKind, JobStatus, PendingJob, RunningJob } from "./model.ts"

export class QueuedJobs extends Context.Service<
  QueuedJobs,
  {
    /** Stores the job with the transaction; answers false, storing nothing, when its dedupe id is known. */
    readonly insert: (job: PendingJob) => Effect.Effect<boolean, never, InTransaction>
    /**
     * The job of the kind that is due longest, held until the transaction ends: pending with `runAt` reached, or running with
     * `leaseEndsAt` reached. What another worker holds is passed over. Those due at one instant come by id.
     */
    readonly claim: (
      kind: JobKind,
      now: Instant
    ) => Effect.Effect<Option.Option<PendingJob | RunningJob>, never, InTransaction>
    readonly find: (id: JobId) => Effect.Effect<Option.Option<Job>>
    /** As `find`, holding the job until the transaction ends. */
    readonly findForUpdate: (id: JobId) => Effect.Effect<Option.Option<Job>, never, InTransaction>
    readonly update: (job: Job) => Effect.Effect<void, never, InTransaction>
    /** Newest first. Position: `[id]`. */
    readonly list: (
      filter: { readonly status?: JobStatus; readonly kind?: JobKind },
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Job>>
    /** Deletes up to `atMost` jobs completed before the instant, oldest first; returns how many. */
    readonly forgetCompletedBefore: (
      instant: Instant,
      atMost: number
    ) => Effect.Effect<number, never, InTransaction>
  }
>()("lyceum/jobs/QueuedJobs") {}
