/** Laws of the review queue, also when many reach for it at once. Source: ASM-21, ASM-28. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import * as fc from "fast-check"
import { AttemptId, Grading, Reviews } from "../src/assessments/index.ts"
import { brokenAt } from "../src/assessments/rules/audit.ts"
import { openText } from "./assessments-bank-ground.ts"
import {
  after,
  type Exam,
  examOf,
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
import { as, asService, asVisitor, codeOf, each, holderOf, racing, someone } from "./people.ts"
import { clockAt, samples, someUser } from "./samples.ts"

const halfHour = 1_800_000

const queueOf = Effect.fnUntraced(function* ({ assessment, author }: Exam, limit: number) {
  const reviews = yield* Reviews
  const all = []
  let cursor: string | undefined
  do {
    const page: Effect.Success<ReturnType<typeof reviews.queue>> = yield* as(author)(
      reviews.queue({ assessmentId: assessment.id, limit, ...(cursor !== undefined && { cursor }) })
    )
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return all
})

export const queueContract = (adapter: string, layer: Adapter) =>
  it.layer(gradingOn(layer), { timeout: "60 seconds" })(`The review queue on ${adapter}`, (it) => {
    it.effect(
      "is the longest handed in first, page by page, whatever order it was handed in, submitted and needs_review alike (ASM-21)",
      from(
        Effect.gen(function* () {
          for (const minutes of samples(fc.array(fc.nat(5), { minLength: 3, maxLength: 8 }), 3)) {
            const exam = yield* examOf({ gradingMode: minutes.length % 2 === 0 ? "manual" : "hybrid" })
            const all = yield* Effect.forEach(minutes, (minute) =>
              handedIn(exam, fine, { at: after(minute * 60_000) })
            )
            const order = all
              .map(({ id }, index) => ({ id, minute: minutes[index]! }))
              .toSorted((a, b) => a.minute - b.minute || (a.id < b.id ? -1 : 1))
              .map(({ id }) => id)
            for (const limit of [1, 2, 100]) {
              assert.deepStrictEqual(
                (yield* queueOf(exam, limit)).map(({ attemptId }) => attemptId),
                order
              )
            }
          }
        })
      )
    )

    it.effect(
      "holds what waits and nothing else: not what runs, not what is graded (ASM-21)",
      from(
        Effect.gen(function* () {
          const grading = yield* Grading
          const exam = yield* examOf()
          yield* running(exam, (yield* someone()).id)
          yield* handedIn(exam, [{ value: true }, undefined, undefined])
          const waiting = yield* handedIn(exam)
          assert.deepStrictEqual(yield* queueOf(exam, 10), [
            {
              attemptId: waiting.id,
              assessmentId: exam.assessment.id,
              userId: waiting.userId,
              attemptNo: 1,
              title: exam.assessment.title,
              status: "needs_review",
              revision: 1,
              submittedAt: start,
              autoSubmitted: false
            }
          ])
          yield* as(exam.author)(
            grading.grade({ attemptId: waiting.id, revision: 1, grades: textPoints(exam, "3") })
          )
          assert.deepStrictEqual(yield* queueOf(exam, 10), [])
        })
      )
    )

    it.effect(
      "a claim keeps others away for 30 minutes to the millisecond; one's own again begins them anew (ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const { id: attemptId } = yield* handedIn(exam)
          const first = as(exam.author)(reviews.claim({ attemptId }))
          const second = as(exam.editor)(reviews.claim({ attemptId }))
          assert.deepStrictEqual(yield* first, { grader: exam.author, until: after(halfHour) })
          yield* clockAt(start, 1000)
          assert.deepStrictEqual(yield* first, { grader: exam.author, until: after(halfHour + 1000) })
          yield* clockAt(start, halfHour + 999)
          assert.deepInclude(yield* Effect.flip(second), {
            _tag: "assessments.review_claimed",
            until: after(halfHour + 1000)
          })
          assert.deepStrictEqual((yield* queueOf(exam, 1))[0]?.claim?.grader, exam.author)
          yield* clockAt(start, halfHour + 1000)
          assert.isUndefined((yield* queueOf(exam, 1))[0]?.claim)
          assert.strictEqual((yield* second).grader, exam.editor)
        })
      )
    )

    it.effect(
      "of 16 graders who reach for one attempt at once, one has it and the others are told (ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const graders = yield* Effect.forEach(Array.from({ length: 16 }), () => holderOf("moderator"))
          const attempts = yield* Effect.forEach([0, 1, 2, 3, 4, 5], () => handedIn(exam))
          for (const { id: attemptId } of attempts) {
            const codes = yield* Effect.forEach(
              graders,
              (grader) => codeOf(as(grader)(reviews.claim({ attemptId }))),
              racing
            )
            assert.deepStrictEqual(codes.toSorted(), [
              ...Array<string>(15).fill("assessments.review_claimed"),
              "done"
            ])
            const claimed = yield* as(exam.author)(reviews.get({ attemptId }))
            assert.strictEqual(claimed.claim?.grader, graders[codes.indexOf("done")])
          }
        })
      )
    )

    it.effect(
      "given back it is free; nobody gives back what another holds, and giving back twice is once (ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const { id: attemptId } = yield* handedIn(exam)
          yield* as(exam.author)(reviews.claim({ attemptId }))
          assert.strictEqual(
            yield* codeOf(as(exam.editor)(reviews.release({ attemptId }))),
            "assessments.review_claimed"
          )
          yield* as(exam.author)(reviews.release({ attemptId }))
          yield* as(exam.author)(reviews.release({ attemptId }))
          assert.strictEqual((yield* as(exam.editor)(reviews.claim({ attemptId }))).grader, exam.editor)
        })
      )
    )

    it.effect(
      "its progress counts what waits, what is taken now, and what people graded since a moment (ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const grading = yield* Grading
          const exam = yield* examOf()
          const assessmentId = exam.assessment.id
          const progress = (since?: DateTime.Utc) =>
            as(exam.author)(reviews.progress({ assessmentId, ...(since && { since }) }))
          assert.deepStrictEqual(yield* progress(), { waiting: 0, claimed: 0, graded: 0 })
          const [one, two] = [
            yield* handedIn(exam, fine, { at: after(5) }),
            yield* handedIn(exam, fine, { at: after(3) })
          ]
          yield* handedIn(exam, [{ value: true }])
          yield* as(exam.author)(reviews.claim({ attemptId: one.id }))
          assert.deepStrictEqual(yield* progress(), {
            waiting: 2,
            claimed: 1,
            graded: 0,
            oldest: after(3)
          })
          yield* clockAt(start, halfHour)
          assert.deepInclude(yield* progress(), { waiting: 2, claimed: 0 })
          yield* as(exam.author)(
            grading.grade({ attemptId: two.id, revision: 1, grades: textPoints(exam, "5") })
          )
          assert.deepInclude(yield* progress(after(halfHour)), { waiting: 1, graded: 1, oldest: after(5) })
          assert.deepInclude(yield* progress(after(halfHour + 1)), { graded: 0 })
          yield* clockAt(start, halfHour + 86_400_000)
          assert.deepInclude(yield* progress(), { graded: 1 })
          yield* clockAt(start, halfHour + 86_400_001)
          assert.deepInclude(yield* progress(), { graded: 0 })
        })
      )
    )

    it.effect(
      "is for who grades: instructors on their own courses, moderators everywhere; who may not know of an attempt does not find it (ASM-17, ASM-21, KER-11)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const assessmentId = exam.assessment.id
          const attempt = yield* handedIn(exam)
          const attemptId = attempt.id
          for (const who of [as(exam.author), as(exam.editor), asService]) {
            assert.lengthOf((yield* who(reviews.queue({ assessmentId }))).items, 1)
            assert.strictEqual((yield* who(reviews.get({ attemptId }))).attemptId, attemptId)
            assert.deepStrictEqual((yield* who(reviews.trail({ attemptId }))).items, [])
          }
          for (const one of each(
            reviews.get({ attemptId }),
            reviews.trail({ attemptId }),
            reviews.claim({ attemptId }),
            reviews.release({ attemptId }),
            reviews.enqueue({ attemptId })
          )) {
            assert.strictEqual(yield* codeOf(as(exam.other)(one)), "assessments.attempt_not_found")
            assert.strictEqual(yield* codeOf(as(attempt.userId)(one)), "kernel.forbidden")
            assert.include(
              ["assessments.attempt_not_found", "kernel.sign_in_required"],
              yield* codeOf(asVisitor(one))
            )
          }
          const unknown = AttemptId.make(someUser())
          assert.strictEqual(
            yield* codeOf(asService(reviews.get({ attemptId: unknown }))),
            "assessments.attempt_not_found"
          )
          // Without an assessment, instructors see what is in their own courses.
          yield* handedIn(yield* examOf())
          const own = yield* as(exam.author)(reviews.queue({}))
          assert.deepStrictEqual(
            own.items.map((entry) => entry.attemptId),
            [attemptId]
          )
          assert.deepInclude(yield* as(exam.author)(reviews.progress({})), { waiting: 1, graded: 0 })
          assert.deepStrictEqual((yield* as(exam.other)(reviews.queue({}))).items, [])
          assert.strictEqual(yield* codeOf(as(exam.learner)(reviews.queue({}))), "kernel.forbidden")
          assert.strictEqual(
            yield* codeOf(as(exam.other)(reviews.queue({ assessmentId }))),
            "assessments.assessment_not_found"
          )
          assert.isNotEmpty((yield* as(exam.editor)(reviews.queue({}))).items)
        })
      )
    )

    it.effect(
      "nobody takes their own attempt, what is graded, or grades as a service (ASM-17, ASM-21)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf()
          const grader = yield* holderOf("moderator")
          const own = yield* handedIn(exam, fine, { userId: grader })
          const graded = yield* handedIn(exam, [{ value: false }])
          assert.strictEqual(
            yield* codeOf(as(grader)(reviews.claim({ attemptId: own.id }))),
            "kernel.forbidden"
          )
          assert.strictEqual(
            yield* codeOf(as(grader)(reviews.claim({ attemptId: graded.id }))),
            "assessments.attempt_not_open"
          )
          assert.strictEqual(
            yield* codeOf(asService(reviews.claim({ attemptId: own.id }))),
            "kernel.forbidden"
          )
        })
      )
    )

    it.effect(
      "what was submitted for grading by hand is sent to the reviewers once, with a row and an event, by many at once too (ASM-28, ASM-19)",
      from(
        Effect.gen(function* () {
          const reviews = yield* Reviews
          const exam = yield* examOf({ gradingMode: "manual" }, [openText])
          const attempt = yield* handedIn(exam, [{ text: "Because." }])
          assert.strictEqual(attempt.status, "submitted")
          const { id: attemptId } = attempt
          const answers = yield* Effect.all(
            Array.from({ length: 16 }, () => asService(reviews.enqueue({ attemptId }))),
            racing
          )
          assert.deepStrictEqual(
            new Set(answers.map(({ revision, status }) => `${status} ${revision}`)),
            new Set(["needs_review 2"])
          )
          assert.strictEqual((yield* stored(attemptId)).status, "needs_review")
          const trail = yield* trailOf(attemptId)
          assert.deepStrictEqual(
            trail.map(({ actionType }) => actionType),
            ["review_enqueued"]
          )
          assert.strictEqual(brokenAt(trail), -1)
          assert.deepStrictEqual(yield* told(attempt), ["assessments.review_enqueued"])
          const graded = yield* handedIn(yield* examOf(), [{ value: true }])
          assert.strictEqual(
            yield* codeOf(asService(reviews.enqueue({ attemptId: graded.id }))),
            "assessments.attempt_not_open"
          )
        })
      )
    )
  })
