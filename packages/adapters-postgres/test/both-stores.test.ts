/** What an audit found the two stores to answer differently. */
import { memoryLayer } from "@lyceum/adapters-memory"
import { servicesLayer, subscribers } from "@lyceum/core"
import { Access, EntitlementRef, Entitlements, EntitlementSource } from "@lyceum/core/access"
import { Courses, Lessons, Modules } from "@lyceum/core/content"
import { seededPlatform } from "@lyceum/core/contract"
import { Users } from "@lyceum/core/identity"
import { OutboxDesk } from "@lyceum/core/outbox"
import { anonymous, CurrentActor, service, Subscribers, user, UserId } from "@lyceum/core/shared"
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
const stores: Readonly<
  Record<
    string,
    Layer.Layer<Access | Courses | Entitlements | Lessons | Modules | OutboxDesk | Users, unknown>
  >
> = {
  memory: servicesLayer.pipe(Layer.provideMerge(memoryLayer), Layer.provideMerge(outside)),
  postgres: servicesLayer.pipe(
    Layer.provideMerge(postgresLayer),
    Layer.provideMerge(testDatabase),
    Layer.provideMerge(outside)
  )
}
/** In the order of their code points; by units of UTF-16 the last would come second. */
const titles = ["Z", "\u{fb01}nance", "\u{1f393} School"]

const ownerId = UserId.make("00000000-0000-4000-8000-000000000005")
const owner = user(ownerId)

const publishing = Effect.fnUntraced(
  function* (title: string, category: string) {
    const courses = yield* Courses
    const lessons = yield* Lessons
    const { id: courseId } = yield* courses.create({ title, category })
    const { id: moduleId } = yield* (yield* Modules).add({ courseId, title: "M", isPublished: true })
    const { id: lessonId } = yield* lessons.add({
      moduleId,
      type: "article",
      title: "L",
      textContent: "body"
    })
    yield* lessons.submitForReview({ lessonId })
    yield* lessons.approve({ lessonId })
    yield* courses.submitForReview({ courseId })
    yield* courses.approve({ courseId })
    return { courseId, lessonId }
  },
  Effect.provideService(CurrentActor, service("test"))
)

const rescheduled = Effect.gen(function* () {
  const courses = yield* Courses
  const { courseId, lessonId } = yield* publishing("Kept", "kept")
  yield* (yield* Entitlements).grant({
    userId: ownerId,
    entitlementType: "course_specific",
    entitlementRef: EntitlementRef.make(courseId),
    source: EntitlementSource.make("test"),
    sourceReference: "kept"
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
      assert.deepStrictEqual(
        mine.items.map((item) => item.courseId),
        [courseId]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect(`${store}: titles are in the order of their code points, page by page (CON-11, KER-24)`, () =>
    Effect.gen(function* () {
      for (const title of titles.toReversed()) yield* publishing(title, "sorted")
      const courses = yield* Courses
      const ask = { category: "sorted", sort: "title", limit: 2 } as const
      const first = yield* courses.catalogue(ask)
      const second = yield* courses.catalogue({ ...ask, cursor: first.next ?? assert.fail() })
      assert.deepStrictEqual(
        [...first.items, ...second.items].map(({ title }) => title),
        titles
      )
    }).pipe(Effect.provideService(CurrentActor, anonymous), Effect.provide(layer))
  )

  it.effect(
    `${store}: who is given something before they ever came was made by command, and not seen (IDN-8)`,
    () =>
      Effect.gen(function* () {
        const userId = UserId.make("00000000-0000-4000-8000-000000000006")
        const entitlementRef = EntitlementRef.make("premium")
        const source = EntitlementSource.make("test")
        yield* (yield* Entitlements).grant({
          userId,
          entitlementType: "tier",
          entitlementRef,
          source,
          sourceReference: "early"
        })
        assert.notProperty(yield* (yield* Users).getProfile({ user: userId }), "lastSeenAt")
        const { items } = yield* (yield* OutboxDesk).events({
          subject: userId,
          name: "identity.profile_created"
        })
        assert.deepStrictEqual(
          items.map(({ payload }) => payload),
          [{ userId, origin: "command" }]
        )
      }).pipe(Effect.provideService(CurrentActor, service("billing")), Effect.provide(layer))
  )
}
