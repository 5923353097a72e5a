/** Takes what clients tell of what happened while somebody learned. Source: LRN-7. */
import { Effect, Result } from "effect"
import { lessonReader } from "../../access/index.ts"
import type { Actor } from "../../shared/actor.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { ActivityTracked, type ToldEvent } from "../model.ts"
import { LessonAnalytics } from "../ports.ts"
import { accept, outcomesOf } from "../rules/tracking.ts"

export const tracker = Effect.gen(function* () {
  const { lessons } = yield* lessonReader
  const analytics = yield* LessonAnalytics
  const outbox = yield* Outbox
  return Effect.fnUntraced(function* (
    events: ReadonlyArray<ToldEvent>,
    by: { readonly actor: Actor; readonly userId: UserId; readonly now: Instant }
  ) {
    const { actor, now, userId } = by
    const readings = yield* lessons({ actor, now }, [...new Set(events.map(({ lessonId }) => lessonId))])
    const accepted = events.map((event) => [event.id, accept(event, readings, by)] as const)
    const taken = accepted.flatMap(([, result]) => (Result.isSuccess(result) ? [result.success] : []))
    const stored = yield* analytics.append(taken)
    yield* outbox.append(stored.length > 0 ? [ActivityTracked({ userId, count: stored.length })] : [])
    return { items: outcomesOf(accepted, stored) }
  })
})
