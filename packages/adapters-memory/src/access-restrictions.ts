/** What courses ask for, and the exceptions for single lessons. */
import { type TierKey, TierNotFound } from "@lyceum/core/access"
import { CourseRuleStore, OverrideStore } from "@lyceum/core/access/ports"
import { CourseNotFound, LessonNotFound } from "@lyceum/core/content"
import { Effect, Layer, Option } from "effect"
import { tierRows } from "./access.ts"
import { courseRows, lessonRows } from "./content.ts"
import { courseRuleRows, overrideRows } from "./access-tables.ts"
import { MemoryDatabase } from "./database.ts"
import { pageOf } from "./order.ts"

const checkTier = (database: MemoryDatabase["Service"], tierKey: TierKey) =>
  Effect.flatMap(tierRows(database).find(tierKey), (tier) =>
    Option.isSome(tier) ? Effect.void : Effect.fail(new TierNotFound({ tierKey }))
  )

export const courseRuleStoreLayer = Layer.effect(
  CourseRuleStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = courseRuleRows(database)
    const courses = courseRows(database)
    return CourseRuleStore.of({
      find: (courseId) => rows.find(courseId),
      put: Effect.fnUntraced(function* (rule) {
        yield* checkTier(database, rule.requiredTier)
        if (Option.isNone(yield* courses.find(rule.courseId))) {
          return yield* new CourseNotFound({ course: rule.courseId })
        }
        yield* rows.put(rule.courseId, rule)
      }),
      remove: (courseId) => Effect.tap(rows.find(courseId), rows.remove(courseId))
    })
  })
)

export const overrideStoreLayer = Layer.effect(
  OverrideStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = overrideRows(database)
    const lessons = lessonRows(database)
    return OverrideStore.of({
      list: (lessonId, part) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter((override) => override.lessonId === lessonId),
            ({ id }) => [id],
            part
          )
        ),
      insert: Effect.fnUntraced(function* (override) {
        if (override.overrideType === "require_tier") yield* checkTier(database, override.requiredTier)
        if (Option.isNone(yield* lessons.find(override.lessonId))) {
          return yield* new LessonNotFound({ lesson: override.lessonId })
        }
        yield* rows.put(override.id, override)
      }),
      remove: (id) => Effect.tap(rows.find(id), rows.remove(id))
    })
  })
)
