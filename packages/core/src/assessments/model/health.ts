/** How assessments are doing, and what a deployment proves of itself before a release. Source: ASM-26, ASM-27. */
import { Schema } from "effect"
import { Instant } from "../../shared/instant.ts"

export const Verdict = Schema.Literals(["HEALTHY", "WARNING", "CRITICAL"]).annotate({
  identifier: "HealthVerdict"
})
export type Verdict = typeof Verdict.Type

export const HealthReason = Schema.Struct({
  level: Schema.Literals(["WARNING", "CRITICAL"]),
  reason: Schema.Literals([
    "snapshots_corrupt",
    "attempts_overdue",
    "review_queue_old",
    "start_slow",
    "submit_slow",
    "idempotency_collisions"
  ])
}).annotate({ identifier: "HealthReason" })
export type HealthReason = typeof HealthReason.Type

/** What this process measured since it began, and the thresholds of the objective (OPS-17). */
export const Latency = Schema.Struct({
  count: Schema.Natural,
  /** The upper end of the step of the histogram that holds it; absent while nothing was measured. */
  p95Millis: Schema.optionalKey(Schema.Finite),
  targetMillis: Schema.Int,
  alertMillis: Schema.Int,
  criticalMillis: Schema.Int
}).annotate({ identifier: "CommandLatency" })
export type Latency = typeof Latency.Type

export const StatusCount = Schema.Struct({
  status: Schema.Literals(["in_progress", "submitted", "needs_review", "graded", "abandoned", "expired"]),
  count: Schema.Natural
}).annotate({ identifier: "AttemptStatusCount" })
export type StatusCount = typeof StatusCount.Type

const figures = {
  at: Instant,
  attempts: Schema.Array(StatusCount),
  /** Running by their status, though their deadline and its grace have passed. */
  overdue: Schema.Struct({ count: Schema.Natural, oldestDeadline: Schema.optionalKey(Instant) }),
  reviewQueue: Schema.Struct({ waiting: Schema.Natural, oldest: Schema.optionalKey(Instant) }),
  start: Latency,
  submit: Latency,
  /** Times that this process refused an idempotency key which had come with another input. */
  idempotencyCollisions: Schema.Natural,
  /** Of the newest attempts; `assessments.detect_corruption` goes through all of them. */
  snapshots: Schema.Struct({ checked: Schema.Natural, corrupt: Schema.Natural })
}
const Figures = Schema.Struct(figures)
export type HealthFigures = typeof Figures.Type

export const HealthReport = Schema.Struct({
  verdict: Verdict,
  reasons: Schema.Array(HealthReason),
  ...figures
}).annotate({ identifier: "AssessmentHealth" })
export type HealthReport = typeof HealthReport.Type

export const SelfTestCheck = Schema.Struct({
  check: Schema.String,
  /** `not_there`: what it would check is not built, or not deployed; `skipped`: there is nothing to try it on. */
  outcome: Schema.Literals(["passed", "failed", "skipped", "not_there"]),
  detail: Schema.String
}).annotate({ identifier: "SelfTestCheck" })
export type SelfTestCheck = typeof SelfTestCheck.Type
