/** Tells content where somebody has learned, so that nothing of theirs is deleted. Source: CON-10. */
import { Effect, Layer } from "effect"
import { LearnerTraces } from "../content/index.ts"
import { ProgressStore } from "./ports.ts"

export const learnerTracesLayer = Layer.effect(
  LearnerTraces,
  Effect.map(ProgressStore, ({ existsIn }) =>
    LearnerTraces.of({ existIn: ({ courseId, lessons }) => existsIn(courseId, lessons) })
  )
)
