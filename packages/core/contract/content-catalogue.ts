/** Laws of tags, deleting, the board and the catalogue. Source: CON-10, CON-11, KER-21, KER-24. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import * as fc from "fast-check"
import { type Course, Courses, Lessons, Modules, Tags } from "../src/content/index.ts"
import { CourseStore, searchText } from "../src/content/ports.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { draftCourse, learnedFrom, liveCourse, newCourse, publishLesson, reviewerOnly, schoolOn, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"
import { at, clockAt, samples } from "./samples.ts"

const newTag = (fields: Partial<Parameters<Tags["Service"]["create"]>[0]> = {}) =>
  asService(Tags.use((tags) => tags.create({ name: "Tag", slug: slug("tag"), ...fields })))

export const tagContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Tags on ${adapter}`, (it) => {
    const counts = (slugs: ReadonlyArray<string>) =>
      Effect.forEach(slugs, (one) => Effect.map(asVisitor(Tags.use((tags) => tags.get({ slug: one }))), ({ usageCount }) => usageCount))

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
          assert.deepStrictEqual(yield* counts(tags), tags.map((one) => carried.filter((tag) => tag === one).length))
        }
      })
    )

    it.effect("the count holds when 64 courses change the same tags at once, in any order (CON-10, KER-21)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        const tags = yield* Effect.forEach([1, 2, 3], () => Effect.map(newTag(), (tag) => tag.slug))
        const made = yield* Effect.forEach(Array.from({ length: 8 }), () => as(author)(newCourse({ tags: [tags[0]!] })))
        const change = (n: number) =>
          codeOf(
            Effect.gen(function* () {
              const { id: courseId } = made[n % made.length]!
              const { version } = yield* courses.get({ courseId })
              const wanted = tags.filter((_, index) => (n >> index) % 2 === 1)
              yield* courses.update({ courseId, version, tags: n % 2 === 0 ? [...wanted].reverse() : wanted })
            })
          )
        const outcomes = yield* as(author)(Effect.all(Array.from({ length: 64 }, (_, n) => change(n)), { concurrency: "unbounded" }))
        assert.deepStrictEqual(outcomes.filter((code) => code !== "done" && code !== "kernel.stale_version"), [])
        const carried = (yield* Effect.forEach(made, ({ id }) => as(author)(courses.get({ courseId: id })))).flatMap((course) => course.tags)
        assert.deepStrictEqual(yield* counts(tags), tags.map((one) => carried.filter((tag) => tag === one).length))
      })
    )

    it.effect("a tag that is deleted is gone from every course, also while courses take it up (CON-10, KER-21)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const tags = yield* Tags
        const { author } = yield* staff
        const { slug: gone } = yield* newTag()
        const made = yield* Effect.forEach(Array.from({ length: 6 }), () => as(author)(newCourse({ tags: [gone] })))
        const take = Array.from({ length: 6 }, () => codeOf(as(author)(newCourse({ tags: [gone] }))))
        const outcomes = yield* Effect.all([codeOf(asService(tags.delete({ slug: gone }))), ...take], { concurrency: "unbounded" })
        assert.strictEqual(outcomes[0], "done")
        assert.deepStrictEqual(outcomes.filter((code) => code !== "done" && code !== "content.tag_not_found"), [])
        for (const { id } of made) assert.deepStrictEqual((yield* as(author)(courses.get({ courseId: id }))).tags, [])
        assert.strictEqual(yield* codeOf(asVisitor(tags.get({ slug: gone }))), "content.tag_not_found")
        const fresh = yield* newTag({ slug: gone })
        assert.strictEqual(fresh.usageCount, 0)
        assert.deepStrictEqual(yield* counts([gone]), [0])
      })
    )

    it.effect("tags have a category and may be featured; making takes content.create, tending manage_content (CON-10)", () =>
      Effect.gen(function* () {
        const tags = yield* Tags
        const { author, editor, learner } = yield* staff
        const category = slug("category")
        const create = tags.create({ name: `Été ${category}`, tagCategory: category })
        assert.strictEqual(yield* codeOf(as(learner)(create)), "kernel.forbidden")
        const tag = yield* as(author)(create)
        assert.deepInclude(tag, { slug: `ete-${category}`, tagCategory: category, isFeatured: false, usageCount: 0 })
        assert.strictEqual((yield* as(author)(create)).slug, `ete-${category}-2`)
        assert.strictEqual(yield* codeOf(as(author)(tags.create({ name: "x", slug: tag.slug }))), "content.tag_exists")
        const feature = tags.update({ slug: tag.slug, isFeatured: true, name: "Renamed" })
        assert.strictEqual(yield* codeOf(as(author)(feature)), "kernel.forbidden")
        assert.deepInclude(yield* as(editor)(feature), { isFeatured: true, name: "Renamed", slug: tag.slug })
        const featured = yield* asVisitor(tags.list({ tagCategory: category, isFeatured: true }))
        assert.deepStrictEqual(featured.items.map((one) => one.slug), [tag.slug])
        const first = yield* asVisitor(tags.list({ tagCategory: category, limit: 1 }))
        const second = yield* asVisitor(tags.list({ tagCategory: category, limit: 1, cursor: first.next! }))
        assert.deepStrictEqual([...first.items, ...second.items].map((one) => one.slug), [tag.slug, `${tag.slug}-2`])
        assert.strictEqual(yield* codeOf(as(author)(tags.delete({ slug: tag.slug }))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(author)(newCourse({ tags: [slug("never")] }))), "content.tag_not_found")
      })
    )

    it.effect("a course, module or lesson that somebody learned from is not deleted (CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const modules = yield* Modules
        const lessons = yield* Lessons
        const { author } = yield* staff
        const { course, lessons: [learned, other], module } = yield* draftCourse(author, 2)
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

    it.effect("what nobody learned from is deleted whole; what was published, with content.archive (CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { admin, author, editor } = yield* staff
        const { course, lessons: [lesson] } = yield* liveCourse(author)
        const { version } = yield* as(author)(lessons.get({ lessonId: lesson!.id }))
        yield* as(author)(lessons.update({ lessonId: lesson!.id, version, title: "Revised" }))
        for (const who of [author, editor]) {
          assert.strictEqual(yield* codeOf(as(who)(lessons.remove({ lessonId: lesson!.id }))), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(as(who)(courses.delete({ courseId: course.id }))), "kernel.forbidden")
        }
        assert.strictEqual(yield* codeOf(as(admin)(courses.delete({ courseId: course.id }))), "done")
        assert.strictEqual(yield* codeOf(as(admin)(courses.get({ courseId: course.id }))), "content.course_not_found")
        assert.strictEqual(yield* codeOf(as(admin)(lessons.get({ lessonId: lesson!.id }))), "content.lesson_not_found")
      })
    )
  })

/** What makes the test's own courses recognizable among all others of the database. */
const tagged = (tag: string) => ({ tags: [tag], category: tag })

export const catalogueContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Catalogue on ${adapter}`, (it) => {
    it.effect("lists published courses for everyone, by the clock (CON-11, CON-2)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, reviewer } = yield* staff
        const { slug: tag } = yield* newTag()
        const now = at("2026-04-01T10:00:00.000Z")
        yield* clockAt(now)
        const listed = Effect.map(asVisitor(courses.catalogue({ tag })), ({ items }) => items.map(({ id }) => id))
        const { course, lessons: [lesson] } = yield* draftCourse(author)
        const { course: ready } = yield* as(author)(courses.update({ courseId: course.id, version: 1, ...tagged(tag) }))
        yield* publishLesson(lesson!.id)
        assert.deepStrictEqual(yield* listed, [])
        yield* as(author)(courses.submitForReview({ courseId: ready.id }))
        assert.deepStrictEqual(yield* listed, [])
        const publishAt = DateTime.add(now, { hours: 1 })
        yield* as(reviewer)(courses.schedule({ courseId: ready.id, publishAt }))
        yield* clockAt(publishAt, -1)
        assert.deepStrictEqual(yield* listed, [])
        yield* clockAt(publishAt)
        assert.deepStrictEqual(yield* listed, [ready.id])
        yield* asService(courses.archive({ courseId: ready.id }))
        assert.deepStrictEqual(yield* listed, [])
      })
    )

    it.effect("answers every search, filter, order and page as the list of all courses would (CON-11, KER-24)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const store = yield* CourseStore
        const { run } = yield* Transaction
        const { slug: tag } = yield* newTag()
        const other = yield* newTag()
        const words = ["été", "Paris", "50%_off", "back\\slash", "音楽", "Straße", "a'b\"c"]
        const anyCourse = fc.record({
          title: fc.shuffledSubarray(words, { minLength: 1, maxLength: 3 }).map((some) => some.join(" ")),
          description: fc.shuffledSubarray(words, { maxLength: 4 }).map((some) => some.join("\n")),
          difficulty: fc.constantFrom("beginner" as const, "expert" as const),
          category: fc.constantFrom(tag, "music"),
          learnerCount: fc.integer({ min: 0, max: 3 }),
          day: fc.nat(3)
        })
        const now = at("2026-04-10T10:00:00.000Z")
        yield* clockAt(now)
        const made = yield* Effect.forEach(samples(anyCourse, 24), ({ day, ...fields }, n) =>
          Effect.gen(function* () {
            const draft = yield* asService(newCourse({ tags: n % 5 === 0 ? [tag, other.slug] : [tag] }))
            const publishedAt = DateTime.subtract(now, { days: day })
            const course: Course = { ...draft, ...fields, workflowStatus: "published", publishedAt }
            yield* run(store.update(course))
            return course
          })
        )
        const fold = (text: string) => searchText({ title: text, description: "" }).trim()
        const keys = {
          newest: (course: Course) => [-DateTime.toEpochMillis(course.publishedAt!), reversed(course.id)] as const,
          popularity: (course: Course) => [-course.learnerCount, reversed(course.id)] as const,
          title: (course: Course) => [course.title, course.id] as const
        }
        const anyAsk = fc.record(
          {
            search: fc.constantFrom(...words, "PARIS ete", "strasse", "%", "_", "\\", "nothing"),
            category: fc.constantFrom(tag, "music"),
            difficulty: fc.constantFrom("beginner" as const, "expert" as const),
            sort: fc.constantFrom("newest" as const, "title" as const, "popularity" as const),
            tag: fc.constantFrom(tag, other.slug),
            limit: fc.integer({ min: 1, max: 9 })
          },
          { requiredKeys: ["limit", "tag"] }
        )
        for (const { limit, sort, ...ask } of samples(anyAsk, 60)) {
          const key = keys[sort ?? "newest"]
          const expected = made
            .filter((course) => course.tags.includes(ask.tag))
            .filter((course) => ask.category === undefined || course.category === ask.category)
            .filter((course) => ask.difficulty === undefined || course.difficulty === ask.difficulty)
            .filter((course) => (ask.search ?? "").split(" ").every((word) => searchText(course).includes(fold(word))))
            .sort((a, b) => byKey(key(a), key(b)))
          const found: Array<string> = []
          let cursor: string | undefined
          do {
            const page = yield* asVisitor(courses.catalogue({ ...ask, limit, ...(sort && { sort }), ...(cursor !== undefined && { cursor }) }))
            assert.isAtMost(page.items.length, limit)
            found.push(...page.items.map(({ id }) => id))
            cursor = page.next
          } while (cursor !== undefined)
          assert.deepStrictEqual(found, expected.map(({ id }) => id), JSON.stringify({ sort, ...ask }))
        }
      })
    )

    it.effect("sorts by how many learn, as a service tells (CON-11)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { admin, author } = yield* staff
        const { course } = yield* liveCourse(author)
        const tell = courses.setLearnerCount({ courseId: course.id, learnerCount: 7 })
        assert.strictEqual(yield* codeOf(as(admin)(tell)), "kernel.forbidden")
        yield* asService(Effect.andThen(tell, tell))
        const told = yield* asVisitor(courses.get({ courseId: course.id }))
        assert.deepInclude(told, { learnerCount: 7, version: course.version })
      })
    )

    it.effect("refuses the cursor of another list (CON-11, KER-24)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        yield* Effect.forEach([1, 2], () => liveCourse(author))
        const { next } = yield* asVisitor(courses.catalogue({ limit: 1 }))
        assert.strictEqual(yield* codeOf(asVisitor(courses.catalogue({ limit: 1, sort: "title", cursor: next! }))), "kernel.invalid")
        assert.strictEqual(yield* codeOf(asVisitor(courses.catalogue({ limit: 1, cursor: next! }))), "done")
      })
    )
  })

const reversed = (id: string): string => [...id].map((digit) => String.fromCharCode(0xffff - digit.charCodeAt(0))).join("")
const byKey = (a: readonly [string | number, string], b: readonly [string | number, string]): number =>
  a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1

export const boardContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Board on ${adapter}`, (it) => {
    it.effect("holds courses, lessons and open revisions by status, the oldest in review first (CON-11)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author, editor, learner } = yield* staff
        const reader = yield* reviewerOnly
        const start = at("2026-06-01T00:00:00.000Z")
        yield* clockAt(start)
        const one = yield* draftCourse(author, 2)
        const live = yield* liveCourse(author)
        const revised = live.lessons[0]!.id
        const { version } = yield* as(author)(lessons.get({ lessonId: revised }))
        yield* as(author)(lessons.update({ lessonId: revised, version, title: "Revised" }))
        yield* clockAt(start, 1000)
        yield* as(author)(lessons.submitForReview({ lessonId: one.lessons[1]!.id }))
        yield* clockAt(start, 2000)
        yield* as(author)(lessons.submitForReview({ lessonId: revised }))
        yield* clockAt(start, 3000)
        yield* as(author)(courses.submitForReview({ courseId: one.course.id }))
        yield* clockAt(start, 63_999)
        const { counts, items } = yield* as(editor)(courses.dashboard({}))
        const waiting = items.filter(({ workflowStatus }) => workflowStatus === "in_review")
        assert.deepStrictEqual(items.slice(0, waiting.length), waiting)
        assert.deepStrictEqual(
          waiting.map(({ ageSeconds, createdBy, id, isRevision, itemType, lessonCount }) => [itemType, id, isRevision, ageSeconds, createdBy, lessonCount]),
          [
            ["lesson", one.lessons[1]!.id, false, 62, author, undefined],
            ["lesson", revised, true, 61, author, undefined],
            ["course", one.course.id, false, 60, author, 2]
          ]
        )
        assert.strictEqual(waiting[1]?.title, "Revised")
        assert.deepStrictEqual(counts, { draft: 1, in_review: 3, published: 2, archived: 0 })
        assert.lengthOf(items, 6)
        const found: Array<string> = []
        let cursor: string | undefined
        do {
          const page = yield* as(editor)(courses.dashboard({ limit: 1, ...(cursor !== undefined && { cursor }) }))
          found.push(...page.items.map(({ id, isRevision }) => `${id} ${isRevision}`))
          cursor = page.next
        } while (cursor !== undefined)
        assert.deepStrictEqual(found, items.map(({ id, isRevision }) => `${id} ${isRevision}`))
        const drafts = yield* as(editor)(courses.dashboard({ status: "draft" }))
        assert.deepStrictEqual(drafts.items.map(({ id }) => id), [one.lessons[0]!.id])
        const seen = yield* as(reader)(courses.dashboard({}))
        assert.deepStrictEqual([seen.items.length, seen.counts], [3, { in_review: 3 }])
        assert.deepStrictEqual((yield* as(reader)(courses.dashboard({ status: "draft" }))).items, [])
        assert.strictEqual(yield* codeOf(as(learner)(courses.dashboard({}))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(author)(courses.dashboard({}))), "kernel.forbidden")
      })
    )
  })
