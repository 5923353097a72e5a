/** Finding attempts and assessments for who may grade them, and what grading takes from the stores. */
import { Effect, Option } from "effect"
import { may, requirePermission, userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { Forbidden } from "../../shared/errors.ts"
import { AssessmentNotFound, AttemptNotFound } from "../errors.ts"
import type { Assessment, AssessmentId, Attempt, AttemptId } from "../model/index.ts"
import { AssessmentStore, AttemptStore, CorrectionStore, ReviewClaims } from "../ports.ts"
import { forReview } from "../rules/desk.ts"
import type { HandedIn } from "../rules/review.ts"
import { sightReader } from "./papers.ts"

type Right = "assessments:grade" | "assessments:read"

/** A grade is a person's: a service has nobody to be answerable for it. */
export const graderOf = ({ me }: Call) => {
  const grader = userIdOf(me.actor)
  return grader === undefined
    ? Effect.fail(new Forbidden({ needs: "a person, since somebody answers for a grade" }))
    : Effect.succeed(grader)
}

/** The right to look at assessments and attempts, by where they stand. */
const rights = Effect.gen(function* () {
  const assessments = yield* AssessmentStore
  const sightOf = yield* sightReader

  /** The assessment, for who has the right to it; not there for who may not know of it (KER-11). */
  const admitted = Effect.fnUntraced(function* (
    found: Option.Option<Assessment>,
    id: AssessmentId,
    { call, right }: { readonly call: Call; readonly right: Right }
  ) {
    const missing = new AssessmentNotFound({ id })
    if (Option.isNone(found)) return yield* missing
    const sight = yield* sightOf(found.value.scope, call)
    const own = Option.exists(sight, (one) => one.own)
    const knows = Option.exists(
      sight,
      ({ isAuthor, isVisible }) => isAuthor || (isVisible && found.value.isPublished)
    )
    if (!knows && !may(call.me, right, { own })) return yield* missing
    yield* Effect.fromResult(requirePermission(call.me, right, { own }))
    return found.value
  })

  /** The attempt with its assessment, for who may grade it; not there for whoever neither may nor took it. */
  const gradable = Effect.fnUntraced(function* (found: Option.Option<Attempt>, id: AttemptId, call: Call) {
    const attempt = Option.getOrUndefined(found)
    const held = attempt && Option.getOrUndefined(yield* assessments.find(attempt.assessmentId))
    if (attempt === undefined || held === undefined) return yield* new AttemptNotFound({ id })
    const own = Option.exists(yield* sightOf(held.scope, call), (sight) => sight.own)
    const isTheirs = userIdOf(call.me.actor) === attempt.userId
    const knows = (["assessments:grade", "assessments:read"] as const).some((right) =>
      may(call.me, right, { own })
    )
    if (!knows && !isTheirs) return yield* new AttemptNotFound({ id })
    yield* Effect.fromResult(requirePermission(call.me, "assessments:grade", { own }))
    return { attempt, assessment: held }
  })

  return { admitted, gradable }
})

export const reviewing = Effect.gen(function* () {
  const assessments = yield* AssessmentStore
  const attempts = yield* AttemptStore
  const corrections = yield* CorrectionStore
  const claims = yield* ReviewClaims
  const { admitted, gradable } = yield* rights

  return {
    assessment: (id: AssessmentId, call: Call, right: Right) =>
      Effect.flatMap(assessments.find(id), (found) => admitted(found, id, { call, right })),
    assessmentForUpdate: (id: AssessmentId, call: Call, right: Right) =>
      Effect.flatMap(assessments.findForUpdate(id), (found) => admitted(found, id, { call, right })),
    attempt: (id: AttemptId, call: Call) =>
      Effect.flatMap(attempts.find(id), (found) => gradable(found, id, call)),
    attemptForUpdate: (id: AttemptId, call: Call) =>
      Effect.flatMap(attempts.findForUpdate(id), (found) => gradable(found, id, call)),

    /** An attempt as its grader sees it at this moment. */
    view: Effect.fnUntraced(function* (attempt: HandedIn, of: Assessment, { now }: Call) {
      return forReview(attempt, {
        now,
        assessment: of,
        corrections: yield* corrections.of(attempt.assessmentId),
        claim: Option.getOrUndefined(yield* claims.find(attempt.id)),
        graded: yield* attempts.graded(attempt.assessmentId, attempt.userId)
      })
    })
  }
})
