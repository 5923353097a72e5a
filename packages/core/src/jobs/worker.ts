/** Takes due jobs, does them, and writes down what became of them. Safe to run in many processes at once. Source: OPS-3. */
import { Cause, Context, DateTime, Duration, Effect, Exit, Layer, Option, Random, Schema } from "effect"
import { CurrentActor, service } from "../shared/actor.ts"
import { currentInstant } from "../shared/instant.ts"
import { sentenceOf } from "../shared/reactions.ts"
import { InTransaction, Transaction } from "../shared/transaction.ts"
import { kinds } from "./kinds.ts"
import { type JobKind, type RunningJob, type ScheduleName, Tick } from "./model.ts"
import { QueuedJobs } from "./ports.ts"
import { JobQueue } from "./queue.ts"
import * as rules from "./rules.ts"
import { crons } from "./schedules.ts"

/**
 * Does one job. It may run again after a crash or a failure, so its effect must be the same when it had happened already.
 * A failure is retried; on the last try `attempts` equals `maxAttempts`.
 */
export type JobHandler = (job: RunningJob) => Effect.Effect<unknown, unknown, CurrentActor>
export type JobHandlers = { readonly [Kind in JobKind]?: JobHandler }

/** What each schedule does; given at the top, since jobs knows no other context. */
export type ScheduleWork = { readonly [Name in ScheduleName]: Effect.Effect<unknown, unknown, CurrentActor> }

const decodeTick = Schema.decodeUnknownEffect(Schema.toCodecJson(Tick))

/** The handler of the kind `schedule`. */
export const scheduleHandler =
  (work: ScheduleWork): JobHandler =>
  ({ payload }) =>
    Effect.flatMap(decodeTick(payload), ({ schedule }) => work[schedule])

class TimeLimitReached extends Schema.TaggedError<TimeLimitReached>()("jobs.time_limit_reached", {}) {}

/** What a run of the worker did. `lost`: somebody else took the job meanwhile, so its outcome was not written down. */
export interface Worked {
  readonly completed: number
  readonly failed: number
  readonly lost: number
}

/** How long a completed job stays visible, and its dedupe id known. */
const completedKept = Duration.days(30)
const forgottenAtOnce = 1000

export class JobWorkers extends Context.Service<
  JobWorkers,
  {
    /** Does every due job of the kinds that have a handler, until none is due. */
    readonly runDue: (handlers: JobHandlers) => Effect.Effect<Worked>
    /** Looks for due jobs every `pollEvery`, with `concurrency` fibers for each kind. Never ends. */
    readonly run: (
      handlers: JobHandlers,
      options: { readonly concurrency: number; readonly pollEvery: Duration.Input }
    ) => Effect.Effect<never>
    /** Enqueues the latest tick of every schedule, unless it was: one job per tick, however many machines ask. Source: OPS-4. */
    readonly tick: Effect.Effect<void>
    /** As `tick`, every `pollEvery`. Never ends. */
    readonly keepTime: (pollEvery: Duration.Input) => Effect.Effect<never>
    /** Deletes jobs that were completed 30 days ago; what failed stays. The work of `forget_finished_jobs`. */
    readonly forgetFinished: Effect.Effect<void>
  }
>()("lyceum/jobs/JobWorkers") {
  static readonly layer = Layer.effect(
    JobWorkers,
    Effect.gen(function* () {
      const jobs = yield* QueuedJobs
      const queue = yield* JobQueue
      const transaction = yield* Transaction

      const take = Effect.fnUntraced(function* (kind: JobKind) {
        const { now } = yield* InTransaction
        const due = Option.map(yield* jobs.claim(kind, now), (job) => rules.take(job, now))
        if (Option.isSome(due)) yield* jobs.update(due.value)
        return due
      }, transaction.run)

      /** Writes the outcome down, if the job is still ours to speak of. */
      const settle = Effect.fnUntraced(function* (taken: RunningJob, exit: Exit.Exit<unknown, unknown>) {
        const { now } = yield* InTransaction
        const found = yield* jobs.findForUpdate(taken.id)
        if (Option.isNone(found) || !rules.isHeldBy(found.value, taken)) {
          yield* Effect.logWarning("a job outlived its lease", { job: taken.id, kind: taken.kind })
          return "lost" as const
        }
        if (Exit.isSuccess(exit)) {
          yield* jobs.update(rules.complete(taken, now))
          return "completed" as const
        }
        const error = sentenceOf(exit.cause)
        const outcome = Cause.hasInterruptsOnly(exit.cause)
          ? rules.release(taken, now)
          : rules.fail(taken, { error, jitter: yield* Random.next, now })
        yield* Effect.logWarning("a job failed", {
          job: taken.id,
          kind: taken.kind,
          attempts: taken.attempts,
          error
        })
        yield* jobs.update(outcome)
        return "failed" as const
      }, transaction.run)

      const runOne = Effect.fn("JobWorkers.runOne")(function* (kind: JobKind, handler: JobHandler) {
        const due = yield* take(kind)
        if (Option.isNone(due)) return "none" as const
        const job = due.value
        if (job.status === "failed") return "failed" as const
        let became: keyof Worked = "lost"
        yield* handler(job).pipe(
          Effect.timeoutOrElse({
            duration: kinds[kind].timeLimit,
            orElse: () => Effect.fail(new TimeLimitReached())
          }),
          Effect.provideService(CurrentActor, service("jobs")),
          Effect.onExit((exit) => Effect.map(settle(job, exit), (outcome) => void (became = outcome))),
          Effect.exit
        )
        return became
      })

      const drain = Effect.fnUntraced(function* (kind: JobKind, handler: JobHandler) {
        const worked = { completed: 0, failed: 0, lost: 0 }
        for (;;) {
          const outcome = yield* runOne(kind, handler)
          if (outcome === "none") return worked
          worked[outcome] += 1
        }
      })

      const entries = (handlers: JobHandlers) =>
        Object.entries(handlers) as ReadonlyArray<[JobKind, JobHandler]>

      const keepDoing = <A>(what: string, work: Effect.Effect<A>, pollEvery: Duration.Input) =>
        work.pipe(
          Effect.catchCause((cause) => Effect.logError(`${what} stopped for a moment`, cause)),
          Effect.andThen(Effect.sleep(pollEvery)),
          Effect.forever
        )

      /** The dedupe ids of the latest ticks that are enqueued, as far as this machine knows: they need no look. */
      const enqueued = new Map<ScheduleName, string>()

      const tick = Effect.gen(function* () {
        const now = yield* currentInstant
        const ticks = crons.map(([schedule, cron]) => [schedule, rules.tick(schedule, cron, now)] as const)
        const news = ticks.filter(([schedule, { dedupeId }]) => enqueued.get(schedule) !== dedupeId)
        if (news.length === 0) return
        yield* transaction.run(Effect.forEach(news, ([, job]) => queue.enqueue(job), { discard: true }))
        for (const [schedule, { dedupeId }] of news) enqueued.set(schedule, dedupeId)
      })

      const forgetFinished = Effect.gen(function* () {
        const before = DateTime.subtractDuration(yield* currentInstant, completedKept)
        const forgetSome = transaction.run(jobs.forgetCompletedBefore(before, forgottenAtOnce))
        while ((yield* forgetSome) === forgottenAtOnce);
      })

      return JobWorkers.of({
        runDue: (handlers) =>
          Effect.map(
            Effect.forEach(entries(handlers), ([kind, handler]) => drain(kind, handler)),
            (all) =>
              all.reduce(
                (a, b) => ({
                  completed: a.completed + b.completed,
                  failed: a.failed + b.failed,
                  lost: a.lost + b.lost
                }),
                {
                  completed: 0,
                  failed: 0,
                  lost: 0
                }
              )
          ),
        run: (handlers, { concurrency, pollEvery }) =>
          Effect.forEach(
            entries(handlers).flatMap((entry) => Array.from({ length: concurrency }, () => entry)),
            ([kind, handler]) => keepDoing(`jobs of kind ${kind}`, drain(kind, handler), pollEvery),
            { concurrency: "unbounded", discard: true }
          ).pipe(Effect.andThen(Effect.never)),
        tick,
        keepTime: (pollEvery) => keepDoing("schedules", tick, pollEvery),
        forgetFinished
      })
    })
  )
}
