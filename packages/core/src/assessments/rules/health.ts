/** The one verdict over assessments, and what led to it. Source: ASM-26, OPS-17. */
import { DateTime } from "effect"
import type { HealthFigures, HealthReason, HealthReport, Latency } from "../model/index.ts"

/** Of starting and of submitting: target, alert and critical threshold of their p95, in milliseconds. */
export const latencyObjective = { targetMillis: 500, alertMillis: 450, criticalMillis: 750 } as const

/** Fewer requests say nothing about how slow or how confused they are (OPS-7). */
const fewestRequests = 100
/** The sweep runs every minute: what is over for longer, it does not reach. */
const overdueMinutes = { warning: 5, critical: 60 } as const
const queueDays = { warning: 7, critical: 30 } as const
/** Percent of starts and submissions whose idempotency key had come with another input. */
const collisionPercent = 1

type Found = HealthReason["level"] | undefined

const slow = ({ alertMillis, count, criticalMillis, p95Millis }: Latency): Found =>
  count < fewestRequests || p95Millis === undefined || p95Millis <= alertMillis
    ? undefined
    : p95Millis > criticalMillis
      ? "CRITICAL"
      : "WARNING"

/** How bad it is that something has waited since an instant, by two limits in milliseconds, both still fine. */
const waited = (
  since: DateTime.Utc | undefined,
  at: DateTime.Utc,
  limits: { readonly warning: number; readonly critical: number }
): Found => {
  const millis = since === undefined ? 0 : DateTime.toEpochMillis(at) - DateTime.toEpochMillis(since)
  return millis > limits.critical ? "CRITICAL" : millis > limits.warning ? "WARNING" : undefined
}

const times = ({ critical, warning }: typeof overdueMinutes | typeof queueDays, millis: number) => ({
  warning: warning * millis,
  critical: critical * millis
})

/** Every rule of the verdict, in the order in which its reasons are told. */
const judgements: ReadonlyArray<
  readonly [HealthReason["reason"], (figures: HealthFigures) => HealthReason["level"] | undefined]
> = [
  ["snapshots_corrupt", ({ snapshots }) => (snapshots.corrupt > 0 ? "CRITICAL" : undefined)],
  [
    "attempts_overdue",
    ({ at, overdue }) => waited(overdue.oldestDeadline, at, times(overdueMinutes, 60_000))
  ],
  ["review_queue_old", ({ at, reviewQueue }) => waited(reviewQueue.oldest, at, times(queueDays, 86_400_000))],
  ["start_slow", ({ start }) => slow(start)],
  ["submit_slow", ({ submit }) => slow(submit)],
  [
    "idempotency_collisions",
    ({ idempotencyCollisions, start, submit }) => {
      const requests = start.count + submit.count
      return requests >= fewestRequests && idempotencyCollisions * 100 > requests * collisionPercent
        ? "WARNING"
        : undefined
    }
  ]
]

/** The report: the worst of its reasons is the verdict. */
export const reportOf = (figures: HealthFigures): HealthReport => {
  const reasons = judgements.flatMap(([reason, judge]): ReadonlyArray<HealthReason> => {
    const level = judge(figures)
    return level === undefined ? [] : [{ level, reason }]
  })
  const verdict = reasons.some(({ level }) => level === "CRITICAL")
    ? "CRITICAL"
    : reasons.length > 0
      ? "WARNING"
      : "HEALTHY"
  return { verdict, reasons, ...figures }
}
