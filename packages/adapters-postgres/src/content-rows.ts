/** The rows of content: where columns and fields differ, and what is read without its body. */
import { Course, Lesson, WholeLesson } from "@lyceum/core/content"
import { searchText } from "@lyceum/core/content/ports"
import { Effect, Option, Schema, String, Struct } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { table } from "./table.ts"

/** The source calls minutes a duration. */
const columns = { estimatedMinutes: "estimatedDuration" } as const

const { tags: _, ...courseColumns } = Course.fields
const StoredCourse = Schema.Struct({ ...courseColumns, searchText: Schema.String }).pipe(
  Schema.encodeKeys(columns)
)
export const LessonRow = WholeLesson.pipe(Schema.encodeKeys(columns))

/** Tags lie in a table of their own. */
const tagsOf = `(
  select coalesce(jsonb_agg(g.slug order by g.slug), '[]') from content.course_tags c
  join content.tags g on g.id = c.tag_id where c.course_id = t.id
)`

export const courseTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const stored = yield* table("content.courses", ["id"], StoredCourse)
  const { decode } = yield* table("content.courses", ["id"], Course.pipe(Schema.encodeKeys(columns)))
  const rowOf = (course: Course) => {
    const { tags: _, ...columns } = course
    return { ...columns, searchText: searchText(course) }
  }
  const select = (where: Statement.Fragment) =>
    Effect.map(
      sql<{ row: object }>`
        select to_jsonb(t) || jsonb_build_object('tags', ${sql.literal(tagsOf)}) as row from content.courses t ${where}`,
      (rows): ReadonlyArray<Course> => rows.map(({ row }) => decode(row))
    )
  return {
    select,
    selectOne: (where: Statement.Fragment) =>
      Effect.map(select(sql`${where} limit 1`), ([course]) => Option.fromUndefinedOr(course)),
    insert: (course: Course) => stored.insert(rowOf(course)),
    replace: (course: Course, editable: ReadonlyArray<string>) => stored.replace(rowOf(course), editable)
  }
})

const columnOf = (field: string) => String.camelToSnake(columns[field as keyof typeof columns] ?? field)

/** Bodies are long: lists and outlines do not fetch them. */
export const lessonTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* table("content.lessons", ["id"], LessonRow)
  const teasers = yield* table("content.lessons", ["id"], Lesson.pipe(Schema.encodeKeys(columns)))
  const teaserColumns = sql.literal(
    Struct.keys(Lesson.fields)
      .map((field) => `l.${columnOf(field)}`)
      .join(", ")
  )
  return {
    ...rows,
    /** Without bodies; the table's alias is `l`. */
    selectTeasers: (where: Statement.Fragment) =>
      Effect.map(
        sql<{
          row: object
        }>`select to_jsonb(t) as row from (select ${teaserColumns} from content.lessons l ${where}) t`,
        (found): ReadonlyArray<Lesson> => found.map(({ row }) => teasers.decode(row))
      )
  }
})
