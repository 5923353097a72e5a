/** Laws of the catalogue and the board. Source: CON-11, KER-21, KER-24. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import * as fc from "fast-check"
import { type Course, Courses, Lessons } from "../src/content/index.ts"
import { CourseStore, searchText } from "../src/content/ports.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import {
  draftCourse,
  liveCourse,
  newCourse,
  publishLesson,
  reviewerOnly,
  schoolOn,
  staff
} from "./content-ground.ts"
import { newTag } from "./content-tags.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"
import { at, clockAt, samples } from "./samples.ts"

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
        const listed = Effect.map(asVisitor(courses.catalogue({ tag })), ({ items }) =>
          items.map(({ id }) => id)
        )
        const {
          course,
          lessons: [lesson]
        } = yield* draftCourse(author)
        const { course: ready } = yield* as(author)(
          courses.update({ courseId: course.id, version: 1, ...tagged(tag) })
        )
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

    it.effect(
      "answers every search, filter, order and page as the list of all courses would (CON-11, KER-24)",
      () =>
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
            newest: (course: Course) =>
              [-DateTime.toEpochMillis(course.publishedAt!), reversed(course.id)] as const,
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
              .filter((course) =>
                (ask.search ?? "").split(" ").every((word) => searchText(course).includes(fold(word)))
              )
              .sort((a, b) => byKey(key(a), key(b)))
            const found: Array<string> = []
            let cursor: string | undefined
            do {
              const page = yield* asVisitor(
                courses.catalogue({
                  ...ask,
                  limit,
                  ...(sort && { sort }),
                  ...(cursor !== undefined && { cursor })
                })
              )
              assert.isAtMost(page.items.length, limit)
              found.push(...page.items.map(({ id }) => id))
              cursor = page.next
            } while (cursor !== undefined)
            assert.deepStrictEqual(
              found,
              expected.map(({ id }) => id),
              JSON.stringify({ sort, ...ask })
            )
          }
        })
    )

    it.effect("sorts by how many learn, as a service tells; a change is told once (CON-11, KER-16)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { admin, author } = yield* staff
        const { course } = yield* liveCourse(author)
        const tell = courses.setLearnerCount({ courseId: course.id, learnerCount: 7 })
        assert.strictEqual(yield* codeOf(as(admin)(tell)), "kernel.forbidden")
        yield* asService(Effect.andThen(tell, tell))
        const told = yield* asVisitor(courses.get({ courseId: course.id }))
        assert.deepInclude(told, { learnerCount: 7, version: course.version })
        const events = yield* Outbox.use((outbox) =>
          outbox.events({ subject: course.id }, Option.none(), 100)
        )
        assert.deepStrictEqual(
          events.flatMap(({ name, payload }) => (name === "content.learner_count_changed" ? [payload] : [])),
          [{ courseId: course.id, before: 0, after: 7 }]
        )
      })
    )

    it.effect("refuses the cursor of another list (CON-11, KER-24)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        yield* Effect.forEach([1, 2], () => liveCourse(author))
        const { next } = yield* asVisitor(courses.catalogue({ limit: 1 }))
        assert.strictEqual(
          yield* codeOf(asVisitor(courses.catalogue({ limit: 1, sort: "title", cursor: next! }))),
          "kernel.invalid"
        )
        assert.strictEqual(yield* codeOf(asVisitor(courses.catalogue({ limit: 1, cursor: next! }))), "done")
      })
    )
  })

const reversed = (id: string): string =>
  Array.from(id, (digit) => String.fromCharCode(0xffff - digit.charCodeAt(0))).join("")
const byKey = (a: readonly [string | number, string], b: readonly [string | number, string]): number =>
  a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1

export const boardContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Board on ${adapter}`, (it) => {
    it.effect(
      "holds courses, lessons and open revisions by status, the oldest in review first (CON-11)",
      () =>
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
            waiting.map(({ ageSeconds, createdBy, id, isRevision, itemType, lessonCount }) => [
              itemType,
              id,
              isRevision,
              ageSeconds,
              createdBy,
              lessonCount
            ]),
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
            const page = yield* as(editor)(
              courses.dashboard({ limit: 1, ...(cursor !== undefined && { cursor }) })
            )
            found.push(...page.items.map(({ id, isRevision }) => `${id} ${isRevision}`))
            cursor = page.next
          } while (cursor !== undefined)
          assert.deepStrictEqual(
            found,
            items.map(({ id, isRevision }) => `${id} ${isRevision}`)
          )
          const drafts = yield* as(editor)(courses.dashboard({ status: "draft" }))
          assert.deepStrictEqual(
            drafts.items.map(({ id }) => id),
            [one.lessons[0]!.id]
          )
          const seen = yield* as(reader)(courses.dashboard({}))
          assert.deepStrictEqual([seen.items.length, seen.counts], [3, { in_review: 3 }])
          assert.deepStrictEqual((yield* as(reader)(courses.dashboard({ status: "draft" }))).items, [])
          assert.strictEqual(yield* codeOf(as(learner)(courses.dashboard({}))), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(as(author)(courses.dashboard({}))), "kernel.forbidden")
        })
    )
  })
