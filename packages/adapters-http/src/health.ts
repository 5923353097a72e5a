/** What an orchestrator asks: is the process alive, and can it serve? Source: API-6. */
import { Effect } from "effect"
import { type Answer, type ProblemScope, Refused, tellRefused } from "./problem.ts"

const ok: Answer = {
  status: 200,
  body: '{"status":"ok"}',
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }
}

/** The process answers; that is all it says. */
export const live: Effect.Effect<Answer> = Effect.succeed(ok)

const patience = "2 seconds"
/** However often and by however many it is asked, the storage is asked once in this time. */
const believedFor = "1 second"

/** Whether the storage answers in time: 200, or 503. */
export const readiness = (
  ping: Effect.Effect<unknown, unknown>
): Effect.Effect<(scope: ProblemScope) => Effect.Effect<Answer>> => {
  const answers = ping.pipe(
    Effect.timeout(patience),
    Effect.as(true),
    Effect.catchCause(() => Effect.as(Effect.logWarning("the storage does not answer"), false))
  )
  const unavailable = new Refused({ code: "http.storage_unavailable", data: { retryAfterSeconds: 5 } })
  return Effect.map(
    Effect.cachedWithTTL(answers, believedFor),
    (ready) => (scope) => Effect.map(ready, (isReady) => (isReady ? ok : tellRefused(unavailable, scope)))
  )
}
