/** The facts of access decisions: one statement a question, whose one row carries everything as JSON. */
import { AccessFacts, type Asked, type Part } from "@lyceum/core/access/ports"
import { shippedRoles } from "@lyceum/core/rbac"
import type { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import {
  type EntitlementRow,
  entitlementOf,
  type FactsRow,
  knownOf,
  packedFlags,
  packedPlace,
  type ReaderRow,
  type TierRow,
  tiersOf
} from "./access-rows.ts"

/** Which courses and lessons a statement brings: the end of a select from courses `c`, or lessons `l`, modules `m` and `c`. */
interface Wanted {
  readonly courses: Statement.Fragment
  readonly lessons?: Statement.Fragment
  readonly ofOneCourse?: true
}

const epoch = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`

/** The permissions that decisions read. */
const permissions = `('content.edit', 'content.review')`
/** The roles of who was given none; their ids are the same everywhere. */
const everybodys = shippedRoles
  .filter(({ roleName }) => ["visitor", "member", "premium_member"].includes(roleName))
  .map(({ id }) => `'${id}'`)
  .join(", ")

export const accessFactsLayer = Layer.effect(
  AccessFacts,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const raw = sql.literal
    const instant = ({ now }: Pick<Asked, "now">) => sql`${DateTime.formatIso(now)}::timestamptz`
    const tiers = raw(`(select json_agg(json_build_array(tier_key, sort_order)) from access.tiers) as tiers`)

    /** What somebody was given that is neither revoked nor over; what is to come is told too, for it may change an answer. */
    const held = (userId: UserId, now: Statement.Fragment) => sql`held as materialized (
      select id, entitlement_type, entitlement_ref, starts_at, expires_at from access.user_entitlements
      where user_id = ${userId}::uuid and status <> 'revoked' and (expires_at is null or expires_at > ${now}))`
    const entitlements = raw(`(select json_agg(json_build_array(id, entitlement_type, entitlement_ref,
      ${epoch("starts_at")}, ${epoch("expires_at")})) from held) as entitlements`)

    const assigned = (userId: UserId) => sql`assigned as materialized (
      select role_id, expires_at from rbac.user_roles where user_id = ${userId}::uuid and is_active)`
    // Nearly everybody has no role of their own, and then the catalogue need not be read: unless what everybody has edits.
    const special = raw(`special as materialized (select exists (select 1 from assigned) or exists (
      select 1 from rbac.role_permissions h where h.role_id in (${everybodys}) and h.permission_id in (
        select id from rbac.permissions where permission_key in ${permissions})) as needed)`)

    const reader = (userId: UserId) => sql`
      (select status from public.profiles where id = ${userId}::uuid) as status,
      ${entitlements},
      ${raw(`(select json_agg(json_build_array(role_id, ${epoch("expires_at")})) from assigned) as assignments,
      case when (select needed from special) then (
        select json_agg(json_build_object('id', r.id, 'roleName', r.role_name, 'isSystem', r.is_system, 'sortOrder', r.sort_order,
          'permissions', (
            select coalesce(json_agg(json_build_object('permission', p.permission_key, 'onOwnCourses', h.on_own_courses)), '[]')
            from rbac.role_permissions h join rbac.permissions p on p.id = h.permission_id
            where h.role_id = r.id and p.permission_key in ${permissions})))
        from rbac.roles r where r.deleted_at is null and (r.is_system or r.id in (select role_id from assigned))) end as roles`)},
      (select json_agg(json_build_array(v.course_id, ${raw(epoch("v.at"))})) from (
        select l.course_id, min(p.created_at) as at from learn.user_progress p join content.lessons l on l.id = p.lesson_id
        where p.user_id = ${userId}::uuid
          and l.course_id in (select d.course_id from dripping d where d.drip -> 'afterDays' is not null)
        group by l.course_id) v) as first_access,
      (select json_agg(p.lesson_id) from learn.user_progress p
        where p.user_id = ${userId}::uuid and p.completed_at is not null and p.lesson_id in (
          select d.id from dripping d union all select d.previous from dripping d)) as completed`

    /** The nearest earlier lesson of the course that is published. */
    const previous = raw(`case when l.drip -> 'afterPrevious' is not null then (
      select e.id from content.lessons e join content.modules f on f.id = e.module_id and f.course_id = e.course_id
      where e.course_id = l.course_id and e.workflow_status = 'published' and f.is_published
        and (f.module_order, e.lesson_order) < (m.module_order, l.lesson_order)
      order by f.module_order desc, e.lesson_order desc limit 1) end as previous`)

    // What was published is looked for only where it may not be published now.
    const lessonRows = (wanted: Statement.Fragment) => sql`lessons as materialized (
      select l.id, l.course_id, m.module_order, l.lesson_order, l.workflow_status, m.is_published,
        l.is_free_preview, l.drip, ${previous},
        (l.workflow_status <> 'published' or not m.is_published or c.workflow_status <> 'published' or c.publish_at is not null)
          and exists (select 1 from content.published_lessons k where k.lesson_id = l.id) as is_kept
      from content.lessons l join content.modules m on m.id = l.module_id and m.course_id = l.course_id
      join content.courses c on c.id = l.course_id
      ${wanted}),
      dripping as materialized (select id, course_id, drip, previous from lessons where drip is not null)`
    const noLessons = raw(`dripping as (select null::uuid as id, null::uuid as course_id, null::jsonb as drip,
      null::uuid as previous where false)`)

    const courses =
      raw(`(select json_agg(json_build_array(c.id, c.workflow_status, ${epoch("c.publish_at")}, c.created_by,
        c.instructor_id, (c.workflow_status <> 'published' or c.publish_at is not null) and exists (
          select 1 from content.published_courses k where k.course_id = c.id),
        (select tier_key from access.tiers where id = r.required_tier_id), r.is_active))
      from courses c left join access.course_access_rules r on r.course_id = c.id) as courses`)
    // A course page is mostly this column: what every lesson has is packed, what few have is told apart.
    const lessons = (ofOneCourse: boolean) =>
      raw(`(select json_agg(json_build_array(l.id, ${packedPlace}, ${packedFlags}${ofOneCourse ? "" : ", l.course_id"}))
          from lessons l) as lessons,
        (select json_agg(json_build_array(id, drip, previous)) from dripping) as drips`)
    const overrides = (
      now: Statement.Fragment
    ) => sql`(select json_agg(json_build_array(o.lesson_id, o.id, o.override_type,
        (select tier_key from access.tiers where id = o.required_tier_id),
        ${raw(`${epoch("o.starts_at")}, ${epoch("o.expires_at")}`)}))
      from access.lesson_access_overrides o
      where o.lesson_id = any (array(select id from lessons)) and (o.expires_at is null or o.expires_at > ${now})) as overrides`

    const read = (asked: Asked, wanted: Wanted) => {
      const now = instant(asked)
      const { actor } = asked
      const mine = actor._tag === "User"
      const statement = sql<FactsRow & ReaderRow>`
        with ${mine ? sql`${held(actor.id, now)}, ${assigned(actor.id)}, ${special},` : raw("")}
        ${wanted.lessons === undefined ? noLessons : lessonRows(wanted.lessons)},
        courses as materialized (
          select c.id, c.workflow_status, c.publish_at, c.created_by, c.instructor_id from content.courses c ${wanted.courses})
        select ${tiers}, ${courses}
          ${wanted.lessons === undefined ? raw("") : sql`, ${lessons(wanted.ofOneCourse === true)}, ${overrides(now)}`}
          ${mine ? sql`, ${reader(actor.id)}` : raw("")}`
      return Effect.map(Effect.orDie(statement), ([row]) => knownOf(row, actor))
    }

    /** No course that the actor may read is missing; courses that only their tier shuts are left out to save work. */
    const courseCandidates = (asked: Asked): Statement.Fragment => {
      const { actor } = asked
      if (actor._tag === "Service") return raw("true")
      const rule =
        raw(`select 1 from access.course_access_rules r join access.tiers t on t.id = r.required_tier_id
        where r.course_id = c.id and r.is_active`)
      const published = sql`(c.workflow_status = 'published' and (c.publish_at is null or c.publish_at <= ${instant(asked)}))`
      if (actor._tag === "Anonymous") return sql`(${published} and not exists (${rule}))`
      return sql`((select needed from special) or c.created_by = ${actor.id}::uuid or c.instructor_id = ${actor.id}::uuid
        or c.id in (select entitlement_ref::uuid from held where strpos(entitlement_ref, '-') > 0)
        or (${published} and not exists (${rule} and t.sort_order > (
          select coalesce(max(h.sort_order), 0) from held join access.tiers h on h.tier_key = held.entitlement_ref))))`
    }

    /** Beside the lessons of such courses, those that are open by themselves. */
    const lessonCandidates = (asked: Asked) => sql`(${courseCandidates(asked)} or (
      c.workflow_status = 'published' and l.workflow_status = 'published' and (l.is_free_preview or exists (
        select 1 from access.lesson_access_overrides o where o.lesson_id = l.id and o.override_type <> 'locked'))))`

    const afterId = (column: string, after: Part["after"]) =>
      Option.match(after, {
        onNone: () => raw("true"),
        onSome: ([id]) => sql`${raw(column)} > ${String(id)}::uuid`
      })
    const coursesOfLessons = raw("where c.id in (select course_id from lessons)")

    return AccessFacts.of({
      ofHoldings: (userId, now) =>
        Effect.map(
          Effect.orDie(sql<{
            tiers: ReadonlyArray<TierRow> | null
            entitlements: ReadonlyArray<EntitlementRow> | null
          }>`
            with ${held(userId, instant({ now }))} select ${tiers}, ${entitlements}`),
          ([row]) => ({
            tiers: tiersOf(row?.tiers ?? null),
            entitlements: (row?.entitlements ?? []).map(entitlementOf)
          })
        ),
      ofCourse: (asked, courseId) => read(asked, { courses: sql`where c.id = ${courseId}::uuid` }),
      ofLessons: (asked, lessonIds) =>
        read(asked, {
          lessons: sql`where l.id = any(${lessonIds}::uuid[]) order by l.id`,
          courses: coursesOfLessons
        }),
      ofCoursePage: (asked, courseId, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => raw(""),
          onSome: ([module, lesson]) =>
            sql`and (m.module_order, l.lesson_order) > (${Number(module)}::int, ${Number(lesson)}::int)`
        })
        return read(asked, {
          lessons: sql`where l.course_id = ${courseId}::uuid ${beyond} order by m.module_order, l.lesson_order limit ${count}`,
          courses: sql`where c.id = ${courseId}::uuid`,
          ofOneCourse: true
        })
      },
      ofCourses: (asked, { after, count }) =>
        read(asked, {
          courses: sql`where ${afterId("c.id", after)} and ${courseCandidates(asked)} order by c.id limit ${count}`
        }),
      ofAllLessons: (asked, { after, count }) =>
        read(asked, {
          lessons: sql`where ${afterId("l.id", after)} and ${lessonCandidates(asked)} order by l.id limit ${count}`,
          courses: coursesOfLessons
        })
    })
  })
)
