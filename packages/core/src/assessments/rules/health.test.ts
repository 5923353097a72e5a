import { assert, describe, it } from "@effect/vitest"
import { at, noon } from "../../../test/assessments/all.ts"
import type { HealthFigures } from "../model/index.ts"
import { latencyObjective, reportOf } from "./health.ts"

const quiet: HealthFigures = {
  at: noon,
  attempts: [{ status: "graded", count: 12 }],
  overdue: { count: 0 },
  reviewQueue: { waiting: 0 },
  start: { count: 0, ...latencyObjective },
  submit: { count: 0, ...latencyObjective },
  idempotencyCollisions: 0,
  snapshots: { checked: 12, corrupt: 0 }
}
const reasons = (figures: Partial<HealthFigures>) =>
  reportOf({ ...quiet, ...figures }).reasons.map(({ level, reason }) => `${level} ${reason}`)
const measured = (p95Millis: number, count = 100) => ({ count, p95Millis, ...latencyObjective })
const minutes = (count: number, millis = 0) => at(-count * 60_000 - millis)

describe("the health of assessments", () => {
  it("is HEALTHY without a reason, and tells the figures as they are (ASM-26)", () =>
    assert.deepStrictEqual(reportOf(quiet), { verdict: "HEALTHY", reasons: [], ...quiet }))

  it("is CRITICAL for one corrupt snapshot (ASM-26, ASM-8)", () =>
    assert.deepStrictEqual(reasons({ snapshots: { checked: 9, corrupt: 1 } }), [
      "CRITICAL snapshots_corrupt"
    ]))

  it("warns of attempts overdue for more than 5 minutes; more than an hour is critical (ASM-26)", () => {
    const overdue = (oldestDeadline: HealthFigures["at"]) =>
      reasons({ overdue: { count: 1, oldestDeadline } })
    assert.deepStrictEqual(overdue(minutes(5)), [])
    assert.deepStrictEqual(overdue(minutes(5, 1)), ["WARNING attempts_overdue"])
    assert.deepStrictEqual(overdue(minutes(60)), ["WARNING attempts_overdue"])
    assert.deepStrictEqual(overdue(minutes(60, 1)), ["CRITICAL attempts_overdue"])
  })

  it("warns of a queue that waits for more than a week; more than 30 days is critical (ASM-26)", () => {
    const waiting = (oldest: HealthFigures["at"]) => reasons({ reviewQueue: { waiting: 1, oldest } })
    const day = 24 * 60
    assert.deepStrictEqual(waiting(minutes(7 * day)), [])
    assert.deepStrictEqual(waiting(minutes(7 * day, 1)), ["WARNING review_queue_old"])
    assert.deepStrictEqual(waiting(minutes(30 * day)), ["WARNING review_queue_old"])
    assert.deepStrictEqual(waiting(minutes(30 * day, 1)), ["CRITICAL review_queue_old"])
  })

  it("holds starts and submissions to 450 ms and 750 ms, from 100 requests on (ASM-26)", () => {
    for (const [name, reason] of [
      ["start", "start_slow"],
      ["submit", "submit_slow"]
    ] as const) {
      assert.deepStrictEqual(reasons({ [name]: measured(450) }), [])
      assert.deepStrictEqual(reasons({ [name]: measured(500) }), [`WARNING ${reason}`])
      assert.deepStrictEqual(reasons({ [name]: measured(750) }), [`WARNING ${reason}`])
      assert.deepStrictEqual(reasons({ [name]: measured(751) }), [`CRITICAL ${reason}`])
      assert.deepStrictEqual(reasons({ [name]: measured(10_000, 99) }), [])
    }
  })

  it("warns of idempotency keys with another input above one of a hundred requests (ASM-26)", () => {
    const collisions = (idempotencyCollisions: number, start: number, submit: number) =>
      reasons({ idempotencyCollisions, start: measured(1, start), submit: measured(1, submit) })
    assert.deepStrictEqual(collisions(1, 60, 40), [])
    assert.deepStrictEqual(collisions(2, 60, 40), ["WARNING idempotency_collisions"])
    assert.deepStrictEqual(collisions(99, 60, 39), [])
  })

  it("is as bad as the worst reason, and tells all of them (ASM-26)", () => {
    const { reasons: told, verdict } = reportOf({
      ...quiet,
      snapshots: { checked: 1, corrupt: 1 },
      submit: measured(500)
    })
    assert.deepStrictEqual(
      [verdict, told.map(({ reason }) => reason)],
      ["CRITICAL", ["snapshots_corrupt", "submit_slow"]]
    )
    assert.strictEqual(reportOf({ ...quiet, submit: measured(500) }).verdict, "WARNING")
  })
})
