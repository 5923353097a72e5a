/** How assessments are doing, for operators. Source: ASM-8, ASM-26, ASM-27. */
import { Context, DateTime, Effect, Layer, Option, Result } from "effect"
import { requirePermission } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import type { Methods } from "../../shared/operation.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { type Timing, timingOf } from "../../shared/timings.ts"
import { SubmitGrace } from "../config.ts"
import { type Attempt, AttemptId } from "../model/index.ts"
import { healthOperations } from "../operations/figures.ts"
import { AttemptStore, AttemptTotals, ReviewClaims } from "../ports.ts"
import { latencyObjective, reportOf } from "../rules/health.ts"
import { integrity } from "./keeping.ts"
import { selfTests } from "./selftest.ts"

/** Whose content a report looks at. */
const newestChecked = 100
const byId = orderBy("attempts, newest first, for their content", [AttemptId])

const latencyOf = ({ count, p95Millis }: Timing) => ({
  count,
  ...(p95Millis !== undefined && { p95Millis }),
  ...latencyObjective
})

export class AssessmentHealth extends Context.Service<AssessmentHealth, Methods<typeof healthOperations>>()(
  "lyceum/assessments/AssessmentHealth"
) {
  static readonly layer = Layer.effect(
    AssessmentHealth,
    Effect.gen(function* () {
      const attempts = yield* AttemptStore
      const totals = yield* AttemptTotals
      const claims = yield* ReviewClaims
      const door = yield* Door
      const intact = yield* integrity
      const graceMillis = yield* SubmitGrace
      const selfTest = yield* selfTests

      const read = (after: Parameters<typeof attempts.list>[1]["after"], count: number) =>
        attempts.list({}, { after, count })
      const isCorrupt = (attempt: Attempt) => Effect.map(Effect.result(intact(attempt)), Result.isFailure)

      return AssessmentHealth.of({
        report: door.query(
          healthOperations.report,
          Effect.fnUntraced(function* (_input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.view"))
            const noLonger = DateTime.subtract(now, { milliseconds: graceMillis })
            const overdue = yield* totals.overdue(noLonger)
            const queue = yield* claims.progress({}, { now, since: now })
            const [start, submit] = [yield* timingOf("attempts.start"), yield* timingOf("attempts.submit")]
            const newest = yield* read(Option.none(), newestChecked)
            const corrupt = yield* Effect.filter(newest, isCorrupt)
            const { oldestDeadline } = overdue
            return reportOf({
              at: now,
              attempts: (yield* totals.byStatus).toSorted((a, b) => (a.status < b.status ? -1 : 1)),
              overdue: {
                count: overdue.count,
                ...(Option.isSome(oldestDeadline) && { oldestDeadline: oldestDeadline.value })
              },
              reviewQueue: {
                waiting: queue.waiting,
                ...(Option.isSome(queue.oldest) && { oldest: queue.oldest.value })
              },
              start: latencyOf(start),
              submit: latencyOf(submit),
              idempotencyCollisions: start.reusedKeys + submit.reusedKeys,
              snapshots: { checked: newest.length, corrupt: corrupt.length }
            })
          })
        ),

        detectCorruption: door.query(
          healthOperations.detectCorruption,
          Effect.fnUntraced(function* (request, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.view"))
            const { items, ...rest } = yield* paginate(byId, request, read, ({ id }) => [id])
            const corrupt = yield* Effect.filter(items, isCorrupt)
            return { checked: items.length, items: corrupt.map(({ id }) => id), ...rest }
          })
        ),

        selfTest: door.command(
          healthOperations.selfTest,
          Effect.fnUntraced(function* (_input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const checks = yield* selfTest(me.actor, now)
            return { passed: checks.every(({ outcome }) => outcome !== "failed"), checks }
          })
        )
      })
    })
  )
}
