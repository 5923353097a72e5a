import { assert, describe, it } from "@effect/vitest"
import { Cron, DateTime, Duration, Result } from "effect"
import * as fc from "fast-check"
import { kinds } from "./kinds.ts"
import { type Job, JobId, JobKind, type PendingJob, type RunningJob } from "./model.ts"
import * as rules from "./rules.ts"
import { crons, schedules } from "./schedules.ts"

const id = JobId.make("00000000-0000-7000-8000-000000000001")
const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
const later = (milliseconds: number) => DateTime.add(start, { milliseconds })
const millis = DateTime.toEpochMillis

const anyKind = fc.constantFrom(...JobKind.literals)
const anyPending = fc
  .record({
    kind: anyKind,
    maxAttempts: fc.integer({ min: 1, max: 100 }),
    delay: fc.integer({ min: 0, max: 10 ** 9 })
  })
  .map(({ delay, kind, maxAttempts }) =>
    rules.enqueue({ kind, payload: { n: 1 }, maxAttempts, runAt: later(delay) }, id, start)
  )

const running = (job: PendingJob | RunningJob, now = start): RunningJob => {
  const taken = rules.take(job, now)
  if (taken.status !== "running") throw new Error("its tries are used up")
  return taken
}

/** What may happen to a job: each act answers the next state, or undefined where it is refused. */
const acts: Readonly<Record<string, (job: Job, jitter: number) => Job | undefined>> = {
  take: (job) => (job.status === "pending" || job.status === "running" ? rules.take(job, start) : undefined),
  complete: (job) => (job.status === "running" ? rules.complete(job, start) : undefined),
  fail: (job, jitter) =>
    job.status === "running" ? rules.fail(job, { error: "no", jitter, now: start }) : undefined,
  release: (job) => (job.status === "running" ? rules.release(job, start) : undefined),
  replay: (job) => Result.getOrUndefined(rules.replay(job, start))?.state,
  cancel: (job) => Result.getOrUndefined(rules.cancel(job, start))?.state
}

describe("a job", () => {
  it("moves only along its table, and every move of the table is made (OPS-3)", () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        anyPending,
        fc.array(
          fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.double({ min: 0, max: 1, noNaN: true })),
          { maxLength: 30 }
        ),
        (first, steps) => {
          let job: Job = { ...first, maxAttempts: Math.min(first.maxAttempts, 4) }
          for (const [act, jitter] of steps) {
            const next = acts[act]!(job, jitter)
            if (next === undefined) continue
            assert.include([...rules.transitions[job.status]], next.status, `${act} of a ${job.status} job`)
            seen.add(`${job.status} ${next.status}`)
            job = next
          }
        }
      ),
      { numRuns: 300, seed: 1 }
    )
    const table = Object.entries(rules.transitions).flatMap(([from, all]) => all.map((to) => `${from} ${to}`))
    assert.sameMembers([...seen], table)
  })

  it("is begun at most max_attempts times between two replays, whatever happens to it (OPS-3)", () => {
    fc.assert(
      fc.property(
        anyPending,
        fc.array(fc.constantFrom("fail", "release", "crash"), { minLength: 150, maxLength: 150 }),
        (first, ends) => {
          let [job, begun]: [Job, number] = [first, 0]
          for (const end of ends) {
            if (job.status !== "pending" && job.status !== "running") break
            const taken: Job = rules.take(job, start)
            if (taken.status === "running") begun += 1
            job = taken.status !== "running" || end === "crash" ? taken : acts[end]!(taken, 0)!
          }
          assert.strictEqual(begun, first.maxAttempts)
          assert.strictEqual(job.status, "failed")
        }
      )
    )
  })

  it("keeps what it is about through every change (OPS-3)", () => {
    fc.assert(
      fc.property(
        anyPending,
        fc.array(fc.constantFrom(...Object.keys(acts)), { maxLength: 20 }),
        (first, steps) => {
          const job = steps.reduce<Job>((before, act) => acts[act]!(before, 0.5) ?? before, first)
          const { createdAt, kind, maxAttempts, payload } = first
          assert.deepInclude(job, { id, kind, payload, maxAttempts, createdAt })
        }
      )
    )
  })

  it("waits twice as long after each failure, up to the longest wait of its kind, less at most a quarter (OPS-3)", () => {
    fc.assert(
      fc.property(
        anyKind,
        fc.integer({ min: 1, max: 99 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (kind, attempts, jitter) => {
          const job = {
            ...running(rules.enqueue({ kind, payload: {}, maxAttempts: 100 }, id, start)),
            attempts
          }
          const failed = rules.fail(job, { error: "no", jitter, now: later(7) })
          if (failed.status !== "pending") return assert.fail("it has tries left")
          const { firstDelay, longestDelay } = kinds[kind]
          const full = Math.min(
            Duration.toMillis(firstDelay) * 2 ** (attempts - 1),
            Duration.toMillis(longestDelay)
          )
          const wait = millis(failed.runAt) - millis(later(7))
          assert.isAtMost(wait, full)
          assert.isAtLeast(wait, Math.floor(full * 0.75))
        }
      )
    )
  })

  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [7, 1920],
    [8, 3600],
    [9, 3600]
  ])("an e-mail that failed for the %i. time waits %i seconds (OPS-3)", (attempts, seconds) => {
    const job = { ...running(rules.enqueue({ kind: "email_send", payload: {} }, id, start)), attempts }
    const failed = rules.fail(job, { error: "no", jitter: 0, now: start })
    assert.deepInclude(failed, { status: "pending", runAt: later(seconds * 1000), lastError: "no" })
  })

  it("has failed at its last try, not before (OPS-3)", () => {
    const job = running(rules.enqueue({ kind: "email_send", payload: {}, maxAttempts: 3 }, id, start))
    const statusAt = (attempts: number) =>
      rules.fail({ ...job, attempts }, { error: "no", jitter: 0, now: start }).status
    assert.deepStrictEqual([1, 2, 3].map(statusAt), ["pending", "pending", "failed"])
  })

  it("is its worker's for the time limit of its kind and half a minute (OPS-3)", () => {
    const job = running(rules.enqueue({ kind: "video_process", payload: {} }, id, start), later(5))
    assert.deepStrictEqual(job.leaseEndsAt, later(5 + 630_000))
  })

  it("belongs to who took it last (OPS-3)", () => {
    const first = running(rules.enqueue({ kind: "email_send", payload: {} }, id, start))
    const second = running(first, later(60_000))
    assert.isTrue(rules.isHeldBy(first, first))
    assert.isFalse(rules.isHeldBy(second, first))
    assert.isFalse(rules.isHeldBy(rules.complete(second, start), second))
    const replayed = running({ ...rules.enqueue({ kind: "email_send", payload: {} }, id, start) }, later(1))
    assert.isFalse(rules.isHeldBy(replayed, first), "the same try, begun at another time")
    const given = rules.release(first, start)
    if (given.status !== "pending") return assert.fail("it has tries left")
    assert.isFalse(rules.isHeldBy(running(given), first), "another try, begun at the same time")
  })

  it("webhook calls go on for more than a day, even when every wait is cut shortest (OPS-3, OPS-5)", () => {
    let job = running(rules.enqueue({ kind: "webhook_call", payload: {} }, id, start))
    let now = start
    for (;;) {
      const next = rules.fail(job, { error: "no", jitter: 1, now })
      if (next.status === "failed") break
      now = next.runAt
      job = running(next, now)
    }
    assert.isAbove(millis(now) - millis(start), Duration.toMillis("1 day"))
    assert.strictEqual(job.attempts, kinds.webhook_call.maxAttempts)
  })
})

describe("schedules", () => {
  const everyFiveMinutes = Cron.parseUnsafe("*/5 * * * *", "UTC")
  const tickAt = (milliseconds: number) =>
    rules.tick("sweep_entitlements", everyFiveMinutes, later(milliseconds))

  it("a tick is due at its very instant, and is the same one until the next (OPS-4, KER-2)", () => {
    assert.deepInclude(tickAt(-1), { dedupeId: "schedule:sweep_entitlements:2026-03-02T09:55:00.000Z" })
    const ten = "schedule:sweep_entitlements:2026-03-02T10:00:00.000Z"
    assert.deepInclude(tickAt(0), { dedupeId: ten, runAt: start })
    assert.deepInclude(tickAt(1), { dedupeId: ten })
    assert.deepInclude(tickAt(299_999), { dedupeId: ten })
    assert.deepInclude(tickAt(300_000), { dedupeId: "schedule:sweep_entitlements:2026-03-02T10:05:00.000Z" })
  })

  it("whoever asks between two ticks enqueues the same job, never one of the future (OPS-4)", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        fc.integer({ min: 0, max: 10 ** 11 }),
        ([name, cron], offset) => {
          const now = later(offset)
          const tick = rules.tick(name, cron, now)
          assert.isAtMost(millis(tick.runAt!), millis(now))
          assert.deepStrictEqual(rules.tick(name, cron, tick.runAt!), tick)
          const next = DateTime.makeUnsafe(Cron.next(cron, now))
          assert.deepStrictEqual(rules.tick(name, cron, DateTime.subtract(next, { milliseconds: 1 })), tick)
          assert.notDeepEqual(rules.tick(name, cron, next), tick)
        }
      )
    )
  })

  it("runs what the contexts need as often as they need it (OPS-4)", () => {
    const day = [start, DateTime.add(start, { days: 1 })] as const
    const timesADay = ([, cron]: (typeof crons)[number]) => {
      let count = 0
      for (let at = Cron.next(cron, day[0]); at.getTime() <= millis(day[1]); at = Cron.next(cron, at))
        count += 1
      return count
    }
    assert.deepStrictEqual(Object.fromEntries(crons.map((entry) => [entry[0], timesADay(entry)])), {
      deliver_outbox: 1440,
      sweep_entitlements: 288,
      sweep_role_assignments: 288,
      expire_attempts: 1440,
      tell_published: 1440,
      forget_idempotency_keys: 24,
      rotate_address_salts: 1,
      forget_finished_jobs: 1,
      forget_webhook_deliveries: 1
    })
    assert.lengthOf(crons, Object.keys(schedules).length)
  })

  it("salts are rotated at the beginning of the UTC day (OPS-4, KER-25)", () => {
    const [, cron] = crons.find(([name]) => name === "rotate_address_salts")!
    assert.strictEqual(Cron.next(cron, start).toISOString(), "2026-03-03T00:00:00.000Z")
  })
})
