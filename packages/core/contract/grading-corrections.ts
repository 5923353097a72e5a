/** Laws of corrections and of what is graded again by them. Source: ASM-18, ASM-19, ASM-20. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  AttemptId,
  type CorrectionAct,
  Corrections,
  Grading,
  type QuestionId,
  Reviews
} from "../src/assessments/index.ts"
import { CorrectionStore } from "../src/assessments/ports.ts"
import { brokenAt, gradingStateOf } from "../src/assessments/rules/audit.ts"
import { QuestionId as Question } from "../src/assessments/model/ids.ts"
import { rational } from "../src/shared/rational.ts"
import { mcq, openText, trueFalse } from "./assessments-bank-ground.ts"
import {
  type Exam,
  examOf,
  from,
  gradingOn,
  handedIn,
  stored,
  textPoints,
  told,
  trailOf
} from "./grading-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, holderOf, racing, someone } from "./people.ts"
import { someUser } from "./samples.ts"

const isFalse: CorrectionAct = {
  kind: "mended",
  key: { type: "true_false", correctAnswers: { value: false } }
}
const dropped: CorrectionAct = { kind: "dropped" }
const inFull: CorrectionAct = { kind: "full_points" }

const correct = (exam: Exam, place: number, act: CorrectionAct) =>
  as(exam.author)(
    Corrections.use((corrections) =>
      corrections.add({
        assessmentId: exam.assessment.id,
        questionId: exam.questions[place]!,
        act,
        reason: "it was wrong"
      })
    )
  )

type How = Partial<Parameters<Grading["Service"]["regrade"]>[0]>
const regrade = (exam: Exam, how: How = {}, who: Exam["author"] = exam.author) =>
  as(who)(
    Grading.use((grading) =>
      grading.regrade({
        assessmentId: exam.assessment.id,
        policy: "exact",
        reason: "the key was wrong",
        ...how
      })
    )
  )

const machineOnly = [trueFalse, mcq]
const right = [{ value: true }, { choices: ["1", "2"] }]
const wrong = [{ value: false }, { choices: ["3"] }]

export const correctionsContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "120 seconds" })(`Corrections on ${adapter}`, (it) => {
    it.effect(
      "a mended key is shown old beside new and changes nothing until it is regraded; then each attempt, its trail and its event (ASM-18, ASM-19)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf({}, machineOnly)
          const [better, worse] = [yield* handedIn(exam, wrong), yield* handedIn(exam, right)]
          yield* correct(exam, 0, isFalse)
          const dry = yield* regrade(exam, { dryRun: true })
          assert.deepStrictEqual(yield* stored(better.id), better)
          assert.deepStrictEqual(yield* trailOf(better.id), [])
          const wet = yield* regrade(exam)
          assert.deepStrictEqual(dry, wet)
          // Newest first.
          assert.deepStrictEqual(
            wet.items.map(({ after, attemptId, before, outcome }) => [
              attemptId,
              outcome,
              before?.score,
              after?.score
            ]),
            [
              [worse.id, "changed", rational(3), rational(2)],
              [better.id, "changed", rational(0), rational(1)]
            ]
          )
          const now = yield* stored(better.id)
          assert.deepInclude(now, {
            score: rational(1),
            revision: 2,
            contentSnapshot: better.contentSnapshot
          })
          const trail = yield* trailOf(better.id)
          assert.deepStrictEqual(
            trail.map(({ actionType, newState, reason }) => [actionType, newState, reason]),
            [["regraded", gradingStateOf(now), "the key was wrong"]]
          )
          assert.deepStrictEqual(yield* told(better), ["assessments.attempt_regraded"])
          const again = yield* regrade(exam)
          assert.deepStrictEqual(
            again.items.map(({ outcome }) => outcome),
            ["unchanged", "unchanged"]
          )
          assert.lengthOf(yield* trailOf(better.id), 1)
        })
      )
    )

    it.effect(
      "never_lower keeps a grade that would be lower, exact does not; what a person gave stays (ASM-18, ASM-17)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const exam = yield* examOf()
          const attempt = yield* handedIn(exam)
          yield* as(exam.author)(
            grading.grade({ attemptId: attempt.id, revision: 1, grades: textPoints(exam, "4") })
          )
          yield* correct(exam, 0, isFalse)
          const kept = yield* regrade(exam, { policy: "never_lower" })
          assert.deepInclude(kept.items[0], { outcome: "kept" })
          assert.deepStrictEqual(kept.items[0]?.before, kept.items[0]?.after)
          assert.strictEqual((yield* stored(attempt.id)).revision, 2)
          const lowered = yield* regrade(exam)
          assert.deepInclude(lowered.items[0]?.after, { score: rational(6) })
          const now = yield* stored(attempt.id)
          assert.deepStrictEqual(now.status === "graded" && now.grades.map(({ by }) => by), [
            "machine",
            "person",
            "machine"
          ])
          yield* correct(exam, 1, inFull)
          yield* regrade(exam)
          assert.deepInclude(yield* stored(attempt.id), { score: rational(7), maxScore: rational(8) })
          assert.strictEqual(brokenAt(yield* trailOf(attempt.id)), -1)
        })
      )
    )

    it.effect(
      "what a regrade makes of the learner's final grade is told, by the assessment's policy (ASM-20, ASM-18)",
      from(
        Effect.gen(function* () {
          const third = (percentage: ReturnType<typeof rational>, passed: boolean) => ({ percentage, passed })
          for (const [gradePolicy, before, after] of [
            ["highest", third(rational(200, 3), true), third(rational(200, 3), true)],
            ["latest", third(rational(200, 3), true), third(rational(200, 3), true)],
            ["first", third(rational(100, 3), false), third(rational(0), false)],
            ["average", third(rational(50), false), third(rational(100, 3), false)]
          ] as const) {
            const exam = yield* examOf({ gradePolicy }, machineOnly)
            const { id: userId } = yield* someone()
            const first = yield* handedIn(exam, [{ value: true }, { choices: ["3"] }], { userId })
            yield* handedIn(exam, [undefined, { choices: ["1", "2"] }], { userId, attemptNo: 2 })
            yield* correct(exam, 0, isFalse)
            const { items } = yield* regrade(exam, { attemptIds: [first.id] })
            assert.deepInclude(items[0], { finalBefore: before, finalAfter: after }, gradePolicy)
          }
        })
      )
    )

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
      "a batch goes on where it was, part by part, each attempt once; chosen ones are those alone (ASM-18)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf({}, machineOnly)
          const attempts = yield* Effect.forEach([0, 1, 2, 3, 4], () => handedIn(exam, wrong))
          yield* correct(exam, 0, isFalse)
          const seen: Array<string> = []
          let cursor: string | undefined
          do {
            const part = yield* regrade(exam, { limit: 2, ...(cursor !== undefined && { cursor }) })
            assert.isAtMost(part.items.length, 2)
            assert.isTrue(part.items.every(({ outcome }) => outcome === "changed"))
            seen.push(...part.items.map(({ attemptId }) => attemptId))
            cursor = part.next
          } while (cursor !== undefined)
          assert.deepStrictEqual(seen, attempts.map(({ id }) => id as string).toReversed())

          const other = yield* examOf({}, [openText, trueFalse])
          const waiting = yield* handedIn(other, [{ text: "Because." }, { value: true }])
          const chosen = yield* regrade(other, { attemptIds: [waiting.id] })
          assert.deepStrictEqual(
            chosen.items.map(({ outcome }) => outcome),
            ["not_graded"]
          )
          for (const attemptId of [attempts[0]!.id, AttemptId.make(someUser())])
            assert.strictEqual(
              yield* codeOf(regrade(other, { attemptIds: [attemptId] })),
              "assessments.attempt_not_found"
            )
        })
      )
    )

    it.effect(
      "a batch passes over corrupt attempts and says so (ASM-18, ASM-8)",
      from(
        Effect.gen(function* () {
          const exam = yield* examOf({}, machineOnly)
          const forged = yield* handedIn(exam, wrong, { hash: "cd".repeat(32) })
          yield* correct(exam, 0, isFalse)
          const { items } = yield* regrade(exam)
          assert.deepStrictEqual(
            items.map(({ outcome }) => outcome),
            ["corrupt"]
          )
          assert.deepStrictEqual(yield* stored(forged.id), forged)
        })
      )
    )

    it.effect(
      "batches and graders at once leave a whole trail: as many rows and events as revisions (ASM-19, ASM-18)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const exam = yield* examOf()
          const attempts = yield* Effect.forEach([0, 1, 2], () => handedIn(exam))
          const graders = yield* Effect.forEach([0, 1, 2], () => holderOf("moderator"))
          yield* correct(exam, 0, isFalse)
          const grades = attempts.flatMap(({ id }, index) =>
            ["1", "2", "3"].map((points, at) =>
              Effect.asVoid(
                Effect.exit(
                  as(graders[(index + at) % 3]!)(
                    grading.grade({
                      attemptId: id,
                      revision: 1 + at,
                      grades: textPoints(exam, points),
                      reason: "a look"
                    })
                  )
                )
              )
            )
          )
          const batches = [exam.editor, exam.author, exam.admin].map((who) =>
            Effect.asVoid(regrade(exam, {}, who))
          )
          yield* Effect.all([...grades, ...batches, correct(exam, 2, inFull), ...batches], {
            ...racing,
            discard: true
          })
          yield* regrade(exam)
          for (const { id } of attempts) {
            const now = yield* stored(id)
            const trail = yield* trailOf(id)
            assert.strictEqual(brokenAt(trail), -1)
            assert.lengthOf(trail, now.revision - 1)
            assert.lengthOf(yield* told(now), now.revision - 1)
            if (trail.length > 0) assert.deepStrictEqual(trail.at(-1)!.newState, gradingStateOf(now))
          }
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
