/** Handing in: what the single stores say, one after the other. */
import {
  AssessmentStore,
  AttemptStore,
  CorrectionStore,
  GradingTrail,
  Sittings
} from "@lyceum/core/assessments/ports"
import { Effect, Layer, Option } from "effect"
import { attemptStoreLayer, gradingTrailLayer } from "./assessments-attempts.ts"
import { assessmentStoreLayer } from "./assessments-bank.ts"
import { correctionStoreLayer } from "./assessments-grading.ts"

const stores = Layer.mergeAll(
  attemptStoreLayer,
  assessmentStoreLayer,
  correctionStoreLayer,
  gradingTrailLayer
)

export const sittingsLayer = Layer.effect(
  Sittings,
  Effect.gen(function* () {
    const attempts = yield* AttemptStore
    const assessments = yield* AssessmentStore
    const corrections = yield* CorrectionStore
    const trail = yield* GradingTrail
    return Sittings.of({
      findForUpdate: Effect.fnUntraced(function* (id) {
        const attempt = Option.getOrUndefined(yield* attempts.findForUpdate(id))
        if (attempt === undefined) return Option.none()
        return Option.some({
          attempt,
          assessment: Option.getOrThrow(yield* assessments.find(attempt.assessmentId)),
          corrections: yield* corrections.of(attempt.assessmentId)
        })
      }),
      store: (attempt, rows) => Effect.andThen(attempts.update(attempt), trail.append(rows))
    })
  })
).pipe(Layer.provide(stores))
