/** Laws of corrections. Source: ASM-18. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  Attempts,
  type CorrectionAct,
  Corrections,
  Grading,
  type QuestionId,
  Questions,
  Reviews
} from "../src/assessments/index.ts"
import { QuestionId as Question } from "../src/assessments/model/ids.ts"
import { CorrectionStore } from "../src/assessments/ports.ts"
import { rational } from "../src/shared/rational.ts"
import { trueFalse } from "./assessments-bank-ground.ts"
import {
  correct,
  dropped,
  examOf,
  from,
  gradingOn,
  handedIn,
  inFull,
  isFalse,
  machineOnly,
  regrade,
  right,
  running,
  stored,
  textPoints,
  wrong
} from "./grading-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, racing, someone } from "./people.ts"
import { someUser } from "./samples.ts"

export const correctionsContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "120 seconds" })(`Corrections on ${adapter}`, (it) => {
    it.effect(
      "serves what waits for its grade too, and a grader cannot touch what it decides for everyone (ASM-18)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam, [{ value: false }, { text: "Because." }, { choices: ["3"] }])
          yield* correct(exam, 0, isFalse)
          yield* correct(exam, 2, dropped)
          const seen = yield* as(exam.author)(reviews.get({ attemptId: attempt.id }))
          assert.deepStrictEqual(
            seen.items.map(({ correction, grade }) => [correction?.kind, grade?.points]),
            [
              ["mended", rational(1)],
              [undefined, undefined],
              ["dropped", rational(0)]
            ]
          )
          const both = (more: ReturnType<typeof textPoints>) =>
            as(exam.author)(
              grading.grade({
                attemptId: attempt.id,
                revision: 1,
                grades: [...textPoints(exam, "5"), ...more]
              })
            )
          assert.strictEqual(
            yield* codeOf(both([{ questionId: exam.questions[2]!, points: "1" }])),
            "kernel.invalid"
          )
          assert.deepInclude(yield* both([]), { score: rational(6), maxScore: rational(6), passed: true })
        })
      )
    )

    it.effect(
      "counts where an attempt that ran when it was made is handed in (ASM-18)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf({}, machineOnly)
          const { id: userId } = yield* someone()
          const { id: attemptId } = yield* running(exam, userId)
          yield* correct(exam, 0, inFull)
          yield* correct(exam, 1, dropped)
          const responses = [{ questionId: exam.questions[1]!, answer: { choices: ["3"] } }]
          yield* as(userId)(attempts.submit({ attemptId, revision: 0, responses }))
          assert.deepInclude(yield* stored(attemptId), {
            status: "graded",
            score: rational(1),
            maxScore: rational(1),
            passed: true
          })
        })
      )
    )

    it.effect(
      "is refused with its reason: not asked, last with points, of another shape, not usable; the same again is the same one (ASM-18)",
      from(
        Effect.gen(function* () {
          const corrections = yield* Corrections
          const exam = yield* examOf({}, machineOnly)
          const why = (place: number, act: CorrectionAct) =>
            Effect.map(Effect.flip(correct(exam, place, act)), (refusal) =>
              refusal._tag === "assessments.correction_refused" ? refusal.why : refusal._tag
            )
          assert.strictEqual(yield* why(0, isFalse), "question_unknown")
          yield* handedIn(exam, right)
          const list = as(exam.author)(corrections.list({ assessmentId: exam.assessment.id }))
          const nobody: QuestionId = Question.make(someUser())
          assert.strictEqual(
            yield* codeOf(
              as(exam.author)(
                corrections.add({
                  assessmentId: exam.assessment.id,
                  questionId: nobody,
                  act: inFull,
                  reason: "x"
                })
              )
            ),
            "assessments.correction_refused"
          )
          assert.strictEqual(yield* why(1, isFalse), "other_shape")
          const nothing: CorrectionAct = {
            kind: "mended",
            key: { type: "mcq", correctAnswers: { choices: [] } }
          }
          assert.strictEqual(yield* why(1, nothing), "not_usable")
          const first = yield* correct(exam, 1, dropped)
          assert.strictEqual(yield* why(0, dropped), "last_item_with_points")
          assert.deepStrictEqual(yield* correct(exam, 1, dropped), first)
          const second = yield* correct(exam, 1, inFull)
          const third = yield* correct(exam, 1, dropped)
          assert.deepStrictEqual((yield* list).items, [first, second, third])
        })
      )
    )

    it.effect(
      "leaves alone what the bank asks since it was edited; decided again, it is about that version too (ASM-18, ASM-22)",
      from(
        Effect.gen(function* () {
          const questions = yield* Questions
          const exam = yield* examOf({}, machineOnly)
          const old = yield* handedIn(exam, wrong)
          const first = yield* correct(exam, 0, inFull)
          assert.strictEqual(first.questionVersion, 1)
          yield* as(exam.author)(
            questions.update({
              questionId: exam.questions[0]!,
              content: { ...trueFalse, body: "It boils at 100 °C." }
            })
          )
          const fresh = yield* handedIn(exam, wrong)
          const scores = Effect.map(regrade(exam), ({ items }) =>
            items.map(({ after, attemptId }) => [attemptId, after?.score])
          )
          assert.deepStrictEqual(yield* scores, [
            [fresh.id, rational(0)],
            [old.id, rational(1)]
          ])
          const second = yield* correct(exam, 0, inFull)
          assert.deepStrictEqual([second.questionVersion, second.id === first.id], [2, false])
          assert.deepStrictEqual(yield* scores, [
            [fresh.id, rational(1)],
            [old.id, rational(1)]
          ])
        })
      )
    )

    it.effect(
      "of two at once that drop the last two items with points one is refused (ASM-18)",
      from(
        Effect.gen(function* () {
          for (let round = 0; round < 4; round++) {
            const exam = yield* examOf({}, machineOnly)
            yield* handedIn(exam, right)
            const codes = yield* Effect.forEach([0, 1], (place) => codeOf(correct(exam, place, dropped)), {
              concurrency: 2
            })
            assert.deepStrictEqual(codes.toSorted(), ["assessments.correction_refused", "done"])
          }
        })
      )
    )

    it.effect(
      "16 of the same at once are one (ASM-18)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf({}, machineOnly)
          yield* handedIn(exam, right)
          const made = yield* Effect.all(
            Array.from({ length: 16 }, () => correct(exam, 0, isFalse)),
            racing
          )
          assert.lengthOf(new Set(made.map(({ id }) => id)), 1)
          assert.lengthOf(yield* CorrectionStore.use((store) => store.of(exam.assessment.id)), 1)
        })
      )
    )

    it.effect(
      "takes assessments:grade on the course; others do not find the assessment (ASM-18, KER-11)",
      from(
        Effect.gen(function* () {
          const corrections = yield* Corrections
          const exam = yield* examOf({}, machineOnly)
          const { userId } = yield* handedIn(exam, right)
          const assessmentId = exam.assessment.id
          const list = corrections.list({ assessmentId })
          for (const who of [exam.other, userId]) {
            assert.strictEqual(yield* codeOf(as(who)(list)), "assessments.assessment_not_found")
            assert.strictEqual(yield* codeOf(regrade(exam, {}, who)), "assessments.assessment_not_found")
          }
          assert.include(
            ["assessments.assessment_not_found", "kernel.sign_in_required"],
            yield* codeOf(asVisitor(list))
          )
          assert.deepStrictEqual((yield* asService(list)).items, [])
        })
      )
    )
  })
