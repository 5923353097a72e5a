/** The kinds of jobs, and how patient the queue is with each. Source: OPS-3. */
import { Duration, Schema } from "effect"

export const JobKind = Schema.Literals([
  "email_send",
  "video_process",
  "webhook_call",
  "xp_calculation",
  "schedule"
]).annotate({
  identifier: "JobKind"
})
export type JobKind = typeof JobKind.Type

export interface Patience {
  /** Tries in all, unless the job says otherwise. */
  readonly maxAttempts: number
  /** The wait after the first failure; it doubles with each further one. */
  readonly firstDelay: Duration.Duration
  readonly longestDelay: Duration.Duration
  /** A try that takes longer is interrupted and has failed. */
  readonly timeLimit: Duration.Duration
}

export const kinds: Readonly<Record<JobKind, Patience>> = {
  email_send: {
    maxAttempts: 10,
    firstDelay: Duration.seconds(30),
    longestDelay: Duration.hours(1),
    timeLimit: Duration.seconds(30)
  },
  video_process: {
    maxAttempts: 10,
    firstDelay: Duration.minutes(1),
    longestDelay: Duration.hours(1),
    timeLimit: Duration.minutes(10)
  },
  // Its tries span more than a day, so that one event alone can show that a receiver is gone (OPS-5).
  webhook_call: {
    maxAttempts: 18,
    firstDelay: Duration.seconds(10),
    longestDelay: Duration.hours(6),
    timeLimit: Duration.seconds(30)
  },
  xp_calculation: {
    maxAttempts: 10,
    firstDelay: Duration.seconds(5),
    longestDelay: Duration.minutes(15),
    timeLimit: Duration.minutes(5)
  },
  // The next tick does what this one could not.
  schedule: {
    maxAttempts: 5,
    firstDelay: Duration.seconds(10),
    longestDelay: Duration.minutes(10),
    timeLimit: Duration.minutes(15)
  }
}

/** Time a worker has, beyond the time limit, to write down what became of a job before others may take it. */
export const grace = Duration.seconds(30)
