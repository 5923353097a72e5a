/** How other contexts leave work for later. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { newId } from "../shared/id.ts"
import { InTransaction } from "../shared/transaction.ts"
import { JobId, type NewJob } from "./model.ts"
import { QueuedJobs } from "./ports.ts"
import * as rules from "./rules.ts"

export class JobQueue extends Context.Service<
  JobQueue,
  {
    /**
     * Enqueues a job with the transaction of the caller: if that is rolled back, there is no job. Answers its id, or none when
     * a job of its dedupe id is known. Source: OPS-3.
     */
    readonly enqueue: (job: NewJob) => Effect.Effect<Option.Option<JobId>, never, InTransaction>
  }
>()("lyceum/jobs/JobQueue") {
  static readonly layer = Layer.effect(
    JobQueue,
    Effect.gen(function* () {
      const jobs = yield* QueuedJobs
      const random = yield* SecureRandom.SecureRandom
      return JobQueue.of({
        enqueue: Effect.fnUntraced(function* (given) {
          const { now } = yield* InTransaction
          const job = rules.enqueue(given, yield* newId(JobId, random), now)
          return (yield* jobs.insert(job)) ? Option.some(job.id) : Option.none()
        })
      })
    })
  )
}
