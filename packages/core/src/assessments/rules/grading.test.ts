import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { answerTo, machineContent, rightAnswer } from "../../../test/assessments/arbitraries.ts"
import { samples } from "../../../test/assessments/all.ts"
import { compare, over, rational, times, zero } from "../../shared/rational.ts"
import type { Responses, Snapshot } from "../model/index.ts"
import { gradeItems, percentageOf, shownPercentage, total } from "./grading.ts"

const none = { corrections: [], kept: [] }
const scoreOf = (snapshot: Snapshot, responses: Responses) =>
  total(gradeItems(snapshot, responses, none).grades, snapshot.passingScore)

/** A machine-graded attempt: what was asked, and an answer to each of it. */
const answered = fc.array(machineContent, { minLength: 1, maxLength: 6 }).chain((contents) => {
  const snapshot = samples.snapshotOf(contents, {
    shuffleQuestions: true,
    shuffleAnswers: true,
    gradingMode: "auto"
  })
  return fc.tuple(...snapshot.items.map(answerTo)).map((answers) => ({
    snapshot,
    responses: snapshot.items.map((item, index): Responses[number] => ({
      questionId: item.questionId,
      answer: answers[index]!
    }))
  }))
})

describe("a grade", () => {
  it("lies between nothing and all, sums its items exactly, and passes exactly from the passing score on (ASM-15, ASM-16)", () =>
    fc.assert(
      fc.property(answered, ({ responses, snapshot }) => {
        const { maxScore, passed, score } = scoreOf(snapshot, responses)
        assert.isTrue(compare(score, zero) >= 0 && compare(score, maxScore) <= 0)
        assert.deepStrictEqual(
          maxScore,
          rational(snapshot.items.reduce((sum, { points }) => sum + points, 0))
        )
        const enough =
          compare(times(score, rational(100)), times(rational(snapshot.passingScore), maxScore)) >= 0
        assert.strictEqual(passed, enough && maxScore.numerator > 0n)
      })
    ))

  it("does not depend on the order of items or answers, and is the same each time (ASM-16)", () =>
    fc.assert(
      fc.property(answered, ({ responses, snapshot }) => {
        const expected = scoreOf(snapshot, responses)
        assert.deepStrictEqual(
          scoreOf({ ...snapshot, items: [...snapshot.items].reverse() }, responses),
          expected
        )
        assert.deepStrictEqual(scoreOf(snapshot, [...responses].reverse()), expected)
      })
    ))

  it("all right is all of it, nothing answered is nothing (ASM-16)", () =>
    fc.assert(
      fc.property(answered, ({ snapshot }) => {
        const right = snapshot.items.map((item) => ({
          questionId: item.questionId,
          answer: rightAnswer(item)
        }))
        const best = scoreOf(snapshot, right)
        assert.deepStrictEqual(best.score, best.maxScore)
        assert.deepStrictEqual(scoreOf(snapshot, []).score, zero)
        assert.isFalse(scoreOf(snapshot, []).passed)
      })
    ))

  it("one more right answer never scores less (ASM-16)", () =>
    fc.assert(
      fc.property(answered, ({ responses, snapshot }) => {
        const before = scoreOf(snapshot, responses)
        snapshot.items.forEach((item, index) => {
          const mended = responses.with(index, { questionId: item.questionId, answer: rightAnswer(item) })
          const after = scoreOf(snapshot, mended)
          assert.isTrue(compare(after.score, before.score) >= 0)
          assert.isTrue(after.passed || !before.passed)
        })
      })
    ))

  it("nobody passes what has no points, not even with a passing score of 0 (ASM-15)", () => {
    assert.isFalse(total([], 0).passed)
    assert.deepStrictEqual(percentageOf({ score: zero, maxScore: zero }), zero)
    assert.isTrue(scoreOf(samples.snapshotOf([samples.mcq], { passingScore: 0 }), []).passed)
  })

  it("thirds of points pass at exactly two thirds (ASM-14, ASM-15)", () => {
    const matching = samples.snapshotOf([{ ...samples.matching, points: 1 }], { passingScore: 66 })
    const pairs = [
      { stem: "1", target: "1" },
      { stem: "2", target: "2" }
    ]
    const { passed, score } = scoreOf(matching, [{ questionId: samples.questionId(0), answer: { pairs } }])
    assert.deepStrictEqual([score, passed], [rational(2, 3), true])
    assert.isFalse(
      scoreOf({ ...matching, passingScore: 67 }, [{ questionId: samples.questionId(0), answer: { pairs } }])
        .passed
    )
  })
})

describe("a percentage as it is shown", () => {
  it.each([
    [59_996, 1000, 60, 5999],
    [60, 1, 60, 6000],
    [59_994, 1000, 60, 5999],
    [59_999_999, 1_000_000, 60, 5999],
    [200, 3, 60, 6667],
    [100, 3, 60, 3333],
    [12_345, 1000, 60, 1235],
    [12_344_999, 1_000_000, 60, 1234],
    [99_999, 1000, 100, 9999],
    [99_999, 1000, 60, 10_000],
    [0, 1, 0, 0]
  ])("%i/%i with %i to pass is shown as %i hundredths (ASM-15)", (above, below, passing, expected) =>
    assert.strictEqual(shownPercentage(rational(above, below), passing), expected)
  )

  it("is within half a hundredth, except where that would show a pass that is none (ASM-15)", () =>
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.integer({ min: 0, max: 100 }), (part, passing) => {
        const percentage = over(rational(part), rational(10n ** 7n))
        const shown = shownPercentage(percentage, passing)
        const passes = compare(percentage, rational(passing)) >= 0
        assert.strictEqual(shown >= passing * 100, passes)
        const off = Number(part) / 1e5 - shown
        assert.isTrue(Math.abs(off) <= 0.5 || (!passes && off > 0 && off < 1))
      }),
      { numRuns: 2000 }
    ))
})
