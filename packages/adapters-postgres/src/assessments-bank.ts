/** The question bank, assessments, and which questions they ask. */
import {
  Assessment,
  AssessmentInUse,
  CertificateGiverExists,
  Item,
  Question,
  QuestionContent,
  type QuestionId,
  QuestionInUse,
  QuestionNotFound,
  Scope
} from "@lyceum/core/assessments"
import {
  type AssessmentFilter,
  AssessmentStore,
  type QuestionFilter,
  QuestionStore
} from "@lyceum/core/assessments/ports"
import { CourseNotFound, LessonNotFound } from "@lyceum/core/content"
import { Array, Effect, Layer, Option, Schema, SchemaTransformation } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

type Fields = Readonly<Record<string, Schema.Json>>

/** A model whose field is a struct of its own, as one row: the fields of the struct stand beside the others. */
const flattened = <S extends Schema.Codec<any, any>>(
  schema: S,
  field: string,
  parts: ReadonlyArray<string>
) => {
  const pick = (row: Fields, inside: boolean) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => parts.includes(name) === inside))
  return Schema.Record(Schema.String, Schema.Json).pipe(
    Schema.decodeTo(
      Schema.toCodecJson(schema),
      SchemaTransformation.transform<Schema.Json, Fields>({
        decode: (row) => ({ ...pick(row, false), [field]: pick(row, true) }),
        encode: (model) => {
          const { [field]: part, ...rest } = model as Readonly<Record<string, Fields>>
          return { ...(rest as Fields), ...part }
        }
      })
    )
  ) as unknown as Schema.Codec<S["Type"], Fields>
}

const partsOf = (members: ReadonlyArray<{ readonly fields: object }>): ReadonlyArray<string> => [
  ...new Set(members.flatMap(({ fields }) => Object.keys(fields)))
]
export const QuestionRow: Schema.Codec<Question, Fields> = flattened(
  Question,
  "content",
  partsOf(QuestionContent.members)
)
export const AssessmentRow: Schema.Codec<Assessment, Fields> = flattened(
  Assessment,
  "scope",
  partsOf(Scope.members)
)

const questionColumns = [
  "type",
  "body",
  "explanation",
  "points",
  "choices",
  "multiple",
  "stems",
  "targets",
  "correct_answers",
  "scoring",
  "category",
  "tags",
  "difficulty",
  "estimated_time_sec",
  "is_reusable",
  "question_version",
  "version",
  "updated_at"
]
const assessmentColumns = [
  "title",
  "type",
  "gives_certificate",
  "opens_at",
  "closes_at",
  "time_limit_sec",
  "attempt_limit",
  "retake_cooldown_sec",
  "passing_score",
  "grading_mode",
  "grade_policy",
  "shuffle_questions",
  "shuffle_answers",
  "on_expiry",
  "review",
  "is_published",
  "version",
  "updated_at"
]

const contentJson = Schema.toCodecJson(QuestionContent)
const encodeContent = Schema.encodeSync(contentJson)
const decodeContent = Schema.decodeUnknownSync(contentJson)

export const questionStoreLayer = Layer.effect(
  QuestionStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.questions", ["id"], QuestionRow)
    const keepVersions = (questions: ReadonlyArray<Question>) => {
      const versions = questions.map(({ content, id, questionVersion }) => ({
        question_id: id,
        question_version: questionVersion,
        content: encodeContent(content)
      }))
      return sql`
        insert into assessments.question_versions (question_id, question_version, content)
        select question_id, question_version, content
        from jsonb_populate_recordset(null::assessments.question_versions, ${JSON.stringify(versions)}::jsonb)
        on conflict on constraint question_versions_pkey
          do update set content = excluded.content, updated_at = util.now()`
    }
    const where = ({ category, createdBy, difficulty, tag, type }: QuestionFilter) => [
      ...(type === undefined ? [] : [sql`type = ${type}::assessments.question_type`]),
      ...(category === undefined ? [] : [sql`category = ${category}`]),
      ...(tag === undefined ? [] : [sql`tags @> array[${tag}]::text[]`]),
      ...(difficulty === undefined ? [] : [sql`difficulty = ${difficulty}`]),
      ...(createdBy === undefined ? [] : [sql`created_by = ${createdBy}::uuid`])
    ]

    return QuestionStore.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`, "for no key update")),
      hold: (ids) =>
        Effect.orDie(rows.select(sql`where id = any (${ids}::uuid[]) order by id for no key update`)),
      version: (id, version) =>
        Effect.map(
          Effect.orDie(sql<{ content: unknown }>`
            select content from assessments.question_versions
            where question_id = ${id}::uuid and question_version = ${version}::int`),
          ([found]) => Option.map(Option.fromUndefinedOr(found), ({ content }) => decodeContent(content))
        ),
      insert: (questions) =>
        Effect.orDie(
          questions.length === 0
            ? Effect.void
            : Effect.asVoid(Effect.andThen(rows.insertAll(questions), keepVersions(questions)))
        ),
      update: (question) =>
        Effect.orDie(
          Effect.asVoid(Effect.andThen(rows.replace(question, questionColumns), keepVersions([question])))
        ),
      remove: Effect.fnUntraced(function* (id) {
        const [used] = yield* Effect.orDie(sql<{ usage_count: number }>`
          select usage_count from assessments.questions where id = ${id}::uuid for no key update`)
        if (used !== undefined && used.usage_count > 0)
          return yield* new QuestionInUse({ questionId: id, usageCount: used.usage_count })
        // Whoever begins to use it counts under the lock that is held now.
        yield* Effect.orDie(sql`delete from assessments.questions where id = ${id}::uuid`)
      }),
      list: (filter, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([id]) => [sql`id > ${String(id)}::uuid`]
        })
        const wanted = sql.and([sql`true`, ...where(filter), ...beyond])
        return Effect.orDie(rows.select(sql`where ${wanted} order by id limit ${count}`))
      },
      recountUsage: Effect.gen(function* () {
        // In the order of `putItems`; once all are held nobody changes what is counted.
        yield* sql`select 1 from assessments.questions order by id for no key update`
        const wrong = yield* sql`
          update assessments.questions q set usage_count = c.items
          from (
            select k.id, count(i.question_id)::int as items from assessments.questions k
            left join assessments.assessment_items i on i.question_id = k.id group by k.id
          ) c
          where c.id = q.id and c.items <> q.usage_count returning 1`
        return wrong.length
      }).pipe(Effect.orDie)
    })
  })
)

export const assessmentStoreLayer = Layer.effect(
  AssessmentStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("assessments.assessments", ["id"], AssessmentRow)
    const items = yield* table("assessments.assessment_items", ["assessment_id", "question_id"], Item)
    const questions = yield* table("assessments.questions", ["id"], QuestionRow)
    const giverExists = {
      assessments_certificate_lesson_key: () => new CertificateGiverExists(),
      assessments_certificate_course_key: () => new CertificateGiverExists()
    }
    const unknownPlace = ({ scope }: Assessment) =>
      scope.scope === "lesson"
        ? { assessments_lesson_fkey: () => new LessonNotFound({ lesson: scope.lessonId }) }
        : { assessments_course_fkey: () => new CourseNotFound({ course: scope.courseId }) }
    const where = ({ courseId, createdBy, lessonId, publishedOnly }: AssessmentFilter) => [
      ...(courseId === undefined ? [] : [sql`t.course_id = ${courseId}::uuid`]),
      ...(lessonId === undefined ? [] : [sql`t.lesson_id = ${lessonId}::uuid`]),
      ...(createdBy === undefined ? [] : [sql`t.created_by = ${createdBy}::uuid`]),
      ...(publishedOnly ? [sql`t.is_published`] : [])
    ]
    /** Takes the items away; the questions' rows are held already. */
    const clearItems = (id: string) => sql`
      with gone as (delete from assessments.assessment_items where assessment_id = ${id}::uuid returning question_id)
      update assessments.questions q set usage_count = usage_count - 1 from gone where q.id = gone.question_id`
    /** Holds these questions and those that the assessment asks now, in one order for everybody. */
    const holdQuestions = (id: string, wanted: ReadonlyArray<QuestionId>) => sql<{ id: string }>`
      select q.id from assessments.questions q
      where q.id = any (${wanted}::uuid[])
        or q.id in (select i.question_id from assessments.assessment_items i where i.assessment_id = ${id}::uuid)
      order by q.id for no key update`

    return AssessmentStore.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`, "for no key update")),
      paper: (id) =>
        Effect.map(
          Effect.orDie(sql<{
            assessment: unknown
            asked: ReadonlyArray<{ item: object; question: object }>
          }>`
            select to_jsonb(a) as assessment, (
              select coalesce(
                jsonb_agg(jsonb_build_object('item', to_jsonb(i), 'question', to_jsonb(q)) order by i.display_order),
                '[]'
              )
              from assessments.assessment_items i join assessments.questions q on q.id = i.question_id
              where i.assessment_id = a.id
            ) as asked
            from assessments.assessments a where a.id = ${id}::uuid`),
          ([found]) =>
            Option.map(Option.fromUndefinedOr(found), ({ asked, assessment }) => ({
              assessment: rows.decode(assessment),
              asked: asked.map(({ item, question }) => ({
                item: items.decode(item),
                question: questions.decode(question)
              }))
            }))
        ),
      insert: (assessment) =>
        refusing<CertificateGiverExists | LessonNotFound | CourseNotFound>({
          ...giverExists,
          ...unknownPlace(assessment)
        })(rows.insert(assessment)),
      update: (assessment) => refusing(giverExists)(rows.replace(assessment, assessmentColumns)),
      remove: Effect.fnUntraced(function* (id) {
        yield* Effect.orDie(holdQuestions(id, []))
        yield* Effect.orDie(clearItems(id))
        yield* refusing({ attempts_assessment_fkey: () => new AssessmentInUse({ assessmentId: id }) })(
          sql`delete from assessments.assessments where id = ${id}::uuid`
        )
      }),
      existIn: ({ courseId, lessons }) => {
        const among = lessons === "all" ? sql`true` : sql`l.id = any (${lessons}::uuid[])`
        const ofCourse = lessons === "all" ? sql`a.course_id = ${courseId}::uuid` : sql`false`
        return Effect.map(
          Effect.orDie(sql<{ found: boolean }>`
            select exists (select 1 from assessments.assessments a where ${ofCourse}) or exists (
              select 1 from assessments.assessments a join content.lessons l on l.id = a.lesson_id
              where l.course_id = ${courseId}::uuid and ${among}
            ) as found`),
          ([answer]) => answer?.found === true
        )
      },
      putItems: Effect.fnUntraced(function* (id, wanted) {
        const ids = wanted.map(({ questionId }) => questionId)
        const held = new Set((yield* Effect.orDie(holdQuestions(id, ids))).map((row) => row.id))
        const unknown = ids.find((questionId) => !held.has(questionId))
        if (unknown !== undefined) return yield* new QuestionNotFound({ id: unknown })
        yield* Effect.orDie(clearItems(id))
        yield* Effect.orDie(items.insertAll(wanted))
        yield* Effect.orDie(sql`
          update assessments.questions set usage_count = usage_count + 1 where id = any (${ids}::uuid[])`)
      }),
      list: (filter, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([id]) => [sql`t.id > ${String(id)}::uuid`]
        })
        const wanted = sql.and([sql`true`, ...where(filter), ...beyond])
        return Effect.map(
          Effect.orDie(sql<{ row: unknown; questions: number; points: number }>`
            select to_jsonb(t) as row, s.questions, s.points from assessments.assessments t, lateral (
              select count(*)::int as questions, coalesce(sum(coalesce(i.points_override, q.points)), 0)::int as points
              from assessments.assessment_items i join assessments.questions q on q.id = i.question_id
              where i.assessment_id = t.id
            ) s
            where ${wanted} order by t.id limit ${count}`),
          Array.map((found) => ({
            assessment: rows.decode(found.row),
            questionCount: found.questions,
            maxPoints: found.points
          }))
        )
      }
    })
  })
)
