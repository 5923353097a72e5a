/** When an attempt ends by itself. Source: ASM-5, ASM-6. */
import { DateTime } from "effect"
import type { Instant } from "../../shared/instant.ts"
import type { Correction, Granted, InProgress } from "../model/index.ts"

/** A time in which the platform took no commands (OPS-2); without an end it goes on. */
export interface Pause {
  readonly from: Instant
  readonly to?: Instant | undefined
}

/** What holds around an attempt at the moment of a decision. */
export interface Circumstances {
  readonly now: Instant
  /** How long after the deadline a submission still counts. */
  readonly graceMillis: number
  readonly pauses: ReadonlyArray<Pause>
  readonly corrections: ReadonlyArray<Correction>
}

export const defaultGraceMillis = 5000

interface Terms {
  readonly startedAt: Instant
  readonly timeLimitSec?: number | undefined
  readonly closesAt?: Instant | undefined
}

/** What of an accommodation changes decisions. */
export const grantedOf = ({
  closesAt,
  extraAttempts,
  extraTimeSec,
  opensAt,
  timeFactorPercent
}: Granted): Granted => ({
  ...(timeFactorPercent !== undefined && { timeFactorPercent }),
  ...(extraTimeSec !== undefined && { extraTimeSec }),
  ...(extraAttempts !== undefined && { extraAttempts }),
  ...(opensAt && { opensAt }),
  ...(closesAt && { closesAt })
})

const after = (instant: Instant, milliseconds: number): Instant => DateTime.add(instant, { milliseconds })
const earlier = (left: Instant, right: Instant): Instant => (DateTime.isLessThan(right, left) ? right : left)
const later = (left: Instant, right: Instant): Instant => (DateTime.isGreaterThan(right, left) ? right : left)

/** What is granted beyond the limit, in milliseconds: whole, as the factor is whole percent. */
const extraMillis = (
  { timeLimitSec = 0 }: Terms,
  { extraTimeSec = 0, timeFactorPercent = 100 }: Granted
): number => timeLimitSec * 10 * (timeFactorPercent - 100) + extraTimeSec * 1000

/** The latest instant at which anybody may still begin or go on; undefined when there is none. */
export const lastClose = (
  terms: Omit<Terms, "startedAt">,
  granted: ReadonlyArray<Granted>
): Instant | undefined =>
  terms.closesAt &&
  granted.map((one) => closesFor(terms, one) ?? terms.closesAt!).reduce(later, terms.closesAt)

/** When the assessment closes for this learner: at their own time, else at its own and the extra time granted. */
export const closesFor = (terms: Omit<Terms, "startedAt">, granted: Granted): Instant | undefined =>
  granted.closesAt ??
  (terms.closesAt && after(terms.closesAt, extraMillis({ ...terms, startedAt: terms.closesAt }, granted)))

/** The earlier of the end of the time and the closing, with what the learner is granted; undefined when neither is set. */
export const deadlineOf = (terms: Terms, granted: Granted): Instant | undefined => {
  const closes = closesFor(terms, granted)
  if (terms.timeLimitSec === undefined) return closes
  const timeUp = after(terms.startedAt, terms.timeLimitSec * 1000 + extraMillis(terms, granted))
  return closes === undefined ? timeUp : earlier(closes, timeUp)
}

/** A deadline once granted is kept: withdrawing or lessening an accommodation never shortens one. */
export const regranted = (before: Instant | undefined, computed: Instant | undefined): Instant | undefined =>
  before === undefined || computed === undefined ? undefined : later(before, computed)

/**
 * The deadline with the read-only time that it overlaps: the clock of an attempt stands still in a pause, so one that
 * begins before the deadline (as extended so far) moves it by its whole length. Pauses may come in any order.
 */
export const effectiveDeadline = (
  { deadline, startedAt }: Pick<InProgress, "startedAt"> & { readonly deadline?: Instant | undefined },
  { now, pauses }: Pick<Circumstances, "now" | "pauses">
): Instant | undefined => {
  if (deadline === undefined) return undefined
  const [start, millis] = [DateTime.toEpochMillis(startedAt), DateTime.toEpochMillis]
  let [end, counted] = [millis(deadline), start]
  const spans = pauses
    .map(({ from, to = now }) => [millis(from), millis(to)] as const)
    .sort(([left], [right]) => left - right)
  for (const [from, to] of spans) {
    // What overlaps an earlier pause was counted with it.
    const begins = Math.max(from, counted)
    if (begins >= end) break
    end += Math.max(0, to - begins)
    counted = Math.max(counted, to)
  }
  return DateTime.makeUnsafe(end)
}

/** Whether the stored deadline is reached: before it, no pause is of interest, for pauses only add time. */
export const isDue = ({ deadline }: { readonly deadline?: Instant | undefined }, now: Instant): boolean =>
  deadline !== undefined && DateTime.isGreaterThanOrEqualTo(now, deadline)

/** Stored deadlines at or before this instant are over, unless a pause moved them. */
export const overdueBefore = (now: Instant, graceMillis: number): Instant => after(now, -graceMillis)

/** Whether a submission received now is too late: from the deadline and its grace on. */
export const isOver = (attempt: InProgress, circumstances: Circumstances): boolean => {
  const deadline = effectiveDeadline(attempt, circumstances)
  return (
    deadline !== undefined &&
    DateTime.isGreaterThanOrEqualTo(circumstances.now, after(deadline, circumstances.graceMillis))
  )
}
