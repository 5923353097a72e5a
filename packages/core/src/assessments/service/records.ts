/** Reading attempts: one's own as the review options show them, others' for staff. Source: ASM-9, ASM-10, ASM-20. */
import { Effect, Option } from "effect"
import { requirePermission, userIdOf } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { SignInRequired } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { orderBy, paginate, type PageRequest } from "../../shared/page.ts"
import { AttemptNotFound } from "../errors.ts"
import { type AssessmentId, AttemptId } from "../model/index.ts"
import { attemptOperations } from "../operations/attempts.ts"
import { AssessmentStore, type AttemptFilter, AttemptStore } from "../ports.ts"
import { finalGrade } from "../rules/policy.ts"
import { finalGradeView, scoreShown, summary } from "../rules/views.ts"
import { integrity } from "./keeping.ts"
import { sheetReader } from "./papers.ts"
import { learnerOf } from "./starting.ts"
import { viewer } from "./viewing.ts"

const listName = ({ assessmentId, userId }: AttemptFilter): string =>
  `attempts of ${userId ?? "all"} at ${assessmentId ?? "all"}`

/** An assessment for who grades it. */
const gradedSheets = Effect.map(sheetReader, (readSheet) =>
  Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
    const { assessment, sight } = yield* readSheet(assessmentId, call)
    yield* Effect.fromResult(requirePermission(call.me, "assessments:grade", sight))
    return assessment
  })
)

const single = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const door = yield* Door
  const intact = yield* integrity
  const views = yield* viewer
  const readGraded = yield* gradedSheets

  const found = (attemptId: AttemptId) =>
    Effect.flatMap(attempts.find(attemptId), (one) =>
      Effect.mapError(Effect.fromOption(one), () => new AttemptNotFound({ id: attemptId }))
    )

  return {
    get: door.query(
      attemptOperations.get,
      Effect.fnUntraced(function* ({ attemptId }, { me, now }) {
        if (me.actor._tag === "Anonymous") return yield* new SignInRequired()
        const attempt = yield* found(attemptId)
        if (attempt.userId !== userIdOf(me.actor)) return yield* new AttemptNotFound({ id: attemptId })
        const state = yield* views.settled(yield* intact(attempt), now)
        return state.status === "in_progress"
          ? yield* views.running(state, now)
          : yield* views.ended(state, now)
      })
    ),
    inspect: door.query(
      attemptOperations.inspect,
      Effect.fnUntraced(function* ({ attemptId }, call) {
        if (call.me.actor._tag === "Anonymous") return yield* new SignInRequired()
        const attempt = yield* found(attemptId)
        const isOwn = attempt.userId === userIdOf(call.me.actor)
        // Who may not even see the assessment, or grade it, does not know of the attempts of others at it.
        yield* Effect.mapError(readGraded(attempt.assessmentId, call), (refusal) =>
          isOwn && refusal._tag === "kernel.forbidden" ? refusal : new AttemptNotFound({ id: attemptId })
        )
        return yield* views.settled(yield* intact(attempt), call.now)
      })
    )
  }
})

const lists = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const door = yield* Door
  const views = yield* viewer
  const readGraded = yield* gradedSheets

  const pageOf = (filter: AttemptFilter, request: PageRequest, { now }: Call, scored: boolean) =>
    paginate(
      orderBy(listName(filter), [AttemptId]),
      request,
      (after, count) =>
        Effect.flatMap(
          attempts.list(filter, { after, count }),
          Effect.forEach((one) => Effect.map(views.settled(one, now), (state) => summary(state, scored)))
        ),
      ({ id }) => [id]
    )

  return {
    list: door.query(
      attemptOperations.list,
      Effect.fnUntraced(function* ({ assessmentId, ...request }, call) {
        if (call.me.actor._tag === "Anonymous") return yield* new SignInRequired()
        const userId = yield* learnerOf(call.me)
        return yield* pageOf({ userId, assessmentId }, request, call, false)
      })
    ),
    listOf: door.query(
      attemptOperations.listOf,
      Effect.fnUntraced(function* ({ assessmentId, userId, ...request }, call) {
        yield* readGraded(assessmentId, call)
        return yield* pageOf({ assessmentId, userId }, request, call, true)
      })
    )
  }
})

const grades = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const door = yield* Door
  const views = yield* viewer
  const readSheet = yield* sheetReader
  const readGraded = yield* gradedSheets
  const assessments = yield* AssessmentStore

  /** Those that are graded, and the one that the clock has ended, as it will be stored (ASM-6). */
  const gradedBy = Effect.fnUntraced(function* (assessmentId: AssessmentId, userId: UserId, { now }: Call) {
    const graded = yield* attempts.graded(assessmentId, userId)
    const [running] = yield* attempts.list(
      { assessmentId, userId, status: "in_progress" },
      { after: Option.none(), count: 1 }
    )
    if (running === undefined) return graded
    const ended = yield* views.settled(running, now)
    return ended.status === "graded" ? [...graded, ended] : graded
  })

  return {
    finalGrade: door.query(
      attemptOperations.finalGrade,
      Effect.fnUntraced(function* ({ assessmentId, userId }, call) {
        if (call.me.actor._tag === "Anonymous") return yield* new SignInRequired()
        const own = userIdOf(call.me.actor)
        if (userId !== undefined && userId !== own) {
          const assessment = yield* readGraded(assessmentId, call)
          return finalGradeView(
            finalGrade(yield* gradedBy(assessmentId, userId, call), assessment),
            assessment
          )
        }
        const graded = yield* gradedBy(assessmentId, yield* learnerOf(call.me), call)
        // What one was graded at stays one's own, whether or not others may still begin it.
        const taken = graded.length > 0 ? yield* assessments.find(assessmentId) : Option.none()
        const assessment = Option.isSome(taken)
          ? taken.value
          : (yield* readSheet(assessmentId, call)).assessment
        const moment = yield* views.reviewMoment(assessment, { now: call.now, corrections: [] })
        return finalGradeView(
          finalGrade(scoreShown(graded, assessment.review, moment), assessment),
          assessment
        )
      })
    )
  }
})

export const recordQueries = Effect.map(Effect.all([single, lists, grades]), ([one, many, final]) => ({
  ...one,
  ...many,
  ...final
}))
