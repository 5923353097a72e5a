/** Laws of progress in one lesson: only forward, completed once, reset by hand. Source: LRN-1, LRN-2, LRN-8, LRN-12. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Overrides, Rules, TierKey } from "../src/access/index.ts"
import { Lessons } from "../src/content/index.ts"
import { Users } from "../src/identity/index.ts"
import { Learning } from "../src/learning/index.ts"
import { LessonId } from "../src/shared/id.ts"
import type { Adapter } from "./ground.ts"
import {
  articles,
  complete,
  courseOf,
  courseWith,
  from,
  later,
  learned,
  learningOn,
  open,
  progressIn,
  readThrough,
  record,
  start
} from "./learning-ground.ts"
import { as, asService, asVisitor, codeOf, holderOf, racing } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

const reset = (input: Parameters<Learning["Service"]["reset"]>[0]) =>
  Learning.use((learning) => learning.reset(input))
const premiumOnly = (courseId: Parameters<typeof courseOf>[0]) =>
  asService(Rules.use((rules) => rules.set({ courseId, requiredTier: TierKey.make("premium") })))

export const learningProgressContract = (adapter: string, layer: Adapter) =>
  it.layer(learningOn(layer), { timeout: "90 seconds" })(`Progress on ${adapter}`, (it) => {
    it.effect(
      "a lesson is opened, gets further and is completed; what is reported lower stays as it was (LRN-2)",
      from(
        Effect.gen(function* () {
          const { ids, learner } = yield* articles(1)
          const lessonId = ids[0]!
          const me = as(learner)
          assert.strictEqual(yield* me(progressIn(lessonId)), undefined)
          const opened = yield* me(open(lessonId))
          assert.deepInclude(opened, { status: "in_progress", completionPercentage: 0, attemptsCount: 1 })
          assert.deepStrictEqual([opened.startedAt, opened.createdAt], [start, start])
          yield* clockAt(start, 1000)
          const reached = []
          for (const completionPercentage of [40, 10, 100, 99, 0]) {
            reached.push((yield* me(record({ lessonId, completionPercentage }))).completionPercentage)
          }
          assert.deepStrictEqual(reached, [40, 40, 99, 99, 99])
          const completed = yield* me(complete(lessonId))
          assert.deepInclude(completed, { status: "completed", completionPercentage: 100 })
          assert.deepStrictEqual(completed.completedAt, later(1000))
          yield* clockAt(start, 2000)
          assert.deepStrictEqual(yield* me(complete(lessonId)), completed)
          const seen = yield* me(record({ lessonId, completionPercentage: 5 }))
          assert.deepStrictEqual(seen, {
            ...completed,
            lastAccessedAt: later(2000),
            updatedAt: later(2000)
          })
          assert.deepStrictEqual(yield* me(progressIn(lessonId)), seen)
          // Opened, 40, 99, completed, and the course with its only lesson: what changed nothing told nothing.
          assert.deepStrictEqual(yield* learned(learner), [
            "learning.progress_recorded",
            "learning.progress_recorded",
            "learning.progress_recorded",
            "learning.lesson_completed",
            "learning.course_completed"
          ])
        })
      )
    )

    it.effect(
      "beginning anew keeps what was credited, and completing again is not told as the first time (LRN-2, LRN-5)",
      from(
        Effect.gen(function* () {
          const { admin, ids, learner } = yield* articles(1)
          const lessonId = ids[0]!
          const me = as(learner)
          assert.strictEqual(yield* codeOf(me(reset({ lessonId }))), "learning.progress_not_found")
          yield* me(readThrough(lessonId))
          yield* clockAt(start, 5000)
          const again = yield* me(reset({ lessonId }))
          assert.deepInclude(again, { status: "not_started", completionPercentage: 0 })
          assert.deepStrictEqual(again.completedAt, start)
          assert.deepStrictEqual(yield* me(reset({ lessonId })), again)
          assert.strictEqual(yield* codeOf(me(complete(lessonId))), "learning.not_opened")
          yield* me(readThrough(lessonId))
          const { attemptsCount, completedAt, status } = (yield* me(progressIn(lessonId)))!
          assert.deepStrictEqual([status, attemptsCount, completedAt], ["completed", 2, start])
          const other = yield* holderOf()
          assert.strictEqual(
            yield* codeOf(as(other)(reset({ lessonId, userId: learner }))),
            "kernel.forbidden"
          )
          yield* as(admin)(reset({ lessonId, userId: learner }))
          assert.strictEqual((yield* me(progressIn(lessonId)))?.status, "not_started")
          assert.strictEqual(
            yield* codeOf(as(admin)(reset({ lessonId, userId: other }))),
            "learning.progress_not_found"
          )
          const told = yield* learned(learner)
          assert.strictEqual(told.filter((name) => name === "learning.lesson_completed").length, 1)
          assert.strictEqual(told.filter((name) => name === "learning.course_completed").length, 1)
          assert.strictEqual(told.filter((name) => name === "learning.progress_reset").length, 2)
        })
      )
    )

    it.effect(
      "writing takes read access now, and reading one's own progress outlives it (LRN-1)",
      from(
        Effect.gen(function* () {
          const { admin, course, ids, learner } = yield* articles(2)
          const [lessonId, other] = [ids[0]!, ids[1]!]
          const me = as(learner)
          const mine = yield* me(record({ lessonId, completionPercentage: 30 }))
          yield* premiumOnly(course.id)
          const bookmark = { label: "x", position: 1 }
          for (const write of [
            codeOf(open(lessonId)),
            codeOf(complete(lessonId)),
            codeOf(reset({ lessonId })),
            codeOf(Learning.use((learning) => learning.heartbeat({ lessonId }))),
            codeOf(Learning.use((learning) => learning.addBookmark({ lessonId, bookmark }))),
            codeOf(Learning.use((learning) => learning.removeBookmark({ lessonId, bookmark })))
          ])
            assert.strictEqual(yield* me(write), "access.tier_required")
          assert.deepStrictEqual(yield* me(progressIn(lessonId)), mine)
          assert.strictEqual(yield* me(progressIn(other)), undefined)
          yield* as(admin)(Lessons.use((lessons) => lessons.archive({ lessonId })))
          assert.deepStrictEqual(yield* me(progressIn(lessonId)), mine)
          const stranger = yield* holderOf()
          for (const who of [as(stranger), me]) {
            yield* Effect.forEach([open(LessonId.make(someUser())), open(lessonId)], (write) =>
              Effect.map(codeOf(who(write)), (code) => assert.strictEqual(code, "content.lesson_not_found"))
            )
          }
          assert.strictEqual(yield* codeOf(as(stranger)(progressIn(lessonId))), "content.lesson_not_found")
          assert.strictEqual(yield* codeOf(asVisitor(progressIn(other))), "kernel.sign_in_required")
          assert.strictEqual(yield* codeOf(asVisitor(open(other))), "kernel.sign_in_required")
          assert.strictEqual(yield* codeOf(asService(open(other))), "kernel.forbidden")
        })
      )
    )

    it.effect(
      "a preview can be learned from, and who is suspended reads what they did (LRN-1, ACC-7, IDN-9)",
      from(
        Effect.gen(function* () {
          const { course, ids, learner } = yield* courseWith([{ isFreePreview: true }, {}])
          yield* premiumOnly(course.id)
          yield* as(learner)(readThrough(ids[0]!))
          assert.strictEqual(yield* codeOf(as(learner)(open(ids[1]!))), "access.tier_required")
          yield* asService(
            Overrides.use((overrides) => overrides.add({ lessonId: ids[1]!, overrideType: "open" }))
          )
          yield* as(learner)(open(ids[1]!))
          yield* asService(Users.use((users) => users.suspend({ userId: learner, reason: "spam" })))
          assert.strictEqual(yield* codeOf(as(learner)(open(ids[1]!))), "kernel.suspended")
          assert.strictEqual((yield* as(learner)(progressIn(ids[0]!)))?.status, "completed")
        })
      )
    )

    it.effect(
      "writers at once all survive: reports, bookmarks and completions of one lesson (LRN-12, LRN-2)",
      from(
        Effect.gen(function* () {
          const learning = yield* Learning
          const { ids, learner } = yield* articles(1)
          const lessonId = ids[0]!
          const me = as(learner)
          const bookmark = (position: number) => ({ label: `at ${position}`, position })
          yield* Effect.forEach(
            Array.from({ length: 12 }, (_, index) => index),
            (index) =>
              me(
                index % 2 === 0
                  ? record({ lessonId, completionPercentage: index * 5 })
                  : learning.addBookmark({ lessonId, bookmark: bookmark(index) })
              ),
            racing
          )
          const all = (yield* me(progressIn(lessonId)))!
          assert.strictEqual(all.completionPercentage, 50)
          assert.deepStrictEqual(all.bookmarks.map(({ position }) => position).sort(), [1, 11, 3, 5, 7, 9])
          assert.strictEqual(all.attemptsCount, 1)
          const done = yield* Effect.forEach(Array.from({ length: 10 }), () => me(complete(lessonId)), racing)
          assert.deepStrictEqual(new Set(done.map(({ status }) => status)), new Set(["completed"]))
          const told = yield* learned(learner)
          assert.strictEqual(told.filter((name) => name === "learning.lesson_completed").length, 1)
          assert.strictEqual(told.filter((name) => name === "learning.course_completed").length, 1)
        })
      )
    )

    it.effect(
      "a completion that races with a beginning anew is credited once, whoever is first (LRN-2, LRN-5)",
      from(
        Effect.gen(function* () {
          const { ids, learner } = yield* articles(1)
          const lessonId = ids[0]!
          const me = as(learner)
          yield* me(open(lessonId))
          yield* Effect.forEach(
            [0, 1, 2, 3, 4, 5, 6, 7],
            (index) => me(index % 2 === 0 ? codeOf(complete(lessonId)) : codeOf(reset({ lessonId }))),
            racing
          )
          yield* me(readThrough(lessonId))
          const { completedAt, status } = (yield* me(progressIn(lessonId)))!
          assert.deepStrictEqual([status, completedAt], ["completed", start])
          const told = yield* learned(learner)
          assert.strictEqual(told.filter((name) => name === "learning.lesson_completed").length, 1)
        })
      )
    )

    it.effect(
      "bookmarks are kept in order, each once, a hundred at most (LRN-8)",
      from(
        Effect.gen(function* () {
          const learning = yield* Learning
          const { ids, learner } = yield* articles(1)
          const lessonId = ids[0]!
          const me = as(learner)
          const bookmark = (position: number | string) => ({ label: "Here", position })
          assert.strictEqual(
            yield* codeOf(me(learning.removeBookmark({ lessonId, bookmark: bookmark(1) }))),
            "learning.progress_not_found"
          )
          for (let position = 0; position < 100; position++)
            yield* me(learning.addBookmark({ lessonId, bookmark: bookmark(position) }))
          assert.strictEqual(
            yield* codeOf(me(learning.addBookmark({ lessonId, bookmark: bookmark("heading") }))),
            "learning.too_many_bookmarks"
          )
          assert.strictEqual(
            (yield* me(learning.addBookmark({ lessonId, bookmark: bookmark(7) }))).bookmarks.length,
            100
          )
          yield* me(learning.removeBookmark({ lessonId, bookmark: bookmark(3) }))
          const { bookmarks } = yield* me(learning.addBookmark({ lessonId, bookmark: bookmark("heading") }))
          assert.deepStrictEqual(
            bookmarks.map(({ position }) => position),
            [...Array.from({ length: 100 }, (_, index) => index).filter((index) => index !== 3), "heading"]
          )
          assert.strictEqual((yield* me(progressIn(lessonId)))?.status, "in_progress")
        })
      )
    )
  })
