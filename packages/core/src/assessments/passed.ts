/** Which assessments of a lesson a learner has passed, for contexts that follow. */
import { Context, Effect, Layer, Option } from "effect"
import type { LessonId, UserId } from "../shared/id.ts"
import type { Position } from "../shared/page.ts"
import type { AssessmentId } from "./model/index.ts"
import { AssessmentStore, AttemptStore } from "./ports.ts"
import { finalGrade } from "./rules/policy.ts"

const readAtOnce = 100

export class PassedAssessments extends Context.Service<
  PassedAssessments,
  {
    /** How many published ones the lesson has, and those of them that the learner has yet to pass (ASM-20), by id. */
    readonly ofLesson: (
      lessonId: LessonId,
      userId: UserId
    ) => Effect.Effect<{ readonly published: number; readonly toPass: ReadonlyArray<AssessmentId> }>
  }
>()("lyceum/assessments/PassedAssessments") {
  static readonly layer = Layer.effect(
    PassedAssessments,
    Effect.gen(function* () {
      const assessments = yield* AssessmentStore
      const attempts = yield* AttemptStore

      const publishedOf = Effect.fnUntraced(function* (lessonId: LessonId) {
        const filter = { lessonId, publishedOnly: true }
        let after: Option.Option<Position> = Option.none()
        const all = []
        for (;;) {
          const some = yield* assessments.list(filter, { after, count: readAtOnce })
          all.push(...some.map(({ assessment }) => assessment))
          const last = all.at(-1)
          if (some.length < readAtOnce || last === undefined) return all
          after = Option.some([last.id])
        }
      })

      return PassedAssessments.of({
        ofLesson: Effect.fn("PassedAssessments.ofLesson")(function* (lessonId, userId) {
          const published = yield* publishedOf(lessonId)
          const toPass = yield* Effect.filter(published, (assessment) =>
            Effect.map(
              attempts.graded(assessment.id, userId),
              (graded) => finalGrade(graded, assessment)?.passed !== true
            )
          )
          return { published: published.length, toPass: toPass.map(({ id }) => id) }
        })
      })
    })
  )
}
