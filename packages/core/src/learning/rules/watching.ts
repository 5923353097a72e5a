/** Time and coverage out of heartbeats: how long somebody learned, and which seconds of a video they played. */
import { DateTime } from "effect"
import type { Progress, ProgressData, Stretch } from "../../progress/index.ts"
import type { Instant } from "../../shared/instant.ts"

/** A longer silence is no learning. */
const longestGapMillis = 120_000
/** The fastest that a video is played. */
const fastest = 2
const mostStretches = 1000
const mostMinutes = 2_147_483_647

/** Milliseconds since the last heartbeat; none before the first, and none when the clock went back. */
const sinceOf = (last: Instant | undefined, now: Instant): number =>
  last === undefined ? 0 : Math.max(0, DateTime.toEpochMillis(now) - DateTime.toEpochMillis(last))

/**
 * What a heartbeat adds to the time spent: the wall time since the learner's last one, in whatever lesson and session,
 * so that no second counts twice; nothing after more than two minutes of silence. Source: LRN-4.
 */
export const spentSince = (last: Instant | undefined, now: Instant): number => {
  const since = sinceOf(last, now)
  return since > longestGapMillis ? 0 : since
}

/** Stretches in order, those that touch or overlap made one. */
export const merged = (stretches: ReadonlyArray<Stretch>): ReadonlyArray<Stretch> => {
  const all: Array<[number, number]> = []
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}

/** How many distinct seconds they hold, of a video that is so long. */
export const secondsOf = (stretches: ReadonlyArray<Stretch>, duration = Infinity): number =>
  merged(stretches).reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, duration) - from), 0)

/** The reported stretches, as far as they can have been played in so many milliseconds, in the order reported. */
const playable = (reported: ReadonlyArray<Stretch>, millis: number): ReadonlyArray<Stretch> => {
  let left = Math.floor((millis * fastest) / 1000)
  return reported.flatMap(([from, to]): ReadonlyArray<Stretch> => {
    const end = Math.min(to, from + left)
    left -= end - from
    return from < end ? [[from, end]] : []
  })
}

/** The longest stretches, when there are more than are kept. */
const kept = (stretches: ReadonlyArray<Stretch>): ReadonlyArray<Stretch> =>
  stretches.length <= mostStretches
    ? stretches
    : merged([...stretches].sort((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, mostStretches))

/** The progress with what a heartbeat tells. No report adds more than there was time for since the last one. */
export const heard = (
  before: Progress,
  reported: ReadonlyArray<Stretch>,
  { last, now }: { readonly last: Instant | undefined; readonly now: Instant }
): Progress => {
  const was: ProgressData = before.progressData ?? {
    spentMillis: before.timeSpentMinutes * 60_000,
    watched: []
  }
  const spentMillis = Math.min(was.spentMillis + spentSince(last, now), Number.MAX_SAFE_INTEGER)
  const watched = kept(merged([...was.watched, ...playable(reported, sinceOf(last, now))]))
  return {
    ...before,
    timeSpentMinutes: Math.min(Math.floor(spentMillis / 60_000), mostMinutes),
    progressData: { spentMillis, watched }
  }
}

/** Seconds of a video of that length that make it watched: 90 %, rounded up. Source: LRN-12. */
export const neededSeconds = (duration: number): number => Math.ceil((duration * 9) / 10)
