/** Laws of the ports of learning. Source: LRN-4, LRN-5, LRN-7. */
import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option } from "effect"
import { CourseStore } from "../src/content/ports.ts"
import { AnalyticsEvent } from "../src/learning/index.ts"
import { CompletionStore, CourseStandings, Heartbeats, LessonAnalytics } from "../src/learning/ports.ts"
import { ProgressStore } from "../src/progress/ports.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { anyJson, moment, samples, someUser } from "./samples.ts"
import type { Adapter } from "./ground.ts"
import { articles, from, later, learningOn, readThrough, start } from "./learning-ground.ts"
import { as, holderOf, racing } from "./people.ts"

export const learningStoresContract = (adapter: string, layer: Adapter) =>
  it.layer(learningOn(layer), { timeout: "60 seconds" })(`Stores of learning on ${adapter}`, (it) => {
    it.effect(
      "who changes what is in a course waits for who holds it (LRN-5)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const completions = yield* CompletionStore
          const { course } = yield* articles(1)
          const order: Array<string> = []
          const holds = yield* Deferred.make<void>()
          const holder = yield* Effect.forkChild(
            run(
              Effect.gen(function* () {
                yield* completions.holdCourse(course.id)
                yield* Deferred.succeed(holds, undefined)
                yield* moment(80)
                order.push("held")
              })
            )
          )
          yield* Deferred.await(holds)
          yield* run(
            Effect.andThen(
              CourseStore.use((courses) => courses.findForUpdate(course.id)),
              Effect.sync(() => order.push("changed"))
            )
          )
          yield* Fiber.join(holder)
          assert.deepStrictEqual(order, ["held", "changed"])
        })
      )
    )

    it.effect(
      "a completion is stored once, however many bring it (LRN-5)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const completions = yield* CompletionStore
          const standings = yield* CourseStandings
          const { course, learner } = yield* articles(1)
          const brought = yield* Effect.forEach(
            [0, 1, 2, 3, 4, 5, 6, 7],
            (index) =>
              run(completions.insert({ userId: learner, courseId: course.id, completedAt: later(index) })),
            racing
          )
          assert.strictEqual(brought.filter((isFirst) => isFirst).length, 1)
          const { completedAt } = yield* standings.find(learner, course.id, start)
          assert.deepStrictEqual(completedAt, later(brought.indexOf(true)))
        })
      )
    )

    it.effect(
      "who is through without being said to be is listed by id, as many as are asked for (LRN-5)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const standings = yield* CourseStandings
          const completions = yield* CompletionStore
          const progress = yield* ProgressStore
          const { course, ids } = yield* articles(1)
          const learners = yield* Effect.forEach([1, 2, 3], () => holderOf())
          const [first] = learners
          yield* as(first!)(readThrough(ids[0]!))
          const done = Option.getOrThrow(yield* progress.find(first!, ids[0]!))
          for (const userId of learners.slice(1)) {
            yield* run(progress.put({ ...done, id: someUser() as string as typeof done.id, userId }))
          }
          const through = learners.slice(1).sort()
          assert.deepStrictEqual(yield* standings.unsaid(course.id, start, 10), through)
          assert.deepStrictEqual(yield* standings.unsaid(course.id, start, 1), through.slice(0, 1))
          yield* run(completions.insert({ userId: through[0]!, courseId: course.id, completedAt: start }))
          assert.deepStrictEqual(yield* standings.unsaid(course.id, start, 10), through.slice(1))
          const stranger = yield* holderOf()
          assert.deepStrictEqual(yield* standings.find(stranger, course.id, start), {
            courseId: course.id,
            total: 1,
            completed: 0,
            begun: 0,
            timeSpentMinutes: 0
          })
        })
      )
    )

    it.effect(
      "a heartbeat answers when the one before was (LRN-4)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const heartbeats = yield* Heartbeats
          const learner = yield* holderOf()
          const before = yield* Effect.forEach([0, 5, 3], (at) =>
            run(heartbeats.exchange(learner, later(at)))
          )
          assert.deepStrictEqual(before.map(Option.getOrUndefined), [undefined, later(0), later(5)])
        })
      )
    )

    it.effect(
      "what analytics is told comes back as it was, oldest first (LRN-7)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const analytics = yield* LessonAnalytics
          const { course, ids, learner } = yield* articles(1)
          const types = AnalyticsEvent.fields.eventType.literals
          const events = samples(anyJson, 20).map((said, index) =>
            AnalyticsEvent.make({
              id: someUser(),
              userId: learner,
              ...(index % 3 === 0 ? { courseId: course.id } : { lessonId: ids[0]! }),
              eventType: types[index % types.length]!,
              eventData: { said },
              eventTimestamp: later(20 - index)
            })
          )
          const told = yield* run(analytics.append([...events, events[0]!]))
          assert.deepStrictEqual([...told].sort(), events.map(({ id }) => id).sort())
          assert.deepStrictEqual(yield* run(analytics.append([])), [])
          assert.deepStrictEqual(yield* analytics.of(learner), [...events].reverse())
        })
      )
    )
  })
