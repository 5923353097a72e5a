/** Laws of the use cases of jobs. Source: OPS-3, OPS-4. */
import { assert, it } from "@effect/vitest"
import { Array, Effect, Option, Ref, Result } from "effect"
import { JobId, Jobs, scheduleHandler, type ScheduleWork } from "../src/jobs/index.ts"
import { type Actor, anonymous, CurrentActor, user } from "../src/shared/actor.ts"
import { Outbox } from "../src/shared/outbox.ts"
import type { Adapter } from "./ground.ts"
import { at, beginning, enqueued, findJob, jobsOn, later, start, work } from "./jobs-ground.ts"
import { someUser } from "./samples.ts"

const [operator, viewer, member] = [someUser(), someUser(), someUser()]
const people = [
  { id: operator, permissions: ["operations.view", "operations.manage"] as const },
  { id: viewer, permissions: ["operations.view"] as const }
]
const as = (id: typeof operator) => Effect.provideService(CurrentActor, user(id))
type Attempt = Effect.Effect<
  unknown,
  { readonly _tag: string; readonly permission?: string | undefined },
  CurrentActor
>
const refusal = (attempt: Attempt, actor: Actor) =>
  Effect.flip(Effect.provideService(attempt, CurrentActor, actor))
const missing = JobId.make("00000000-0000-7000-8000-000000000000")

const failedJob = Effect.gen(function* () {
  const id = yield* enqueued({ maxAttempts: 1 })
  yield* work({ email_send: () => Effect.fail("no") })
  return id
})
const toldOf = (subject: string) =>
  Effect.map(
    Outbox.use((outbox) => outbox.events({ subject }, Option.none(), 10)),
    (events) => events.map(({ name }) => name)
  )

export const jobsDeskContract = (adapter: string, layer: Adapter) =>
  it.layer(jobsOn(layer, { people }), { timeout: "60 seconds" })(`Use cases of jobs on ${adapter}`, (it) => {
    it.effect(
      "a failed job is seen, and replayed with all its tries; the trail says who did it (OPS-3, KER-26)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const jobs = yield* Jobs
          const id = yield* failedJob
          const { items } = yield* jobs
            .list({ status: "failed", kind: "email_send", limit: 1 })
            .pipe(as(viewer))
          assert.deepStrictEqual(
            items.map((job) => job.id),
            [id]
          )
          yield* at(5000)
          const replayed = yield* jobs.replay({ id }).pipe(as(operator))
          assert.deepInclude(replayed, { status: "pending", attempts: 0, runAt: later(5000) })
          assert.deepStrictEqual(yield* jobs.get({ id }).pipe(as(viewer)), replayed)
          assert.deepStrictEqual(yield* toldOf(id), ["jobs.job_replayed"])
          assert.deepInclude(yield* work({ email_send: () => Effect.void }), { completed: 1 })
        })
    )

    it.effect("of sixteen that replay one job at once, one does; it runs once (OPS-3, KER-21)", () =>
      Effect.gen(function* () {
        yield* beginning
        const jobs = yield* Jobs
        const id = yield* failedJob
        const results = yield* Effect.forEach(
          Array.range(1, 16),
          () => Effect.result(jobs.replay({ id }).pipe(as(operator))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(results.filter(Result.isSuccess).length, 1)
        const refusals = results.flatMap((result) => (Result.isFailure(result) ? [result.failure._tag] : []))
        assert.deepStrictEqual([...new Set(refusals)], ["jobs.job_not_failed"])
        const runs = yield* Ref.make(0)
        yield* work({ email_send: () => Ref.update(runs, (n) => n + 1) })
        assert.strictEqual(yield* Ref.get(runs), 1)
      })
    )

    it.effect("a cancelled job does not run, stays visible, and can be replayed (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const jobs = yield* Jobs
        const id = yield* enqueued()
        const cancelled = yield* jobs.cancel({ id }).pipe(as(operator))
        assert.deepInclude(cancelled, { status: "failed", lastError: "cancelled", failedAt: start })
        assert.deepStrictEqual(yield* work({ email_send: () => Effect.void }), {
          completed: 0,
          failed: 0,
          lost: 0
        })
        yield* jobs.replay({ id }).pipe(as(operator))
        assert.deepInclude(yield* work({ email_send: () => Effect.void }), { completed: 1 })
        assert.sameMembers([...(yield* toldOf(id))], ["jobs.job_cancelled", "jobs.job_replayed"])
      })
    )

    it.effect(
      "what is not failed is not replayed, what does not wait is not cancelled, and neither tells an event (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const jobs = yield* Jobs
          const id = yield* enqueued()
          assert.deepInclude(yield* Effect.flip(jobs.replay({ id }).pipe(as(operator))), {
            _tag: "jobs.job_not_failed",
            status: "pending"
          })
          yield* work({ email_send: () => Effect.void })
          assert.deepInclude(yield* Effect.flip(jobs.replay({ id }).pipe(as(operator))), {
            status: "completed"
          })
          assert.deepInclude(yield* Effect.flip(jobs.cancel({ id }).pipe(as(operator))), {
            _tag: "jobs.job_not_pending",
            status: "completed"
          })
          assert.deepInclude(yield* findJob(id), { status: "completed" })
          assert.deepStrictEqual(yield* toldOf(id), [])
        })
    )

    it.effect("a schedule is run by hand as often as it is asked for, beside its ticks (OPS-4)", () =>
      Effect.gen(function* () {
        yield* beginning
        const jobs = yield* Jobs
        const runs = yield* Ref.make(0)
        const doing = {
          forget_finished_jobs: Ref.update(runs, (n) => n + 1)
        } as Partial<ScheduleWork> as ScheduleWork
        const first = yield* jobs.runSchedule({ schedule: "forget_finished_jobs" }).pipe(as(operator))
        const second = yield* jobs.runSchedule({ schedule: "forget_finished_jobs" }).pipe(as(operator))
        assert.notStrictEqual(first.id, second.id)
        yield* work({ schedule: scheduleHandler(doing) })
        assert.strictEqual(yield* Ref.get(runs), 2)
        assert.deepStrictEqual(yield* toldOf(first.id), ["jobs.schedule_started"])
      })
    )

    it.effect(
      "seeing takes operations.view, acting takes operations.manage, before anything is said of the job (OPS-3, KER-10)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const jobs = yield* Jobs
          const id = yield* failedJob
          const acting: ReadonlyArray<Attempt> = [
            jobs.replay({ id }),
            jobs.cancel({ id: missing }),
            jobs.runSchedule({ schedule: "deliver_outbox" })
          ]
          const seeing: ReadonlyArray<Attempt> = [jobs.list({}), jobs.get({ id }), jobs.get({ id: missing })]
          for (const attempt of [...seeing, ...acting]) {
            assert.strictEqual((yield* refusal(attempt, user(member)))._tag, "kernel.forbidden")
          }
          for (const attempt of acting) {
            assert.deepInclude(yield* refusal(attempt, user(viewer)), {
              _tag: "kernel.forbidden",
              permission: "operations.manage"
            })
            assert.strictEqual((yield* refusal(attempt, anonymous))._tag, "kernel.sign_in_required")
          }
          const unknown: ReadonlyArray<Attempt> = [
            jobs.get({ id: missing }),
            jobs.replay({ id: missing }),
            jobs.cancel({ id: missing })
          ]
          for (const attempt of unknown) {
            assert.strictEqual((yield* refusal(attempt, user(operator)))._tag, "jobs.job_not_found")
          }
          assert.deepInclude(yield* findJob(id), { status: "failed" })
        })
    )
  })
