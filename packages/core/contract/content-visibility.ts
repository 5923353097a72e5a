/** Laws of who sees and who edits. Source: CON-4, CON-5, KER-10, KER-11, KER-24. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type Course, Courses, Lessons, Modules } from "../src/content/index.ts"
import { Outbox } from "../src/shared/outbox.ts"
import {
  draftCourse,
  liveCourse,
  newLesson,
  newModule,
  publishLesson,
  reviewerOnly,
  schoolOn,
  shownOf,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each } from "./people.ts"
import { fieldsOf, someUser } from "./samples.ts"

export const visibilityContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Visibility on ${adapter}`, (it) => {
    it.effect(
      "a draft exists for its authors and for staff; for all others it is like one that never was (CON-5, KER-11)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const { author, editor, learner, other } = yield* staff
          const {
            course,
            lessons: [lesson]
          } = yield* draftCourse(author)
          const [courseId, lessonId] = [course.id, lesson!.id]
          yield* as(author)(courses.assignInstructor({ courseId, instructorId: other }))
          for (const who of [author, other, editor]) {
            assert.strictEqual(yield* codeOf(as(who)(courses.get({ courseId }))), "done")
            assert.strictEqual(yield* codeOf(as(who)(lessons.getDraft({ lessonId }))), "done")
          }
          const missing = { courseId: "00000000-0000-7000-8000-00000000dead" as Course["id"] }
          const [foreign, never] = yield* as(learner)(
            Effect.all([Effect.flip(courses.get({ courseId })), Effect.flip(courses.get(missing))])
          )
          assert.deepStrictEqual(fieldsOf(foreign), { ...(fieldsOf(never) as object), course: courseId })
          for (const refused of each(
            courses.get({ courseId }),
            courses.getBySlug({ slug: course.slug }),
            courses.outline({ courseId }),
            courses.getDraft({ courseId }),
            courses.export({ courseId }),
            courses.history({ courseId })
          )) {
            assert.strictEqual(yield* codeOf(as(learner)(refused)), "content.course_not_found")
            assert.strictEqual(yield* codeOf(asVisitor(refused)), "content.course_not_found")
          }
          for (const refused of each(
            lessons.get({ lessonId }),
            lessons.getDraft({ lessonId }),
            lessons.history({ lessonId })
          )) {
            assert.strictEqual(yield* codeOf(as(learner)(refused)), "content.lesson_not_found")
          }
        })
    )

    it.effect("reviewers see what is in review, and no draft (CON-5)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author } = yield* staff
        const reader = yield* reviewerOnly
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const [courseId, lessonId] = [course.id, lesson!.id]
        const sees = Effect.all([
          codeOf(as(reader)(courses.get({ courseId }))),
          codeOf(as(reader)(lessons.getDraft({ lessonId })))
        ])
        assert.deepStrictEqual(yield* sees, ["content.course_not_found", "content.lesson_not_found"])
        yield* as(author)(
          Effect.andThen(courses.submitForReview({ courseId }), lessons.submitForReview({ lessonId }))
        )
        assert.deepStrictEqual(yield* sees, ["done", "done"])
        yield* as(author)(Effect.andThen(courses.withdraw({ courseId }), lessons.withdraw({ lessonId })))
        assert.deepStrictEqual(yield* sees, ["content.course_not_found", "content.lesson_not_found"])
      })
    )

    it.effect(
      "everyone sees the live lessons of a course, authors all of them, and nobody a body (CON-4, CON-5)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { author, learner } = yield* staff
          const {
            course,
            lessons: [first],
            module
          } = yield* liveCourse(author)
          const draft = yield* as(author)(newLesson(module.id))
          const hidden = yield* as(author)(newModule(course.id, { isPublished: false }))
          const inHidden = yield* as(author)(newLesson(hidden.id))
          yield* publishLesson(inHidden.id)
          assert.deepStrictEqual(yield* asVisitor(shownOf(course.id)), [[1, [first!.id]]])
          assert.deepStrictEqual(yield* as(learner)(shownOf(course.id)), [[1, [first!.id]]])
          assert.deepStrictEqual(yield* as(author)(shownOf(course.id)), [
            [1, [first!.id, draft.id]],
            [2, [inHidden.id]]
          ])
          for (const lessonId of [draft.id, inHidden.id]) {
            assert.strictEqual(
              yield* codeOf(asVisitor(lessons.get({ lessonId }))),
              "content.lesson_not_found"
            )
          }
          const seen = yield* asVisitor(lessons.get({ lessonId: first!.id }))
          for (const field of [
            "textContent",
            "content",
            "quizConfig",
            "projectInstructions",
            "videoUrl",
            "resources"
          ]) {
            assert.notProperty(seen, field)
          }
          assert.strictEqual(
            yield* codeOf(as(learner)(lessons.getDraft({ lessonId: first!.id }))),
            "kernel.forbidden"
          )
        })
    )

    it.effect(
      "creator and instructor edit their drafts, nobody else's, and not what is in review (CON-5)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const { author, editor, other } = yield* staff
          const {
            course,
            lessons: [lesson]
          } = yield* draftCourse(author)
          const [courseId, lessonId] = [course.id, lesson!.id]
          const edit = (version: number) => courses.update({ courseId, version, title: `Title ${version}` })
          assert.strictEqual(yield* codeOf(as(other)(edit(1))), "content.course_not_found")
          yield* as(author)(courses.assignInstructor({ courseId, instructorId: other }))
          assert.strictEqual(yield* codeOf(as(other)(edit(2))), "done")
          assert.strictEqual(
            yield* codeOf(as(author)(lessons.update({ lessonId, version: 1, title: "New" }))),
            "done"
          )
          yield* as(author)(
            Effect.andThen(courses.submitForReview({ courseId }), lessons.submitForReview({ lessonId }))
          )
          assert.strictEqual(yield* codeOf(as(author)(edit(4))), "kernel.forbidden")
          assert.strictEqual(
            yield* codeOf(as(author)(lessons.update({ lessonId, version: 3, title: "Newer" }))),
            "kernel.forbidden"
          )
          assert.strictEqual(yield* codeOf(as(editor)(edit(4))), "done")
        })
    )

    it.effect(
      "what readers see of a course is rearranged by staff, or by instructors of their own (CON-5)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const modules = yield* Modules
          const lessons = yield* Lessons
          const { author, learner, other } = yield* staff
          const {
            course,
            lessons: [first],
            module
          } = yield* liveCourse(author, 2)
          // Somebody without the role of an instructor teaches it now.
          yield* as(author)(courses.assignInstructor({ courseId: course.id, instructorId: learner }))
          const lessonId = first!.id
          assert.strictEqual(
            yield* codeOf(as(learner)(lessons.move({ lessonId, place: 2 }))),
            "kernel.forbidden"
          )
          assert.strictEqual(
            yield* codeOf(as(learner)(modules.update({ moduleId: module.id, version: 1, title: "No" }))),
            "kernel.forbidden"
          )
          const draft = yield* as(learner)(newLesson(module.id))
          assert.strictEqual(
            yield* codeOf(as(learner)(lessons.move({ lessonId: draft.id, place: 1 }))),
            "done"
          )
          assert.strictEqual(yield* codeOf(as(author)(lessons.move({ lessonId, place: 3 }))), "done")
          assert.strictEqual(
            yield* codeOf(as(other)(lessons.move({ lessonId, place: 1 }))),
            "kernel.forbidden"
          )
          const hide = modules.update({ moduleId: module.id, version: 1, isPublished: false })
          assert.strictEqual(yield* codeOf(as(author)(hide)), "kernel.forbidden")
        })
    )

    it.effect("an instructor is somebody who exists; creator and staff say who (CON-5)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, editor, other } = yield* staff
        const { course } = yield* draftCourse(author)
        const assign = (instructorId?: typeof author) =>
          courses.assignInstructor({
            courseId: course.id,
            ...(instructorId !== undefined && { instructorId })
          })
        assert.strictEqual(yield* codeOf(as(author)(assign(someUser()))), "content.instructor_not_found")
        assert.strictEqual((yield* as(author)(assign(other))).instructorId, other)
        assert.strictEqual(yield* codeOf(as(other)(assign())), "kernel.forbidden")
        assert.notProperty(yield* as(editor)(assign()), "instructorId")
        assert.strictEqual(yield* codeOf(as(other)(assign())), "content.course_not_found")
      })
    )

    it.effect(
      "a list of what one works on holds one's own, what is in review, or all: each once (CON-5, KER-24)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const { author, editor, other } = yield* staff
          const reader = yield* reviewerOnly
          const mine = yield* Effect.forEach(Array.from({ length: 5 }), () =>
            Effect.map(draftCourse(author), ({ course }) => course.id)
          )
          yield* as(author)(courses.assignInstructor({ courseId: mine[0]!, instructorId: other }))
          yield* as(author)(courses.submitForReview({ courseId: mine[1]! }))
          const all = Effect.fnUntraced(function* (who: typeof author, limit: number) {
            const found: Array<string> = []
            let cursor: string | undefined
            do {
              const page = yield* as(who)(courses.list({ limit, ...(cursor !== undefined && { cursor }) }))
              assert.isAtMost(page.items.length, limit)
              found.push(...page.items.map(({ id }) => id))
              cursor = page.next
            } while (cursor !== undefined)
            return found
          })
          for (const limit of [1, 2, 5, 100])
            assert.deepStrictEqual(yield* all(author, limit), [...mine].sort().reverse())
          assert.deepStrictEqual(yield* all(other, 2), [mine[0]!])
          assert.includeMembers([...(yield* all(reader, 3))], [mine[1]!])
          assert.notInclude(yield* all(reader, 100), mine[2]!)
          assert.includeMembers([...(yield* all(editor, 100))], [...mine])
          const inReview = yield* as(author)(courses.list({ status: "in_review" }))
          assert.deepStrictEqual(
            inReview.items.map(({ id }) => id),
            [mine[1]!]
          )
          assert.strictEqual(yield* codeOf(asVisitor(courses.list({}))), "kernel.sign_in_required")
        })
    )

    it.effect(
      "who teaches a course, and who did, find it in the trail of what concerns them (KER-16, KER-26)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const { author, editor, other } = yield* staff
          const { course } = yield* draftCourse(author)
          for (const instructorId of [other, editor])
            yield* as(author)(courses.assignInstructor({ courseId: course.id, instructorId }))
          const told = (subject: string) =>
            Outbox.use((outbox) =>
              outbox.events({ subject, name: "content.instructor_assigned" }, Option.none(), 10)
            )
          assert.deepStrictEqual(
            (yield* told(editor)).map(({ subjects }) => subjects),
            [{ courseId: course.id, formerInstructorId: other, instructorId: editor }]
          )
          assert.strictEqual((yield* told(other)).length, 2)
        })
    )

    it.effect("making a course takes content.create, and a service needs no account (CON-5)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, learner } = yield* staff
        const create = courses.create({ title: "A new one", category: "craft" })
        const refused = yield* Effect.flip(as(learner)(create))
        assert.deepInclude(refused, { _tag: "kernel.forbidden", permission: "content.create" })
        assert.strictEqual((yield* as(author)(create)).createdBy, author)
        assert.notProperty(yield* asService(create), "createdBy")
      })
    )
  })
