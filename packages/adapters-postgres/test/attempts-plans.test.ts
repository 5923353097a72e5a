/** How the queries of attempts come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { AssessmentId, AttemptId } from "@lyceum/core/assessments"
import { AccommodationStore, AttemptStore, GradingTrail, Sittings } from "@lyceum/core/assessments/ports"
import { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { accommodationStoreLayer, attemptStoreLayer, gradingTrailLayer } from "../src/assessments-attempts.ts"
import { sittingsLayer } from "../src/assessments-sittings.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(
  attemptStoreLayer,
  accommodationStoreLayer,
  gradingTrailLayer,
  sittingsLayer
).pipe(Layer.provideMerge(transactionLayer), Layer.provideMerge(testDatabase))

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
/** Graded, and one that runs. */
const [graded, running] = [4242, 4240]

/** So many attempts of a thousand learners, a hundred at each assessment; a tenth runs, half of those with a deadline. */
const fill = Effect.fnUntraced(function* (count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set statement_timeout = '120s'`
  const of = (n: string) => sql.literal(`('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`)
  const upTo = (n: number) => sql`generate_series(1, ${n}::int) n`
  const snapshot = JSON.stringify({
    format: 1,
    assessmentId: uuid(1),
    assessmentVersion: 1,
    scope: { scope: "course", courseId: uuid(1) },
    type: "exam",
    title: "T",
    passingScore: 60,
    gradingMode: "auto",
    items: []
  })
  const one = JSON.stringify({ numerator: "1", denominator: "1" })
  const ended = sql.literal("case when n % 10 > 0 then")
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('session_replication_role', 'replica', true)`
      yield* sql`
        insert into public.profiles (id, username, display_name)
        select ${of("n")}, 'person-' || n, 'Person' from generate_series(0, 999) n on conflict do nothing`
      yield* sql`
        insert into assessments.assessments (id, scope, course_id, title, type, gives_certificate, passing_score, grading_mode,
          grade_policy, shuffle_questions, shuffle_answers, on_expiry, review, is_published, version)
        select ${of("n")}, 'course', ${of("n")}, 'T', 'exam', false, 60, 'auto', 'highest', false, false, 'grade_saved',
          '{"responses": "ended", "score": "graded", "items": "graded", "keys": "closed", "explanations": "closed"}', true, 1
        from generate_series(0, ${count / 100}::int) n`
      yield* sql`
        insert into assessments.attempts (id, user_id, assessment_id, attempt_no, status, attempt_seed, content_snapshot,
          content_snapshot_hash, responses, revision, started_at, on_expiry, deadline, submitted_at, time_spent_sec,
          auto_submitted, graded_at, grades, score, max_score, passed)
        select ${of("n")}, ${of("n % 1000")}, ${of("n / 100")}, 1,
          (case when n % 10 > 0 then 'graded' else 'in_progress' end)::assessments.attempt_status, repeat('1', 32), ${snapshot}::jsonb,
          lpad(to_hex(n), 64, '0'), '[]', 0, '2026-01-01', 'discard',
          case when n % 20 > 0 then '2026-01-02'::timestamptz + n * interval '1 minute' end, ${ended} '2026-01-01'::timestamptz end,
          ${ended} 0 end, ${ended} false end, ${ended} '2026-01-01'::timestamptz end, ${ended} '[]'::jsonb end,
          ${ended} ${one}::jsonb end, ${ended} ${one}::jsonb end, ${ended} true end
        from ${upTo(count)}`
      yield* sql`
        insert into assessments.accommodations (assessment_id, user_id, extra_time_sec, reason)
        select ${of("n / 100")}, ${of("n % 1000")}, n % 7, 'r' from ${upTo(count)}`
      yield* sql`
        insert into assessments.grading_audit (attempt_id, action_type, performed_by, performed_at, previous_state, new_state)
        select ${of("n")}, 'auto_graded', '{"_tag": "Service", "name": "x"}', '2026-01-01', '{"status": "in_progress"}',
          '{"status": "graded"}' from ${upTo(count)}`
    })
  )
  for (const table of tables) yield* sql`analyze ${sql.literal(table)}`
})

const tables = ["attempts", "accommodations", "grading_audit"].map((table) => `assessments.${table}`)

const queries = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const accommodations = yield* AccommodationStore
  const trail = yield* GradingTrail
  const sittings = yield* Sittings
  const id = AttemptId.make(uuid(graded))
  const [assessmentId, userId] = [AssessmentId.make(uuid(42)), UserId.make(uuid(242))]
  const attempt = Option.getOrThrow(yield* attempts.find(AttemptId.make(uuid(running))))
  const [row] = yield* trail.of(id)
  const first = { after: Option.none(), count: 51 }
  const later = { after: Option.some([uuid(graded)]), count: 51 }
  const soon = DateTime.makeUnsafe("2026-01-03T00:00:00Z")
  return {
    find: attempts.find(id),
    findForUpdate: attempts.findForUpdate(id),
    sitting: sittings.findForUpdate(attempt.id),
    learnerState: attempts.learnerStateForUpdate(assessmentId, userId),
    existFor: attempts.existFor(assessmentId),
    isRunning: attempts.isRunning(assessmentId),
    listOfUser: attempts.list({ userId }, later),
    listOfUserAtOne: attempts.list({ userId, assessmentId }, first),
    listOfAssessment: attempts.list({ assessmentId }, later),
    overdue: attempts.claimOverdue(soon, 100),
    graded: attempts.graded(assessmentId, userId),
    accommodation: accommodations.find(assessmentId, userId),
    accommodations: accommodations.list(assessmentId, first),
    terms: accommodations.terms(assessmentId),
    last: trail.last(id),
    trail: trail.of(id),
    store: sittings.store({ ...attempt, revision: 1 }, [{ ...row!, attemptId: attempt.id }])
  }
})

layer(adapters, { excludeTestServices: true, timeout: "180 seconds" })("Queries of attempts", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them (PG-12)",
    () =>
      Effect.gen(function* () {
        yield* asOwner(fill(10_000))
        const small = yield* shapesOfAll(yield* queries)
        yield* asOwner(Effect.andThen(emptied([...tables, "assessments.assessments"]), fill(100_000)))
        const many = yield* queries
        assert.deepStrictEqual(
          unstable(small, yield* shapesOfAll(many), {
            growing: ["sitting"]
          }),
          []
        )
        // A row that is changed twice in one transaction is checked against what it refers to, which is not there.
        const { store: _, ...repeatable } = many
        const whole = yield* Effect.forEach(Object.entries(repeatable), ([name, query]) =>
          Effect.map(wholeScansOf(query as Effect.Effect<unknown>), (read) => [name, read] as const)
        )
        assert.deepStrictEqual(
          whole.filter(([, read]) => read.length > 0),
          []
        )
        // They guard what is unique, lead to what is referred to, or are for the grading desk and for corrupt content.
        const elsewhere =
          /^(?:attempts_user_assessment_active_unique|idx_\w+_(?:granted_by|user|content_hash|graded_by\w*|waiting))$/u
        assert.deepStrictEqual(
          (yield* unusedIndexesOf(tables)).filter((index) => !elsewhere.test(index)),
          []
        )
      })
  )
})
