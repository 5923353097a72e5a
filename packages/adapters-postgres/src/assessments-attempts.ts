/** Attempts, what single learners are granted, and the trail of grading. */
import {
  Accommodation,
  AssessmentNotFound,
  Attempt,
  type Graded,
  GradingAudit,
  grantedOf
} from "@lyceum/core/assessments"
import { AccommodationStore, AttemptStore, GradingTrail } from "@lyceum/core/assessments/ports"
import { ProfileNotFound } from "@lyceum/core/identity"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

/** What of an attempt may change; what it froze at its start may not. */
export const changing = [
  "status",
  "responses",
  "revision",
  "deadline",
  "submitted_at",
  "ended_at",
  "time_spent_sec",
  "auto_submitted",
  "session_id",
  "graded_at",
  "graded_by",
  "grades",
  "score",
  "max_score",
  "passed",
  "feedback",
  "updated_at"
]

const granted = [
  "time_factor_percent",
  "extra_time_sec",
  "extra_attempts",
  "opens_at",
  "closes_at",
  "reason",
  "granted_by",
  "updated_at"
]

interface StateRow {
  readonly active: unknown
  readonly accommodation: unknown
  readonly attempts_started: number
  readonly last_ended_at: string | null
}

export const attemptStoreLayer = Layer.effect(
  AttemptStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.attempts", ["id"], Attempt)
    const grants = yield* table("assessments.accommodations", ["assessment_id", "user_id"], Accommodation)
    const exists = (found: Effect.Effect<ReadonlyArray<{ readonly exists: boolean }>, unknown>) =>
      Effect.map(Effect.orDie(found), ([row]) => row?.exists === true)

    return AttemptStore.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`, "for no key update")),
      learnerStateForUpdate: Effect.fnUntraced(function* (assessmentId, userId) {
        // A statement of its own: what it waited for is seen by the next one only.
        yield* sql`select 1 from public.profiles where id = ${userId}::uuid for no key update`
        const [row] = yield* sql<StateRow>`
          with theirs as materialized (
            select id, status, coalesce(submitted_at, ended_at) as ended_at from assessments.attempts
            where user_id = ${userId}::uuid and assessment_id = ${assessmentId}::uuid
          )
          select
            (select to_jsonb(t) from assessments.attempts t where t.id = (
              select id from theirs where status in ('in_progress', 'submitted', 'needs_review'))) as active,
            (select to_jsonb(a) from assessments.accommodations a
              where a.assessment_id = ${assessmentId}::uuid and a.user_id = ${userId}::uuid) as accommodation,
            (select count(*)::int from theirs) as attempts_started,
            (select to_char(max(ended_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from theirs) as last_ended_at`
        return {
          active: Option.map(Option.fromNullishOr(row?.active), rows.decode),
          accommodation: Option.map(Option.fromNullishOr(row?.accommodation), grants.decode),
          attemptsStarted: row?.attempts_started ?? 0,
          lastEndedAt: Option.map(Option.fromNullishOr(row?.last_ended_at), DateTime.makeUnsafe)
        }
      }, Effect.orDie),
      insert: (attempt) =>
        refusing({
          attempts_assessment_fkey: () => new AssessmentNotFound({ id: attempt.assessmentId })
        })(rows.insertUnlessKnown(attempt)),
      update: (attempt) => Effect.orDie(rows.replace(attempt, changing)),
      existFor: (id) =>
        exists(sql`select exists (select 1 from assessments.attempts where assessment_id = ${id}::uuid)`),
      list: ({ assessmentId, status, userId }, { after, count }) => {
        const wanted = sql.and([
          ...(assessmentId === undefined ? [] : [sql`assessment_id = ${assessmentId}::uuid`]),
          ...(userId === undefined ? [] : [sql`user_id = ${userId}::uuid`]),
          ...(status === undefined ? [] : [sql`status = ${status}::assessments.attempt_status`]),
          ...Option.match(after, { onNone: () => [], onSome: ([id]) => [sql`id < ${String(id)}::uuid`] }),
          sql`true`
        ])
        return Effect.orDie(rows.select(sql`where ${wanted} order by id desc limit ${count}`))
      },
      claimOverdue: (before, count) =>
        Effect.orDie(
          rows.select(sql`
            where status = 'in_progress' and deadline <= ${DateTime.formatIso(before)}::timestamptz
            order by deadline, id limit ${count} for no key update skip locked`)
        ),
      isRunning: (id) =>
        exists(sql`
          select exists (
            select 1 from assessments.attempts where assessment_id = ${id}::uuid and status = 'in_progress'
          )`),
      graded: (assessmentId, userId) =>
        Effect.map(
          Effect.orDie(
            rows.select(sql`
              where user_id = ${userId}::uuid and assessment_id = ${assessmentId}::uuid and status = 'graded'
              order by attempt_no`)
          ),
          (found) => found as ReadonlyArray<Graded>
        )
    })
  })
)

export const accommodationStoreLayer = Layer.effect(
  AccommodationStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.accommodations", ["assessment_id", "user_id"], Accommodation)
    return AccommodationStore.of({
      find: (assessmentId, userId) =>
        Effect.orDie(
          rows.selectOne(sql`where assessment_id = ${assessmentId}::uuid and user_id = ${userId}::uuid`)
        ),
      put: (accommodation) =>
        Effect.flatMap(
          refusing({
            accommodations_user_fkey: () => new ProfileNotFound({ user: accommodation.userId })
          })(rows.insertUnlessKnown(accommodation)),
          (isNew) => (isNew ? Effect.void : Effect.orDie(rows.replace(accommodation, granted)))
        ),
      remove: (assessmentId, userId) =>
        Effect.map(
          Effect.orDie(sql<{ row: unknown }>`
            delete from assessments.accommodations t
            where assessment_id = ${assessmentId}::uuid and user_id = ${userId}::uuid returning to_jsonb(t) as row`),
          ([first]) => Option.map(Option.fromNullishOr(first?.row), rows.decode)
        ),
      list: (assessmentId, { after, count }) => {
        const wanted = sql.and([
          sql`assessment_id = ${assessmentId}::uuid`,
          ...Option.match(after, { onNone: () => [], onSome: ([id]) => [sql`user_id > ${String(id)}::uuid`] })
        ])
        return Effect.orDie(rows.select(sql`where ${wanted} order by user_id limit ${count}`))
      },
      terms: (assessmentId) =>
        Effect.map(
          Effect.orDie(sql<{ row: unknown }>`
            select distinct on (time_factor_percent, extra_time_sec, extra_attempts, opens_at, closes_at)
              to_jsonb(t) as row
            from assessments.accommodations t where assessment_id = ${assessmentId}::uuid`),
          (found) => found.map(({ row }) => grantedOf(rows.decode(row)))
        )
    })
  })
)

export const gradingTrailLayer = Layer.effect(
  GradingTrail,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.grading_audit", ["id"], GradingAudit)
    return GradingTrail.of({
      append: (audit) => Effect.orDie(rows.insertAll(audit)),
      last: (attemptId) =>
        Effect.orDie(rows.selectOne(sql`where attempt_id = ${attemptId}::uuid order by id desc`)),
      of: (attemptId) => Effect.orDie(rows.select(sql`where attempt_id = ${attemptId}::uuid order by id`))
    })
  })
)
