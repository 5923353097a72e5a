import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import * as fc from "fast-check"
import { LessonId } from "../../shared/id.ts"
import { Drip, type LessonContent, LessonBody, QuizConfig } from "../model/index.ts"
import {
  changedFields,
  editedBy,
  learnerBodyOf,
  misplacedFields,
  patched,
  tagsInOrder,
  touched,
  withoutMisplaced
} from "./edits.ts"

const content: LessonContent = {
  slug: "lesson",
  type: "quiz",
  title: "Lesson",
  isFreePreview: false,
  estimatedMinutes: 5,
  learningObjectives: ["one"],
  prerequisites: [LessonId.make("00000000-0000-7000-8000-000000000001")],
  drip: { opensAt: DateTime.makeUnsafe("2026-01-15T00:00:00.000Z") },
  quizConfig: {
    passingScore: 70,
    questions: [
      { kind: "mcq", body: "?", choices: ["a", "b"], answer: [1], explanation: "because", points: 1 },
      { kind: "true_false", body: "?", answer: true, points: 1 },
      { kind: "short_text", body: "?", answer: ["yes"], points: 2 },
      { kind: "numeric", body: "?", answer: 42, points: 1 }
    ]
  },
  resources: []
}
const allOf = <A>(schema: Schema.Codec<A, any>) => Schema.is(schema)

describe("edits", () => {
  it("name what they change, by value and not by reference (CON-9)", () => {
    const again = {
      ...content,
      drip: { opensAt: DateTime.makeUnsafe("2026-01-15T00:00:00.000Z") },
      learningObjectives: ["one"]
    }
    assert.deepStrictEqual(changedFields(content, again), [])
    assert.deepStrictEqual(changedFields(content, { ...again, title: "Other", learningObjectives: [] }), [
      "learningObjectives",
      "title"
    ])
    assert.deepStrictEqual(changedFields(content, patched(content, {}, ["drip", "estimatedMinutes"])), [
      "drip",
      "estimatedMinutes"
    ])
  })

  it("change what is named and keep the rest (CON-9)", () => {
    const after = patched(content, { title: "Other" }, ["estimatedMinutes"])
    const { estimatedMinutes: _, ...rest } = content
    assert.deepStrictEqual(after, { ...rest, title: "Other" })
  })

  it("count up the version and name the editor; a service leaves no name (KER-23, CON-1)", () => {
    const now = DateTime.makeUnsafe("2026-01-15T00:00:00.000Z")
    assert.deepStrictEqual(touched({ version: 4, updatedAt: DateTime.makeUnsafe(0) }, now), {
      version: 5,
      updatedAt: now
    })
    const [ann, ben] = [
      "00000000-0000-4000-8000-000000000001",
      "00000000-0000-4000-8000-000000000002"
    ] as const
    assert.deepStrictEqual(editedBy({ lastEditorId: ann as never }, ben as never), {
      lastEditorId: ben as never
    })
    assert.deepStrictEqual(editedBy<{ lastEditorId?: never }>({ lastEditorId: ann as never }, undefined), {})
  })

  it("refuse what lessons of another type have, and drop it when the type changes (CON-12)", () => {
    assert.deepStrictEqual(misplacedFields(content), [])
    const article: LessonContent = {
      ...content,
      type: "article",
      projectInstructions: "",
      videoUrl: "https://example.org/v"
    }
    assert.deepStrictEqual(
      misplacedFields(article)
        .map(({ path }) => String(path[0]))
        .sort(),
      ["projectInstructions", "quizConfig", "videoUrl"]
    )
    assert.deepStrictEqual(misplacedFields(withoutMisplaced(article)), [])
    assert.strictEqual(withoutMisplaced(article).title, content.title)
  })

  it("keep tags once each, in order, whatever order they come in (CON-10)", () => {
    const anyTags = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 8 })
    fc.assert(
      fc.property(anyTags, (tags) => {
        const ordered = tagsInOrder(tags)
        assert.deepStrictEqual([...new Set(tags)].sort(), [...ordered])
        assert.deepStrictEqual(tagsInOrder([...tags].reverse()), ordered)
      })
    )
  })
})

describe("the body that learners read", () => {
  it("has the questions of a quiz without their answers (PG-8)", () => {
    const shown = learnerBodyOf({ quizConfig: content.quizConfig!, resources: [], textContent: "text" })
    assert.notInclude(JSON.stringify(shown), "answer")
    assert.notInclude(JSON.stringify(shown), "because")
    assert.deepEqual(shown.quizConfig?.questions[0], {
      kind: "mcq",
      body: "?",
      choices: ["a", "b"],
      points: 1
    } as never)
    assert.strictEqual(shown.textContent, "text")
  })
})

describe("schemas", () => {
  it("let a lesson drip in one of three ways, never in two (CON-13)", () => {
    const decode = Schema.decodeUnknownOption(Schema.toCodecJson(Drip), { onExcessProperty: "error" })
    const takes = (drip: object) => decode(drip)._tag === "Some"
    assert.isTrue(takes({ opensAt: "2026-01-15T00:00:00.000Z" }))
    assert.isTrue(takes({ afterDays: 1 }) && takes({ afterDays: 3650 }))
    assert.isTrue(takes({ afterPrevious: true }))
    for (const wrong of [
      {},
      { afterDays: 0 },
      { afterDays: 1.5 },
      { afterDays: 3651 },
      { afterPrevious: false },
      { opensAt: "soon" }
    ]) {
      assert.isFalse(takes(wrong), JSON.stringify(wrong))
    }
    assert.isFalse(takes({ afterDays: 3, afterPrevious: true }))
    assert.isFalse(takes({ afterDays: 3, opensAt: "2026-01-15T00:00:00.000Z" }))
  })

  it("want each right choice once, by a place that is there (CON-12)", () => {
    const isQuiz = allOf(QuizConfig)
    const mcq = (answer: ReadonlyArray<number>) => ({
      passingScore: 0,
      questions: [{ kind: "mcq" as const, body: "?", choices: ["a", "b"], answer, points: 1 }]
    })
    assert.isTrue(isQuiz(mcq([0])) && isQuiz(mcq([1, 0])))
    for (const wrong of [[], [2], [-1], [0, 0], [0.5]]) assert.isFalse(isQuiz(mcq(wrong)))
  })

  it("take no text that PostgreSQL cannot hold, however deep it lies", () => {
    const isBody = allOf(LessonBody)
    const body = (value: unknown) => ({ resources: [], content: { deep: [{ value }] } })
    assert.isTrue(isBody(body("fine \\u0000 as six letters")))
    assert.isTrue(isBody(body("🙂")))
    for (const wrong of ["\0", "\ud800", "\udc00 "]) {
      assert.isFalse(isBody(body(wrong)))
      assert.isFalse(isBody({ resources: [], content: { [wrong]: 1 } }))
    }
  })
})
