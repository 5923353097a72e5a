import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { circumstances, got, questionId, running, samples, seconds } from "../../../test/assessments/all.ts"
import { rational } from "../../shared/rational.ts"
import type { Graded } from "../model/index.ts"
import { submit } from "./attempt.ts"
import { correlation, statisticsOf } from "./statistics.ts"

const questions = [samples.single, { ...samples.trueFalse, points: 4 }, { ...samples.numeric, points: 4 }]
/** An attempt whose three items, of four points each, are right or wrong. */
const attempt = (...right: ReadonlyArray<boolean>): Graded =>
  got(
    submit(
      running(questions),
      {
        responses: [
          { questionId: questionId(0), answer: { choices: [right[0] ? "1" : "2"] } },
          { questionId: questionId(1), answer: { value: right[1]! } },
          { questionId: questionId(2), answer: { text: right[2] ? "7" : "0" } }
        ],
        revision: 0
      },
      circumstances(seconds(1))
    )
  ).state as Graded

const [yes, no] = [true, false]
const five = [
  attempt(yes, yes, yes),
  attempt(yes, yes, no),
  attempt(yes, no, no),
  attempt(no, yes, no),
  attempt(no, no, no)
]
const isNear = (actual: number | undefined, expected: number) => Math.abs(actual! - expected) < 1e-12

describe("item statistics", () => {
  it("facility is the mean part of the points (ASM-25)", () => {
    const { count, questions: figures } = statisticsOf(five)
    assert.deepStrictEqual([count, ...figures.map(({ facility }) => facility)], [5, 0.6, 0.6, 0.2])
  })

  it("discrimination is the point-biserial correlation with the total: (M1 − M) / s × √(p / q) (ASM-25)", () => {
    // By hand for the first item: totals 12, 8, 4, 4, 0; M1 = 8, M = 5.6, s² = 16.64, p = 0.6.
    const [first] = statisticsOf(five).questions
    assert.isTrue(isNear(first!.discrimination, ((8 - 5.6) / Math.sqrt(16.64)) * Math.sqrt(0.6 / 0.4)))
  })

  it("alpha and the standard error are those of the textbook (ASM-25)", () => {
    const { alpha, standardError } = statisticsOf(five)
    // Variances of the items: 16 × pq = 3.84, 3.84, 2.56; of the totals 16.64.
    assert.isTrue(isNear(alpha, 1.5 * (1 - 10.24 / 16.64)))
    assert.isTrue(isNear(standardError, Math.sqrt(16.64) * Math.sqrt(1 - 1.5 * (1 - 10.24 / 16.64))))
  })

  it("counts what was picked, by the author's names (ASM-25)", () =>
    assert.deepStrictEqual(
      [...statisticsOf(five).questions[0]!.picked],
      [
        ["c1", 3],
        ["c2", 2]
      ]
    ))

  it("says nothing where nothing varies, or nothing was asked (ASM-25)", () => {
    assert.deepStrictEqual(statisticsOf([]), { count: 0, questions: [] })
    const same = statisticsOf([attempt(yes, yes, yes), attempt(yes, yes, yes)])
    assert.isUndefined(same.alpha)
    assert.deepStrictEqual(
      same.questions.map(({ discrimination, facility }) => [discrimination, facility]),
      [
        [undefined, 1],
        [undefined, 1],
        [undefined, 1]
      ]
    )
  })

  it("a dropped item does not count (ASM-25)", () => {
    const dropped = five.map((one): Graded => ({
      ...one,
      grades: one.grades.map((grade, index) =>
        index === 0 ? { ...grade, points: rational(0), maxPoints: 0 } : grade
      )
    }))
    assert.deepStrictEqual(
      statisticsOf(dropped).questions.map((one) => one.questionId),
      [questionId(1), questionId(2)]
    )
  })

  const some = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 })
  it("stays within its bounds and does not depend on the order of attempts, to the last digit (ASM-25)", () =>
    fc.assert(
      fc.property(some, (rows) => {
        const attempts = rows.map((row) => attempt(...row))
        const figures = statisticsOf(attempts)
        assert.deepStrictEqual(JSON.stringify(statisticsOf([...attempts].reverse())), JSON.stringify(figures))
        for (const { discrimination = 0, facility = 0 } of figures.questions) {
          assert.isTrue(facility >= 0 && facility <= 1)
          assert.isTrue(Math.abs(discrimination) <= 1 + 1e-12)
        }
        assert.isAtMost(figures.alpha ?? 0, 1)
      })
    ))

  it("correlation is 1 with itself and −1 with its opposite (ASM-25)", () => {
    const values = [1, 2, 4, 8].map((value) => rational(value, 3))
    assert.isTrue(isNear(correlation(values, values), 1))
    assert.isTrue(
      isNear(
        correlation(
          values,
          values.map(({ denominator, numerator }) => rational(-numerator, denominator))
        ),
        -1
      )
    )
    assert.isUndefined(
      correlation(
        values,
        values.map(() => rational(1))
      )
    )
  })
})
