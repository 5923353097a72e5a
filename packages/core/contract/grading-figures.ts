/** Laws of statistics, of health and of the self-test. Source: ASM-8, ASM-25 to ASM-27. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { AssessmentHealth, Figures } from "../src/assessments/index.ts"
import { AttemptStore, AttemptTotals } from "../src/assessments/ports.ts"
import { Assessments } from "../src/assessments/service/assessments.ts"
import { figuresOf } from "../src/assessments/rules/figures.ts"
import { mcq, trueFalse } from "./assessments-bank-ground.ts"
import {
  after,
  type Answers,
  type Exam,
  examOf,
  fine,
  from,
  gradingOn,
  handedIn,
  running,
  start
} from "./grading-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, someone } from "./people.ts"
import { clockAt } from "./samples.ts"

const day = 86_400_000
const machineOnly = [trueFalse, mcq]

const allOf = (exam: Exam) =>
  Effect.map(
    AttemptStore.use((attempts) =>
      attempts.list(
        { assessmentId: exam.assessment.id, status: "graded" },
        { after: Option.none(), count: 100 }
      )
    ),
    (all) => all.filter((one) => one.status === "graded")
  )

export const figuresContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "120 seconds" })(`Figures and health on ${adapter}`, (it) => {
    it.effect(
      "statistics are those of the rules over the graded attempts, for who reads the answers (ASM-25)",
      from(
        Effect.gen(function* () {
          const figures = yield* Figures
          const exam = yield* examOf({}, machineOnly)
          const assessmentId = exam.assessment.id
          const given: ReadonlyArray<readonly [Answers, number]> = [
            [[{ value: true }, { choices: ["1", "2"] }], 61_000],
            [[{ value: true }, { choices: ["1"] }], 30_000],
            [[{ value: false }, { choices: ["3"] }], 10_000],
            [[undefined, { choices: ["1", "3"] }], 20_000]
          ]
          for (const [answers, millis] of given) yield* handedIn(exam, answers, { at: after(millis) })
          yield* running(exam, (yield* someone()).id)
          const told = yield* as(exam.author)(figures.assessment({ assessmentId }))
          assert.deepStrictEqual(
            told,
            figuresOf(assessmentId, yield* allOf(exam), { questions: [], more: false })
          )
          assert.deepInclude(told, { count: 4, more: false, medianTimeSpentSec: 25 })
          const byId = (questionId: string | undefined) =>
            told.questions.find((one) => one.questionId === questionId)
          assert.strictEqual(byId(exam.questions[0])?.facility, 0.5)
          assert.deepStrictEqual(byId(exam.questions[1])?.picked, [
            { choice: "a", count: 3 },
            { choice: "b", count: 1 },
            { choice: "c", count: 2 }
          ])
          const questionId = exam.questions[1]!
          assert.deepStrictEqual(
            yield* as(exam.author)(figures.question({ assessmentId, questionId })),
            byId(questionId)
          )
          assert.strictEqual(
            yield* codeOf(as(exam.other)(figures.assessment({ assessmentId }))),
            "assessments.assessment_not_found"
          )
          const other = yield* examOf({}, machineOnly)
          assert.strictEqual(
            yield* codeOf(asService(figures.question({ assessmentId, questionId: other.questions[0]! }))),
            "assessments.question_not_found"
          )
        })
      )
    )

    it.effect(
      "nobody graded, nothing is said but that (ASM-25)",
      from(
        Effect.gen(function* () {
          const figures = yield* Figures
          const exam = yield* examOf()
          yield* handedIn(exam)
          assert.deepStrictEqual(
            yield* as(exam.author)(figures.assessment({ assessmentId: exam.assessment.id })),
            { assessmentId: exam.assessment.id, count: 0, more: false, questions: [] }
          )
        })
      )
    )

    it.effect(
      "a batch finds the attempts whose content is not what they began with, and only those (ASM-8)",
      from(
        Effect.gen(function* () {
          const health = yield* AssessmentHealth
          const exam = yield* examOf()
          const forged = [
            yield* handedIn(exam, fine, { hash: "01".repeat(32) }),
            yield* running(exam, (yield* someone()).id, { hash: "02".repeat(32) })
          ]
          const whole = [yield* handedIn(exam), yield* running(exam, (yield* someone()).id)]
          const found = new Set<string>()
          let checked = 0
          let cursor: string | undefined
          do {
            const part: Effect.Success<ReturnType<typeof health.detectCorruption>> = yield* asService(
              health.detectCorruption({ limit: 3, ...(cursor !== undefined && { cursor }) })
            )
            checked += part.checked
            for (const id of part.items) found.add(id)
            cursor = part.next
          } while (cursor !== undefined)
          assert.isAtLeast(checked, 4)
          assert.isTrue(forged.every(({ id }) => found.has(id)))
          assert.isFalse(whole.some(({ id }) => found.has(id)))
          const report = yield* asService(health.report({}))
          assert.deepInclude(report.reasons, { level: "CRITICAL", reason: "snapshots_corrupt" })
          assert.strictEqual(report.verdict, "CRITICAL")
          assert.isAtLeast(report.snapshots.corrupt, 2)
        })
      )
    )

    it.effect(
      "the report counts attempts per status, what is overdue past its grace, and the age of the queue (ASM-26)",
      from(
        Effect.gen(function* () {
          const health = yield* AssessmentHealth
          const totals = yield* AttemptTotals
          const count = Effect.map(
            totals.byStatus,
            (all) => (status: string) => all.find((one) => one.status === status)?.count ?? 0
          )
          const before = yield* count
          const exam = yield* examOf({ timeLimitSec: 60 })
          const attempt = yield* running(exam, (yield* someone()).id)
          yield* handedIn(exam)
          yield* handedIn(exam, [{ value: true }])
          const now = yield* count
          for (const status of ["in_progress", "needs_review", "graded"])
            assert.strictEqual(now(status) - before(status), 1, status)
          assert.deepStrictEqual(attempt.deadline, after(60_000))

          const overdue = (at: number) =>
            Effect.andThen(
              clockAt(start, at),
              Effect.map(asService(health.report({})), (one) => one.overdue)
            )
          const none = yield* overdue(65_000)
          assert.deepStrictEqual((yield* overdue(65_001)).count - none.count, 1)
          yield* clockAt(start, 60_000 + 5 * 60_000)
          const calm = yield* asService(health.report({}))
          assert.isFalse(calm.reasons.some(({ reason }) => reason === "attempts_overdue"))
          yield* clockAt(start, 60_000 + 5 * 60_000 + 1)
          assert.deepInclude((yield* asService(health.report({}))).reasons, {
            level: "WARNING",
            reason: "attempts_overdue"
          })
          yield* clockAt(start, 7 * day)
          const week = yield* asService(health.report({}))
          assert.isFalse(week.reasons.some(({ reason }) => reason === "review_queue_old"))
          yield* clockAt(start, 7 * day + 1)
          assert.deepInclude((yield* asService(health.report({}))).reasons, {
            level: "WARNING",
            reason: "review_queue_old"
          })
          assert.deepInclude(week.start, { targetMillis: 500, alertMillis: 450, criticalMillis: 750 })
        })
      )
    )

    it.effect(
      "the self-test passes, says what is not there, and leaves nothing behind (ASM-27, ASM-8, ASM-2, ASM-19)",
      from(
        Effect.gen(function* () {
          const health = yield* AssessmentHealth
          const assessments = yield* Assessments
          const totals = AttemptTotals.use(({ byStatus }) =>
            Effect.map(byStatus, (all) => all.reduce((sum, { count }) => sum + count, 0))
          )
          const exam = yield* examOf({ type: "exam", givesCertificate: true })
          const { id: assessmentId, version } = exam.assessment
          yield* handedIn(exam)
          yield* as(exam.editor)(assessments.publish({ assessmentId, version }))
          const before = yield* totals
          const { checks, passed } = yield* asService(health.selfTest({}))
          assert.isTrue(passed, JSON.stringify(checks))
          assert.deepStrictEqual(
            checks.map(({ check, outcome }) => [check, outcome]),
            [
              ["snapshot_integrity", "passed"],
              ["one_active_attempt", "passed"],
              ["trail_is_whole", "passed"],
              ["certificate_scope", "passed"],
              ["revocation_and_reissue", "passed"],
              ["xp_reversal_is_idempotent", "not_there"]
            ]
          )
          assert.strictEqual(yield* totals, before)
        })
      )
    )

    it.effect(
      "health is for operators: operations.view, and operations.manage to try things (ASM-26, ASM-27)",
      from(
        Effect.gen(function* () {
          const health = yield* AssessmentHealth
          const admin = yield* holderOf("admin")
          const moderator = yield* holderOf("moderator")
          for (const one of each(health.report({}), health.detectCorruption({}), health.selfTest({}))) {
            for (const who of [as(moderator), asVisitor])
              assert.include(["kernel.forbidden", "kernel.sign_in_required"], yield* codeOf(who(one)))
            assert.strictEqual(yield* codeOf(as(admin)(one)), "done")
          }
        })
      )
    )
  })
