/** How the queries of the question bank and of assessments come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { AssessmentId, QuestionId } from "@lyceum/core/assessments"
import { AssessmentStore, QuestionStore } from "@lyceum/core/assessments/ports"
import { CourseId, LessonId, UserId } from "@lyceum/core/shared"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { assessmentStoreLayer, questionStoreLayer } from "../src/assessments-bank.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(questionStoreLayer, assessmentStoreLayer).pipe(
  Layer.provideMerge(transactionLayer),
  Layer.provideMerge(testDatabase)
)

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
const some = 4242

/**
 * So many questions, ten of them in each assessment, a hundred of a category, each tag on a hundred; half of the assessments
 * of a lesson, half of a course, five of each place. What they refer to is left out.
 */
const fill = Effect.fnUntraced(function* (count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set statement_timeout = '120s'`
  const of = (n: string) => sql.literal(`('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`)
  const upTo = (n: number) => sql`generate_series(1, ${n}::int) n`
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select set_config('session_replication_role', 'replica', true)`
      yield* sql`
        insert into public.profiles (id, username, display_name)
        select ${of("n")}, 'person-' || n, 'Person' from generate_series(0, 999) n on conflict do nothing`
      yield* sql`
        insert into assessments.questions
          (id, type, body, points, correct_answers, category, tags, is_reusable, usage_count, question_version, version, created_by)
        select ${of("n")}, 'true_false', 'Question ' || n, 1, '{"value": true}', 'category ' || n / 100,
          array['tag ' || n / 100, 'tag of all'], true, 1, 1, 1, ${of("n % 1000")}
        from ${upTo(count)}`
      yield* sql`
        insert into assessments.question_versions (question_id, question_version, content)
        select ${of("n")}, 1, '{"type": "true_false", "body": "B", "points": 1, "correctAnswers": {"value": true}}'
        from ${upTo(count)}`
      yield* sql`
        insert into assessments.assessments (id, scope, lesson_id, course_id, title, type, gives_certificate, passing_score,
          grading_mode, grade_policy, shuffle_questions, shuffle_answers, on_expiry, review, is_published, version, created_by)
        select ${of("n")}, (case when n % 2 = 0 then 'lesson' else 'course' end)::assessments.assessment_scope,
          case when n % 2 = 0 then ${of("n / 10")} end, case when n % 2 = 1 then ${of("n / 10")} end, 'T', 'exam', n % 10 < 2,
          60, 'auto', 'highest', false, false, 'grade_saved', '{"responses": "ended", "score": "graded", "items": "graded",
          "keys": "closed", "explanations": "closed"}', n % 3 > 0, 1, ${of("n % 1000")}
        from ${upTo(count)}`
      yield* sql`
        insert into assessments.assessment_items (assessment_id, question_id, display_order, is_required)
        select ${of("(n + 9) / 10")}, ${of("n")}, (n - 1) % 10 + 1, false from ${upTo(count)}`
    })
  )
  for (const table of tables) yield* sql`analyze ${sql.literal(table)}`
})

const tables = ["questions", "question_versions", "assessments", "assessment_items"].map(
  (table) => `assessments.${table}`
)

const queries = Effect.gen(function* () {
  const questions = yield* QuestionStore
  const assessments = yield* AssessmentStore
  const [questionId, id] = [QuestionId.make(uuid(some)), AssessmentId.make(uuid(42))]
  const user = UserId.make(uuid(42))
  const [lessonId, courseId] = [LessonId.make(uuid(42)), CourseId.make(uuid(43))]
  const question = Option.getOrThrow(yield* questions.find(questionId))
  const { asked, assessment } = Option.getOrThrow(yield* assessments.paper(id))
  const first = { after: Option.none(), count: 51 }
  const later = { after: Option.some([uuid(some)]), count: 51 }
  const fresh = QuestionId.make(uuid(90_000_000))
  const filter = { publishedOnly: false }
  return {
    find: questions.find(questionId),
    findForUpdate: questions.findForUpdate(questionId),
    hold: questions.hold([questionId, QuestionId.make(uuid(17))]),
    version: questions.version(questionId, 1),
    update: questions.update({ ...question, questionVersion: 2 }),
    insertAndRemove: Effect.andThen(
      questions.insert([{ ...question, id: fresh, usageCount: 0 }]),
      questions.remove(fresh)
    ),
    list: questions.list({}, later),
    listOfCategory: questions.list({ category: "category 42" }, first),
    listOfTag: questions.list({ tag: "tag 42" }, first),
    listOfUser: questions.list({ createdBy: user }, later),
    assessment: assessments.find(id),
    assessmentForUpdate: assessments.findForUpdate(id),
    paper: assessments.paper(id),
    change: assessments.update({ ...assessment, title: "Renamed" }),
    putItems: assessments.putItems(
      id,
      asked.map(({ item }) => item)
    ),
    drop: assessments.remove(id),
    assessments: assessments.list(filter, later),
    ofLesson: assessments.list({ ...filter, lessonId }, first),
    ofCourse: assessments.list({ ...filter, courseId, publishedOnly: true }, first),
    ofUser: assessments.list({ ...filter, createdBy: user }, first)
  }
})

layer(adapters, { excludeTestServices: true, timeout: "180 seconds" })("Queries of the bank", (it) => {
  it.effect(
    "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them, and use every index there is (PG-12)",
    () =>
      Effect.gen(function* () {
        yield* asOwner(fill(10_000))
        const small = yield* shapesOfAll(yield* queries)
        yield* asOwner(Effect.andThen(emptied(tables), fill(100_000)))
        const bank = yield* queries
        assert.deepStrictEqual(
          unstable(small, yield* shapesOfAll(bank), {
            // Of few questions a hundredth is found as soon in the order of the list.
            growing: ["listOfTag"]
          }),
          []
        )
        // A row that is changed twice in one transaction is checked against what it refers to, which is not there.
        const { change: _, ...repeatable } = bank
        const whole = yield* Effect.forEach(Object.entries(repeatable), ([name, query]) =>
          Effect.map(wholeScansOf(query as Effect.Effect<unknown>), (read) => [name, read] as const)
        )
        assert.deepStrictEqual(
          whole.filter(([, read]) => read.length > 0),
          []
        )
        // They guard what is unique, and are looked up by nobody.
        const guards = ["assessments_certificate_course_key", "assessments_certificate_lesson_key"]
        const unused = yield* unusedIndexesOf(tables)
        assert.deepStrictEqual(
          unused.filter((index) => !guards.includes(index)),
          []
        )
      })
  )
})
