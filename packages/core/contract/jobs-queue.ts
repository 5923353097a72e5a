/** Laws of the queue. Source: OPS-3. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import * as fc from "fast-check"
import { Job, JobId, JobKind, type PendingJob } from "../src/jobs/index.ts"
import { QueuedJobs } from "../src/jobs/ports.ts"
import * as rules from "../src/jobs/rules.ts"
import { newId } from "../src/shared/id.ts"
import type { Adapter } from "./ground.ts"
import {
  allJobs,
  at,
  beginning,
  enqueue,
  enqueued,
  findJob,
  inTransaction,
  jobsOn,
  later,
  start,
  takeAndDie,
  work
} from "./jobs-ground.ts"
import { anyJson, samples, unique } from "./samples.ts"

const freshId = SecureRandom.SecureRandom.use((random) => newId(JobId, random))

const anyInstant = fc
  .date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true })
  .map((date) => DateTime.makeUnsafe(date))

/** A job in each status, of generated values. */
const anyJob = fc.record({
  kind: fc.constantFrom(...JobKind.literals),
  payload: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    anyJson.filter((json) => json !== null),
    { maxKeys: 4 }
  ),
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  runAt: anyInstant,
  now: anyInstant,
  jitter: fc.double({ min: 0, max: 1, noNaN: true })
})

export const queueContract = (adapter: string, layer: Adapter) =>
  it.layer(jobsOn(layer), { timeout: "60 seconds" })(`The queue of jobs on ${adapter}`, (it) => {
    it.effect("gives back whatever the model allows, in every status (OPS-3)", () =>
      Effect.gen(function* () {
        const jobs = yield* QueuedJobs
        for (const { jitter, kind, maxAttempts, now, payload, runAt } of samples(anyJob, 60)) {
          const pending = rules.enqueue(
            { kind, payload, maxAttempts, runAt, dedupeId: unique("any") },
            yield* freshId,
            now
          )
          yield* inTransaction(jobs.insert(pending))
          const running = rules.take(pending, now)
          if (running.status !== "running") return assert.fail("a new job has tries")
          const states: ReadonlyArray<Job> = [
            pending,
            running,
            rules.fail(running, { error: "flaky", jitter, now }),
            rules.complete(running, now),
            rules.fail({ ...running, attempts: maxAttempts }, { error: "flaky", jitter, now })
          ]
          for (const state of states) {
            yield* inTransaction(jobs.update(state))
            assert.deepStrictEqual(yield* findJob(state.id), state)
          }
        }
      })
    )

    it.effect("a job that is enqueued in a command that fails is not there (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const dedupeId = unique("rolled-back")
        yield* Effect.exit(
          inTransaction(Effect.andThen(enqueue({ dedupeId }), Effect.die("the command fails")))
        )
        assert.isFalse((yield* allJobs()).some((job) => job.dedupeId === dedupeId))
        assert.isTrue(Option.isSome(yield* enqueue({ dedupeId })), "so its id is free")
      })
    )

    it.effect(
      "a job is pending, due at once, with the tries of its kind, unless it says otherwise (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const plain = yield* findJob(yield* enqueued({ kind: "xp_calculation" }))
          assert.deepInclude(plain, {
            status: "pending",
            attempts: 0,
            maxAttempts: 10,
            runAt: start,
            createdAt: start
          })
          const special = yield* findJob(yield* enqueued({ runAt: later(5), maxAttempts: 1 }))
          assert.deepInclude(special, { runAt: later(5), maxAttempts: 1 })
        })
    )

    it.effect("an id that is known enqueues nothing, also when its job is long completed (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const dedupeId = unique("once")
        const id = yield* enqueued({ dedupeId, payload: { n: 1 } })
        assert.isTrue(Option.isNone(yield* enqueue({ dedupeId, payload: { n: 2 } })))
        yield* work({ email_send: () => Effect.void })
        assert.isTrue(Option.isNone(yield* enqueue({ dedupeId, kind: "video_process" })))
        assert.deepInclude(yield* findJob(id), { status: "completed", payload: { n: 1 } })
        assert.strictEqual((yield* allJobs()).filter((job) => job.dedupeId === dedupeId).length, 1)
      })
    )

    it.effect("of sixty-four that enqueue one id at once, one does (OPS-3, KER-21)", () =>
      Effect.gen(function* () {
        yield* beginning
        const dedupeId = unique("race")
        const ids = yield* Effect.forEach(Array.range(1, 64), () => enqueue({ dedupeId }), {
          concurrency: "unbounded"
        })
        assert.strictEqual(ids.filter(Option.isSome).length, 1)
        assert.strictEqual((yield* allJobs()).filter((job) => job.dedupeId === dedupeId).length, 1)
      })
    )

    it.effect("a known id leaves the rest of the command as it is (OPS-3)", () =>
      Effect.gen(function* () {
        yield* beginning
        const dedupeId = unique("known")
        yield* enqueue({ dedupeId })
        const [first, second] = yield* inTransaction(
          Effect.all([enqueue({ payload: { n: 1 } }), enqueue({ dedupeId }), enqueue({ payload: { n: 2 } })])
        ).pipe(Effect.map(([one, known, two]) => [one, two, assert.isTrue(Option.isNone(known))] as const))
        assert.isTrue(Option.isSome(first) && Option.isSome(second))
      })
    )

    it.effect("a job is due at its instant, not a millisecond before (OPS-3, KER-2)", () =>
      Effect.gen(function* () {
        yield* beginning
        const id = yield* enqueued({ runAt: later(1000) })
        yield* at(999)
        assert.isUndefined(yield* takeAndDie("email_send"))
        yield* at(1000)
        assert.strictEqual((yield* takeAndDie("email_send"))?.id, id)
      })
    )

    it.effect(
      "what is due longest comes first, and of one instant what was enqueued first; kinds do not mix (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const third = yield* enqueued({ runAt: later(2) })
          const first = yield* enqueued({ runAt: later(1) })
          const second = yield* enqueued({ runAt: later(1) })
          const other = yield* enqueued({ kind: "video_process" })
          yield* at(10)
          const order = yield* Effect.forEach([1, 2, 3, 4], () => takeAndDie("email_send"))
          assert.deepStrictEqual(
            order.map((job) => job?.id),
            [first, second, third, undefined]
          )
          assert.strictEqual((yield* takeAndDie("video_process"))?.id, other)
        })
    )

    it.effect("lists are newest first, by status and by kind, each job once (OPS-3, KER-24)", () =>
      Effect.gen(function* () {
        yield* beginning
        const jobs = yield* QueuedJobs
        const kind = "xp_calculation"
        const ids = yield* Effect.forEach(Array.range(1, 7), () => enqueued({ kind }))
        yield* takeAndDie(kind)
        const paged: Array<JobId> = []
        for (let after: JobId | undefined; ;) {
          const page = yield* jobs.list(
            { kind, status: "pending" },
            Option.map(Option.fromNullishOr(after), (id) => [id]),
            2
          )
          paged.push(...page.map(({ id }) => id))
          if (page.length < 2) break
          after = page.at(-1)?.id
        }
        assert.deepStrictEqual(paged, ids.slice(1).reverse())
        assert.deepStrictEqual(
          (yield* jobs.list({ kind, status: "running" }, Option.none(), 9)).map(({ id }) => id),
          ids.slice(0, 1)
        )
      })
    )

    it.effect(
      "forgets what was completed before an instant, so many at once, oldest first, and nothing else (OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* beginning
          const jobs = yield* QueuedJobs
          const completeAt = Effect.fnUntraced(function* (milliseconds: number) {
            const id = yield* enqueued()
            yield* at(milliseconds)
            yield* work({ email_send: () => Effect.void })
            return id
          })
          yield* inTransaction(jobs.forgetCompletedBefore(later(9), 10_000))
          const ids = yield* Effect.forEach([10, 20, 30, 40], completeAt)
          const failing = yield* enqueued({ maxAttempts: 1, kind: "video_process" })
          yield* work({ video_process: () => Effect.fail("no") })
          const pending: PendingJob["id"] = yield* enqueued({ kind: "xp_calculation" })
          const left = Effect.map(allJobs(), (found) => found.map(({ id }) => id))
          assert.strictEqual(yield* inTransaction(jobs.forgetCompletedBefore(later(40), 2)), 2)
          assert.includeMembers([...(yield* left)], ids.slice(2))
          assert.strictEqual(yield* inTransaction(jobs.forgetCompletedBefore(later(40), 2)), 1)
          assert.strictEqual(yield* inTransaction(jobs.forgetCompletedBefore(later(40), 2)), 0)
          const rest = yield* left
          assert.includeMembers([...rest], [...ids.slice(3), failing, pending])
          assert.notIncludeMembers([...rest], ids.slice(0, 3))
        })
    )
  })
