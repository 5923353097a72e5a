/** Courses, modules and lessons. */
import {
  type Course,
  HasLearners,
  InstructorNotFound,
  Module,
  ModuleKeyTaken,
  type WholeLesson
} from "@lyceum/core/content"
import {
  type CatalogueFilter,
  type CourseFilter,
  CourseStore,
  LessonStore,
  ModuleStore
} from "@lyceum/core/content/ports"
import { AssetNotFound } from "@lyceum/core/media"
import type { Position } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { courseTable, lessonTable } from "./content-rows.ts"
import { refusing, table } from "./table.ts"

/** What of a course may change, but for who teaches it. */
const editable = [
  "slug",
  "title",
  "description",
  "category",
  "difficulty",
  "estimated_duration",
  "cover_image_url",
  "thumbnail_url",
  "workflow_status",
  "last_editor_id",
  "submitted_at",
  "published_at",
  "publish_at",
  "learner_count",
  "search_text",
  "version",
  "updated_at"
]

/** The keys of what rests on courses and lessons: what somebody learned, was asked or was promised. */
export const keysOfTraces = [
  "user_progress_lesson_fkey",
  "assessments_course_fkey",
  "assessments_lesson_fkey",
  "certificates_course_fkey",
  "certificates_lesson_fkey",
  "course_completions_course_fkey",
  "lesson_analytics_course_fkey",
  "lesson_analytics_lesson_fkey"
] as const

/** Refuses to take away what somebody learned from. */
const refusingTraces = (refusal: () => HasLearners) =>
  refusing(Object.fromEntries(keysOfTraces.map((key) => [key, refusal])))

/** A word as part of a pattern for `like`. */
const containing = (word: string) => `%${word.replace(/[\\%_]/gu, "\\$&")}%`

/** Order and position of each sort; a column of its own index first, then the id. */
const sorts = {
  newest: { column: "published_at", type: "timestamptz", descending: true },
  popularity: { column: "learner_count", type: "int", descending: true },
  title: { column: "title", type: "text", descending: false }
} as const

const catalogueWhere = (
  sql: SqlClient.SqlClient,
  { category, difficulty, sort, tag, words }: CatalogueFilter,
  {
    after,
    count,
    now
  }: { readonly after: Option.Option<Position>; readonly count: number; readonly now: DateTime.Utc }
) => {
  const { column, descending, type } = sorts[sort]
  const direction = sql.literal(descending ? "desc" : "asc")
  const beyond = ([value, id]: Position) => {
    return sql`(t.${sql.literal(column)}, t.id) ${sql.literal(descending ? "<" : ">")}
      (${sort === "popularity" ? Number(value) : String(value)}::${sql.literal(type)}, ${String(id)}::uuid)`
  }
  const conditions = [
    sql`t.workflow_status = 'published'`,
    sql`(t.publish_at is null or t.publish_at <= ${DateTime.formatIso(now)}::timestamptz)`,
    ...words.map((word) => sql`t.search_text like ${containing(word)}`),
    ...(category === undefined ? [] : [sql`t.category = ${category}`]),
    ...(difficulty === undefined ? [] : [sql`t.difficulty = ${difficulty}::content.difficulty`]),
    ...(tag === undefined
      ? []
      : [
          sql`t.id in (select c.course_id from content.course_tags c join content.tags g on g.id = c.tag_id where g.slug = ${tag})`
        ]),
    ...Option.toArray(Option.map(after, beyond))
  ]
  return sql`where ${sql.and(conditions)} order by t.${sql.literal(column)} ${direction}, t.id ${direction} limit ${count}`
}

/** Each part by an index of its own; `or` would read all courses in order. */
const workedOn = (
  sql: SqlClient.SqlClient,
  { all, inReview, ownedBy, status }: CourseFilter,
  { after, count }: { readonly after: Option.Option<Position>; readonly count: number }
) => {
  const common = [
    ...(status === undefined ? [] : [sql`workflow_status = ${sql.literal(`'${status}'`)}`]),
    ...Option.toArray(Option.map(after, ([id]) => sql`id < ${String(id)}::uuid`))
  ]
  const page = sql`order by id desc limit ${count}`
  if (all) return sql`where ${sql.and([sql`true`, ...common])} ${page}`
  const conditions = [
    ...(ownedBy === undefined
      ? []
      : [sql`created_by = ${ownedBy}::uuid`, sql`instructor_id = ${ownedBy}::uuid`]),
    ...(inReview ? [sql`workflow_status = 'in_review'`] : [])
  ]
  const parts = conditions.map(
    (condition) =>
      sql`select id from (select id from content.courses where ${sql.and([condition, ...common])} ${page}) p`
  )
  const [first = sql`select id from content.courses where false`, ...rest] = parts
  return sql`where t.id in (${rest.reduce((before, next) => sql`${before} union ${next}`, first)}) ${page}`
}

export const courseStoreLayer = Layer.effect(
  CourseStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const courses = yield* courseTable
    const lessons = yield* lessonTable
    const modules = yield* table("content.modules", ["id"], Module)

    /** Holds the tags whose counts change, in one order for all; who edits other courses of a tag is not kept waiting. */
    const setTags = Effect.fnUntraced(function* (courseId: string, tags: ReadonlyArray<string>) {
      const carried = sql`select tag_id from content.course_tags where course_id = ${courseId}::uuid`
      const wanted = sql`select id from content.tags where slug = any(${tags}::text[])`
      const changing = yield* sql<{ id: string; is_wanted: boolean }>`
        select t.id, t.slug = any(${tags}::text[]) as is_wanted from content.tags t
        where t.id in ((${wanted} except ${carried}) union all (${carried} except ${wanted}))
        order by t.id for no key update`
      if (changing.length === 0) return
      const come = changing.filter((tag) => tag.is_wanted).map(({ id }) => id)
      const gone = changing.filter((tag) => !tag.is_wanted).map(({ id }) => id)
      yield* sql`
        with taken as (
          delete from content.course_tags where course_id = ${courseId}::uuid and tag_id = any(${gone}::uuid[])
        ), given as (
          insert into content.course_tags (course_id, tag_id) select ${courseId}::uuid, unnest(${come}::uuid[])
        )
        update content.tags t set usage_count = t.usage_count + d.change
        from (select unnest(${come}::uuid[]) as id, 1 as change union all select unnest(${gone}::uuid[]), -1) d
        where t.id = d.id`
    })

    const write = (course: Course, columns: ReadonlyArray<string>) =>
      Effect.andThen(courses.replace(course, columns), setTags(course.id, course.tags))
    const refusingInstructor = ({ instructorId }: Course) =>
      refusing({ courses_instructor_fkey: () => new InstructorNotFound({ instructorId: instructorId! }) })
    const find = (id: string) => Effect.orDie(courses.selectOne(sql`where t.id = ${id}::uuid`))

    return CourseStore.of({
      find,
      // Locked and then read: a statement that waits for a lock sees the tags of before it waited.
      findForUpdate: (id) =>
        Effect.andThen(
          Effect.orDie(sql`select 1 from content.courses where id = ${id}::uuid for no key update`),
          find(id)
        ),
      insert: (course) =>
        Effect.andThen(courses.insert(course), setTags(course.id, course.tags)).pipe(
          refusingInstructor(course)
        ),
      update: (course) => Effect.orDie(write(course, editable)),
      updateInstructor: (course) =>
        write(course, [...editable, "instructor_id"]).pipe(refusingInstructor(course)),
      remove: (id) =>
        setTags(id, []).pipe(
          Effect.andThen(sql`
            delete from content.workflow_history where (item_type, item_id) in (
              select 'course'::content.item_type, ${id}::uuid
              union all select 'lesson', l.id from content.lessons l where l.course_id = ${id}::uuid)`),
          Effect.andThen(sql`delete from content.courses where id = ${id}::uuid`),
          Effect.asVoid,
          refusingTraces(() => new HasLearners({ courseId: id }))
        ),
      contents: (id) =>
        Effect.orDie(
          Effect.all({
            modules: modules.select(sql`where course_id = ${id}::uuid order by module_order`),
            lessons: lessons.selectTeasers(sql`
              join content.modules m on m.id = l.module_id
              where l.course_id = ${id}::uuid order by m.module_order, l.lesson_order`)
          })
        ),
      list: (filter, after, count) => Effect.orDie(courses.select(workedOn(sql, filter, { after, count }))),
      catalogue: (filter, now, page) =>
        Effect.orDie(courses.select(catalogueWhere(sql, filter, { ...page, now })))
    })
  })
)

export const moduleStoreLayer = Layer.effect(
  ModuleStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("content.modules", ["id"], Module)
    const refusingKey = ({ key }: Module) =>
      refusing({ modules_course_key_key: () => new ModuleKeyTaken({ key }) })
    return ModuleStore.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      insert: (module) => rows.insert(module).pipe(refusingKey(module)),
      update: (module) =>
        rows
          .replace(module, [
            "key",
            "title",
            "description",
            "learning_objectives",
            "is_published",
            "version",
            "updated_at"
          ])
          .pipe(refusingKey(module)),
      remove: Effect.fnUntraced(function* (id) {
        const [found] = yield* Effect.orDie(
          sql<{ course_id: Course["id"] }>`select course_id from content.modules where id = ${id}::uuid`
        )
        if (found === undefined) return
        yield* Effect.orDie(sql`
          delete from content.workflow_history where item_type = 'lesson'
            and item_id in (select l.id from content.lessons l where l.module_id = ${id}::uuid)`)
        yield* sql`delete from content.modules where id = ${id}::uuid`.pipe(
          refusingTraces(() => new HasLearners({ courseId: found.course_id }))
        )
      }),
      arrange: (order) =>
        Effect.orDie(
          Effect.asVoid(sql`
            update content.modules m set module_order = o.place
            from unnest(${order}::uuid[]) with ordinality as o (id, place)
            where m.id = o.id and m.module_order <> o.place`)
        )
    })
  })
)

/** What of a lesson may change in place; where it stands has statements of its own. */
const editableOfLesson = [
  "slug",
  "type",
  "title",
  "is_free_preview",
  "estimated_duration",
  "learning_objectives",
  "prerequisites",
  "drip",
  "primary_media_id",
  "text_content",
  "content",
  "quiz_config",
  "project_instructions",
  "video_url",
  "resources",
  "workflow_status",
  "last_editor_id",
  "submitted_at",
  "published_at",
  "version",
  "updated_at"
]

export const lessonStoreLayer = Layer.effect(
  LessonStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* lessonTable
    const refusingAsset = ({ primaryMediaId }: WholeLesson) =>
      refusing({ lessons_primary_media_fkey: () => new AssetNotFound({ assetId: primaryMediaId! }) })

    return LessonStore.of({
      find: (id) =>
        Effect.map(Effect.orDie(rows.selectTeasers(sql`where l.id = ${id}::uuid`)), ([lesson]) =>
          Option.fromUndefinedOr(lesson)
        ),
      findWhole: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      listWhole: (courseId) =>
        Effect.orDie(
          rows.select(sql`
            join content.modules m on m.id = t.module_id
            where t.course_id = ${courseId}::uuid order by m.module_order, t.lesson_order`)
        ),
      insert: (lesson) => rows.insert(lesson).pipe(refusingAsset(lesson)),
      update: (lesson) => rows.replace(lesson, editableOfLesson).pipe(refusingAsset(lesson)),
      remove: Effect.fnUntraced(function* (id) {
        const [found] = yield* Effect.orDie(
          sql<{ course_id: Course["id"] }>`select course_id from content.lessons where id = ${id}::uuid`
        )
        if (found === undefined) return
        yield* Effect.orDie(
          sql`delete from content.workflow_history where item_type = 'lesson' and item_id = ${id}::uuid`
        )
        yield* sql`delete from content.lessons where id = ${id}::uuid`.pipe(
          refusingTraces(() => new HasLearners({ courseId: found.course_id, lessonId: id }))
        )
      }),
      arrange: (moduleId, order) =>
        Effect.orDie(
          Effect.asVoid(sql`
            update content.lessons l set module_id = ${moduleId}::uuid, lesson_order = o.place
            from unnest(${order}::uuid[]) with ordinality as o (id, place)
            where l.id = o.id and (l.module_id, l.lesson_order) is distinct from (${moduleId}::uuid, o.place)`)
        )
    })
  })
)
