import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { anyContent } from "../../../test/assessments/arbitraries.ts"
import { samples } from "../../../test/assessments/all.ts"
import type { QuestionContent } from "../model/index.ts"
import { gift } from "./gift.ts"
import type { Import, Portable } from "./portable.ts"

const contents = ({ questions }: Import) => questions.map(({ question }) => question.content)
const refusals = ({ refused }: Import) =>
  refused.map(({ issues, line }) => `${line}: ${issues.map(({ message }) => message).join("; ")}`)

describe("GIFT as Moodle writes it", () => {
  const one = (file: string): QuestionContent => {
    const back = gift.read(file)
    assert.deepStrictEqual(refusals(back), [])
    return contents(back)[0]!
  }
  it("one of several, with comments, a title, feedback and an explanation (ASM-24)", () => {
    const back = gift.read(
      "// a comment\n::Q1:: [html]Who's buried in \\{Grant\\}'s tomb? {\n=Grant #right\n~no one\n~%50%Napoleon #half\n#### He \\= it.\n}"
    )
    assert.deepStrictEqual(back.refused, [])
    assert.deepStrictEqual(back.questions[0]!.leftOut, ["title", "feedback"])
    const expected: QuestionContent = {
      type: "mcq",
      points: 1,
      body: "Who's buried in {Grant}'s tomb?",
      explanation: "He = it.",
      multiple: false,
      choices: [
        { id: "c1", text: "Grant" },
        { id: "c2", text: "no one" },
        { id: "c3", text: "Napoleon" }
      ],
      scoring: "weighted",
      correctAnswers: {
        choices: ["c1"],
        weights: [
          { choice: "c1", weight: { numerator: 1, denominator: 1 } },
          { choice: "c3", weight: { numerator: 1, denominator: 2 } }
        ]
      }
    }
    assert.deepStrictEqual(back.questions[0]!.question.content, expected)
  })

  it("several of several: thirds are thirds (ASM-24)", () => {
    const content = one("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert.isTrue(content.type === "mcq" && content.multiple && content.scoring === "weighted")
    if (content.type === "mcq")
      assert.deepStrictEqual(
        content.correctAnswers.weights?.map(({ weight }) => `${weight.numerator}/${weight.denominator}`),
        ["1/3", "1/3", "1/3", "-1/1"]
      )
  })

  it.each([
    ["Sun rises in the east. {T}", { type: "true_false", correctAnswers: { value: true } }],
    ["It does not. {FALSE#why}", { type: "true_false", correctAnswers: { value: false } }],
    ["Two plus {=two =2} equals four.", { type: "short_text", body: "Two plus _____ equals four." }],
    [
      "When? {#1822:5}",
      { type: "numeric", correctAnswers: { value: "1822", tolerance: { kind: "absolute", by: "5" } } }
    ],
    [
      "Pi? {#3.141..3.142}",
      { type: "numeric", correctAnswers: { value: "31415e-4", tolerance: { kind: "absolute", by: "5e-4" } } }
    ],
    ["Pi? {#=3.14}", { type: "numeric", correctAnswers: { value: "3.14" } }],
    ["Write. {}", { type: "open_text" }]
  ])("%s (ASM-24)", (file, expected) => {
    const content: Readonly<Record<string, unknown>> = one(file)
    for (const [field, value] of Object.entries(expected)) assert.deepStrictEqual(content[field], value)
  })

  it("matching, with a target for nobody (ASM-24)", () => {
    const content = one("Capitals? {=France -> Paris =Spain -> Madrid = -> Rome}")
    assert.isTrue(content.type === "matching" && content.stems.length === 2 && content.targets.length === 3)
  })

  it("HTML becomes Markdown, one text at a time; several numbers for one question are refused (ASM-24)", () => {
    const back = gift.read(
      `[html]<p>Which <b>city</b>? <img src\\="@@PLUGINFILE@@/a.png"></p> {=<p>Oslo</p> ~[plain]a<b}\n\nWhen? {#=1822:0 #yes =%50%1822:2}`
    )
    assert.deepStrictEqual(back.questions[0]!.leftOut, ["images"])
    const { body, ...rest } = contents(back)[0]!
    assert.strictEqual(body, "Which **city**?")
    assert.deepNestedInclude(rest, { "choices[0].text": "Oslo", "choices[1].text": "a<b" })
    assert.deepStrictEqual(refusals(back), ["3: has answers that cannot be read"])
  })

  it("tags stand in a comment, where Moodle has them (ASM-24)", () => {
    const back = gift.read("// question: 7  name: Q\n// [id:q7] [tag:easy] [tag:a\\]b]\nSo? {T}\n\nAnd? {F}")
    assert.deepStrictEqual(
      back.questions.map(({ leftOut, question }) => [question.tags, leftOut]),
      [
        [["easy", "a]b"], ["id number"]],
        [[], []]
      ]
    )
    const tagged: Portable = { content: samples.trueFalse, tags: ["a]b", "c"] }
    assert.deepStrictEqual(gift.write([tagged]).leftOut, [])
  })

  it("a category holds for what follows, and each question is reported by its line (ASM-24)", () => {
    const back = gift.read(
      "$CATEGORY: Maths\n\nOne? {T}\n\n\nno braces\n\n$CATEGORY: Art\nTwo? {=a}\n\nThree? {~a ~b}"
    )
    assert.deepStrictEqual(
      back.questions.map(({ line, question }) => [line, question.category]),
      [
        [3, "Maths"],
        [8, "Art"]
      ]
    )
    assert.deepStrictEqual(
      back.refused.map(({ line }) => line),
      [6, 11]
    )
  })

  it("says a plain question wholly: nothing is lost but how points of several are counted (ASM-24)", () => {
    const counts = new Map<string, number>()
    fc.assert(
      fc.property(anyContent, (content) => {
        const what = gift.write([{ content: { ...content, points: 1 }, tags: [] }]).leftOut[0]?.what ?? []
        const counted = `${content.type}${content.type === "mcq" && content.multiple ? " several" : ""}`
        const key = `${counted}: ${what.join(", ") || "nothing"}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }),
      { numRuns: 2000 }
    )
    assert.deepStrictEqual([...counts.keys()].sort(), [
      "matching: correctAnswers, scoring, targets",
      "matching: correctAnswers, targets",
      "matching: nothing",
      "matching: scoring",
      "mcq several: correctAnswers, scoring",
      "mcq several: nothing",
      "mcq: correctAnswers, scoring",
      "mcq: nothing",
      "mcq: question",
      "numeric: correctAnswers",
      "numeric: nothing",
      "open_text: nothing",
      "ordering: question",
      "short_text: correctAnswers",
      "short_text: nothing",
      "true_false: nothing"
    ])
  })

  it("says its own signs, several lines and backslashes as well (ASM-24)", () => {
    const body = "a ~ b = {c} # d : e \\ \\n\nsecond line \\~"
    const question: Portable = { content: { ...samples.single, points: 1, body }, tags: [] }
    assert.deepStrictEqual(gift.write([question]).leftOut, [])
    assert.strictEqual(contents(gift.read(gift.write([question]).text))[0]!.body, body)
  })

  it("names what it cannot say: points, how points are counted, a whole ordering (ASM-24)", () => {
    const write = (content: QuestionContent) => gift.write([{ content, tags: [] }]).leftOut[0]?.what
    assert.deepStrictEqual(write(samples.ordering), ["question"])
    assert.deepStrictEqual(write(samples.mcq), ["correctAnswers", "points", "scoring"])
    assert.deepStrictEqual(write({ ...samples.numeric, points: 1 }), ["correctAnswers"])
    assert.isUndefined(write(samples.trueFalse))
    assert.isUndefined(write({ ...samples.single, points: 1 }))
  })
})
