import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { anyContent } from "../../../test/assessments/arbitraries.ts"
import {
  asked,
  assessment,
  got,
  noon,
  refusal,
  samples,
  seconds,
  teacher
} from "../../../test/assessments/all.ts"
import { type Question, QuestionContent } from "../model/index.ts"
import { authoringIssues, checkPublishable } from "./authoring.ts"
import { checkDeletable, edit } from "./bank.ts"

const { matching, mcq, numeric, openText, ordering, shortText, single, trueFalse } = samples
const issues = (content: QuestionContent) =>
  authoringIssues(content).map(({ message, path }) => `${path.join(".")}: ${message}`)
const part = (numerator: number, denominator = 1) => ({ numerator, denominator })
const withKeys = (...choices: ReadonlyArray<string>): QuestionContent => ({
  ...mcq,
  correctAnswers: { choices }
})
const weighted = (
  multiple: boolean,
  ...weights: ReadonlyArray<readonly [string, number, number]>
): QuestionContent => ({
  ...mcq,
  multiple,
  scoring: "weighted",
  correctAnswers: {
    choices: weights.filter(([, above]) => above > 0).map(([choice]) => choice),
    weights: weights.map(([choice, above, below]) => ({ choice, weight: part(above, below) }))
  }
})
const accepted = (...answers: ReadonlyArray<readonly [string, number, number]>): QuestionContent => ({
  ...shortText,
  correctAnswers: { answers: answers.map(([text, above, below]) => ({ text, fraction: part(above, below) })) }
})

describe("a question", () => {
  const wrong: ReadonlyArray<readonly [string, QuestionContent, ReadonlyArray<string>]> = [
    [
      "one choice",
      { ...mcq, choices: mcq.choices.slice(0, 1), correctAnswers: { choices: ["c1"] } },
      ["choices: must be 2 or more"]
    ],
    ["no key", withKeys(), ["correctAnswers.choices: must be 1 or more"]],
    [
      "a key that is no choice",
      withKeys("c1", "c9"),
      ["correctAnswers.choices.1: is not one of those there are"]
    ],
    ["a key twice", withKeys("c1", "c1"), ["correctAnswers.choices.1: is there twice"]],
    [
      "a text twice",
      { ...mcq, choices: [...mcq.choices, { id: "c5", text: " two" }] },
      ["choices.4.text: is there twice"]
    ],
    [
      "a name twice",
      { ...mcq, choices: [...mcq.choices, { id: "c1", text: "six" }] },
      ["choices.4.id: is there twice"]
    ],
    [
      "an empty text",
      { ...mcq, choices: [...mcq.choices, { id: "c5", text: " " }] },
      ["choices.4.text: must not be empty"]
    ],
    [
      "net_correct with one to pick",
      { ...single, scoring: "net_correct" },
      ["scoring: is for questions with several choices to pick"]
    ],
    [
      "weights without weighted",
      { ...mcq, correctAnswers: { ...mcq.correctAnswers, weights: [] } },
      ["correctAnswers.weights: go with weighted scoring"]
    ],
    [
      "weighted without weights",
      { ...mcq, scoring: "weighted" },
      ["correctAnswers.weights: go with weighted scoring"]
    ],
    [
      "weights that do not reach 1",
      weighted(true, ["c1", 1, 3], ["c3", 1, 3]),
      ["correctAnswers.weights: must reach 1 together"]
    ],
    [
      "one to pick, of which none weighs 1",
      weighted(false, ["c1", 1, 2]),
      ["correctAnswers.choices: must be those that weigh 1"]
    ],
    [
      "a stem without a target",
      { ...matching, correctAnswers: { pairs: matching.correctAnswers.pairs.slice(1) } },
      ["stems.0: must have a target"]
    ],
    [
      "a stem with two",
      {
        ...matching,
        correctAnswers: { pairs: [...matching.correctAnswers.pairs, { stem: "c1", target: "c2" }] }
      },
      ["correctAnswers.pairs.3: is there twice"]
    ],
    [
      "a target that is none",
      { ...matching, targets: matching.targets.slice(1) },
      [
        "correctAnswers.pairs.0.target: is not one of those there are",
        "correctAnswers.pairs.2.target: is not one of those there are"
      ]
    ],
    [
      "one stem",
      {
        ...matching,
        stems: matching.stems.slice(0, 1),
        correctAnswers: { pairs: matching.correctAnswers.pairs.slice(0, 1) }
      },
      ["stems: must be 2 or more"]
    ],
    [
      "an order of less",
      { ...ordering, correctAnswers: { order: ["c1", "c2", "c3"] } },
      ["correctAnswers.order: must name every element"]
    ],
    [
      "an order with a twin",
      { ...ordering, correctAnswers: { order: ["c1", "c2", "c3", "c3"] } },
      ["correctAnswers.order.3: is there twice"]
    ],
    [
      "one element",
      { ...ordering, choices: ordering.choices.slice(0, 1), correctAnswers: { order: ["c1"] } },
      ["choices: must be 2 or more"]
    ],
    [
      "a tolerance below 0",
      { ...numeric, correctAnswers: { value: "1", tolerance: { kind: "absolute", by: "-0.1" } } },
      ["correctAnswers.tolerance.by: must not be below 0"]
    ],
    ["no text worth all", accepted(["grey", 1, 2]), ["correctAnswers.answers: must have one worth all"]],
    [
      "a text worth more than all",
      accepted(["grey", 1, 1], ["gray", 3, 2]),
      ["correctAnswers.answers.1.fraction: must lie between 0 and 1"]
    ],
    [
      "an accepted text twice",
      accepted(["grey", 1, 1], ["grey", 1, 2]),
      ["correctAnswers.answers.1.text: is there twice"]
    ]
  ]
  it.each(wrong)("with %s is not taken (ASM-23)", (_, content, expected) =>
    assert.deepStrictEqual(issues(content), expected)
  )

  it("says everything that is wrong at once (ASM-23)", () =>
    assert.lengthOf(issues({ ...withKeys("c9"), choices: mcq.choices.slice(0, 1) } as QuestionContent), 2))

  it("well made is taken; one target for all stems and a tolerance of 0 are fine (ASM-23)", () => {
    const sound: ReadonlyArray<QuestionContent> = [
      mcq,
      single,
      trueFalse,
      openText,
      matching,
      ordering,
      numeric,
      shortText,
      weighted(true, ["c1", 1, 3], ["c3", 2, 3], ["c2", -1, 2]),
      weighted(false, ["c1", 1, 1]),
      {
        ...matching,
        targets: matching.targets.slice(0, 1),
        correctAnswers: { pairs: matching.stems.map(({ id }) => ({ stem: id, target: "c1" })) }
      },
      { ...numeric, correctAnswers: { value: "1", tolerance: { kind: "absolute", by: "0" } } }
    ]
    for (const content of sound) assert.deepStrictEqual(issues(content), [])
  })

  it("that is taken comes back from the store as it was (ASM-23)", () => {
    const codec = Schema.toCodecJson(QuestionContent)
    fc.assert(
      fc.property(anyContent, (content) => {
        assert.deepStrictEqual(authoringIssues(content), [])
        const stored: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(content)))
        assert.deepStrictEqual(
          Schema.decodeUnknownSync(codec)(stored, { onExcessProperty: "error" }),
          JSON.parse(JSON.stringify(content))
        )
      })
    )
  })
})

describe("the bank", () => {
  const question: Question = {
    id: samples.questionId(0),
    content: mcq,
    tags: [],
    isReusable: true,
    usageCount: 1,
    questionVersion: 3,
    version: 5,
    createdBy: teacher,
    createdAt: noon,
    updatedAt: noon
  }
  it("a used question gets a new version when its content changes, an unused one does not (ASM-22)", () => {
    assert.strictEqual(got(edit(question, single, seconds(1))).questionVersion, 4)
    assert.strictEqual(got(edit({ ...question, usageCount: 0 }, single, seconds(1))).questionVersion, 3)
    assert.deepStrictEqual(got(edit(question, { ...mcq }, seconds(1))), question)
    assert.strictEqual(refusal(edit(question, withKeys(), seconds(1))), "kernel.invalid")
  })

  it("a used question cannot be deleted (ASM-22)", () => {
    assert.strictEqual(refusal(checkDeletable(question)), "assessments.question_in_use")
    assert.isUndefined(refusal(checkDeletable({ ...question, usageCount: 0 })))
  })
})

describe("an assessment", () => {
  const problems = (
    changes: Partial<typeof assessment>,
    contents: ReadonlyArray<QuestionContent>,
    item = {}
  ) => {
    const result = checkPublishable({ ...assessment, ...changes }, asked(contents, item))
    return Result.isFailure(result) ? result.failure.problems : []
  }
  it("without points cannot be published, overrides counted (ASM-15)", () => {
    assert.deepStrictEqual(problems({}, []), ["no_points"])
    assert.deepStrictEqual(problems({}, [mcq], { pointsOverride: 0 }), ["no_points"])
    assert.deepStrictEqual(problems({}, [{ ...mcq, points: 0 }], { pointsOverride: 1 }), [])
  })

  it("in mode auto cannot hold an open text; in the others it can (ASM-15)", () => {
    assert.deepStrictEqual(problems({ gradingMode: "auto" }, [mcq, openText]), ["open_text_in_auto"])
    assert.deepStrictEqual(problems({ gradingMode: "auto" }, [mcq]), [])
    assert.deepStrictEqual(problems({ gradingMode: "manual" }, [openText]), [])
  })

  it("that closes before it opens is told with all the rest (ASM-15)", () =>
    assert.deepStrictEqual(
      problems({ gradingMode: "auto", opensAt: seconds(1), closesAt: seconds(1) }, [
        { ...openText, points: 0 }
      ]),
      ["no_points", "open_text_in_auto", "closes_before_it_opens"]
    ))
})
