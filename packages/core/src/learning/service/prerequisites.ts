/** Tells assessments which lessons somebody has to complete before they start. Source: LRN-3. */
import { Effect, Layer, Option } from "effect"
import { Prerequisites } from "../../assessments/index.ts"
import { LessonBodies } from "../../content/index.ts"
import { unmetReader } from "./lessons.ts"

export const prerequisitesLayer = Layer.effect(
  Prerequisites,
  Effect.gen(function* () {
    const bodies = yield* LessonBodies
    const unmet = yield* unmetReader
    return Prerequisites.of({
      unmet: Effect.fn("Prerequisites.unmet")(function* (actor, scope, now) {
        // A course has no prerequisites; those of its lessons are theirs.
        if (scope.scope === "course") return []
        const lesson = yield* bodies.find(scope.lessonId, "live")
        return Option.isSome(lesson) ? yield* unmet(lesson.value, { actor, now }) : []
      })
    })
  })
)
