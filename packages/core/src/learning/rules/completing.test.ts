import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import { AssessmentId } from "../../assessments/index.ts"
import { type Progress, ProgressId } from "../../progress/index.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { courseProgress, isCourseComplete, mayComplete, nextOf, unmetOf, type Work } from "./completing.ts"
import { complete, record, reset } from "./progress.ts"

const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const lesson = (index: number) => LessonId.make(`00000000-0000-7000-8000-00000000010${index}`)
const lessonId = lesson(0)
const courseId = CourseId.make("00000000-0000-7000-8000-000000000003")
const exam = AssessmentId.make("00000000-0000-7000-8000-000000000005")
const here = {
  userId: UserId.make("00000000-0000-7000-8000-000000000001"),
  lessonId,
  courseId,
  id: ProgressId.make("00000000-0000-7000-8000-000000000004"),
  now
}
const opened = record(undefined, {}, here).state
const completed = complete(opened, "article", here).state
const played = (seconds: number): Progress => ({
  ...opened,
  progressData: { spentMillis: 0, watched: seconds === 0 ? [] : [[0, seconds]] }
})

/** The code of what stands in the way; `may` when nothing does. */
const asked = (progress: Progress | undefined, work: Work, unmet: ReadonlyArray<LessonId> = []) =>
  Result.match(mayComplete(progress, lessonId, { unmet, work }), {
    onSuccess: () => "may",
    onFailure: ({ _tag }) => _tag
  })

describe("a lesson", () => {
  it("that is an article is complete once opened and marked (LRN-12)", () => {
    assert.strictEqual(asked(undefined, { type: "article" }), "learning.not_opened")
    assert.strictEqual(asked(reset(completed, here).state, { type: "article" }), "learning.not_opened")
    assert.strictEqual(asked(opened, { type: "article" }), "may")
  })

  it("that is a video takes nine tenths of its seconds, where its length is known (LRN-12)", () => {
    assert.strictEqual(asked(undefined, { type: "video" }), "learning.not_opened")
    assert.strictEqual(asked(opened, { type: "video" }), "may")
    assert.strictEqual(asked(played(89), { type: "video", duration: 100 }), "learning.not_watched")
    assert.strictEqual(asked(played(90), { type: "video", duration: 100 }), "may")
    assert.strictEqual(asked(played(0), { type: "video", duration: 0 }), "may")
  })

  it("with assessments takes all that are published, and at least one (LRN-12)", () => {
    for (const type of ["quiz", "project"] as const) {
      const of = (published: number, toPass: ReadonlyArray<AssessmentId>) =>
        asked(undefined, { type, published, toPass })
      assert.strictEqual(of(0, []), "learning.assessments_not_passed")
      assert.strictEqual(of(2, [exam]), "learning.assessments_not_passed")
      assert.strictEqual(of(1, []), "may")
    }
  })

  it("waits for its prerequisites before its own work is asked about; who completed it has (LRN-3)", () => {
    assert.strictEqual(asked(opened, { type: "article" }, [lesson(1)]), "learning.prerequisites_unmet")
    assert.strictEqual(asked(undefined, { type: "article" }, [lesson(1)]), "learning.prerequisites_unmet")
    assert.strictEqual(asked(completed, { type: "article" }, [lesson(1)]), "may")
  })
})

describe("prerequisites", () => {
  it("stand in the way when live, readable and never completed, in their order (LRN-3)", () => {
    const known = (index: number, isLive: boolean, allowed: boolean) => ({
      lessonId: lesson(index),
      isLive,
      decision: { allowed }
    })
    const all = [4, 3, 2, 1].map(lesson)
    const facts = [known(1, true, true), known(2, false, true), known(3, true, false), known(4, true, true)]
    assert.deepStrictEqual(unmetOf(all, facts, []), [lesson(4), lesson(1)])
    assert.deepStrictEqual(unmetOf(all, facts, [lesson(4)]), [lesson(1)])
    assert.deepStrictEqual(unmetOf(all, [], []), [])
  })
})

describe("the lesson to go on with", () => {
  const known = (index: number, allowed = true, isLive = true) => ({
    lessonId: lesson(index),
    isLive,
    decision: { allowed }
  })
  const of = (index: number, ...prerequisites: ReadonlyArray<number>) => ({
    id: lesson(index),
    prerequisites: prerequisites.map(lesson)
  })
  const done = (index: number): Progress => ({ ...completed, lessonId: lesson(index) })

  it("is the first live, readable and uncompleted one, in course order (LRN-9)", () => {
    const lessons = [of(1), of(2), of(3), of(4)]
    const facts = [known(1), known(2, false), known(3, true, false), known(4)]
    assert.strictEqual(nextOf(lessons, facts, []), lesson(1))
    assert.strictEqual(nextOf(lessons, facts, [done(1)]), lesson(4))
    assert.strictEqual(nextOf(lessons, facts, [done(1), done(4)]), undefined)
    assert.strictEqual(
      nextOf(lessons, facts, [{ ...reset(done(1), here).state, lessonId: lesson(1) }]),
      lesson(1)
    )
  })

  it("passes over what its prerequisites keep shut, and comes back to it (LRN-9, LRN-3)", () => {
    const lessons = [of(1, 2), of(2), of(3)]
    const facts = [known(1), known(2), known(3)]
    assert.strictEqual(nextOf(lessons, facts, []), lesson(2))
    assert.strictEqual(nextOf(lessons, facts, [done(2)]), lesson(1))
    assert.strictEqual(nextOf(lessons, facts, [done(2), done(1)]), lesson(3))
  })
})

describe("a course", () => {
  const of = (total: number, done: number, begun = done) => ({
    courseId,
    total,
    completed: done,
    begun,
    timeSpentMinutes: 0
  })

  it("is complete when all its live lessons are, and it has any (LRN-5, LRN-6)", () => {
    assert.isFalse(isCourseComplete(of(0, 0)))
    assert.isFalse(isCourseComplete(of(2, 1)))
    assert.isTrue(isCourseComplete(of(2, 2)))
  })

  it("without a live lesson has no percentage (LRN-6)", () => {
    assert.isFalse("percentage" in courseProgress(of(0, 0)))
    assert.deepInclude(courseProgress(of(0, 0)), { status: "not_started" })
  })

  it("shows 100 only when all of it is completed, and rounds down (LRN-6)", () => {
    assert.strictEqual(courseProgress(of(200, 199)).percentage, 99)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (total, some) => {
        const { percentage, status } = courseProgress(of(total, some % (total + 1)))
        assert.strictEqual(percentage === 100, status === "completed")
        assert.isAtMost(percentage! * total, (some % (total + 1)) * 100)
      })
    )
  })

  it("is in progress once something of it is begun (LRN-6)", () => {
    assert.strictEqual(courseProgress(of(2, 0)).status, "not_started")
    assert.strictEqual(courseProgress(of(2, 0, 1)).status, "in_progress")
  })
})
