/** What follows in learning from what other contexts tell. */
import { Context, Effect, Layer, Result } from "effect"
import { AttemptGraded, AttemptRegraded } from "../../assessments/index.ts"
import {
  ItemTransitioned,
  LessonRemoved,
  LessonsArranged,
  ModuleEdited,
  ModuleRemoved
} from "../../content/index.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { Outbox, type Subscriber } from "../../shared/outbox.ts"
import type { Subscription } from "../../shared/reactions.ts"
import { InTransaction } from "../../shared/transaction.ts"
import { CourseCompleted } from "../model.ts"
import { CompletionStore, CourseStandings, LessonAnalytics } from "../ports.ts"
import { analyticsOf, toldToAnalytics } from "../rules/analytics.ts"
import { finisher } from "./lessons.ts"

/** Those by which a lesson may cease to be live, and so be the last one that somebody had open. */
const structural = [ItemTransitioned, ModuleEdited, ModuleRemoved, LessonsArranged, LessonRemoved]

export const completionsSubscriber: Subscriber = {
  subscriber: "learning",
  hears: [AttemptGraded.eventName, AttemptRegraded.eventName, ...structural.map(({ eventName }) => eventName)]
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
      const { finish } = yield* finisher
      const completions = yield* CompletionStore
      const standings = yield* CourseStandings
      const analytics = yield* LessonAnalytics
      const outbox = yield* Outbox

      /** What stands in the way still is no failure: the learner completes it once it is gone. */
      const finishIfDone = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId) {
        const { now } = yield* InTransaction
        yield* Effect.catchTag(
          finish(lessonId, userId, now),
          [
            "content.lesson_not_found",
            "learning.prerequisites_unmet",
            "learning.not_opened",
            "learning.not_watched",
            "learning.assessments_not_passed"
          ],
          () => Effect.void
        )
      })

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

      /** The lesson that a graded attempt is of, and whose it is. */
      const gradedIn = (event: StoredEvent) => {
        const { scope, userId } =
          event.name === AttemptGraded.eventName ? AttemptGraded.read(event) : AttemptRegraded.read(event)
        return scope.scope === "lesson"
          ? Result.succeed({ lessonId: scope.lessonId, userId })
          : Result.fail("a whole course is completed by its lessons")
      }

      const react = Effect.fn("Learning.react")(function* (event: StoredEvent) {
        const told = structural.find(({ eventName }) => eventName === event.name)
        if (told !== undefined) return yield* sayWhoIsThrough(told.read(event).courseId)
        const graded = gradedIn(event)
        if (Result.isSuccess(graded)) yield* finishIfDone(graded.success.lessonId, graded.success.userId)
      })

      const note = Effect.fn("Learning.note")(function* (event: StoredEvent) {
        const noted = analyticsOf(event)
        if (noted !== undefined) yield* analytics.append(noted)
      })

      return LearningReactions.of({
        completions: { ...completionsSubscriber, react },
        analytics: { ...analyticsSubscriber, react: note }
      })
    })
  )
}
