import { assert, describe, it } from "@effect/vitest"
import {
  got,
  mcq,
  noon,
  openText,
  questionId,
  refusal,
  seconds,
  single,
  teacher
} from "../../../test/assessments/samples.ts"
import { change, create, portable } from "./bank.ts"

const made = { id: questionId(0), createdBy: teacher, now: noon }
const { state: question } = got(create({ content: mcq, category: "c", tags: ["a", "b", "a"] }, made))

describe("a question", () => {
  it("begins at version 1, used by nothing, each tag once (ASM-22)", () => {
    assert.deepInclude(question, { questionVersion: 1, usageCount: 0, isReusable: true, createdBy: teacher })
    assert.deepStrictEqual(question.tags, ["a", "b"])
    const wrong = create({ content: { ...mcq, choices: [] } }, made)
    assert.strictEqual(refusal(wrong), "kernel.invalid")
  })

  it("bears 20 tags, those that an import adds among them, and no more (ASM-24)", () => {
    const tags = Array.from({ length: 20 }, (_, index) => `tag ${index}`)
    assert.lengthOf(got(create({ content: mcq, tags: [...tags, "tag 0"] }, made)).state.tags, 20)
    assert.strictEqual(refusal(create({ content: mcq, tags: [...tags, "one more"] }, made)), "kernel.invalid")
  })

  it("changes what is named; only other content of a used one is another version (ASM-22)", () => {
    const used = { ...question, usageCount: 1 }
    const moved = got(change(used, { difficulty: 2, clear: ["category"] }, seconds(1)))
    const { category: _, ...rest } = used
    assert.deepStrictEqual(moved.state, { ...rest, difficulty: 2, version: 2, updatedAt: seconds(1) })
    assert.deepStrictEqual(
      moved.events.map(({ payload }) => payload),
      [{ questionId: used.id, type: "mcq", questionVersion: 1 }]
    )
    const edited = got(change(used, { content: single }, seconds(1)))
    assert.deepInclude(edited.state, { content: single, questionVersion: 2, tags: used.tags })
    assert.deepStrictEqual(
      edited.events.map(({ payload }) => payload),
      [{ questionId: used.id, type: "mcq", questionVersion: 2, contentBefore: 1 }]
    )
    assert.deepStrictEqual(got(change(used, { tags: ["a", "b"], content: { ...mcq } }, seconds(1))), {
      state: used,
      events: []
    })
  })

  it("keeps its type while it is used: answers that were given keep their shape (ASM-22, ASM-18)", () => {
    assert.isUndefined(refusal(change(question, { content: openText }, noon)))
    assert.strictEqual(
      refusal(change({ ...question, usageCount: 1 }, { content: openText }, noon)),
      "kernel.invalid"
    )
  })

  it("goes into a file without what no file can say, which is named (ASM-24)", () => {
    assert.deepStrictEqual(portable(question), {
      question: { content: mcq, tags: ["a", "b"], category: "c" },
      leftOut: []
    })
    const { leftOut } = portable({ ...question, isReusable: false, estimatedTimeSec: 60 })
    assert.deepStrictEqual(leftOut, ["estimatedTimeSec", "isReusable"])
  })
})
