/** How much one caller may ask for, and what they are told about it. Source: API-4, API-5. */
import { Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { Refused } from "./problem.ts"

export interface Rates {
  /** Of one user or one API key. */
  readonly requestsPerMinute: number
  /** Of one address without a token. */
  readonly anonymousRequestsPerMinute: number
  /** Commands among them, of whoever. */
  readonly writesPerMinute: number
}

const windowSeconds = 60
const window = Duration.seconds(windowSeconds)
/** Counters kept at once: some ten megabytes. */
const defaultMaximum = 100_000

interface Counter {
  readonly endsAt: number
  count: number
}

/**
 * Counts in this process: fixed windows that begin with a caller's first request. Of `fixedWindow`'s store only; the
 * rest of the interface is the library's. Beyond so many counters the oldest windows are forgotten.
 */
const boundedStore = (maximumCounters: number) =>
  Effect.map(RateLimiter.RateLimiterStore, (library) => {
    const counters = new Map<string, Counter>()
    const take = (key: string, now: number, windowMillis: number) => {
      const known = counters.get(key)
      if (known !== undefined && known.endsAt > now) return known
      counters.delete(key)
      // Windows are equally long, so the first in the map is the first to end.
      if (counters.size >= maximumCounters) counters.delete(counters.keys().next().value!)
      const fresh: Counter = { endsAt: now + windowMillis, count: 0 }
      counters.set(key, fresh)
      return fresh
    }
    return RateLimiter.RateLimiterStore.of({
      ...library,
      fixedWindow: ({ key, limit = 1, refillRate, tokens }) =>
        Effect.clockWith((clock) =>
          Effect.sync(() => {
            const now = clock.currentTimeMillisUnsafe()
            const counter = take(key, now, Duration.toMillis(refillRate) * limit)
            const fits = counter.count + tokens <= limit
            if (fits) counter.count += tokens
            return [fits ? counter.count : limit + 1, counter.endsAt - now] as const
          })
        )
    })
  }).pipe(Effect.provide(RateLimiter.layerStoreMemory))

/** The limiter of one process; several processes share one by `RateLimiter.layerStoreRedis`. */
export const limiterLayer = (maximumCounters = defaultMaximum): Layer.Layer<RateLimiter.RateLimiter> =>
  RateLimiter.layer.pipe(
    Layer.provide(Layer.effect(RateLimiter.RateLimiterStore, boundedStore(maximumCounters)))
  )

/** Whom to count, and against which limits. */
export interface Charge {
  readonly countedAs: string
  readonly anonymous: boolean
  readonly writes: boolean
}

interface Limit {
  readonly name: "requests" | "writes"
  readonly quota: number
}

const policyOf = ({ name, quota }: Limit) => `"${name}";q=${quota};w=${windowSeconds}`
const stateOf = ({ name }: Limit, remaining: number, seconds: number) =>
  `"${name}";r=${remaining};t=${seconds}`
const seconds = (duration: Duration.Duration) => Math.max(1, Math.ceil(Duration.toSeconds(duration)))

/** Takes a request from the caller's allowance, and answers the headers that tell what is left. */
export const chargeWith =
  (limiter: RateLimiter.RateLimiter, rates: Rates) =>
  ({ anonymous, countedAs, writes }: Charge): Effect.Effect<Readonly<Record<string, string>>, Refused> => {
    const requests: Limit = {
      name: "requests",
      quota: anonymous ? rates.anonymousRequestsPerMinute : rates.requestsPerMinute
    }
    const limits = writes ? [requests, { name: "writes", quota: rates.writesPerMinute } as const] : [requests]
    const policies = limits.map(policyOf).join(", ")
    const headers = (states: ReadonlyArray<string>) => ({
      "ratelimit-policy": policies,
      ratelimit: states.join(", ")
    })
    return Effect.map(
      Effect.forEach(limits, (limit) =>
        limiter
          .consume({
            key: `${limit.name} ${countedAs}`,
            limit: limit.quota,
            window
          })
          .pipe(
            Effect.map(({ remaining, resetAfter }) => stateOf(limit, remaining, seconds(resetAfter))),
            Effect.catch(({ reason }) => {
              // A limiter that cannot count must not close the school.
              if (reason._tag !== "RateLimitExceeded")
                return Effect.succeed(stateOf(limit, limit.quota, windowSeconds))
              const retryAfterSeconds = seconds(reason.retryAfter)
              return Effect.fail(
                new Refused({
                  code: "http.rate_limited",
                  data: { limit: limit.name, quota: limit.quota, retryAfterSeconds },
                  headers: headers([stateOf(limit, 0, retryAfterSeconds)])
                })
              )
            })
          )
      ),
      headers
    )
  }
