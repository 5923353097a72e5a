/** Corrections, who grades what at the moment, and how many attempts there are of what kind. */
import { Attempt, AttemptId, Correction, ReviewClaim, Snapshot, StatusCount } from "@lyceum/core/assessments"
import {
  AttemptTotals,
  CorrectionStore,
  type QueueFilter,
  ReviewClaims,
  type Waiting
} from "@lyceum/core/assessments/ports"
import { Instant } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { table } from "./table.ts"

const decodeSnapshot = Schema.decodeUnknownSync(Schema.toCodecJson(Snapshot))
const decodeCounts = Schema.decodeUnknownSync(Schema.Array(StatusCount))
const decodeInstant = Schema.decodeUnknownSync(Schema.toCodecJson(Instant))
const decodeClaim = Schema.decodeUnknownSync(Schema.toCodecJson(ReviewClaim))
const maybeInstant = (text: string | null | undefined) =>
  Option.map(Option.fromNullishOr(text), decodeInstant)
const at = (instant: DateTime.Utc) => DateTime.formatIso(instant)

export const correctionStoreLayer = Layer.effect(
  CorrectionStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.corrections", ["id"], Correction)
    return CorrectionStore.of({
      of: (assessmentId) =>
        Effect.orDie(rows.select(sql`where assessment_id = ${assessmentId}::uuid order by created_at, id`)),
      asked: (assessmentId, questionId) =>
        Effect.map(
          Effect.orDie(sql<{ snapshot: unknown }>`
            select content_snapshot as snapshot from assessments.attempts
            where assessment_id = ${assessmentId}::uuid
              and content_snapshot @> ${JSON.stringify({ items: [{ questionId }] })}::jsonb
            order by id desc limit 1`),
          ([first]) => Option.map(Option.fromNullishOr(first), ({ snapshot }) => decodeSnapshot(snapshot))
        ),
      insert: (correction) => Effect.orDie(rows.insert(correction))
    })
  })
)

export const reviewClaimsLayer = Layer.effect(
  ReviewClaims,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const attempts = yield* table("assessments.attempts", ["id"], Attempt)
    const claims = yield* table(
      "assessments.review_claims",
      ["attempt_id"],
      Schema.Struct({ attemptId: AttemptId, ...ReviewClaim.fields })
    )
    const those = ({ assessmentId, ownedBy }: QueueFilter) => [
      ...(assessmentId === undefined ? [] : [sql`a.assessment_id = ${assessmentId}::uuid`]),
      ...(ownedBy === undefined
        ? []
        : [
            sql`exists (
              select 1 from assessments.assessments s left join content.lessons l on l.id = s.lesson_id
              join content.courses c on c.id = coalesce(s.course_id, l.course_id)
              where s.id = a.assessment_id and (c.created_by = ${ownedBy}::uuid or c.instructor_id = ${ownedBy}::uuid)
            )`
          ])
    ]
    const waits = sql.literal("a.status in ('submitted', 'needs_review')")

    return ReviewClaims.of({
      find: (attemptId) =>
        Effect.map(
          Effect.orDie(claims.selectOne(sql`where attempt_id = ${attemptId}::uuid`)),
          Option.map(({ grader, until }): ReviewClaim => ({ grader, until }))
        ),
      put: (attemptId, { grader, until }) =>
        Effect.orDie(sql`
          insert into assessments.review_claims (attempt_id, grader, until)
          values (${attemptId}::uuid, ${grader}::uuid, ${at(until)}::timestamptz)
          on conflict on constraint review_claims_pkey
          do update set grader = excluded.grader, until = excluded.until, updated_at = util.now()`),
      remove: (attemptId) =>
        Effect.orDie(sql`delete from assessments.review_claims where attempt_id = ${attemptId}::uuid`),
      queue: (filter, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([submittedAt, id]) => [
            sql`(a.submitted_at, a.id) > (${String(submittedAt)}::timestamptz, ${String(id)}::uuid)`
          ]
        })
        const wanted = sql.and([sql`${waits}`, ...those(filter), ...beyond])
        return Effect.map(
          Effect.orDie(sql<{ attempt: unknown; claim: unknown }>`
            select to_jsonb(a) as attempt, case when c.attempt_id is not null
              then jsonb_build_object('grader', c.grader, 'until', c.until) end as claim
            from assessments.attempts a left join assessments.review_claims c on c.attempt_id = a.id
            where ${wanted} order by a.submitted_at, a.id limit ${count}`),
          (found) =>
            found.map(({ attempt, claim }) => ({
              attempt: attempts.decode(attempt) as Waiting["attempt"],
              claim: Option.map(Option.fromNullishOr(claim), decodeClaim)
            }))
        )
      },
      progress: (filter, { now, since }) => {
        const waiting = sql.and([sql`${waits}`, ...those(filter)])
        const byPeople = sql.and([
          sql`a.status = 'graded'`,
          sql`a.graded_by is not null`,
          sql`a.graded_at >= ${at(since)}::timestamptz`,
          ...those(filter)
        ])
        return Effect.map(
          Effect.orDie(sql<{ waiting: number; claimed: number; graded: number; oldest: string | null }>`
            select w.*, (select count(*)::int from assessments.attempts a where ${byPeople}) as graded from (
              select count(*)::int as waiting, count(c.attempt_id)::int as claimed, to_jsonb(min(a.submitted_at)) as oldest
              from assessments.attempts a left join lateral (
                select attempt_id from assessments.review_claims
                where attempt_id = a.id and until > ${at(now)}::timestamptz limit 1
              ) c on true
              where ${waiting}
            ) w`),
          ([found]) => ({
            waiting: found?.waiting ?? 0,
            claimed: found?.claimed ?? 0,
            graded: found?.graded ?? 0,
            oldest: maybeInstant(found?.oldest)
          })
        )
      }
    })
  })
)

export const attemptTotalsLayer = Layer.effect(
  AttemptTotals,
  Effect.map(SqlClient.SqlClient, (sql) =>
    AttemptTotals.of({
      byStatus: Effect.map(
        Effect.orDie(sql`select status, count(*)::int as count from assessments.attempts group by status`),
        decodeCounts
      ),
      overdue: (before) =>
        Effect.map(
          Effect.orDie(sql<{ count: number; oldest: string | null }>`
            select count(*)::int as count, to_jsonb(min(deadline)) as oldest from assessments.attempts
            where status = 'in_progress' and deadline < ${at(before)}::timestamptz`),
          ([found]) => ({ count: found?.count ?? 0, oldestDeadline: maybeInstant(found?.oldest) })
        )
    })
  )
)
