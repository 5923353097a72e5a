/** Laws of withdrawing certificates: once, for a reason, kept for good, and room for a new one. Source: CRT-7. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { AttemptStore, GradingTrail } from "../src/assessments/ports.ts"
import { Certificates } from "../src/certificates/index.ts"
import { CertificateStore } from "../src/certificates/ports.ts"
import {
  after,
  anAttempt,
  certificatesOn,
  certified,
  classroom,
  fromNoon,
  heard,
  noon,
  passed,
  regradedEvent,
  stored,
  toldOfCertificates
} from "./certificates-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, racing } from "./people.ts"
import { clockAt, moment, someUser } from "./samples.ts"

const reason = "Somebody else sat the exam."

export const revokingContract = (adapter: string, layer: Adapter) =>
  it.layer(certificatesOn(layer), { timeout: "60 seconds" })(`Revoking certificates on ${adapter}`, (it) => {
    it.effect(
      "takes assessments:grade on the course, or manage_users; its holder may not, others do not know of it (CRT-7, KER-11)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { author, certificate, learner, other } = yield* certified
          const { certificate: second, admin } = yield* certified
          const { learner: stranger } = yield* classroom
          const revoke = (certificateId: typeof certificate.id) =>
            certificates.revoke({ certificateId, reason })
          assert.strictEqual(yield* codeOf(as(learner)(revoke(certificate.id))), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(asVisitor(revoke(certificate.id))), "kernel.sign_in_required")
          for (const who of [stranger, other])
            assert.strictEqual(
              yield* codeOf(as(who)(revoke(certificate.id))),
              "certificates.certificate_not_found"
            )
          assert.strictEqual(
            yield* codeOf(as(admin)(revoke(someUser() as never))),
            "certificates.certificate_not_found"
          )
          assert.strictEqual((yield* as(author)(revoke(certificate.id))).status, "revoked")
          assert.strictEqual((yield* as(admin)(revoke(second.id))).status, "revoked")
        })
      )
    )

    it.effect(
      "stores the revocation, a row in the trail of grading that goes on from the last one, and an event (CRT-7, ASM-19)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const store = yield* CertificateStore
          const trail = yield* GradingTrail
          const { attempt, author, certificate, learner } = yield* certified
          yield* clockAt(noon, 9000)
          const input = { certificateId: certificate.id, reason, revokedAt: after(4000) }
          const revoked = yield* as(author)(certificates.revoke(input))
          assert.deepStrictEqual(revoked, { ...certificate, status: "revoked", revokedAt: after(4000) })
          assert.deepStrictEqual(Option.getOrThrow(yield* store.revocation(certificate.id)), {
            certificateId: certificate.id,
            reason,
            revokedBy: author,
            revokedAt: after(4000)
          })
          const [row, ...more] = yield* trail.of(attempt.id)
          assert.deepStrictEqual(more, [])
          assert.deepInclude(row, {
            actionType: "certificate_revoked",
            performedBy: { _tag: "User", id: author },
            performedAt: after(9000),
            reason
          })
          assert.deepStrictEqual(row!.previousState, row!.newState)
          const told = yield* toldOfCertificates(learner)
          assert.deepInclude(told.at(-1)!.payload as object, { reason, corrected: false })
          assert.deepStrictEqual(yield* asVisitor(certificates.verify({ hash: certificate.verifyHash })), {
            recipientName: "Ada Lovelace",
            title: certificate.title,
            issuedAt: noon,
            status: "revoked",
            revokedAt: after(4000)
          })
        })
      )
    )

    it.effect(
      "a reason has 10 to 1000 characters, and the date is neither in the future nor before the issue, to the millisecond (CRT-7)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { author, certificate } = yield* certified
          yield* clockAt(noon, 60_000)
          const why = (changes: { readonly reason?: string; readonly revokedAt?: DateTime.Utc }) =>
            codeOf(as(author)(certificates.revoke({ certificateId: certificate.id, reason, ...changes })))
          for (const wrong of [
            { reason: "123456789" },
            { reason: "😀".repeat(9) },
            { reason: "x".repeat(1001) },
            { revokedAt: after(60_001) },
            { revokedAt: after(-1) }
          ])
            assert.strictEqual(yield* why(wrong), "kernel.invalid", JSON.stringify(wrong))
          assert.strictEqual(yield* why({ reason: "😀".repeat(1000), revokedAt: after(60_000) }), "done")
        })
      )
    )

    it.effect(
      "many revocations at once are one: one event, one row; a later one changes nothing, whatever it says (CRT-7, KER-21)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const trail = yield* GradingTrail
          const { attempt, author, certificate, learner } = yield* certified
          const revoke = (text: string) =>
            as(author)(certificates.revoke({ certificateId: certificate.id, reason: text }))
          const answers = yield* Effect.all(
            Array.from({ length: 32 }, (_, index) => revoke(`the reason ${index}`)),
            racing
          )
          yield* clockAt(noon, 60_000)
          const later = yield* revoke("short")
          for (const answer of answers) assert.deepStrictEqual(answer, later)
          assert.lengthOf(yield* trail.of(attempt.id), 1)
          const told = (yield* toldOfCertificates(learner)).map(({ name }) => name)
          assert.deepStrictEqual(told, ["issued", "revoked"])
        })
      )
    )

    it.effect(
      "the same attempt earns none again, by nobody's hand; a new one does (CRT-1, CRT-7)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { assessment, attempt, author, certificate, learner } = yield* certified
          yield* as(author)(certificates.revoke({ certificateId: certificate.id, reason }))
          for (const who of [as(learner), as(author), asService]) {
            const refusal = yield* Effect.flip(who(certificates.issue({ attemptId: attempt.id })))
            assert.deepInclude(refusal, { why: "earned_before_and_revoked" })
          }
          // Lower than what was revoked: that one does not count any more.
          const next = yield* anAttempt(assessment, learner, { attemptNo: 2, score: 61 })
          const { certificate: fresh, isNew } = yield* as(learner)(certificates.issue({ attemptId: next.id }))
          assert.deepStrictEqual([isNew, fresh.status], [true, "valid"])
          const told = (yield* toldOfCertificates(learner)).map(({ name }) => name)
          assert.deepStrictEqual(told, ["issued", "revoked", "issued"])
        })
      )
    )

    it.effect(
      "revoking and superseding at once end in one order or the other, and never with two valid ones (CRT-2, CRT-7)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          for (const round of [1, 2, 3, 4]) {
            const { assessment, author, certificate, learner } = yield* certified
            const next = yield* anAttempt(assessment, learner, { attemptNo: 2, score: 90 + round })
            yield* Effect.all(
              [
                as(author)(certificates.revoke({ certificateId: certificate.id, reason })),
                as(learner)(certificates.issue({ attemptId: next.id }))
              ],
              racing
            )
            const { items } = yield* as(learner)(certificates.list({}))
            assert.deepStrictEqual(
              items.map(({ attemptId, status }) => [attemptId === next.id, status]),
              [
                [true, "valid"],
                [false, "revoked"]
              ]
            )
          }
        })
      )
    )

    it.effect(
      "an issue waits for a regrade that is under way, and goes by what it makes of the attempt (CRT-1, ASM-18, KER-21)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const attempts = yield* AttemptStore
          const { attempt, learner } = yield* passed
          const failed = { ...attempt, passed: false, revision: attempt.revision + 1 }
          const regrading = stored(
            Effect.andThen(
              attempts.findForUpdate(attempt.id),
              Effect.andThen(attempts.update(failed), moment(300))
            )
          )
          const issue = codeOf(as(learner)(certificates.issue({ attemptId: attempt.id })))
          const [, code] = yield* Effect.all([regrading, Effect.andThen(moment(100), issue)], racing)
          assert.strictEqual(code, "certificates.not_earned")
          yield* heard(regradedEvent(attempt, failed))
          assert.deepStrictEqual((yield* as(learner)(certificates.list({}))).items, [])
        })
      )
    )

    it.effect(
      "the places of the revoked are told to everybody, and of nobody else (CRT-8)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { author, certificate } = yield* certified
          const { certificate: kept } = yield* certified
          yield* as(author)(certificates.revoke({ certificateId: certificate.id, reason }))
          const placeOf = (hash: string) =>
            Effect.map(asVisitor(certificates.credential({ hash })), ({ statusIndex }) => statusIndex)
          const [gone, held] = [yield* placeOf(certificate.verifyHash), yield* placeOf(kept.verifyHash)]
          const { length, revoked } = yield* asVisitor(certificates.statusList({ list: 0 }))
          assert.strictEqual(length, 131_072)
          assert.include(revoked, gone)
          assert.notInclude(revoked, held)
          assert.deepStrictEqual((yield* asVisitor(certificates.statusList({ list: 7 }))).revoked, [])
        })
      )
    )
  })
