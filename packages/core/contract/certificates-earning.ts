/** Laws of what passing earns: one valid certificate, whoever asks for it and how often. Source: CRT-1 to CRT-4, CRT-10. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { AttemptId, type Expired } from "../src/assessments/index.ts"
import { AttemptStore } from "../src/assessments/ports.ts"
import { Certificates } from "../src/certificates/index.ts"
import { CertificateStore } from "../src/certificates/ports.ts"
import { parseSerial } from "../src/certificates/rules/serial.ts"
import { rational } from "../src/shared/rational.ts"
import { Users } from "../src/identity/index.ts"
import {
  after,
  anAssessment,
  anAttempt,
  certificatesOn,
  certified,
  classroom,
  fromNoon,
  gradedEvent,
  heard,
  noon,
  passed,
  regrade,
  regradedEvent,
  stored,
  toldOfCertificates
} from "./certificates-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, racing } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

export const earningContract = (adapter: string, layer: Adapter) =>
  it.layer(certificatesOn(layer), { timeout: "60 seconds" })(`Earning certificates on ${adapter}`, (it) => {
    it.effect(
      "one's own passed attempt earns one, with name and title of today and the day of the earning (CRT-1, CRT-4, CRT-10)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { attempt, learner, lesson, ofLesson } = yield* passed
          yield* clockAt(noon, 5000)
          const { certificate, isNew } = yield* as(learner)(certificates.issue({ attemptId: attempt.id }))
          assert.isTrue(isNew)
          assert.deepInclude(certificate, {
            userId: learner,
            attemptId: attempt.id,
            scope: ofLesson,
            recipientName: "Ada Lovelace",
            title: lesson.title,
            status: "valid",
            earnedAt: noon,
            issuedAt: after(5000)
          })
          assert.strictEqual(parseSerial(certificate.serialNumber), certificate.serialNumber)
          assert.match(certificate.serialNumber, /^LYC-2026-/)
          assert.match(certificate.verifyHash, /^[0-9a-f]{64}$/)
          const own = as(learner)(certificates.get({ certificateId: certificate.id }))
          assert.deepStrictEqual(yield* own, certificate)
          assert.deepStrictEqual((yield* as(learner)(certificates.list({}))).items, [certificate])
          const [{ name, payload } = assert.fail()] = yield* toldOfCertificates(learner)
          assert.strictEqual(name, "issued")
          assert.deepInclude(payload as object, { certificateId: certificate.id, attemptId: attempt.id })
        })
      )
    )

    it.effect(
      "what is not graded, not passed, of a quiz or of somebody else earns none, and says why (CRT-1)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const store = yield* AttemptStore
          const { assessment, attempt, author, learner, ofCourse, ofLesson, other } = yield* passed
          const quiz = yield* anAssessment(author, ofLesson, { type: "quiz", givesCertificate: false })
          const exam = yield* anAssessment(author, ofCourse, { type: "exam", givesCertificate: false })
          const failed = yield* anAttempt(assessment, learner, { attemptNo: 2, passed: false, score: 10 })
          const { contentSnapshot, contentSnapshotHash, attemptSeed, onExpiry, responses, startedAt } =
            attempt
          const expired: Expired = {
            ...{ contentSnapshot, contentSnapshotHash, attemptSeed, onExpiry, responses, startedAt },
            status: "expired",
            ...{ id: AttemptId.make(someUser()), userId: learner, revision: 1 },
            ...{ assessmentId: assessment.id, attemptNo: 3, endedAt: noon, timeSpentSec: 0 }
          }
          yield* stored(store.insert(expired))
          const whyOf = (input: Parameters<typeof certificates.issue>[0]) =>
            Effect.map(
              Effect.flip(asService(certificates.issue(input))),
              (refusal) => "why" in refusal && refusal.why
            )
          const ofQuiz = yield* anAttempt(quiz, learner, { attemptNo: 2 })
          const ofExam = yield* anAttempt(exam, learner)
          assert.deepStrictEqual(
            [
              yield* whyOf({ attemptId: attempt.id, userId: other }),
              yield* whyOf({ attemptId: ofQuiz.id }),
              yield* whyOf({ attemptId: ofExam.id }),
              yield* whyOf({ attemptId: expired.id }),
              yield* whyOf({ attemptId: failed.id })
            ],
            ["of_somebody_else", "gives_none", "gives_none", "not_graded", "not_passed"]
          )
          assert.deepStrictEqual(yield* toldOfCertificates(learner), [])
        })
      )
    )

    it.effect(
      "the attempts of others are hidden from who may not grade them; a course's own grader and staff may issue (CRT-1, KER-11)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { admin, attempt, author, learner, other } = yield* passed
          const input = { attemptId: attempt.id }
          const { learner: stranger } = yield* classroom
          for (const who of [stranger, other])
            assert.strictEqual(
              yield* codeOf(as(who)(certificates.issue(input))),
              "assessments.attempt_not_found"
            )
          assert.strictEqual(yield* codeOf(asVisitor(certificates.issue(input))), "kernel.sign_in_required")
          const missing = { attemptId: someUser() as never }
          assert.strictEqual(
            yield* codeOf(as(admin)(certificates.issue(missing))),
            "assessments.attempt_not_found"
          )
          const { certificate } = yield* as(author)(certificates.issue(input))
          assert.isFalse((yield* as(admin)(certificates.issue(input))).isNew)
          const get = certificates.get({ certificateId: certificate.id })
          for (const who of [learner, author, admin]) assert.deepStrictEqual(yield* as(who)(get), certificate)
          for (const who of [as(stranger), as(other), asVisitor])
            assert.strictEqual(yield* codeOf(who(get)), "certificates.certificate_not_found")
          const listed = certificates.list({ userId: learner })
          assert.lengthOf((yield* as(admin)(listed)).items, 1)
          assert.strictEqual(yield* codeOf(as(author)(listed)), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(asVisitor(listed)), "kernel.sign_in_required")
        })
      )
    )

    it.effect(
      "64 issues at once: one certificate, one event, the same answer to all (CRT-2, KER-21)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { attempt, learner } = yield* passed
          const answers = yield* Effect.all(
            Array.from({ length: 64 }, () => as(learner)(certificates.issue({ attemptId: attempt.id }))),
            racing
          )
          assert.lengthOf(
            answers.filter(({ isNew }) => isNew),
            1
          )
          const [first] = answers
          for (const { certificate } of answers) assert.deepStrictEqual(certificate, first!.certificate)
          assert.lengthOf((yield* as(learner)(certificates.list({}))).items, 1)
          assert.lengthOf(yield* toldOfCertificates(learner), 1)
        })
      )
    )

    it.effect(
      "many attempts at once leave one valid certificate, of the best of them (CRT-2, CRT-3)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { assessment, attempt, learner } = yield* passed
          const better = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7], (n) =>
            anAttempt(assessment, learner, { attemptNo: n + 1, score: 80 + ((n * 5) % 8) })
          )
          const all = [attempt, ...better]
          yield* Effect.all(
            [...all, ...all].map(({ id }) => as(learner)(certificates.issue({ attemptId: id }))),
            racing
          )
          const { items } = yield* as(learner)(certificates.list({}))
          const valid = items.filter(({ status }) => status === "valid")
          assert.deepStrictEqual(
            valid.map(({ attemptId }) => attemptId),
            better.filter(({ score }) => score.numerator === 87n).map(({ id }) => id)
          )
          for (const { status, supersededBy } of items)
            assert.strictEqual(status === "superseded", supersededBy !== undefined)
        })
      )
    )

    it.effect(
      "a higher percentage supersedes, an equal or lower one answers what there is (CRT-3)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { assessment, certificate, learner } = yield* certified
          const issueOf = Effect.fnUntraced(function* (score: number, attemptNo: number) {
            const attempt = yield* anAttempt(assessment, learner, { score, attemptNo })
            return yield* as(learner)(certificates.issue({ attemptId: attempt.id }))
          })
          for (const [score, attemptNo] of [
            [80, 2],
            [79, 3]
          ] as const) {
            const kept = yield* issueOf(score, attemptNo)
            assert.deepStrictEqual(kept, { certificate, isNew: false })
          }
          const next = yield* issueOf(81, 4)
          assert.isTrue(next.isNew)
          const old = yield* as(learner)(certificates.get({ certificateId: certificate.id }))
          assert.deepStrictEqual(
            [old.status, old.supersededBy],
            ["superseded", next.certificate.serialNumber]
          )
          const told = (yield* toldOfCertificates(learner)).map(({ name }) => name)
          assert.deepStrictEqual(told, ["issued", "superseded", "issued"])
          const hash = { hash: certificate.verifyHash }
          assert.deepInclude(yield* asVisitor(certificates.verify(hash)), {
            status: "superseded",
            supersededBy: next.certificate.serialNumber
          })
        })
      )
    )

    it.effect(
      "lesson and course give one each, named after them (CRT-1, CRT-2)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { author, certificate, course, learner, ofCourse } = yield* certified
          const exam = yield* anAssessment(author, ofCourse, { type: "exam" })
          const attempt = yield* anAttempt(exam, learner)
          const second = yield* as(learner)(certificates.issue({ attemptId: attempt.id }))
          assert.deepInclude(second.certificate, { title: course.title, scope: ofCourse, status: "valid" })
          const { items } = yield* as(learner)(certificates.list({ limit: 1 }))
          assert.deepStrictEqual(items, [second.certificate])
          const all = (yield* as(learner)(certificates.list({}))).items
          assert.deepStrictEqual(all, [second.certificate, certificate])
        })
      )
    )

    it.effect(
      "grading is followed: a pass earns, and a regrade that takes it away withdraws, for good (CRT-1, ASM-18)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { attempt, learner } = yield* passed
          const statuses = Effect.map(as(learner)(certificates.list({})), ({ items }) =>
            items.map(({ status }) => status)
          )
          yield* Effect.all(
            [
              heard(gradedEvent(attempt), 2),
              heard(gradedEvent(attempt)),
              ...Array.from({ length: 8 }, () => as(learner)(certificates.issue({ attemptId: attempt.id })))
            ],
            racing
          )
          assert.deepStrictEqual(yield* statuses, ["valid"])
          const lost = yield* regrade(attempt, { passed: false, score: rational(10) })
          yield* heard(regradedEvent(attempt, lost), 2)
          assert.deepStrictEqual(yield* statuses, ["revoked"])
          const store = yield* CertificateStore
          const [{ id } = assert.fail()] = (yield* as(learner)(certificates.list({}))).items
          const revocation = Option.getOrThrow(yield* store.revocation(id))
          assert.isFalse("revokedBy" in revocation)
          const back = yield* regrade(lost, { passed: true, score: rational(90) })
          yield* heard(regradedEvent(lost, back), 2)
          assert.deepStrictEqual(yield* statuses, ["revoked"])
          const told = (yield* toldOfCertificates(learner)).map(({ name }) => name)
          assert.deepStrictEqual(told, ["issued", "revoked"])
        })
      )
    )

    it.effect(
      "a regrade that gains the pass earns, late news is harmless, and a quiz concerns nobody (CRT-1, ASM-18)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { author, learner, ofCourse, ofLesson } = yield* classroom
          const exam = yield* anAssessment(author, ofLesson)
          const failed = yield* anAttempt(exam, learner, { passed: false, score: 59 })
          yield* heard(gradedEvent(failed))
          assert.deepStrictEqual((yield* as(learner)(certificates.list({}))).items, [])
          const gained = yield* regrade(failed, { passed: true, score: rational(60) })
          // The news of the first grade comes late: what counts is the attempt as it is now.
          yield* heard(gradedEvent(failed))
          yield* heard(regradedEvent(failed, gained))
          const quiz = yield* anAssessment(author, ofCourse, { type: "quiz", givesCertificate: false })
          yield* heard(gradedEvent(yield* anAttempt(quiz, learner)))
          const { items } = yield* as(learner)(certificates.list({}))
          assert.deepStrictEqual(
            items.map(({ attemptId, status }) => [attemptId, status]),
            [[failed.id, "valid"]]
          )
        })
      )
    )

    it.effect(
      "a correction revokes and issues anew with today's name, names the old one, and keeps the day (CRT-10)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { attempt, author, certificate, learner } = yield* certified
          const users = yield* Users
          const { version } = yield* as(learner)(users.myProfile({}))
          yield* as(learner)(users.updateProfile({ version, displayName: "Ada King" }))
          yield* clockAt(noon, 60_000)
          const input = { certificateId: certificate.id, reason: "She married." }
          assert.strictEqual(yield* codeOf(as(learner)(certificates.correct(input))), "kernel.forbidden")
          const short = { ...input, reason: "too short" }
          assert.strictEqual(yield* codeOf(as(author)(certificates.correct(short))), "kernel.invalid")
          const mended = yield* as(author)(certificates.correct(input))
          assert.deepInclude(mended, {
            recipientName: "Ada King",
            corrects: certificate.id,
            earnedAt: noon,
            issuedAt: after(60_000),
            attemptId: attempt.id,
            status: "valid"
          })
          const old = yield* as(learner)(certificates.get({ certificateId: certificate.id }))
          assert.deepInclude(old, { status: "revoked", recipientName: "Ada Lovelace" })
          const told = yield* toldOfCertificates(learner)
          assert.deepStrictEqual(
            told.map(({ name, payload }) => [name, (payload as { corrected?: boolean }).corrected]),
            [
              ["issued", undefined],
              ["revoked", true],
              ["issued", undefined]
            ]
          )
          assert.strictEqual(yield* codeOf(as(author)(certificates.correct(input))), "certificates.not_valid")
          // The attempt still earned it.
          const again = yield* as(learner)(certificates.issue({ attemptId: attempt.id }))
          assert.deepStrictEqual(again, { certificate: mended, isNew: false })
        })
      )
    )
  })
