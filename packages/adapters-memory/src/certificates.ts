/** What passing earned, and who looked at it. */
import {
  Certificate,
  OldCertificate,
  Revocation,
  type CertificateId,
  VerificationCall
} from "@lyceum/core/certificates"
import { CertificateStore, NumberTaken, ValidExists, VerificationLog } from "@lyceum/core/certificates/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

const Stored = Schema.Struct({
  /** Counted from 0, in the order of issue. */
  statusIndex: Schema.Natural,
  certificate: Schema.Union([Certificate, OldCertificate])
})
type Stored = typeof Stored.Type

const isHashed = (one: Stored["certificate"]): one is Certificate => "verifyHash" in one
const isValid = ({ revokedAt, supersededBy }: Stored["certificate"]): boolean =>
  revokedAt === undefined && supersededBy === undefined
const scopeKey = ({ scope, userId }: Pick<Certificate, "scope" | "userId">): string =>
  `${userId} ${scope.scope === "lesson" ? scope.lessonId : scope.courseId}`

export const certificateStoreLayer = Layer.effect(
  CertificateStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = table("assessments.certificates", Stored)(database)
    const revocations = table("assessments.certificate_revocations", Revocation)(database)

    const hashed = Effect.map(rows.all, (all) => all.map(({ certificate }) => certificate).filter(isHashed))
    const put = (statusIndex: number, certificate: Stored["certificate"]) =>
      rows.put(certificate.id, { statusIndex, certificate })
    const change = (certificate: Certificate) =>
      Effect.flatMap(rows.find(certificate.id), (found) =>
        Option.isSome(found) ? put(found.value.statusIndex, certificate) : Effect.void
      )

    return CertificateStore.of({
      find: (id) =>
        Effect.map(rows.find(id), (found) =>
          Option.filter(
            Option.map(found, ({ certificate }) => certificate),
            isHashed
          )
        ),
      findByHash: (verifyHash) =>
        Effect.map(rows.all, (all) =>
          Option.fromUndefinedOr(
            all.flatMap(({ certificate, statusIndex }) =>
              isHashed(certificate) && certificate.verifyHash === verifyHash
                ? [{ certificate, statusIndex }]
                : []
            )[0]
          )
        ),
      findValid: (userId, scope) =>
        Effect.map(rows.all, (all) =>
          Option.fromUndefinedOr(
            all
              .map(({ certificate }) => certificate)
              .find((one) => isValid(one) && scopeKey(one) === scopeKey({ userId, scope }))
          )
        ),
      ofAttempt: (attemptId) =>
        Effect.map(hashed, (all) =>
          pageOf(
            all.filter((one) => one.attemptId === attemptId),
            ({ id }) => [id],
            { after: Option.none(), count: all.length }
          )
        ),
      list: (userId, part) =>
        Effect.map(hashed, (all) =>
          pageOf(
            all.filter((one) => one.userId === userId),
            ({ id }) => [id],
            { ...part, order: "descending" }
          )
        ),
      insert: Effect.fnUntraced(function* (certificate) {
        const all = yield* rows.all
        const isTaken = all.some(
          ({ certificate: one }) =>
            one.serialNumber === certificate.serialNumber ||
            (isHashed(one) && "verifyHash" in certificate && one.verifyHash === certificate.verifyHash)
        )
        if (isTaken) return yield* new NumberTaken()
        const other = all.some(
          ({ certificate: one }) => isValid(one) && scopeKey(one) === scopeKey(certificate)
        )
        if (isValid(certificate) && other) return yield* new ValidExists()
        yield* put(all.length, certificate)
      }),
      update: change,
      insertRevocation: (revocation) => revocations.put(revocation.certificateId, revocation),
      revocation: (id: CertificateId) => revocations.find(id),
      claimUnhashed: (count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.flatMap(({ certificate }) => (isHashed(certificate) ? [] : [certificate])),
            ({ id }) => [id],
            { after: Option.none(), count }
          )
        ),
      fillHashes: Effect.fnUntraced(function* (certificate) {
        const found = yield* rows.find(certificate.id)
        if (Option.isNone(found) || isHashed(found.value.certificate)) return false
        yield* change(certificate)
        return true
      }),
      revokedNumbers: (from, to) =>
        Effect.map(rows.all, (all) =>
          all
            .filter(({ certificate, statusIndex }) => {
              return certificate.revokedAt !== undefined && statusIndex >= from && statusIndex < to
            })
            .map(({ statusIndex }) => statusIndex)
            .sort((a, b) => a - b)
        )
    })
  })
)

export const verificationLogLayer = Layer.effect(
  VerificationLog,
  Effect.gen(function* () {
    const rows = table("public.certificate_verification_logs", VerificationCall)(yield* MemoryDatabase)
    return VerificationLog.of({
      admittedForUpdate: (clientIpHashes, since, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              ({ clientIpHash = "", createdAt, errorMessage }) =>
                clientIpHashes.includes(clientIpHash) &&
                errorMessage !== "certificates.verification_limited" &&
                DateTime.isGreaterThan(createdAt, since)
            ),
            ({ createdAt, id }) => [DateTime.toEpochMillis(createdAt), id],
            { after: Option.none(), count, order: "descending" }
          ).map(({ createdAt }) => createdAt)
        ),
      append: (call) => rows.put(call.id, call),
      list: (part) =>
        Effect.map(rows.all, (all) => pageOf(all, ({ id }) => [id], { ...part, order: "descending" }))
    })
  })
)
