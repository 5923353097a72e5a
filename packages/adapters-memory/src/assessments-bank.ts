/** The question bank, assessments, and which questions they ask. */
import {
  Assessment,
  AssessmentId,
  AssessmentInUse,
  CertificateGiverExists,
  Item,
  Question,
  QuestionContent,
  type QuestionId,
  QuestionInUse,
  QuestionNotFound
} from "@lyceum/core/assessments"
import {
  type AssessmentFilter,
  AssessmentStore,
  type QuestionFilter,
  QuestionStore
} from "@lyceum/core/assessments/ports"
import { CourseNotFound, LessonNotFound } from "@lyceum/core/content"
import { Effect, Layer, Option, Schema } from "effect"
import { courseRows, lessonRows } from "./content.ts"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

export const questionRows = table("assessments.questions", Question)
/** By question and version. */
const versionRows = table("assessments.question_versions", QuestionContent)
export const assessmentRows = table("assessments.assessments", Assessment)
/** By assessment and question. */
export const itemRows = table("assessments.assessment_items", Item)

/** As much of attempts as keeps what they are of. */
const attemptedRows = table("assessments.attempts", Schema.Struct({ assessmentId: AssessmentId }))

const versionKey = (id: QuestionId, version: number) => `${id} ${version}`
const itemKey = ({ assessmentId, questionId }: Item) => `${assessmentId} ${questionId}`

const asks =
  ({ category, createdBy, difficulty, tag, type }: QuestionFilter) =>
  (question: Question): boolean =>
    (type === undefined || question.content.type === type) &&
    (category === undefined || question.category === category) &&
    (tag === undefined || question.tags.includes(tag)) &&
    (difficulty === undefined || question.difficulty === difficulty) &&
    (createdBy === undefined || question.createdBy === createdBy)

const matches =
  ({ courseId, createdBy, lessonId, publishedOnly }: AssessmentFilter) =>
  ({ createdBy: maker, isPublished, scope }: Assessment): boolean =>
    (courseId === undefined || (scope.scope === "course" && scope.courseId === courseId)) &&
    (lessonId === undefined || (scope.scope === "lesson" && scope.lessonId === lessonId)) &&
    (createdBy === undefined || maker === createdBy) &&
    (isPublished || !publishedOnly)

const placeOf = ({ scope }: Assessment): string =>
  scope.scope === "lesson" ? `lesson ${scope.lessonId}` : `course ${scope.courseId}`

export const questionStoreLayer = Layer.effect(
  QuestionStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const questions = questionRows(database)
    const versions = versionRows(database)
    const items = itemRows(database)
    const keepVersion = ({ content, id, questionVersion }: Question) =>
      versions.put(versionKey(id, questionVersion), content)
    const usageOf = (id: QuestionId) =>
      Effect.map(items.all, (all) => all.filter(({ questionId }) => questionId === id).length)

    return QuestionStore.of({
      find: (id) => questions.find(id),
      findForUpdate: (id) => questions.find(id),
      hold: (ids) =>
        Effect.map(questions.all, (all) =>
          pageOf(
            all.filter(({ id }) => ids.includes(id)),
            ({ id }) => [id],
            { after: Option.none(), count: ids.length }
          )
        ),
      version: (id, version) => versions.find(versionKey(id, version)),
      insert: (all) =>
        Effect.forEach(
          all,
          (question) => Effect.andThen(questions.put(question.id, question), keepVersion(question)),
          { discard: true }
        ),
      update: Effect.fnUntraced(function* (question) {
        const usageCount = yield* usageOf(question.id)
        yield* questions.put(question.id, { ...question, usageCount })
        yield* keepVersion(question)
      }),
      remove: Effect.fnUntraced(function* (id) {
        const usageCount = yield* usageOf(id)
        if (usageCount > 0) return yield* new QuestionInUse({ questionId: id, usageCount })
        const found = yield* questions.find(id)
        if (Option.isNone(found)) return
        yield* questions.remove(id)
        for (let version = 1; version <= found.value.questionVersion; version++)
          yield* versions.remove(versionKey(id, version))
      }),
      list: (filter, part) =>
        Effect.map(questions.all, (all) => pageOf(all.filter(asks(filter)), ({ id }) => [id], part)),
      recountUsage: Effect.gen(function* () {
        let wrong = 0
        for (const question of yield* questions.all) {
          const usageCount = yield* usageOf(question.id)
          if (usageCount === question.usageCount) continue
          wrong++
          yield* questions.put(question.id, { ...question, usageCount })
        }
        return wrong
      })
    })
  })
)

export const assessmentStoreLayer = Layer.effect(
  AssessmentStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const assessments = assessmentRows(database)
    const items = itemRows(database)
    const questions = questionRows(database)
    const courses = courseRows(database)
    const lessons = lessonRows(database)
    const attempted = attemptedRows(database)

    const itemsOf = (id: AssessmentId) =>
      Effect.map(items.all, (all) =>
        all.filter(({ assessmentId }) => assessmentId === id).sort((a, b) => a.displayOrder - b.displayOrder)
      )
    const askedBy = Effect.fnUntraced(function* (id: AssessmentId) {
      return yield* Effect.forEach(yield* itemsOf(id), (item) =>
        Effect.map(questions.find(item.questionId), (question) => ({
          item,
          question: Option.getOrThrow(question)
        }))
      )
    })
    const checkGiver = Effect.fnUntraced(function* (assessment: Assessment) {
      const isTaken = (yield* assessments.all).some(
        (other) =>
          other.id !== assessment.id && other.givesCertificate && placeOf(other) === placeOf(assessment)
      )
      if (assessment.givesCertificate && isTaken) return yield* new CertificateGiverExists()
    })
    const checkPlace = Effect.fnUntraced(function* ({ scope }: Assessment) {
      if (scope.scope === "lesson") {
        if (Option.isNone(yield* lessons.find(scope.lessonId)))
          return yield* new LessonNotFound({ lesson: scope.lessonId })
      } else if (Option.isNone(yield* courses.find(scope.courseId)))
        return yield* new CourseNotFound({ course: scope.courseId })
    })
    const count = Effect.fnUntraced(function* (id: QuestionId, by: number) {
      const question = Option.getOrThrow(yield* questions.find(id))
      yield* questions.put(id, { ...question, usageCount: question.usageCount + by })
    })
    const clearItems = Effect.fnUntraced(function* (id: AssessmentId) {
      for (const item of yield* itemsOf(id)) {
        yield* items.remove(itemKey(item))
        yield* count(item.questionId, -1)
      }
    })

    return AssessmentStore.of({
      find: (id) => assessments.find(id),
      findForUpdate: (id) => assessments.find(id),
      paper: Effect.fnUntraced(function* (id) {
        const found = yield* assessments.find(id)
        if (Option.isNone(found)) return Option.none()
        return Option.some({ assessment: found.value, asked: yield* askedBy(id) })
      }),
      insert: Effect.fnUntraced(function* (assessment) {
        yield* checkGiver(assessment)
        yield* checkPlace(assessment)
        yield* assessments.put(assessment.id, assessment)
      }),
      update: Effect.fnUntraced(function* (assessment) {
        yield* checkGiver(assessment)
        yield* assessments.put(assessment.id, assessment)
      }),
      remove: Effect.fnUntraced(function* (id) {
        if ((yield* attempted.all).some(({ assessmentId }) => assessmentId === id))
          return yield* new AssessmentInUse({ assessmentId: id })
        yield* clearItems(id)
        yield* assessments.remove(id)
      }),
      existIn: Effect.fnUntraced(function* ({ courseId, lessons: among }) {
        const inside = new Set(
          (yield* lessons.all)
            .filter((one) => one.courseId === courseId && (among === "all" || among.includes(one.id)))
            .map(({ id }) => id)
        )
        return (yield* assessments.all).some(({ scope }) =>
          scope.scope === "lesson"
            ? inside.has(scope.lessonId)
            : among === "all" && scope.courseId === courseId
        )
      }),
      putItems: Effect.fnUntraced(function* (id, wanted) {
        for (const { questionId } of wanted)
          if (Option.isNone(yield* questions.find(questionId)))
            return yield* new QuestionNotFound({ id: questionId })
        yield* clearItems(id)
        for (const item of wanted) {
          yield* items.put(itemKey(item), item)
          yield* count(item.questionId, 1)
        }
      }),
      list: Effect.fnUntraced(function* (filter, part) {
        const found = pageOf((yield* assessments.all).filter(matches(filter)), ({ id }) => [id], part)
        return yield* Effect.forEach(found, (assessment) =>
          Effect.map(askedBy(assessment.id), (asked) => ({
            assessment,
            questionCount: asked.length,
            maxPoints: asked.reduce(
              (sum, { item, question }) => sum + (item.pointsOverride ?? question.content.points),
              0
            )
          }))
        )
      })
    })
  })
)
