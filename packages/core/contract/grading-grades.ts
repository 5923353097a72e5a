/** Laws of grades by people, one after the other and at once, and of the trail that they leave. Source: ASM-17, ASM-19, ASM-20. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Attempt, Grading, Reviews } from "../src/assessments/index.ts"
import { brokenAt, gradingStateOf } from "../src/assessments/rules/audit.ts"
import { percentageOf } from "../src/assessments/rules/grading.ts"
import { user } from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"
import { rational } from "../src/shared/rational.ts"
import { openText } from "./assessments-bank-ground.ts"
import {
  after,
  examOf,
  type Exam,
  fine,
  from,
  gradingOn,
  handedIn,
  running,
  start,
  stored,
  textPoints,
  told,
  trailOf
} from "./grading-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, holderOf, racing, someone } from "./people.ts"
import { clockAt } from "./samples.ts"

const halfHour = 1_800_000

/** A grade of the text by somebody, with what else is given. */
const grade = (
  who: UserId,
  exam: Exam,
  attempt: Attempt,
  points: string,
  more: { revision?: number; reason?: string; feedback?: string } = {}
) =>
  as(who)(
    Grading.use((grading) =>
      grading.grade({
        attemptId: attempt.id,
        revision: more.revision ?? attempt.revision,
        grades: textPoints(exam, points),
        ...(more.reason !== undefined && { reason: more.reason }),
        ...(more.feedback !== undefined && { feedback: more.feedback })
      })
    )
  )

export const gradesContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "120 seconds" })(`Grades by people on ${adapter}`, (it) => {
    it.effect(
      "complete what the machine left open: the attempt, its event, its row in the trail, the learner's final grade (ASM-17, ASM-19, ASM-20)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          const attemptId = attempt.id
          yield* as(exam.author)(reviews.claim({ attemptId }))
          const before = yield* as(exam.author)(reviews.get({ attemptId }))
          assert.deepStrictEqual(
            before.items.map((item) => item.grade?.by),
            ["machine", undefined, "machine"]
          )
          assert.isUndefined(before.finalGrade)
          yield* clockAt(start, 60_000)
          const graded = yield* grade(exam.author, exam, attempt, "2,5", { feedback: "Go on." })
          assert.deepInclude(graded, {
            status: "graded",
            revision: 2,
            gradedAt: after(60_000),
            gradedBy: exam.author,
            score: rational(11, 2),
            maxScore: rational(8),
            passed: true,
            feedback: "Go on.",
            finalGrade: { percentage: rational(275, 4), passed: true }
          })
          // It is given back by being graded.
          assert.isUndefined(graded.claim)
          assert.deepStrictEqual(yield* as(exam.author)(reviews.get({ attemptId })), graded)
          const now = yield* stored(attemptId)
          assert.strictEqual(now.status === "graded" && now.contentSnapshotHash, attempt.contentSnapshotHash)
          assert.deepStrictEqual(yield* told(attempt), ["assessments.attempt_graded"])
          const trail = yield* trailOf(attemptId)
          assert.deepStrictEqual(trail, [
            {
              attemptId,
              actionType: "manual_graded",
              performedBy: user(exam.author),
              performedAt: after(60_000),
              previousState: gradingStateOf(attempt),
              newState: gradingStateOf(now)
            }
          ])
          assert.strictEqual(trail[0]!.newState.feedback, "Go on.")
        })
      )
    )

    it.effect(
      "keep to the bounds of each item and name what has none yet; what is refused changes nothing (ASM-17)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          for (const outside of ["-0.01", "5.000000001", "", "five"])
            assert.strictEqual(
              yield* codeOf(grade(exam.author, exam, attempt, outside)),
              "kernel.invalid",
              outside
            )
          const none = grading.grade({ attemptId: attempt.id, revision: 1, grades: [] })
          assert.deepInclude(yield* Effect.flip(as(exam.author)(none)), {
            _tag: "assessments.items_ungraded" as const,
            questionIds: exam.questions.slice(1, 2)
          })
          const open = yield* running(exam, (yield* someone()).id)
          assert.strictEqual(
            yield* codeOf(grade(exam.author, exam, open, "1")),
            "assessments.attempt_not_open"
          )
          assert.deepStrictEqual(yield* stored(attempt.id), attempt)
          assert.deepStrictEqual(yield* trailOf(attempt.id), [])
          assert.deepStrictEqual(yield* told(attempt), [])
        })
      )
    )

    it.effect(
      "take assessments:grade, of a person, and never one's own attempt (ASM-17)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf()
          const moderator = yield* holderOf("moderator")
          const own = yield* handedIn(exam, fine, { userId: moderator })
          const attempt = yield* handedIn(exam)
          assert.strictEqual(yield* codeOf(grade(moderator, exam, own, "5")), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(grade(attempt.userId, exam, attempt, "5")), "kernel.forbidden")
          assert.strictEqual(
            yield* codeOf(grade(exam.other, exam, attempt, "5")),
            "assessments.attempt_not_found"
          )
          const grading = yield* Grading
          const service = grading.grade({
            attemptId: attempt.id,
            revision: 1,
            grades: textPoints(exam, "5")
          })
          assert.strictEqual(yield* codeOf(asService(service)), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(grade(moderator, exam, attempt, "5")), "done")
        })
      )
    )

    it.effect(
      "wait for another's claim to run out, to the millisecond (ASM-17, ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          yield* as(exam.editor)(reviews.claim({ attemptId: attempt.id }))
          yield* clockAt(start, halfHour - 1)
          assert.strictEqual(
            yield* codeOf(grade(exam.author, exam, attempt, "1")),
            "assessments.review_claimed"
          )
          yield* clockAt(start, halfHour)
          assert.strictEqual(yield* codeOf(grade(exam.author, exam, attempt, "1")), "done")
        })
      )
    )

    it.effect(
      "given twice change nothing; another one needs a reason, is a regrade, and keeps the day of the first (ASM-17, ASM-19)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          yield* grade(exam.author, exam, attempt, "2.5")
          const once = yield* stored(attempt.id)
          for (const revision of [0, 1, 2, 7]) {
            const again = yield* grade(exam.editor, exam, attempt, "2,50", { revision })
            assert.deepInclude(again, { revision: 2, gradedBy: exam.author })
          }
          assert.deepStrictEqual(yield* stored(attempt.id), once)
          assert.lengthOf(yield* trailOf(attempt.id), 1)
          yield* clockAt(start, 90_000)
          assert.strictEqual(
            yield* codeOf(grade(exam.editor, exam, attempt, "0", { revision: 2 })),
            "kernel.invalid"
          )
          assert.strictEqual(
            yield* codeOf(grade(exam.editor, exam, attempt, "0", { revision: 1, reason: "a slip" })),
            "kernel.stale_version"
          )
          const changed = yield* grade(exam.editor, exam, attempt, "0", { revision: 2, reason: "a slip" })
          assert.deepInclude(changed, {
            gradedAt: start,
            gradedBy: exam.editor,
            passed: false,
            revision: 3,
            finalGrade: { percentage: rational(75, 2), passed: false }
          })
          const trail = yield* trailOf(attempt.id)
          assert.deepStrictEqual(
            trail.map(({ actionType, reason }) => [actionType, reason]),
            [
              ["manual_graded", undefined],
              ["regraded", "a slip"]
            ]
          )
          assert.strictEqual(brokenAt(trail), -1)
          assert.deepStrictEqual(yield* told(attempt), [
            "assessments.attempt_graded",
            "assessments.attempt_regraded"
          ])
        })
      )
    )

    it.effect(
      "of several graders at once one wins and the others are told (ASM-17)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          const graders = yield* Effect.forEach(Array.from({ length: 12 }), () => holderOf("moderator"))
          const codes = yield* Effect.forEach(
            graders,
            (grader, index) => codeOf(grade(grader, exam, attempt, `${index}e-1`, { reason: "as I see it" })),
            racing
          )
          assert.deepStrictEqual(codes.toSorted(), [
            "done",
            ...Array<string>(11).fill("kernel.stale_version")
          ])
          const now = yield* stored(attempt.id)
          assert.strictEqual(now.status === "graded" && now.gradedBy, graders[codes.indexOf("done")])
          assert.lengthOf(yield* trailOf(attempt.id), 1)
          assert.deepStrictEqual(yield* told(attempt), ["assessments.attempt_graded"])
        })
      )
    )

    it.effect(
      "leave a whole trail however they race: a row and an event for each that took effect, each row continuing the last (ASM-19)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          const graders = yield* Effect.forEach(Array.from({ length: 6 }), () => holderOf("moderator"))
          const tries = graders.flatMap((grader, index) =>
            [0, 1, 2, 3].map((round) => ({ grader, points: `0.${index}${round}` }))
          )
          const codes = yield* Effect.forEach(
            tries,
            ({ grader, points }) =>
              Effect.flatMap(as(grader)(reviews.get({ attemptId: attempt.id })), ({ revision }) =>
                codeOf(grade(grader, exam, attempt, points, { revision, reason: "a second look" }))
              ),
            racing
          )
          const effects = codes.filter((code) => code === "done").length
          const now = yield* stored(attempt.id)
          const trail = yield* trailOf(attempt.id)
          assert.isAbove(effects, 0)
          assert.strictEqual(now.revision, 1 + effects)
          assert.lengthOf(trail, effects)
          assert.strictEqual(brokenAt(trail), -1)
          assert.deepStrictEqual(trail.at(-1)?.newState, gradingStateOf(now))
          assert.lengthOf(yield* told(attempt), effects)
        })
      )
    )

    it.effect(
      "by hand are of every answer that is not empty, straight from submitted too (ASM-17, ASM-28)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const exam = yield* examOf({ gradingMode: "manual" }, [openText, openText])
          const attempt = yield* handedIn(exam, [{ text: "Because." }, undefined])
          assert.strictEqual(attempt.status, "submitted")
          const graded = yield* as(exam.author)(
            grading.grade({
              attemptId: attempt.id,
              revision: 1,
              grades: [{ questionId: exam.questions[0]!, points: "5", feedback: "Nice." }]
            })
          )
          assert.deepStrictEqual(
            graded.items.map(({ grade }) => [grade?.by, grade?.feedback]),
            [
              ["person", "Nice."],
              ["machine", undefined]
            ]
          )
          const now = yield* stored(attempt.id)
          assert.deepStrictEqual(now.status === "graded" && percentageOf(now), rational(50))
        })
      )
    )

    it.effect(
      "are refused where the content is not what the attempt began with; showing it is too (ASM-8, ASM-17)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const forged = yield* handedIn(exam, fine, { hash: "ab".repeat(32) })
          for (const one of [
            codeOf(grade(exam.author, exam, forged, "1")),
            codeOf(as(exam.author)(reviews.get({ attemptId: forged.id })))
          ])
            assert.strictEqual(yield* one, "assessments.snapshot_corrupt")
          assert.deepStrictEqual(yield* stored(forged.id), forged)
        })
      )
    )
  })
