/** Laws of what is graded again, one part after the other and at once. Source: ASM-18, ASM-19, ASM-20. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { AttemptId, Grading } from "../src/assessments/index.ts"
import { brokenAt, gradingStateOf } from "../src/assessments/rules/audit.ts"
import { rational } from "../src/shared/rational.ts"
import { openText, trueFalse } from "./assessments-bank-ground.ts"
import {
  correct,
  examOf,
  from,
  gradingOn,
  handedIn,
  inFull,
  isFalse,
  machineOnly,
  regrade,
  right,
  stored,
  textPoints,
  told,
  trailOf,
  wrong
} from "./grading-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, codeOf, holderOf, racing, someone } from "./people.ts"
import { someUser } from "./samples.ts"

export const regradesContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "120 seconds" })(`Regrades on ${adapter}`, (it) => {
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
            const { items: all } = yield* regrade(exam, { dryRun: true })
            assert.deepStrictEqual((yield* regrade(exam)).items, all)
          }
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
  })
