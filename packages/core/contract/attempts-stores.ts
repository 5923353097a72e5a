/** Laws of the ports of attempts: what is stored comes back, what may not be stored is not. Source: ASM-2 to ASM-5, ASM-19. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option, Result, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import * as fc from "fast-check"
import {
  AssessmentId,
  Attempt,
  AttemptId,
  type Graded,
  type GradingAudit,
  type Granted,
  type InProgress
} from "../src/assessments/index.ts"
import { AccommodationStore, AttemptStore, GradingTrail } from "../src/assessments/ports.ts"
import { ReadOnlyTimes } from "../src/flags/index.ts"
import { newId } from "../src/shared/id.ts"
import type { Instant } from "../src/shared/instant.ts"
import { rational } from "../src/shared/rational.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { after, attemptsOn, examOf, from, minutes, start, started, stored } from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { someone } from "./people.ts"
import { samples, someUser } from "./samples.ts"

const all = { after: Option.none(), count: 100 }
const whole = fc.bigInt({ min: 0n, max: 10n ** 40n })
const anyGrade = fc.record({
  above: whole,
  below: whole,
  feedback: fc.string({ unit: "grapheme", maxLength: 40 })
})

/** The attempt in each status, with numbers that no double holds and words from many alphabets. */
const inEveryStatus = (
  attempt: InProgress,
  { above, below, feedback }: { readonly above: bigint; readonly below: bigint; readonly feedback: string }
): ReadonlyArray<Attempt> => {
  const { status: _, ...running } = attempt
  const text = feedback.replaceAll("\0", "").trim()
  const handedIn = {
    ...running,
    revision: 7,
    responses: [{ questionId: running.contentSnapshot.items[0]!.questionId, answer: { value: false } }],
    submittedAt: after(1),
    timeSpentSec: 0,
    autoSubmitted: true,
    sessionId: "a session"
  }
  const ended = { ...running, endedAt: after(2), timeSpentSec: 3 }
  const points = rational(above, below + 1n)
  return [
    { status: "in_progress", ...running },
    { status: "submitted", ...handedIn },
    { status: "needs_review", ...handedIn },
    {
      status: "graded",
      ...handedIn,
      gradedAt: after(5),
      gradedBy: running.userId,
      grades: [
        {
          questionId: running.contentSnapshot.items[0]!.questionId,
          points,
          maxPoints: 3,
          by: "person",
          feedback: text
        }
      ],
      score: points,
      maxScore: rational(10n ** 40n),
      passed: false,
      feedback: text
    },
    { status: "abandoned", ...ended },
    { status: "expired", ...ended }
  ]
}

export const attemptStoresContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(`Stores of attempts on ${adapter}`, (it) => {
    const aRunning = Effect.gen(function* () {
      const exam = yield* examOf()
      const { id } = yield* started(exam)
      return { exam, attempt: (yield* stored(id)) as InProgress }
    })
    const anotherId = Effect.flatMap(SecureRandom.SecureRandom, (random) => newId(AttemptId, random))

    it.effect(
      "an attempt comes back as it was put, in every status, fractions exact (ASM-3, ASM-14)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* AttemptStore
          const { attempt } = yield* aRunning
          const decode = Schema.decodeUnknownSync(Attempt)
          for (const grade of samples(anyGrade, 20))
            for (const one of inEveryStatus(attempt, grade)) {
              assert.doesNotThrow(() => decode(Schema.encodeSync(Attempt)(one)))
              yield* run(store.update(one))
              assert.deepStrictEqual(yield* stored(attempt.id), one)
            }
        })
      )
    )

    it.effect(
      "a second active one, a number that was given, and an assessment that is not there are refused (ASM-2, ASM-4)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* AttemptStore
          const { attempt } = yield* aRunning
          const [, , , graded, abandoned] = inEveryStatus(attempt, { above: 1n, below: 1n, feedback: "" })
          const second = { ...attempt, id: yield* anotherId, attemptNo: 2 }
          assert.isFalse(yield* run(store.insert(second)))
          yield* run(store.update(abandoned!))
          assert.isFalse(yield* run(store.insert({ ...second, attemptNo: 1 })))
          assert.isTrue(yield* run(store.insert(second)))
          assert.deepStrictEqual((yield* stored(second.id)).contentSnapshot, attempt.contentSnapshot)
          const { active, attemptsStarted, lastEndedAt } = yield* run(
            store.learnerStateForUpdate(attempt.assessmentId, attempt.userId)
          )
          assert.deepStrictEqual(active, Option.some(second))
          assert.deepStrictEqual([attemptsStarted, lastEndedAt], [2, Option.some(after(2))])
          const third = { ...(graded as Graded), id: yield* anotherId, attemptNo: 3 }
          assert.isTrue(yield* run(store.insert(third)))
          assert.deepStrictEqual(yield* store.graded(attempt.assessmentId, attempt.userId), [third])
          const nowhere = AssessmentId.make(someUser())
          const lost = { ...second, id: yield* anotherId, assessmentId: nowhere }
          const refused = yield* Effect.result(run(store.insert(lost)))
          assert.strictEqual(
            Result.isFailure(refused) && refused.failure._tag,
            "assessments.assessment_not_found"
          )
          assert.isTrue(yield* store.isRunning(attempt.assessmentId))
          assert.isFalse(yield* store.isRunning(nowhere))
          assert.deepStrictEqual(
            yield* Effect.all([store.existFor(attempt.assessmentId), store.existFor(nowhere)]),
            [true, false]
          )
        })
      )
    )

    it.effect(
      "the sweep gets what is over by its stored deadline, the longest over first, as many as it asks for (OPS-4)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* AttemptStore
          const exam = yield* examOf()
          const past = DateTime.makeUnsafe("2001-01-01T00:00:00Z")
          const at = (millis: number) => DateTime.add(past, { milliseconds: millis })
          const ids = yield* Effect.forEach([2, 0, 1, 3], (millis) =>
            Effect.gen(function* () {
              const { id } = yield* started({ ...exam, learner: (yield* someone()).id })
              const attempt = (yield* stored(id)) as InProgress
              yield* run(store.update({ ...attempt, deadline: at(millis) }))
              return id
            })
          )
          const claimed = (before: Instant, count: number) =>
            Effect.map(run(store.claimOverdue(before, count)), (found) => found.map(({ id }) => id))
          assert.deepStrictEqual(yield* claimed(at(2), 10), [ids[1], ids[2], ids[0]])
          assert.deepStrictEqual(yield* claimed(at(3), 2), [ids[1], ids[2]])
          for (const id of ids) {
            const { status: _, ...kept } = (yield* stored(id)) as InProgress
            yield* run(store.update({ status: "expired", ...kept, endedAt: start, timeSpentSec: 0 }))
          }
          assert.deepStrictEqual(yield* claimed(at(3), 10), [])
        })
      )
    )

    it.effect(
      "what is granted comes back, each set of terms once (ASM-5)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* AccommodationStore
          const { assessment, author } = yield* examOf()
          const given: ReadonlyArray<Granted> = [
            { extraTimeSec: 60 },
            { extraTimeSec: 60 },
            { timeFactorPercent: 150, extraAttempts: 1, opensAt: minutes(1), closesAt: minutes(2) },
            {}
          ]
          for (const granted of given) {
            const userId = (yield* someone()).id
            const one = {
              assessmentId: assessment.id,
              userId,
              reason: "r",
              grantedBy: author,
              updatedAt: start
            }
            yield* run(store.put({ ...one, ...granted }))
            assert.deepStrictEqual(
              yield* store.find(assessment.id, userId),
              Option.some({ ...one, ...granted })
            )
          }
          assert.lengthOf(yield* store.list(assessment.id, all), 4)
          const terms = yield* store.terms(assessment.id)
          assert.sameDeepMembers([...terms], given.slice(1))
        })
      )
    )

    it.effect(
      "the trail is kept in the order of appending, row by row (ASM-19)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const trail = yield* GradingTrail
          const { attempt } = yield* aRunning
          assert.deepStrictEqual(yield* trail.last(attempt.id), Option.none())
          const row = (n: number): GradingAudit => ({
            attemptId: attempt.id,
            actionType: "regraded",
            performedBy: { _tag: "Service", name: "contract" },
            // Of transactions that waited for each other the later may have begun earlier.
            performedAt: after(-n),
            previousState: { status: "graded", score: rational(n, 7) },
            newState: { status: "graded", score: rational(n + 1, 7), feedback: "é" },
            ...(n % 2 === 0 && { reason: "because" })
          })
          yield* run(trail.append([row(1), row(2)]))
          yield* run(trail.append([row(3)]))
          assert.deepStrictEqual(yield* trail.of(attempt.id), [row(1), row(2), row(3)])
          assert.deepStrictEqual(yield* trail.last(attempt.id), Option.some(row(3)))
        })
      )
    )

    it.effect(
      "read-only times begin once and end once; those that matter are given, the earliest first (OPS-2)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const times = yield* ReadOnlyTimes
          const year = (n: number) => DateTime.makeUnsafe(`20${n}-01-01T00:00:00Z`)
          yield* run(times.begin(year(81)))
          yield* run(times.begin(year(82)))
          yield* run(times.end(year(83)))
          yield* run(times.end(year(84)))
          yield* run(times.begin(year(85)))
          const first = { startedAt: year(81), endedAt: year(83) }
          assert.deepStrictEqual(yield* times.since(DateTime.add(year(83), { milliseconds: -1 })), [
            first,
            { startedAt: year(85) }
          ])
          assert.deepStrictEqual(yield* times.since(year(83)), [{ startedAt: year(85) }])
          yield* run(times.end(year(86)))
          assert.deepStrictEqual(yield* times.since(year(86)), [])
        })
      )
    )
  })
