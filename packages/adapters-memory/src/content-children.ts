/** What hangs on courses and lessons: revisions, histories, kept versions, slugs, rules and exceptions; it goes when they go. */
import { HistoryEntry, KeptCourse, Revision, WholeLesson } from "@lyceum/core/content"
import { CourseId, Instant } from "@lyceum/core/shared"
import { Effect, Schema } from "effect"
import { removeRestrictionsOf } from "./access-tables.ts"
import type { MemoryDatabase } from "./database.ts"
import { table } from "./database.ts"

export const revisionRows = table("content.revisions", Revision)
export const historyRows = table("content.workflow_history", HistoryEntry)
export const keptCourseRows = table("content.published_courses", KeptCourse)
export const comingRows = table(
  "content.scheduled_publications",
  Schema.Struct({ courseId: CourseId, publishAt: Instant })
)
/** By the id of the lesson. */
export const keptLessonRows = table("content.published_lessons", WholeLesson)

export const SlugRow = Schema.Struct({
  /** `courses`, or the id of the course whose lessons have it. */
  scope: Schema.String,
  slug: Schema.String,
  itemId: Schema.optionalKey(Schema.String),
  isReserved: Schema.Boolean
})
export const slugRows = table("content.slugs", SlugRow)
export const slugKey = (row: Pick<typeof SlugRow.Type, "scope" | "slug">) => `${row.scope} ${row.slug}`

export const historyKey = ({ itemId, itemType, version }: HistoryEntry) => `${itemType} ${itemId} ${version}`

export const childRows = (database: MemoryDatabase["Service"]) => {
  const revisions = revisionRows(database)
  const history = historyRows(database)
  const slugs = slugRows(database)

  const removeSlugs = Effect.fnUntraced(function* (id: string) {
    for (const row of yield* slugs.all) {
      if (row.scope === id) yield* slugs.remove(slugKey(row))
      else if (row.itemId === id) {
        const { itemId: _, ...left } = row
        yield* slugs.put(slugKey(row), left)
      }
    }
  })

  return {
    removeOf: Effect.fnUntraced(function* (itemType: "course" | "lesson", id: string) {
      for (const revision of yield* revisions.all) {
        const owner = revision.itemType === "lesson" ? revision.lessonId : revision.courseId
        if (owner === id) yield* revisions.remove(revision.id)
      }
      for (const entry of yield* history.all) {
        if (entry.itemType === itemType && entry.itemId === id) yield* history.remove(historyKey(entry))
      }
      yield* (itemType === "course" ? keptCourseRows : keptLessonRows)(database).remove(id)
      if (itemType === "course") yield* comingRows(database).remove(id)
      yield* removeSlugs(id)
      yield* removeRestrictionsOf(database, itemType, id)
    })
  }
}
