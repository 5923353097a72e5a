/** How questions and assessments measure. Source: ASM-25. */
import { Context, Effect, Layer, Option } from "effect"
import { type Call, Door } from "../../shared/door.ts"
import type { Methods } from "../../shared/operation.ts"
import type { Position } from "../../shared/page.ts"
import { QuestionNotFound } from "../errors.ts"
import type { AssessmentId, Graded } from "../model/index.ts"
import { figureOperations } from "../operations/figures.ts"
import { AssessmentStore, AttemptStore } from "../ports.ts"
import { figuresOf } from "../rules/figures.ts"
import { reviewing } from "./reviewing.ts"

/** So many of the newest graded attempts say what can be said, and are read in a moment. */
const mostAttempts = 2000
const readAtOnce = 200

export class Figures extends Context.Service<Figures, Methods<typeof figureOperations>>()(
  "lyceum/assessments/Figures"
) {
  static readonly layer = Layer.effect(
    Figures,
    Effect.gen(function* () {
      const assessments = yield* AssessmentStore
      const attempts = yield* AttemptStore
      const door = yield* Door
      const desk = yield* reviewing

      /** The newest graded attempts, and whether there are older ones. */
      const newest = Effect.fnUntraced(function* (assessmentId: AssessmentId) {
        const filter = { assessmentId, status: "graded" as const }
        const all: Array<Graded> = []
        let after: Option.Option<Position> = Option.none()
        while (all.length < mostAttempts) {
          const some = yield* attempts.list(filter, { after, count: readAtOnce })
          all.push(...some.filter((one) => one.status === "graded"))
          const last = some.at(-1)
          if (last === undefined || some.length < readAtOnce) return { all, more: false }
          after = Option.some([last.id])
        }
        return { all, more: (yield* attempts.list(filter, { after, count: 1 })).length > 0 }
      })

      const figures = Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
        yield* desk.assessment(assessmentId, call, "assessments:read")
        const paper = yield* assessments.paper(assessmentId)
        const asked = Option.match(paper, { onNone: () => [], onSome: (one) => one.asked })
        const { all, more } = yield* newest(assessmentId)
        return figuresOf(assessmentId, all, { questions: asked.map(({ question }) => question), more })
      })

      return Figures.of({
        assessment: door.query(figureOperations.assessment, ({ assessmentId }, call) =>
          figures(assessmentId, call)
        ),
        question: door.query(
          figureOperations.question,
          Effect.fnUntraced(function* ({ assessmentId, questionId }, call) {
            const { questions } = yield* figures(assessmentId, call)
            const found = questions.find((one) => one.questionId === questionId)
            return found ?? (yield* new QuestionNotFound({ id: questionId }))
          })
        )
      })
    })
  )
}
