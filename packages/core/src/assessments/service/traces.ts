/** Tells content where there are assessments: what they are of is not deleted before them. Source: CON-10. */
import { Effect, Layer } from "effect"
import { LearnerTraces } from "../../content/index.ts"
import { AssessmentStore } from "../ports.ts"

/** Over those who tell of other traces. */
export const assessmentTracesLayer = Layer.effect(
  LearnerTraces,
  Effect.gen(function* () {
    const others = yield* LearnerTraces
    const store = yield* AssessmentStore
    return LearnerTraces.of({
      existIn: (what) =>
        Effect.flatMap(others.existIn(what), (found) => (found ? Effect.succeed(true) : store.existIn(what)))
    })
  })
)
