import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { answerTo, machineContent, rightAnswer } from "../../../test/assessments/arbitraries.ts"
import * as samples from "../../../test/assessments/samples.ts"
import { compare, one, type Rational, rational, zero } from "../../shared/rational.ts"
import type { Answer, QuestionContent, SnapshotItem } from "../model/index.ts"
import { fractionOf, isEmpty, longestRun, pointsOf } from "./scoring.ts"

const itemOf = (content: QuestionContent): SnapshotItem => samples.snapshotOf([content]).items[0]!
const scored = (content: QuestionContent, answer: Answer): string => {
  const fraction = fractionOf(itemOf(content), answer)
  return fraction === undefined ? "by a person" : `${fraction.numerator}/${fraction.denominator}`
}
const third = { numerator: 1, denominator: 3 }
const weighted = (multiple: boolean): QuestionContent => ({
  ...samples.mcq,
  multiple,
  scoring: "weighted",
  correctAnswers: {
    choices: ["c1", "c3"],
    weights: [
      { choice: "c1", weight: multiple ? third : { numerator: 1, denominator: 1 } },
      {
        choice: "c3",
        weight: multiple ? { numerator: 2, denominator: 3 } : { numerator: 1, denominator: 2 }
      },
      { choice: "c2", weight: { numerator: -1, denominator: 2 } }
    ]
  }
})
const { matching, mcq, numeric, openText, ordering, shortText, single, trueFalse } = samples

describe("multiple choice", () => {
  it.each([
    [["1", "3"], "1/1"],
    [["3", "1"], "1/1"],
    [["1"], "0/1"],
    [["1", "3", "2"], "0/1"],
    [[], "0/1"]
  ])("all or nothing: %j of the keys 1 and 3 earns %s (ASM-14)", (choices, expected) =>
    assert.strictEqual(scored(mcq, { choices }), expected)
  )

  it.each([
    [["1", "3"], "1/1"],
    [["1"], "1/2"],
    [["1", "3", "2"], "1/2"],
    [["1", "2"], "0/1"],
    [["2", "4"], "0/1"],
    [["1", "2", "3", "4"], "0/1"]
  ])("net correct: %j earns %s and never less than nothing (ASM-14)", (choices, expected) =>
    assert.strictEqual(scored({ ...mcq, scoring: "net_correct" }, { choices }), expected)
  )

  it.each([
    [["1", "3"], "1/1"],
    [["1"], "3/4"],
    [["2"], "1/4"],
    [["2", "4"], "0/1"],
    [["1", "2", "3", "4"], "1/2"],
    [[], "0/1"]
  ])("each choice: %j earns %s (ASM-14)", (choices, expected) =>
    assert.strictEqual(scored({ ...mcq, scoring: "each_choice" }, { choices }), expected)
  )

  it.each([
    [["1"], "1/3"],
    [["1", "3"], "1/1"],
    [["1", "2"], "0/1"],
    [["2", "3"], "1/6"],
    [["4"], "0/1"]
  ])("weighted, several: %j earns %s, between nothing and all (ASM-14)", (choices, expected) =>
    assert.strictEqual(scored(weighted(true), { choices }), expected)
  )

  it.each([
    [["1"], "1/1"],
    [["3"], "1/2"],
    [["2"], "0/1"],
    [["4"], "0/1"]
  ])("weighted, one: %j earns %s (ASM-14)", (choices, expected) =>
    assert.strictEqual(scored(weighted(false), { choices }), expected)
  )

  it("of one to pick, any of the keys is right (ASM-14)", () => {
    const either = { ...single, correctAnswers: { choices: ["c1", "c2"] } }
    assert.strictEqual(scored(either, { choices: ["2"] }), "1/1")
    assert.strictEqual(scored(either, { choices: ["3"] }), "0/1")
  })
})

describe("the other types", () => {
  it("true or false is all or nothing, and false is an answer (ASM-14, ASM-11)", () => {
    assert.strictEqual(scored(trueFalse, { value: true }), "1/1")
    assert.strictEqual(scored(trueFalse, { value: false }), "0/1")
    assert.strictEqual(scored({ ...trueFalse, correctAnswers: { value: false } }, { value: false }), "1/1")
    assert.strictEqual(scored({ ...trueFalse, correctAnswers: { value: false } }, {}), "0/1")
  })

  const pairs = (...targets: ReadonlyArray<string>) => ({
    pairs: targets.map((target, index) => ({ stem: String(index + 1), target }))
  })
  it("matching counts right pairs, a target serving several stems (ASM-14)", () => {
    assert.strictEqual(scored(matching, pairs("1", "2", "1")), "1/1")
    assert.strictEqual(scored(matching, pairs("1", "2", "3")), "2/3")
    assert.strictEqual(scored(matching, pairs("1")), "1/3")
    assert.strictEqual(scored({ ...matching, scoring: "all_or_nothing" }, pairs("1", "2", "3")), "0/1")
    assert.strictEqual(scored({ ...matching, scoring: "all_or_nothing" }, pairs("1", "2", "1")), "1/1")
  })

  it.each([
    ["1234", "1/1", "1/1", "1/1", "1/1"],
    ["4321", "0/1", "0/1", "0/1", "0/1"],
    ["2341", "0/1", "0/1", "3/4", "2/3"],
    ["1324", "0/1", "1/2", "3/4", "0/1"],
    ["2143", "0/1", "0/1", "1/2", "0/1"],
    ["4123", "0/1", "0/1", "3/4", "2/3"]
  ])(
    "ordering %s: all or nothing %s, absolute %s, longest run %s, adjacent %s (ASM-14)",
    (order, all, absolute, run, adjacent) => {
      const answer = { order: Array.from(order) }
      assert.strictEqual(scored(ordering, answer), all)
      assert.strictEqual(scored({ ...ordering, scoring: "absolute" }, answer), absolute)
      assert.strictEqual(scored({ ...ordering, scoring: "longest_run" }, answer), run)
      assert.strictEqual(scored({ ...ordering, scoring: "adjacent" }, answer), adjacent)
    }
  )

  it("the longest run is that of trying all of them (ASM-14)", () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(30), { maxLength: 9 }), (places) => {
        const subsets = Array.from({ length: 2 ** places.length }, (_, mask) =>
          places.filter((__, index) => (mask >> index) & 1)
        )
        const rising = subsets.filter((run) =>
          run.every((place, index) => index === 0 || place > run[index - 1]!)
        )
        assert.strictEqual(longestRun(places), Math.max(...rising.map(({ length }) => length)))
      })
    ))

  it.each([
    ["6.3", "1/1"],
    ["6,3", "1/1"],
    ["7.7", "1/1"],
    ["6.29999999999999999999", "0/1"],
    ["7.70000000000000000001", "0/1"],
    ["63e-1", "1/1"],
    ["seven", "0/1"],
    ["", "0/1"]
  ])("%s within 7 ± 10 %%: %s, bounds included (ASM-14)", (text, expected) =>
    assert.strictEqual(scored(numeric, { text }), expected)
  )

  it("a relative tolerance of a negative number reaches both ways, an absent one nowhere (ASM-14)", () => {
    const minus = {
      ...numeric,
      correctAnswers: { value: "-7", tolerance: { kind: "relative", by: "0.1" } }
    } as const
    assert.deepStrictEqual(
      ["-6.3", "-7.7", "-7.71", "7"].map((text) => scored(minus, { text })),
      ["1/1", "1/1", "0/1", "0/1"]
    )
    const exact = { ...numeric, correctAnswers: { value: "0.1" } }
    assert.deepStrictEqual(
      ["0.1", ",10", "1e-1", "0.1000000000000000055511151231257827"].map((text) => scored(exact, { text })),
      ["1/1", "1/1", "1/1", "0/1"]
    )
    const absolute = {
      ...numeric,
      correctAnswers: { value: "1", tolerance: { kind: "absolute", by: "0.5" } }
    } as const
    assert.deepStrictEqual(
      ["0.5", "1.5", "0.49", "1.51"].map((text) => scored(absolute, { text })),
      ["1/1", "1/1", "0/1", "0/1"]
    )
  })

  it("of several accepted texts the best counts (ASM-14)", () => {
    const answers = [
      { text: "*", fraction: third },
      { text: "grey", fraction: { numerator: 1, denominator: 1 } }
    ]
    const content = { ...shortText, correctAnswers: { answers } }
    assert.strictEqual(scored(content, { text: "Grey" }), "1/1")
    assert.strictEqual(scored(content, { text: "blue" }), "1/3")
    assert.strictEqual(scored(content, { text: "  " }), "0/1")
  })

  it("an open text is for a person, unless it is empty (ASM-14)", () => {
    assert.strictEqual(scored(openText, { text: "Because." }), "by a person")
    assert.strictEqual(scored(openText, { text: " \n" }), "0/1")
  })

  it("an answer of another shape earns nothing (ASM-14)", () => {
    for (const content of [mcq, trueFalse, matching, ordering, numeric, shortText]) {
      assert.strictEqual(
        scored(content, content === numeric || content === shortText ? { value: true } : { text: "1" }),
        "0/1"
      )
    }
  })

  it("an empty answer and the answer 0 are different (ASM-11)", () => {
    const answers: ReadonlyArray<Answer> = [{ text: "0" }, { value: false }, { choices: ["0"] }]
    assert.deepStrictEqual(answers.map(isEmpty), [false, false, false])
    const empty: ReadonlyArray<Answer | undefined> = [
      undefined,
      {},
      { text: "" },
      { choices: [] },
      { pairs: [] },
      { order: [] }
    ]
    assert.deepStrictEqual(empty.map(isEmpty), [true, true, true, true, true, true])
  })
})

describe("every type and scoring", () => {
  const withAnswer = machineContent.chain((content) => {
    const item = itemOf(content)
    return fc.record({ item: fc.constant(item), answer: answerTo(item) })
  })
  const scoringOf = (item: SnapshotItem) =>
    "scoring" in item
      ? `${item.type} ${"multiple" in item && item.multiple ? "several " : ""}${item.scoring}`
      : item.type

  it("points lie between nothing and all, all of it for the right answer, none for an empty one (ASM-14, ASM-16)", () => {
    const seen = new Map<string, Set<string>>()
    fc.assert(
      fc.property(withAnswer, ({ answer, item }) => {
        const fraction = fractionOf(item, answer)!
        assert.isTrue(compare(fraction, zero) >= 0 && compare(fraction, one) <= 0)
        assert.deepStrictEqual(fractionOf(item, rightAnswer(item)), one)
        assert.deepStrictEqual(fractionOf(item, undefined), zero)
        if (isEmpty(answer)) assert.deepStrictEqual(fraction, zero)
        assert.deepStrictEqual(pointsOf(item, rightAnswer(item), item.points), rational(item.points))
        const kind = fraction.numerator === 0n ? "none" : compare(fraction, one) === 0 ? "all" : "part"
        seen.set(scoringOf(item), (seen.get(scoringOf(item)) ?? new Set()).add(kind))
      }),
      { numRuns: 6000 }
    )
    // Each of the thirteen ways to count was met, with answers that earn something and answers that earn nothing.
    assert.deepStrictEqual([...seen.keys()].sort(), [
      "matching all_or_nothing",
      "matching right_pairs",
      "mcq all_or_nothing",
      "mcq several all_or_nothing",
      "mcq several each_choice",
      "mcq several net_correct",
      "mcq several weighted",
      "mcq weighted",
      "numeric",
      "ordering absolute",
      "ordering adjacent",
      "ordering all_or_nothing",
      "ordering longest_run",
      "short_text",
      "true_false"
    ])
    for (const [scoring, kinds] of seen)
      assert.isTrue(kinds.has("none") && (kinds.has("all") || kinds.has("part")), scoring)
  })

  const picked = (item: SnapshotItem, choices: ReadonlyArray<string>): Rational =>
    fractionOf(item, { choices })!
  it("one more right choice never earns less, nor does one wrong choice less, while something is picked (ASM-16)", () =>
    fc.assert(
      fc.property(withAnswer, ({ answer, item }) => {
        if (item.type !== "mcq" || !item.multiple || !("choices" in answer)) return
        const before = picked(item, answer.choices)
        for (const key of item.correctAnswers.choices) {
          const more = [...new Set([...answer.choices, key])]
          assert.isTrue(compare(picked(item, more), before) >= 0)
        }
        for (const wrong of answer.choices.filter(
          (choice) => !item.correctAnswers.choices.includes(choice)
        )) {
          const fewer = answer.choices.filter((choice) => choice !== wrong)
          if (fewer.length > 0) assert.isTrue(compare(picked(item, fewer), before) >= 0)
        }
      }),
      { numRuns: 3000 }
    ))

  it("one more right pair never earns less (ASM-16)", () =>
    fc.assert(
      fc.property(withAnswer, ({ answer, item }) => {
        if (item.type !== "matching" || !("pairs" in answer)) return
        for (const pair of item.correctAnswers.pairs) {
          const mended = [...answer.pairs.filter(({ stem }) => stem !== pair.stem), pair]
          assert.isTrue(compare(fractionOf(item, { pairs: mended })!, fractionOf(item, answer)!) >= 0)
        }
      }),
      { numRuns: 3000 }
    ))
})
