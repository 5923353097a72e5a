/** Laws of what rests on assessments: what somebody took stays, and so does what it is of. Source: ASM-22, CON-10. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Assessments, Attempts, Questions } from "../src/assessments/index.ts"
import { Courses, Lessons } from "../src/content/index.ts"
import { attemptsOn, examOf, from, right, started, stored } from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, each, someone } from "./people.ts"

export const keptContract = (adapter: string, layer: Adapter) =>
  it.layer(attemptsOn(layer), { timeout: "60 seconds" })(
    `Assessments that were taken on ${adapter}`,
    (it) => {
      it.effect(
        "one that anybody took is not deleted, nor is its lesson; it can be hidden and emptied (ASM-22, CON-10)",
        from(
          Effect.gen(function* () {
            const assessments = yield* Assessments
            const questions = yield* Questions
            const exam = yield* examOf()
            const { id: assessmentId, version } = exam.assessment
            const attempt = yield* started(exam)
            const remove = assessments.delete({ assessmentId })
            assert.strictEqual(yield* codeOf(as(exam.author)(remove)), "assessments.assessment_in_use")
            const paper = yield* as(exam.author)(assessments.paper({ assessmentId }))
            assert.strictEqual(paper.items.length, 2)
            assert.deepStrictEqual(
              paper.items.map(({ question }) => question.usageCount),
              [1, 1]
            )
            const lessons = yield* Lessons
            const courses = yield* Courses
            for (const act of each(
              lessons.remove({ lessonId: exam.lesson.id }),
              courses.delete({ courseId: exam.course.id })
            ))
              assert.strictEqual(yield* codeOf(asService(act)), "content.has_learners")
            yield* as(exam.author)(assessments.unpublish({ assessmentId, version }))
            yield* as(exam.author)(assessments.setItems({ assessmentId, version: version + 1, items: [] }))
            for (const questionId of exam.questions)
              assert.strictEqual(yield* codeOf(as(exam.author)(questions.delete({ questionId }))), "done")
            const graded = yield* as(exam.learner)(
              Attempts.use((attempts) =>
                attempts.submit({ attemptId: attempt.id, revision: attempt.revision, responses: right(exam) })
              )
            )
            assert.strictEqual(graded.status, "graded")
            assert.strictEqual((yield* stored(attempt.id)).contentSnapshot.items.length, 2)
          })
        )
      )

      it.effect(
        "deleted while learners start it, it is gone with no attempt, or stays with some (ASM-22, KER-21)",
        from(
          Effect.gen(function* () {
            const assessments = yield* Assessments
            for (const place of [0, 3, 7]) {
              const exam = yield* examOf()
              const { id: assessmentId } = exam.assessment
              const learners = yield* Effect.forEach(Array.from({ length: 7 }), () => someone())
              const starts = learners.map(({ id }) => codeOf(started({ ...exam, learner: id })))
              const remove = codeOf(as(exam.author)(assessments.delete({ assessmentId })))
              const outcomes = yield* Effect.all(
                [...starts.slice(0, place), remove, ...starts.slice(place)],
                { concurrency: "unbounded" }
              )
              const [removed] = outcomes.splice(place, 1)
              const began = outcomes.filter((code) => code === "done").length
              if (removed === "done") {
                assert.deepStrictEqual([...new Set(outcomes)], ["assessments.assessment_not_found"])
              } else {
                assert.strictEqual(removed, "assessments.assessment_in_use")
                assert.strictEqual(began, 7)
              }
            }
          })
        )
      )
    }
  )
