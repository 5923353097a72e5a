/** Laws of making assessments and showing them. Source: ASM-9, ASM-15, CRT-1, KER-23. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import {
  AssessmentId,
  Assessments,
  type Assessment,
  Questions,
  type Scope
} from "../src/assessments/index.ts"
import { AssessmentStore } from "../src/assessments/ports.ts"
import { Courses } from "../src/content/index.ts"
import { CourseId, LessonId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import {
  bankOn,
  classroom,
  mcq,
  newAssessment,
  newQuestion,
  ofCourse,
  ofLesson,
  openText,
  quizOf,
  trueFalse
} from "./assessments-bank-ground.ts"
import { draftCourse } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, each, racing } from "./people.ts"
import { at, moment, someUser } from "./samples.ts"

const missing = "assessments.assessment_not_found"
const nowhere = AssessmentId.make(someUser())

export const authoringContract = (adapter: string, layer: Adapter) =>
  it.layer(bankOn(layer), { timeout: "120 seconds" })(`Assessments on ${adapter}`, (it) => {
    it.effect("the store gives back whatever an assessment may say (ASM-15)", () =>
      Effect.gen(function* () {
        const store = yield* AssessmentStore
        const { run } = yield* Transaction
        const { author, course, lesson } = yield* classroom
        const plain = yield* as(author)(newAssessment({ scope: ofLesson(lesson.id) }))
        assert.deepStrictEqual(yield* store.find(plain.id), Option.some(plain))
        const full: Assessment = {
          ...plain,
          title: "Prüfung 🎓",
          type: "exam",
          givesCertificate: true,
          opensAt: at("2026-03-01T00:00:00.001Z"),
          closesAt: at("9999-12-31T23:59:59.999Z"),
          timeLimitSec: 1,
          attemptLimit: 10_000,
          retakeCooldownSec: 0,
          passingScore: 0,
          gradingMode: "hybrid",
          gradePolicy: "average",
          shuffleQuestions: true,
          shuffleAnswers: true,
          onExpiry: "discard",
          review: {
            responses: "never",
            score: "closed",
            items: "ended",
            keys: "graded",
            explanations: "never"
          },
          isPublished: true,
          version: 2_147_483_647
        }
        yield* run(store.update(full))
        assert.deepStrictEqual(yield* store.find(plain.id), Option.some(full))
        yield* run(store.update(plain))
        assert.deepStrictEqual(yield* store.find(plain.id), Option.some(plain))
        const { createdBy: _, ...ofNobody } = { ...plain, id: AssessmentId.make(someUser()) }
        const whole: Assessment = { ...ofNobody, scope: ofCourse(course.id) }
        yield* run(store.insert(whole))
        assert.deepStrictEqual(yield* store.find(whole.id), Option.some(whole))
        const inside = { courseId: course.id, lessons: [lesson.id] }
        assert.isTrue(yield* store.existIn(inside))
        assert.isTrue(yield* store.existIn({ ...inside, lessons: "all" }))
        yield* run(store.remove(plain.id))
        assert.isFalse(yield* store.existIn(inside))
        assert.isTrue(yield* store.existIn({ ...inside, lessons: "all" }))
        yield* run(store.remove(whole.id))
        assert.isFalse(yield* store.existIn({ ...inside, lessons: "all" }))
      })
    )

    it.effect("an assessment begins as its type has it, and is of a place that is there (ASM-9, CRT-1)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const { author, course, lesson } = yield* classroom
        const quiz = yield* as(author)(newAssessment({ scope: ofLesson(lesson.id) }))
        assert.deepInclude(quiz, {
          isPublished: false,
          version: 1,
          createdBy: author,
          givesCertificate: false,
          gradingMode: "auto",
          gradePolicy: "highest",
          onExpiry: "grade_saved"
        })
        assert.strictEqual(quiz.review.keys, "graded")
        const cert = yield* as(author)(newAssessment({ scope: ofCourse(course.id), type: "cert" }))
        assert.deepInclude(cert, { givesCertificate: true })
        assert.strictEqual(cert.review.keys, "closed")
        for (const fields of [
          { type: "quiz", givesCertificate: true },
          { type: "cert", givesCertificate: false }
        ] as const)
          assert.strictEqual(
            yield* codeOf(as(author)(newAssessment({ scope: ofLesson(lesson.id), ...fields }))),
            "kernel.invalid"
          )
        const refusals = yield* Effect.forEach(
          [ofLesson(LessonId.make(someUser())), ofCourse(CourseId.make(someUser()))],
          (scope: Scope) => codeOf(asService(newAssessment({ scope })))
        )
        assert.deepStrictEqual(refusals, ["content.lesson_not_found", "content.course_not_found"])
        assert.strictEqual((yield* as(author)(assessments.paper({ assessmentId: quiz.id }))).items.length, 0)
      })
    )

    it.effect(
      "of a lesson or a course one assessment gives the certificate, whoever is first (CRT-1, KER-21)",
      () =>
        Effect.gen(function* () {
          const assessments = yield* Assessments
          const { author, course, lesson } = yield* classroom
          for (const scope of [ofLesson(lesson.id), ofCourse(course.id)]) {
            const outcomes = yield* Effect.forEach(
              Array.from({ length: 16 }),
              (_, n) =>
                codeOf(
                  as(author)(
                    newAssessment({
                      scope,
                      ...(n % 2 === 0 ? { type: "cert" } : { type: "exam", givesCertificate: true })
                    })
                  )
                ),
              racing
            )
            assert.deepStrictEqual(outcomes.sort(), [
              ...Array.from({ length: 15 }, () => "assessments.certificate_giver_exists"),
              "done"
            ])
            const exam = yield* as(author)(newAssessment({ scope, type: "exam" }))
            const { id: assessmentId, version } = exam
            const marked = yield* codeOf(
              as(author)(assessments.update({ assessmentId, version, givesCertificate: true }))
            )
            assert.strictEqual(marked, "assessments.certificate_giver_exists")
            const retyped = yield* codeOf(
              as(author)(assessments.update({ assessmentId, version, type: "cert" }))
            )
            assert.strictEqual(retyped, "assessments.certificate_giver_exists")
            assert.deepStrictEqual((yield* as(author)(assessments.paper({ assessmentId }))).assessment, exam)
          }
        })
    )

    it.effect("it asks its questions in order, as often as they are set, and no other (ASM-22)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const questions = yield* Questions
        const { author, editor, lesson, other } = yield* classroom
        const { assessment, items } = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [
          trueFalse,
          mcq,
          openText
        ])
        const ids = items.map(({ question }) => question.id)
        assert.deepStrictEqual(
          items.map(({ displayOrder }) => displayOrder),
          [1, 2, 3]
        )
        const { id: assessmentId, version } = assessment
        const turned = yield* as(author)(
          assessments.setItems({
            assessmentId,
            version,
            items: [
              { questionId: ids[2]!, pointsOverride: 0, isRequired: true },
              { questionId: ids[0]!, pointsOverride: 7 }
            ]
          })
        )
        assert.deepStrictEqual(
          turned.items.map(({ question, ...item }) => ({ ...item, id: question.id })),
          [
            { id: ids[2]!, displayOrder: 1, pointsOverride: 0, isRequired: true },
            { id: ids[0]!, displayOrder: 2, pointsOverride: 7, isRequired: false }
          ]
        )
        const sheet = yield* as(author)(assessments.get({ assessmentId }))
        assert.deepInclude(sheet, { questionCount: 2, maxPoints: 7, version: version + 1 })
        const now = { assessmentId, version: version + 1 }
        const set = (who: typeof author, asked: ReadonlyArray<string>) =>
          codeOf(
            as(who)(
              assessments.setItems({ ...now, items: asked.map((questionId) => ({ questionId })) as never })
            )
          )
        assert.strictEqual(yield* set(author, [ids[0]!, ids[0]!]), "kernel.invalid")
        const foreign = yield* as(other)(newQuestion())
        assert.strictEqual(yield* set(author, [foreign.id]), "assessments.question_not_found")
        assert.strictEqual(yield* set(author, [nowhere]), "assessments.question_not_found")
        assert.strictEqual(yield* set(other, [foreign.id]), missing)
        assert.strictEqual(yield* set(editor, [foreign.id]), "done")
        const again = { ...now, version: now.version + 1 }
        const kept = assessments.setItems({ ...again, items: [{ questionId: foreign.id }] })
        assert.strictEqual(yield* codeOf(as(author)(kept)), "done")
        yield* as(author)(questions.update({ questionId: ids[0]!, isReusable: false }))
        const elsewhere = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [])
        const take = (paper: Pick<Assessment, "id" | "version">) =>
          codeOf(
            as(author)(
              assessments.setItems({
                assessmentId: paper.id,
                version: paper.version,
                items: [{ questionId: ids[0]! }]
              })
            )
          )
        assert.strictEqual(yield* take(elsewhere.assessment), "done")
        assert.strictEqual(yield* take({ id: assessmentId, version: again.version + 1 }), "kernel.invalid")
      })
    )

    it.effect(
      "a question for one assessment is asked by one, also when several take it as it is deleted (ASM-22, KER-21)",
      () =>
        Effect.gen(function* () {
          const assessments = yield* Assessments
          const questions = yield* Questions
          const { author, lesson } = yield* classroom
          const round = Effect.fnUntraced(function* (later: number) {
            const { id: questionId } = yield* as(author)(
              questions.create({ content: trueFalse, isReusable: false })
            )
            const papers = yield* Effect.forEach([1, 2, 3], () =>
              as(author)(newAssessment({ scope: ofLesson(lesson.id) }))
            )
            const takes = papers.map(({ id: assessmentId, version }) =>
              assessments.setItems({ assessmentId, version, items: [{ questionId }] })
            )
            const remove = Effect.andThen(moment(later), questions.delete({ questionId }))
            const acts = each(remove, ...takes)
            const [removed, ...taken] = yield* Effect.forEach(acts, (act) => codeOf(as(author)(act)), {
              concurrency: "unbounded"
            })
            return removed === "done"
              ? taken.every((code) => code === "assessments.question_not_found")
              : removed === "assessments.question_in_use" &&
                  taken.filter((code) => code === "done").length === 1 &&
                  taken.filter((code) => code === "kernel.invalid").length === 2
          })
          // Deletions early and late, so that some come before, some between and some after.
          const rounds = yield* Effect.forEach([0, 5, 10, 15, 20, 30, 40, 80], round)
          assert.deepStrictEqual(
            rounds,
            rounds.map(() => true)
          )
        })
    )

    it.effect("of changes made on one version one wins, the others are told (KER-23, KER-21)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const { author, lesson } = yield* classroom
        const { assessment } = yield* quizOf(author, { scope: ofLesson(lesson.id) })
        const { id: assessmentId, version } = assessment
        const changes = each(
          ...Array.from({ length: 8 }, (_, n) =>
            assessments.update({ assessmentId, version, title: `Title ${n}` })
          ),
          ...Array.from({ length: 4 }, () => assessments.setItems({ assessmentId, version, items: [] })),
          ...Array.from({ length: 4 }, () => assessments.publish({ assessmentId, version }))
        )
        const outcomes = yield* Effect.forEach(changes, (act) => codeOf(as(author)(act)), racing)
        assert.strictEqual(outcomes.filter((code) => code === "done").length, 1)
        assert.strictEqual(outcomes.filter((code) => code === "kernel.stale_version").length, 15)
        const { assessment: after } = yield* as(author)(assessments.paper({ assessmentId }))
        assert.strictEqual(after.version, version + 1)
        const stale = yield* Effect.flip(as(author)(assessments.delete({ assessmentId, version })))
        assert.deepInclude(stale, { _tag: "kernel.stale_version", current: version + 1 })
        const same = yield* as(author)(
          assessments.update({ assessmentId, version: after.version, title: after.title })
        )
        assert.strictEqual(same.version, after.version)
      })
    )

    it.effect("what cannot be passed or graded cannot be published, nor become so afterwards (ASM-15)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const { author, lesson } = yield* classroom
        const paper = yield* quizOf(author, { scope: ofLesson(lesson.id) }, [openText, trueFalse])
        const { id: assessmentId, version } = paper.assessment
        const problems = (act: Effect.Effect<unknown, { readonly _tag: string }, never>) =>
          Effect.map(Effect.flip(act), (refusal) => ("problems" in refusal ? refusal.problems : refusal._tag))
        const publish = as(author)(assessments.publish({ assessmentId }))
        assert.deepStrictEqual(yield* problems(publish), ["open_text_in_auto"])
        const noon = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
        yield* as(author)(
          assessments.update({ assessmentId, version, gradingMode: "hybrid", opensAt: noon, closesAt: noon })
        )
        assert.deepStrictEqual(yield* problems(publish), ["closes_before_it_opens"])
        const closesAt = DateTime.add(noon, { milliseconds: 1 })
        yield* as(author)(assessments.update({ assessmentId, version: version + 1, closesAt }))
        const published = yield* publish
        assert.deepInclude(published, { isPublished: true, version: version + 3 })
        assert.strictEqual((yield* publish).version, version + 3)
        const seen = { assessmentId, version: version + 3 }
        const unfit = [
          { act: each(assessments.update({ ...seen, gradingMode: "auto" })), found: ["open_text_in_auto"] },
          { act: each(assessments.update({ ...seen, closesAt: noon })), found: ["closes_before_it_opens"] },
          { act: each(assessments.setItems({ ...seen, items: [] })), found: ["no_points"] }
        ]
        for (const { act, found } of unfit)
          assert.deepStrictEqual(yield* problems(as(author)(act[0]!)), found)
        const { assessment, items } = yield* as(author)(assessments.paper({ assessmentId }))
        assert.deepStrictEqual([assessment, items.length], [published, 2])
        const hidden = yield* as(author)(assessments.unpublish(seen))
        assert.deepInclude(hidden, { isPublished: false, version: version + 4 })
        const emptied = assessments.setItems({ assessmentId, version: version + 4, items: [] })
        assert.strictEqual(yield* codeOf(as(author)(emptied)), "done")
        assert.deepStrictEqual(yield* problems(publish), ["no_points"])
      })
    )

    it.effect("a course or lesson with an assessment is not deleted before it (CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const assessments = yield* Assessments
        const { author } = yield* classroom
        const { course, lessons } = yield* draftCourse(author)
        const { assessment } = yield* quizOf(author, { scope: ofLesson(lessons[0]!.id) })
        const remove = courses.delete({ courseId: course.id })
        assert.strictEqual(yield* codeOf(as(author)(remove)), "content.has_learners")
        yield* as(author)(assessments.delete({ assessmentId: assessment.id }))
        assert.strictEqual(yield* codeOf(as(author)(remove)), "done")
      })
    )
  })
