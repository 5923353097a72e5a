/** Attempts, what single learners are granted, and the trail of grading. */
import {
  Accommodation,
  activeStatuses,
  type AssessmentId,
  AssessmentNotFound,
  Attempt,
  endOf,
  type Graded,
  type Granted,
  GradingAudit,
  grantedOf
} from "@lyceum/core/assessments"
import { AccommodationStore, AttemptStore, GradingTrail } from "@lyceum/core/assessments/ports"
import { ProfileNotFound } from "@lyceum/core/identity"
import type { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Equal, Layer, Option, Schema } from "effect"
import { assessmentRows } from "./assessments-bank.ts"
import { MemoryDatabase, table } from "./database.ts"
import { profileRows } from "./identity.ts"
import { pageOf } from "./order.ts"

export const attemptRows = table("assessments.attempts", Attempt)
/** By assessment and learner. */
const accommodationRows = table("assessments.accommodations", Accommodation)
/** By attempt; each holds its whole trail. */
const trailRows = table("assessments.grading_audit", Schema.Array(GradingAudit))

const grantKey = (assessmentId: AssessmentId, userId: UserId) => `${assessmentId} ${userId}`

export const attemptStoreLayer = Layer.effect(
  AttemptStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = attemptRows(database)
    const accommodations = accommodationRows(database)
    const assessments = assessmentRows(database)

    const of = (assessmentId: AssessmentId, userId: UserId) =>
      Effect.map(rows.all, (all) =>
        all.filter((one) => one.assessmentId === assessmentId && one.userId === userId)
      )
    const isActive = ({ status }: Attempt) => activeStatuses.has(status)
    const isRunning = ({ status }: Attempt) => status === "in_progress"

    return AttemptStore.of({
      find: (id) => rows.find(id),
      findForUpdate: (id) => rows.find(id),
      learnerStateForUpdate: Effect.fnUntraced(function* (assessmentId, userId) {
        const theirs = yield* of(assessmentId, userId)
        const ends = theirs.flatMap((one) => endOf(one) ?? [])
        return {
          active: Option.fromUndefinedOr(theirs.find(isActive)),
          attemptsStarted: theirs.length,
          lastEndedAt: Option.fromUndefinedOr(
            ends.reduce<DateTime.Utc | undefined>(
              (last, end) => (last !== undefined && DateTime.isGreaterThan(last, end) ? last : end),
              undefined
            )
          ),
          accommodation: yield* accommodations.find(grantKey(assessmentId, userId))
        }
      }),
      insert: Effect.fnUntraced(function* (attempt) {
        const { assessmentId, attemptNo, userId } = attempt
        const theirs = yield* of(assessmentId, userId)
        if (theirs.some((one) => one.attemptNo === attemptNo || (isActive(attempt) && isActive(one))))
          return false
        if (Option.isNone(yield* assessments.find(assessmentId)))
          return yield* new AssessmentNotFound({ id: assessmentId })
        yield* rows.put(attempt.id, attempt)
        return true
      }),
      update: (attempt) => rows.put(attempt.id, attempt),
      existFor: (id) => Effect.map(rows.all, (all) => all.some(({ assessmentId }) => assessmentId === id)),
      list: ({ assessmentId, status, userId }, part) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (one) =>
                (assessmentId === undefined || one.assessmentId === assessmentId) &&
                (status === undefined || one.status === status) &&
                (userId === undefined || one.userId === userId)
            ),
            ({ id }) => [id],
            { ...part, order: "descending" }
          )
        ),
      claimOverdue: (before, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (one) =>
                isRunning(one) &&
                one.deadline !== undefined &&
                DateTime.isLessThanOrEqualTo(one.deadline, before)
            ),
            ({ deadline, id }) => [deadline?.epochMilliseconds ?? 0, id],
            { after: Option.none(), count }
          )
        ),
      isRunning: (id) =>
        Effect.map(rows.all, (all) => all.some((one) => one.assessmentId === id && isRunning(one))),
      graded: (assessmentId, userId) =>
        Effect.map(of(assessmentId, userId), (theirs) =>
          theirs
            .filter((one): one is Graded => one.status === "graded")
            .sort((a, b) => a.attemptNo - b.attemptNo)
        )
    })
  })
)

export const accommodationStoreLayer = Layer.effect(
  AccommodationStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = accommodationRows(database)
    const profiles = profileRows(database)
    const at = (assessmentId: AssessmentId) =>
      Effect.map(rows.all, (all) => all.filter((one) => one.assessmentId === assessmentId))
    return AccommodationStore.of({
      find: (assessmentId, userId) => rows.find(grantKey(assessmentId, userId)),
      put: (accommodation) =>
        Effect.flatMap(profiles.find(accommodation.userId), (found) =>
          Option.isNone(found)
            ? Effect.fail(new ProfileNotFound({ user: accommodation.userId }))
            : rows.put(grantKey(accommodation.assessmentId, accommodation.userId), accommodation)
        ),
      remove: (assessmentId, userId) =>
        Effect.tap(rows.find(grantKey(assessmentId, userId)), () =>
          rows.remove(grantKey(assessmentId, userId))
        ),
      list: (assessmentId, part) =>
        Effect.map(at(assessmentId), (all) => pageOf(all, ({ userId }) => [userId], part)),
      terms: (assessmentId) =>
        Effect.map(at(assessmentId), (all) =>
          all
            .map(grantedOf)
            .reduce<ReadonlyArray<Granted>>(
              (different, one) =>
                different.some((other) => Equal.equals(other, one)) ? different : [...different, one],
              []
            )
        )
    })
  })
)

export const gradingTrailLayer = Layer.effect(
  GradingTrail,
  Effect.gen(function* () {
    const rows = trailRows(yield* MemoryDatabase)
    const of = (attemptId: string) =>
      Effect.map(
        rows.find(attemptId),
        Option.getOrElse(() => [])
      )
    return GradingTrail.of({
      append: Effect.forEach(
        (row) => Effect.flatMap(of(row.attemptId), (before) => rows.put(row.attemptId, [...before, row])),
        { discard: true }
      ),
      last: (attemptId) => Effect.map(of(attemptId), (all) => Option.fromUndefinedOr(all.at(-1))),
      of
    })
  })
)
