/** Laws of course files that are refused. Source: CON-12, KER-14, KER-15. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Courses, Lessons, Modules } from "../src/content/index.ts"
import {
  changesOf,
  countEvents,
  exported,
  fileOf,
  importing,
  issuesOf,
  jsonOf,
  lesson,
  module,
  plain
} from "./content-files.ts"
import { draftCourse, learnedFrom, schoolOn, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf } from "./people.ts"

export const importRefusalContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Refused course files on ${adapter}`, (it) => {
    it.effect(
      "a file with a mistake changes nothing, and every mistake is named with its place (CON-12, KER-14, KER-15)",
      () =>
        Effect.gen(function* () {
          const { author } = yield* staff
          const name = slug("wrong")
          const before = yield* countEvents
          const wrong = fileOf(name, [
            module("one", [lesson("a", { prerequisites: ["zzz"] }), lesson("b", { prerequisites: ["c"] })]),
            module("two", [lesson("c", { prerequisites: ["b"], status: "draft" })])
          ])
          const nothingLive = {
            ...wrong,
            modules: wrong.modules.map((one) => ({ ...one, isPublished: false }))
          }
          const refusal = yield* Effect.flip(as(author)(importing(nothingLive)))
          assert.strictEqual(refusal._tag, "kernel.invalid")
          assert.deepStrictEqual(issuesOf(refusal).sort(), [
            "document.course.status",
            "document.modules.0.lessons.0.prerequisites.0",
            "document.modules.0.lessons.1.prerequisites"
          ])
          const twice = fileOf(name, [
            module("one", [lesson("a"), lesson("a")]),
            module("one", [lesson("d", { quiz: { passingScore: 1, questions: [] } })])
          ])
          assert.deepStrictEqual(issuesOf(yield* Effect.flip(as(author)(importing(twice)))).sort(), [
            "document.modules.0.lessons.1.slug",
            "document.modules.1.key",
            "document.modules.1.lessons.0.quiz"
          ])
          assert.strictEqual(yield* countEvents, before)
          assert.strictEqual(
            yield* codeOf(as(author)(Courses.use((courses) => courses.getBySlug({ slug: name })))),
            "content.course_not_found"
          )
        })
    )

    it.effect(
      "what somebody learned from is not pruned: nothing is changed, and it is named (CON-12, CON-10)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const name = slug("learned")
          const { courseId } = yield* asService(
            importing(fileOf(name, [module("one", [lesson("a"), lesson("b")])]))
          )
          const [, b] = (yield* asService(courses.outline({ courseId: courseId! }))).modules[0]!.lessons
          yield* learnedFrom(b!.id)
          const file = fileOf(name, [module("one", [lesson("a", { title: "Other" })])])
          const refusal = yield* Effect.flip(asService(importing(file, { prune: true })))
          assert.deepStrictEqual(issuesOf(refusal), ["document.modules"])
          assert.deepStrictEqual(
            yield* exported(courseId!),
            jsonOf(plain(fileOf(name, [module("one", [lesson("a"), lesson("b")])])))
          )
          assert.strictEqual(yield* codeOf(asService(importing(file))), "done")
        })
    )

    it.effect("a slug that is another's today, or was, is refused in the file (CON-12, CON-7, KER-11)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author, learner, other } = yield* staff
        const hidden = yield* draftCourse(other)
        const taken = yield* Effect.flip(
          as(author)(importing(fileOf(hidden.course.slug, [], { status: "draft" })))
        )
        assert.deepStrictEqual(issuesOf(taken), ["document.course.slug"])
        const name = slug("renamed")
        const { courseId } = yield* asService(importing(fileOf(name, [module("one", [lesson("a")])])))
        assert.strictEqual(
          yield* codeOf(as(author)(importing(fileOf(name, [], { status: "draft" })))),
          "kernel.forbidden"
        )
        assert.strictEqual(
          yield* codeOf(as(learner)(importing(fileOf(slug("mine"), [], { status: "draft" })))),
          "kernel.forbidden"
        )
        const found = yield* asService(lessons.getBySlug({ courseId: courseId!, slug: "a" }))
        const { version } = yield* asService(courses.get({ courseId: courseId! }))
        yield* asService(courses.update({ courseId: courseId!, version, slug: slug("newer") }))
        yield* asService(lessons.update({ lessonId: found.id, version: found.version, slug: "aa" }))
        yield* asService(
          Effect.all([
            courses.submitForReview({ courseId: courseId! }),
            courses.approve({ courseId: courseId! })
          ])
        )
        yield* asService(
          Effect.all([
            lessons.submitForReview({ lessonId: found.id }),
            lessons.approve({ lessonId: found.id })
          ])
        )
        const old = yield* Effect.flip(asService(importing(fileOf(name, []))))
        assert.deepStrictEqual(issuesOf(old), ["document.course.slug"])
        const now = yield* asService(courses.get({ courseId: courseId! }))
        const lessonOld = yield* Effect.flip(
          asService(importing(fileOf(now.slug, [module("one", [lesson("a")])])))
        )
        assert.deepStrictEqual(issuesOf(lessonOld), ["document.modules.0.lessons.0.slug"])
      })
    )

    it.effect(
      "a file of a course that somebody else edits meanwhile takes what they may not do into account (CON-12, CON-5)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const modules = yield* Modules
          const { author, learner } = yield* staff
          const name = slug("shown")
          const file = fileOf(name, [module("one", [lesson("a")])])
          const { courseId } = yield* asService(importing(file))
          yield* asService(courses.assignInstructor({ courseId: courseId!, instructorId: learner }))
          // Creator and instructor without content.edit do not rearrange what readers see.
          const renamed = fileOf(name, [module("one", [lesson("a")], { title: "Renamed" })])
          assert.strictEqual(yield* codeOf(as(learner)(importing(renamed))), "kernel.forbidden")
          const grown = fileOf(name, [module("one", [lesson("a")]), module("two", [lesson("z")])])
          const { items } = yield* as(learner)(importing(grown))
          assert.deepStrictEqual(changesOf(items), [
            ["two", "created"],
            ["z", "created"]
          ])
          const { modules: all } = yield* asService(courses.outline({ courseId: courseId! }))
          assert.isFalse(all[1]!.isPublished)
          assert.strictEqual(
            yield* codeOf(as(learner)(modules.remove({ moduleId: all[0]!.id }))),
            "kernel.forbidden"
          )
          assert.strictEqual(
            yield* codeOf(as(author)(modules.remove({ moduleId: all[1]!.id }))),
            "content.module_not_found"
          )
        })
    )
  })
