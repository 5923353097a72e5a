import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import * as fc from "fast-check"
import { Progress, ProgressId, type Stretch } from "../../progress/index.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { record } from "./progress.ts"
import { heard, merged, neededSeconds, secondsOf, spentSince } from "./watching.ts"

const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const after = (milliseconds: number): Instant => DateTime.add(now, { milliseconds })
const opened = record(
  undefined,
  {},
  {
    userId: UserId.make("00000000-0000-7000-8000-000000000001"),
    lessonId: LessonId.make("00000000-0000-7000-8000-000000000002"),
    courseId: CourseId.make("00000000-0000-7000-8000-000000000003"),
    id: ProgressId.make("00000000-0000-7000-8000-000000000004"),
    now
  }
).state
const watchedIn = (progress: Progress) => progress.progressData?.watched
const stretch = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 }))
  .map(([from, length]): Stretch => [from, from + length])

describe("time spent", () => {
  it("is the time since the last heartbeat; a silence of more than two minutes is none (LRN-4)", () => {
    assert.strictEqual(spentSince(undefined, now), 0)
    assert.strictEqual(spentSince(now, after(119_999)), 119_999)
    assert.strictEqual(spentSince(now, after(120_000)), 120_000)
    assert.strictEqual(spentSince(now, after(120_001)), 0)
    assert.strictEqual(spentSince(now, after(-1)), 0)
  })

  it("is shown in full minutes, and no second is lost between heartbeats (LRN-4)", () => {
    let progress: Progress = { ...opened, timeSpentMinutes: 3 }
    const minutes = []
    for (let index = 0; index < 4; index++) {
      progress = heard(progress, [], { last: after(index * 40_000), now: after((index + 1) * 40_000) })
      minutes.push(progress.timeSpentMinutes)
    }
    assert.deepStrictEqual(minutes, [3, 4, 5, 5])
  })

  it("never is more than the wall time, in however many lessons at once (LRN-4)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.boolean()), { maxLength: 20 }),
        (beats) => {
          const lessons: [Progress, Progress] = [opened, opened]
          let at = 0
          let last: Instant | undefined
          for (const [gap, second] of beats) {
            at += gap
            const which = second ? 1 : 0
            lessons[which] = heard(lessons[which], [], { last, now: after(at) })
            last = after(at)
          }
          const spent = lessons.reduce((sum, one) => sum + (one.progressData?.spentMillis ?? 0), 0)
          assert.isAtMost(spent, at)
        }
      )
    )
  })
})

describe("coverage", () => {
  it("counts distinct seconds, those beyond the end not (LRN-12)", () => {
    assert.deepStrictEqual(
      merged([
        [10, 20],
        [0, 5],
        [5, 7],
        [15, 30]
      ]),
      [
        [0, 7],
        [10, 30]
      ]
    )
    assert.strictEqual(
      secondsOf(
        [
          [0, 7],
          [10, 30]
        ],
        12
      ),
      9
    )
    assert.strictEqual(secondsOf([[20, 30]], 20), 0)
  })

  it("takes nine tenths, rounded up (LRN-12)", () => {
    assert.deepStrictEqual([0, 1, 10, 11, 100, 101].map(neededSeconds), [0, 1, 9, 10, 90, 91])
  })

  it("grows by what can have been played since the last heartbeat, at double speed at most (LRN-12)", () => {
    const since = (millis: number) => watchedIn(heard(opened, [[0, 100]], { last: now, now: after(millis) }))
    assert.deepStrictEqual(since(499), [])
    assert.deepStrictEqual(since(500), [[0, 1]])
    assert.deepStrictEqual(since(49_999), [[0, 99]])
    assert.deepStrictEqual(since(50_000), [[0, 100]])
    assert.deepStrictEqual(watchedIn(heard(opened, [[0, 100]], { last: undefined, now })), [])
  })

  it("never shrinks, and never outruns the clock; what is stored is what the model allows (LRN-12)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.array(stretch, { maxLength: 5 })), {
          maxLength: 10
        }),
        (reports) => {
          let [progress, at] = [opened, 0]
          for (const [gap, stretches] of reports) {
            const before = secondsOf(watchedIn(progress) ?? [])
            progress = heard(progress, stretches, { last: after(at), now: after(at + gap) })
            at += gap
            const covered = secondsOf(watchedIn(progress) ?? [])
            assert.isAtLeast(covered, before)
            assert.isAtMost(covered, (at * 2) / 1000)
            assert.isTrue(Schema.is(Progress)(progress))
          }
        }
      )
    )
  })

  it("keeps the thousand longest stretches of who jumps about (LRN-12)", () => {
    const crumbs = Array.from({ length: 1000 }, (_, index): Stretch => [10 * index, 10 * index + 1])
    const before: Progress = { ...opened, progressData: { spentMillis: 0, watched: crumbs } }
    const watched = watchedIn(heard(before, [[20_000, 20_005]], { last: now, now: after(60_000) }))
    assert.strictEqual(watched?.length, 1000)
    assert.deepStrictEqual(watched?.at(-1), [20_000, 20_005])
  })
})
