/** What passing earned, and who looked at it. */
import {
  Certificate,
  OldCertificate,
  Revocation,
  type CertificateId,
  VerificationCall
} from "@lyceum/core/certificates"
import { CertificateStore, NumberTaken, ValidExists, VerificationLog } from "@lyceum/core/certificates/ports"
import { CourseId, LessonId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

const { scope: _, ...flat } = OldCertificate.fields
const { nameHash, nameSalt, nonce, verifyHash } = Certificate.fields

/** A certificate as one row: its scope beside the rest, its hashes absent on one of old. */
const Row = Schema.Struct({
  ...flat,
  scope: Schema.Literals(["lesson", "course"]),
  lessonId: Schema.optionalKey(LessonId),
  courseId: Schema.optionalKey(CourseId),
  verifyHash: Schema.optionalKey(verifyHash),
  nonce: Schema.optionalKey(nonce),
  nameHash: Schema.optionalKey(nameHash),
  nameSalt
})
type Row = typeof Row.Type

const rowOf = (certificate: Certificate | OldCertificate): Row => ({ ...certificate, ...certificate.scope })
const certificateOf = ({ courseId, lessonId, scope, ...rest }: Row): Certificate | OldCertificate =>
  // The constraints of the table say which of the two it has.
  ({ ...rest, scope: scope === "lesson" ? { scope, lessonId } : { scope, courseId } }) as OldCertificate
/** Only those with hashes are asked for where this is used. */
const hashedOf = (row: Row) => certificateOf(row) as Certificate

export const certificateStoreLayer = Layer.effect(
  CertificateStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.certificates", ["id"], Row)
    const revocations = yield* table("assessments.certificate_revocations", ["certificate_id"], Revocation)
    const hashed = sql`verify_hash is not null`

    return CertificateStore.of({
      find: (id) =>
        Effect.map(
          Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid and ${hashed}`)),
          Option.map(hashedOf)
        ),
      findByHash: (hash) =>
        Effect.map(
          Effect.orDie(sql<{ row: unknown; statusIndex: number }>`
            select to_jsonb(t) as row, t.status_index::int as "statusIndex"
            from assessments.certificates t where verify_hash = ${hash}`),
          ([found]) =>
            Option.map(Option.fromUndefinedOr(found), ({ row, statusIndex }) => ({
              certificate: hashedOf(rows.decode(row)),
              statusIndex
            }))
        ),
      findValid: (userId, scope) => {
        const where =
          scope.scope === "lesson"
            ? sql`lesson_id = ${scope.lessonId}::uuid and lesson_id is not null`
            : sql`course_id = ${scope.courseId}::uuid and lesson_id is null`
        return Effect.map(
          Effect.orDie(
            rows.selectOne(
              sql`where user_id = ${userId}::uuid and ${where} and revoked_at is null and superseded_by is null`
            )
          ),
          Option.map(certificateOf)
        )
      },
      ofAttempt: (attemptId) =>
        Effect.map(
          Effect.orDie(rows.select(sql`where attempt_id = ${attemptId}::uuid and ${hashed} order by id`)),
          (found) => found.map(hashedOf)
        ),
      list: (userId, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([id]) => [sql`id < ${String(id)}::uuid`]
        })
        const wanted = sql.and([sql`user_id = ${userId}::uuid`, hashed, ...beyond])
        return Effect.map(
          Effect.orDie(rows.select(sql`where ${wanted} order by id desc limit ${count}`)),
          (found) => found.map(hashedOf)
        )
      },
      insert: (certificate) =>
        refusing({
          certificates_serial_number_key: () => new NumberTaken(),
          certificates_verify_hash_unique: () => new NumberTaken(),
          certificates_user_lesson_passed_unique: (): NumberTaken | ValidExists => new ValidExists(),
          certificates_user_course_passed_unique: () => new ValidExists()
        })(rows.insert(rowOf(certificate))),
      update: (certificate) =>
        Effect.orDie(rows.replace(rowOf(certificate), ["revoked_at", "superseded_by", "updated_at"])),
      insertRevocation: (revocation) => Effect.orDie(revocations.insert(revocation)),
      revocation: (id: CertificateId) =>
        Effect.orDie(revocations.selectOne(sql`where certificate_id = ${id}::uuid`)),
      claimUnhashed: (count) =>
        Effect.map(
          Effect.orDie(
            rows.select(
              sql`where verify_hash is null order by id limit ${count} for no key update skip locked`
            )
          ),
          (found) => found.map(certificateOf)
        ),
      fillHashes: ({ id, nameHash, nameSalt = null, nonce, verifyHash }) =>
        Effect.map(
          Effect.orDie(sql`
            update assessments.certificates
            set verify_hash = ${verifyHash}, nonce = ${nonce}, name_hash = ${nameHash}, name_salt = ${nameSalt},
              updated_at = util.now()
            where id = ${id}::uuid and verify_hash is null returning 1`),
          (filled) => filled.length > 0
        ),
      revokedNumbers: (from, to) =>
        Effect.map(
          Effect.orDie(sql<{ number: number }>`
            select status_index::int as number from assessments.certificates
            where revoked_at is not null and status_index >= ${from} and status_index < ${to}
            order by status_index`),
          (found) => found.map(({ number }) => number)
        )
    })
  })
)

export const verificationLogLayer = Layer.effect(
  VerificationLog,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("public.certificate_verification_logs", ["id"], VerificationCall)
    return VerificationLog.of({
      admittedForUpdate: Effect.fnUntraced(function* (clientIpHashes, since, count) {
        // A statement of its own, and in one order for all: what it waited for is seen by the next one only.
        for (const hash of [...clientIpHashes].sort())
          yield* sql`select pg_advisory_xact_lock(hashtextextended(${`certificate verification ${hash}`}, 0))`
        const found = yield* sql<{ at: Date }>`
          select created_at as at from public.certificate_verification_logs
          where client_ip_hash = any(${clientIpHashes}::text[])
            and created_at > ${DateTime.formatIso(since)}::timestamptz
            and error_message is distinct from 'certificates.verification_limited'
          order by created_at desc limit ${count}`
        return found.map(({ at }) => DateTime.fromDateUnsafe(at))
      }, Effect.orDie),
      append: (call) => Effect.orDie(rows.insert(call)),
      list: ({ after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => sql``,
          onSome: ([id]) => sql`where id < ${String(id)}::uuid`
        })
        return Effect.orDie(rows.select(sql`${beyond} order by id desc limit ${count}`))
      }
    })
  })
)
