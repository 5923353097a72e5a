/** Laws of places, slugs and prerequisites. Source: CON-6 to CON-8, CON-13, KER-21. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { Courses, Lessons, Modules } from "../src/content/index.ts"
import {
  draftCourse,
  liveCourse,
  newCourse,
  newLesson,
  newModule,
  schoolOn,
  slug,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf } from "./people.ts"
import { at, samples } from "./samples.ts"

/** Modules and lessons as authors see them: ids with the places that are stored. */
const places = (courseId: Parameters<Courses["Service"]["outline"]>[0]["courseId"]) =>
  Effect.map(asService(Courses.use((courses) => courses.outline({ courseId }))), ({ modules }) =>
    modules.map(({ id, lessons, moduleOrder }) => ({
      id,
      moduleOrder,
      lessons: lessons.map((lesson) => [lesson.id, lesson.lessonOrder] as const)
    }))
  )

/** Fails unless modules and the lessons of each are numbered 1..n. */
const assertDense = (found: Effect.Success<ReturnType<typeof places>>) => {
  assert.deepStrictEqual(
    found.map(({ moduleOrder }) => moduleOrder),
    found.map((_, index) => index + 1)
  )
  for (const { lessons } of found)
    assert.deepStrictEqual(
      lessons.map(([, place]) => place),
      lessons.map((_, index) => index + 1)
    )
}

export const orderContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Places on ${adapter}`, (it) => {
    it.effect(
      "whatever is added, moved and removed: places are 1..n, in the order that was asked for (CON-6)",
      () =>
        Effect.gen(function* () {
          const modules = yield* Modules
          const lessons = yield* Lessons
          const { author } = yield* staff
          const anyAct = fc.record({
            act: fc.constantFrom("add", "move", "away", "remove"),
            which: fc.nat(20),
            to: fc.nat(5),
            place: fc.integer({ min: 1, max: 6 })
          })
          for (const acts of samples(fc.array(anyAct, { minLength: 8, maxLength: 14 }), 6)) {
            const { id: courseId } = yield* as(author)(newCourse())
            const first = yield* as(author)(newModule(courseId))
            const second = yield* as(author)(newModule(courseId, { place: 1 }))
            // The model: the ids of each module, in order.
            const model = new Map([
              [second.id, [] as Array<string>],
              [first.id, [] as Array<string>]
            ])
            for (const { act, place, to, which } of acts) {
              const all = [...model.values()].flat()
              const target = [...model.keys()][to % model.size]!
              const lessonId = all[which % Math.max(all.length, 1)] as
                | Parameters<typeof lessons.move>[0]["lessonId"]
                | undefined
              if (act === "add" || lessonId === undefined) {
                const { id } = yield* as(author)(newLesson(target, { place }))
                model.get(target)!.splice(place - 1, 0, id)
                continue
              }
              const [home] = [...model].find(([, ids]) => ids.includes(lessonId))!
              model.set(
                home,
                model.get(home)!.filter((id) => id !== lessonId)
              )
              if (act === "remove") {
                yield* as(author)(lessons.remove({ lessonId }))
                continue
              }
              const goal = act === "away" ? target : home
              const answer = yield* as(author)(
                lessons.move({ lessonId, place, ...(act === "away" && { moduleId: goal }) })
              )
              model.get(goal)!.splice(place - 1, 0, lessonId)
              assert.strictEqual(answer.lessonOrder, model.get(goal)!.indexOf(lessonId) + 1)
            }
            const found = yield* places(courseId)
            assertDense(found)
            assert.deepStrictEqual(
              found.map(({ id, lessons: inside }) => [id, inside.map(([lesson]) => lesson)]),
              [...model] as never
            )
            yield* as(author)(modules.remove({ moduleId: second.id }))
            assertDense(yield* places(courseId))
            yield* as(author)(modules.remove({ moduleId: first.id }))
            assert.deepStrictEqual(yield* places(courseId), [])
          }
        })
    )

    it.effect("modules move too, and their lessons with them (CON-6)", () =>
      Effect.gen(function* () {
        const modules = yield* Modules
        const { author } = yield* staff
        const { id: courseId } = yield* as(author)(newCourse())
        const ids = yield* Effect.forEach([1, 2, 3, 4], () =>
          Effect.map(as(author)(newModule(courseId)), ({ id }) => id)
        )
        const lesson = yield* as(author)(newLesson(ids[3]!))
        const moved = yield* as(author)(modules.move({ moduleId: ids[3]!, place: 2 }))
        assert.strictEqual(moved.moduleOrder, 2)
        const found = yield* places(courseId)
        assertDense(found)
        assert.deepStrictEqual(
          found.map(({ id }) => id),
          [ids[0]!, ids[3]!, ids[1]!, ids[2]!]
        )
        assert.deepStrictEqual(found[1]!.lessons, [[lesson.id, 1]])
        const key = yield* codeOf(as(author)(newModule(courseId, { key: lesson.slug })))
        assert.strictEqual(key, "done")
        assert.strictEqual(
          yield* codeOf(as(author)(newModule(courseId, { key: lesson.slug }))),
          "content.module_key_taken"
        )
        const elsewhere = yield* as(author)(newCourse())
        assert.strictEqual(yield* codeOf(as(author)(newModule(elsewhere.id, { key: lesson.slug }))), "done")
      })
    )

    it.effect("64 who add, move and remove at once leave 1..n (CON-6, KER-21)", () =>
      Effect.gen(function* () {
        const modules = yield* Modules
        const lessons = yield* Lessons
        const { author } = yield* staff
        const { course, lessons: some, module } = yield* draftCourse(author, 6)
        const other = yield* as(author)(newModule(course.id))
        const acts = Array.from({ length: 64 }, (_, n) => {
          const lessonId = some[n % some.length]!.id
          const place = ((n * 7) % 6) + 1
          const moduleId = n % 2 === 0 ? module.id : other.id
          switch (n % 4) {
            case 0:
              return codeOf(newLesson(moduleId, { place }))
            case 1:
              return codeOf(lessons.move({ lessonId, moduleId, place }))
            case 2:
              return codeOf(modules.move({ moduleId, place: (n % 3) + 1 }))
            default:
              return n < 16 ? codeOf(lessons.remove({ lessonId })) : codeOf(lessons.move({ lessonId, place }))
          }
        })
        const outcomes = yield* as(author)(Effect.all(acts, { concurrency: "unbounded" }))
        const known = ["done", "content.lesson_not_found"]
        assert.deepStrictEqual(
          outcomes.filter((code) => !known.includes(code)),
          []
        )
        const found = yield* places(course.id)
        assertDense(found)
        const removed = new Set([3, 7, 11, 15].map((n) => some[n % some.length]!.id)).size
        assert.lengthOf(
          found.flatMap((one) => one.lessons),
          6 + 16 - removed
        )
      })
    )

    it.effect("a lesson moves within its course only (CON-6)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author } = yield* staff
        const one = yield* draftCourse(author)
        const two = yield* draftCourse(author)
        const away = lessons.move({ lessonId: one.lessons[0]!.id, moduleId: two.module.id, place: 1 })
        assert.strictEqual(yield* codeOf(as(author)(away)), "content.module_not_found")
      })
    )

    it.effect("prerequisites are lessons of the course without a circle; the refusal names it (CON-8)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          lessons: [a, b, c]
        } = yield* draftCourse(author, 3)
        const foreign = (yield* draftCourse(author)).lessons[0]!
        const wait = (lesson: typeof a, version: number, ...prerequisites: ReadonlyArray<typeof a>) =>
          lessons.update({
            lessonId: lesson!.id,
            version,
            prerequisites: prerequisites.map((one) => one!.id)
          })
        yield* as(author)(wait(a, 1, b))
        yield* as(author)(wait(b, 1, c))
        const refusal = yield* Effect.flip(as(author)(wait(c, 1, a)))
        assert.deepInclude(refusal, { _tag: "content.prerequisite_cycle" })
        const { cycle } = refusal as { readonly cycle: ReadonlyArray<string> }
        assert.strictEqual(cycle[0], cycle.at(-1))
        assert.deepStrictEqual([...new Set(cycle)].sort(), [a!.slug, b!.slug, c!.slug].sort())
        assert.strictEqual(yield* codeOf(as(author)(wait(c, 1, c))), "content.prerequisite_cycle")
        assert.strictEqual(yield* codeOf(as(author)(wait(c, 1, foreign))), "kernel.invalid")
        yield* as(author)(lessons.remove({ lessonId: c!.id }))
        const left = yield* as(author)(lessons.get({ lessonId: b!.id }))
        assert.deepStrictEqual(left.prerequisites, [])
      })
    )

    it.effect("of two who would close a circle at once, one is refused (CON-8, KER-21)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          lessons: [a, b]
        } = yield* draftCourse(author, 2)
        const wait = (lesson: typeof a, on: typeof a) =>
          codeOf(as(author)(lessons.update({ lessonId: lesson!.id, version: 1, prerequisites: [on!.id] })))
        const outcomes = yield* Effect.all([wait(a, b), wait(b, a)], { concurrency: "unbounded" })
        assert.deepStrictEqual([...outcomes].sort(), ["content.prerequisite_cycle", "done"])
      })
    )

    it.effect("a lesson keeps when it opens: at a date, days after, or after the one before (CON-13)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author } = yield* staff
        const {
          lessons: [lesson]
        } = yield* draftCourse(author)
        let version = 1
        const drips = [
          { opensAt: at("2026-01-15T00:00:00.000Z") },
          { afterDays: 3 },
          { afterPrevious: true as const }
        ]
        for (const drip of drips) {
          yield* as(author)(lessons.update({ lessonId: lesson!.id, version: version++, drip }))
          assert.deepStrictEqual((yield* as(author)(lessons.get({ lessonId: lesson!.id }))).drip, drip)
        }
        yield* as(author)(lessons.update({ lessonId: lesson!.id, version, clear: ["drip"] }))
        assert.notProperty(yield* as(author)(lessons.get({ lessonId: lesson!.id })), "drip")
      })
    )
  })

export const slugContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Slugs on ${adapter}`, (it) => {
    it.effect("are made from titles, numbered when they clash, and refused when they are given (CON-7)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author } = yield* staff
        const word = slug("ete").replaceAll("-", "")
        const create = (given?: string) =>
          as(author)(
            courses.create({
              title: `Été à ${word}`,
              category: "craft",
              ...(given !== undefined && { slug: given })
            })
          )
        const made = yield* Effect.forEach([1, 2, 3], () => Effect.map(create(), (course) => course.slug))
        assert.deepStrictEqual(made, [`ete-a-${word}`, `ete-a-${word}-2`, `ete-a-${word}-3`])
        assert.strictEqual(yield* codeOf(create(made[0])), "content.slug_taken")
        const numbered = yield* as(author)(courses.create({ title: "深度学习", category: "craft" }))
        assert.match(numbered.slug, /^course-\d+$/)
      })
    )

    it.effect("of lessons are unique in their course, and free in another (CON-7)", () =>
      Effect.gen(function* () {
        const { author } = yield* staff
        const one = yield* draftCourse(author)
        const two = yield* draftCourse(author)
        const add = (moduleId: typeof one.module.id, fields: object) =>
          as(author)(
            Lessons.use((lessons) =>
              lessons.add({ moduleId, type: "article", title: "Hello, World!", ...fields })
            )
          )
        assert.strictEqual((yield* add(one.module.id, {})).slug, "hello-world")
        assert.strictEqual((yield* add(one.module.id, {})).slug, "hello-world-2")
        assert.strictEqual(yield* codeOf(add(one.module.id, { slug: "hello-world" })), "content.slug_taken")
        assert.strictEqual((yield* add(two.module.id, { slug: "hello-world" })).slug, "hello-world")
        assert.strictEqual((yield* add(two.module.id, { title: "1984" })).slug, "lesson-1")
      })
    )

    it.effect("that were published lead to the course of today for ever, and to nobody else's (CON-7)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, learner } = yield* staff
        const { course } = yield* liveCourse(author)
        const [old, fresh] = [course.slug, slug("fresh")]
        yield* as(author)(courses.update({ courseId: course.id, version: course.version, slug: fresh }))
        assert.strictEqual((yield* as(learner)(courses.getBySlug({ slug: old }))).slug, old)
        yield* asService(courses.submitForReview({ courseId: course.id }))
        yield* asService(courses.approve({ courseId: course.id }))
        for (const asked of [old, fresh]) {
          assert.deepInclude(yield* as(learner)(courses.getBySlug({ slug: asked })), {
            id: course.id,
            slug: fresh
          })
        }
        const taken = courses.create({ title: "Mine", category: "craft", slug: old })
        assert.strictEqual(yield* codeOf(as(author)(taken)), "content.slug_taken")
        const now = yield* as(author)(courses.get({ courseId: course.id }))
        yield* as(author)(courses.update({ courseId: course.id, version: now.version, slug: old }))
        yield* asService(
          Effect.andThen(
            courses.submitForReview({ courseId: course.id }),
            courses.approve({ courseId: course.id })
          )
        )
        assert.strictEqual((yield* as(learner)(courses.getBySlug({ slug: fresh }))).slug, old)
      })
    )

    it.effect(
      "of drafts are free again once they are left; published ones stay taken after deletion (CON-7)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const { author } = yield* staff
          const [left, gone] = [slug("left"), slug("gone")]
          const draft = yield* as(author)(newCourse({ slug: left }))
          yield* as(author)(courses.update({ courseId: draft.id, version: 1, slug: slug("other") }))
          assert.strictEqual(yield* codeOf(as(author)(newCourse({ slug: left }))), "done")
          const published = yield* liveCourse(author)
          yield* asService(courses.delete({ courseId: published.course.id }))
          assert.strictEqual(
            yield* codeOf(as(author)(newCourse({ slug: published.course.slug }))),
            "content.slug_taken"
          )
          assert.strictEqual(
            yield* codeOf(as(author)(courses.getBySlug({ slug: published.course.slug }))),
            "content.course_not_found"
          )
          const never = yield* as(author)(newCourse({ slug: gone }))
          yield* as(author)(courses.delete({ courseId: never.id }))
          assert.strictEqual(yield* codeOf(as(author)(newCourse({ slug: gone }))), "done")
        })
    )

    it.effect("of lessons redirect as well (CON-7)", () =>
      Effect.gen(function* () {
        const lessons = yield* Lessons
        const { author, learner } = yield* staff
        const {
          course,
          lessons: [lesson]
        } = yield* liveCourse(author)
        const lessonId = lesson!.id
        const version = (yield* as(author)(lessons.get({ lessonId }))).version
        yield* as(author)(lessons.update({ lessonId, version, slug: "renamed" }))
        yield* asService(Effect.andThen(lessons.submitForReview({ lessonId }), lessons.approve({ lessonId })))
        for (const asked of [lesson!.slug, "renamed"]) {
          const found = yield* as(learner)(lessons.getBySlug({ courseId: course.id, slug: asked }))
          assert.deepInclude(found, { id: lessonId, slug: "renamed" })
        }
        const missing = yield* codeOf(as(learner)(lessons.getBySlug({ courseId: course.id, slug: "never" })))
        assert.strictEqual(missing, "content.lesson_not_found")
      })
    )

    it.effect(
      "64 courses of one title at once have 64 slugs; of 64 who want one, one gets it (CON-7, KER-21)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const { author } = yield* staff
          const title = `Race ${slug("race")}`
          const many = Array.from({ length: 64 }, () => courses.create({ title, category: "craft" }))
          const made = yield* as(author)(Effect.all(many, { concurrency: "unbounded" }))
          const base = made.map((course) => course.slug).sort((a, b) => a.length - b.length)[0]!
          const expected = [base, ...Array.from({ length: 63 }, (_, n) => `${base}-${n + 2}`)]
          assert.deepStrictEqual(made.map((course) => course.slug).sort(), expected.sort())
          const wanted = slug("wanted")
          const outcomes = yield* as(author)(
            Effect.all(
              Array.from({ length: 64 }, () => codeOf(newCourse({ slug: wanted }))),
              { concurrency: "unbounded" }
            )
          )
          assert.lengthOf(
            outcomes.filter((code) => code === "done"),
            1
          )
          assert.lengthOf(
            outcomes.filter((code) => code === "content.slug_taken"),
            63
          )
        })
    )
  })
