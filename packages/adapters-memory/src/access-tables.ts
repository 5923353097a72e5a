/** The tables of access that hang on courses and lessons, and go with them. */
import { CourseRule, LessonOverride } from "@lyceum/core/access"
import { Effect } from "effect"
import { type MemoryDatabase, table } from "./database.ts"

/** By the id of the course. */
export const courseRuleRows = table("access.course_access_rules", CourseRule)
export const overrideRows = table("access.lesson_access_overrides", LessonOverride)

/** What a removed course or lesson takes with it: its rule, its exceptions. */
export const removeRestrictionsOf = Effect.fnUntraced(function* (
  database: MemoryDatabase["Service"],
  itemType: "course" | "lesson",
  id: string
) {
  if (itemType === "course") return yield* courseRuleRows(database).remove(id)
  const overrides = overrideRows(database)
  for (const override of yield* overrides.all)
    if (override.lessonId === id) yield* overrides.remove(override.id)
})
