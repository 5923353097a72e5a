/** Laws of courses one learns from, and of what opens as one goes on. Source: LRN-3, LRN-5, LRN-6, CON-13. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Access } from "../src/access/index.ts"
import { Prerequisites } from "../src/assessments/index.ts"
import { Lessons, Modules } from "../src/content/index.ts"
import { CourseCompleted, Learning, LessonCompleted } from "../src/learning/index.ts"
import { user } from "../src/shared/actor.ts"
import { CourseId, type LessonId, type UserId } from "../src/shared/id.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { newLesson, newModule, publishLesson } from "./content-ground.ts"
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
  readThrough,
  record,
  settled,
  start
} from "./learning-ground.ts"
import { as, asService, asVisitor, codeOf, holderOf, racing } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

const courseCompletions = (id: UserId) =>
  Effect.map(learned(id), (told) => told.filter((name) => name === "learning.course_completed").length)
const archive = (lessonId: LessonId) => asService(Lessons.use((lessons) => lessons.archive({ lessonId })))
const dayMillis = 86_400_000

export const learningCoursesContract = (adapter: string, layer: Adapter) =>
  it.layer(learningOn(layer), { timeout: "90 seconds" })(`Courses one learns from on ${adapter}`, (it) => {
    it.effect(
      "progress in a course counts live lessons, rounds down, and is 100 only when all are completed (LRN-6)",
      from(
        Effect.gen(function* () {
          const { author, course, ids, learner, module } = yield* articles(3)
          yield* as(author)(newLesson(module.id))
          const me = as(learner)
          const empty = { courseId: course.id, total: 3, completed: 0, timeSpentMinutes: 0 }
          assert.deepStrictEqual(yield* me(courseOf(course.id)), {
            ...empty,
            percentage: 0,
            status: "not_started"
          })
          yield* me(record({ lessonId: ids[0]!, completionPercentage: 99 }))
          yield* clockAt(start, 1000)
          yield* me(open(ids[1]!))
          assert.deepStrictEqual(yield* me(courseOf(course.id)), {
            ...empty,
            percentage: 0,
            status: "in_progress",
            enrolledAt: start,
            lastActivityAt: later(1000)
          })
          const percentages = []
          for (const id of ids) {
            yield* me(readThrough(id))
            const { completed, percentage, status } = yield* me(courseOf(course.id))
            percentages.push([completed, percentage, status])
          }
          assert.deepStrictEqual(percentages, [
            [1, 33, "in_progress"],
            [2, 66, "in_progress"],
            [3, 100, "completed"]
          ])
          assert.deepStrictEqual((yield* me(courseOf(course.id))).completedAt, later(1000))
          const other = yield* holderOf()
          assert.strictEqual((yield* as(other)(courseOf(course.id))).status, "not_started")
          assert.strictEqual(yield* codeOf(asVisitor(courseOf(course.id))), "kernel.sign_in_required")
          assert.strictEqual(
            yield* codeOf(me(courseOf(CourseId.make(someUser())))),
            "content.course_not_found"
          )
        })
      )
    )

    it.effect(
      "a course without a live lesson has no percentage; who learned from it still sees it (LRN-6, LRN-1)",
      from(
        Effect.gen(function* () {
          const { course, ids, learner } = yield* articles(1)
          yield* as(learner)(open(ids[0]!))
          yield* archive(ids[0]!)
          const seen = yield* as(learner)(courseOf(course.id))
          assert.deepStrictEqual(seen, {
            courseId: course.id,
            total: 0,
            completed: 0,
            timeSpentMinutes: 0,
            status: "not_started",
            enrolledAt: start
          })
          yield* settled
          assert.strictEqual(yield* courseCompletions(learner), 0)
        })
      )
    )

    it.effect(
      "the events name learner, lesson and course, and are told once by so many who complete it (LRN-5)",
      from(
        Effect.gen(function* () {
          const { course, ids, learner } = yield* articles(2)
          const me = as(learner)
          yield* Effect.forEach(ids, (id) => me(open(id)))
          yield* Effect.forEach([...ids, ...ids, ...ids], (id) => me(complete(id)), racing)
          const told = yield* Outbox.use((outbox) => outbox.events({ subject: learner }, Option.none(), 1000))
          const lessons = told.filter(({ name }) => name === LessonCompleted.eventName)
          assert.deepStrictEqual(
            lessons.map(LessonCompleted.read).sort((a, b) => (a.lessonId < b.lessonId ? -1 : 1)),
            [...ids]
              .sort()
              .map((lessonId) => ({ userId: learner, lessonId, courseId: course.id, type: "article" }))
          )
          const courses = told.filter(({ name }) => name === CourseCompleted.eventName)
          assert.deepStrictEqual(courses.map(CourseCompleted.read), [
            { userId: learner, courseId: course.id }
          ])
          assert.deepInclude(courses[0], {
            key: `learning:${learner}`,
            subjects: { userId: learner, courseId: course.id }
          })
        })
      )
    )

    it.effect(
      "a course is completed too when the last open lesson goes, each learner told once (LRN-5)",
      from(
        Effect.gen(function* () {
          const { course, ids, learner, module } = yield* articles(3)
          const half = yield* holderOf()
          for (const id of [ids[0]!, ids[1]!]) yield* as(learner)(readThrough(id))
          yield* as(half)(readThrough(ids[0]!))
          yield* settled
          assert.strictEqual(yield* courseCompletions(learner), 0)
          yield* archive(ids[2]!)
          yield* clockAt(start, 2000)
          yield* settled
          assert.deepStrictEqual([yield* courseCompletions(learner), yield* courseCompletions(half)], [1, 0])
          assert.deepInclude(yield* as(learner)(courseOf(course.id)), {
            status: "completed",
            completedAt: later(2000)
          })
          // Another one goes by its module being hidden, and the rest stays completed.
          const other = yield* asService(newModule(course.id))
          yield* asService(
            Lessons.use((lessons) => lessons.move({ lessonId: ids[1]!, moduleId: other.id, place: 1 }))
          )
          yield* asService(
            Modules.use((modules) =>
              modules.update({ moduleId: other.id, version: other.version, isPublished: false })
            )
          )
          yield* settled
          assert.deepStrictEqual([yield* courseCompletions(learner), yield* courseCompletions(half)], [1, 1])
          // What comes later takes the view back, and nothing else.
          const late = yield* asService(newLesson(module.id))
          yield* publishLesson(late.id)
          assert.deepInclude(yield* as(learner)(courseOf(course.id)), {
            status: "in_progress",
            percentage: 50,
            completedAt: later(2000)
          })
          yield* as(learner)(readThrough(late.id))
          yield* settled
          assert.strictEqual(yield* courseCompletions(learner), 1)
        })
      )
    )

    it.effect(
      "a lesson that goes while the last but one is completed leaves nobody behind (LRN-5)",
      from(
        Effect.gen(function* () {
          const { ids } = yield* articles(2)
          const learners = yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => holderOf())
          for (const id of learners) yield* as(id)(open(ids[0]!))
          yield* Effect.all(
            [
              ...learners.slice(0, 3).map((id) => Effect.asVoid(as(id)(complete(ids[0]!)))),
              Effect.asVoid(archive(ids[1]!)),
              ...learners.slice(3).map((id) => Effect.asVoid(as(id)(complete(ids[0]!))))
            ],
            racing
          )
          yield* settled
          assert.deepStrictEqual(
            yield* Effect.forEach(learners, courseCompletions),
            learners.map(() => 1)
          )
        })
      )
    )

    it.effect(
      "one's courses are listed by id, a page at a time, as they are seen alone (LRN-6)",
      from(
        Effect.gen(function* () {
          const learner = yield* holderOf()
          const me = as(learner)
          const list = (input: { readonly cursor?: string }) =>
            me(Learning.use((learning) => learning.listCourses({ ...input, limit: 2 })))
          assert.deepStrictEqual(yield* list({}), { items: [] })
          const courses = []
          for (const count of [1, 2, 3]) {
            const { course, ids } = yield* articles(count)
            yield* me(readThrough(ids[0]!))
            courses.push(course.id)
          }
          const first = yield* list({})
          const second = yield* list({ cursor: first.next! })
          assert.strictEqual(second.next, undefined)
          const alone = yield* Effect.forEach([...courses].sort(), (id) => me(courseOf(id)))
          assert.deepStrictEqual([...first.items, ...second.items], alone)
        })
      )
    )

    it.effect(
      "what is not done of a lesson's prerequisites is named, and its assessments cannot start (LRN-3)",
      from(
        Effect.gen(function* () {
          const { author, course, ids, learner, module } = yield* articles(2)
          const me = as(learner)
          const draft = yield* as(author)(newLesson(module.id))
          const prerequisites = [ids[1]!, draft.id, ids[0]!]
          const last = yield* asService(newLesson(module.id, { prerequisites }))
          yield* publishLesson(last.id)
          const unmet = Effect.flatMap(Prerequisites, (asked) =>
            asked.unmet(user(learner), { scope: "lesson", lessonId: last.id }, start)
          )
          yield* me(open(last.id))
          const refused = yield* Effect.flip(me(complete(last.id)))
          // In the lesson's order, and without the one that nobody can read yet.
          assert.deepInclude(refused, {
            _tag: "learning.prerequisites_unmet",
            lessonIds: [ids[1]!, ids[0]!]
          })
          assert.deepStrictEqual(yield* unmet, [ids[1]!, ids[0]!])
          yield* me(readThrough(ids[1]!))
          assert.deepStrictEqual(yield* unmet, [ids[0]!])
          yield* me(readThrough(ids[0]!))
          yield* me(Learning.use((learning) => learning.reset({ lessonId: ids[0]! })))
          assert.deepStrictEqual(yield* unmet, [])
          assert.strictEqual((yield* me(complete(last.id))).status, "completed")
          const ofCourse = yield* Effect.flatMap(Prerequisites, (asked) =>
            asked.unmet(user(learner), { scope: "course", courseId: course.id }, start)
          )
          assert.deepStrictEqual(ofCourse, [])
        })
      )
    )

    it.effect(
      "a lesson opens once the one before it is completed, and stays open for who completed it (CON-13, LRN-12)",
      from(
        Effect.gen(function* () {
          const { ids, learner } = yield* courseWith([{}, { drip: { afterPrevious: true } }])
          const me = as(learner)
          const read = Access.use((access) => access.readLesson({ lessonId: ids[1]! }))
          const shut = yield* Effect.flip(me(open(ids[1]!)))
          assert.deepInclude(shut, { _tag: "access.not_yet_open", lessonToComplete: ids[0]! })
          yield* me(open(ids[0]!))
          assert.strictEqual(yield* codeOf(me(read)), "access.not_yet_open")
          yield* me(complete(ids[0]!))
          assert.isTrue((yield* me(read)).decision.allowed)
          yield* me(readThrough(ids[1]!))
          yield* me(Learning.use((learning) => learning.reset({ lessonId: ids[0]! })))
          assert.isTrue((yield* me(read)).decision.allowed)
        })
      )
    )

    it.effect(
      "one goes on with the first lesson that one may read, has not completed, and that waits for nothing (LRN-9)",
      from(
        Effect.gen(function* () {
          const { course, ids, learner, module } = yield* courseWith([
            {},
            { drip: { afterPrevious: true } },
            { drip: { afterDays: 1 } },
            {}
          ])
          const me = as(learner)
          const next = Effect.map(
            Learning.use((learning) => learning.next({ courseId: course.id })),
            ({ lessonId }) => lessonId
          )
          const last = yield* asService(newLesson(module.id, { prerequisites: [ids[3]!] }))
          yield* publishLesson(last.id)
          yield* asService(newLesson(module.id))
          const way: Array<LessonId | undefined> = []
          for (let step = 0; step < 4; step++) {
            const lessonId = yield* me(next)
            way.push(lessonId)
            yield* me(readThrough(lessonId!))
          }
          assert.deepStrictEqual(way, [ids[0]!, ids[1]!, ids[3]!, last.id])
          assert.strictEqual(yield* me(next), undefined)
          yield* clockAt(start, dayMillis)
          assert.strictEqual(yield* me(next), ids[2]!)
          assert.strictEqual(yield* codeOf(asVisitor(next)), "kernel.sign_in_required")
          const nowhere = CourseId.make(someUser())
          assert.strictEqual(
            yield* codeOf(me(Learning.use((learning) => learning.next({ courseId: nowhere })))),
            "content.course_not_found"
          )
        })
      )
    )

    it.effect(
      "a lesson opens so many days after the first progress in the course, to the millisecond (CON-13)",
      from(
        Effect.gen(function* () {
          const { ids, learner } = yield* courseWith([{}, { drip: { afterDays: 2 } }])
          const me = as(learner)
          assert.strictEqual(yield* codeOf(me(open(ids[1]!))), "access.not_yet_open")
          yield* clockAt(start, 10)
          yield* me(open(ids[0]!))
          yield* clockAt(start, 10 + 2 * dayMillis - 1)
          const shut = yield* Effect.flip(me(open(ids[1]!)))
          assert.deepInclude(shut, {
            _tag: "access.not_yet_open",
            opensAt: later(10 + 2 * dayMillis)
          })
          yield* clockAt(start, 10 + 2 * dayMillis)
          yield* me(open(ids[1]!))
        })
      )
    )
  })
