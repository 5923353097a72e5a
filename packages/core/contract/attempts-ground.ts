/** What the contracts of attempts stand on: a school with published assessments, and what is to be finished before, as a test says. */
import { Context, DateTime, Effect, Layer, Option, Ref } from "effect"
import {
  Accommodations,
  type Assessment,
  Assessments,
  type Attempt,
  type AttemptId,
  Attempts,
  Prerequisites,
  type QuestionContent
} from "../src/assessments/index.ts"
import { AttemptStore, GradingTrail } from "../src/assessments/ports.ts"
import { FeatureFlags, FlagKey } from "../src/flags/index.ts"
import type { LessonId, UserId } from "../src/shared/id.ts"
import type { Instant } from "../src/shared/instant.ts"
import {
  bankOn,
  classroom,
  mcq,
  newAssessment,
  ofCourse,
  ofLesson,
  quizOf,
  trueFalse
} from "./assessments-bank-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, toldOf } from "./people.ts"
import { clockAt } from "./samples.ts"

/** Lessons that are to be finished before, as a test says. */
export class Unmet extends Context.Service<Unmet, Ref.Ref<ReadonlyArray<LessonId>>>()(
  "lyceum/contract/Unmet"
) {
  static readonly layer = Layer.effect(Unmet, Ref.make<ReadonlyArray<LessonId>>([]))
}
const prerequisites = Layer.effect(
  Prerequisites,
  Effect.map(Unmet, (unmet) => Prerequisites.of({ unmet: () => Ref.get(unmet) }))
)

export const attemptsOn = (adapter: Adapter) =>
  Layer.mergeAll(Attempts.layer, Accommodations.layer, FeatureFlags.layer).pipe(
    Layer.provideMerge(prerequisites.pipe(Layer.provideMerge(Unmet.layer))),
    Layer.provideMerge(bankOn(adapter))
  )

export const start = DateTime.makeUnsafe("2026-05-04T08:00:00Z")
export const after = (milliseconds: number): Instant => DateTime.add(start, { milliseconds })
export const minutes = (count: number): Instant => after(count * 60_000)

/** A test that begins at the start. */
export const from =
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
  () =>
    Effect.andThen(clockAt(start), body)

type Fields = Omit<Partial<Parameters<typeof newAssessment>[0]>, "scope">

/** A published exam of ten minutes in a lesson that the learner may read: true or false, and a choice of two out of three. */
export const examOf = Effect.fnUntraced(function* (
  fields: Fields = {},
  contents: ReadonlyArray<QuestionContent> = [trueFalse, mcq],
  { isRequired = false, wholeCourse = false }: { isRequired?: boolean; wholeCourse?: boolean } = {}
) {
  const people = yield* classroom
  const assessments = yield* Assessments
  const { assessment, items } = yield* quizOf(
    people.author,
    {
      timeLimitSec: 600,
      ...fields,
      scope: wholeCourse ? ofCourse(people.course.id) : ofLesson(people.lesson.id)
    },
    contents
  )
  const questions = items.map(({ question }) => question.id)
  const { assessment: placed } = yield* as(people.author)(
    assessments.setItems({
      assessmentId: assessment.id,
      version: assessment.version,
      items: questions.map((questionId) => ({ questionId, isRequired }))
    })
  )
  const published = yield* as(people.author)(assessments.publish({ assessmentId: placed.id }))
  return { ...people, assessment: published, questions }
})
export type Exam = Effect.Success<ReturnType<typeof examOf>>

/** The learner of the exam starts it. */
export const started = ({
  assessment,
  learner
}: {
  readonly assessment: Assessment
  readonly learner: UserId
}) =>
  Effect.map(
    as(learner)(Attempts.use((attempts) => attempts.start({ assessmentId: assessment.id }))),
    ({ attempt }) => attempt
  )

/** Right answers to both questions. */
export const right = ({ questions }: Exam) => [
  { questionId: questions[0]!, answer: { value: true } },
  { questionId: questions[1]!, answer: { choices: ["1", "2"] } }
]

export const stored = (id: AttemptId): Effect.Effect<Attempt, never, AttemptStore> =>
  Effect.map(
    AttemptStore.use((attempts) => attempts.find(id)),
    Option.getOrThrow
  )
export const trailOf = (id: AttemptId) => GradingTrail.use((trail) => trail.of(id))

/** The names of what was told of an attempt, oldest first. */
export const told = (id: AttemptId) =>
  Effect.map(toldOf(id as unknown as UserId), (all) => all.map(({ name }) => name))

/** Takes commands no more, or again. */
export const readOnly = (enabled: boolean) =>
  asService(
    FeatureFlags.use((flags) =>
      flags.change({ key: FlagKey.make("emergency_read_only_mode"), enabled, reason: "the contract asks" })
    )
  )
