/** Laws of lessons with assessments, with the attempts as they are: from prerequisites to the completed course. */
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import {
  type AssessmentId,
  Assessments,
  Attempts,
  PassedAssessments,
  Questions
} from "../src/assessments/index.ts"
import {
  analyticsSubscriber,
  completionsSubscriber,
  Learning,
  LearningReactions,
  prerequisitesLayer
} from "../src/learning/index.ts"
import { LessonAnalytics } from "../src/learning/ports.ts"
import type { LessonId, UserId } from "../src/shared/id.ts"
import { paywallOn } from "./access-ground.ts"
import { ofLesson, quizOf, trueFalse } from "./assessments-bank-ground.ts"
import { newLesson, publishLesson } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import {
  articles,
  complete,
  courseOf,
  from,
  learned,
  open,
  progressIn,
  readThrough,
  settled
} from "./learning-ground.ts"
import { as, asService, codeOf } from "./people.ts"

const examsOn = (adapter: Adapter) =>
  Layer.mergeAll(
    Learning.layer,
    LearningReactions.layer,
    Questions.layer,
    Assessments.layer,
    Attempts.layer
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(PassedAssessments.layer, prerequisitesLayer)),
    Layer.provideMerge(
      paywallOn(adapter, "open", { subscribers: [completionsSubscriber, analyticsSubscriber] })
    )
  )

/** A course of an article, and a quiz after it with so many published exams and one that is not. */
const quizAfterArticle = Effect.fnUntraced(function* (count: number) {
  const assessments = yield* Assessments
  const { author, ids, learner, module, course } = yield* articles(1)
  const quiz = yield* asService(newLesson(module.id, { type: "quiz", prerequisites: ids }))
  yield* publishLesson(quiz.id)
  const exams: Array<AssessmentId> = []
  for (let index = 0; index <= count; index++) {
    const { assessment } = yield* quizOf(author, { scope: ofLesson(quiz.id) }, [trueFalse])
    if (index === count) continue
    yield* as(author)(assessments.publish({ assessmentId: assessment.id }))
    exams.push(assessment.id)
  }
  return { article: ids[0]!, author, course, exams, learner, quizId: quiz.id as LessonId }
})

/** One try: the only question is answered, rightly or not. */
const take = Effect.fnUntraced(function* (assessmentId: AssessmentId, learner: UserId, value: boolean) {
  const attempts = yield* Attempts
  const { attempt } = yield* as(learner)(attempts.start({ assessmentId }))
  const responses = attempt.items.map(({ questionId }) => ({ questionId, answer: { value } }))
  return yield* as(learner)(attempts.submit({ attemptId: attempt.id, revision: attempt.revision, responses }))
})

export const learningExamsContract = (adapter: string, layer: Adapter) =>
  it.layer(examsOn(layer), { timeout: "90 seconds" })(`Lessons with exams on ${adapter}`, (it) => {
    it.effect(
      "a quiz starts once its prerequisites are done, and passing it completes lesson and course (LRN-3, LRN-12, LRN-5)",
      from(
        Effect.gen(function* () {
          const { article, course, exams, learner, quizId } = yield* quizAfterArticle(1)
          const me = as(learner)
          const [exam] = exams
          const early = yield* Effect.flip(
            me(Attempts.use((attempts) => attempts.start({ assessmentId: exam! })))
          )
          assert.deepInclude(early, { _tag: "learning.prerequisites_unmet", lessonIds: [article] })
          yield* me(readThrough(article))
          yield* take(exam!, learner, false)
          yield* settled
          assert.strictEqual(yield* me(progressIn(quizId)), undefined)
          assert.deepInclude(yield* Effect.flip(me(complete(quizId))), { assessmentIds: [exam!] })
          yield* take(exam!, learner, true)
          yield* settled
          assert.deepInclude(yield* me(progressIn(quizId)), {
            status: "completed",
            completionPercentage: 100
          })
          assert.deepInclude(yield* me(courseOf(course.id)), { status: "completed", percentage: 100 })
          const told = yield* learned(learner)
          assert.strictEqual(told.filter((name) => name === "learning.lesson_completed").length, 2)
          assert.strictEqual(told.at(-1), "learning.course_completed")
          const noted = yield* LessonAnalytics.use((analytics) => analytics.of(learner))
          assert.deepStrictEqual(noted.map(({ eventType }) => eventType).sort(), [
            "assessment_graded",
            "assessment_graded",
            "assessment_start",
            "assessment_start",
            "assessment_submit",
            "assessment_submit"
          ])
        })
      )
    )

    it.effect(
      "all published exams of a lesson count, those not published do not, each by its own policy (LRN-12, ASM-20)",
      from(
        Effect.gen(function* () {
          const passed = yield* PassedAssessments
          const assessments = yield* Assessments
          const { article, author, exams, learner, quizId } = yield* quizAfterArticle(3)
          const me = as(learner)
          yield* me(readThrough(article))
          yield* me(open(quizId))
          const [highest, latest, other] = exams
          const { version } = yield* as(author)(assessments.get({ assessmentId: latest! }))
          yield* as(author)(assessments.update({ assessmentId: latest!, version, gradePolicy: "latest" }))
          for (const exam of [highest!, latest!]) {
            yield* take(exam, learner, true)
            yield* take(exam, learner, false)
          }
          assert.deepStrictEqual(yield* passed.ofLesson(quizId, learner), {
            published: 3,
            toPass: [latest!, other!]
          })
          yield* take(latest!, learner, true)
          yield* settled
          assert.strictEqual(yield* codeOf(me(complete(quizId))), "learning.assessments_not_passed")
          yield* take(other!, learner, true)
          yield* settled
          assert.strictEqual((yield* me(progressIn(quizId)))?.status, "completed")
        })
      )
    )
  })
