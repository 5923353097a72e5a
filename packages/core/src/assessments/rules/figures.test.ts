import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { assessment, noon, questionId, samples, teacher } from "../../../test/assessments/all.ts"
import type { Question } from "../model/index.ts"
import { figuresOf, median } from "./figures.ts"

const question = (place: number, estimatedTimeSec?: number): Question => ({
  id: questionId(place),
  content: samples.trueFalse,
  tags: [],
  isReusable: true,
  usageCount: 1,
  questionVersion: 1,
  version: 1,
  createdBy: teacher,
  createdAt: noon,
  updatedAt: noon,
  ...(estimatedTimeSec !== undefined && { estimatedTimeSec })
})

describe("the median", () => {
  it("is the middle one, or the mean of the two in the middle (ASM-25)", () => {
    assert.isUndefined(median([]))
    assert.strictEqual(median([7]), 7)
    assert.strictEqual(median([1, 100, 7]), 7)
    assert.strictEqual(median([4, 1, 100, 7]), 5.5)
    assert.strictEqual(median([9, 2]), 5.5)
  })

  it("has as many above as below, in whatever order they come (ASM-25)", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1 }), (values) => {
        const middle = median(values)!
        const half = values.length / 2
        assert.isAtMost(values.filter((one) => one < middle).length, half)
        assert.isAtMost(values.filter((one) => one > middle).length, half)
        assert.strictEqual(median(values.toReversed()), middle)
      })
    )
  })
})

describe("figures without an attempt", () => {
  it("tell what is expected only where each question says it (ASM-25)", () => {
    const told = (...questions: ReadonlyArray<Question>) =>
      figuresOf(assessment.id, [], { questions, more: false }).estimatedTimeSec
    assert.isUndefined(told())
    assert.strictEqual(told(question(0, 30), question(1, 45)), 75)
    assert.isUndefined(told(question(0, 30), question(1)))
  })
})
