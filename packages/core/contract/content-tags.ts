/** Laws of tags, and of deleting. Source: CON-10, KER-21. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { type Course, Courses, Lessons, Modules, Tags } from "../src/content/index.ts"
import { draftCourse, learnedFrom, liveCourse, newCourse, schoolOn, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, racing } from "./people.ts"
import { samples } from "./samples.ts"

export const newTag = (fields: Partial<Parameters<Tags["Service"]["create"]>[0]> = {}) =>
  asService(Tags.use((tags) => tags.create({ name: "Tag", slug: slug("tag"), ...fields })))

export const tagContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Tags on ${adapter}`, (it) => {
    const counts = (slugs: ReadonlyArray<string>) =>
      Effect.forEach(slugs, (one) =>
        Effect.map(asVisitor(Tags.use((tags) => tags.get({ slug: one }))), ({ usageCount }) => usageCount)
      )

    it.effect("a tag's count is the number of courses that carry it, whatever happens to them (CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        const tags = yield* Effect.forEach([1, 2, 3, 4], () => Effect.map(newTag(), (tag) => tag.slug))
        const anyAct = fc.record({ which: fc.nat(4), tags: fc.subarray(tags), remove: fc.boolean() })
        const model = new Map<Course["id"], ReadonlyArray<string>>()
        for (const act of samples(anyAct, 30)) {
          const ids = [...model.keys()]
          const courseId = ids[act.which]
          if (courseId === undefined) {
            model.set((yield* as(author)(newCourse({ tags: act.tags }))).id, act.tags)
          } else if (act.remove && ids.length > 3) {
            yield* as(author)(courses.delete({ courseId }))
            model.delete(courseId)
          } else {
            const { version } = yield* as(author)(courses.get({ courseId }))
            const { course } = yield* as(author)(courses.update({ courseId, version, tags: act.tags }))
            assert.deepStrictEqual(course.tags, [...act.tags].sort())
            model.set(courseId, act.tags)
          }
          const carried = [...model.values()].flat()
          assert.deepStrictEqual(
            yield* counts(tags),
            tags.map((one) => carried.filter((tag) => tag === one).length)
          )
        }
      })
    )

    it.effect(
      "the count holds when 64 courses change the same tags at once, in any order (CON-10, KER-21)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const { author } = yield* staff
          const tags = yield* Effect.forEach([1, 2, 3], () => Effect.map(newTag(), (tag) => tag.slug))
          const made = yield* Effect.forEach(Array.from({ length: 8 }), () =>
            as(author)(newCourse({ tags: [tags[0]!] }))
          )
          const change = (n: number) =>
            codeOf(
              Effect.gen(function* () {
                const { id: courseId } = made[n % made.length]!
                const { version } = yield* courses.get({ courseId })
                const wanted = tags.filter((_, index) => (n >> index) % 2 === 1)
                yield* courses.update({
                  courseId,
                  version,
                  tags: n % 2 === 0 ? [...wanted].reverse() : wanted
                })
              })
            )
          const outcomes = yield* as(author)(
            Effect.all(
              Array.from({ length: 64 }, (_, n) => change(n)),
              { concurrency: "unbounded" }
            )
          )
          assert.deepStrictEqual(
            outcomes.filter((code) => code !== "done" && code !== "kernel.stale_version"),
            []
          )
          const carried = (yield* Effect.forEach(made, ({ id }) =>
            as(author)(courses.get({ courseId: id }))
          )).flatMap((course) => course.tags)
          assert.deepStrictEqual(
            yield* counts(tags),
            tags.map((one) => carried.filter((tag) => tag === one).length)
          )
        })
    )

    it.effect(
      "a tag that is deleted is gone from every course, also while courses take it up (CON-10, KER-21)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const tags = yield* Tags
          const { author } = yield* staff
          const { slug: gone } = yield* newTag()
          const made = yield* Effect.forEach(Array.from({ length: 6 }), () =>
            as(author)(newCourse({ tags: [gone] }))
          )
          const take = Array.from({ length: 6 }, () => codeOf(as(author)(newCourse({ tags: [gone] }))))
          const outcomes = yield* Effect.all([codeOf(asService(tags.delete({ slug: gone }))), ...take], {
            concurrency: "unbounded"
          })
          assert.strictEqual(outcomes[0], "done")
          assert.deepStrictEqual(
            outcomes.filter((code) => code !== "done" && code !== "content.tag_not_found"),
            []
          )
          for (const { id } of made)
            assert.deepStrictEqual((yield* as(author)(courses.get({ courseId: id }))).tags, [])
          assert.strictEqual(yield* codeOf(asVisitor(tags.get({ slug: gone }))), "content.tag_not_found")
          const fresh = yield* newTag({ slug: gone })
          assert.strictEqual(fresh.usageCount, 0)
          assert.deepStrictEqual(yield* counts([gone]), [0])
        })
    )

    it.effect(
      "tags have a category and may be featured; making takes content.create, tending manage_content (CON-10)",
      () =>
        Effect.gen(function* () {
          const tags = yield* Tags
          const { author, editor, learner } = yield* staff
          const category = slug("category")
          const create = tags.create({ name: `Été ${category}`, tagCategory: category })
          assert.strictEqual(yield* codeOf(as(learner)(create)), "kernel.forbidden")
          const tag = yield* as(author)(create)
          assert.deepInclude(tag, {
            slug: `ete-${category}`,
            tagCategory: category,
            isFeatured: false,
            usageCount: 0
          })
          assert.strictEqual((yield* as(author)(create)).slug, `ete-${category}-2`)
          assert.strictEqual(
            yield* codeOf(as(author)(tags.create({ name: "x", slug: tag.slug }))),
            "content.tag_exists"
          )
          const feature = tags.update({ slug: tag.slug, isFeatured: true, name: "Renamed" })
          assert.strictEqual(yield* codeOf(as(author)(feature)), "kernel.forbidden")
          assert.deepInclude(yield* as(editor)(feature), {
            isFeatured: true,
            name: "Renamed",
            slug: tag.slug
          })
          const featured = yield* asVisitor(tags.list({ tagCategory: category, isFeatured: true }))
          assert.deepStrictEqual(
            featured.items.map((one) => one.slug),
            [tag.slug]
          )
          const first = yield* asVisitor(tags.list({ tagCategory: category, limit: 1 }))
          const second = yield* asVisitor(tags.list({ tagCategory: category, limit: 1, cursor: first.next! }))
          assert.deepStrictEqual(
            [...first.items, ...second.items].map((one) => one.slug),
            [tag.slug, `${tag.slug}-2`]
          )
          assert.strictEqual(yield* codeOf(as(author)(tags.delete({ slug: tag.slug }))), "kernel.forbidden")
          assert.strictEqual(
            yield* codeOf(as(author)(newCourse({ tags: [slug("never")] }))),
            "content.tag_not_found"
          )
        })
    )

    it.effect("64 tags of one name made at once each get a slug of their own (CON-7, KER-21)", () =>
      Effect.gen(function* () {
        const { author } = yield* staff
        const name = slug("racing")
        const made = yield* Effect.forEach(
          Array.from({ length: 64 }),
          () => as(author)(Tags.use((tags) => tags.create({ name }))),
          racing
        )
        assert.deepStrictEqual(
          made.map((tag) => tag.slug).sort(),
          Array.from({ length: 64 }, (_, n) => (n === 0 ? name : `${name}-${n + 1}`)).sort()
        )
      })
    )

    it.effect("a course, module or lesson that somebody learned from is not deleted (CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const modules = yield* Modules
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          course,
          lessons: [learned, other],
          module
        } = yield* draftCourse(author, 2)
        yield* learnedFrom(learned!.id)
        const refused = "content.has_learners"
        assert.strictEqual(yield* codeOf(as(author)(lessons.remove({ lessonId: learned!.id }))), refused)
        assert.strictEqual(yield* codeOf(as(author)(modules.remove({ moduleId: module.id }))), refused)
        assert.strictEqual(yield* codeOf(as(author)(lessons.remove({ lessonId: other!.id }))), "done")
        yield* learnedFrom(course.id)
        assert.strictEqual(yield* codeOf(as(author)(courses.delete({ courseId: course.id }))), refused)
        assert.strictEqual(yield* codeOf(as(author)(courses.get({ courseId: course.id }))), "done")
        assert.strictEqual(yield* codeOf(as(author)(lessons.get({ lessonId: learned!.id }))), "done")
      })
    )

    it.effect(
      "what nobody learned from is deleted whole; what was published, with content.archive (CON-10)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const { admin, author, editor } = yield* staff
          const {
            course,
            lessons: [lesson]
          } = yield* liveCourse(author)
          const { version } = yield* as(author)(lessons.get({ lessonId: lesson!.id }))
          yield* as(author)(lessons.update({ lessonId: lesson!.id, version, title: "Revised" }))
          for (const who of [author, editor]) {
            assert.strictEqual(
              yield* codeOf(as(who)(lessons.remove({ lessonId: lesson!.id }))),
              "kernel.forbidden"
            )
            assert.strictEqual(
              yield* codeOf(as(who)(courses.delete({ courseId: course.id }))),
              "kernel.forbidden"
            )
          }
          assert.strictEqual(yield* codeOf(as(admin)(courses.delete({ courseId: course.id }))), "done")
          assert.strictEqual(
            yield* codeOf(as(admin)(courses.get({ courseId: course.id }))),
            "content.course_not_found"
          )
          assert.strictEqual(
            yield* codeOf(as(admin)(lessons.get({ lessonId: lesson!.id }))),
            "content.lesson_not_found"
          )
        })
    )
  })
