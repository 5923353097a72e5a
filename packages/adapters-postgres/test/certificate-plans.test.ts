/** How the queries of certificates come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { AttemptId } from "@lyceum/core/assessments"
import { CertificateId } from "@lyceum/core/certificates"
import { CertificateStore, VerificationLog } from "@lyceum/core/certificates/ports"
import { CourseId, LessonId, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { certificateStoreLayer, verificationLogLayer } from "../src/certificates.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(certificateStoreLayer, verificationLogLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provideMerge(testDatabase)
)

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const some = 4242

/**
 * So many certificates, ten of a learner, one of each attempt; one in fifty revoked, one in two hundred without hashes. And as
 * many verifications, a hundred of an address, a minute apart. What they refer to is left out.
 */
const fill = Effect.fnUntraced(function* (count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set statement_timeout = '120s'`
  const of = (n: string) => sql.literal(`('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`)
  const at = sql`${DateTime.formatIso(now)}::timestamptz`
  yield* sql.withTransaction(
    Effect.andThen(
      sql`select set_config('session_replication_role', 'replica', true)`,
      sql`
        insert into assessments.certificates (id, user_id, attempt_id, assessment_id, scope, lesson_id, course_id, serial_number,
          verify_hash, nonce, name_hash, title, percentage, earned_at, issued_at, revoked_at)
        select ${of("n")}, ${of("n / 10")}, ${of("n")}, ${of("n % 100")},
          (case when n % 2 = 0 then 'lesson' else 'course' end)::assessments.assessment_scope,
          case when n % 2 = 0 then ${of("n % 1000")} end, case when n % 2 = 1 then ${of("n % 1000")} end,
          'LYC-2026-' || lpad((n % 100000000)::text, 8, '0') || '0',
          case when n % 200 > 0 then encode(sha256(n::text::bytea), 'hex') end,
          case when n % 200 > 0 then repeat('a', 32) end, case when n % 200 > 0 then repeat('b', 64) end,
          'T', '{"numerator": "80", "denominator": "1"}', ${at}, ${at}, case when n % 50 = 1 then ${at} end
        from generate_series(1, ${count}::int) n`
    )
  )
  yield* sql`
    insert into public.certificate_verification_logs (id, client_ip_hash, success, response_time_ms, created_at)
    select ${of("n")}, encode(sha256((n / 100)::text::bytea), 'hex'), true, 1, ${at} - (n % 100) * interval '1 minute'
    from generate_series(1, ${count}::int) n`
  yield* sql`analyze assessments.certificates`
  yield* sql`analyze public.certificate_verification_logs`
})

const tables = ["assessments.certificates", "public.certificate_verification_logs"]

const queries = Effect.gen(function* () {
  const store = yield* CertificateStore
  const log = yield* VerificationLog
  const sql = yield* SqlClient.SqlClient
  const [{ hash, client } = assert.fail()] = yield* sql<{ hash: string; client: string }>`
    select encode(sha256('4242'), 'hex') as hash, encode(sha256('42'), 'hex') as client`
  const user = UserId.make(uuid(424))
  const certificate = Option.getOrThrow(yield* store.find(CertificateId.make(uuid(some))))
  const after = Option.some([uuid(some)])
  return {
    find: store.find(certificate.id),
    findByHash: store.findByHash(hash),
    findValidOfLesson: store.findValid(user, { scope: "lesson", lessonId: LessonId.make(uuid(242)) }),
    findValidOfCourse: store.findValid(user, { scope: "course", courseId: CourseId.make(uuid(243)) }),
    ofAttempt: store.ofAttempt(AttemptId.make(uuid(some))),
    list: store.list(user, { after, count: 51 }),
    update: store.update({ ...certificate, revokedAt: now }),
    claimUnhashed: store.claimUnhashed(500),
    fillHashes: store.fillHashes(certificate),
    revokedNumbers: store.revokedNumbers(0, 2000),
    revocation: store.revocation(certificate.id),
    admitted: log.admittedForUpdate([client], DateTime.subtract(now, { hours: 1 }), 100),
    verifications: log.list({ after, count: 51 })
  }
})

layer(adapters, { excludeTestServices: true, timeout: "180 seconds" })("Queries of certificates", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them, and use every index there is (PG-12)",
    () =>
      Effect.gen(function* () {
        yield* asOwner(fill(10_000))
        const small = yield* shapesOfAll(yield* queries)
        yield* asOwner(Effect.andThen(emptied(tables), fill(100_000)))
        const all = yield* queries
        const large = yield* shapesOfAll(all)
        assert.deepStrictEqual(unstable(small, large), [])
        const scans: Array<readonly [string, ReadonlyArray<string>]> = []
        // A row that is changed twice in one transaction is checked against what it refers to, which is not there.
        const { update: _, ...repeatable } = all
        for (const [query, run] of Object.entries(repeatable))
          scans.push([query, yield* wholeScansOf(run as Effect.Effect<unknown>)])
        assert.deepStrictEqual(
          scans.filter(([, scanned]) => scanned.length > 0),
          []
        )
        const guards = [
          // Foreign keys have theirs for the day when something goes.
          "idx_certificates_assessment",
          "idx_certificates_corrects",
          "idx_certificates_course",
          "idx_certificates_lesson",
          "idx_certificates_superseded_by",
          // Numbers are unique.
          "certificates_serial_number_key",
          "certificates_status_index_key"
        ]
        const unused = yield* unusedIndexesOf(tables)
        assert.deepStrictEqual(
          unused.filter((index) => !guards.includes(index)),
          []
        )
      }),
    180_000
  )
})
