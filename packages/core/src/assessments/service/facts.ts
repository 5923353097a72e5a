/** What other contexts read of attempts, and the one thing that they write into the trail of grading. */
import { Context, Effect, Layer, Option } from "effect"
import { type Actor, withoutClaims } from "../../shared/actor.ts"
import type { Instant } from "../../shared/instant.ts"
import type { InTransaction } from "../../shared/transaction.ts"
import type { Assessment, Attempt, AttemptId } from "../model/index.ts"
import { AssessmentStore, AttemptStore, GradingTrail } from "../ports.ts"
import { nextRow } from "../rules/audit.ts"

/** An attempt with what it was of, as that is now. */
export interface Taken {
  readonly attempt: Attempt
  readonly assessment: Assessment
}

export class AttemptFacts extends Context.Service<
  AttemptFacts,
  {
    readonly find: (id: AttemptId) => Effect.Effect<Option.Option<Taken>>
    /** As `find`, holding the attempt: nobody regrades it until the transaction ends. */
    readonly findForUpdate: (id: AttemptId) => Effect.Effect<Option.Option<Taken>, never, InTransaction>
    /** Writes down that a certificate of a held attempt was revoked. Source: ASM-19, CRT-7. */
    readonly noteRevocation: (
      attempt: Attempt,
      by: { readonly performedBy: Actor; readonly performedAt: Instant; readonly reason: string }
    ) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/assessments/AttemptFacts") {
  static readonly layer = Layer.effect(
    AttemptFacts,
    Effect.gen(function* () {
      const attempts = yield* AttemptStore
      const assessments = yield* AssessmentStore
      const trail = yield* GradingTrail

      const withAssessment = (found: Option.Option<Attempt>): Effect.Effect<Option.Option<Taken>> =>
        Option.match(found, {
          onNone: () => Effect.succeedNone,
          onSome: (attempt) =>
            Effect.map(
              assessments.find(attempt.assessmentId),
              Option.map((assessment) => ({ attempt, assessment }))
            )
        })

      return AttemptFacts.of({
        find: (id) => Effect.flatMap(attempts.find(id), withAssessment),
        findForUpdate: (id) => Effect.flatMap(attempts.findForUpdate(id), withAssessment),
        noteRevocation: Effect.fnUntraced(function* (attempt, { performedBy, ...by }) {
          const last = Option.getOrUndefined(yield* trail.last(attempt.id))
          const row = nextRow(
            last,
            { before: attempt, after: attempt },
            { actionType: "certificate_revoked", performedBy: withoutClaims(performedBy), ...by }
          )
          yield* trail.append([row])
        })
      })
    })
  )
}
