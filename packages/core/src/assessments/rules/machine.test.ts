import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import * as fc from "fast-check"
import { anyContent, answerTo } from "../../../test/assessments/arbitraries.ts"
import {
  assessment,
  asked,
  at,
  attemptId,
  circumstances,
  learner,
  seed,
  teacher
} from "../../../test/assessments/all.ts"
import type { Decision } from "../../shared/decision.ts"
import { UserId } from "../../shared/id.ts"
import { Attempt, type AttemptStatus, CorrectionId } from "../model/index.ts"
import { abandon, enqueueForManualReview, save, settle, submit } from "./attempt.ts"
import type { Circumstances } from "./deadline.ts"
import { activeStatuses, type AttemptCommand, edges } from "./machine.ts"
import { gradeManual, regrade } from "./review.ts"
import { freeze } from "./snapshot.ts"
import { begin } from "./start.ts"

type Verdict = Result.Result<Decision<Attempt>, { readonly _tag: string }>
type Act = (attempt: Attempt, around: Circumstances) => Verdict

const step = fc.record({
  command: fc.constantFrom<AttemptCommand>(
    "save_responses",
    "submit",
    "submit",
    "enqueue_for_manual_review",
    "grade_manual",
    "regrade",
    "abandon",
    "expire"
  ),
  wait: fc.constantFrom(0, 1000, 60_000, 599_000, 604_999, 605_000),
  stale: fc.constantFrom(false, false, false, false, true),
  auto: fc.boolean(),
  pick: fc.nat(),
  points: fc.constantFrom("0", "0.5", "1", "-1", "1e9", "x"),
  own: fc.constantFrom(false, false, false, false, true),
  reason: fc.constantFrom(undefined, "a second look"),
  wrong: fc.constantFrom(false, false, false, false, true),
  drop: fc.boolean()
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const other = UserId.make("00000000-0000-7000-8000-0000000000ff")

const acts = (given: Step): { readonly [C in Exclude<AttemptCommand, "start">]: Act } => {
  const revision = (attempt: Attempt) => attempt.revision - (given.stale ? 1 : 0)
  const responses = ({ contentSnapshot }: Attempt) =>
    given.wrong
      ? [{ questionId: contentSnapshot.items[0]!.questionId, answer: { choices: ["no", "such"] } }]
      : contentSnapshot.items.map((item, index) => ({
          questionId: item.questionId,
          answer: fc.sample(answerTo(item), { numRuns: 1, seed: given.pick + index })[0]!
        }))
  return {
    save_responses: (attempt, around) =>
      save(attempt, { responses: responses(attempt), revision: revision(attempt), auto: given.auto }, around),
    submit: (attempt, around) =>
      submit(attempt, { responses: responses(attempt), revision: revision(attempt) }, around),
    enqueue_for_manual_review: (attempt) => enqueueForManualReview(attempt),
    grade_manual: (attempt, around) =>
      gradeManual(
        attempt,
        {
          grader: given.own ? learner : teacher,
          revision: revision(attempt),
          grades: attempt.contentSnapshot.items
            .slice(given.wrong ? 1 : 0)
            .map(({ points, questionId }) => ({ questionId, points: points === 0 ? "0" : given.points })),
          ...(given.reason && { reason: given.reason })
        },
        around
      ),
    regrade: (attempt, around) =>
      regrade(attempt, { policy: given.auto ? "exact" : "never_lower", reason: "mended" }, around),
    abandon,
    expire: (attempt, around) => Result.succeed(settle(attempt, around))
  }
}

const walk = fc.record({
  contents: fc.array(anyContent, { minLength: 1, maxLength: 3 }),
  mode: fc.constantFrom("auto", "manual", "hybrid"),
  onExpiry: fc.constantFrom("grade_saved", "discard"),
  isRequired: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 10 })
})

const codec = Schema.toCodecJson(Attempt)

/** What must hold of every attempt there ever is. */
const sound = (attempt: Attempt): void => {
  // Each status carries exactly what is known by then: strict reading refuses more and less.
  const stored: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(attempt)))
  assert.deepStrictEqual(Schema.decodeUnknownSync(codec)(stored, { onExcessProperty: "error" }), attempt)
  const millis = DateTime.toEpochMillis
  const end =
    "submittedAt" in attempt ? attempt.submittedAt : "endedAt" in attempt ? attempt.endedAt : undefined
  if (end !== undefined) {
    assert.isAtLeast(millis(end), millis(attempt.startedAt))
    if ("timeSpentSec" in attempt)
      assert.strictEqual(attempt.timeSpentSec, Math.floor((millis(end) - millis(attempt.startedAt)) / 1000))
  }
  if (attempt.status === "graded") assert.isAtLeast(millis(attempt.gradedAt), millis(attempt.submittedAt))
}

describe("the machine", () => {
  it("goes along the edges of its table only, each of which is reached; refusals change nothing (ASM-28, ASM-3)", () => {
    const reached = new Map<string, number>()
    const refused = new Map<string, number>()
    const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
    const table = new Set(edges.map(({ command, from, to }) => `${from ?? "-"} ${command} ${to}`))
    let [commands, unchanged] = [0, 0]
    fc.assert(
      fc.property(walk, ({ contents, isRequired, mode, onExpiry, steps }) => {
        const terms = { ...assessment, gradingMode: mode as never, onExpiry: onExpiry as never }
        const items = asked(contents, { isRequired })
        const given = {
          id: attemptId,
          userId: learner,
          attemptNo: 1,
          attemptSeed: seed,
          contentSnapshot: freeze(terms, items, seed),
          contentSnapshotHash: "0".repeat(64)
        }
        let now = 0
        let attempt: Attempt = begin(terms, {}, { ...given, now: at(0) }).state
        let corrections: Circumstances["corrections"] = []
        count(reached, `- start ${attempt.status}`)
        sound(attempt)
        for (const one of steps) {
          now += one.wait
          if (one.drop && contents.length > 1) {
            const questionId = items[one.pick % items.length]!.question.id
            corrections = [
              ...corrections,
              {
                id: CorrectionId.make(questionId),
                assessmentId: assessment.id,
                questionId,
                questionVersion: 1,
                act: { kind: "full_points" },
                reason: "r",
                correctedBy: other,
                createdAt: at(now)
              }
            ]
          }
          const verdict = acts(one)[one.command as Exclude<AttemptCommand, "start">](
            attempt,
            circumstances(at(now), { corrections })
          )
          commands += 1
          if (Result.isFailure(verdict)) {
            count(refused, `${one.command} ${verdict.failure._tag}`)
            continue
          }
          const { events, state } = verdict.success
          if (state === attempt) {
            assert.lengthOf(events, 0)
            unchanged += 1
            continue
          }
          // A second, different grade of a person is a regrade (ASM-17).
          const command =
            attempt.status === "graded" && one.command === "grade_manual" ? "regrade" : one.command
          const edge = `${attempt.status} ${command} ${state.status}`
          assert.isTrue(table.has(edge), edge)
          count(reached, edge)
          assert.deepStrictEqual(
            [state.contentSnapshot, state.contentSnapshotHash, state.attemptNo],
            [attempt.contentSnapshot, attempt.contentSnapshotHash, 1]
          )
          assert.isAbove(state.revision, attempt.revision)
          sound(state)
          attempt = state
        }
      }),
      { numRuns: 6000, seed: 20_261_122 }
    )
    process.stdout.write(
      `${commands} commands, ${unchanged} without effect\n${[...reached, ...refused].map(([key, times]) => `${String(times).padStart(6)} ${key}`).join("\n")}\n`
    )
    assert.deepStrictEqual([...reached.keys()].sort(), [...table].sort())
    assert.deepStrictEqual([...refused.keys()].sort(), refusals)
  })

  it("ends for good where its table ends (ASM-28)", () => {
    const ends: ReadonlyArray<AttemptStatus> = ["abandoned", "expired"]
    const all: ReadonlyArray<AttemptStatus> = ["in_progress", "submitted", "needs_review", "graded", ...ends]
    assert.deepStrictEqual(
      all.filter((status) => !edges.some(({ from }) => from === status)),
      ends
    )
    assert.deepStrictEqual(
      all.filter((status) => edges.every(({ from, to }) => from !== status || to === status)),
      ["graded", ...ends]
    )
    assert.deepStrictEqual(new Set(edges.flatMap(({ from = [], to }) => [from, to].flat())), new Set(all))
  })

  it("no edge leads back to an active status from one that is not: at most one attempt is active (ASM-2)", () =>
    assert.deepStrictEqual(
      edges.filter(
        ({ from, to }) => from !== undefined && !activeStatuses.has(from) && activeStatuses.has(to)
      ),
      []
    ))
})

/** Every way to be refused, command by command. */
const refusals = [
  "abandon assessments.attempt_not_open",
  "abandon assessments.deadline_passed",
  "enqueue_for_manual_review assessments.attempt_not_open",
  "grade_manual assessments.attempt_not_open",
  "grade_manual assessments.items_ungraded",
  "grade_manual kernel.forbidden",
  "grade_manual kernel.invalid",
  "grade_manual kernel.stale_version",
  "regrade assessments.attempt_not_open",
  "save_responses assessments.attempt_not_open",
  "save_responses assessments.deadline_passed",
  "save_responses kernel.invalid",
  "save_responses kernel.stale_version",
  "submit assessments.attempt_not_open",
  "submit assessments.deadline_passed",
  "submit assessments.required_unanswered",
  "submit kernel.invalid",
  "submit kernel.stale_version"
]
