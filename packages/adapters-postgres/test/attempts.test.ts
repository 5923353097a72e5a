/** What the database itself refuses of attempts. Source: ASM-3, ASM-19, PG-3. */
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Result } from "effect"
import { SqlClient } from "effect/sql"
import { constraintOf } from "../src/table.ts"
import { testDatabase } from "./database.ts"

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const timestamps = ["submitted_at", "graded_at", "ended_at"] as const
type Timestamp = (typeof timestamps)[number]

/** Which timestamps each status bears. */
const bearing: Readonly<Record<string, ReadonlyArray<Timestamp>>> = {
  in_progress: [],
  submitted: ["submitted_at"],
  needs_review: ["submitted_at"],
  graded: ["submitted_at", "graded_at"],
  abandoned: ["ended_at"],
  expired: ["ended_at"]
}

const ground = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`insert into public.profiles (id, username, display_name, is_public, locale, time_zone, status, version)
    values (${id(1)}::uuid, 'attempts_learner', 'L', false, 'en', 'UTC', 'active', 1)`
  yield* sql`insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, search_text, version)
    values (${id(2)}::uuid, 'attempts-course', 'C', '', 'c', 'beginner', 'draft', 'c', 1)`
  yield* sql`insert into assessments.assessments (id, scope, course_id, title, type, gives_certificate, passing_score, grading_mode,
      grade_policy, shuffle_questions, shuffle_answers, on_expiry, review, is_published, version)
    values (${id(3)}::uuid, 'course', ${id(2)}::uuid, 'Q', 'quiz', false, 50, 'auto', 'highest', false, false, 'discard', '{}', true, 1)`
})

let made = 0
/** The constraint that refuses a row with these timestamps, the start being at 10; `stored` where none does. */
const stored = Effect.fnUntraced(function* (status: string, at: Partial<Record<Timestamp, number>>) {
  const sql = yield* SqlClient.SqlClient
  const row = {
    id: id(100 + (made += 1)),
    user_id: id(1),
    assessment_id: id(3),
    attempt_no: made,
    status,
    attempt_seed: "1".repeat(32),
    content_snapshot: {},
    content_snapshot_hash: "a".repeat(64),
    responses: [],
    revision: 0,
    started_at: "2026-01-01T00:00:10Z",
    on_expiry: "discard",
    ...Object.fromEntries(
      Object.entries(at).map(([name, second]) => [
        name,
        `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`
      ])
    ),
    ...(status !== "in_progress" && { time_spent_sec: 0 }),
    ...("submitted_at" in at && { auto_submitted: false }),
    ...(status === "graded" && {
      grades: [],
      score: { numerator: "1", denominator: "3" },
      max_score: { numerator: "1", denominator: "1" },
      passed: false
    })
  }
  const columns = sql.literal(Object.keys(row).join(", "))
  const inserted = sql`insert into assessments.attempts (${columns}) select ${columns}
    from jsonb_populate_record(null::assessments.attempts, ${JSON.stringify(row)}::jsonb)`
  const outcome = yield* Effect.result(
    sql.withTransaction(Effect.andThen(inserted, Effect.fail("stored" as const)))
  )
  const failure = Result.isFailure(outcome) ? outcome.failure : "stored"
  return failure === "stored" ? failure : constraintOf(failure)
})

layer(testDatabase, { timeout: "60 seconds" })("Attempts in the database", (it) => {
  it.effect("timestamps stand exactly where the status says so, and in order (ASM-3)", () =>
    Effect.gen(function* () {
      yield* ground
      const sets = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => timestamps.filter((_, n) => (bits >> n) & 1))
      for (const [status, borne] of Object.entries(bearing))
        for (const set of sets) {
          const at = Object.fromEntries(set.map((name, n) => [name, 10 + n]))
          const agrees = set.length === borne.length && borne.every((name) => set.includes(name))
          const answer = yield* stored(status, at)
          if (agrees) assert.strictEqual(answer, "stored")
          else assert.include(["logical_status_timestamps", "attempts_end_agrees"], answer)
        }
      assert.strictEqual(yield* stored("expired", { ended_at: 9 }), "logical_status_timestamps")
      assert.strictEqual(yield* stored("submitted", { submitted_at: 9 }), "logical_status_timestamps")
      assert.strictEqual(
        yield* stored("graded", { submitted_at: 12, graded_at: 11 }),
        "logical_status_timestamps"
      )
    })
  )

  it.effect("the core can neither change nor empty the trail of grading (ASM-19)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const statement of [
        "update assessments.grading_audit set reason = 'x'",
        "delete from assessments.grading_audit",
        "truncate assessments.grading_audit"
      ]) {
        const body = Effect.gen(function* () {
          yield* sql`insert into assessments.attempts (id, user_id, assessment_id, attempt_no, status, attempt_seed, content_snapshot,
                content_snapshot_hash, responses, revision, started_at, on_expiry)
              values (${id(99)}::uuid, ${id(1)}::uuid, ${id(3)}::uuid, 9999, 'in_progress', repeat('1', 32), '{}', repeat('a', 64), '[]', 0, now(), 'discard')`
          yield* sql`insert into assessments.grading_audit (attempt_id, action_type, performed_by, performed_at, previous_state, new_state)
              values (${id(99)}::uuid, 'expired', '{}', now(), '{}', '{}')`
          yield* sql.unsafe(statement)
        })
        const exit = yield* Effect.exit(sql.withTransaction(body))
        assert.isTrue(Exit.isFailure(exit))
        assert.match(JSON.stringify(exit), /"code":"(?:42501|23001)"/u)
      }
    })
  )
})
