import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { compare, rational } from "../../shared/rational.ts"
import { finalGrade } from "./policy.ts"

const attempt = (
  attemptNo: number,
  score: number,
  maxScore = 100,
  passed = score * 100 >= 60 * maxScore
) => ({ attemptNo, score: rational(score), maxScore: rational(maxScore), passed })
const grade = (
  gradePolicy: "highest" | "latest" | "first" | "average",
  ...attempts: ReadonlyArray<ReturnType<typeof attempt>>
) => finalGrade(attempts, { gradePolicy, passingScore: 60 })

describe("the final grade", () => {
  const three = [attempt(2, 90), attempt(3, 40), attempt(1, 50)]
  it("is the highest, the latest, the first or the average, whatever order attempts are told in (ASM-20)", () => {
    assert.deepStrictEqual(grade("highest", ...three), { percentage: rational(90), passed: true })
    assert.deepStrictEqual(grade("latest", ...three), { percentage: rational(40), passed: false })
    assert.deepStrictEqual(grade("first", ...three), { percentage: rational(50), passed: false })
    assert.deepStrictEqual(grade("average", ...three), { percentage: rational(60), passed: true })
  })

  it("is none while nothing is graded: that is not a 0 (ASM-20)", () => {
    for (const policy of ["highest", "latest", "first", "average"] as const) assert.isUndefined(grade(policy))
  })

  it("the average is exact: a hair below the passing score fails (ASM-20)", () => {
    assert.strictEqual(
      grade("average", attempt(1, 60), attempt(2, 60), attempt(3, 59_999_999_999, 100_000_000_000))!.passed,
      false
    )
    assert.deepStrictEqual(grade("average", attempt(1, 1, 3), attempt(2, 2, 3))!.percentage, rational(50))
  })

  it("of equal highest ones the passed counts (ASM-20)", () => {
    assert.isTrue(grade("highest", attempt(1, 60, 100, false), attempt(2, 60))!.passed)
    assert.isTrue(grade("highest", attempt(1, 60), attempt(2, 60, 100, false))!.passed)
  })

  it("the highest is at least each of them, the average lies between, and one more attempt never lowers the highest (ASM-20)", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 8 }), fc.nat(100), (scores, more) => {
        const attempts = scores.map((score, index) => attempt(index + 1, score))
        const [highest, average] = [grade("highest", ...attempts)!, grade("average", ...attempts)!]
        for (const { score } of attempts) assert.isTrue(compare(highest.percentage, score) >= 0)
        assert.isTrue(
          compare(average.percentage, rational(Math.min(...scores))) >= 0 &&
            compare(average.percentage, highest.percentage) <= 0
        )
        assert.isTrue(
          compare(grade("highest", ...attempts, attempt(99, more))!.percentage, highest.percentage) >= 0
        )
      })
    ))
})
