/** Laws of the workflow: who moves what from where, publishing, histories. Source: CON-1 to CON-3, KER-10, KER-23. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import { courseOperations, Courses, Lessons, Modules } from "../src/content/index.ts"
import { Outbox } from "../src/shared/outbox.ts"
import {
  draftCourse,
  liveCourse,
  newCourse,
  newLesson,
  newModule,
  publishCourse,
  publishLesson,
  schoolOn,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"
import { at, clockAt } from "./samples.ts"

const comment = "not yet good enough"

export const workflowContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Workflow on ${adapter}`, (it) => {
    it.effect("a course and its lesson take every step of the table, one after the other (CON-1)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { admin, author, editor, reviewer } = yield* staff
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const [courseId, lessonId] = [course.id, lesson!.id]
        const statuses: Array<string> = []
        const see = <E, R>(item: Effect.Effect<{ readonly workflowStatus: string }, E, R>) =>
          Effect.map(item, ({ workflowStatus }) => statuses.push(workflowStatus))
        yield* as(author)(lessons.submitForReview({ lessonId })).pipe(see)
        yield* as(reviewer)(lessons.reject({ lessonId, comment })).pipe(see)
        yield* as(editor)(lessons.submitForReview({ lessonId })).pipe(see)
        yield* as(author)(lessons.withdraw({ lessonId })).pipe(see)
        yield* as(author)(lessons.submitForReview({ lessonId })).pipe(see)
        yield* as(reviewer)(lessons.approve({ lessonId })).pipe(see)
        yield* as(author)(courses.submitForReview({ courseId })).pipe(see)
        yield* as(reviewer)(courses.approve({ courseId })).pipe(see)
        yield* as(admin)(courses.archive({ courseId })).pipe(see)
        yield* as(admin)(courses.restore({ courseId })).pipe(see)
        yield* publishCourse(courseId).pipe(see)
        yield* as(admin)(courses.unpublish({ courseId, comment })).pipe(see)
        yield* as(admin)(lessons.archive({ lessonId })).pipe(see)
        yield* as(admin)(lessons.restore({ lessonId })).pipe(see)
        assert.deepStrictEqual(statuses, [
          "in_review",
          "draft",
          "in_review",
          "draft",
          "in_review",
          "published",
          "in_review",
          "published",
          "archived",
          "draft",
          "published",
          "draft",
          "archived",
          "draft"
        ])
      })
    )

    it.effect("every other step from every status is refused, of courses and of lessons (CON-1)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author } = yield* staff
        const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
          draft: ["submitForReview"],
          in_review: ["approve", "reject", "withdraw"],
          published: ["archive", "unpublish"],
          archived: ["restore"]
        }
        const steps = [
          "submitForReview",
          "approve",
          "reject",
          "withdraw",
          "archive",
          "unpublish",
          "restore"
        ] as const
        for (const status of Object.keys(allowed)) {
          const {
            course,
            lessons: [lesson]
          } = yield* draftCourse(author)
          const [courseId, lessonId] = [course.id, lesson!.id]
          // The course holds a second lesson that is published, so that nothing but the table refuses.
          const second = yield* as(author)(newLesson(lesson!.moduleId))
          yield* publishLesson(second.id)
          const reach = asService(
            Effect.gen(function* () {
              if (status === "draft") return
              yield* Effect.andThen(
                courses.submitForReview({ courseId }),
                lessons.submitForReview({ lessonId })
              )
              if (status === "in_review") return
              yield* Effect.andThen(courses.approve({ courseId }), lessons.approve({ lessonId }))
              if (status === "published") return
              yield* Effect.andThen(courses.archive({ courseId }), lessons.archive({ lessonId }))
            })
          )
          yield* reach
          for (const step of steps.filter((name) => !allowed[status]!.includes(name))) {
            const refused = "content.transition_not_allowed"
            assert.strictEqual(
              yield* codeOf(asService(courses[step]({ courseId, comment }))),
              refused,
              `course ${status} ${step}`
            )
            assert.strictEqual(
              yield* codeOf(asService(lessons[step]({ lessonId, comment }))),
              refused,
              `lesson ${status} ${step}`
            )
          }
        }
      })
    )

    it.effect("nobody approves what they made, teach or last edited, unless they are admin (CON-1)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { admin, author, editor, reviewer } = yield* staff
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const [courseId, lessonId] = [course.id, lesson!.id]
        yield* publishLesson(lessonId)
        const approve = (id: typeof author) => codeOf(as(id)(courses.approve({ courseId })))
        yield* as(admin)(courses.assignInstructor({ courseId, instructorId: reviewer }))
        const { course: edited } = yield* as(editor)(
          courses.update({ courseId, version: 2, title: "Edited" })
        )
        assert.strictEqual(edited.lastEditorId, editor)
        yield* as(author)(courses.submitForReview({ courseId }))
        assert.strictEqual(yield* approve(author), "kernel.forbidden")
        assert.strictEqual(yield* approve(editor), "kernel.forbidden")
        assert.strictEqual(yield* approve(reviewer), "kernel.forbidden")
        assert.strictEqual(
          yield* codeOf(as(editor)(courses.reject({ courseId, comment }))),
          "kernel.forbidden"
        )
        assert.strictEqual(yield* codeOf(as(reviewer)(courses.withdraw({ courseId }))), "kernel.forbidden")
        const third = (yield* staff).editor
        assert.strictEqual(yield* approve(third), "done")
        const own = yield* draftCourse(admin)
        yield* as(admin)(lessons.submitForReview({ lessonId: own.lessons[0]!.id }))
        assert.strictEqual(
          yield* codeOf(as(admin)(lessons.approve({ lessonId: own.lessons[0]!.id }))),
          "done"
        )
      })
    )

    it.effect("a step takes its permission, named, before anything is written (CON-1, KER-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, editor, learner, other } = yield* staff
        const { course } = yield* liveCourse(author)
        const { id: courseId } = course
        for (const step of [courses.archive, courses.submitForReview, courses.approve]) {
          const refusal = yield* Effect.flip(as(learner)(step({ courseId })))
          assert.strictEqual(refusal._tag, "kernel.forbidden")
        }
        const missing = yield* Effect.flip(as(editor)(courses.unpublish({ courseId, comment })))
        assert.deepInclude(missing, { _tag: "kernel.forbidden", permission: "content.archive" })
        const draft = yield* draftCourse(author)
        const hidden = yield* codeOf(as(other)(courses.submitForReview({ courseId: draft.course.id })))
        assert.strictEqual(hidden, "content.course_not_found")
        assert.strictEqual(yield* codeOf(asVisitor(courses.archive({ courseId }))), "kernel.sign_in_required")
        assert.deepStrictEqual(yield* asService(courses.get({ courseId })), course)
      })
    )

    it.effect("a course needs a published module with a published lesson to be published (CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const modules = yield* Modules
        const { author } = yield* staff
        const course = yield* as(author)(newCourse())
        const courseId = course.id
        const approve = codeOf(asService(courses.approve({ courseId })))
        const refused = "content.nothing_to_publish"
        yield* asService(courses.submitForReview({ courseId }))
        assert.strictEqual(yield* approve, refused)
        const module = yield* as(author)(newModule(courseId, { isPublished: false }))
        const lesson = yield* as(author)(newLesson(module.id))
        assert.strictEqual(yield* approve, refused)
        yield* publishLesson(lesson.id)
        assert.strictEqual(yield* approve, refused)
        yield* as(author)(modules.update({ moduleId: module.id, version: 1, isPublished: true }))
        assert.strictEqual(yield* approve, "done")
      })
    )

    it.effect("publishing sets publishedAt the first time only (CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        const first = at("2026-02-01T10:00:00.000Z")
        yield* clockAt(first)
        const { course } = yield* liveCourse(author)
        assert.deepStrictEqual(course.publishedAt, first)
        yield* clockAt(first, 86_400_000)
        yield* asService(courses.unpublish({ courseId: course.id, comment }))
        const again = yield* publishCourse(course.id)
        assert.deepStrictEqual(again.publishedAt, first)
      })
    )

    it.effect("a scheduled course is published at its instant, not a millisecond before (CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, learner, reviewer } = yield* staff
        const now = at("2026-02-01T10:00:00.000Z")
        const publishAt = at("2026-03-01T08:00:00.000Z")
        yield* clockAt(now)
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const courseId = course.id
        yield* publishLesson(lesson!.id)
        yield* as(author)(courses.submitForReview({ courseId }))
        const late = yield* codeOf(as(reviewer)(courses.schedule({ courseId, publishAt: now })))
        assert.strictEqual(late, "kernel.invalid")
        const scheduled = yield* as(reviewer)(courses.schedule({ courseId, publishAt }))
        assert.deepInclude(scheduled, { workflowStatus: "published", publishedAt: publishAt, publishAt })
        const sees = codeOf(as(learner)(courses.get({ courseId })))
        assert.strictEqual(yield* sees, "content.course_not_found")
        yield* clockAt(publishAt, -1)
        assert.strictEqual(yield* sees, "content.course_not_found")
        yield* clockAt(publishAt)
        assert.strictEqual(yield* sees, "done")
        assert.strictEqual(
          yield* codeOf(
            as(reviewer)(courses.schedule({ courseId, publishAt: DateTime.add(publishAt, { days: 1 }) }))
          ),
          "content.already_published"
        )
      })
    )

    it.effect("a publication to come can be moved, and taken back as if it never was (CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { admin, author, learner, reviewer } = yield* staff
        const now = at("2026-02-01T10:00:00.000Z")
        yield* clockAt(now)
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const courseId = course.id
        yield* publishLesson(lesson!.id)
        yield* as(author)(courses.submitForReview({ courseId }))
        yield* as(reviewer)(courses.schedule({ courseId, publishAt: DateTime.add(now, { days: 1 }) }))
        const later = DateTime.add(now, { days: 2 })
        const moved = yield* as(reviewer)(courses.schedule({ courseId, publishAt: later }))
        assert.deepInclude(moved, { publishedAt: later, publishAt: later })
        yield* clockAt(now, 86_400_000)
        assert.strictEqual(yield* codeOf(as(learner)(courses.get({ courseId }))), "content.course_not_found")
        const draft = yield* as(admin)(courses.unpublish({ courseId, comment }))
        assert.notProperty(draft, "publishedAt")
        assert.notProperty(draft, "publishAt")
      })
    )

    it.effect(
      "the history of an item tells each step with from, to, actor and comment, in order (CON-3)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const outbox = yield* Outbox
          const { admin, author, learner, reviewer } = yield* staff
          const {
            course,
            lessons: [lesson]
          } = yield* draftCourse(author)
          const courseId = course.id
          yield* publishLesson(lesson!.id)
          yield* as(author)(courses.submitForReview({ courseId, comment: "ready" }))
          yield* as(reviewer)(courses.reject({ courseId, comment }))
          yield* as(author)(courses.submitForReview({ courseId }))
          yield* as(reviewer)(courses.approve({ courseId, comment: "fine" }))
          yield* as(admin)(courses.archive({ courseId }))
          const { items } = yield* as(author)(courses.history({ courseId }))
          const told = items.map(({ actor, comment, fromStatus, toStatus, transitionName }) => [
            transitionName,
            fromStatus,
            toStatus,
            actor._tag === "User" ? actor.id : actor._tag,
            comment
          ])
          assert.deepStrictEqual(told, [
            ["submit_for_review", "draft", "in_review", author, "ready"],
            ["reject_content", "in_review", "draft", reviewer, comment],
            ["submit_for_review", "draft", "in_review", author, undefined],
            ["approve_content", "in_review", "published", reviewer, "fine"],
            ["archive_content", "published", "archived", admin, undefined]
          ])
          const events = (yield* outbox.events(
            { subject: courseId, name: "content.item_transitioned" },
            Option.none(),
            100
          )).filter(({ payload }) => (payload as { readonly itemType: string }).itemType === "course")
          assert.lengthOf(events, 5)
          assert.deepInclude(events[0]!.payload as object, {
            from: "published",
            to: "archived",
            transition: "archive_content"
          })
          const pages = yield* as(author)(courses.history({ courseId, limit: 2 }))
          const rest = yield* as(author)(courses.history({ courseId, limit: 100, cursor: pages.next! }))
          assert.deepStrictEqual([...pages.items, ...rest.items], items)
          assert.strictEqual(
            yield* codeOf(as(learner)(courses.history({ courseId }))),
            "content.course_not_found"
          )
        })
    )

    it.effect("rejecting and unpublishing say why; the other steps need not (CON-1)", () =>
      Effect.sync(() => {
        const id = { courseId: "00000000-0000-7000-8000-000000000001" }
        const takes = (step: keyof typeof courseOperations, input: object) =>
          Schema.decodeUnknownOption(courseOperations[step].input)(input)._tag === "Some"
        for (const step of ["reject", "unpublish"] as const) {
          assert.isFalse(takes(step, id))
          assert.isTrue(takes(step, { ...id, comment }))
        }
        for (const step of ["submitForReview", "approve", "withdraw", "archive", "restore"] as const)
          assert.isTrue(takes(step, id))
      })
    )

    it.effect("an item that somebody else changed meanwhile is not changed (KER-23)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const [courseId, lessonId] = [course.id, lesson!.id]
        const edit = (version: number) =>
          as(author)(courses.update({ courseId, version, title: `Version ${version}` }))
        assert.strictEqual((yield* edit(1)).course.version, 2)
        const stale = yield* Effect.flip(edit(1))
        assert.deepInclude(stale, { _tag: "kernel.stale_version", current: 2 })
        assert.strictEqual(
          yield* codeOf(as(author)(courses.submitForReview({ courseId, version: 1 }))),
          "kernel.stale_version"
        )
        assert.strictEqual(
          yield* codeOf(as(author)(lessons.update({ lessonId, version: 9, title: "No" }))),
          "kernel.stale_version"
        )
        assert.strictEqual(
          yield* codeOf(as(author)(lessons.remove({ lessonId, version: 9 }))),
          "kernel.stale_version"
        )
        const same = yield* as(author)(courses.update({ courseId, version: 2, title: "Version 1" }))
        assert.strictEqual(same.course.version, 2)
      })
    )
  })
