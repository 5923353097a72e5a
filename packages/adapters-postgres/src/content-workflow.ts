/** Slugs, revisions, histories, the board, and what is kept of what stopped being live. */
import {
  BoardItem,
  boardOrder,
  HistoryEntry,
  KeptCourse,
  Revision,
  type WorkflowStatus
} from "@lyceum/core/content"
import {
  ComingPublications,
  type ItemRef,
  KeptVersions,
  LessonBodies,
  Revisions,
  Slugs,
  type SlugScope,
  WorkflowHistory
} from "@lyceum/core/content/ports"
import type { CourseId } from "@lyceum/core/shared"
import type { Position } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { lessonTable } from "./content-rows.ts"
import { table } from "./table.ts"

export const slugsLayer = Layer.effect(
  Slugs,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    interface Row {
      readonly slug: string
      readonly item_id: string | null
    }
    /** The table, the column of the item, and which rows are of the scope. */
    const of = (scope: SlugScope) =>
      scope === "courses"
        ? { rows: sql.literal("content.course_slugs"), item: sql.literal("course_id"), ours: sql`true` }
        : {
            rows: sql.literal("content.lesson_slugs"),
            item: sql.literal("lesson_id"),
            ours: sql`course_id = ${scope.lessonsOf}::uuid`
          }
    const select = (scope: SlugScope, slug: string) => {
      const { item, ours, rows } = of(scope)
      return Effect.map(
        Effect.orDie(sql<Row>`select slug, ${item} as item_id from ${rows} where ${ours} and slug = ${slug}`),
        ([row]) => Option.fromUndefinedOr(row)
      )
    }
    const insert = (scope: SlugScope, slug: string, itemId: string) =>
      scope === "courses"
        ? sql`insert into content.course_slugs (slug, course_id, is_reserved) values (${slug}, ${itemId}::uuid, false)
            on conflict on constraint course_slugs_pkey do nothing returning 1`
        : sql`insert into content.lesson_slugs (course_id, slug, lesson_id, is_reserved)
            values (${scope.lessonsOf}::uuid, ${slug}, ${itemId}::uuid, false)
            on conflict on constraint lesson_slugs_pkey do nothing returning 1`

    return Slugs.of({
      find: (scope, slug) =>
        Effect.map(
          select(scope, slug),
          Option.map(({ item_id: itemId }) => (itemId === null ? {} : { itemId }))
        ),
      beginningWith: (scope, prefix) => {
        const { ours, rows } = of(scope)
        return Effect.map(
          Effect.orDie(sql<Row>`select slug from ${rows} where ${ours} and starts_with(slug, ${prefix})`),
          (found) => found.map(({ slug }) => slug)
        )
      },
      // Waits for whoever takes the same one at this moment.
      take: Effect.fnUntraced(function* (scope, slug, itemId) {
        const taken = yield* Effect.orDie(insert(scope, slug, itemId))
        return (
          taken.length > 0 || Option.exists(yield* select(scope, slug), ({ item_id }) => item_id === itemId)
        )
      }),
      reserve: (scope, slug) => {
        const { ours, rows } = of(scope)
        return Effect.orDie(
          Effect.asVoid(
            sql`update ${rows} set is_reserved = true, updated_at = util.now() where ${ours} and slug = ${slug}`
          )
        )
      },
      release: (scope, slug) => {
        const { ours, rows } = of(scope)
        return Effect.orDie(
          Effect.asVoid(sql`delete from ${rows} where ${ours} and slug = ${slug} and not is_reserved`)
        )
      }
    })
  })
)

const isOpen = "workflow_status in ('draft', 'in_review')"

export const revisionsLayer = Layer.effect(
  Revisions,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("content.revisions", ["id"], Revision)
    const of = ({ id, itemType }: ItemRef) =>
      itemType === "course"
        ? sql`item_type = 'course' and course_id = ${id}::uuid`
        : sql`item_type = 'lesson' and lesson_id = ${id}::uuid`
    const open = sql.literal(isOpen)
    return Revisions.of({
      findOpen: (item) => Effect.orDie(rows.selectOne(sql`where ${of(item)} and ${open}`)),
      listOpen: (courseId) => Effect.orDie(rows.select(sql`where course_id = ${courseId}::uuid and ${open}`)),
      list: (item, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where ${sql.and([of(item), ...Option.toArray(Option.map(after, ([id]) => sql`id < ${String(id)}::uuid`))])}
            order by id desc limit ${count}`)
        ),
      insert: (revision) => Effect.orDie(rows.insert(revision)),
      update: (revision) =>
        Effect.orDie(
          rows.replace(revision, [
            "content",
            "workflow_status",
            "last_editor_id",
            "submitted_at",
            "updated_at"
          ])
        ),
      remove: (id) => Effect.orDie(Effect.asVoid(sql`delete from content.revisions where id = ${id}::uuid`))
    })
  })
)

/** What is kept of a lesson is its row, as JSON. */
interface Kept {
  readonly data: object
}

export const keptVersionsLayer = Layer.effect(
  KeptVersions,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const json = Schema.toCodecJson(KeptCourse)
    const encode = Schema.encodeSync(json) as (kept: KeptCourse) => object
    const decode = Schema.decodeUnknownSync(json) as (kept: unknown) => KeptCourse
    return KeptVersions.of({
      findCourse: (id) =>
        Effect.map(
          Effect.orDie(sql<Kept>`select data from content.published_courses where course_id = ${id}::uuid`),
          ([row]) => Option.map(Option.fromUndefinedOr(row), ({ data }) => decode(data))
        ),
      keepCourse: (kept) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into content.published_courses (course_id, data, kept_at)
            values (${kept.course.id}::uuid, ${JSON.stringify(encode(kept))}::jsonb, ${DateTime.formatIso(kept.keptAt)}::timestamptz)
            on conflict on constraint published_courses_pkey do update
              set (data, kept_at, updated_at) = (excluded.data, excluded.kept_at, util.now())`)
        ),
      keepLessons: (courseId, lessons, keptAt) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into content.published_lessons (lesson_id, course_id, data, kept_at)
            select l.id, l.course_id, to_jsonb(l), ${DateTime.formatIso(keptAt)}::timestamptz from content.lessons l
            where l.course_id = ${courseId}::uuid and l.id = any(${lessons}::uuid[])
            on conflict on constraint published_lessons_pkey do update
              set (data, kept_at, updated_at) = (excluded.data, excluded.kept_at, util.now())`)
        )
    })
  })
)

export const comingPublicationsLayer = Layer.effect(
  ComingPublications,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return ComingPublications.of({
      put: (courseId, publishAt) =>
        Effect.orDie(
          Effect.asVoid(sql`
            insert into content.scheduled_publications (course_id, publish_at)
            values (${courseId}::uuid, ${DateTime.formatIso(publishAt)}::timestamptz)
            on conflict on constraint scheduled_publications_pkey do update
              set (publish_at, updated_at) = (excluded.publish_at, util.now())`)
        ),
      take: (now, count) =>
        Effect.map(
          Effect.orDie(sql<{ id: CourseId }>`
            with due as (
              select course_id, publish_at from content.scheduled_publications
              where publish_at <= ${DateTime.formatIso(now)}::timestamptz
              order by publish_at, course_id limit ${count} for update skip locked
            ), taken as (
              delete from content.scheduled_publications p using due where p.course_id = due.course_id
            )
            select course_id as id from due order by publish_at, course_id`),
          (rows) => rows.map(({ id }) => id)
        )
    })
  })
)

export const lessonBodiesLayer = Layer.effect(
  LessonBodies,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* lessonTable
    return LessonBodies.of({
      find: (id, version) =>
        version === "live"
          ? Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`))
          : Effect.map(
              Effect.orDie(
                sql<Kept>`select data from content.published_lessons where lesson_id = ${id}::uuid`
              ),
              ([row]) => Option.map(Option.fromUndefinedOr(row), ({ data }) => rows.decode(data))
            )
    })
  })
)

const decodeBoardItem = Schema.decodeUnknownSync(Schema.toCodecJson(BoardItem)) as (row: unknown) => BoardItem

export const workflowHistoryLayer = Layer.effect(
  WorkflowHistory,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("content.workflow_history", ["item_type", "item_id", "version"], HistoryEntry)

    /**
     * One status of the board: each table in the order of an index of its own, merged by the view. Ordered by the status
     * too: under row-level security the planner does not see that it is the same everywhere (enum_eq is not leakproof).
     */
    const boardOf = Effect.fnUntraced(function* (
      status: WorkflowStatus,
      after: Position | undefined,
      count: number
    ) {
      const [, since, id] = after ?? []
      const beyond =
        after === undefined
          ? sql`true`
          : sql`(since, item_id) > (${String(since)}::timestamptz, ${String(id)}::uuid)`
      const found = yield* sql<{ item: object }>`
        select jsonb_strip_nulls(jsonb_build_object(
          'itemType', item_type, 'id', item_id, 'courseId', course_id, 'isRevision', is_revision,
          'workflowStatus', workflow_status, 'title', title, 'createdBy', created_by, 'since', since,
          'lessonCount', lesson_count)) as item
        from content.workflow_dashboard
        where workflow_status = ${sql.literal(`'${status}'`)} and ${beyond}
        order by workflow_status, since, item_id limit ${count}`
      return found.map(({ item }) => decodeBoardItem(item))
    }, Effect.orDie)

    return WorkflowHistory.of({
      append: (entry) => Effect.orDie(rows.insert(entry)),
      list: ({ id, itemType }, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where item_type = ${itemType}::content.item_type and item_id = ${id}::uuid
              and version > ${Number(Option.match(after, { onNone: () => 0, onSome: ([version]) => version ?? 0 }))}
            order by version limit ${count}`)
        ),
      board: Effect.fnUntraced(function* (statuses, after, count) {
        const from = Option.getOrUndefined(after)
        const rank = from === undefined ? -1 : Number(from[0])
        const items: Array<BoardItem> = []
        for (const [index, status] of boardOrder.entries()) {
          if (!statuses.includes(status) || index < rank || items.length >= count) continue
          items.push(...(yield* boardOf(status, index === rank ? from : undefined, count - items.length)))
        }
        return items
      }),
      boardCounts: Effect.map(
        Effect.orDie(sql<{ workflow_status: WorkflowStatus; items: number }>`
          select workflow_status, sum(items)::int as items from (
            select workflow_status, count(*) as items from content.courses group by 1
            union all select workflow_status, count(*) from content.lessons group by 1
            union all select workflow_status, count(*) from content.revisions where ${sql.literal(isOpen)} group by 1
          ) counted group by 1`),
        (rows) => ({
          draft: 0,
          in_review: 0,
          published: 0,
          archived: 0,
          ...Object.fromEntries(rows.map(({ items, workflow_status: status }) => [status, items]))
        })
      )
    })
  })
)
