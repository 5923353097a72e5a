import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import type { LessonReading } from "../../access/index.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { AnalyticsEventType, type ToldEvent } from "../model.ts"
import { progressOperations } from "../operations.ts"
import { accept, outcomesOf } from "./tracking.ts"

const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const userId = UserId.make("00000000-0000-7000-8000-000000000001")
const lessonId = LessonId.make("00000000-0000-7000-8000-000000000002")
const told: ToldEvent = { id: "00000000-0000-7000-8000-000000000009", lessonId, eventType: "pause" }
const reading: LessonReading = {
  lessonId,
  courseId: CourseId.make("00000000-0000-7000-8000-000000000003"),
  isLive: true,
  isVisible: true,
  decision: { allowed: true, method: "open" }
}
const verdict = (event: ToldEvent, known: ReadonlyArray<LessonReading> = [reading]) =>
  Result.match(accept(event, known, { userId, now }), {
    onFailure: (code) => code,
    onSuccess: () => "accepted"
  })

describe("what a client tells", () => {
  it("is never of an assessment or a certificate (LRN-7)", () => {
    const accepted = AnalyticsEventType.literals.filter(
      (eventType) => verdict({ ...told, eventType }) === "accepted"
    )
    assert.deepStrictEqual(accepted, ["start", "pause", "resume", "complete", "quiz_submit"])
    assert.strictEqual(verdict({ ...told, eventType: "certificate_issued" }), "learning.told_by_the_platform")
  })

  it("is of a lesson that the learner may read, refused as reading it is (LRN-7, LRN-1)", () => {
    const denied = (reason: "locked" | "not_published"): LessonReading => ({
      ...reading,
      decision: { allowed: false, reason }
    })
    assert.strictEqual(verdict(told, []), "content.lesson_not_found")
    assert.strictEqual(verdict(told, [{ ...reading, isVisible: false }]), "content.lesson_not_found")
    assert.strictEqual(verdict(told, [denied("not_published")]), "content.lesson_not_found")
    assert.strictEqual(verdict(told, [denied("locked")]), "access.locked")
  })

  it("comes in batches of 500 at most (LRN-7)", () => {
    const isBatch = Schema.is(progressOperations.track.input)
    const batch = (length: number) => ({ events: Array.from({ length }, () => told) })
    assert.deepStrictEqual(
      [0, 1, 500, 501].map((length) => isBatch(batch(length))),
      [false, true, true, false]
    )
  })

  it("is dated by the server; the client's own time is kept beside it (LRN-7)", () => {
    const clientTimestamp = DateTime.makeUnsafe(0)
    const kept = Result.getOrThrow(accept({ ...told, clientTimestamp }, [reading], { userId, now }))
    assert.deepStrictEqual(kept, { ...told, clientTimestamp, userId, eventData: {}, eventTimestamp: now })
  })

  it("is stored once for each id: of two in one batch the first (LRN-7)", () => {
    const ok = accept(told, [reading], { userId, now })
    const answers = outcomesOf(
      [
        ["a", ok],
        ["b", Result.fail("no")],
        ["a", ok],
        ["c", ok]
      ],
      ["a"]
    )
    assert.deepStrictEqual(answers, [
      { id: "a", outcome: "stored" },
      { id: "b", outcome: "refused", code: "no" },
      { id: "a", outcome: "known" },
      { id: "c", outcome: "known" }
    ])
  })
})
