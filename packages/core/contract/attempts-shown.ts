/** Laws of what is shown of attempts, to whom and when. Source: ASM-8, ASM-9, ASM-20. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Attempts } from "../src/assessments/index.ts"
import { AttemptStore } from "../src/assessments/ports.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { mcq, trueFalse } from "./assessments-bank-ground.ts"
import {
  after,
  attemptsOn,
  examOf,
  from,
  minutes,
  right,
  start,
  started,
  stored,
  trailOf
} from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, someone } from "./people.ts"
import { clockAt, fieldsOf } from "./samples.ts"
import { granting } from "./attempts-granting.ts"

const canaries = ["canary-key", "canary-why", "canary-choice", "canary-text"]
const baited = [
  {
    ...mcq,
    explanation: "canary-why",
    choices: [
      { id: "canary-choice-1", text: "2" },
      { id: "canary-choice-2", text: "4" }
    ],
    correctAnswers: { choices: ["canary-choice-1"] }
  },
  {
    type: "short_text",
    body: "Say it",
    points: 1,
    explanation: "canary-why",
    correctAnswers: { answers: [{ text: "canary-text*", fraction: { numerator: 1, denominator: 1 } }] }
  },
  {
    type: "numeric",
    body: "How much?",
    points: 1,
    correctAnswers: { value: "271828.18", tolerance: { kind: "relative", by: "0.0314159" } }
  },
  trueFalse
] as const
const secrets = [...canaries, "271828", "0314159", "correctAnswers", "contentSnapshot", "attemptSeed"]

const json = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner))
const holdNone = (value: unknown) => {
  for (const secret of secrets) assert.notInclude(json(value), secret)
}
const never = {
  responses: "never",
  score: "never",
  items: "never",
  keys: "never",
  explanations: "never"
} as const

export const shownContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(`What is shown of attempts on ${adapter}`, (it) => {
    it.effect(
      "before the end no answer and no event holds a key, an explanation or an author's name of a choice; after it neither, unless it is to be shown (ASM-9)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf({ review: never }, baited)
          const me = as(exam.learner)
          const first = yield* me(attempts.start({ assessmentId: exam.assessment.id }))
          const attemptId = first.attempt.id
          const before = [
            first,
            yield* me(attempts.start({ assessmentId: exam.assessment.id })),
            yield* me(
              attempts.save({
                attemptId,
                revision: 0,
                responses: [{ questionId: exam.questions[0]!, answer: { choices: ["1"] } }]
              })
            ),
            yield* me(attempts.get({ attemptId })),
            yield* me(attempts.list({})),
            yield* me(attempts.finalGrade({ assessmentId: exam.assessment.id }))
          ]
          holdNone(before)
          const ended = yield* me(attempts.submit({ attemptId, revision: 1 }))
          holdNone([ended, yield* me(attempts.get({ attemptId })), yield* me(attempts.list({}))])
          assert.notProperty(ended, "percentageHundredths")
          assert.notProperty(ended, "responses")
          assert.deepStrictEqual(yield* me(attempts.finalGrade({ assessmentId: exam.assessment.id })), {})
          const events = yield* Outbox.use((outbox) =>
            outbox.events({ subject: attemptId }, Option.none(), 1000)
          )
          assert.isAbove(events.length, 2)
          holdNone(events)
          holdNone(yield* trailOf(attemptId))
        })
      )
    )

    it.effect(
      "`closed` waits for the last who may go on: accommodations, and whoever still writes, count (ASM-9)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const review = { ...never, keys: "closed", score: "ended" } as const
          const exam = yield* examOf({ review, closesAt: minutes(30), timeLimitSec: 600 })
          const { put } = granting({ ...exam, learner: (yield* someone()).id })
          yield* put({ closesAt: minutes(60) })
          const { id: attemptId } = yield* started(exam)
          const get = as(exam.learner)(attempts.get({ attemptId }))
          const ended = yield* as(exam.learner)(
            attempts.submit({ attemptId, revision: 0, responses: right(exam) })
          )
          assert.strictEqual(ended.percentageHundredths, 10_000)
          const shows = Effect.map(get, (view) => json(view).includes("correctAnswers"))
          for (const [at, shown] of [
            [minutes(30), false],
            [after(3_599_999), false],
            [minutes(60), true]
          ] as const) {
            yield* clockAt(at)
            assert.strictEqual(yield* shows, shown)
          }
          yield* clockAt(minutes(60), -1)
          const writer = (yield* someone()).id
          yield* granting({ ...exam, learner: writer }).put({ closesAt: minutes(60) })
          yield* started({ ...exam, learner: writer })
          yield* clockAt(minutes(60))
          assert.isFalse(yield* shows)
        })
      )
    )

    it.effect(
      "an attempt whose content is not what it began with is not read, by anybody (ASM-8)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const store = yield* AttemptStore
          const { run } = yield* Transaction
          const exam = yield* examOf()
          const { id: attemptId } = yield* started(exam)
          const attempt = yield* stored(attemptId)
          const learner = (yield* someone()).id
          const id = attempt.id.replace(/.$/u, (last) => (last === "0" ? "1" : "0")) as typeof attempt.id
          const bent = { ...attempt, id, userId: learner, contentSnapshotHash: "0".repeat(64) }
          assert.isTrue(yield* run(store.insert(bent)))
          const tries = each(
            attempts.get({ attemptId: id }),
            attempts.start({ assessmentId: exam.assessment.id }),
            attempts.save({ attemptId: id, revision: 0, responses: [] }),
            attempts.submit({ attemptId: id, revision: 0 }),
            attempts.abandon({ attemptId: id })
          )
          for (const act of tries)
            assert.strictEqual(yield* codeOf(as(learner)(act)), "assessments.snapshot_corrupt")
          const inspect = as(exam.author)(attempts.inspect({ attemptId: id }))
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(inspect)), {
            _tag: "assessments.snapshot_corrupt",
            attemptId: id
          })
          yield* clockAt(minutes(11))
          yield* asService(attempts.sweepExpired({}))
          assert.strictEqual((yield* stored(id)).status, "in_progress")
        })
      )
    )

    it.effect(
      "lists are newest first, one's own without scores; who grades sees those of all (ASM-9, KER-24)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf()
          const { assessment, author, learner } = exam
          const ids = yield* Effect.forEach([1, 2, 3], (n) =>
            Effect.gen(function* () {
              yield* clockAt(start, n)
              const { id } = yield* started(exam)
              yield* as(learner)(attempts.submit({ attemptId: id, revision: 0, responses: right(exam) }))
              return id
            })
          )
          const other = (yield* someone()).id
          yield* clockAt(start, 9)
          const { id: running } = yield* started({ ...exam, learner: other })
          const own = yield* as(learner)(attempts.list({ assessmentId: assessment.id, limit: 2 }))
          assert.deepStrictEqual(
            own.items.map(({ id }) => id),
            [ids[2]!, ids[1]!]
          )
          assert.notProperty(own.items[0], "percentageHundredths")
          const rest = yield* as(learner)(attempts.list({ assessmentId: assessment.id, cursor: own.next! }))
          assert.deepStrictEqual(
            rest.items.map(({ id }) => id),
            [ids[0]!]
          )
          yield* clockAt(minutes(11))
          const all = yield* as(author)(attempts.listOf({ assessmentId: assessment.id }))
          assert.deepStrictEqual(
            all.items.map(({ id, status }) => [id, status]),
            [[running, "expired"], ...[...ids].reverse().map((id) => [id, "graded"])]
          )
          assert.strictEqual(all.items[1]!.percentageHundredths, 10_000)
          const one = yield* as(author)(attempts.listOf({ assessmentId: assessment.id, userId: other }))
          assert.lengthOf(one.items, 1)
          for (const actor of [learner, exam.other])
            assert.strictEqual(
              yield* codeOf(as(actor)(attempts.listOf({ assessmentId: assessment.id }))),
              "kernel.forbidden"
            )
          assert.strictEqual(yield* codeOf(asVisitor(attempts.list({}))), "kernel.sign_in_required")
        })
      )
    )

    it.effect(
      "the final grade follows the policy over what is graded; one's own as far as it is shown (ASM-20)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf({ gradePolicy: "average" })
          const { assessment, author, learner } = exam
          const grade = attempts.finalGrade({ assessmentId: assessment.id })
          assert.deepStrictEqual(yield* as(learner)(grade), {})
          for (const responses of [right(exam), right(exam).slice(0, 1)]) {
            const { id } = yield* started(exam)
            yield* as(learner)(attempts.submit({ attemptId: id, revision: 0, responses }))
          }
          // 3 of 3 and 1 of 3 points: two thirds, shown to the hundredth.
          assert.deepStrictEqual(yield* as(learner)(grade), { percentageHundredths: 6667, passed: true })
          const asked = { assessmentId: assessment.id, userId: learner }
          assert.deepStrictEqual(yield* as(author)(attempts.finalGrade(asked)), {
            percentageHundredths: 6667,
            passed: true
          })
          assert.strictEqual(yield* codeOf(as(exam.other)(attempts.finalGrade(asked))), "kernel.forbidden")
        })
      )
    )
  })
