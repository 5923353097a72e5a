import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { answerTo, anyContent } from "../../../test/assessments/arbitraries.ts"
import * as samples from "../../../test/assessments/samples.ts"
import { type Answer, Responses } from "../model/index.ts"
import { merge, somethingSaved, unansweredRequired } from "./responses.ts"

const { matching, mcq, numeric, openText, ordering, questionId, shortText, single, trueFalse } = samples
const all = [mcq, single, trueFalse, matching, ordering, numeric, shortText, openText]
const snapshot = samples.snapshotOf(all)
const shapes: ReadonlyArray<Answer> = [
  { choices: ["1"] },
  { choices: [] },
  { value: false },
  { pairs: [{ stem: "1", target: "2" }] },
  { order: ["4", "3", "2", "1"] },
  { text: "1,5" },
  {},
  { text: "" }
]
const answer = (place: number, given: Answer): Responses => [{ questionId: questionId(place), answer: given }]
const issuesOf = (responses: Responses): ReadonlyArray<string> =>
  Result.match(merge(snapshot, [], responses), {
    onSuccess: () => [],
    onFailure: ({ issues }) => issues.map(({ message, path }) => `${path.join(".")}: ${message}`)
  })

describe("answers against what was asked", () => {
  const wrong: ReadonlyArray<readonly [string, Responses, string]> = [
    [
      "an unknown question",
      answer(99, { text: "x" }),
      "responses.0.questionId: is not a question of this attempt"
    ],
    [
      "a question answered twice",
      [...answer(0, { choices: [] }), ...answer(0, { choices: ["1"] })],
      "responses.1.questionId: is answered twice"
    ],
    [
      "an unknown choice",
      answer(0, { choices: ["9"] }),
      "responses.0.answer.choices.0: is not one of those shown"
    ],
    [
      "the author's name of a choice",
      answer(0, { choices: ["c1"] }),
      "responses.0.answer.choices.0: is not one of those shown"
    ],
    [
      "a choice picked twice",
      answer(0, { choices: ["1", "1"] }),
      "responses.0.answer.choices.1: is there twice"
    ],
    [
      "two choices where one is asked",
      answer(1, { choices: ["1", "2"] }),
      "responses.0.answer.choices: only one may be picked"
    ],
    ["a text for true or false", answer(2, { text: "true" }), "responses.0.answer: must have value"],
    [
      "a pair of an unknown stem",
      answer(3, { pairs: [{ stem: "9", target: "1" }] }),
      "responses.0.answer.pairs.0.stem: is not one of those shown"
    ],
    [
      "a pair with an unknown target",
      answer(3, { pairs: [{ stem: "1", target: "9" }] }),
      "responses.0.answer.pairs.0.target: is not one of those shown"
    ],
    [
      "a stem matched twice",
      answer(3, {
        pairs: [
          { stem: "1", target: "1" },
          { stem: "1", target: "2" }
        ]
      }),
      "responses.0.answer.pairs.1.stem: is there twice"
    ],
    [
      "an element placed twice",
      answer(4, { order: ["1", "2", "2", "3"] }),
      "responses.0.answer.order.2: is there twice"
    ],
    [
      "half an order",
      answer(4, { order: ["1", "2"] }),
      "responses.0.answer.order: must name every element, or none"
    ],
    ["a choice for a number", answer(5, { choices: ["1"] }), "responses.0.answer: must have text"],
    ["nothing at all for a text", answer(6, {}), "responses.0.answer: must have text"],
    [
      "a prototype for a question",
      [{ questionId: "__proto__" as never, answer: { text: "x" } }],
      "responses.0.questionId: is not a question of this attempt"
    ]
  ]
  it.each(wrong)("%s is refused with its path (ASM-13)", (_, responses, expected) =>
    assert.deepStrictEqual(issuesOf(responses), [expected])
  )

  it("every wrong one is named at once, and nothing is stored (ASM-13)", () => {
    const both = [
      ...answer(0, { choices: ["9"] }),
      ...answer(2, { value: true }),
      ...answer(99, { text: "" })
    ]
    assert.lengthOf(issuesOf(both), 2)
    assert.isTrue(Result.isFailure(merge(snapshot, [], both)))
  })

  it("what is named replaces what was saved, the others stay, in the order of the snapshot (ASM-12)", () => {
    const saved = samples.got(
      merge(snapshot, [], [...answer(5, { text: "1" }), ...answer(0, { choices: ["1"] })])
    )
    const after = samples.got(
      merge(snapshot, saved, [...answer(5, { text: "" }), ...answer(2, { value: false })])
    )
    assert.deepStrictEqual(after, [
      ...answer(0, { choices: ["1"] }),
      ...answer(2, { value: false }),
      ...answer(5, { text: "" })
    ])
  })

  it("any answer that fits is taken, and merging it again changes nothing (ASM-12, ASM-13)", () =>
    fc.assert(
      fc.property(
        fc.array(anyContent, { minLength: 1, maxLength: 6 }).chain((contents) => {
          const asked = samples.snapshotOf(contents)
          return fc.record({ asked: fc.constant(asked), answers: fc.tuple(...asked.items.map(answerTo)) })
        }),
        ({ answers, asked }) => {
          const given = asked.items.map((item, index) => ({
            questionId: item.questionId,
            answer: answers[index]!
          }))
          const merged = samples.got(merge(asked, [], given))
          assert.deepStrictEqual(samples.got(merge(asked, merged, [...given].reverse())), merged)
        }
      )
    ))

  it("answers come back from the store as they were, each shape in its own (ASM-13)", () => {
    const codec = Schema.toCodecJson(Responses)
    const given = all.flatMap((_, place) => answer(place, shapes[place]!))
    const stored = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(given)))
    assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(stored), given)
  })

  it("names the required items that are empty, and no others (ASM-13)", () => {
    const required = samples.snapshotOf([numeric, openText, trueFalse], {}, { isRequired: true })
    const saved = [...answer(0, { text: "0" }), ...answer(1, { text: " " })]
    assert.deepStrictEqual(unansweredRequired(required, saved), [questionId(1), questionId(2)])
    assert.deepStrictEqual(unansweredRequired(snapshot, []), [])
  })

  it("something is saved once any answer says something, if only false or 0 (ASM-6)", () => {
    assert.isFalse(somethingSaved([]))
    assert.isFalse(somethingSaved([...answer(0, { choices: [] }), ...answer(2, {})]))
    assert.isTrue(somethingSaved(answer(2, { value: false })))
    assert.isTrue(somethingSaved(answer(5, { text: "0" })))
  })
})
