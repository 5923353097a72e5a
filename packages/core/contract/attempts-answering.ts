/** Laws of saving, handing in, giving up and running out of time, one after the other and all at once. Source: ASM-3, ASM-6, ASM-11 to ASM-13. */
import { assert, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { type AttemptId, Attempts } from "../src/assessments/index.ts"
import { openText, trueFalse } from "./assessments-bank-ground.ts"
import {
  attemptsOn,
  type Exam,
  examOf,
  from,
  minutes,
  readOnly,
  right,
  start,
  started,
  stored,
  told,
  trailOf
} from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, racing, someone } from "./people.ts"
import { clockAt, fieldsOf } from "./samples.ts"

const numeric = { type: "numeric", body: "How many?", points: 1, correctAnswers: { value: "0" } } as const

const one = ({ questions }: Exam, value = true) => [{ questionId: questions[0]!, answer: { value } }]

/** A started exam and what its learner does with it. */
const sitting = (...args: Parameters<typeof examOf>) =>
  Effect.gen(function* () {
    const attempts = yield* Attempts
    const exam = yield* examOf(...args)
    const { id: attemptId } = yield* started(exam)
    const me = as(exam.learner)
    type Saving = Partial<Parameters<typeof attempts.save>[0]>
    type Submission = Partial<Parameters<typeof attempts.submit>[0]>
    return {
      ...exam,
      attemptId,
      get: me(attempts.get({ attemptId })),
      save: (fields: Saving = {}) =>
        me(attempts.save({ attemptId, revision: 0, responses: one(exam), ...fields })),
      submit: (fields: Submission = {}) => me(attempts.submit({ attemptId, revision: 0, ...fields })),
      abandon: me(attempts.abandon({ attemptId })),
      sweep: asService(attempts.sweepExpired({}))
    }
  })

const statusOf = (id: AttemptId) => Effect.map(stored(id), ({ status }) => status)

export const answeringContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(`Answering attempts on ${adapter}`, (it) => {
    it.effect(
      "a stale autosave is ignored and says so, a stale save by hand is refused, of many at once one wins (ASM-11)",
      from(
        Effect.gen(function* () {
          const { attemptId, get, save } = yield* sitting()
          const all = yield* Effect.all(
            Array.from({ length: 16 }, () => save({ auto: true })),
            racing
          )
          assert.lengthOf(
            all.filter(({ ignored }) => !ignored),
            1
          )
          for (const { revision } of all) assert.strictEqual(revision, 1)
          assert.strictEqual(yield* codeOf(save()), "kernel.stale_version")
          const codes = yield* Effect.all(
            Array.from({ length: 16 }, () => codeOf(save({ revision: 1 }))),
            racing
          )
          assert.deepStrictEqual([...codes].sort(), ["done", ...Array(15).fill("kernel.stale_version")])
          assert.strictEqual((yield* get).revision, 2)
          assert.strictEqual((yield* stored(attemptId)).revision, 2)
        })
      )
    )

    it.effect(
      "an empty answer and the answer 0 are different, and what is not named stays (ASM-11, ASM-12)",
      from(
        Effect.gen(function* () {
          const { attemptId, questions, save, submit } = yield* sitting({}, [numeric, trueFalse])
          const [number, truth] = [questions[0]!, questions[1]!]
          yield* save({ responses: [{ questionId: truth, answer: { value: true } }] })
          yield* save({ revision: 1, responses: [{ questionId: number, answer: { text: "" } }] })
          assert.deepStrictEqual((yield* stored(attemptId)).responses, [
            { questionId: number, answer: { text: "" } },
            { questionId: truth, answer: { value: true } }
          ])
          yield* save({ revision: 2, responses: [{ questionId: number, answer: { text: "0" } }] })
          const ended = yield* submit({ revision: 3 })
          assert.deepStrictEqual(
            ended.responses?.map(({ answer }) => answer),
            [{ text: "0" }, { value: true }]
          )
        })
      )
    )

    it.effect(
      "what does not fit the snapshot is refused with its path, and nothing is stored (ASM-13)",
      from(
        Effect.gen(function* () {
          const { attemptId, questions, save, submit } = yield* sitting()
          const before = yield* stored(attemptId)
          const wrong = [
            [{ questionId: questions[0]!, answer: { text: "true" } }],
            [{ questionId: questions[1]!, answer: { choices: ["1", "9"] } }],
            [{ questionId: questions[1]!, answer: { choices: ["a"] } }],
            [...Array(2)].map(() => ({ questionId: questions[0]!, answer: { value: true } }))
          ]
          for (const responses of wrong) {
            const refusal = yield* Effect.flip(save({ responses }))
            assert.strictEqual(refusal._tag, "kernel.invalid")
            assert.strictEqual("issues" in refusal && refusal.issues[0]!.path[0], "responses")
            assert.strictEqual(yield* codeOf(submit({ responses })), "kernel.invalid")
          }
          assert.deepStrictEqual(yield* stored(attemptId), before)
        })
      )
    )

    it.effect(
      "what must be answered keeps a learner from handing in, and scores nothing when the clock does (ASM-13)",
      from(
        Effect.gen(function* () {
          const { attemptId, get, questions, save, submit, ...exam } = yield* sitting({}, undefined, {
            isRequired: true
          })
          yield* save()
          const refusal = yield* Effect.flip(submit({ revision: 1 }))
          assert.deepStrictEqual(fieldsOf(refusal), {
            _tag: "assessments.required_unanswered",
            questionIds: [questions[1]!]
          })
          yield* clockAt(minutes(10), 5000)
          const ended = yield* get
          assert.strictEqual(ended.status, "graded")
          yield* exam.sweep
          const graded = yield* stored(attemptId)
          assert.strictEqual(graded.status === "graded" && graded.score.numerator, 1n)
        })
      )
    )

    it.effect(
      "answers are kept before the deadline, handed in until the grace is over, to the millisecond (ASM-6)",
      from(
        Effect.gen(function* () {
          const { save, submit } = yield* sitting()
          yield* clockAt(minutes(10), -1)
          yield* save()
          yield* clockAt(minutes(10))
          const late = yield* Effect.flip(save({ revision: 1 }))
          assert.deepStrictEqual(fieldsOf(late), {
            _tag: "assessments.deadline_passed",
            deadline: minutes(10)
          })
          yield* clockAt(minutes(10), 4999)
          const ended = yield* submit({ revision: 1 })
          assert.strictEqual(ended.autoSubmitted, false)
          assert.strictEqual(ended.timeSpentSec, 604)
        })
      )
    )

    it.effect(
      "one handed in too late is refused, and has ended at its deadline with what was saved, stored at once (ASM-6, ASM-3)",
      from(
        Effect.gen(function* () {
          const { attemptId, get, questions, save, submit, ...exam } = yield* sitting()
          yield* save()
          yield* clockAt(minutes(10), 5000)
          const derived = yield* get
          assert.strictEqual(yield* statusOf(attemptId), "in_progress")
          assert.strictEqual(derived.status, "graded")
          const refusal = yield* Effect.flip(
            submit({ revision: 1, responses: right({ ...exam, questions }) })
          )
          assert.deepStrictEqual(fieldsOf(refusal), {
            _tag: "assessments.deadline_passed",
            deadline: minutes(10)
          })
          const ended = yield* stored(attemptId)
          assert.strictEqual(ended.status, "graded")
          if (ended.status === "graded") {
            assert.deepStrictEqual([ended.submittedAt, ended.gradedAt], [minutes(10), minutes(10)])
            assert.deepStrictEqual([ended.autoSubmitted, ended.timeSpentSec], [true, 600])
            assert.strictEqual(ended.score.numerator, 1n)
          }
          yield* clockAt(minutes(60))
          assert.deepStrictEqual(yield* get, derived)
          for (const again of [submit(), save(), exam.abandon])
            assert.strictEqual(
              yield* codeOf<unknown, { _tag: string }, never>(again),
              "assessments.deadline_passed"
            )
          assert.deepStrictEqual(yield* told(attemptId), [
            "assessments.attempt_started",
            "assessments.attempt_submitted",
            "assessments.attempt_graded"
          ])
          assert.deepStrictEqual(
            (yield* trailOf(attemptId)).map(({ actionType }) => actionType),
            ["auto_graded"]
          )
        })
      )
    )

    it.effect(
      "with nothing saved, or by a policy that discards, it is expired (ASM-6)",
      from(
        Effect.gen(function* () {
          const empty = yield* sitting()
          const discarded = yield* sitting({ onExpiry: "discard" })
          yield* discarded.save()
          yield* clockAt(minutes(10), 5000)
          const { ended } = yield* empty.sweep
          assert.isAtLeast(ended, 2)
          for (const { attemptId } of [empty, discarded]) {
            const attempt = yield* stored(attemptId)
            assert.strictEqual(attempt.status, "expired")
            assert.deepStrictEqual("endedAt" in attempt && attempt.endedAt, minutes(10))
          }
          assert.strictEqual((yield* empty.sweep).ended, 0)
        })
      )
    )

    it.effect(
      "of 64 submissions at once one has an effect, and all answer it; later ones too, whatever they say (ASM-12)",
      from(
        Effect.gen(function* () {
          const { abandon, attemptId, save, submit, ...exam } = yield* sitting()
          const responses = right(exam)
          const all = yield* Effect.all(
            Array.from({ length: 64 }, (_, n) => submit({ responses, sessionId: `session ${n}` })),
            racing
          )
          for (const answer of all) assert.deepStrictEqual(answer, all[0])
          assert.strictEqual(all[0]!.status, "graded")
          assert.strictEqual(all[0]!.percentageHundredths, 10_000)
          yield* clockAt(minutes(60))
          assert.deepStrictEqual(yield* submit({ revision: 99, responses: one(exam, false) }), all[0])
          assert.strictEqual(yield* codeOf(save({ revision: 1 })), "assessments.attempt_not_open")
          assert.strictEqual(yield* codeOf(abandon), "assessments.attempt_not_open")
          assert.deepStrictEqual(yield* told(attemptId), [
            "assessments.attempt_started",
            "assessments.attempt_submitted",
            "assessments.attempt_graded"
          ])
          const attempt = yield* stored(attemptId)
          assert.match(("sessionId" in attempt && attempt.sessionId) || "", /^session \d+$/u)
        })
      )
    )

    it.effect(
      "a stale submission is refused with the revision there is (ASM-12)",
      from(
        Effect.gen(function* () {
          const { save, submit } = yield* sitting()
          yield* save()
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip(submit())), {
            _tag: "kernel.stale_version",
            current: 1
          })
        })
      )
    )

    it.effect(
      "submit, autosave, abandon and the sweep at the same instant have one outcome (ASM-28, ASM-6)",
      from(
        Effect.gen(function* () {
          for (const [millis, round] of [0, 4999, 5000].flatMap((at) => [
            [at, 1],
            [at, 2]
          ])) {
            yield* clockAt(start)
            const { abandon, attemptId, save, submit, sweep } = yield* sitting()
            yield* save()
            yield* clockAt(minutes(10), millis)
            const tries = each(
              submit({ revision: 1 }),
              save({ revision: 1, auto: true }),
              abandon,
              sweep as Effect.Effect<unknown, { readonly _tag: string }>,
              abandon,
              submit({ revision: 1 })
            )
            const order = round === 1 ? tries : [...tries].reverse()
            yield* asVisitor(Effect.all(order.map(Effect.result), racing))
            const ends = (yield* told(attemptId)).filter((name) =>
              /_(?:submitted|abandoned|expired)$/u.test(name)
            )
            assert.isAtMost(ends.length, 1)
            const attempt = yield* stored(attemptId)
            assert.strictEqual(attempt.status === "in_progress", ends.length === 0)
            if ((millis ?? 0) >= 5000) {
              assert.deepStrictEqual("submittedAt" in attempt && attempt.submittedAt, minutes(10))
            }
          }
        })
      )
    )

    it.effect(
      "given up it stays given up, counts, and tells it once (ASM-4, ASM-28)",
      from(
        Effect.gen(function* () {
          const { abandon, attemptId, learner, assessment } = yield* sitting({ attemptLimit: 1 })
          const first = yield* abandon
          const again = Array.from({ length: 16 }, () => abandon)
          assert.deepStrictEqual(yield* Effect.all(again, racing), Array(16).fill(first))
          assert.strictEqual(first.status, "abandoned")
          assert.deepStrictEqual(yield* told(attemptId), [
            "assessments.attempt_started",
            "assessments.attempt_abandoned"
          ])
          assert.strictEqual(
            yield* codeOf(started({ assessment, learner })),
            "assessments.attempt_limit_reached"
          )
        })
      )
    )

    it.effect(
      "modes lead where the machine says: manual waits as submitted, hybrid as needs_review with its row (ASM-28, ASM-19)",
      from(
        Effect.gen(function* () {
          const manual = yield* sitting({ gradingMode: "manual" })
          assert.strictEqual((yield* manual.submit()).status, "submitted")
          assert.deepStrictEqual(yield* trailOf(manual.attemptId), [])
          const hybrid = yield* sitting({ gradingMode: "hybrid" }, [trueFalse, openText])
          const text = { questionId: hybrid.questions[1]!, answer: { text: "Because." } }
          assert.strictEqual((yield* hybrid.submit({ responses: [text] })).status, "needs_review")
          assert.deepStrictEqual(
            (yield* trailOf(hybrid.attemptId)).map(({ actionType }) => actionType),
            ["review_enqueued"]
          )
        })
      )
    )

    it.effect(
      "read-only time that it overlaps is added to the deadline, at every reading of it (ASM-5, OPS-2)",
      from(
        Effect.gen(function* () {
          const { attemptId, get, save, submit, sweep } = yield* sitting()
          yield* clockAt(minutes(4))
          yield* readOnly(true)
          yield* clockAt(minutes(7))
          const during = yield* get
          assert.strictEqual("remainingMillis" in during && during.remainingMillis, 6 * 60_000)
          assert.strictEqual(yield* codeOf(save()), "kernel.read_only_mode")
          yield* readOnly(false)
          yield* clockAt(minutes(13), -1)
          yield* sweep
          assert.strictEqual(yield* statusOf(attemptId), "in_progress")
          yield* save()
          const late = yield* clockAt(minutes(13)).pipe(Effect.andThen(Effect.flip(save({ revision: 1 }))))
          assert.deepStrictEqual(fieldsOf(late), {
            _tag: "assessments.deadline_passed",
            deadline: minutes(13)
          })
          yield* clockAt(minutes(13), 4999)
          assert.strictEqual((yield* submit({ revision: 1 })).status, "graded")
        }).pipe(Effect.ensuring(Effect.ignore(readOnly(false))))
      )
    )

    it.effect(
      "attempts of others are not there, whoever asks; services have none (KER-11)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const { attemptId, author } = yield* sitting()
          const other = (yield* someone()).id
          const tries = each(
            attempts.get({ attemptId }),
            attempts.save({ attemptId, revision: 0, responses: [] }),
            attempts.submit({ attemptId, revision: 0 }),
            attempts.abandon({ attemptId })
          )
          for (const act of tries) {
            assert.strictEqual(yield* codeOf(as(other)(act)), "assessments.attempt_not_found")
            assert.strictEqual(yield* codeOf(as(author)(act)), "assessments.attempt_not_found")
            assert.strictEqual(yield* codeOf(asService(act)), "assessments.attempt_not_found")
            assert.strictEqual(yield* codeOf(asVisitor(act)), "kernel.sign_in_required")
          }
          assert.strictEqual(yield* codeOf(as(other)(attempts.sweepExpired({}))), "kernel.forbidden")
          assert.isTrue(Result.isSuccess(yield* Effect.result(as(author)(attempts.inspect({ attemptId })))))
        })
      )
    )
  })
