/** Laws of the workers, and of schedules. Source: OPS-3, OPS-4. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Deferred, Duration, Effect, Exit, Fiber, Ref } from "effect"
import { TestClock } from "effect/testing"
import {
  type JobId,
  JobWorkers,
  kinds,
  scheduleHandler,
  type ScheduleName,
  schedules,
  type ScheduleWork
} from "../src/jobs/index.ts"
import { CurrentActor, service } from "../src/shared/actor.ts"
import type { Adapter } from "./ground.ts"
import {
  allJobs,
  at,
  beginning,
  enqueued,
  findJob,
  jobsOn,
  later,
  leaseOf,
  secondsUntil,
  start,
  takeAndDie,
  work
} from "./jobs-ground.ts"
import { moment } from "./samples.ts"

class Flaky extends Error {
  readonly _tag = "mail.flaky"
}

/** Counts how often each schedule was worked on. */
const counting = Effect.gen(function* () {
  const counts = yield* Ref.make<Readonly<Record<string, number>>>({})
  const names = Object.keys(schedules) as ReadonlyArray<ScheduleName>
  const count = (name: string) => Ref.update(counts, (all) => ({ ...all, [name]: (all[name] ?? 0) + 1 }))
  return {
    counts,
    work: Object.fromEntries(names.map((name) => [name, count(name)])) as unknown as ScheduleWork
  }
})

/** What ticks each minute; the others have instants of their own. */
const everyMinute = Object.entries(schedules).flatMap(([name, { cron }]) =>
  cron === "* * * * *" ? [name] : []
)

export const workerContract = (adapter: string, layer: Adapter) => {
  it.layer(jobsOn(layer), { timeout: "60 seconds" })(`Workers on ${adapter}`, (it) => {
    it.effect("a worker does what is due, as the service jobs, and writes down that it is done (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued({ payload: { to: "somebody" } })
        const seen: Array<unknown> = []
        const worked = yield* work({
          email_send: ({ attempts, payload }) =>
            Effect.map(CurrentActor, (actor) => seen.push({ actor, attempts, payload }))
        })
        assert.deepStrictEqual(seen, [{ actor: service("jobs"), attempts: 1, payload: { to: "somebody" } }])
        assert.deepStrictEqual(worked, { completed: 1, failed: 0, lost: 0 })
        assert.deepInclude(yield* findJob(id), { status: "completed", attempts: 1, completedAt: start })
      })
    )

    it.effect("sixteen workers do each of sixty-four jobs once (OPS-3, KER-21)", () =>
      Effect.gen(function* () {
        yield* beginning
        const ids = yield* Effect.forEach(Array.range(1, 64), () => enqueued())
        const done = yield* Ref.make<ReadonlyArray<JobId>>([])
        const handler = ({ id }: { readonly id: JobId }) =>
          Effect.andThen(
            moment(1),
            Ref.update(done, (before) => [...before, id])
          )
        const all = yield* Effect.forEach(Array.range(1, 16), () => work({ email_send: handler }), {
          concurrency: 16
        })
        assert.sameMembers([...(yield* Ref.get(done))], ids)
        assert.strictEqual(
          all.reduce((sum, { completed }) => sum + completed, 0),
          64
        )
      })
    )

    it.effect("one job that sixteen workers want runs once (OPS-3, KER-21)", () =>
      Effect.gen(function* () {
        yield* beginning
        yield* enqueued()
        const runs = yield* Ref.make(0)
        const handler = () =>
          Effect.andThen(
            Ref.update(runs, (n) => n + 1),
            moment(20)
          )
        yield* Effect.forEach(Array.range(1, 16), () => work({ email_send: handler }), { concurrency: 16 })
        assert.strictEqual(yield* Ref.get(runs), 1)
      })
    )

    it.effect("kinds without a handler are left alone (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued({ kind: "video_process" })
        yield* work({ email_send: () => Effect.void })
        assert.deepInclude(yield* findJob(id), { status: "pending", attempts: 0 })
      })
    )

    it.effect(
      "a failing job is tried again after doubling waits, max_attempts times and no more, then it has failed (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const runs = yield* Ref.make(0)
          const id = yield* enqueued({ maxAttempts: 6 })
          const handler = () =>
            Effect.andThen(
              Ref.update(runs, (n) => n + 1),
              Effect.fail(new Flaky("ann@example.org"))
            )
          let now = start
          for (const attempt of Array.range(1, 5)) {
            yield* work({ email_send: handler })
            const job = yield* findJob(id)
            assert.deepInclude(job, { status: "pending", attempts: attempt, lastError: "mail.flaky" })
            const wait = DateTime.toEpochMillis(job.runAt) - DateTime.toEpochMillis(now)
            const full = Duration.toMillis(kinds.email_send.firstDelay) * 2 ** (attempt - 1)
            assert.isAtLeast(wait, full * 0.75)
            assert.isAtMost(wait, full)
            yield* TestClock.setTime(DateTime.toEpochMillis(job.runAt) - 1)
            assert.deepStrictEqual(yield* work({ email_send: handler }), { completed: 0, failed: 0, lost: 0 })
            now = job.runAt
            yield* TestClock.setTime(DateTime.toEpochMillis(now))
          }
          yield* work({ email_send: handler })
          assert.deepInclude(yield* findJob(id), {
            status: "failed",
            attempts: 6,
            failedAt: now,
            lastError: "mail.flaky"
          })
          yield* TestClock.adjust("30 days")
          yield* work({ email_send: handler })
          assert.strictEqual(yield* Ref.get(runs), 6)
        })
    )

    it.effect("what a failure carried is not kept, only its name (PRV-7, OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued({ payload: {} })
        yield* work({ email_send: () => Effect.die(new Error("ann@example.org has no mailbox")) })
        assert.notInclude(JSON.stringify(yield* findJob(id)), "ann@")
        assert.deepInclude(yield* findJob(id), { lastError: "Error" })
      })
    )

    it.effect("a try that takes longer than its kind may is interrupted and has failed (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued()
        const [begun, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<boolean>()]
        const handler = () =>
          Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
            Effect.onExit((exit) => Deferred.succeed(ended, Exit.hasInterrupts(exit)))
          )
        const worker = yield* Effect.forkChild(work({ email_send: handler }))
        yield* Deferred.await(begun)
        yield* moment(5)
        yield* TestClock.adjust(kinds.email_send.timeLimit)
        assert.deepStrictEqual(yield* Fiber.join(worker), { completed: 0, failed: 1, lost: 0 })
        assert.isTrue(yield* Deferred.await(ended))
        assert.deepInclude(yield* findJob(id), { status: "pending", lastError: "jobs.time_limit_reached" })
      })
    )

    it.effect(
      "the job of a worker that died is taken again when its lease ends, not a millisecond before (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const id = yield* enqueued()
          assert.deepInclude(yield* takeAndDie("email_send"), {
            id,
            status: "running",
            attempts: 1,
            leaseEndsAt: later(leaseOf("email_send"))
          })
          yield* at(leaseOf("email_send") - 1)
          assert.deepStrictEqual(yield* work({ email_send: () => Effect.void }), {
            completed: 0,
            failed: 0,
            lost: 0
          })
          yield* at(leaseOf("email_send"))
          assert.deepStrictEqual(yield* work({ email_send: () => Effect.void }), {
            completed: 1,
            failed: 0,
            lost: 0
          })
          assert.deepInclude(yield* findJob(id), { status: "completed", attempts: 2 })
        })
    )

    it.effect("a job that kills every worker has failed after max_attempts (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued({ maxAttempts: 3 })
        for (const attempt of [1, 2, 3]) {
          assert.deepInclude(yield* takeAndDie("email_send"), { status: "running", attempts: attempt })
          yield* TestClock.adjust(leaseOf("email_send"))
        }
        assert.deepStrictEqual(yield* work({ email_send: () => Effect.void }), {
          completed: 0,
          failed: 1,
          lost: 0
        })
        assert.deepInclude(yield* findJob(id), { status: "failed", attempts: 3, lastError: "worker_lost" })
      })
    )

    it.effect(
      "a worker that was thought dead does not overwrite what another one did meanwhile (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const id = yield* enqueued()
          const [begun, wake] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
          const stuck = () =>
            Effect.uninterruptible(
              Effect.andThen(
                Deferred.succeed(begun, undefined),
                Effect.andThen(Deferred.await(wake), Effect.fail("too late"))
              )
            )
          const sleeper = yield* Effect.forkChild(work({ email_send: stuck }))
          yield* Deferred.await(begun)
          yield* TestClock.adjust(leaseOf("email_send"))
          assert.deepInclude(yield* work({ email_send: () => Effect.void }), { completed: 1 })
          yield* Deferred.succeed(wake, undefined)
          assert.deepStrictEqual(yield* Fiber.join(sleeper), { completed: 0, failed: 0, lost: 1 })
          assert.deepInclude(yield* findJob(id), { status: "completed", attempts: 2 })
        })
    )

    it.effect("a worker that is told to stop gives its job back at once (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued()
        const begun = yield* Deferred.make<void>()
        const worker = yield* Effect.forkChild(
          work({ email_send: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never) })
        )
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(worker)
        assert.deepInclude(yield* findJob(id), {
          status: "pending",
          attempts: 1,
          runAt: start,
          lastError: "interrupted"
        })
        assert.deepInclude(yield* work({ email_send: () => Effect.void }), { completed: 1 })
      })
    )

    it.effect(
      "a worker that runs takes what comes, every time it looks, and survives what fails (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const done = yield* Ref.make<ReadonlyArray<JobId>>([])
          const handler = ({ id, payload }: { readonly id: JobId; readonly payload: object }) =>
            "bad" in payload ? Effect.die("bug") : Ref.update(done, (before) => [...before, id])
          const workers = yield* JobWorkers
          const running = yield* Effect.forkChild(
            workers.run({ email_send: handler }, { concurrency: 2, pollEvery: "1 second" })
          )
          const ids: Array<JobId> = []
          for (const payload of [{}, { bad: true }, {}]) {
            const id = yield* enqueued({ payload })
            ids.push(id)
            yield* secondsUntil(
              Effect.map(findJob(id), ({ attempts, status }) => attempts > 0 && status !== "running")
            )
          }
          yield* Fiber.interrupt(running)
          assert.sameMembers([...(yield* Ref.get(done))], [ids[0]!, ids[2]!])
        })
    )

    it.effect("completed jobs are forgotten after thirty days, to the millisecond (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const workers = yield* JobWorkers
        const id = yield* enqueued({ kind: "xp_calculation" })
        yield* work({ xp_calculation: () => Effect.void })
        yield* at(Duration.toMillis("30 days"))
        yield* workers.forgetFinished
        assert.isTrue((yield* allJobs()).some((job) => job.id === id))
        yield* at(Duration.toMillis("30 days") + 1)
        yield* workers.forgetFinished
        assert.isFalse((yield* allJobs()).some((job) => job.id === id))
      })
    )
  })

  it.layer(jobsOn(layer), { timeout: "60 seconds" })(`Schedules on ${adapter}`, (it) => {
    it.effect(
      "sixteen machines that tick at once, twice, make one job per schedule and tick; each has one effect (OPS-4)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const { counts, work: doing } = yield* counting
          const machine = Effect.gen(function* () {
            const workers = yield* JobWorkers
            for (const _ of ["once", "twice"]) {
              yield* workers.tick
              yield* workers.runDue({ schedule: scheduleHandler(doing) })
            }
          }).pipe(Effect.provide(JobWorkers.layer, { local: true }))
          yield* Effect.forEach(Array.range(1, 16), () => machine, { concurrency: 16 })
          const once = Object.fromEntries(Object.keys(schedules).map((name) => [name, 1]))
          assert.deepStrictEqual(yield* Ref.get(counts), once)
          assert.strictEqual((yield* allJobs({ kind: "schedule" })).length, Object.keys(schedules).length)
        })
    )

    it.effect(
      "the next tick is another job, at its very instant; ticks that were slept through are made up by the latest (OPS-4)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const workers = yield* JobWorkers
          yield* workers.tick
          const known = Effect.map(allJobs({ kind: "schedule" }), (jobs) =>
            jobs.map(({ dedupeId }) => dedupeId)
          )
          const before = yield* known
          yield* at(59_999)
          yield* workers.tick
          assert.sameMembers([...(yield* known)], [...before])
          yield* at(60_000)
          yield* workers.tick
          assert.sameMembers(
            [...(yield* known)],
            [...before, ...everyMinute.map((name) => `schedule:${name}:2026-03-02T10:01:00.000Z`)]
          )
          yield* at(Duration.toMillis("1 hour"))
          yield* workers.tick
          const added = (yield* known).filter((id) => !before.includes(id) && !id?.includes("10:01"))
          assert.sameMembers(added, [
            ...everyMinute.map((name) => `schedule:${name}:2026-03-02T11:00:00.000Z`),
            "schedule:sweep_entitlements:2026-03-02T11:00:00.000Z",
            "schedule:sweep_role_assignments:2026-03-02T11:00:00.000Z",
            "schedule:forget_idempotency_keys:2026-03-02T10:17:00.000Z"
          ])
        })
    )

    it.effect("keeping time ticks by itself, again and again (OPS-4)", () =>
      Effect.gen(function* () {
        yield* beginning
        yield* at(Duration.toMillis("1 day"))
        const workers = yield* JobWorkers
        const keeping = yield* Effect.forkChild(workers.keepTime("10 seconds"))
        const deliveries = Effect.map(allJobs({ kind: "schedule" }), (jobs) =>
          jobs.filter(({ dedupeId }) => dedupeId?.startsWith("schedule:deliver_outbox:2026-03-03"))
        )
        yield* secondsUntil(Effect.map(deliveries, (found) => found.length === 2))
        yield* Fiber.interrupt(keeping)
      })
    )

    it.effect("a schedule whose work fails is tried again, and the others go on (OPS-4)", () =>
      Effect.gen(function* () {
        yield* beginning
        yield* at(Duration.toMillis("2 days"))
        const workers = yield* JobWorkers
        const { counts, work: doing } = yield* counting
        const failing = { ...doing, sweep_entitlements: Effect.fail("database away") }
        yield* workers.tick
        const worked = yield* workers.runDue({ schedule: scheduleHandler(failing) })
        assert.deepStrictEqual(worked, { completed: Object.keys(schedules).length - 1, failed: 1, lost: 0 })
        yield* TestClock.adjust("10 seconds")
        yield* workers.runDue({ schedule: scheduleHandler(doing) })
        assert.strictEqual((yield* Ref.get(counts))["sweep_entitlements"], 1)
      })
    )
  })
}
