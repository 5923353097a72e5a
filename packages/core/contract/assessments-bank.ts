/** Laws of the question bank. Source: ASM-22 to ASM-24. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { AssessmentId, Assessments, type Question, QuestionId, Questions } from "../src/assessments/index.ts"
import { QuestionStore } from "../src/assessments/ports.ts"
import { Transaction } from "../src/shared/transaction.ts"
import {
  bankOn,
  classroom,
  everyType,
  mcq,
  newAssessment,
  newQuestion,
  ofLesson,
  openText,
  quizOf,
  trueFalse
} from "./assessments-bank-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, racing } from "./people.ts"
import { someUser, unique } from "./samples.ts"

const gift = `::Sky:: The sky is blue. {TRUE}

Which is even? {=2 ~3 ~5}

This one is broken {

How many legs has an ant? {#6}
`

export const questionContract = (adapter: string, layer: Adapter) =>
  it.layer(bankOn(layer), { timeout: "120 seconds" })(`Questions on ${adapter}`, (it) => {
    const usageOf = (ids: ReadonlyArray<QuestionId>) =>
      Effect.forEach(ids, (questionId) =>
        Effect.map(
          asService(Questions.use((questions) => questions.get({ questionId }))),
          ({ usageCount }) => usageCount
        )
      )
    const unknownQuestion = QuestionId.make(someUser())

    it.effect(
      "the bank gives back whatever a question may say, and each version of it (ASM-22, ASM-23)",
      () =>
        Effect.gen(function* () {
          const store = yield* QuestionStore
          const { run } = yield* Transaction
          const { author } = yield* classroom
          for (const content of everyType) {
            const made = yield* as(author)(newQuestion(content))
            const whole: Question = {
              ...made,
              category: "Maths / \u00e9",
              tags: ["b", "a, b", "{c}"],
              difficulty: 5,
              estimatedTimeSec: 86_400,
              isReusable: false,
              questionVersion: 2,
              version: 3
            }
            yield* run(store.update(whole))
            assert.deepStrictEqual(yield* store.find(made.id), Option.some(whole))
            assert.deepStrictEqual(yield* store.version(made.id, 1), Option.some(content))
            assert.deepStrictEqual(yield* store.version(made.id, 2), Option.some(content))
            assert.deepStrictEqual(yield* store.version(made.id, 3), Option.none())
            yield* run(store.update(made))
            assert.deepStrictEqual(yield* store.find(made.id), Option.some(made))
          }
        })
    )

    it.effect("lists are filtered, by id, a page at a time (KER-24)", () =>
      Effect.gen(function* () {
        const questions = yield* Questions
        const { author } = yield* classroom
        const category = unique("category")
        const tag = unique("tag")
        const made = yield* Effect.forEach(everyType, (content, index) =>
          as(author)(
            questions.create({
              content,
              category,
              ...(index % 2 === 0 && { tags: [tag, "other"] }),
              ...(index < 2 && { difficulty: index + 1 })
            })
          )
        )
        const ids = made.map(({ id }) => id).sort()
        const first = yield* as(author)(questions.list({ category, limit: 5 }))
        const rest = yield* as(author)(questions.list({ category, limit: 5, cursor: first.next! }))
        assert.deepStrictEqual(
          [...first.items, ...rest.items].map(({ id }) => id),
          ids
        )
        assert.strictEqual(rest.next, undefined)
        const count = (filter: Parameters<typeof questions.list>[0]) =>
          Effect.map(as(author)(questions.list(filter)), ({ items }) => items.length)
        assert.strictEqual(yield* count({ category, tag }), 4)
        assert.strictEqual(yield* count({ category, type: "mcq" }), 2)
        assert.strictEqual(yield* count({ category, difficulty: 2 }), 1)
        assert.strictEqual(yield* count({ category, createdBy: author, tag: "other" }), 4)
        assert.strictEqual(yield* codeOf(as(author)(questions.list({ cursor: "x" }))), "kernel.invalid")
      })
    )

    it.effect("what cannot be asked is refused with all that is wrong, and is not stored (ASM-23)", () =>
      Effect.gen(function* () {
        const questions = yield* Questions
        const { author } = yield* classroom
        const category = unique("wrong")
        const wrong = { ...mcq, choices: [mcq.choices[0]!], correctAnswers: { choices: ["z"] } }
        const refused = yield* Effect.flip(as(author)(questions.create({ content: wrong, category })))
        assert.strictEqual(refused._tag, "kernel.invalid")
        assert.deepStrictEqual(
          refused._tag === "kernel.invalid" ? refused.issues.map(({ path }) => path.join(".")) : [],
          ["content.choices", "content.correctAnswers.choices.0"]
        )
        assert.deepStrictEqual((yield* as(author)(questions.list({ category }))).items, [])
        const { id: questionId } = yield* as(author)(newQuestion())
        const change = questions.update({ questionId, content: wrong, difficulty: 3 })
        assert.strictEqual(yield* codeOf(as(author)(change)), "kernel.invalid")
        assert.strictEqual((yield* as(author)(questions.get({ questionId }))).difficulty, undefined)
      })
    )

    it.effect(
      "editing a used question makes a version more and keeps the old ones; one that is not used, none (ASM-22)",
      () =>
        Effect.gen(function* () {
          const questions = yield* Questions
          const { author, lesson } = yield* classroom
          const loose = yield* as(author)(newQuestion())
          const mended = { ...trueFalse, body: "Mended." }
          const edited = yield* as(author)(questions.update({ questionId: loose.id, content: mended }))
          assert.deepInclude(edited, { content: mended, questionVersion: 1 })
          assert.deepStrictEqual(
            (yield* as(author)(questions.version({ questionId: loose.id, questionVersion: 1 }))).content,
            mended
          )
          const { items } = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [trueFalse])
          const questionId = items[0]!.question.id
          const second = yield* as(author)(questions.update({ questionId, content: mended }))
          assert.deepInclude(second, { content: mended, questionVersion: 2, usageCount: 1 })
          const same = yield* as(author)(questions.update({ questionId, content: mended, tags: ["t", "t"] }))
          assert.deepInclude(same, { questionVersion: 2, tags: ["t"] })
          const bodies = yield* Effect.forEach([1, 2], (questionVersion) =>
            Effect.map(
              as(author)(questions.version({ questionId, questionVersion })),
              ({ content }) => content.body
            )
          )
          assert.deepStrictEqual(bodies, [trueFalse.body, "Mended."])
          const third = questions.version({ questionId, questionVersion: 3 })
          assert.strictEqual(yield* codeOf(as(author)(third)), "assessments.question_not_found")
          const retyped = questions.update({ questionId, content: openText })
          assert.strictEqual(yield* codeOf(as(author)(retyped)), "kernel.invalid")
        })
    )

    it.effect(
      "of edits made on one version of a question one wins, the others are told (KER-23, KER-21)",
      () =>
        Effect.gen(function* () {
          const questions = yield* Questions
          const { author } = yield* classroom
          const { id: questionId, version } = yield* as(author)(newQuestion())
          const outcomes = yield* Effect.forEach(
            Array.from({ length: 12 }, (_, n) => ({ ...trueFalse, body: `Edit ${n}` })),
            (content) => codeOf(as(author)(questions.update({ questionId, version, content }))),
            racing
          )
          assert.deepStrictEqual(outcomes.sort(), [
            "done",
            ...Array.from({ length: 11 }, () => "kernel.stale_version")
          ])
          const edited = yield* as(author)(questions.get({ questionId }))
          assert.deepInclude(edited, { version: version + 1, questionVersion: 1 })
          const { content } = edited
          assert.deepStrictEqual(
            yield* as(author)(questions.update({ questionId, version: version + 1, content })),
            edited
          )
        })
    )

    it.effect("a used question is not deleted; one that nothing uses is, with its versions (ASM-22)", () =>
      Effect.gen(function* () {
        const questions = yield* Questions
        const assessments = yield* Assessments
        const store = yield* QuestionStore
        const { run } = yield* Transaction
        const { author, editor, lesson } = yield* classroom
        const { assessment, items } = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [trueFalse])
        const questionId = items[0]!.question.id
        const refused = yield* Effect.flip(as(author)(questions.delete({ questionId })))
        assert.deepInclude(refused, { _tag: "assessments.question_in_use", questionId, usageCount: 1 })
        const past = yield* Effect.flip(run(store.remove(questionId)))
        assert.deepInclude(past, { _tag: "assessments.question_in_use", usageCount: 1 })
        const { id: assessmentId, version } = assessment
        yield* as(author)(assessments.setItems({ assessmentId, version, items: [] }))
        assert.strictEqual(yield* codeOf(as(editor)(questions.delete({ questionId }))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(author)(questions.delete({ questionId }))), "done")
        assert.deepStrictEqual(yield* store.version(questionId, 1), Option.none())
        assert.strictEqual(
          yield* codeOf(as(author)(questions.delete({ questionId }))),
          "assessments.question_not_found"
        )
      })
    )

    it.effect(
      "usage is the number of items, also when assessments take and drop the same questions at once (ASM-22, KER-21)",
      () =>
        Effect.gen(function* () {
          const assessments = yield* Assessments
          const questions = yield* Questions
          const { author, lesson } = yield* classroom
          const ids = (yield* Effect.forEach(everyType.slice(0, 4), (content) =>
            as(author)(newQuestion(content))
          )).map(({ id }) => id)
          const papers = yield* Effect.forEach(Array.from({ length: 8 }), () =>
            as(author)(newAssessment({ scope: ofLesson(lesson.id) }))
          )
          const change = (n: number) =>
            codeOf(
              Effect.gen(function* () {
                const assessmentId = papers[n % papers.length]!.id
                const { version } = yield* assessments.get({ assessmentId })
                const wanted = ids.filter((_, index) => ((n * 7) >> index) % 2 === 1)
                const items = (n % 2 === 0 ? [...wanted].reverse() : wanted).map((questionId) => ({
                  questionId
                }))
                yield* assessments.setItems({ assessmentId, version, items })
              })
            )
          const remove = codeOf(questions.delete({ questionId: ids[0]! }))
          const outcomes = yield* as(author)(
            Effect.all([...Array.from({ length: 48 }, (_, n) => change(n + 1)), remove], {
              concurrency: "unbounded"
            })
          )
          const allowed = [
            "done",
            "kernel.stale_version",
            "assessments.question_in_use",
            "assessments.question_not_found"
          ]
          assert.deepStrictEqual(
            outcomes.filter((code) => !allowed.includes(code)),
            []
          )
          const kept = outcomes.at(-1) === "done" ? ids.slice(1) : ids
          const asked = (yield* Effect.forEach(papers, ({ id: assessmentId }) =>
            as(author)(assessments.paper({ assessmentId }))
          )).flatMap(({ items }) => items.map(({ question }) => question.id))
          assert.deepStrictEqual(
            yield* usageOf(kept),
            kept.map((id) => asked.filter((one) => one === id).length)
          )
          assert.deepStrictEqual(yield* asService(questions.recalculateUsage({})), { corrected: 0 })
          for (const { id: assessmentId } of papers) yield* as(author)(assessments.delete({ assessmentId }))
          assert.deepStrictEqual(
            yield* usageOf(kept),
            kept.map(() => 0)
          )
        })
    )

    it.effect(
      "questions are their author's and the staff's; for others there are none (KER-11, RBAC-7)",
      () =>
        Effect.gen(function* () {
          const questions = yield* Questions
          const { author, editor, learner, other } = yield* classroom
          const { id: questionId } = yield* as(author)(newQuestion())
          const missing = "assessments.question_not_found"
          for (const who of [learner, other]) {
            for (const act of each(
              questions.get({ questionId }),
              questions.version({ questionId, questionVersion: 1 }),
              questions.update({ questionId, difficulty: 1 }),
              questions.delete({ questionId })
            ))
              assert.strictEqual(yield* codeOf(as(who)(act)), missing)
          }
          assert.strictEqual(yield* codeOf(asVisitor(questions.get({ questionId }))), missing)
          assert.strictEqual(
            yield* codeOf(as(editor)(questions.update({ questionId, difficulty: 2 }))),
            "done"
          )
          for (const act of each(
            questions.create({ content: trueFalse }),
            questions.list({}),
            questions.import({ format: "gift", text: gift }),
            questions.export({ format: "gift" }),
            questions.recalculateUsage({})
          ))
            assert.strictEqual(yield* codeOf(as(learner)(act)), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(as(author)(questions.recalculateUsage({}))), "kernel.forbidden")
          const seen = yield* as(other)(questions.list({}))
          assert.deepStrictEqual(seen.items, [])
          assert.strictEqual(
            yield* codeOf(as(other)(questions.list({ createdBy: author }))),
            "kernel.forbidden"
          )
          assert.strictEqual(
            yield* codeOf(as(author)(questions.get({ questionId: unknownQuestion }))),
            missing
          )
        })
    )

    it.effect("a file is taken question by question, what is refused is told with its line (ASM-24)", () =>
      Effect.gen(function* () {
        const questions = yield* Questions
        const author = yield* holderOf("instructor")
        const category = unique("imported")
        const file = { format: "gift", text: gift, category, tags: ["file"] } as const
        const tried = yield* as(author)(questions.import({ ...file, dryRun: true }))
        assert.deepStrictEqual(
          [tried.dryRun, tried.imported.map(({ line }) => line), tried.refused.map(({ line }) => line)],
          [true, [1, 3, 7], [5]]
        )
        assert.ok(tried.imported.every(({ questionId }) => questionId === undefined))
        const strict = yield* as(author)(questions.import({ ...file, allOrNothing: true }))
        assert.deepStrictEqual([strict.imported, strict.refused.length], [[], 1])
        assert.deepStrictEqual((yield* as(author)(questions.list({}))).items, [])
        const taken = yield* as(author)(questions.import(file))
        const { items } = yield* as(author)(questions.list({ category, tag: "file" }))
        assert.deepStrictEqual(
          items.map(({ id }) => id),
          taken.imported.map(({ questionId }) => questionId).sort()
        )
        assert.deepStrictEqual(items.map(({ content }) => content.type).sort(), [
          "mcq",
          "numeric",
          "true_false"
        ])
        assert.ok(items.every((one) => one.createdBy === author && one.usageCount === 0))
        assert.deepStrictEqual(
          taken.refused.map(({ line }) => line),
          [5]
        )
      })
    )

    it.effect("what is exported is imported the same, as far as the format can say it (ASM-24)", () =>
      Effect.gen(function* () {
        const questions = yield* Questions
        const assessments = yield* Assessments
        const { author, course, learner, lesson, other } = yield* classroom
        const tag = unique("round")
        yield* Effect.forEach(everyType, (content) =>
          as(author)(questions.create({ content, tags: [tag], category: "c" }))
        )
        const file = yield* as(author)(questions.export({ format: "csv", tag }))
        assert.strictEqual(file.questionCount, everyType.length)
        assert.deepStrictEqual(file.leftOut, [])
        const back = yield* as(other)(questions.import({ format: "csv", text: file.text }))
        assert.deepStrictEqual(
          [back.imported.length, back.refused, back.imported.flatMap(({ leftOut }) => leftOut)],
          [everyType.length, [], []]
        )
        const again = yield* as(other)(questions.export({ format: "csv", tag }))
        assert.strictEqual(again.text, file.text)
        const lost = yield* as(author)(questions.export({ format: "aiken", tag }))
        assert.strictEqual(lost.leftOut.length, everyType.length)
        const { assessment } = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [mcq])
        const of = { format: "csv", assessmentId: assessment.id } as const
        assert.strictEqual((yield* as(author)(questions.export(of))).questionCount, 1)
        yield* as(author)(assessments.publish({ assessmentId: assessment.id }))
        assert.strictEqual(yield* codeOf(as(learner)(questions.export(of))), "kernel.forbidden")
        const nowhere = { ...of, assessmentId: AssessmentId.make(course.id) }
        assert.strictEqual(
          yield* codeOf(as(author)(questions.export(nowhere))),
          "assessments.assessment_not_found"
        )
      })
    )

    it.effect.each(["gift", "moodle_xml", "qti_2_1", "qti_3_0"] as const)(
      "a file of %s is taken as it was given, and what it could not say is told (ASM-24)",
      (format) =>
        Effect.gen(function* () {
          const questions = yield* Questions
          const { author, other } = yield* classroom
          const tag = unique("round")
          yield* Effect.forEach(everyType, (content) =>
            as(author)(questions.create({ content, tags: [tag] }))
          )
          const file = yield* as(author)(questions.export({ format, tag }))
          const unsaid = file.leftOut.filter(({ what }) => what.includes("question")).length
          const back = yield* as(other)(questions.import({ format, text: file.text, tags: [tag] }))
          assert.deepStrictEqual([back.imported.length, back.refused], [everyType.length - unsaid, []])
          const again = yield* as(other)(questions.export({ format, tag }))
          assert.strictEqual(again.text, file.text)
        })
    )
  })
