/** Laws of content's ports: what is stored comes back, and who holds a course sees what others did to it before. */
import { assert, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Fiber, Option, Schema } from "effect"
import * as fc from "fast-check"
import {
  Course,
  CourseRevision,
  type CourseContent,
  KeptCourse,
  LessonBodies,
  KeptVersions,
  type LessonContent,
  Module,
  RevisionId,
  Tag,
  TagId,
  Tags,
  WholeLesson
} from "../src/content/index.ts"
import { CourseStore, LessonStore, ModuleStore, Revisions, Slugs, TagStore } from "../src/content/ports.ts"
import { CourseId, LessonId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { draftCourse, newCourse, newModule, schoolOn, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService } from "./people.ts"
import { anyJson, moment, samples, someUser } from "./samples.ts"

const uuid = () => someUser() as string
const text = fc.string({ unit: "grapheme", maxLength: 60 })
const instant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map((millis) => DateTime.makeUnsafe(millis))

const anyCourseContent = fc.record(
  {
    title: text,
    description: text,
    category: text,
    difficulty: fc.constantFrom(
      "beginner" as const,
      "intermediate" as const,
      "advanced" as const,
      "expert" as const
    ),
    estimatedMinutes: fc.integer({ min: 0, max: 100_000 }),
    coverImageUrl: fc.constant("https://example.org/ä.png?a=%00"),
    thumbnailUrl: fc.constant("https://example.org/t.png")
  },
  { requiredKeys: ["title", "description", "category", "difficulty"] }
)
const anyStatus = fc.constantFrom(
  "draft" as const,
  "in_review" as const,
  "published" as const,
  "archived" as const
)

/** Dates that agree with the status, as a row's must. */
const datesOf = (status: Course["workflowStatus"], when: DateTime.Utc, later: boolean) => ({
  workflowStatus: status,
  ...(status === "in_review" && { submittedAt: when }),
  ...((status === "published" || status === "archived") && { publishedAt: when }),
  ...(status === "published" && later && { publishAt: when })
})

const anyLessonContent = fc.record(
  {
    type: fc.constantFrom("video" as const, "article" as const, "quiz" as const, "project" as const),
    title: text,
    isFreePreview: fc.boolean(),
    estimatedMinutes: fc.integer({ min: 0, max: 100_000 }),
    learningObjectives: fc.array(text, { maxLength: 3 }),
    prerequisites: fc.array(
      fc.uuid().map((id) => LessonId.make(id)),
      { maxLength: 3 }
    ),
    drip: fc.oneof(
      instant.map((opensAt) => ({ opensAt })),
      fc.integer({ min: 1, max: 3650 }).map((afterDays) => ({ afterDays })),
      fc.constant({ afterPrevious: true as const })
    ),
    textContent: text,
    content: fc
      .dictionary(text, anyJson, { maxKeys: 3 })
      .map((json) => JSON.parse(JSON.stringify(json)) as Record<string, Schema.Json>),
    quizConfig: fc.record({
      passingScore: fc.integer({ min: 0, max: 100 }),
      questions: fc.array(
        fc.record({
          kind: fc.constant("numeric" as const),
          body: text,
          answer: fc.double({ noNaN: true, noDefaultInfinity: true }),
          points: fc.nat(10)
        }),
        { maxLength: 2 }
      )
    }),
    projectInstructions: text,
    videoUrl: fc.constant("https://example.org/video"),
    resources: fc.array(fc.record({ title: text, url: fc.constant("https://example.org/r") }), {
      maxLength: 2
    })
  },
  { requiredKeys: ["type", "title", "isFreePreview", "learningObjectives", "prerequisites", "resources"] }
)

const anyRow = fc.record({
  status: anyStatus,
  when: instant,
  later: fc.boolean(),
  version: fc.integer({ min: 1, max: 2_147_483_647 })
})
const courseOf = (
  content: Omit<CourseContent, "slug" | "tags">,
  { later, status, version, when }: Row
): Course => ({
  id: CourseId.make(uuid()),
  slug: slug("any"),
  tags: [],
  ...content,
  ...datesOf(status, when, later),
  learnerCount: version - 1,
  version,
  createdAt: when,
  updatedAt: when
})
interface Row {
  readonly status: Course["workflowStatus"]
  readonly when: DateTime.Utc
  readonly later: boolean
  readonly version: number
}
const isCourse = Schema.is(Course)
const isLesson = Schema.is(WholeLesson)
const isModule = Schema.is(Module)
const isRevision = Schema.is(CourseRevision)
const isTag = Schema.is(Tag)

export const storeContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "120 seconds" })(`Stores of content on ${adapter}`, (it) => {
    it.effect("courses come back as the model allows them, inserted or updated", () =>
      Effect.gen(function* () {
        const store = yield* CourseStore
        const { run } = yield* Transaction
        const all = samples(fc.tuple(anyCourseContent, anyRow), 90)
          .map(([content, row]) => courseOf(content, row))
          .filter(isCourse)
        assert.isAbove(all.length, 40)
        for (const [n, course] of all.entries()) {
          yield* run(store.insert(course))
          assert.deepStrictEqual(yield* store.find(course.id), Option.some(course))
          const { createdAt, id } = course
          const changed: Course = { ...all[(n * 7) % all.length]!, id, createdAt, slug: slug("other") }
          yield* run(store.update(changed))
          assert.deepStrictEqual(yield* store.find(id), Option.some(changed))
          yield* run(store.remove(id))
          assert.deepStrictEqual(yield* store.find(id), Option.none())
        }
      })
    )

    it.effect("modules and lessons come back as the model allows them, with and without bodies", () =>
      Effect.gen(function* () {
        const modules = yield* ModuleStore
        const lessons = yield* LessonStore
        const bodies = yield* LessonBodies
        const courses = yield* CourseStore
        const { run } = yield* Transaction
        const { id: courseId } = yield* asService(newCourse())
        const module = yield* asService(newModule(courseId))
        const any = samples(
          fc.tuple(
            anyLessonContent,
            anyRow,
            fc.record({
              title: text,
              description: text,
              learningObjectives: fc.array(text, { maxLength: 3 })
            })
          ),
          90
        )
        const rows = any.map(([content, { status, version, when }]): WholeLesson => {
          const { publishAt: __, ...dates } = datesOf(status, when, false) as ReturnType<typeof datesOf> & {
            publishAt?: never
          }
          return {
            id: LessonId.make(uuid()),
            courseId,
            moduleId: module.id,
            lessonOrder: 1,
            slug: slug("any"),
            ...(content as Omit<LessonContent, "slug">),
            ...dates,
            version,
            createdAt: when,
            updatedAt: when
          }
        })
        const allowed = rows.filter(isLesson)
        assert.isAbove(allowed.length, 30)
        for (const [n, lesson] of allowed.entries()) {
          yield* run(lessons.insert(lesson))
          assert.deepStrictEqual(yield* lessons.findWhole(lesson.id), Option.some(lesson))
          const { createdAt, id } = lesson
          const changed: WholeLesson = {
            ...allowed[(n * 7) % allowed.length]!,
            id,
            createdAt,
            slug: slug("other")
          }
          yield* run(lessons.update(changed))
          assert.deepStrictEqual(yield* bodies.find(id, "live"), Option.some(changed))
          const {
            content: _,
            projectInstructions: __,
            quizConfig: ___,
            resources: ____,
            textContent: _____,
            videoUrl: ______,
            ...teaser
          } = changed
          assert.deepStrictEqual(yield* lessons.find(id), Option.some(teaser))
          assert.deepStrictEqual((yield* courses.contents(courseId)).lessons, [teaser])
          assert.deepStrictEqual(yield* lessons.listWhole(courseId), [changed])
          yield* run(lessons.remove(id))
          assert.deepStrictEqual(yield* lessons.findWhole(id), Option.none())
        }
        const texts = any
          .map(([, { version }, given]): Module => ({ ...module, ...given, version }))
          .filter(isModule)
        assert.isAbove(texts.length, 20)
        for (const changed of texts) {
          yield* run(modules.update(changed))
          assert.deepStrictEqual(yield* modules.find(module.id), Option.some(changed))
        }
      })
    )

    it.effect("revisions and kept courses come back as the model allows them (CON-9)", () =>
      Effect.gen(function* () {
        const revisions = yield* Revisions
        const kept = yield* KeptVersions
        const { run } = yield* Transaction
        const { course, module } = yield* draftCourse((yield* staff).author)
        const all = samples(fc.tuple(anyCourseContent, anyRow), 40)
        for (const [content, { status, when }] of all) {
          const {
            publishAt: _,
            publishedAt: __,
            ...dates
          } = datesOf(status === "archived" ? "draft" : status, when, false) as never as {
            readonly workflowStatus: "draft"
            readonly publishAt?: never
            readonly publishedAt?: never
          }
          const revision: CourseRevision = {
            id: RevisionId.make(uuid()),
            itemType: "course",
            courseId: course.id,
            content: { slug: "any", tags: ["a"], ...content },
            ...dates,
            createdAt: when,
            updatedAt: when
          }
          if (!isRevision(revision)) continue
          const ref = { itemType: "course", id: course.id } as const
          yield* run(revisions.insert(revision))
          assert.deepStrictEqual((yield* revisions.list(ref, Option.none(), 10))[0], revision)
          const isOpen = revision.workflowStatus !== ("published" as string)
          assert.deepStrictEqual(
            yield* revisions.findOpen(ref),
            isOpen ? Option.some(revision) : Option.none()
          )
          yield* run(revisions.remove(revision.id))
          const version: KeptCourse = {
            course: { ...course, ...content },
            modules: [{ ...module, lessons: [] }],
            keptAt: when
          }
          if (!Schema.is(KeptCourse)(version)) continue
          yield* run(kept.keepCourse(version))
          assert.deepStrictEqual(yield* kept.findCourse(course.id), Option.some(version))
        }
      })
    )

    it.effect("tags come back as the model allows them (CON-10)", () =>
      Effect.gen(function* () {
        const tags = yield* TagStore
        const { run } = yield* Transaction
        const anyTag = fc.record({
          name: text,
          description: text,
          tagCategory: text,
          isFeatured: fc.boolean(),
          createdAt: instant,
          updatedAt: instant
        })
        const all = samples(anyTag, 60)
          .map((fields): Tag => ({ ...fields, id: TagId.make(uuid()), slug: slug("any"), usageCount: 0 }))
          .filter(isTag)
        assert.isAbove(all.length, 20)
        for (const tag of all) {
          yield* run(tags.insert(tag))
          assert.deepStrictEqual(yield* tags.find(tag.slug), Option.some(tag))
        }
        const names = all.map((tag) => tag.slug)
        assert.deepStrictEqual(yield* tags.existing([...names, slug("never")]), [...names].sort())
      })
    )

    it.effect("who waits for a course sees what the one before did to it, its tags too (CON-6, CON-10)", () =>
      Effect.gen(function* () {
        const store = yield* CourseStore
        const { run } = yield* Transaction
        const tag = yield* asService(Tags.use((tags) => tags.create({ name: "Tag", slug: slug("tag") })))
        const { id } = yield* asService(newCourse())
        const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const first = yield* run(
          Effect.gen(function* () {
            const course = Option.getOrThrow(yield* store.findForUpdate(id))
            yield* Deferred.succeed(held, undefined)
            yield* Deferred.await(release)
            yield* store.update({ ...course, title: "Changed", tags: [tag.slug] })
          })
        ).pipe(Effect.forkChild({ startImmediately: true }))
        yield* Deferred.await(held)
        const second = yield* run(store.findForUpdate(id)).pipe(Effect.forkChild({ startImmediately: true }))
        yield* moment(100)
        yield* Deferred.succeed(release, undefined)
        yield* Fiber.join(first)
        const seen = Option.getOrThrow(yield* Fiber.join(second))
        assert.deepStrictEqual([seen.title, seen.tags], ["Changed", [tag.slug]])
      })
    )

    it.effect(
      "a slug is taken once, given back unless it is kept, and kept when its owner is gone (CON-7)",
      () =>
        Effect.gen(function* () {
          const slugs = yield* Slugs
          const courses = yield* CourseStore
          const { run } = yield* Transaction
          const [one, two] = yield* asService(Effect.all([newCourse(), newCourse()]))
          const [left, kept] = [slug("left"), slug("kept")]
          for (const name of [left, kept]) {
            assert.isTrue(yield* run(slugs.take("courses", name, one.id)))
            assert.isTrue(yield* run(slugs.take("courses", name, one.id)))
            assert.isFalse(yield* run(slugs.take("courses", name, two.id)))
            assert.deepStrictEqual(yield* slugs.find("courses", name), Option.some({ itemId: one.id }))
          }
          yield* run(
            Effect.andThen(
              slugs.reserve("courses", kept),
              Effect.andThen(slugs.release("courses", kept), slugs.release("courses", left))
            )
          )
          assert.deepStrictEqual(yield* slugs.find("courses", left), Option.none())
          assert.deepStrictEqual(yield* slugs.beginningWith("courses", kept), [kept])
          yield* run(courses.remove(one.id))
          assert.deepStrictEqual(yield* slugs.find("courses", kept), Option.some({}))
          assert.isFalse(yield* run(slugs.take("courses", kept, two.id)))
        })
    )

    it.effect(
      "what cannot be done to the end is not done at all: a course file that fails half-way (KER-15)",
      () =>
        Effect.gen(function* () {
          const store = yield* CourseStore
          const { run } = yield* Transaction
          const { author } = yield* staff
          const before = (yield* as(author)(newCourse())).id
          const failed = yield* Effect.exit(run(Effect.andThen(store.remove(before), Effect.die("half-way"))))
          assert.strictEqual(failed._tag, "Failure")
          assert.isTrue(Option.isSome(yield* store.find(before)))
        })
    )
  })
