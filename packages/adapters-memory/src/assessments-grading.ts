/** Corrections, who grades what at the moment, and how many attempts there are of what kind. */
import {
  AttemptId,
  type AssessmentId,
  type Attempt,
  Correction,
  liveClaim,
  ReviewClaim
} from "@lyceum/core/assessments"
import {
  AttemptTotals,
  CorrectionStore,
  type QueueFilter,
  ReviewClaims,
  type Waiting
} from "@lyceum/core/assessments/ports"
import type { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { attemptRows } from "./assessments-attempts.ts"
import { assessmentRows } from "./assessments-bank.ts"
import { courseRows, lessonRows } from "./content.ts"
import { MemoryDatabase, table } from "./database.ts"
import { compare, pageOf } from "./order.ts"

const correctionRows = table("assessments.corrections", Correction)
/** By attempt. */
const claimRows = table(
  "assessments.review_claims",
  Schema.Struct({ attemptId: AttemptId, ...ReviewClaim.fields })
)

const isWaiting = (attempt: Attempt): attempt is Waiting["attempt"] =>
  attempt.status === "submitted" || attempt.status === "needs_review"
export const correctionStoreLayer = Layer.effect(
  CorrectionStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = correctionRows(database)
    const attempts = attemptRows(database)
    return CorrectionStore.of({
      of: (assessmentId) =>
        Effect.map(rows.all, (all) =>
          all
            .filter((one) => one.assessmentId === assessmentId)
            .sort((a, b) =>
              compare([a.createdAt.epochMilliseconds, a.id], [b.createdAt.epochMilliseconds, b.id])
            )
        ),
      asked: (assessmentId, questionId) =>
        Effect.map(attempts.all, (all) => {
          const [newest] = all
            .filter(
              (one) =>
                one.assessmentId === assessmentId &&
                one.contentSnapshot.items.some((item) => item.questionId === questionId)
            )
            .sort((a, b) => compare([b.id], [a.id]))
          return Option.map(Option.fromUndefinedOr(newest), ({ contentSnapshot }) => contentSnapshot)
        }),
      insert: (correction) => rows.put(correction.id, correction)
    })
  })
)

export const reviewClaimsLayer = Layer.effect(
  ReviewClaims,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = claimRows(database)
    const attempts = attemptRows(database)
    const find = (attemptId: AttemptId) =>
      Effect.map(
        rows.find(attemptId),
        Option.map(({ grader, until }): ReviewClaim => ({ grader, until }))
      )
    const assessments = assessmentRows(database)
    const lessons = lessonRows(database)
    const courses = courseRows(database)

    const isIn = Effect.fnUntraced(function* (owner: UserId, assessmentId: AssessmentId) {
      const scope = Option.map(yield* assessments.find(assessmentId), (one) => one.scope)
      if (Option.isNone(scope)) return false
      const lesson =
        scope.value.scope === "lesson" ? yield* lessons.find(scope.value.lessonId) : Option.none()
      const courseId =
        scope.value.scope === "course"
          ? scope.value.courseId
          : Option.getOrUndefined(Option.map(lesson, (one) => one.courseId))
      const course = courseId === undefined ? Option.none() : yield* courses.find(courseId)
      return Option.exists(
        course,
        ({ createdBy, instructorId }) => createdBy === owner || instructorId === owner
      )
    })
    const those = Effect.fnUntraced(function* ({ assessmentId, ownedBy }: QueueFilter) {
      const all = (yield* attempts.all).filter(
        (one) => assessmentId === undefined || one.assessmentId === assessmentId
      )
      return ownedBy === undefined ? all : yield* Effect.filter(all, (one) => isIn(ownedBy, one.assessmentId))
    })
    const waitingOf = (filter: QueueFilter) => Effect.map(those(filter), (all) => all.filter(isWaiting))

    return ReviewClaims.of({
      find,
      put: (attemptId, claim) => rows.put(attemptId, { attemptId, ...claim }),
      remove: (attemptId) => rows.remove(attemptId),
      queue: Effect.fnUntraced(function* (filter, part) {
        const page = pageOf(
          yield* waitingOf(filter),
          ({ id, submittedAt }) => [DateTime.formatIso(submittedAt), id],
          part
        )
        return yield* Effect.forEach(page, (attempt) =>
          Effect.map(find(attempt.id), (claim): Waiting => ({ attempt, claim }))
        )
      }),
      progress: Effect.fnUntraced(function* (filter, { now, since }) {
        const waiting = yield* waitingOf(filter)
        const claims = yield* Effect.forEach(waiting, ({ id }) => find(id))
        const byPeople = (yield* those(filter)).filter(
          (one) =>
            one.status === "graded" &&
            one.gradedBy !== undefined &&
            DateTime.isGreaterThanOrEqualTo(one.gradedAt, since)
        )
        const [oldest] = waiting.map(({ submittedAt }) => submittedAt).sort(DateTime.Order)
        return {
          waiting: waiting.length,
          claimed: claims.filter((claim) => liveClaim(Option.getOrUndefined(claim), now) !== undefined)
            .length,
          graded: byPeople.length,
          oldest: Option.fromUndefinedOr(oldest)
        }
      })
    })
  })
)

export const attemptTotalsLayer = Layer.effect(
  AttemptTotals,
  Effect.map(MemoryDatabase, (database) => {
    const attempts = attemptRows(database)
    return AttemptTotals.of({
      byStatus: Effect.map(attempts.all, (all) => {
        const counts = new Map<Attempt["status"], number>()
        for (const { status } of all) counts.set(status, (counts.get(status) ?? 0) + 1)
        return Array.from(counts, ([status, count]) => ({ status, count }))
      }),
      overdue: (before) =>
        Effect.map(attempts.all, (all) => {
          const deadlines = all.flatMap((one) =>
            one.status === "in_progress" &&
            one.deadline !== undefined &&
            DateTime.isLessThan(one.deadline, before)
              ? [one.deadline]
              : []
          )
          const [first] = deadlines.sort(DateTime.Order)
          return { count: deadlines.length, oldestDeadline: Option.fromUndefinedOr(first) }
        })
    })
  })
)
