/** Laws of what single learners are granted. Source: ASM-5, ASM-19. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Accommodations, Attempts } from "../src/assessments/index.ts"
import { brokenAt } from "../src/assessments/rules/audit.ts"
import {
  after,
  attemptsOn,
  type Exam,
  examOf,
  from,
  minutes,
  started,
  told,
  trailOf
} from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, each, someone } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

const reason = "reads slowly"
const deadlineOf = (view: object) => ("deadline" in view ? view.deadline : undefined)

type Put = Parameters<Accommodations["Service"]["put"]>[0]
export const granting = ({ assessment, author, learner }: Exam) => {
  const whose = { assessmentId: assessment.id, userId: learner }
  return {
    whose,
    put: (fields: Omit<Put, keyof typeof whose | "reason">) =>
      as(author)(Accommodations.use((all) => all.put({ ...whose, reason, ...fields }))),
    withdraw: as(author)(Accommodations.use((all) => all.withdraw({ ...whose, reason: "was a mistake" })))
  }
}

export const grantingContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(`Accommodations on ${adapter}`, (it) => {
    it.effect(
      "one moves the deadline of a running attempt at once, withdrawing never shortens it, and the trail says who and why (ASM-5, ASM-19)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf()
          const { put, withdraw } = granting(exam)
          const { id } = yield* started(exam)
          const get = as(exam.learner)(attempts.get({ attemptId: id }))
          yield* put({ timeFactorPercent: 150, extraTimeSec: 30 })
          assert.deepStrictEqual(deadlineOf(yield* get), after(930_000))
          assert.strictEqual((yield* get).revision, 0)
          yield* put({ extraTimeSec: 60 })
          assert.deepStrictEqual(deadlineOf(yield* get), after(930_000))
          yield* withdraw
          assert.deepStrictEqual(deadlineOf(yield* get), after(930_000))
          yield* put({ timeFactorPercent: 200 })
          assert.deepStrictEqual(deadlineOf(yield* get), minutes(20))
          const trail = yield* trailOf(id)
          assert.deepStrictEqual(
            trail.map(({ actionType, performedBy, reason }) => [
              actionType,
              performedBy._tag === "User" && performedBy.id,
              reason
            ]),
            [1, 2].map(() => ["accommodation_changed", exam.author, reason])
          )
          assert.strictEqual(brokenAt(trail), -1)
          assert.deepStrictEqual(yield* told(id), [
            "assessments.attempt_started",
            "assessments.deadline_changed",
            "assessments.deadline_changed"
          ])
          yield* clockAt(minutes(20), 5000)
          yield* put({ timeFactorPercent: 300 })
          assert.strictEqual((yield* get).status, "expired")
        })
      )
    )

    it.effect(
      "it holds for attempts to come, field by field: time, number, opening and closing (ASM-5)",
      from(
        Effect.gen(function* () {
          const attempts = yield* Attempts
          const exam = yield* examOf({ closesAt: minutes(60), attemptLimit: 1 })
          const { put } = granting(exam)
          yield* put({ timeFactorPercent: 150, extraAttempts: 1 })
          // What closes for all waits for who is granted more time.
          yield* clockAt(minutes(64))
          const { id, ...first } = yield* started(exam)
          assert.deepStrictEqual(deadlineOf(first), minutes(65))
          yield* as(exam.learner)(attempts.abandon({ attemptId: id }))
          yield* put({ extraAttempts: 1, opensAt: minutes(90), closesAt: minutes(95) })
          assert.strictEqual(yield* codeOf(started(exam)), "assessments.not_open_yet")
          yield* clockAt(minutes(95), -1)
          const second = yield* started(exam)
          assert.strictEqual(second.attemptNo, 2)
          assert.deepStrictEqual(deadlineOf(second), minutes(95))
          yield* as(exam.learner)(attempts.abandon({ attemptId: second.id }))
          yield* clockAt(minutes(95))
          assert.strictEqual(yield* codeOf(started(exam)), "assessments.closed")
        })
      )
    )

    it.effect(
      "putting it again is in place of the one before; lists go by learner; withdrawn it is gone (ASM-5)",
      from(
        Effect.gen(function* () {
          const accommodations = yield* Accommodations
          const exam = yield* examOf()
          const { put, whose, withdraw } = granting(exam)
          yield* put({ extraTimeSec: 60, extraAttempts: 2 })
          const last = yield* put({ timeFactorPercent: 100 })
          const get = as(exam.author)(accommodations.get(whose))
          assert.deepStrictEqual(yield* get, last)
          assert.strictEqual(last.grantedBy, exam.author)
          const others = yield* Effect.forEach([1, 2], () => someone())
          for (const { id } of others)
            yield* asService(accommodations.put({ ...whose, userId: id, reason, extraAttempts: 1 }))
          const { items } = yield* as(exam.author)(accommodations.list({ assessmentId: exam.assessment.id }))
          assert.deepStrictEqual(
            items.map(({ userId }) => userId),
            [exam.learner, ...others.map(({ id }) => id)].sort()
          )
          assert.deepStrictEqual(yield* withdraw, last)
          assert.strictEqual(yield* codeOf(get), "assessments.accommodation_not_found")
          assert.strictEqual(yield* codeOf(withdraw), "assessments.accommodation_not_found")
        })
      )
    )

    it.effect(
      "only who may change the assessment grants; to others it is not there, or refused; and a learner must be there (ASM-5, KER-11)",
      from(
        Effect.gen(function* () {
          const accommodations = yield* Accommodations
          const exam = yield* examOf()
          const { whose } = granting(exam)
          const tries = each(
            accommodations.put({ ...whose, reason, extraTimeSec: 1 }),
            accommodations.withdraw({ ...whose, reason }),
            accommodations.get(whose),
            accommodations.list({ assessmentId: whose.assessmentId })
          )
          for (const act of tries) {
            assert.strictEqual(yield* codeOf(as(exam.learner)(act)), "kernel.forbidden")
            assert.strictEqual(yield* codeOf(as(exam.other)(act)), "kernel.forbidden")
          }
          const missing = { ...whose, userId: someUser(), reason, extraTimeSec: 1 }
          assert.strictEqual(
            yield* codeOf(as(exam.author)(accommodations.put(missing))),
            "identity.profile_not_found"
          )
        })
      )
    )
  })
