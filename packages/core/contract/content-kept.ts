/** Laws of what is kept for those who hold an entitlement. Source: CON-9. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { Courses, KeptVersions, type Lesson, LessonBodies, Lessons, Modules } from "../src/content/index.ts"
import {
  draftCourse,
  liveCourse,
  newLesson,
  publishCourse,
  publishLesson,
  schoolOn,
  shownOf,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor } from "./people.ts"
import { at, clockAt } from "./samples.ts"

const comment = "not for now"

/** What learners read of a lesson, and what is kept of it. */
const textOf = (id: Lesson["id"], version: "live" | "published") =>
  Effect.map(
    LessonBodies.use((bodies) => bodies.find(id, version)),
    Option.match({ onNone: () => "nothing", onSome: ({ textContent }) => textContent ?? "no text" })
  )

export const keptContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Kept versions on ${adapter}`, (it) => {
    it.effect(
      "a course that is taken back or archived is kept as it was last published, with its live lessons (CON-9)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const kept = yield* KeptVersions
          const { admin, author } = yield* staff
          const {
            course,
            lessons: [one, two],
            module
          } = yield* liveCourse(author, 2)
          const courseId = course.id
          const draft = yield* as(author)(newLesson(module.id))
          assert.isTrue(Option.isNone(yield* kept.findCourse(courseId)))
          assert.strictEqual(yield* textOf(one!.id, "published"), "nothing")
          yield* as(admin)(courses.unpublish({ courseId, comment }))
          const version = Option.getOrThrow(yield* kept.findCourse(courseId))
          assert.deepStrictEqual(version.course, course)
          assert.deepStrictEqual(
            version.modules.map(({ lessons: inside }) => inside.map(({ id }) => id)),
            [[one!.id, two!.id]]
          )
          assert.strictEqual(yield* textOf(draft.id, "published"), "nothing")
          const { version: stood } = yield* as(author)(courses.get({ courseId }))
          yield* as(author)(courses.update({ courseId, version: stood, title: "Rewritten" }))
          yield* asService(lessons.unpublish({ lessonId: one!.id, comment }))
          yield* as(author)(lessons.update({ lessonId: one!.id, version: 4, textContent: "rewritten" }))
          yield* publishLesson(draft.id)
          assert.strictEqual(Option.getOrThrow(yield* kept.findCourse(courseId)).course.title, course.title)
          assert.deepStrictEqual(
            [yield* textOf(one!.id, "published"), yield* textOf(two!.id, "published")],
            ["text", "text"]
          )
          assert.strictEqual(yield* textOf(draft.id, "published"), "nothing")
          yield* publishCourse(courseId)
          yield* as(admin)(courses.archive({ courseId }))
          assert.strictEqual(Option.getOrThrow(yield* kept.findCourse(courseId)).course.title, "Rewritten")
        })
    )

    it.effect("a lesson is kept when its module is hidden, or it is moved where nobody sees it (CON-9)", () =>
      Effect.gen(function* () {
        const modules = yield* Modules
        const lessons = yield* Lessons
        const { admin, author } = yield* staff
        const {
          course,
          lessons: [one, two],
          module
        } = yield* liveCourse(author, 2)
        const hidden = yield* as(author)(modules.add({ courseId: course.id, title: "Hidden" }))
        yield* as(admin)(lessons.move({ lessonId: one!.id, moduleId: hidden.id, place: 1 }))
        assert.deepStrictEqual(
          [yield* textOf(one!.id, "published"), yield* textOf(two!.id, "published")],
          ["text", "nothing"]
        )
        yield* as(admin)(modules.update({ moduleId: module.id, version: 1, isPublished: false }))
        assert.strictEqual(yield* textOf(two!.id, "published"), "text")
        assert.deepStrictEqual(yield* asVisitor(shownOf(course.id)), [])
      })
    )

    it.effect("nothing is kept of a publication that never came (CON-9, CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const kept = yield* KeptVersions
        const { admin, author, reviewer } = yield* staff
        const now = at("2026-02-01T10:00:00.000Z")
        for (const [passed, expected] of [
          [-1, "nothing"],
          [0, "text"]
        ] as const) {
          yield* clockAt(now)
          const {
            course,
            lessons: [lesson]
          } = yield* draftCourse(author)
          yield* publishLesson(lesson!.id)
          yield* as(author)(courses.submitForReview({ courseId: course.id }))
          const publishAt = DateTime.add(now, { days: 1 })
          yield* as(reviewer)(courses.schedule({ courseId: course.id, publishAt }))
          yield* clockAt(publishAt, passed)
          yield* as(admin)(courses.unpublish({ courseId: course.id, comment }))
          assert.strictEqual(yield* textOf(lesson!.id, "published"), expected)
          assert.strictEqual(Option.isSome(yield* kept.findCourse(course.id)), expected === "text")
        }
      })
    )
  })
