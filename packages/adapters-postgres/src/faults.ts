/** What PostgreSQL's errors mean for us: which to try again, and which to tell as unavailability. Source: KER-22, PG-13. */
import { StorageUnavailable } from "@lyceum/core/shared"
import { Cause, Clock, Effect, Random } from "effect"
import { SqlError } from "effect/sql"

/** Our own waiting goes by the clock on the wall, also where a test moves the clock that rules read. */
export const wallClock = Clock.Clock.defaultValue()
export const pause = (milliseconds: number): Effect.Effect<void> =>
  Effect.provideService(Effect.sleep(milliseconds), Clock.Clock, wallClock)

/** The five characters that PostgreSQL gave the error; absent when it never came to an answer. */
export const sqlStateOf = ({ reason }: SqlError.SqlError): string | undefined => {
  const { cause } = reason
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined
}

type Fault = StorageUnavailable["why"] | "ours"

/** By SQLSTATE, as PG-13 lists them. `ours` is a mistake of ours: data, constraint, syntax, permission. */
const faultOf = (error: SqlError.SqlError): Fault => {
  const state = sqlStateOf(error)
  if (error.reason._tag === "ConnectionError") return "unreachable"
  switch (state) {
    case "57P01":
    case "57P02":
    case "57P03":
    case "53300":
      return "unreachable"
    case "40001":
    case "40P01":
    case "55P03":
      return "contended"
    case "57014":
      return "too_slow"
    case "53100":
      return "disk_full"
    default:
      return "ours"
  }
}

/** A lock that was waited for in vain and a statement that took too long are not tried again: it would double the load. */
const isWorthRepeating = (error: SqlError.SqlError): boolean => {
  const fault = faultOf(error)
  return fault === "unreachable" || (fault === "contended" && sqlStateOf(error) !== "55P03")
}

/** Tries after the first: 25, 50, 100, 200, 400 and 800 ms apart, each more or less. */
const repetitions = 6
const firstPauseMillis = 25
/** After this long no further try is begun: who asked waits for an answer. */
const longestMillis = 4000
const retryAfterSeconds = 2

const sqlErrorIn = (cause: Cause.Cause<unknown>): SqlError.SqlError | undefined => {
  const found = cause.reasons
    .map((reason) =>
      Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined
    )
    .filter(SqlError.isSqlError)
  // A lost connection fails the roll-back as well: what was worth repeating before it still is.
  return found.find(isWorthRepeating) ?? found[0]
}

/**
 * Runs `once` until PostgreSQL no longer asks to run it again, a bounded number of times; where it keeps asking, or is at
 * fault otherwise, that is a `StorageUnavailable`. Adapters turn SQL errors into defects, so they are looked for among
 * the defects too. What is a mistake of ours stays as it was.
 */
export const persistently = <A, E, R>(
  once: Effect.Effect<A, E, R>,
  mayRepeat: () => boolean = () => true
): Effect.Effect<A, E, R> => {
  const attempt = (began: number, repetition: number): Effect.Effect<A, E, R> =>
    Effect.catchCause(once, (cause) => {
      const error = sqlErrorIn(cause)
      if (error === undefined || Cause.hasInterrupts(cause)) return Effect.failCause(cause)
      const why = faultOf(error)
      if (why === "ours") return Effect.failCause(cause)
      const isOver = repetition === repetitions || wallClock.currentTimeMillisUnsafe() - began > longestMillis
      if (!isWorthRepeating(error) || !mayRepeat() || isOver) {
        return Effect.die(new StorageUnavailable({ why, retryAfterSeconds, cause: error }))
      }
      return Random.next.pipe(
        Effect.flatMap((jitter) => pause(firstPauseMillis * 2 ** repetition * (0.5 + jitter))),
        Effect.andThen(attempt(began, repetition + 1))
      )
    })
  return Effect.suspend(() => attempt(wallClock.currentTimeMillisUnsafe(), 0))
}
