import { type Job, Job as JobSchema, type PendingJob, type RunningJob } from "@lyceum/core/jobs"
import { QueuedJobs } from "@lyceum/core/jobs/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"

type Unfinished = PendingJob | RunningJob

const dueAt = (job: Unfinished) => (job.status === "pending" ? job.runAt : job.leaseEndsAt)
const duePosition = (job: Unfinished) => [DateTime.toEpochMillis(dueAt(job)), job.id]
const isUnfinished = (job: Job): job is Unfinished => job.status === "pending" || job.status === "running"

export const jobsLayer = Layer.effect(
  QueuedJobs,
  Effect.gen(function* () {
    const rows = table("util.jobs", JobSchema)(yield* MemoryDatabase)
    return QueuedJobs.of({
      insert: Effect.fnUntraced(function* (job) {
        const known =
          job.dedupeId !== undefined && (yield* rows.all).some(({ dedupeId }) => dedupeId === job.dedupeId)
        if (!known) yield* rows.put(job.id, job)
        return !known
      }),
      claim: (kind, now) =>
        Effect.map(rows.all, (all) =>
          Option.fromNullishOr(
            all
              .filter(isUnfinished)
              .filter((job) => job.kind === kind && DateTime.isLessThanOrEqualTo(dueAt(job), now))
              .sort((a, b) => compare(duePosition(a), duePosition(b)))[0]
          )
        ),
      find: (id) => rows.find(id),
      findForUpdate: (id) => rows.find(id),
      update: (job) => rows.put(job.id, job),
      list: ({ kind, status }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (job) =>
                (kind === undefined || job.kind === kind) && (status === undefined || job.status === status)
            ),
            ({ id }) => [id],
            { after, count, order: "descending" }
          )
        ),
      forgetCompletedBefore: Effect.fnUntraced(function* (instant, atMost) {
        const old = (yield* rows.all)
          .flatMap((job) =>
            job.status === "completed" && DateTime.isLessThan(job.completedAt, instant) ? [job] : []
          )
          .sort((a, b) => DateTime.Order(a.completedAt, b.completedAt))
          .slice(0, atMost)
        yield* Effect.forEach(old, ({ id }) => rows.remove(id), { discard: true })
        return old.length
      })
    })
  })
)
