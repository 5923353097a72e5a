import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import * as fc from "fast-check"
import { maxBookmarks, Progress, ProgressId } from "../../progress/index.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import * as rules from "./progress.ts"

const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const after = (milliseconds: number): Instant => DateTime.add(now, { milliseconds })
const here: rules.Here = {
  userId: UserId.make("00000000-0000-7000-8000-000000000001"),
  lessonId: LessonId.make("00000000-0000-7000-8000-000000000002"),
  courseId: CourseId.make("00000000-0000-7000-8000-000000000003"),
  id: ProgressId.make("00000000-0000-7000-8000-000000000004"),
  now
}
const at = (milliseconds: number): rules.Here => ({ ...here, now: after(milliseconds) })
const names = ({ events }: { readonly events: ReadonlyArray<{ readonly name: string }> }) =>
  events.map(({ name }) => name)

const opened = rules.record(undefined, {}, here).state
const completed = rules.complete(opened, "article", at(1)).state

describe("progress", () => {
  it("of who comes for the first time begins at 0, and the report may say more (LRN-2)", () => {
    assert.deepInclude(opened, { status: "in_progress", completionPercentage: 0, startedAt: now })
    const further = rules.record(undefined, { completionPercentage: 60 }, here)
    assert.strictEqual(further.state.completionPercentage, 60)
    assert.deepStrictEqual(names(further), ["learning.progress_recorded"])
  })

  it("stops at 99 until the lesson is complete, and stays at 100 from then on (LRN-2)", () => {
    for (const [reported, kept] of [
      [98, 98],
      [99, 99],
      [100, 99]
    ]) {
      const { state } = rules.record(opened, { completionPercentage: reported! }, here)
      assert.strictEqual(state.completionPercentage, kept)
    }
    assert.strictEqual(
      rules.record(completed, { completionPercentage: 7 }, at(2)).state.completionPercentage,
      100
    )
  })

  it("that does not get further tells nothing, and still says when it was (LRN-2, LRN-12)", () => {
    const half = rules.record(opened, { completionPercentage: 50 }, at(1)).state
    for (const completionPercentage of [0, 49, 50]) {
      const decision = rules.record(half, { completionPercentage }, at(2))
      assert.deepStrictEqual(names(decision), [])
      assert.deepStrictEqual(decision.state, {
        ...half,
        lastAccessedAt: after(2),
        updatedAt: after(2)
      })
    }
  })

  it("is completed once: the first time stays the time, also after beginning anew (LRN-2, LRN-5)", () => {
    assert.deepStrictEqual(names(rules.complete(opened, "quiz", at(1))), ["learning.lesson_completed"])
    assert.deepStrictEqual(rules.complete(completed, "article", at(5)), {
      state: completed,
      events: []
    })
    const anew = rules.reset(completed, at(6))
    assert.deepInclude(anew.state, {
      status: "not_started",
      completionPercentage: 0,
      completedAt: after(1),
      startedAt: now
    })
    assert.deepStrictEqual(rules.reset(anew.state, at(7)), { state: anew.state, events: [] })
    const again = rules.complete(rules.record(anew.state, {}, at(8)).state, "article", at(9))
    assert.deepStrictEqual(names(again), ["learning.progress_recorded"])
    assert.deepStrictEqual(again.state.completedAt, after(1))
    assert.strictEqual(again.state.attemptsCount, 2)
  })

  it("begun anew forgets what was watched, and nothing else that heartbeats told (LRN-2, LRN-12)", () => {
    const watched: Progress = { ...completed, progressData: { spentMillis: 61_000, watched: [[0, 9]] } }
    assert.deepStrictEqual(rules.reset(watched, at(2)).state.progressData, {
      spentMillis: 61_000,
      watched: []
    })
  })

  it("only goes forward, whatever is reported in whatever order; every state is a stored one (LRN-2)", () => {
    const report = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant("complete" as const))
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 12 }), (reports) => {
        let before: Progress | undefined
        const ranks = { not_started: 0, in_progress: 1, completed: 2 }
        let told = 0
        for (const [index, one] of reports.entries()) {
          const { events, state } =
            one === "complete"
              ? rules.complete(before, "article", at(index))
              : rules.record(before, { completionPercentage: one }, at(index))
          assert.isTrue(Schema.is(Progress)(state))
          if (before !== undefined) {
            assert.isAtLeast(state.completionPercentage, before.completionPercentage)
            assert.isAtLeast(ranks[state.status], ranks[before.status])
            if (before.completedAt !== undefined)
              assert.deepStrictEqual(state.completedAt, before.completedAt)
          }
          told += events.filter(({ name }) => name === "learning.lesson_completed").length
          before = state
        }
        assert.strictEqual(told, reports.includes("complete") ? 1 : 0)
      })
    )
  })
})

describe("bookmarks", () => {
  const bookmark = (position: number | string) => ({ label: "Here", position })
  const full: Progress = {
    ...opened,
    bookmarks: Array.from({ length: maxBookmarks }, (_, index) => bookmark(index))
  }

  it("are a hundred at most; one that is there already is not counted again (LRN-8)", () => {
    const almost = { ...full, bookmarks: full.bookmarks.slice(1) }
    assert.isTrue(Result.isSuccess(rules.addBookmark(almost, bookmark("h"), here)))
    const refused = rules.addBookmark(full, bookmark("h"), here)
    assert.deepInclude(Result.getOrThrow(Result.flip(refused)), { maximum: 100 })
    assert.deepStrictEqual(Result.getOrThrow(rules.addBookmark(full, bookmark(99), here)), {
      state: full,
      events: []
    })
  })

  it("are told apart by label and position, and forgotten one by one (LRN-8)", () => {
    const two = { ...opened, bookmarks: [bookmark(1), bookmark("1")] }
    const left = rules.removeBookmark(two, bookmark("1"), here)
    assert.deepStrictEqual(left.state.bookmarks, [bookmark(1)])
    assert.deepStrictEqual(names(left), ["learning.bookmarks_changed"])
    assert.deepStrictEqual(rules.removeBookmark(two, bookmark(2), here), { state: two, events: [] })
  })
})
