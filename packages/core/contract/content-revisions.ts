/** Laws of revisions. Source: CON-9. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Courses, type Lesson, LessonBodies, Lessons, Tags } from "../src/content/index.ts"
import {
  draftCourse,
  liveCourse,
  publishCourse,
  publishLesson,
  reviewerOnly,
  schoolOn,
  shownOf,
  slug,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"

const comment = "not for now"

/** What learners read of a lesson, and what is kept of it. */
const textOf = (id: Lesson["id"], version: "live" | "published") =>
  Effect.map(
    LessonBodies.use((bodies) => bodies.find(id, version)),
    Option.match({ onNone: () => "nothing", onSome: ({ textContent }) => textContent ?? "no text" })
  )

export const revisionContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Revisions on ${adapter}`, (it) => {
    it.effect(
      "learners read the live lesson until its revision is approved, and then all of it at once (CON-9)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { author, learner, reviewer } = yield* staff
          const {
            lessons: [lesson]
          } = yield* liveCourse(author)
          const lessonId = lesson!.id
          const before = yield* asVisitor(lessons.get({ lessonId }))
          const fields = {
            title: "Second edition",
            textContent: "second",
            estimatedMinutes: 9,
            isFreePreview: true
          }
          const { lesson: live, revision } = yield* as(author)(
            lessons.update({ lessonId, version: before.version, ...fields })
          )
          assert.deepInclude(revision!, { workflowStatus: "draft", createdBy: author })
          assert.deepInclude(revision!.content, fields)
          const stillLive = Effect.gen(function* () {
            const seen = yield* as(learner)(lessons.get({ lessonId }))
            assert.deepInclude(seen, {
              title: before.title,
              isFreePreview: false,
              workflowStatus: "published"
            })
            assert.strictEqual(yield* textOf(lessonId, "live"), "text")
          })
          yield* stillLive
          const more = yield* as(author)(
            lessons.update({ lessonId, version: live.version, textContent: "second, corrected" })
          )
          assert.strictEqual(more.revision?.id, revision?.id)
          yield* as(author)(lessons.submitForReview({ lessonId }))
          yield* stillLive
          yield* as(reviewer)(lessons.reject({ lessonId, comment }))
          yield* stillLive
          yield* as(author)(lessons.submitForReview({ lessonId }))
          yield* as(reviewer)(lessons.approve({ lessonId }))
          assert.deepInclude(yield* as(learner)(lessons.get({ lessonId })), {
            title: "Second edition",
            isFreePreview: true,
            estimatedMinutes: 9,
            publishedAt: before.publishedAt!,
            lastEditorId: author
          })
          assert.strictEqual(yield* textOf(lessonId, "live"), "second, corrected")
        })
    )

    it.effect("a course is revised beside the live one, tags and slug with it (CON-9)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const tags = yield* Tags
        const { author, learner, reviewer } = yield* staff
        const [tag, gone] = [slug("tag"), slug("tag")]
        for (const name of [tag, gone]) yield* as(author)(tags.create({ slug: name, name }))
        const { course } = yield* liveCourse(author)
        const courseId = course.id
        const fresh = slug("fresh")
        yield* as(author)(
          courses.update({ courseId, version: course.version, title: "New", slug: fresh, tags: [tag, gone] })
        )
        assert.deepInclude(yield* as(learner)(courses.get({ courseId })), {
          title: course.title,
          slug: course.slug
        })
        assert.deepStrictEqual((yield* as(learner)(courses.get({ courseId }))).tags, [])
        assert.strictEqual((yield* as(learner)(tags.get({ slug: tag }))).usageCount, 0)
        yield* asService(tags.delete({ slug: gone }))
        yield* as(author)(courses.submitForReview({ courseId }))
        const after = yield* as(reviewer)(courses.approve({ courseId }))
        assert.deepInclude(after, {
          title: "New",
          slug: fresh,
          workflowStatus: "published",
          publishedAt: course.publishedAt!
        })
        assert.deepStrictEqual(after.tags, [tag])
        assert.strictEqual((yield* as(learner)(tags.get({ slug: tag }))).usageCount, 1)
      })
    )

    it.effect("a revision goes through the same table, by the same people (CON-9, CON-1)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { admin, author, editor, reviewer } = yield* staff
        const {
          lessons: [lesson]
        } = yield* liveCourse(author)
        const lessonId = lesson!.id
        const refused = "content.transition_not_allowed"
        for (const step of ["submitForReview", "approve", "withdraw"] as const) {
          assert.strictEqual(yield* codeOf(asService(lessons[step]({ lessonId }))), refused)
        }
        const { version } = yield* as(author)(lessons.get({ lessonId }))
        yield* as(author)(lessons.update({ lessonId, version, title: "Mine" }))
        assert.strictEqual(yield* codeOf(asService(lessons.approve({ lessonId }))), refused)
        yield* as(author)(lessons.submitForReview({ lessonId }))
        assert.strictEqual(
          yield* codeOf(as(author)(lessons.update({ lessonId, version: version + 2, title: "No" }))),
          "kernel.forbidden"
        )
        yield* as(editor)(lessons.update({ lessonId, version: version + 2, title: "Touched" }))
        assert.strictEqual(yield* codeOf(as(editor)(lessons.approve({ lessonId }))), "kernel.forbidden")
        yield* as(author)(lessons.withdraw({ lessonId }))
        yield* as(author)(lessons.submitForReview({ lessonId }))
        assert.strictEqual(yield* codeOf(as(editor)(lessons.approve({ lessonId }))), "kernel.forbidden")
        yield* as(reviewer)(lessons.approve({ lessonId }))
        const { items } = yield* as(admin)(lessons.history({ lessonId }))
        assert.deepStrictEqual(
          items.filter(({ isRevision }) => isRevision).map(({ transitionName }) => transitionName),
          ["submit_for_review", "withdraw_content", "submit_for_review", "approve_content"]
        )
        const kept = yield* as(author)(lessons.revisions({ lessonId }))
        assert.deepStrictEqual(
          kept.items.map(({ content, workflowStatus }) => [workflowStatus, content.title]),
          [["published", "Touched"]]
        )
      })
    )

    it.effect(
      "who only reviews sees a revision that is handed in, also beside what is not live (CON-9, CON-5)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { author } = yield* staff
          const reader = yield* reviewerOnly
          const {
            lessons: [lesson]
          } = yield* draftCourse(author)
          const lessonId = lesson!.id
          yield* publishLesson(lessonId)
          const { lesson: live } = yield* as(author)(
            lessons.update({ lessonId, version: 3, title: "Revised" })
          )
          assert.strictEqual(
            yield* codeOf(as(reader)(lessons.getDraft({ lessonId }))),
            "content.lesson_not_found"
          )
          yield* as(author)(lessons.submitForReview({ lessonId, version: live.version }))
          const seen = yield* as(reader)(lessons.getDraft({ lessonId }))
          assert.strictEqual(seen.revision?.content.title, "Revised")
          assert.strictEqual(yield* codeOf(as(reader)(lessons.reject({ lessonId, comment }))), "done")
          assert.strictEqual(
            yield* codeOf(as(reader)(lessons.getDraft({ lessonId }))),
            "content.lesson_not_found"
          )
        })
    )

    it.effect(
      "a revision that is dropped leaves the live one; an edit that changes nothing makes none (CON-9)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const { author } = yield* staff
          const {
            course,
            lessons: [lesson]
          } = yield* liveCourse(author)
          const [courseId, lessonId] = [course.id, lesson!.id]
          const same = yield* as(author)(
            courses.update({ courseId, version: course.version, title: course.title })
          )
          assert.deepStrictEqual(same, { course })
          assert.strictEqual(
            yield* codeOf(as(author)(courses.discardRevision({ courseId }))),
            "content.revision_not_found"
          )
          yield* as(author)(courses.update({ courseId, version: course.version, title: "Other" }))
          const { version } = yield* as(author)(lessons.get({ lessonId }))
          yield* as(author)(lessons.update({ lessonId, version, textContent: "other" }))
          yield* as(author)(courses.discardRevision({ courseId }))
          yield* as(author)(lessons.discardRevision({ lessonId, version: version + 1 }))
          assert.notProperty(yield* as(author)(courses.getDraft({ courseId })), "revision")
          assert.notProperty(yield* as(author)(lessons.getDraft({ lessonId })), "revision")
          assert.strictEqual((yield* asVisitor(courses.get({ courseId }))).title, course.title)
          assert.deepStrictEqual((yield* as(author)(courses.revisions({ courseId }))).items, [])
        })
    )

    it.effect("what is archived goes on from its revision as well: nothing is edited twice (CON-9)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { admin, author } = yield* staff
        const { course } = yield* liveCourse(author)
        const courseId = course.id
        yield* as(author)(courses.update({ courseId, version: course.version, title: "In the making" }))
        const archived = yield* as(admin)(courses.archive({ courseId }))
        assert.strictEqual(archived.title, "In the making")
        assert.notProperty(yield* as(author)(courses.getDraft({ courseId })), "revision")
        yield* as(admin)(courses.update({ courseId, version: archived.version, title: "Corrected" }))
        assert.strictEqual((yield* as(admin)(courses.restore({ courseId }))).title, "Corrected")
      })
    )

    it.effect(
      "what is taken back to a draft goes on from its revision; readers keep what they read (CON-9)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { admin, author } = yield* staff
          const {
            lessons: [lesson]
          } = yield* liveCourse(author)
          const lessonId = lesson!.id
          const { version } = yield* as(author)(lessons.get({ lessonId }))
          yield* as(author)(
            lessons.update({ lessonId, version, textContent: "in the making", title: "Better" })
          )
          yield* as(admin)(lessons.unpublish({ lessonId, comment }))
          const draft = yield* as(author)(lessons.getDraft({ lessonId }))
          assert.deepInclude(draft.lesson, {
            workflowStatus: "draft",
            title: "Better",
            textContent: "in the making"
          })
          assert.notProperty(draft, "revision")
          assert.strictEqual(yield* textOf(lessonId, "published"), "text")
          yield* as(author)(
            lessons.update({ lessonId, version: draft.lesson.version, textContent: "and on" })
          )
          assert.strictEqual(yield* textOf(lessonId, "published"), "text")
          assert.strictEqual(yield* textOf(lessonId, "live"), "and on")
          yield* publishLesson(lessonId)
          yield* as(admin)(lessons.archive({ lessonId }))
          assert.strictEqual(yield* textOf(lessonId, "published"), "and on")
        })
    )

    it.effect("of eight who approve at once, one does, and the others are told (CON-1, KER-21)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author, editor } = yield* staff
        const {
          lessons: [lesson]
        } = yield* draftCourse(author)
        const lessonId = lesson!.id
        yield* as(author)(lessons.submitForReview({ lessonId }))
        const approvals = Array.from({ length: 8 }, () => codeOf(as(editor)(lessons.approve({ lessonId }))))
        const outcomes = yield* Effect.all(approvals, { concurrency: "unbounded" })
        assert.lengthOf(
          outcomes.filter((code) => code === "done"),
          1
        )
        assert.lengthOf(
          outcomes.filter((code) => code === "content.transition_not_allowed"),
          7
        )
        assert.lengthOf((yield* as(author)(lessons.history({ lessonId }))).items, 2)
      })
    )

    it.effect("publishing a course publishes none of its drafts (CON-9)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          lessons: [ready, draft],
          course
        } = yield* draftCourse(author, 2)
        yield* publishLesson(ready!.id)
        yield* publishCourse(course.id)
        assert.strictEqual((yield* as(author)(lessons.get({ lessonId: draft!.id }))).workflowStatus, "draft")
        assert.deepStrictEqual(yield* asVisitor(shownOf(course.id)), [[1, [ready!.id]]])
      })
    )

    it.effect(
      "of two who revise one version at once, one is told that the other was faster (CON-9, KER-21, KER-23)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { author, editor } = yield* staff
          const {
            lessons: [lesson]
          } = yield* liveCourse(author)
          const lessonId = lesson!.id
          const { version } = yield* as(author)(lessons.get({ lessonId }))
          const edits = [author, editor].map((who) =>
            codeOf(as(who)(lessons.update({ lessonId, version, title: `By ${who}` })))
          )
          const outcomes = yield* Effect.all(edits, { concurrency: "unbounded" })
          assert.deepStrictEqual([...outcomes].sort(), ["done", "kernel.stale_version"])
          assert.lengthOf((yield* as(author)(lessons.revisions({ lessonId }))).items, 1)
        })
    )

    it.effect(
      "revisions that would make lessons wait in a circle together are refused when they meet (CON-9, CON-8)",
      () =>
        Effect.gen(function* () {
          const lessons = yield* Lessons
          const { author } = yield* staff
          const {
            lessons: [a, b]
          } = yield* liveCourse(author, 2)
          for (const [lesson, on] of [
            [a, b],
            [b, a]
          ] as const) {
            const { version } = yield* as(author)(lessons.get({ lessonId: lesson!.id }))
            yield* as(author)(lessons.update({ lessonId: lesson!.id, version, prerequisites: [on!.id] }))
            yield* as(author)(lessons.submitForReview({ lessonId: lesson!.id }))
          }
          assert.strictEqual(yield* codeOf(asService(lessons.approve({ lessonId: a!.id }))), "done")
          assert.strictEqual(
            yield* codeOf(asService(lessons.approve({ lessonId: b!.id }))),
            "content.prerequisite_cycle"
          )
        })
    )
  })
