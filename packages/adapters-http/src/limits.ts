/** How much one caller may ask for, and what they are told about it. Source: API-4, API-5. */
import { Duration, Effect, Layer, Ref } from "effect"
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
/** Counters kept at once; beyond it the oldest windows are forgotten, so that memory stays bounded. */
const maximumCounters = 100_000

interface Counter {
  readonly endsAt: number
  count: number
}

/**
 * Counts in this process: fixed windows that begin with a caller's first request. Of `fixedWindow`'s store only; the
 * rest of the interface is the library's.
 */
const boundedStore = Effect.gen(function* () {
  const library = yield* RateLimiter.RateLimiterStore
  const counters = yield* Ref.make(new Map<string, Counter>())
  return RateLimiter.RateLimiterStore.of({
    ...library,
    fixedWindow: ({ key, limit = 1, refillRate, tokens }) =>
      Effect.clockWith((clock) =>
        Effect.map(Ref.get(counters), (all) => {
          const now = clock.currentTimeMillisUnsafe()
          let counter = all.get(key)
          if (counter === undefined || counter.endsAt <= now) {
            all.delete(key)
            // Windows are equally long, so the first in the map is the first to end.
            if (all.size >= maximumCounters) all.delete(all.keys().next().value!)
            counter = { endsAt: now + Duration.toMillis(refillRate) * limit, count: 0 }
            all.set(key, counter)
          }
          if (counter.count + tokens <= limit) {
            counter.count += tokens
            return [counter.count, counter.endsAt - now] as const
          }
          return [limit + 1, counter.endsAt - now] as const
        })
      )
  })
}).pipe(Effect.provide(RateLimiter.layerStoreMemory))

/** The limiter of one process; several processes share one by `RateLimiter.layerStoreRedis`. */
export const limiterLayer = RateLimiter.layer.pipe(
  Layer.provide(Layer.effect(RateLimiter.RateLimiterStore, boundedStore))
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
            window: `${windowSeconds} seconds`
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
