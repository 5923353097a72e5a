/** What follows in learning from what other contexts tell. */
import { Context, Effect, Layer } from "effect"
import { AttemptGraded, AttemptRegraded } from "../../assessments/index.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { CourseId } from "../../shared/id.ts"
import { Outbox, type Subscriber } from "../../shared/outbox.ts"
import type { Subscription } from "../../shared/reactions.ts"
import { InTransaction } from "../../shared/transaction.ts"
import { CourseCompleted } from "../model.ts"
import { CompletionStore, CourseStandings, LessonAnalytics } from "../ports.ts"
import { analyticsOf, toldToAnalytics } from "../rules/analytics.ts"
import { endingIn, endingNames } from "../rules/endings.ts"
import { finisher } from "./lessons.ts"

export const completionsSubscriber: Subscriber = {
  subscriber: "learning",
  hears: [AttemptGraded.eventName, AttemptRegraded.eventName, ...endingNames]
}
export const analyticsSubscriber: Subscriber = { subscriber: "learning.analytics", hears: toldToAnalytics }

const saidAtOnce = 500

export class LearningReactions extends Context.Service<
  LearningReactions,
  {
    /** Completes lessons whose assessments were passed, and courses that have nothing left to complete. Source: LRN-5, LRN-12. */
    readonly completions: Subscription
    /** Writes down what happened at assessments and certificates. Source: LRN-7. */
    readonly analytics: Subscription
  }
>()("lyceum/learning/LearningReactions") {
  static readonly layer = Layer.effect(
    LearningReactions,
    Effect.gen(function* () {
      const { finishPassed } = yield* finisher
      const completions = yield* CompletionStore
      const standings = yield* CourseStandings
      const analytics = yield* LessonAnalytics
      const outbox = yield* Outbox

      const sayWhoIsThrough = Effect.fnUntraced(function* (courseId: CourseId) {
        const { now } = yield* InTransaction
        const said = []
        for (;;) {
          const learners = yield* standings.unsaid(courseId, now, saidAtOnce)
          for (const userId of learners) {
            if (yield* completions.insert({ userId, courseId, completedAt: now }))
              said.push(CourseCompleted({ userId, courseId }))
          }
          if (learners.length < saidAtOnce) break
        }
        yield* outbox.append(said)
      })

      const react = Effect.fn("Learning.react")(function* (event: StoredEvent) {
        if (endingNames.includes(event.name)) {
          const courseId = endingIn(event)
          return courseId === undefined ? undefined : yield* sayWhoIsThrough(courseId)
        }
        const { now } = yield* InTransaction
        const { scope, userId } =
          event.name === AttemptGraded.eventName ? AttemptGraded.read(event) : AttemptRegraded.read(event)
        // A whole course is completed by its lessons.
        if (scope.scope === "lesson") yield* finishPassed(scope.lessonId, userId, now)
      })

      const note = Effect.fn("Learning.note")(function* (event: StoredEvent) {
        const noted = analyticsOf(event)
        if (noted !== undefined) yield* analytics.append([noted])
      })

      return LearningReactions.of({
        completions: { ...completionsSubscriber, react },
        analytics: { ...analyticsSubscriber, react: note }
      })
    })
  )
}
