/** Laws of scheduled publications that have come: who is told, when, and how often. Source: CON-2. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { Courses } from "../src/content/index.ts"
import { ComingPublications } from "../src/content/ports.ts"
import type { CourseId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { draftCourse, publishLesson, schoolOn, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, racing, toldOf } from "./people.ts"
import { at, clockAt } from "./samples.ts"

const publishAt = at("2026-03-01T08:00:00.007Z")
const tell = asService(Courses.use((courses) => courses.tellPublished({ limit: 1000 })))
const toldOfCourse = (courseId: CourseId) =>
  Effect.map(toldOf(courseId as never), (told) =>
    told.filter(({ name }) => name === "content.scheduled_course_published")
  )

/** A course that is to be published at the instant. */
const scheduled = Effect.gen(function* () {
  const courses = yield* Courses
  const { author, reviewer } = yield* staff
  yield* clockAt("2026-02-01T10:00:00Z")
  const { course, lessons } = yield* draftCourse(author)
  yield* publishLesson(lessons[0]!.id)
  yield* as(author)(courses.submitForReview({ courseId: course.id }))
  yield* as(reviewer)(courses.schedule({ courseId: course.id, publishAt }))
  return { courseId: course.id, reviewer }
})

export const publicationContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Scheduled publications on ${adapter}`, (it) => {
    it.effect("are told of from their very instant on, once (CON-2)", () =>
      Effect.gen(function* () {
        const { courseId } = yield* scheduled
        yield* clockAt(publishAt, -1)
        yield* tell
        assert.deepStrictEqual(yield* toldOfCourse(courseId), [])
        yield* clockAt(publishAt)
        yield* tell
        const expected = [
          {
            name: "content.scheduled_course_published",
            payload: { courseId, publishAt: DateTime.formatIso(publishAt) }
          }
        ]
        assert.deepStrictEqual(yield* toldOfCourse(courseId), expected)
        yield* clockAt(publishAt, 1)
        assert.deepStrictEqual(yield* tell, { told: 0, more: false })
        assert.deepStrictEqual(yield* toldOfCourse(courseId), expected)
      })
    )

    it.effect(
      "are told of at the instant they were moved to, and not when they were taken back (CON-2)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const [moved, takenBack] = [yield* scheduled, yield* scheduled]
          const later = DateTime.add(publishAt, { hours: 1 })
          yield* as(moved.reviewer)(courses.schedule({ courseId: moved.courseId, publishAt: later }))
          yield* asService(courses.unpublish({ courseId: takenBack.courseId, comment: "not yet" }))
          yield* clockAt(later, -1)
          yield* tell
          assert.deepStrictEqual(yield* toldOfCourse(moved.courseId), [])
          yield* clockAt(later)
          yield* tell
          assert.lengthOf(yield* toldOfCourse(moved.courseId), 1)
          assert.deepStrictEqual(yield* toldOfCourse(takenBack.courseId), [])
        })
    )

    it.effect("are told of once by 16 sweeps at once, and by services only (CON-2, OPS-4)", () =>
      Effect.gen(function* () {
        const ours = [yield* scheduled, yield* scheduled, yield* scheduled]
        yield* clockAt(publishAt)
        const { admin } = yield* staff
        const courses = yield* Courses
        assert.strictEqual(yield* codeOf(as(admin)(courses.tellPublished({}))), "kernel.forbidden")
        const one = asService(courses.tellPublished({ limit: 1 }))
        yield* Effect.forEach(Array.from({ length: 16 }), () => one, racing)
        yield* tell
        for (const { courseId } of ours) assert.lengthOf(yield* toldOfCourse(courseId), 1)
      })
    )

    it.effect("are taken the oldest first, as many as asked for, and stay where taking fails (CON-2)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const coming = yield* ComingPublications
        const [a, b, c] = [yield* scheduled, yield* scheduled, yield* scheduled].map(
          ({ courseId }) => courseId
        )
        // What other tests left is older than any of these, and gone first.
        yield* clockAt(publishAt, -1)
        yield* tell
        const put = (id: CourseId | undefined, millis: number) =>
          run(coming.put(id!, DateTime.add(publishAt, { milliseconds: millis })))
        yield* put(b, -3)
        yield* put(c, -2)
        yield* put(a, -2)
        const failed = run(Effect.andThen(coming.take(publishAt, 2), Effect.fail("no")))
        assert.strictEqual(yield* Effect.flip(failed), "no")
        assert.deepStrictEqual(yield* run(coming.take(DateTime.add(publishAt, { milliseconds: -4 }), 9)), [])
        assert.deepStrictEqual(yield* run(coming.take(publishAt, 2)), [b, [a, c].sort()[0]] as never)
        assert.deepStrictEqual(yield* run(coming.take(publishAt, 2)), [[a, c].sort()[1]] as never)
      })
    )
  })
