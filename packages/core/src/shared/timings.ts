/**
 * How long commands take in this process, and how often an idempotency key came back with another input. Kept as metrics
 * since the process began; what other processes measured is theirs. Source: ASM-26, OPS-17.
 */
import { Duration, Effect, Metric } from "effect"
import { IdempotencyKeyReused } from "./errors.ts"

const duration = Metric.histogram("command_duration_milliseconds", {
  description: "How long commands took, by name",
  // The thresholds of the objectives are steps, so that a figure is on the right side of each of them.
  boundaries: [
    1, 5, 10, 25, 50, 90, 100, 150, 180, 200, 270, 300, 450, 500, 750, 900, 1000, 1500, 2500, 5000, 10_000
  ]
})
const reused = Metric.counter("idempotency_key_reused", {
  description: "Commands refused since their idempotency key had come with another input, by name"
})

/** Measures a command under its name. */
export const timed = (command: string) => {
  const took = Metric.withAttributes(duration, { command })
  const collided = Metric.update(Metric.withAttributes(reused, { command }), 1)
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    effect.pipe(
      Effect.tapError((error) => (error instanceof IdempotencyKeyReused ? collided : Effect.void)),
      Effect.trackDuration(took, Duration.toMillis)
    )
}

export interface Timing {
  readonly count: number
  /** The upper end of the step that holds 95 of 100; the longest time beyond the last step; undefined without any. */
  readonly p95Millis: number | undefined
  readonly reusedKeys: number
}

/** What was measured of a command so far. */
export const timingOf = Effect.fnUntraced(function* (command: string): Effect.fn.Return<Timing> {
  const { buckets, count, max } = yield* Metric.value(Metric.withAttributes(duration, { command }))
  const { count: reusedKeys } = yield* Metric.value(Metric.withAttributes(reused, { command }))
  const step = buckets.find(([, upToHere]) => upToHere >= count * 0.95)
  return {
    count,
    p95Millis: count === 0 ? undefined : step !== undefined && step[0] < Infinity ? step[0] : max,
    reusedKeys: Number(reusedKeys)
  }
})
