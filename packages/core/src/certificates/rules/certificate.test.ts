import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import { createHash } from "node:crypto"
import * as fc from "fast-check"
import {
  assessmentId,
  at,
  attemptId,
  got,
  learner,
  lessonId,
  noon,
  refusal,
  samples,
  seconds,
  teacher
} from "../../../test/assessments/all.ts"
import { AttemptId } from "../../assessments/index.ts"
import { rational, zero } from "../../shared/rational.ts"
import { type Certificate, CertificateId, Certificate as CertificateSchema, Verification } from "../model.ts"
import {
  consequence,
  correct,
  earn,
  type EarningFacts,
  issue,
  revoke,
  statusOf,
  verification,
  viewOf,
  wasWithdrawn
} from "./certificate.ts"
import { certificateText, nameBytes, normalizeHash } from "./hash.ts"
import { serialNumber } from "./serial.ts"

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex")
const certificate = (n: number, changes: Partial<Certificate> = {}): Certificate => ({
  id: CertificateId.make(samples.uuid(0xc000 + n)),
  userId: learner,
  attemptId: AttemptId.make(samples.uuid(0xa000 + n)),
  assessmentId,
  scope: { scope: "lesson", lessonId },
  serialNumber: serialNumber(2026, Uint8Array.of(0, 0, 0, 0, n)),
  verifyHash: String(n % 10).repeat(64),
  nonce: "0".repeat(32),
  nameHash: sha256(nameBytes("ab".repeat(16), "Ada Lovelace")),
  nameSalt: "ab".repeat(16),
  recipientName: "Ada Lovelace",
  title: "Gradients",
  percentage: rational(80),
  earnedAt: noon,
  issuedAt: noon,
  ...changes
})
const valid = certificate(1)
const names = ({
  events
}: {
  readonly events: ReadonlyArray<{ readonly name: string; readonly payload: unknown }>
}) => events.map(({ name }) => name.split(".")[1])

const graded = (score: number, maxScore = 100, changes = {}): EarningFacts["attempt"] => ({
  status: "graded",
  userId: learner,
  id: attemptId,
  passed: true,
  gradedAt: noon,
  score: rational(score),
  maxScore: rational(maxScore),
  ...changes
})
const facts: EarningFacts = {
  assessment: { type: "cert", givesCertificate: false },
  attempt: graded(80),
  userId: learner,
  revokedBefore: false
}

describe("earning", () => {
  const why = (changes: Partial<EarningFacts>) =>
    Result.match(earn({ ...facts, ...changes }), {
      onSuccess: ({ kind }) => kind as string,
      onFailure: (failure) => failure.why
    })

  it("takes a graded, passed attempt of one's own at what gives a certificate (CRT-1)", () => {
    assert.strictEqual(why({}), "issue")
    assert.strictEqual(why({ attempt: graded(80, 100, { userId: teacher }) }), "of_somebody_else")
    assert.strictEqual(why({ attempt: graded(80, 100, { passed: false }) }), "not_passed")
    for (const status of ["in_progress", "submitted", "needs_review", "abandoned", "expired"]) {
      assert.strictEqual(why({ attempt: { status, userId: learner, id: attemptId } }), "not_graded")
    }
    assert.strictEqual(why({ revokedBefore: true }), "earned_before_and_revoked")
  })

  it("a cert gives one always, an exam that is marked, a quiz never (CRT-1)", () => {
    const given = (["cert", "exam", "quiz"] as const).flatMap((type) =>
      [true, false].map((marked) => why({ assessment: { type, givesCertificate: marked } }))
    )
    assert.deepStrictEqual(given, ["issue", "issue", "issue", "gives_none", "gives_none", "gives_none"])
  })

  it("a higher percentage supersedes; an equal or lower one keeps what there is, exactly compared (CRT-3)", () => {
    const kind = (score: number, maxScore: number) => why({ valid, attempt: graded(score, maxScore) })
    assert.strictEqual(kind(80_000_001, 100_000_000), "supersede")
    assert.strictEqual(kind(4, 5), "keep")
    assert.strictEqual(kind(79_999_999, 100_000_000), "keep")
    assert.strictEqual(kind(100, 100), "supersede")
  })

  it("the attempt that earned it answers it again, also after a regrade upwards: N issues, one certificate (CRT-2)", () =>
    assert.deepStrictEqual(
      got(earn({ ...facts, valid, attempt: graded(99, 100, { id: valid.attemptId }) })),
      { kind: "keep", certificate: valid }
    ))

  it("is dated by the first grading (CRT-10)", () =>
    assert.deepInclude(got(earn({ ...facts, attempt: graded(80, 100, { gradedAt: seconds(7) }) })), {
      earnedAt: seconds(7)
    }))

  it("a certificate that was corrected was not withdrawn, until the correction is (CRT-1, CRT-10)", () => {
    const [first, second] = [certificate(1, { revokedAt: noon }), certificate(2, { corrects: valid.id })]
    assert.deepStrictEqual(
      [[], [valid], [first], [first, second], [first, { ...second, revokedAt: noon }]].map(wasWithdrawn),
      [false, false, true, false, true]
    )
  })

  it("only what is graded has a consequence (CRT-1)", () =>
    assert.deepStrictEqual(
      [
        { status: "graded", passed: true },
        { status: "graded", passed: false },
        { status: "needs_review", passed: true }
      ].map(consequence),
      ["earns", "loses", "nothing"]
    ))

  it("superseding leaves the old one with the new serial, in one decision (CRT-3)", () => {
    const next = certificate(2, { percentage: rational(90) })
    const decision = issue(next, valid)
    assert.deepStrictEqual(decision.state, {
      certificate: next,
      superseded: { ...valid, supersededBy: next.serialNumber }
    })
    assert.deepStrictEqual(names(decision), ["certificate_superseded", "certificate_issued"])
    assert.deepStrictEqual([statusOf(decision.state.superseded!), statusOf(next)], ["superseded", "valid"])
    assert.deepStrictEqual(names(issue(next)), ["certificate_issued"])
  })
})

describe("revoking", () => {
  const reason = "Somebody else sat the exam."
  const why = (changes: Partial<Parameters<typeof revoke>[1]>, now = seconds(60)) =>
    refusal(revoke(valid, { reason, ...changes }, now))

  it("is done once, with reason and date; the second time changes nothing (CRT-7)", () => {
    const once = got(revoke(valid, { reason, revokedBy: teacher }, seconds(60)))
    assert.deepStrictEqual(
      [statusOf(once.state.certificate), once.state.revocation, names(once)],
      [
        "revoked",
        { certificateId: valid.id, reason, revokedBy: teacher, revokedAt: seconds(60) },
        ["certificate_revoked"]
      ]
    )
    assert.deepStrictEqual(got(revoke(once.state.certificate, { reason: "short" }, seconds(90))), {
      state: { certificate: once.state.certificate },
      events: []
    })
  })

  it("takes a reason on one line, as it is stored (CRT-7)", () => {
    for (const given of [
      "first line\nsecond line",
      "a\ttab in between",
      " leading blanks",
      "a last line break\n"
    ])
      assert.strictEqual(why({ reason: given }), "kernel.invalid", given)
  })

  it("takes a reason of 10 to 1000 characters, counted as people count (CRT-7)", () => {
    assert.deepStrictEqual(
      [9, 10, 1000, 1001].flatMap((length) =>
        ["x", "😀"].map((one) => why({ reason: one.repeat(length) }) ?? "fine")
      ),
      ["kernel.invalid", "kernel.invalid", "fine", "fine", "fine", "fine", "kernel.invalid", "kernel.invalid"]
    )
  })

  it("is never in the future, nor before there was anything to revoke (CRT-7)", () => {
    assert.deepStrictEqual(
      [59_999, 60_000, 60_001].map((millis) => why({ revokedAt: at(millis) })),
      [undefined, undefined, "kernel.invalid"]
    )
    assert.deepStrictEqual(
      [-1, 0].map((millis) => why({ revokedAt: at(millis) })),
      ["kernel.invalid", undefined]
    )
  })

  it("leaves room for a new one by a new attempt, and none by the old one (CRT-1, CRT-7)", () => {
    assert.strictEqual(got(earn({ ...facts, revokedBefore: false })).kind, "issue")
    assert.strictEqual(refusal(earn({ ...facts, revokedBefore: true })), "certificates.not_earned")
  })

  it("a superseded one can be revoked as well, and reads revoked (CRT-7)", () => {
    const { state } = got(
      revoke({ ...valid, supersededBy: certificate(2).serialNumber }, { reason }, seconds(60))
    )
    assert.strictEqual(statusOf(state.certificate), "revoked")
    assert.isUndefined(verification(state.certificate).supersededBy)
  })
})

describe("correcting", () => {
  it("revokes and reissues in one decision that says so, and keeps the day of the earning (CRT-10)", () => {
    const mended = certificate(2, { recipientName: "Ada King", issuedAt: seconds(60) })
    const { events, state } = got(correct(valid, mended, { reason: "She married.", now: seconds(60) }))
    assert.deepStrictEqual(
      [state.certificate.corrects, state.certificate.earnedAt, statusOf(state.revoked.certificate)],
      [valid.id, noon, "revoked"]
    )
    assert.deepStrictEqual(
      events.map(({ name, payload }) => [name, (payload as { corrected?: boolean }).corrected]),
      [
        ["certificates.certificate_revoked", true],
        ["certificates.certificate_issued", undefined]
      ]
    )
    assert.strictEqual(
      refusal(correct(state.revoked.certificate, mended, { reason: "She married.", now: seconds(90) })),
      "certificates.not_valid"
    )
    assert.strictEqual(
      refusal(correct(valid, mended, { reason: "short", now: seconds(90) })),
      "kernel.invalid"
    )
  })
})

describe("verifying", () => {
  it("takes 64 hexadecimal digits in any case, and nothing else gets as far as a look-up (CRT-5)", () => {
    assert.strictEqual(got(normalizeHash("AbCdEf0123456789".repeat(4))), "abcdef0123456789".repeat(4))
    for (const typed of [
      "",
      "a".repeat(63),
      "a".repeat(65),
      `${"a".repeat(63)}g`,
      ` ${"a".repeat(64)}`,
      `${"a".repeat(64)}\n`,
      "ａ".repeat(64)
    ]) {
      assert.strictEqual(refusal(normalizeHash(typed)), "kernel.invalid")
    }
  })

  it("the day on it is that of the earning, not of the issue (CRT-5, CRT-10)", () =>
    assert.deepStrictEqual(verification({ ...valid, issuedAt: seconds(60) }).issuedAt, noon))

  it("tells name, title, day and status, and nothing else of any certificate (CRT-5)", () => {
    const secrets = [
      valid.id,
      valid.userId,
      valid.attemptId,
      valid.assessmentId,
      lessonId,
      valid.nonce,
      valid.nameHash,
      valid.nameSalt!,
      valid.verifyHash,
      valid.serialNumber
    ]
    const states = [
      valid,
      { ...valid, revokedAt: seconds(1) },
      { ...valid, supersededBy: certificate(2).serialNumber }
    ]
    const seen = states.map((one) =>
      JSON.stringify(Schema.encodeSync(Schema.toCodecJson(Verification))(verification(one)))
    )
    for (const text of seen) for (const secret of secrets) assert.notInclude(text, secret)
    assert.deepStrictEqual(
      seen.map((text) => JSON.parse(text)),
      [
        {
          recipientName: "Ada Lovelace",
          title: "Gradients",
          issuedAt: DateTime.formatIso(noon),
          status: "valid"
        },
        {
          recipientName: "Ada Lovelace",
          title: "Gradients",
          issuedAt: DateTime.formatIso(noon),
          status: "revoked",
          revokedAt: DateTime.formatIso(seconds(1))
        },
        {
          recipientName: "Ada Lovelace",
          title: "Gradients",
          issuedAt: DateTime.formatIso(noon),
          status: "superseded",
          supersededBy: certificate(2).serialNumber
        }
      ]
    )
    const { nameSalt: _, recipientName: __, ...erased } = valid
    assert.isFalse("recipientName" in verification(erased))
  })
})

describe("a certificate as its holder sees it", () => {
  it("has neither nonce nor salt nor the name's hash, and no percentage (CRT-4, ASM-9)", () => {
    const view = viewOf({ ...valid, revokedAt: noon })
    assert.deepInclude(view, { status: "revoked", revokedAt: noon, recipientName: "Ada Lovelace" })
    for (const field of ["nonce", "nameSalt", "nameHash", "percentage"]) assert.isFalse(field in view)
  })
})

describe("the verify hash", () => {
  it("is taken of this very text (CRT-4)", () => {
    assert.strictEqual(
      certificateText(valid),
      `{"assessmentId":"${assessmentId}","attemptId":"${valid.attemptId}","earnedAt":"2026-03-01T12:00:00.000Z","format":1,"nameHash":"${valid.nameHash}","nonce":"${valid.nonce}","percentage":"80/1","scope":"lesson","scopeId":"${lessonId}","serialNumber":"${valid.serialNumber}","title":"Gradients"}`
    )
    assert.strictEqual(
      valid.nameHash,
      sha256(Buffer.concat([Buffer.from("ab".repeat(16), "hex"), Buffer.from("Ada Lovelace")]))
    )
  })

  it("changes with each fact it vouches for, and with the nonce alone (CRT-4)", () => {
    const changes: ReadonlyArray<Partial<Certificate>> = [
      { serialNumber: certificate(2).serialNumber },
      { attemptId },
      { assessmentId: assessmentId.replace("4", "5") as never },
      { title: "Gradient" },
      { percentage: zero },
      { earnedAt: at(1) },
      { nonce: "1".repeat(32) },
      { nameHash: "1".repeat(64) },
      { scope: { scope: "course", courseId: lessonId as never } },
      { scope: { scope: "lesson", lessonId: lessonId.replace("3", "5") as never } }
    ]
    const texts = [valid, ...changes.map((change) => ({ ...valid, ...change }))].map(certificateText)
    assert.strictEqual(new Set(texts).size, changes.length + 1)
  })

  it("stays provable when name and salt are erased, and so when it is revoked or superseded (CRT-4)", () => {
    const { nameSalt: _, recipientName: __, ...erased } = valid
    assert.strictEqual(certificateText({ ...erased, revokedAt: noon } as Certificate), certificateText(valid))
  })

  it("a name and its salt cannot be shifted into one another: the salt has its length (CRT-4)", () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        const same = Buffer.from(nameBytes("ab".repeat(16), left)).equals(nameBytes("ab".repeat(16), right))
        assert.strictEqual(
          same,
          Buffer.from(left.normalize("NFC")).equals(Buffer.from(right.normalize("NFC")))
        )
      })
    ))

  it("a certificate comes back from the store as it was (CRT-4)", () => {
    const codec = Schema.toCodecJson(CertificateSchema)
    assert.deepStrictEqual(
      Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(valid)))),
      valid
    )
  })
})
