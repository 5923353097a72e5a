/** How often one address may look. Source: CRT-6. */
import { DateTime, Duration, Option, Result } from "effect"
import type { Instant } from "../../shared/instant.ts"
import { VerificationLimited } from "../errors.ts"

/** So many within the window, which moves with the clock. */
export const verificationLimit = { count: 100, window: Duration.hours(1) } as const

/** Calls at or before this instant do not count any more. */
export const windowStart = (now: Instant): Instant => DateTime.subtractDuration(now, verificationLimit.window)

/**
 * Whether another call fits, `counted` being those that were let through after `windowStart`, newest first. Refused ones
 * are not among them: whoever waits as long as told is let in.
 */
export const admit = (
  counted: ReadonlyArray<Instant>,
  now: Instant
): Result.Result<void, VerificationLimited> =>
  Option.match(Option.fromUndefinedOr(counted[verificationLimit.count - 1]), {
    onNone: () => Result.void,
    onSome: (first) => {
      const free = DateTime.addDuration(first, verificationLimit.window)
      const seconds = Math.ceil(Duration.toMillis(DateTime.distance(now, free)) / 1000)
      return Result.fail(new VerificationLimited({ retryAfterSeconds: Math.max(1, seconds) }))
    }
  })
