/** What an orchestrator asks: is the process alive, and can it serve? Source: API-6. */
import { Clock, Effect, Ref } from "effect"
import type { Answer, ProblemScope } from "./problem.ts"
import { Refused, tellRefused } from "./problem.ts"

const ok: Answer = {
  status: 200,
  body: '{"status":"ok"}',
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }
}

/** The process answers; that is all it says. */
export const live: Effect.Effect<Answer> = Effect.succeed(ok)

const patience = "2 seconds"
/** However often it is asked, the storage is asked once in this time. */
const believedForMillis = 1_000

/** Whether the storage answers in time: 200, or 503. */
export const readiness = (
  ping: Effect.Effect<unknown, unknown>
): Effect.Effect<(scope: ProblemScope) => Effect.Effect<Answer>> =>
  Effect.gen(function* () {
    const last = yield* Ref.make<{ readonly at: number; readonly ready: boolean } | undefined>(undefined)
    const ask = ping.pipe(
      Effect.timeout(patience),
      Effect.as(true),
      Effect.catchCause(() => Effect.as(Effect.logWarning("the storage does not answer"), false))
    )
    return Effect.fnUntraced(function* (scope) {
      const now = yield* Clock.currentTimeMillis
      const known = yield* Ref.get(last)
      const ready = known !== undefined && now - known.at < believedForMillis ? known.ready : yield* ask
      if (known === undefined || now - known.at >= believedForMillis) yield* Ref.set(last, { at: now, ready })
      return ready
        ? ok
        : tellRefused(
            new Refused({ code: "http.storage_unavailable", data: { retryAfterSeconds: 5 } }),
            scope
          )
    })
  })
