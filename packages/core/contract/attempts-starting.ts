/** Laws of starting: who may, in which order they are refused, and that there is one at a time. Source: ASM-1 to ASM-4, ASM-7. */
import { assert, it } from "@effect/vitest"
import { Effect, Ref } from "effect"
import { SecureRandom } from "effect/crypto"
import { Assessments, Attempts, Questions } from "../src/assessments/index.ts"
import { Lessons } from "../src/content/index.ts"
import { OverrideId, TierKey } from "../src/access/index.ts"
import { CourseRuleStore, OverrideStore } from "../src/access/ports.ts"
import { type CourseId, LessonId, newId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { newAssessment, ofLesson, openText, trueFalse } from "./assessments-bank-ground.ts"
import {
  attemptsOn,
  examOf,
  from,
  minutes,
  right,
  start,
  started,
  stored,
  told,
  Unmet
} from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, racing, someone } from "./people.ts"
import { clockAt, fieldsOf, someUser } from "./samples.ts"

/** The course asks for a tier that nobody here has. */
const sold = (courseId: CourseId) =>
  Effect.gen(function* () {
    const { run } = yield* Transaction
    const rules = yield* CourseRuleStore
    const rule = { courseId, requiredTier: TierKey.make("premium"), isActive: true }
    yield* run(rules.put({ ...rule, createdAt: start, updatedAt: start }))
  })

/** The lesson is opened to all. */
const opened = (lessonId: LessonId) =>
  Effect.gen(function* () {
    const { run } = yield* Transaction
    const overrides = yield* OverrideStore
    const id = yield* newId(OverrideId, yield* SecureRandom.SecureRandom)
    const override = { id, lessonId, overrideType: "open", createdAt: start, updatedAt: start } as const
    yield* run(overrides.insert(override))
  })

const begin = (exam: Parameters<typeof started>[0]) => codeOf(started(exam))

export const startingContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(`Starting attempts on ${adapter}`, (it) => {
    it.effect(
      "of 64 starts at once one makes an attempt, and all answer that one (ASM-2, ASM-4)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const { assessment, learner } = yield* examOf()
          const one = as(learner)(attempts.start({ assessmentId: assessment.id }))
          const answers = yield* Effect.all(
            Array.from({ length: 64 }, () => one),
            racing
          )
          assert.lengthOf(
            answers.filter(({ resumed }) => !resumed),
            1
          )
          assert.lengthOf([...new Set(answers.map(({ attempt }) => attempt.id))], 1)
          const { id, attemptNo } = answers[0]!.attempt
          assert.strictEqual(attemptNo, 1)
          assert.deepStrictEqual(yield* told(id), ["assessments.attempt_started"])
        })
      )
    )

    it.effect(
      "a running attempt is answered whatever else would refuse: access and publication are asked at the start only (ASM-1, ASM-10)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const assessments = yield* Assessments
          const exam = yield* examOf({ attemptLimit: 1 })
          const first = yield* started(exam)
          const before = yield* stored(first.id)
          yield* as(exam.author)(assessments.unpublish({ assessmentId: exam.assessment.id }))
          yield* asService(Lessons.use((lessons) => lessons.archive({ lessonId: exam.lesson.id })))
          yield* clockAt(start, 1000)
          const again = yield* as(exam.learner)(attempts.start({ assessmentId: exam.assessment.id }))
          assert.isTrue(again.resumed)
          assert.strictEqual(again.attempt.id, first.id)
          assert.strictEqual(again.attempt.remainingMillis, 599_000)
          assert.deepStrictEqual(yield* stored(first.id), before)
          const revision = 0
          const ended = yield* as(exam.learner)(
            attempts.submit({ attemptId: first.id, revision, responses: right(exam) })
          )
          assert.strictEqual(ended.status, "graded")
        })
      )
    )

    it.effect(
      "refusals come in the order of the rule, each with its code and data (ASM-1)",
      from(
        Effect.gen(function* () {
          const assessments = yield* Assessments
          const attempts = yield* Attempts
          const unmet = yield* Unmet
          const missing = LessonId.make(someUser())
          const exam = yield* examOf({
            opensAt: minutes(1),
            closesAt: minutes(500),
            attemptLimit: 1,
            retakeCooldownSec: 60
          })
          const { assessment, author, learner, lesson } = exam
          const change = (
            fields: Omit<Parameters<typeof assessments.update>[0], "assessmentId" | "version">
          ) =>
            as(author)(
              Effect.flatMap(assessments.paper({ assessmentId: assessment.id }), (paper) =>
                assessments.update({
                  assessmentId: assessment.id,
                  version: paper.assessment.version,
                  ...fields
                })
              )
            )
          const refusal = Effect.flip(started(exam))
          yield* Ref.set(unmet, [missing])
          yield* as(author)(assessments.unpublish({ assessmentId: assessment.id }))
          assert.strictEqual(yield* begin(exam), "assessments.not_published")
          yield* as(author)(assessments.publish({ assessmentId: assessment.id }))
          yield* clockAt(minutes(1), -1)
          assert.deepStrictEqual(fieldsOf(yield* refusal), {
            _tag: "assessments.not_open_yet",
            opensAt: minutes(1)
          })
          yield* clockAt(minutes(1))
          yield* asService(Lessons.use((lessons) => lessons.archive({ lessonId: lesson.id })))
          assert.strictEqual(yield* begin(exam), "content.lesson_not_found")
          yield* asService(Lessons.use((lessons) => lessons.restore({ lessonId: lesson.id })))
          yield* asService(
            Lessons.use((lessons) =>
              Effect.andThen(
                lessons.submitForReview({ lessonId: lesson.id }),
                lessons.approve({ lessonId: lesson.id })
              )
            )
          )
          assert.deepStrictEqual(fieldsOf(yield* refusal), {
            _tag: "learning.prerequisites_unmet",
            lessonIds: [missing]
          })
          yield* Ref.set(unmet, [])
          const { id } = yield* started(exam)
          yield* as(learner)(attempts.abandon({ attemptId: id }))
          yield* clockAt(minutes(2), -1)
          assert.deepStrictEqual(fieldsOf(yield* refusal), {
            _tag: "assessments.retake_too_soon",
            retryAt: minutes(2)
          })
          yield* clockAt(minutes(2))
          assert.deepStrictEqual(fieldsOf(yield* refusal), {
            _tag: "assessments.attempt_limit_reached",
            limit: 1
          })
          yield* change({ attemptLimit: 2 })
          yield* clockAt(minutes(500), -1)
          assert.strictEqual((yield* started(exam)).attemptNo, 2)
          yield* clockAt(minutes(500), 6000)
          assert.deepStrictEqual(fieldsOf(yield* refusal), {
            _tag: "assessments.closed",
            closedAt: minutes(500)
          })
        })
      )
    )

    it.effect(
      "one that waits for its review is told by its id (ASM-1, ASM-2)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf({ gradingMode: "hybrid" }, [trueFalse, openText])
          const { id } = yield* started(exam)
          const answer = { text: "Because." }
          const ended = yield* as(exam.learner)(
            attempts.submit({
              attemptId: id,
              revision: 0,
              responses: [{ questionId: exam.questions[1]!, answer }]
            })
          )
          assert.strictEqual(ended.status, "needs_review")
          const refusal = yield* Effect.flip(started(exam))
          assert.deepStrictEqual(fieldsOf(refusal), { _tag: "assessments.awaiting_review", attemptId: id })
        })
      )
    )

    it.effect(
      "one past its deadline is ended first, in the same transaction, and the next one begins (ASM-1, ASM-6)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf({ attemptLimit: 2 })
          const first = yield* started(exam)
          yield* clockAt(minutes(10), 4999)
          assert.strictEqual((yield* started(exam)).id, first.id)
          yield* clockAt(minutes(10), 5000)
          const second = yield* started(exam)
          assert.strictEqual(second.attemptNo, 2)
          const ended = yield* stored(first.id)
          assert.strictEqual(ended.status, "expired")
          assert.deepStrictEqual("endedAt" in ended && ended.endedAt, minutes(10))
          assert.deepStrictEqual(yield* told(first.id), [
            "assessments.attempt_started",
            "assessments.attempt_expired"
          ])
        })
      )
    )

    it.effect(
      "it is ended, and stored so, even where the next one is refused (ASM-1, ASM-6)",
      from(
        Effect.gen(function* () {
          const limited = yield* examOf({ attemptLimit: 1 })
          const waiting = yield* examOf({ gradingMode: "manual" })
          const [first, second] = [yield* started(limited), yield* started(waiting)]
          const attempts = yield* Attempts
          const responses = [{ questionId: waiting.questions[0]!, answer: { value: true } }]
          yield* as(waiting.learner)(attempts.save({ attemptId: second.id, revision: 0, responses }))
          yield* clockAt(minutes(10), 5000)
          assert.strictEqual(yield* begin(limited), "assessments.attempt_limit_reached")
          assert.strictEqual(yield* begin(waiting), "assessments.awaiting_review")
          assert.strictEqual((yield* stored(first.id)).status, "expired")
          assert.strictEqual((yield* stored(second.id)).status, "submitted")
        })
      )
    )

    it.effect(
      "a preview is not enough to be examined on it (ACC-7, ASM-1)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf()
          yield* sold(exam.course.id)
          assert.strictEqual(yield* begin(exam), "access.tier_required")
          yield* opened(exam.lesson.id)
          assert.strictEqual(yield* begin(exam), "assessments.preview_only")
        })
      )
    )

    it.effect(
      "what is edited after the start changes no attempt (ASM-7)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf()
          const { author, learner, questions } = exam
          const first = yield* started(exam)
          const bank = yield* Questions
          const question = yield* as(author)(bank.get({ questionId: questions[0]! }))
          yield* as(author)(
            bank.update({
              questionId: question.id,
              content: { ...trueFalse, body: "Edited.", correctAnswers: { value: false } }
            })
          )
          const shown = yield* as(learner)(attempts.get({ attemptId: first.id }))
          assert.deepStrictEqual(shown, first)
          const ended = yield* as(learner)(
            attempts.submit({ attemptId: first.id, revision: 0, responses: right(exam) })
          )
          assert.strictEqual(ended.percentageHundredths, 10_000)
        })
      )
    )

    it.effect(
      "an assessment of a course, a visitor, a service, and one that is not there (ASM-1, KER-10, KER-11)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf()
          const assessments = yield* Assessments
          const ofIt = yield* examOf({}, [trueFalse], { wholeCourse: true })
          assert.strictEqual((yield* started({ ...ofIt, learner: exam.learner })).attemptNo, 1)
          const input = { assessmentId: exam.assessment.id }
          assert.strictEqual(yield* codeOf(asVisitor(attempts.start(input))), "kernel.sign_in_required")
          assert.strictEqual(yield* codeOf(asService(attempts.start(input))), "kernel.forbidden")
          const gone = yield* as(exam.author)(newAssessment({ scope: ofLesson(exam.lesson.id) }))
          yield* as(exam.admin)(assessments.delete({ assessmentId: gone.id }))
          assert.strictEqual(
            yield* codeOf(as(exam.learner)(attempts.start({ assessmentId: gone.id }))),
            "assessments.assessment_not_found"
          )
        })
      )
    )

    it.effect(
      "numbers have no gaps, for learners side by side too (ASM-4)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf()
          const others = yield* Effect.forEach([1, 2, 3, 4], () => Effect.map(someone(), ({ id }) => id))
          const numbers = yield* Effect.forEach(
            others,
            (learner) =>
              Effect.forEach([1, 2, 3], () =>
                Effect.tap(started({ ...exam, learner }), ({ id }) =>
                  as(learner)(attempts.abandon({ attemptId: id }))
                )
              ),
            racing
          )
          for (const theirs of numbers)
            assert.deepStrictEqual(
              theirs.map(({ attemptNo }) => attemptNo),
              [1, 2, 3]
            )
        })
      )
    )
  })
