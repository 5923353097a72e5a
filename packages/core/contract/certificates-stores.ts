/** Laws of the stores of certificates, and of certificates from before there were hashes. Source: CRT-2, CRT-4, CRT-9. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { createHash } from "node:crypto"
import {
  type Certificate,
  CertificateId,
  Certificates,
  type OldCertificate
} from "../src/certificates/index.ts"
import { CertificateStore } from "../src/certificates/ports.ts"
import { certificateText, nameBytes } from "../src/certificates/rules/hash.ts"
import { serialNumber } from "../src/certificates/rules/serial.ts"
import { rational } from "../src/shared/rational.ts"
import {
  anAssessment,
  anAttempt,
  certificatesOn,
  certified,
  classroom,
  fromNoon,
  noon,
  passed,
  stored
} from "./certificates-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, racing } from "./people.ts"
import { someUser } from "./samples.ts"

let made = 0
const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex")

/** What an import brings, of an attempt. */
const anOld = ({
  assessment,
  attempt
}: {
  readonly attempt: Effect.Success<ReturnType<typeof anAttempt>>
  readonly assessment: Effect.Success<ReturnType<typeof anAssessment>>
}): OldCertificate => ({
  id: CertificateId.make(someUser()),
  userId: attempt.userId,
  attemptId: attempt.id,
  assessmentId: assessment.id,
  scope: assessment.scope,
  serialNumber: serialNumber(2019, Uint8Array.of(1, 1, 1, (made += 1) >> 8, made & 255)),
  recipientName: "Ada Lovelace",
  title: "Of old",
  percentage: rational(80),
  earnedAt: noon,
  issuedAt: noon
})

/** Whether a certificate proves what it says. */
const proves = (certificate: Certificate) =>
  certificate.nameHash === sha256(nameBytes(certificate.nameSalt!, certificate.recipientName!)) &&
  certificate.verifyHash === sha256(certificateText(certificate))

export const certificateStoresContract = (adapter: string, layer: Adapter) =>
  it.layer(certificatesOn(layer), { timeout: "60 seconds" })(`Certificate stores on ${adapter}`, (it) => {
    const whole = Effect.fnUntraced(function* (id: CertificateId) {
      const store = yield* CertificateStore
      return Option.getOrThrow(yield* store.find(id))
    })
    const insert = (certificate: Certificate | OldCertificate) =>
      CertificateStore.use((store) => Effect.result(stored(store.insert(certificate)))).pipe(
        Effect.map((outcome) => (outcome._tag === "Success" ? "done" : outcome.failure._tag))
      )

    it.effect(
      "what is stored comes back as it was, and proves what it says (CRT-4)",
      fromNoon(
        Effect.gen(function* () {
          const { attempt, certificate, learner, ofLesson } = yield* certified
          const store = yield* CertificateStore
          const found = yield* whole(certificate.id)
          assert.isTrue(proves(found))
          assert.isFalse(proves({ ...found, title: "Another" }))
          assert.deepStrictEqual(Option.getOrThrow(yield* store.findValid(learner, ofLesson)), found)
          assert.deepStrictEqual(yield* store.ofAttempt(attempt.id), [found])
          const byHash = Option.getOrThrow(yield* store.findByHash(found.verifyHash))
          assert.deepStrictEqual(byHash.certificate, found)
          assert.isTrue(Option.isNone(yield* store.findByHash(found.verifyHash.toUpperCase())))
        })
      )
    )

    it.effect(
      "a serial number and a hash are had once; a second valid one of lesson or course is refused, a withdrawn one is not (CRT-2, CRT-4)",
      fromNoon(
        Effect.gen(function* () {
          const room = yield* certified
          const found = yield* whole(room.certificate.id)
          const another = anOld(room)
          const hashes = { nonce: found.nonce, nameHash: found.nameHash, nameSalt: found.nameSalt! }
          assert.strictEqual(yield* insert(another), "ValidExists")
          assert.strictEqual(
            yield* insert({ ...another, revokedAt: noon, serialNumber: found.serialNumber }),
            "NumberTaken"
          )
          const sameHash = { ...another, ...hashes, verifyHash: found.verifyHash, revokedAt: noon }
          assert.strictEqual(yield* insert(sameHash), "NumberTaken")
          assert.strictEqual(yield* insert({ ...another, revokedAt: noon }), "done")
          const superseded = { ...anOld(room), supersededBy: found.serialNumber }
          assert.strictEqual(yield* insert(superseded), "done")
          const exam = yield* anAssessment(room.author, room.ofCourse)
          const attempt = yield* anAttempt(exam, room.learner)
          const ofCourse = { assessment: exam, attempt }
          assert.strictEqual(yield* insert(anOld(ofCourse)), "done")
          assert.strictEqual(yield* insert(anOld(ofCourse)), "ValidExists")
        })
      )
    )

    it.effect(
      "certificates of old get hashes that prove what they say, in batches that can be broken off; none changes twice (CRT-9)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const store = yield* CertificateStore
          const { certificate, learner } = yield* certified
          const kept = yield* whole(certificate.id)
          yield* asService(certificates.backfillHashes({}))
          const olds = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.map(passed, anOld))
          for (const old of olds) assert.strictEqual(yield* insert(old), "done")
          assert.strictEqual(yield* codeOf(as(learner)(certificates.backfillHashes({}))), "kernel.forbidden")
          const first = yield* asService(certificates.backfillHashes({ limit: 2 }))
          assert.deepStrictEqual(first, { filled: 2, more: true })
          const early = yield* whole(olds[0]!.id)
          yield* Effect.all(
            Array.from({ length: 8 }, () => asService(certificates.backfillHashes({ limit: 2 }))),
            racing
          )
          assert.deepStrictEqual(yield* asService(certificates.backfillHashes({})), {
            filled: 0,
            more: false
          })
          for (const old of olds) {
            const { nameHash, nameSalt, nonce, verifyHash, ...rest } = yield* whole(old.id)
            assert.deepStrictEqual(rest, old)
            assert.isTrue(proves({ ...rest, nameHash, nonce, verifyHash, nameSalt: nameSalt! }))
          }
          assert.deepStrictEqual(yield* whole(olds[0]!.id), early)
          assert.deepStrictEqual(yield* whole(certificate.id), kept)
          assert.isFalse(yield* stored(store.fillHashes({ ...kept, verifyHash: "0".repeat(64) })))
          assert.deepStrictEqual(yield* whole(certificate.id), kept)
        })
      )
    )

    it.effect(
      "one of old counts before it has a hash: a better attempt supersedes it, an equal one is answered with it (CRT-3, CRT-9)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const room = yield* classroom
          const assessment = yield* anAssessment(room.author, room.ofLesson)
          const attempt = yield* anAttempt(assessment, room.learner)
          const old = anOld({ assessment, attempt })
          assert.strictEqual(yield* insert(old), "done")
          assert.isTrue(Option.isNone(yield* CertificateStore.use((store) => store.find(old.id))))
          const equal = yield* anAttempt(assessment, room.learner, { attemptNo: 2 })
          const kept = yield* asService(certificates.issue({ attemptId: equal.id }))
          assert.deepStrictEqual([kept.certificate.id, kept.isNew], [old.id, false])
          assert.isTrue(proves(yield* whole(old.id)))
          const better = yield* anAttempt(assessment, room.learner, { attemptNo: 3, score: 81 })
          const { certificate } = yield* asService(certificates.issue({ attemptId: better.id }))
          assert.strictEqual((yield* whole(old.id)).supersededBy, certificate.serialNumber)
        })
      )
    )
  })
