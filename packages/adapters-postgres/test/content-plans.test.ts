/** How the queries of content and media come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { boardOrder, type Course, type ModuleId, type Revision } from "@lyceum/core/content"
import {
  type CatalogueFilter,
  ComingPublications,
  CourseStore,
  KeptVersions,
  LessonBodies,
  LessonStore,
  ModuleStore,
  Revisions,
  Slugs,
  TagStore,
  WorkflowHistory
} from "@lyceum/core/content/ports"
import type { AssetId } from "@lyceum/core/media"
import { Assets } from "@lyceum/core/media/ports"
import type { CourseId, LessonId, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { courseStoreLayer, lessonStoreLayer, moduleStoreLayer } from "../src/content.ts"
import { tagStoreLayer } from "../src/content-tags.ts"
import {
  comingPublicationsLayer,
  keptVersionsLayer,
  lessonBodiesLayer,
  revisionsLayer,
  slugsLayer,
  workflowHistoryLayer
} from "../src/content-workflow.ts"
import { assetsLayer } from "../src/media.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(
  courseStoreLayer,
  moduleStoreLayer,
  lessonStoreLayer,
  slugsLayer,
  revisionsLayer,
  workflowHistoryLayer,
  keptVersionsLayer,
  comingPublicationsLayer,
  lessonBodiesLayer,
  tagStoreLayer,
  assetsLayer
).pipe(Layer.provideMerge(transactionLayer), Layer.provide(platformLayer), Layer.provideMerge(testDatabase))

const kinds = {
  person: 1,
  tag: 2,
  asset: 3,
  course: 4,
  module: 5,
  lesson: 6,
  revision: 7,
  variant: 8
} as const
const prefix = (kind: keyof typeof kinds) => `0000000${kinds[kind]}-0000-7000-8000-`
const id = (kind: keyof typeof kinds, n: number) => `${prefix(kind)}${String(n).padStart(12, "0")}`
const now = DateTime.makeUnsafe("2026-06-01T12:00:00Z")

/** What every revision holds; those of courses and those of lessons read what is theirs. */
const revised = JSON.stringify({
  slug: "revised",
  title: "Revised",
  description: "",
  category: "category-1",
  difficulty: "expert",
  tags: [],
  type: "video",
  isFreePreview: false,
  learningObjectives: [],
  prerequisites: [],
  resources: []
})

const inTransaction = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(body))

/** A school of so many courses with one lesson each: nearly all published, one in fifty revised, one in fifty in review. */
const fill = Effect.fnUntraced(function* (courses: number) {
  const sql = yield* SqlClient.SqlClient
  // Checking each row's foreign keys takes longer than all the rest.
  yield* sql`select set_config('statement_timeout', '0', true), set_config('session_replication_role', 'replica', true)`
  const of = (kind: keyof typeof kinds, n = "n") =>
    sql.literal(`('${prefix(kind)}' || lpad((${n})::text, 12, '0'))::uuid`)
  const all = sql`generate_series(1, ${courses}::int) n`
  // The same 70 days, and people with as many courses each, whatever the size.
  const facts = sql.literal(`'2026-01-01'::timestamptz + n * interval '${100_000 / courses} minutes'`)
  const people = courses / 100
  const status = sql.literal(`(case when n % 50 = 0 then 'in_review' when n % 50 = 1 then 'draft'
    when n % 50 = 2 then 'archived' else 'published' end)::content.workflow_status`)
  const handedIn = sql`case when n % 50 = 0 then ${facts} end`
  yield* sql`insert into public.profiles (id, username, display_name) select ${of("person")}, 'person-' || n, 'P' from generate_series(0, ${people - 1}::int) n`
  yield* sql`
    insert into media.assets (id, external_provider, external_id, asset_type, access_level, upload_status, uploaded_by)
    select ${of("asset")}, 's3', 'file-' || n, 'video', 'course_access', 'ready', ${of("person", `n % ${people}`)} from ${all}`
  yield* sql`
    insert into media.asset_variants (id, asset_id, variant_type, quality_label, external_url, status)
    select ${of("variant")}, ${of("asset")}, 'high', '720p', 'https://example.org', 'ready' from ${all}`
  yield* sql`
    insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, created_by,
      instructor_id, submitted_at, published_at, learner_count, search_text, version, updated_at)
    select ${of("course")}, 'course-' || n, md5(n::text), '', 'category-' || n % 200,
      (array['beginner', 'intermediate', 'advanced', 'expert'])[n % 4 + 1]::content.difficulty, ${status},
      ${of("person", `n % ${people}`)}, ${of("person", `(n + 7) % ${people}`)}, ${handedIn}, ${facts}, n % 1000, md5(n::text), 1, ${facts}
    from ${all}`
  yield* sql`
    insert into content.modules
      (id, course_id, module_order, key, title, description, learning_objectives, is_published, version)
    select ${of("module")}, ${of("course")}, 1, 'module', 'M', '', '{}', true, 1 from ${all}`
  yield* sql`
    insert into content.lessons (id, course_id, module_id, lesson_order, slug, type, title, is_free_preview,
      learning_objectives, prerequisites, primary_media_id, resources, workflow_status, created_by, submitted_at,
      published_at, version, updated_at)
    select ${of("lesson")}, ${of("course")}, ${of("module")}, 1, 'lesson', 'video', 'L', false, '{}', '{}', ${of("asset")}, '[]',
      ${status}, ${of("person", `n % ${people}`)}, ${handedIn}, ${facts}, 1, ${facts}
    from ${all}`
  yield* sql`
    insert into content.revisions (id, item_type, course_id, lesson_id, content, workflow_status)
    select ${of("revision")}, (case when n % 2 = 0 then 'course' else 'lesson' end)::content.item_type, ${of("course")},
      case when n % 2 = 1 then ${of("lesson")} end, ${revised}::jsonb,
      (case when n % 50 = 3 then 'draft' else 'published' end)::content.workflow_status
    from ${all}`
  yield* sql`
    insert into content.workflow_history
      (item_type, item_id, version, is_revision, transition_name, from_status, to_status, actor, occurred_at)
    select kind, case kind when 'course' then ${of("course")} else ${of("lesson")} end, version, false, 'approve_content', 'in_review',
      'published', '{"_tag": "Anonymous"}', 'epoch'
    from ${all}, unnest(array['course', 'lesson']::content.item_type[]) kind, generate_series(2, 3) version`
  yield* sql`insert into content.course_slugs (slug, course_id, is_reserved) select 'course-' || n, ${of("course")}, true from ${all}`
  yield* sql`
    insert into content.lesson_slugs (course_id, slug, lesson_id, is_reserved)
    select ${of("course")}, 'lesson', ${of("lesson")}, true from ${all}`
  yield* sql`insert into content.published_courses (course_id, data, kept_at) select ${of("course")}, '{}', 'epoch' from ${all}`
  yield* sql`
    insert into content.scheduled_publications (course_id, publish_at)
    select ${of("course")}, ${facts} + interval '1 year' from ${all}`
  yield* sql`
    insert into content.published_lessons (lesson_id, course_id, data, kept_at)
    select l.id, l.course_id, to_jsonb(l), 'epoch' from content.lessons l`
  yield* sql`
    insert into content.tags (id, slug, name, description, tag_category, is_featured, usage_count)
    select ${of("tag")}, 'tag-' || n, 'T', '', 'topic', n % 100 = 0, 10 from generate_series(0, 19999) n`
  yield* sql`
    insert into content.course_tags (course_id, tag_id)
    select ${of("course")}, ${of("tag", "(n * k) % 20000")} from ${all}, generate_series(1, 2) k where n % 20000 > 0`
  yield* sql`analyze`
})

const none = Option.none()
const filters: ReadonlyArray<Omit<CatalogueFilter, "sort">> = [
  { words: [] },
  { words: [], category: "category-17" },
  { words: [], difficulty: "expert" },
  { words: [], tag: "tag-1242" },
  { words: ["a87ff679"] }
]

const queriesOfCourses = Effect.gen(function* () {
  const store = yield* CourseStore
  const slugs = yield* Slugs
  const courseId = id("course", 4242) as CourseId
  const course = Option.getOrThrow(yield* store.find(courseId))
  const mine = id("person", 42) as UserId
  const list = (filter: Partial<Parameters<typeof store.list>[0]>) =>
    store.list({ all: false, inReview: false, ...filter }, Option.some([courseId]), 50)
  const positions = {
    newest: ["2026-02-01T00:00:00.000Z", courseId],
    title: ["8", courseId],
    popularity: [500, courseId]
  }
  return {
    find: store.find(courseId),
    findForUpdate: store.findForUpdate(courseId),
    update: store.update({ ...course, tags: ["tag-1", "tag-2"], title: "Other" } as Course),
    updateInstructor: store.updateInstructor(course),
    remove: store.remove(id("course", 4243) as CourseId),
    contents: store.contents(courseId),
    listOfAll: list({ all: true }),
    listOfAllArchived: list({ all: true, status: "archived" }),
    listOfAllInReview: list({ all: true, status: "in_review" }),
    listOfMine: list({ ownedBy: mine }),
    listOfMineAndInReview: list({ ownedBy: mine, inReview: true }),
    listOfInReview: list({ inReview: true }),
    ...Object.fromEntries(
      (["newest", "title", "popularity"] as const).flatMap((sort) =>
        filters.flatMap((filter) => [
          [
            `catalogue by ${sort} ${JSON.stringify(filter)}`,
            store.catalogue({ ...filter, sort }, now, { after: none, count: 50 })
          ],
          [
            `catalogue by ${sort} ${JSON.stringify(filter)}, on`,
            store.catalogue({ ...filter, sort }, now, { after: Option.some(positions[sort]), count: 50 })
          ]
        ])
      )
    ),
    slug: slugs.find("courses", "course-17"),
    slugsLike: slugs.beginningWith("courses", "course-424"),
    slugOfLesson: slugs.find({ lessonsOf: courseId }, "lesson"),
    slugsOfLessons: slugs.beginningWith({ lessonsOf: courseId }, "less"),
    take: slugs.take("courses", "course-17", courseId),
    takeForLesson: slugs.take({ lessonsOf: courseId }, "lesson", id("lesson", 4242)),
    reserve: slugs.reserve("courses", "course-17"),
    release: slugs.release("courses", "course-17")
  }
})

const queriesOfLessons = Effect.gen(function* () {
  const [modules, lessons, bodies, assets] = [
    yield* ModuleStore,
    yield* LessonStore,
    yield* LessonBodies,
    yield* Assets
  ]
  const [moduleId, lessonId] = [id("module", 4242) as ModuleId, id("lesson", 4242) as LessonId]
  const module = Option.getOrThrow(yield* modules.find(moduleId))
  const lesson = Option.getOrThrow(yield* lessons.findWhole(lessonId))
  const [assetId, uploadedBy] = [id("asset", 4242) as AssetId, id("person", 42) as UserId]
  const asset = Option.getOrThrow(yield* assets.find(assetId))
  return {
    module: modules.find(moduleId),
    updateModule: modules.update({ ...module, title: "Other" }),
    removeModule: modules.remove(id("module", 4244) as ModuleId),
    arrangeModules: modules.arrange([moduleId]),
    lesson: lessons.find(lessonId),
    wholeLesson: lessons.findWhole(lessonId),
    wholeLessons: lessons.listWhole(lesson.courseId),
    updateLesson: lessons.update({ ...lesson, title: "Other" }),
    removeLesson: lessons.remove(id("lesson", 4245) as LessonId),
    arrangeLessons: lessons.arrange(moduleId, [lessonId]),
    bodyLive: bodies.find(lessonId, "live"),
    bodyKept: bodies.find(lessonId, "published"),
    assets: assets.findAll([assetId]),
    externalAsset: assets.findExternalForUpdate("s3", "file-4242"),
    variants: assets.variants(assetId),
    assetsOfAll: assets.list({}, Option.some([assetId]), 50),
    assetsOfMine: assets.list({ uploadedBy, assetType: "video" }, none, 50),
    updateAsset: assets.update(asset)
  }
})

const queriesOfRecords = Effect.gen(function* () {
  const coming = yield* ComingPublications
  const [revisions, history, kept, tags] = [
    yield* Revisions,
    yield* WorkflowHistory,
    yield* KeptVersions,
    yield* TagStore
  ]
  const [course, lesson] = [
    { itemType: "course", id: id("course", 4242) } as const,
    { itemType: "lesson", id: id("lesson", 4203) } as const
  ]
  const open: Revision = Option.getOrThrow(yield* revisions.findOpen(lesson))
  const board = (statuses: typeof boardOrder) =>
    history.board(statuses, Option.some([0, "2026-01-20T00:00:00.000Z", course.id]), 50)
  const tag = Option.getOrThrow(yield* tags.find("tag-1242"))
  return {
    openOfCourse: revisions.findOpen(course),
    openOfLesson: revisions.findOpen(lesson),
    allOpen: revisions.listOpen(open.courseId),
    revisions: revisions.list(course, none, 50),
    revisionsOfLesson: revisions.list(lesson, Option.some([open.id]), 50),
    updateRevision: revisions.update(open),
    removeRevision: revisions.remove(open.id),
    history: history.list(lesson, Option.some([1]), 50),
    boardOfAll: board(boardOrder),
    boardOfAllFirst: history.board(boardOrder, none, 50),
    ...Object.fromEntries(
      boardOrder.map((status) => [`board of ${status}`, history.board([status], none, 50)])
    ),
    keepLessons: kept.keepLessons(course.id as CourseId, [id("lesson", 4242) as LessonId], now),
    putPublication: coming.put(course.id as CourseId, now),
    takePublications: coming.take(DateTime.makeUnsafe("2027-01-01T02:00:00Z"), 50),
    tag: tags.find("tag-17"),
    tagForUpdate: tags.findForUpdate("tag-17"),
    existing: tags.existing(["tag-17", "tag-18", "none"]),
    tagsLike: tags.beginningWith("tag-1999"),
    tags: tags.list({}, Option.some(["tag-5"]), 50),
    tagsFeatured: tags.list({ isFeatured: true, tagCategory: "topic" }, none, 50),
    updateTag: tags.update(tag),
    removeTag: tags.remove("tag-1243")
  }
})

const queriesOfAll = Effect.gen(function* () {
  return { ...(yield* queriesOfCourses), ...(yield* queriesOfLessons), ...(yield* queriesOfRecords) }
})

const tables = [
  "content.courses",
  "content.modules",
  "content.lessons",
  "content.tags",
  "content.course_tags",
  "content.course_slugs",
  "content.lesson_slugs",
  "content.revisions",
  "content.published_courses",
  "content.published_lessons",
  "content.scheduled_publications",
  "content.workflow_history",
  "media.assets",
  "media.asset_variants"
]

layer(adapters, { excludeTestServices: true, timeout: "300 seconds" })(
  "Queries of content and media",
  (it) => {
    it.effect(
      "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them, and use every index there is (PG-12)",
      () =>
        Effect.gen(function* () {
          yield* asOwner(inTransaction(fill(10_000)))
          const small = yield* shapesOfAll(yield* queriesOfAll)
          yield* asOwner(
            Effect.andThen(emptied([...tables, "public.profiles"]), inTransaction(fill(100_000)))
          )
          const queries = yield* queriesOfAll
          const large = yield* shapesOfAll(queries)
          // Of few courses all that are published are looked through; trigrams find words among many.
          const growing = Object.keys(queries).filter((query) => query.includes("a87ff679"))
          assert.lengthOf(growing, 6)
          for (const query of growing) assert.include(String(large[query]), "idx_courses_search")
          // There are few tags at either size, and whether they are read by their index is the planner's.
          assert.deepStrictEqual(unstable(small, large, { growing: [...growing, "tagsFeatured"] }), [])
          const scans: Array<readonly [string, ReadonlyArray<string>]> = []
          for (const [query, run] of Object.entries(queries))
            scans.push([query, yield* wholeScansOf(run as Effect.Effect<unknown>)])
          assert.deepStrictEqual(
            scans.filter(([, scanned]) => scanned.length > 0),
            []
          )
          const guards = [
            // Slugs are unique twice: among courses, and for ever.
            "courses_slug_key",
            // Foreign keys have theirs for the day when a profile or an asset goes.
            "idx_lessons_created_by",
            "idx_lessons_primary_media",
            "idx_revisions_created_by"
          ]
          const unused = yield* unusedIndexesOf(tables)
          assert.deepStrictEqual(
            unused.filter((index) => !guards.includes(index)),
            []
          )
        }),
      300_000
    )
  }
)
