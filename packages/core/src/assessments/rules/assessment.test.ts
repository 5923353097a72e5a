import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import {
  asked,
  assessment,
  got,
  mcq,
  noon,
  openText,
  refusal,
  seconds,
  teacher,
  trueFalse
} from "../../../test/assessments/samples.ts"
import type { Assessment, NewAssessment, Question } from "../model/index.ts"
import { change, create, publish, setItems, sheetOf, sumOf, unpublish } from "./assessment.ts"
import { create as createQuestion } from "./bank.ts"

const { id, scope } = assessment
const made = { id, createdBy: teacher, now: noon }
const quiz: NewAssessment = { scope, title: "A quiz", type: "quiz", passingScore: 60 }
const draft: Assessment = { ...assessment, isPublished: false }
const questionsOf = (papers: ReturnType<typeof asked>): ReadonlyArray<Question> =>
  papers.map(
    ({ question }) => got(createQuestion({ content: question.content }, { id: question.id, now: noon })).state
  )

describe("an assessment", () => {
  it("gives a certificate as its type has it: a cert always, a quiz never, an exam when it says so (CRT-1)", () => {
    const gives = (type: Assessment["type"], givesCertificate?: boolean) => {
      const result = create(
        { ...quiz, type, ...(givesCertificate !== undefined && { givesCertificate }) },
        made
      )
      return Result.isSuccess(result) ? result.success.state.givesCertificate : "invalid"
    }
    assert.deepStrictEqual(
      [gives("cert"), gives("cert", true), gives("cert", false)],
      [true, true, "invalid"]
    )
    assert.deepStrictEqual(
      [gives("quiz"), gives("quiz", false), gives("quiz", true)],
      [false, false, "invalid"]
    )
    assert.deepStrictEqual([gives("exam"), gives("exam", false), gives("exam", true)], [false, false, true])
  })

  it("of another type takes that one's habit of certificates, unless it is said (CRT-1)", () => {
    const retyped = (before: Partial<Assessment>, said: object) =>
      got(change({ ...draft, ...before }, [], { now: noon, said })).state.givesCertificate
    assert.isTrue(retyped({ type: "exam" }, { type: "cert" }))
    assert.isFalse(retyped({ type: "cert", givesCertificate: true }, { type: "quiz" }))
    assert.isFalse(retyped({ type: "cert", givesCertificate: true }, { type: "exam" }))
    assert.isTrue(retyped({ type: "exam", givesCertificate: true }, { title: "Renamed" }))
    assert.strictEqual(
      refusal(change({ ...draft, type: "quiz" }, [], { now: noon, said: { givesCertificate: true } })),
      "kernel.invalid"
    )
  })

  it("changes what is named, clears what is told to, and is left alone where all is as it was (KER-23)", () => {
    const said = { title: "Renamed", clear: ["timeLimitSec"] } as const
    const { events, state } = got(change(draft, [], { now: seconds(1), said }))
    const { timeLimitSec: _, ...rest } = draft
    assert.deepStrictEqual(state, { ...rest, title: "Renamed", version: 2, updatedAt: seconds(1) })
    assert.strictEqual(events.length, 1)
    const same = got(change(draft, [], { now: seconds(1), said: { title: draft.title } }))
    assert.deepStrictEqual(same, { state: draft, events: [] })
  })

  it("is published once, and hidden once (ASM-15)", () => {
    const shown = got(publish(draft, asked([mcq]), seconds(1)))
    assert.deepStrictEqual(shown.state, { ...draft, isPublished: true, version: 2, updatedAt: seconds(1) })
    assert.deepStrictEqual(got(publish(shown.state, [], seconds(2))), { state: shown.state, events: [] })
    const hidden = unpublish(shown.state, seconds(2))
    assert.deepInclude(hidden.state, { isPublished: false, version: 3 })
    assert.deepStrictEqual(unpublish(hidden.state, seconds(3)), { state: hidden.state, events: [] })
    assert.strictEqual(refusal(publish(draft, [], noon)), "assessments.not_publishable")
  })

  it("that is published stays fit for it, whatever is changed (ASM-15)", () => {
    const paper = asked([mcq, openText])
    const auto = { now: noon, said: { gradingMode: "auto" } } as const
    assert.strictEqual(refusal(change(assessment, paper, auto)), "assessments.not_publishable")
    assert.isUndefined(refusal(change(draft, paper, auto)))
    const none = { items: [], questions: [] }
    assert.strictEqual(
      refusal(setItems({ assessment, asked: paper }, none, noon)),
      "assessments.not_publishable"
    )
    assert.isUndefined(refusal(setItems({ assessment: draft, asked: paper }, none, noon)))
  })

  it("asks a question once, and one that is not reusable here or nowhere (ASM-22)", () => {
    const [first, second] = questionsOf(asked([mcq, trueFalse]))
    const set = (questions: ReadonlyArray<typeof first>, before: ReturnType<typeof asked> = []) =>
      setItems(
        { assessment: draft, asked: before },
        { items: questions.map((one) => ({ questionId: one!.id })), questions: questions.map((one) => one!) },
        noon
      )
    assert.deepStrictEqual(
      got(set([second, first])).state.items.map(({ displayOrder, questionId }) => [displayOrder, questionId]),
      [
        [1, second!.id],
        [2, first!.id]
      ]
    )
    assert.strictEqual(refusal(set([first, first])), "kernel.invalid")
    const alone = { ...first!, isReusable: false }
    assert.isUndefined(refusal(set([{ ...alone, usageCount: 0 }])))
    assert.strictEqual(refusal(set([{ ...alone, usageCount: 1 }])), "kernel.invalid")
    assert.isUndefined(refusal(set([{ ...alone, usageCount: 1 }], asked([mcq]))))
  })

  it("tells on its sheet what it comes to, overrides counted, and nothing that only authors know (ASM-9)", () => {
    const sheet = sheetOf(assessment, sumOf(asked([mcq, openText], { pointsOverride: 4 })))
    assert.deepInclude(sheet, { questionCount: 2, maxPoints: 8, title: assessment.title })
    for (const field of ["createdBy", "createdAt", "review", "shuffleQuestions", "shuffleAnswers"])
      assert.notProperty(sheet, field)
  })
})
