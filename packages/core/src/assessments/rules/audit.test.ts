import { assert, describe, it } from "@effect/vitest"
import {
  circumstances,
  got,
  questionId,
  running,
  samples,
  seconds,
  teacher
} from "../../../test/assessments/all.ts"
import { user } from "../../shared/actor.ts"
import type { Attempt, GradingAction, GradingAudit } from "../model/index.ts"
import { accommodate, enqueueForManualReview, submit } from "./attempt.ts"
import { brokenAt, endingOf, gradingStateOf, nextRow } from "./audit.ts"
import { gradeManual } from "./review.ts"

describe("the trail of grading", () => {
  const now = circumstances(seconds(60))
  const start = running([samples.openText], { gradingMode: "manual" })
  const longer = accommodate(start, { extraTimeSec: 60 }, now).state
  const responses = [{ questionId: questionId(0), answer: { text: "a secret thought" } }]
  const submitted = got(submit(longer, { responses, revision: 0 }, now)).state
  const waiting = got(enqueueForManualReview(submitted)).state
  const grading = {
    grader: teacher,
    grades: [{ questionId: questionId(0), points: "5" }],
    feedback: "Well seen"
  }
  const graded = got(gradeManual(waiting, { ...grading, revision: 2 }, now)).state
  const changes: ReadonlyArray<readonly [GradingAction, Attempt, Attempt]> = [
    ["accommodation_changed", start, longer],
    ["review_enqueued", submitted, waiting],
    ["manual_graded", waiting, graded]
  ]
  const trail = changes.reduce<ReadonlyArray<GradingAudit>>(
    (rows, [actionType, before, after]) => [
      ...rows,
      nextRow(
        rows.at(-1),
        { before, after },
        { actionType, performedBy: user(teacher), performedAt: seconds(60) }
      )
    ],
    []
  )

  it("each row continues the one before, across a hand-in that writes none (ASM-19)", () => {
    assert.strictEqual(brokenAt(trail), -1)
    assert.deepStrictEqual(trail[0]!.previousState, gradingStateOf(start))
    assert.deepStrictEqual(trail[2]!.newState, gradingStateOf(graded))
  })

  it("a row that is missing or changed is found (ASM-19)", () => {
    assert.strictEqual(brokenAt([trail[0]!, trail[2]!]), 1)
    assert.strictEqual(brokenAt([trail[0]!, { ...trail[1]!, newState: gradingStateOf(start) }, trail[2]!]), 2)
  })

  it("keeps feedback and grades, and no answers (ASM-19)", () => {
    assert.strictEqual(trail[2]!.newState.feedback, "Well seen")
    assert.lengthOf(trail[2]!.newState.grades!, 1)
    assert.notInclude(
      JSON.stringify(trail, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
      "secret"
    )
  })

  it("says what grading an end brought; handing in to people and giving up are no grading (ASM-19)", () => {
    const statuses = ["in_progress", "submitted", "needs_review", "graded", "abandoned", "expired"] as const
    assert.deepStrictEqual(
      statuses.map((status) => endingOf({ ...graded, status } as Attempt)),
      [undefined, undefined, "review_enqueued", "auto_graded", undefined, "expired"]
    )
  })
})
