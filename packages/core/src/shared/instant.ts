/** Moments in time: UTC, whole milliseconds, from the clock service. Source: KER-1, KER-2. */
import { DateTime, type Effect, Schema } from "effect"

const within = Schema.makeIsBetween({ order: DateTime.Order })

/** A moment in UTC, to the millisecond, within the years that every store and every JSON reader can hold. */
export const Instant = Schema.DateTimeUtc.check(
  within({
    minimum: DateTime.makeUnsafe("1970-01-01T00:00:00Z"),
    maximum: DateTime.makeUnsafe("9999-12-31T23:59:59.999Z")
  })
).annotate({ identifier: "Instant" })
export type Instant = DateTime.Utc

/** This moment, by the clock of the runtime; tests move it. A command reads it once, when it begins. */
export const currentInstant: Effect.Effect<Instant> = DateTime.now

/** True from `from` on and before `to`; an absent end is never reached. Source: KER-2, half-open. */
export const isWithin = (
  instant: Instant,
  interval: { readonly from?: Instant | undefined; readonly to?: Instant | undefined }
): boolean =>
  (interval.from === undefined || DateTime.isLessThanOrEqualTo(interval.from, instant)) &&
  (interval.to === undefined || DateTime.isLessThan(instant, interval.to))

/** The look-back window of `days` days that ends at `instant`, both ends included. Source: KER-2. */
export const isInLookBack = (instant: Instant, end: Instant, days: number): boolean =>
  DateTime.isLessThanOrEqualTo(DateTime.subtract(end, { days }), instant) &&
  DateTime.isLessThanOrEqualTo(instant, end)

/** The UTC day that limits count by, as `2026-01-31`. Source: KER-3. */
export const utcDay = (instant: Instant): string => DateTime.formatIsoDateUtc(instant)

/** The date in a learner's own zone at that moment, as `2026-01-31`; what streaks count by. Source: KER-3. */
export const localDay = (instant: Instant, zone: DateTime.TimeZone): string =>
  DateTime.formatIsoDate(DateTime.setZone(instant, zone))
