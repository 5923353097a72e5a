/** What the database itself holds, refuses and shows of content and media. Source: CON-2, CON-4, CON-10, CON-11, PG-2. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import {
  type Course,
  CourseRevision,
  HistoryEntry,
  type Module,
  type ModuleId,
  type Tag,
  WholeLesson
} from "@lyceum/core/content"
import { CourseStore, LessonStore, ModuleStore, TagStore } from "@lyceum/core/content/ports"
import { Asset, Variant } from "@lyceum/core/media"
import { type CourseId, type LessonId, Transaction } from "@lyceum/core/shared"
import { DateTime, Deferred, Effect, Exit, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { courseStoreLayer, keysOfTraces, lessonStoreLayer, moduleStoreLayer } from "../src/content.ts"
import { tagStoreLayer } from "../src/content-tags.ts"
import { transactionLayer } from "../src/transaction.ts"
import { testDatabase } from "./database.ts"

const adapters = Layer.mergeAll(courseStoreLayer, moduleStoreLayer, lessonStoreLayer, tagStoreLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provide(platformLayer),
  Layer.provideMerge(testDatabase)
)

const id = (kind: number, n: number) => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, "0")}`
const createdAt = DateTime.makeUnsafe("2026-01-05T09:00:00Z")
const stamps = { version: 1, createdAt, updatedAt: createdAt }

const course = (n: number, fields: Partial<Course> = {}): Course => ({
  id: id(1, n) as CourseId,
  slug: `course-${n}`,
  title: `Course ${n}`,
  description: "",
  category: "craft",
  difficulty: "beginner",
  tags: [],
  workflowStatus: "draft",
  learnerCount: 0,
  ...stamps,
  ...fields
})
const module = (n: number): Module => ({
  id: id(2, n) as ModuleId,
  courseId: id(1, n) as CourseId,
  moduleOrder: 1,
  key: "module",
  title: "Module",
  description: "",
  learningObjectives: [],
  isPublished: true,
  ...stamps
})
const lesson = (n: number): WholeLesson => ({
  id: id(3, n) as LessonId,
  courseId: id(1, n) as CourseId,
  moduleId: id(2, n) as ModuleId,
  lessonOrder: 1,
  slug: "lesson",
  type: "article",
  title: "Lesson",
  isFreePreview: false,
  learningObjectives: [],
  prerequisites: [],
  resources: [],
  workflowStatus: "draft",
  ...stamps
})
const tag = (slug: string, n: number) => {
  const fields = { slug, name: slug, description: "", tagCategory: "topic", isFeatured: false, usageCount: 0 }
  return { id: id(4, n), ...fields, createdAt, updatedAt: createdAt } as Tag
}

/** `done`, or `waits` where a lock of somebody else is in the way. */
const outcomeOf = Effect.fnUntraced(function* <E, R>(body: Effect.Effect<unknown, E, R>) {
  const { run } = yield* Transaction
  const sql = yield* SqlClient.SqlClient
  const impatient = Effect.orDie(sql`select set_config('lock_timeout', '200ms', true)`)
  return Exit.isSuccess(yield* Effect.exit(run(Effect.andThen(impatient, body)))) ? "done" : "waits"
})

/** What comes of a body while a transaction that has done something has not ended. */
const meanwhile = Effect.fnUntraced(function* <E, R, E2, R2>(
  done: Effect.Effect<unknown, E, R>,
  body: Effect.Effect<unknown, E2, R2>
) {
  const { run } = yield* Transaction
  const [begun, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const holder = yield* Effect.forkChild(
    run(Effect.andThen(done, Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(ended))))
  )
  yield* Deferred.await(begun)
  const outcome = yield* outcomeOf(body)
  yield* Deferred.succeed(ended, undefined)
  yield* Fiber.join(holder)
  return outcome
})

layer(adapters, { excludeTestServices: true, timeout: "60 seconds" })("Content in the database", (it) => {
  it.effect(
    "refuses to take away what is learned from by the name of each key, and knows them all (CON-10)",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const keys = yield* sql<{ name: string }>`
        select conname::text as name from pg_constraint
        where contype = 'f' and confdeltype in ('r', 'a') and conrelid::regclass::text not like 'content.%'
          and confrelid in ('content.courses'::regclass, 'content.modules'::regclass, 'content.lessons'::regclass)`
        assert.sameMembers(
          keys.map(({ name }) => name),
          [...keysOfTraces],
          "add it to keysOfTraces in src/content.ts, or let it go with the course"
        )
      })
  )

  it.effect("what somebody learned from is not deleted, though nobody asked them first (CON-10)", () =>
    Effect.gen(function* () {
      const [courses, modules, lessons] = [yield* CourseStore, yield* ModuleStore, yield* LessonStore]
      const { run } = yield* Transaction
      const sql = yield* SqlClient.SqlClient
      yield* run(Effect.flatMap(TagStore, (tags) => tags.insert(tag("learned", 1))))
      yield* run(courses.insert(course(1, { tags: ["learned"] })))
      yield* run(Effect.andThen(modules.insert(module(1)), lessons.insert(lesson(1))))
      yield* sql`insert into public.profiles (id, username, display_name) values (${id(9, 1)}::uuid, 'learner', 'L')`
      yield* sql`
        insert into learn.user_progress (id, user_id, lesson_id, status, completion_percentage, time_spent_minutes,
          attempts_count, last_accessed_at, bookmarks)
        values (${id(9, 1)}::uuid, ${id(9, 1)}::uuid, ${id(3, 1)}::uuid, 'not_started', 0, 0, 0, util.now(), '[]')`
      const ofLesson = yield* Effect.flip(run(lessons.remove(id(3, 1) as LessonId)))
      const ofModule = yield* Effect.flip(run(modules.remove(id(2, 1) as ModuleId)))
      const ofCourse = yield* Effect.flip(run(courses.remove(id(1, 1) as CourseId)))
      const refusal = { _tag: "content.has_learners", courseId: id(1, 1) }
      assert.deepEqual({ ...ofLesson }, { ...refusal, lessonId: id(3, 1) } as unknown as typeof ofLesson)
      assert.deepEqual({ ...ofModule }, refusal as typeof ofModule)
      assert.deepEqual({ ...ofCourse }, refusal as typeof ofCourse)
      const [found] = yield* sql<{
        usage_count: number
      }>`select usage_count from content.tags where slug = 'learned'`
      assert.deepStrictEqual(found, { usage_count: 1 })
    })
  )

  it.effect("a held course keeps nobody waiting who reads it or refers to it (KER-22)", () =>
    Effect.gen(function* () {
      const courses = yield* CourseStore
      const { run } = yield* Transaction
      const sql = yield* SqlClient.SqlClient
      const { id: courseId } = course(2)
      yield* run(courses.insert(course(2)))
      const held = courses.findForUpdate(courseId)
      assert.strictEqual(yield* meanwhile(held, courses.find(courseId)), "done")
      const refer = sql`
        insert into access.course_access_rules (course_id, required_tier_id, is_active)
        select ${courseId}::uuid, id, true from access.tiers where tier_key = 'basic'`
      assert.strictEqual(yield* meanwhile(held, Effect.orDie(refer)), "done")
      assert.strictEqual(yield* meanwhile(held, courses.findForUpdate(courseId)), "waits")
    })
  )

  it.effect("courses of one tag are edited side by side; only who changes its count waits (CON-10)", () =>
    Effect.gen(function* () {
      const [courses, tags] = [yield* CourseStore, yield* TagStore]
      const { run } = yield* Transaction
      yield* run(tags.insert(tag("common", 2)))
      const [one, other] = [course(3, { tags: ["common"] }), course(4, { tags: ["common"] })]
      yield* run(Effect.andThen(courses.insert(one), courses.insert(other)))
      const edit = (edited: Course) => courses.update({ ...edited, title: "Edited" })
      assert.strictEqual(yield* meanwhile(edit(one), edit(other)), "done")
      assert.strictEqual(yield* meanwhile(edit(one), edit({ ...other, tags: [] })), "done")
      assert.strictEqual(yield* meanwhile(edit({ ...one, tags: [] }), edit(other)), "waits")
    })
  )

  it.effect("the views tell to the millisecond what is published and live (CON-2, CON-4, CON-11)", () =>
    Effect.gen(function* () {
      const [courses, modules, lessons] = [yield* CourseStore, yield* ModuleStore, yield* LessonStore]
      const { run } = yield* Transaction
      const sql = yield* SqlClient.SqlClient
      const publishAt = DateTime.makeUnsafe("2026-03-01T08:00:00.000Z")
      const published = { workflowStatus: "published", publishedAt: publishAt } as const
      yield* run(courses.insert(course(5, { ...published, publishAt })))
      yield* run(Effect.andThen(modules.insert(module(5)), lessons.insert({ ...lesson(5), ...published })))
      const seenAt = Effect.fnUntraced(function* (millis: number) {
        const now = DateTime.formatIso(DateTime.add(publishAt, { milliseconds: millis }))
        yield* sql`select set_config('lyceum.now', ${now}, true)`
        return yield* sql<{ course: boolean; lesson: boolean }>`
          select c.computed_is_published as course, l.computed_is_published as lesson
          from content.courses_published c join content.lessons_published l on l.course_id = c.id
          where c.id = ${id(1, 5)}::uuid`
      }, sql.withTransaction)
      assert.deepStrictEqual(yield* seenAt(-1), [{ course: false, lesson: false }])
      assert.deepStrictEqual(yield* seenAt(0), [{ course: true, lesson: true }])
      yield* run(modules.update({ ...module(5), isPublished: false }))
      assert.deepStrictEqual(yield* seenAt(0), [{ course: true, lesson: false }])
    })
  )

  it.effect("every enum has the literals of the core, in their order (PG-2)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql<{ name: string; labels: ReadonlyArray<string> }>`
        select t.typnamespace::regnamespace || '.' || t.typname as name,
          array_agg(e.enumlabel::text order by e.enumsortorder) as labels
        from pg_type t join pg_enum e on e.enumtypid = t.oid
        where t.typnamespace in ('content'::regnamespace, 'media'::regnamespace) group by 1`
      assert.deepStrictEqual(Object.fromEntries(rows.map(({ labels, name }) => [name, labels])), {
        "content.difficulty": CourseRevision.fields.content.fields.difficulty.literals,
        "content.item_type": HistoryEntry.fields.itemType.literals,
        "content.lesson_type": WholeLesson.fields.type.literals,
        "content.transition_name": HistoryEntry.fields.transitionName.literals,
        "content.workflow_status": HistoryEntry.fields.toStatus.literals,
        "media.access_level": Asset.fields.accessLevel.literals,
        "media.asset_type": Asset.fields.assetType.literals,
        "media.provider": Asset.fields.externalProvider.literals,
        "media.upload_status": Asset.fields.uploadStatus.literals,
        "media.variant_status": Variant.fields.status.literals,
        "media.variant_type": Variant.fields.variantType.literals
      })
    })
  )
})
