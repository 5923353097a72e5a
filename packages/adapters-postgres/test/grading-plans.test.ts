/** How the queries of graders and operators come to their answers over many attempts. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { AssessmentId, AttemptId, CorrectionId, QuestionId } from "@lyceum/core/assessments"
import { AttemptTotals, CorrectionStore, ReviewClaims } from "@lyceum/core/assessments/ports"
import { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { attemptTotalsLayer, correctionStoreLayer, reviewClaimsLayer } from "../src/assessments-grading.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(correctionStoreLayer, reviewClaimsLayer, attemptTotalsLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provideMerge(testDatabase)
)

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")

const snapshot = (questionId: string) => ({
  format: 1,
  assessmentId: uuid(1),
  assessmentVersion: 1,
  scope: { scope: "course", courseId: uuid(1) },
  type: "exam",
  title: "T",
  passingScore: 60,
  gradingMode: "hybrid",
  items: [{ type: "open_text", questionId, questionVersion: 1, isRequired: false, body: "Why?", points: 5 }]
})

/**
 * So many attempts, a thousand of each assessment, by learners of their own; of fifty one runs, two wait, and of the rest
 * half was graded by a person, one a minute. Most of what they refer to is left out.
 */
const fill = Effect.fnUntraced(function* (count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set statement_timeout = '120s'`
  const of = (n: string) => sql.literal(`('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`)
  const status = sql.literal(
    "(case n % 50 when 0 then 'in_progress' when 1 then 'submitted' when 2 then 'needs_review' else 'graded' end)"
  )
  const moment = sql.literal(`('2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute')`)
  const json = (value: unknown) => sql.literal(`'${JSON.stringify(value)}'::jsonb`)
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('session_replication_role', 'replica', true)`
      yield* sql`
        insert into public.profiles (id, username, display_name)
        select ${of("n")}, 'person-' || n, 'Person' from generate_series(0, 99) n on conflict do nothing`
      yield* sql`
        insert into assessments.assessments (id, scope, course_id, title, type, gives_certificate, passing_score,
          grading_mode, grade_policy, shuffle_questions, shuffle_answers, on_expiry, review, is_published, version)
        select ${of("n")}, 'course', ${of("n")}, 'T', 'exam', false, 60, 'hybrid', 'highest', false, false, 'grade_saved',
          '{}', true, 1
        from generate_series(0, 100) n on conflict do nothing`
      yield* sql`
        insert into assessments.attempts (id, user_id, assessment_id, attempt_no, status, attempt_seed, content_snapshot,
          content_snapshot_hash, responses, revision, started_at, on_expiry, deadline, submitted_at, time_spent_sec,
          auto_submitted, graded_at, graded_by, grades, score, max_score, passed)
        select ${of("n")}, ${of("n")}, ${of("n / 1000")}, 1, ${status}::assessments.attempt_status, repeat('1', 32),
          ${json(snapshot(uuid(7)))}, repeat('a', 64), '[]', 1, ${moment}, 'grade_saved', ${moment} + interval '1 hour',
          case when s <> 'in_progress' then ${moment} end, case when s <> 'in_progress' then 1 end,
          case when s <> 'in_progress' then false end, case when s = 'graded' then ${moment} end,
          case when s = 'graded' and n % 2 = 0 then ${of("n % 100")} end, case when s = 'graded' then '[]'::jsonb end,
          case when s = 'graded' then ${json({ numerator: "1", denominator: "1" })} end,
          case when s = 'graded' then ${json({ numerator: "1", denominator: "1" })} end,
          case when s = 'graded' then true end
        from generate_series(1, ${count}::int) n, lateral (select ${status} as s) x`
      yield* sql`
        insert into assessments.review_claims (attempt_id, grader, until)
        select ${of("n")}, ${of("n % 100")}, ${moment} from generate_series(1, ${count}::int) n where n % 50 in (1, 2)`
      yield* sql`
        insert into assessments.corrections (id, assessment_id, question_id, question_version, act, reason, corrected_by)
        select ${of("n")}, ${of("n / 10")}, ${of("7")}, 1, '{"kind": "dropped"}', 'r', ${of("n % 100")}
        from generate_series(1, ${count}::int) n`
    })
  )
  for (const table of tables) yield* sql`analyze ${sql.literal(table)}`
})

const tables = ["attempts", "review_claims", "corrections"].map((table) => `assessments.${table}`)

const queries = Effect.gen(function* () {
  const [claims, corrections, totals] = [yield* ReviewClaims, yield* CorrectionStore, yield* AttemptTotals]
  const [assessmentId, attemptId] = [AssessmentId.make(uuid(4)), AttemptId.make(uuid(4201))]
  const grader = UserId.make(uuid(42))
  const first = { after: Option.none(), count: 51 }
  const later = { after: Option.some(["2026-01-03T20:00:00.000Z", uuid(4201)]), count: 51 }
  const of = { now, since: DateTime.makeUnsafe("2026-03-11T00:00:00Z") }
  let made = 90_000_000
  return {
    find: claims.find(attemptId),
    put: claims.put(attemptId, { grader, until: now }),
    remove: claims.remove(attemptId),
    queue: claims.queue({}, first),
    queueLater: claims.queue({}, later),
    queueOf: claims.queue({ assessmentId }, first),
    queueOfLater: claims.queue({ assessmentId }, later),
    queueOwn: claims.queue({ ownedBy: grader }, first),
    progressOf: claims.progress({ assessmentId }, of),
    corrections: corrections.of(assessmentId),
    asked: corrections.asked(assessmentId, QuestionId.make(uuid(7))),
    insert: Effect.suspend(() =>
      corrections.insert({
        id: CorrectionId.make(uuid((made += 1))),
        assessmentId,
        questionId: QuestionId.make(uuid(7)),
        questionVersion: 1,
        act: { kind: "dropped" },
        reason: "r",
        createdAt: now
      })
    ),
    overdue: totals.overdue(DateTime.makeUnsafe("2026-01-01T03:00:00Z"))
  }
})

/**
 * It counts all that waits, so its plan may change with how much that is; at an index all the same. Not here: `byStatus`,
 * which counts every attempt there is, now and then, for an operator.
 */
const progress = ReviewClaims.use((claims) => claims.progress({}, { now, since: now }))

layer(adapters, { excludeTestServices: true, timeout: "240 seconds" })("Queries of graders", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them, and use every index there is (PG-12)",
    () =>
      Effect.gen(function* () {
        yield* asOwner(fill(10_000))
        const small = yield* shapesOfAll(yield* queries)
        yield* asOwner(Effect.andThen(emptied(tables), fill(100_000)))
        const large = yield* shapesOfAll(yield* queries)
        assert.deepStrictEqual(unstable(small, large), [])
        const scans: Array<readonly [string, ReadonlyArray<string>]> = []
        for (const [query, run] of Object.entries({ ...(yield* queries), progress }))
          scans.push([query, yield* wholeScansOf(run as Effect.Effect<unknown>)])
        assert.deepStrictEqual(
          scans.filter(([, scanned]) => scanned.length > 0),
          []
        )
        const guards = [
          // Foreign keys have theirs for the day when a profile goes.
          "idx_corrections_corrected_by",
          "idx_review_claims_grader"
        ]
        const unused = yield* unusedIndexesOf(["assessments.corrections", "assessments.review_claims"])
        assert.deepStrictEqual(
          unused.filter((index) => !guards.includes(index)),
          []
        )
        const mine = ["waiting", "assessment_waiting", "graded_by_people"].map(
          (name) => `idx_attempts_${name}`
        )
        const unusedOfAttempts = yield* unusedIndexesOf(["assessments.attempts"])
        assert.deepStrictEqual(
          mine.filter((index) => unusedOfAttempts.includes(index)),
          []
        )
      }),
    240_000
  )
})
