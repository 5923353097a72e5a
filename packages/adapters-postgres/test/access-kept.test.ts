/** Who was given a course keeps it while it waits to be published again. */
import { memoryLayer } from "@lyceum/adapters-memory"
import { servicesLayer, subscribers } from "@lyceum/core"
import { Access, EntitlementRef, Entitlements, EntitlementSource } from "@lyceum/core/access"
import { Courses, Lessons, Modules } from "@lyceum/core/content"
import { seededPlatform } from "@lyceum/core/contract"
import { CurrentActor, service, Subscribers, user, UserId } from "@lyceum/core/shared"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Layer } from "effect"
import { postgresLayer } from "../src/index.ts"
import { testDatabase } from "./database.ts"

const outside = Layer.mergeAll(
  Layer.succeed(WebhookSender, WebhookSender.of({ post: () => Effect.succeed({ status: 200, body: "" }) })),
  Layer.succeed(Subscribers, subscribers),
  seededPlatform(7)
)
const stores = {
  memory: servicesLayer.pipe(Layer.provideMerge(memoryLayer), Layer.provideMerge(outside)),
  postgres: servicesLayer.pipe(
    Layer.provideMerge(postgresLayer),
    Layer.provideMerge(testDatabase),
    Layer.provideMerge(outside)
  )
}
const owner = user(UserId.make("00000000-0000-4000-8000-000000000005"))

const rescheduled = Effect.gen(function* () {
  const courses = yield* Courses
  const lessons = yield* Lessons
  const { id: courseId } = yield* courses.create({ title: "Kept", category: "c" })
  const { id: moduleId } = yield* (yield* Modules).add({ courseId, title: "M", isPublished: true })
  const { id: lessonId } = yield* lessons.add({ moduleId, type: "article", title: "L", textContent: "body" })
  yield* lessons.submitForReview({ lessonId })
  yield* lessons.approve({ lessonId })
  yield* courses.submitForReview({ courseId })
  yield* courses.approve({ courseId })
  yield* (yield* Entitlements).grant({
    userId: owner.id,
    entitlementType: "course_specific",
    entitlementRef: EntitlementRef.make(courseId),
    source: EntitlementSource.make("test")
  })
  yield* courses.unpublish({ courseId, comment: "to be reworked" })
  yield* courses.submitForReview({ courseId })
  yield* courses.schedule({ courseId, publishAt: DateTime.add(yield* DateTime.now, { days: 1 }) })
  return { courseId, lessonId }
}).pipe(Effect.provideService(CurrentActor, service("test")))

for (const [store, layer] of Object.entries(stores)) {
  it.effect(`${store}: an owner keeps a course whose next publication is still to come (CON-9, ACC-3)`, () =>
    Effect.gen(function* () {
      const { courseId, lessonId } = yield* rescheduled
      const access = yield* Access
      const [course, lesson, mine] = yield* Effect.all([
        access.canReadCourse({ courseId }),
        access.readLesson({ lessonId }),
        access.myCourseAccess({})
      ]).pipe(Effect.provideService(CurrentActor, owner))
      assert.deepInclude(course, { allowed: true, method: "owner" })
      assert.strictEqual(lesson.decision.method, "owner")
      assert.deepStrictEqual(mine.items.map((item) => item.courseId), [courseId])
    }).pipe(Effect.provide(layer))
  )
}
