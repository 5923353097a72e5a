/** What the tables of certificates refuse by themselves, whoever writes them. Source: CRT-2, CRT-6, CRT-7, PG-5. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { asOwner, testDatabase } from "./database.ts"
import { fillScene } from "./security/scene.ts"

const id = (name: string) => `md5('${name}')::uuid`
const mine = `${id("member certificate")}`

/** What PostgreSQL says to statements that are undone afterwards: a constraint's name, a code, or `done`. */
const answerTo = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const all = Effect.andThen(
    Effect.forEach(
      [...statements, "set constraints all immediate"],
      (statement) => sql.unsafe(statement).unprepared
    ),
    Effect.fail("undone" as const)
  )
  const failure = yield* Effect.flip(sql.withTransaction(all))
  if (failure === "undone") return "done"
  const { cause } = (failure as SqlError.SqlError).reason as {
    readonly cause: { readonly constraint?: string; readonly code: string }
  }
  return cause.constraint ?? cause.code
})

const copied = (changes: string, hash: string) => `
  insert into assessments.certificates (id, user_id, attempt_id, assessment_id, scope, course_id, serial_number, verify_hash, nonce,
    name_hash, name_salt, recipient_name, title, percentage, earned_at, issued_at)
  select ${id("another certificate")}, user_id, attempt_id, assessment_id, scope, course_id, ${changes}, ${hash}, nonce,
    name_hash, name_salt, recipient_name, title, percentage, earned_at, issued_at
  from assessments.certificates where id = ${mine}`
const another = copied("'LYC-2026-ZZZZZZZZ0'", "repeat('d', 64)")
const revoke = `update assessments.certificates set revoked_at = issued_at where id = ${mine}`

layer(testDatabase, { excludeTestServices: true, timeout: "60 seconds" })(
  "The tables of certificates",
  (it) => {
    it.effect(
      "hold one valid certificate for a learner and a scope, and any number of withdrawn ones (CRT-2, PG-5)",
      () =>
        asOwner(
          Effect.gen(function* () {
            yield* fillScene
            assert.strictEqual(yield* answerTo(another), "certificates_user_course_passed_unique")
            assert.strictEqual(yield* answerTo(revoke, another), "done")
            const supersede = `update assessments.certificates set superseded_by = 'LYC-2026-ZZZZZZZZ0' where id = ${mine}`
            assert.strictEqual(yield* answerTo(supersede, another), "done")
            assert.strictEqual(yield* answerTo(supersede), "certificates_superseded_by_fkey")
            const same = [
              copied("serial_number", "repeat('d', 64)"),
              copied("'LYC-2026-ZZZZZZZZ0'", "verify_hash")
            ]
            assert.deepStrictEqual(yield* Effect.forEach(same, (one) => answerTo(revoke, one)), [
              "certificates_serial_number_key",
              "certificates_verify_hash_unique"
            ])
          })
        )
    )

    it.effect(
      "refuse dates out of order, half a hash, a name without its salt, and a scope that is none (CRT-4, CRT-7, PG-3)",
      () =>
        asOwner(
          Effect.gen(function* () {
            const set = (columns: string) =>
              answerTo(`update assessments.certificates set ${columns} where id = ${mine}`)
            assert.deepStrictEqual(
              [
                yield* set("revoked_at = issued_at - interval '1 millisecond'"),
                yield* set("revoked_at = issued_at"),
                yield* set("earned_at = issued_at + interval '1 millisecond'"),
                yield* set("nonce = null"),
                yield* set("name_salt = null"),
                yield* set("recipient_name = null"),
                yield* set("recipient_name = null, name_salt = null"),
                yield* set("lesson_id = null, course_id = null"),
                yield* set("serial_number = 'LYC-26-1'"),
                yield* set("superseded_by = serial_number")
              ],
              [
                "certificates_in_order",
                "done",
                "certificates_in_order",
                "certificates_hashes_together",
                "certificates_hashes_together",
                "certificates_hashes_together",
                "done",
                "certificate_scope_check",
                "certificates_serial_number_spelled",
                "certificates_not_of_itself"
              ]
            )
          })
        )
    )

    it.effect(
      "keep revocations for good: no change, no certificate deleted under them, no reason too short (CRT-7, PG-5)",
      () =>
        asOwner(
          Effect.gen(function* () {
            const revoked = id("other certificate")
            const add = (reason: string) =>
              answerTo(
                `insert into assessments.certificate_revocations (certificate_id, reason, revoked_at) values (${mine}, ${reason}, now())`
              )
            assert.deepStrictEqual(
              [
                yield* answerTo(`delete from assessments.certificates where id = ${revoked}`),
                yield* add("'too short'"),
                yield* add("repeat('x', 10)"),
                yield* add("repeat('x', 1000)"),
                yield* add("repeat('x', 1001)")
              ],
              [
                "certificate_revocations_certificate_fkey",
                "certificate_revocations_reason_sound",
                "done",
                "done",
                "certificate_revocations_reason_sound"
              ]
            )
            for (const statement of [
              "update assessments.certificate_revocations set reason = 'another reason'",
              "delete from assessments.certificate_revocations",
              "truncate assessments.certificate_revocations"
            ])
              assert.notStrictEqual(yield* answerTo(statement), "done", statement)
          })
        )
    )

    it.effect("count calls of the last hour by digest, and hold no address (CRT-6, PG-5)", () =>
      asOwner(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const columns = yield* sql<{ type: string }>`
          select format_type(atttypid, atttypmod) as type from pg_attribute
          where attrelid = 'public.certificate_verification_logs'::regclass and attnum > 0`
          assert.notIncludeMembers(
            columns.map(({ type }) => type),
            ["inet"]
          )
          const log = (hash: string, calls: number, refused: number, age: string) => sql`
          insert into public.certificate_verification_logs (id, client_ip_hash, success, error_message, response_time_ms, created_at)
          select gen_random_uuid(), repeat(${hash}, 64), n > ${refused}::int,
            case when n <= ${refused}::int then 'certificates.verification_limited' end, 1, now() - ${age}::interval
          from generate_series(1, ${calls}::int) n`
          yield* log("a", 99, 0, "59 minutes")
          yield* log("b", 130, 30, "59 minutes")
          yield* log("c", 130, 0, "61 minutes")
          const rows = yield* sql`select * from public.certificate_verification_rate_limit order by 1`
          assert.deepStrictEqual(rows, [
            { client_ip_hash: "a".repeat(64), requests_last_hour: 99, is_rate_limited: false },
            { client_ip_hash: "b".repeat(64), requests_last_hour: 100, is_rate_limited: true }
          ])
          const raw = `insert into public.certificate_verification_logs (id, client_ip_hash, success, response_time_ms)
          values (gen_random_uuid(), '203.0.113.7', true, 1)`
          assert.strictEqual(yield* answerTo(raw), "certificate_verification_logs_client_hash_is_one")
        })
      )
    )
  }
)
