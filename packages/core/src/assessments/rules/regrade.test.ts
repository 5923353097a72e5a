import { assert, describe, it } from "@effect/vitest"
import {
  assessment,
  circumstances,
  got,
  questionId,
  running,
  samples,
  seconds,
  teacher
} from "../../../test/assessments/all.ts"
import { rational } from "../../shared/rational.ts"
import { type Correction, type CorrectionAct, CorrectionId, type Graded } from "../model/index.ts"
import { submit } from "./attempt.ts"
import { sameInForce } from "./correction.ts"
import { finalGradeWith, regradeOne } from "./regrade.ts"

const correction = (act: CorrectionAct, place: number, id = 1): Correction => ({
  id: CorrectionId.make(samples.uuid(0x9000 + id)),
  assessmentId: assessment.id,
  questionId: questionId(place),
  questionVersion: 1,
  act,
  reason: "it was wrong",
  correctedBy: teacher,
  createdAt: seconds(200)
})
const mended: CorrectionAct = {
  kind: "mended",
  key: { type: "true_false", correctAnswers: { value: false } }
}
const handedIn = (value: boolean): Graded =>
  got(
    submit(
      running([samples.trueFalse, samples.numeric]),
      {
        responses: [
          { questionId: questionId(0), answer: { value } },
          { questionId: questionId(1), answer: { text: "7" } }
        ],
        revision: 0
      },
      circumstances(seconds(60))
    )
  ).state as Graded
const again = (
  attempt: Graded,
  corrections: ReadonlyArray<Correction>,
  policy: "exact" | "never_lower" = "exact"
) => regradeOne(attempt, { policy, reason: "it was wrong" }, { corrections, graded: [attempt], assessment })

describe("one attempt of a regrade", () => {
  it("is told old beside new, with the final grade that follows (ASM-18, ASM-20)", () => {
    const { decision, outcome } = again(handedIn(true), [correction(mended, 0)])
    assert.deepInclude(outcome, {
      outcome: "changed",
      before: { score: rational(2), maxScore: rational(2), passed: true },
      after: { score: rational(1), maxScore: rational(2), passed: false },
      finalBefore: { percentage: rational(100), passed: true },
      finalAfter: { percentage: rational(50), passed: false }
    })
    assert.deepStrictEqual(decision?.state.score, rational(1))
  })

  it("is unchanged where nothing moves, and kept where it would be lower (ASM-18)", () => {
    assert.deepInclude(again(handedIn(true), []).outcome, { outcome: "unchanged" })
    const kept = again(handedIn(true), [correction(mended, 0)], "never_lower")
    assert.isUndefined(kept.decision)
    assert.deepInclude(kept.outcome, {
      outcome: "kept",
      finalAfter: { percentage: rational(100), passed: true }
    })
  })

  it("is kept by either policy where nothing with points would be left of what was asked (ASM-18)", () => {
    const all = [correction({ kind: "dropped" }, 0, 1), correction({ kind: "dropped" }, 1, 2)]
    for (const policy of ["exact", "never_lower"] as const)
      assert.deepInclude(again(handedIn(true), all, policy).outcome, { outcome: "kept" })
  })

  it("counts in the final grade in place of what it was, whatever is stored of it (ASM-20)", () => {
    const before = handedIn(false)
    const after = handedIn(true)
    assert.deepStrictEqual(finalGradeWith(after, [before], assessment)?.percentage, rational(100))
    assert.deepStrictEqual(
      finalGradeWith(after, [before], { ...assessment, gradePolicy: "average" })?.percentage,
      rational(100)
    )
  })
})

describe("a correction of a question that was edited since", () => {
  it("holds for the versions up to the one that it was decided about, and leaves later ones alone (ASM-18)", () => {
    const of = (questionVersion: number, kind: "dropped" | "full_points", id: number): Correction => ({
      ...correction({ kind }, 0, id),
      questionVersion
    })
    const attempt = handedIn(false)
    const asked = (questionVersion: number): Graded => ({
      ...attempt,
      contentSnapshot: {
        ...attempt.contentSnapshot,
        items: attempt.contentSnapshot.items.map((item) => ({ ...item, questionVersion }))
      }
    })
    const score = (questionVersion: number, ...corrections: ReadonlyArray<Correction>) =>
      again(asked(questionVersion), corrections).outcome.after?.score
    assert.deepStrictEqual(score(2, of(2, "full_points", 1)), rational(2))
    assert.deepStrictEqual(score(1, of(2, "full_points", 1)), rational(2))
    assert.deepStrictEqual(score(3, of(2, "full_points", 1)), rational(1))
    // A later one about an older version is not the last of a newer one.
    assert.deepStrictEqual(score(2, of(2, "full_points", 1), of(1, "dropped", 2)), rational(2))
    assert.deepStrictEqual(
      again(asked(1), [of(2, "full_points", 1), of(1, "dropped", 2)]).outcome.after?.maxScore,
      rational(1)
    )
  })
})

describe("the same correction again", () => {
  it("is the one that counts already, and no other (ASM-18)", () => {
    const [first, second] = [correction(mended, 0, 1), correction({ kind: "dropped" }, 0, 2)]
    const same = (corrections: ReadonlyArray<Correction>, act: CorrectionAct) =>
      sameInForce(corrections, { act, questionId: questionId(0), questionVersion: 1 })?.id
    assert.isUndefined(same([], mended))
    assert.strictEqual(same([first], structuredClone(mended)), first.id)
    assert.isUndefined(same([first, second], mended))
    assert.strictEqual(same([second, first], { kind: "dropped" }), second.id)
  })
})
