/** What courses ask for, and the exceptions for single lessons. Tiers are referred to by id here, by key in the core. */
import { CourseRule, LessonOverride, TierNotFound } from "@lyceum/core/access"
import { CourseRuleStore, OverrideStore } from "@lyceum/core/access/ports"
import { CourseNotFound, LessonNotFound } from "@lyceum/core/content"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { refusing, table } from "./table.ts"

const iso = (instant: DateTime.Utc | undefined) =>
  instant === undefined ? null : DateTime.formatIso(instant)

export const courseRuleStoreLayer = Layer.effect(
  CourseRuleStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { decode } = yield* table("access.course_access_rules", ["course_id"], CourseRule)
    const first = ([found]: ReadonlyArray<{ row: unknown }>) =>
      Option.map(Option.fromNullishOr(found), ({ row }) => decode(row))
    /** Beside a row `r` of the table. */
    const withTier = sql.literal(
      "to_jsonb(r) || jsonb_build_object('required_tier', (select tier_key from access.tiers where id = r.required_tier_id)) as row"
    )
    return CourseRuleStore.of({
      find: (courseId) =>
        Effect.map(
          Effect.orDie(sql<{ row: unknown }>`
            select ${withTier} from access.course_access_rules r where r.course_id = ${courseId}::uuid`),
          first
        ),
      put: ({ courseId, createdAt, isActive, requiredTier, updatedAt }) =>
        sql`
          insert into access.course_access_rules (course_id, required_tier_id, is_active, created_at, updated_at)
          select ${courseId}::uuid, id, ${isActive}, ${iso(createdAt)}::timestamptz, ${iso(updatedAt)}::timestamptz
          from access.tiers where tier_key = ${requiredTier}
          on conflict on constraint course_access_rules_pkey do update set
            (required_tier_id, is_active, updated_at) = (excluded.required_tier_id, excluded.is_active, excluded.updated_at)
          returning 1`.pipe(
          refusing({ course_access_rules_course_fkey: () => new CourseNotFound({ course: courseId }) }),
          Effect.filterOrFail(
            (stored) => stored.length > 0,
            () => new TierNotFound({ tierKey: requiredTier })
          ),
          Effect.asVoid
        ),
      remove: (courseId) =>
        Effect.map(
          Effect.orDie(sql<{ row: unknown }>`
            delete from access.course_access_rules r where r.course_id = ${courseId}::uuid returning ${withTier}`),
          first
        )
    })
  })
)

export const overrideStoreLayer = Layer.effect(
  OverrideStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { decode } = yield* table("access.lesson_access_overrides", ["id"], LessonOverride)
    const withTier = sql.literal(
      "to_jsonb(o) || jsonb_build_object('required_tier', (select tier_key from access.tiers where id = o.required_tier_id)) as row"
    )
    const decoded = (statement: Statement.Statement<{ row: unknown }>) =>
      Effect.map(Effect.orDie(statement), (found) => found.map(({ row }) => decode(row)))

    return OverrideStore.of({
      list: (lessonId, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([id]) => [sql`o.id > ${String(id)}::uuid`]
        })
        return decoded(sql<{ row: unknown }>`
          select ${withTier} from access.lesson_access_overrides o
          where ${sql.and([sql`o.lesson_id = ${lessonId}::uuid`, ...beyond])} order by o.id limit ${count}`)
      },
      insert: (override) => {
        const tierKey = override.overrideType === "require_tier" ? override.requiredTier : null
        // The tier's row, or one row of nothing where no tier is asked for.
        return sql`
          insert into access.lesson_access_overrides
            (id, lesson_id, override_type, required_tier_id, starts_at, expires_at, created_at, updated_at)
          select ${override.id}::uuid, ${override.lessonId}::uuid, ${override.overrideType}::access.override_type, t.id,
            ${iso(override.startsAt)}::timestamptz, ${iso(override.expiresAt)}::timestamptz,
            ${iso(override.createdAt)}::timestamptz, ${iso(override.updatedAt)}::timestamptz
          from (select ${tierKey}::text as wanted) w left join access.tiers t on t.tier_key = w.wanted
          where w.wanted is null or t.id is not null
          returning 1`.pipe(
          refusing({
            lesson_access_overrides_lesson_fkey: () => new LessonNotFound({ lesson: override.lessonId })
          }),
          Effect.filterOrElse(
            (stored) => stored.length > 0,
            () => (tierKey === null ? Effect.succeed([]) : Effect.fail(new TierNotFound({ tierKey })))
          ),
          Effect.asVoid
        )
      },
      remove: (id) =>
        Effect.map(
          decoded(sql<{ row: unknown }>`
            delete from access.lesson_access_overrides o where o.id = ${id}::uuid returning ${withTier}`),
          ([removed]) => Option.fromNullishOr(removed)
        )
    })
  })
)
