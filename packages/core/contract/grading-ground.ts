/** What the contracts of grading stand on: quizzes of a school, and attempts at them as the rules make them. */
import { DateTime, Effect, Layer, Option, Result } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import {
  type Assessment,
  AssessmentHealth,
  type Attempt,
  AttemptFacts,
  AttemptId,
  type CorrectionAct,
  Corrections,
  Figures,
  Grading,
  type QuestionContent,
  type Response,
  Reviews
} from "../src/assessments/index.ts"
import { releaseChecksLayer } from "../src/certificates/index.ts"
import { AssessmentStore, AttemptStore, GradingTrail } from "../src/assessments/ports.ts"
import { submit } from "../src/assessments/rules/attempt.ts"
import { freeze, snapshotText } from "../src/assessments/rules/snapshot.ts"
import { begin } from "../src/assessments/rules/start.ts"
import { newId, type UserId } from "../src/shared/id.ts"
import type { Instant } from "../src/shared/instant.ts"
import { Transaction } from "../src/shared/transaction.ts"
import {
  classroom,
  mcq,
  newAssessment,
  ofLesson,
  openText,
  quizOf,
  trueFalse
} from "./assessments-bank-ground.ts"
import { attemptsOn } from "./attempts-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, someone, toldOf } from "./people.ts"
import { clockAt } from "./samples.ts"

export const gradingOn = (adapter: Adapter) =>
  Layer.mergeAll(
    Reviews.layer,
    Grading.layer,
    Corrections.layer,
    Figures.layer,
    Layer.provide(AssessmentHealth.layer, releaseChecksLayer)
  ).pipe(Layer.provideMerge(AttemptFacts.layer), Layer.provideMerge(attemptsOn(adapter)))

export const start = DateTime.makeUnsafe("2026-05-04T08:00:00Z")
export const after = (milliseconds: number): Instant => DateTime.add(start, { milliseconds })

/** A test that begins at the start. */
export const from =
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
  () =>
    Effect.andThen(clockAt(start), body)

type Fields = Partial<Parameters<typeof newAssessment>[0]>

/** A lesson of an instructor with an assessment: 1 point for true or false, 5 for a text, 2 for a choice. */
export const examOf = Effect.fnUntraced(function* (
  fields: Fields = {},
  contents: ReadonlyArray<QuestionContent> = [trueFalse, openText, mcq]
) {
  const people = yield* classroom
  const store = yield* AssessmentStore
  const paper = yield* quizOf(
    people.author,
    { gradingMode: "hybrid", ...fields, scope: ofLesson(people.lesson.id) },
    contents
  )
  const { asked, assessment } = Option.getOrThrow(yield* store.paper(paper.assessment.id))
  return { ...people, assessment, questions: asked.map(({ question }) => question.id) }
})
export type Exam = Effect.Success<ReturnType<typeof examOf>>

/** What a learner answers, question by question; one that is missing is not answered. */
export type Answers = ReadonlyArray<Response["answer"] | undefined>
export const fine: Answers = [{ value: true }, { text: "Because." }, { choices: ["1", "2"] }]

const seed = "00112233445566778899aabbccddeeff"

/** A running attempt of somebody, stored; its number is given. */
export const running = Effect.fnUntraced(function* (
  { assessment }: { readonly assessment: Assessment },
  userId: UserId,
  { attemptNo = 1, hash, startedAt = start }: { attemptNo?: number; hash?: string; startedAt?: Instant } = {}
) {
  const { run } = yield* Transaction
  const assessments = yield* AssessmentStore
  const attempts = yield* AttemptStore
  const digest = yield* Digest.Digest
  const { asked } = Option.getOrThrow(yield* assessments.paper(assessment.id))
  const contentSnapshot = freeze(assessment, asked, seed)
  const contentSnapshotHash =
    hash ?? (yield* digest.digestHex(Digest.sha256, new TextEncoder().encode(snapshotText(contentSnapshot))))
  const id = yield* newId(AttemptId, yield* SecureRandom.SecureRandom)
  const { state } = begin(
    assessment,
    {},
    { id, userId, attemptNo, attemptSeed: seed, contentSnapshot, contentSnapshotHash, now: startedAt }
  )
  if (!(yield* run(attempts.insert(state)))) return yield* Effect.die(new Error("there is an active one"))
  return state
})

/** An attempt of somebody that was handed in at that moment, stored as the rules leave it. */
export const handedIn = Effect.fnUntraced(function* (
  exam: Exam,
  answers: Answers = fine,
  how: {
    userId?: UserId
    attemptNo?: number
    at?: Instant
    hash?: string
  } = {}
) {
  const { run } = yield* Transaction
  const attempts = yield* AttemptStore
  const userId = how.userId ?? (yield* someone()).id
  const attempt = yield* running(exam, userId, how)
  const responses = exam.questions.flatMap((questionId, index) => {
    const answer = answers[index]
    return answer === undefined ? [] : [{ questionId, answer }]
  })
  const around = { now: how.at ?? start, graceMillis: 5000, pauses: [], corrections: [] }
  const { state } = Result.getOrThrow(submit(attempt, { responses, revision: 0 }, around))
  yield* run(attempts.update(state))
  return state
})

/** The points of the one text of `examOf`. */
export const textPoints = (exam: Exam, points: string) => [{ questionId: exam.questions[1]!, points }]

export const stored = (id: AttemptId): Effect.Effect<Attempt, never, AttemptStore> =>
  Effect.map(
    AttemptStore.use((attempts) => attempts.find(id)),
    Option.getOrThrow
  )

export const trailOf = (id: AttemptId) => GradingTrail.use((trail) => trail.of(id))

/** What was told of an attempt by assessments, oldest first. */
export const told = (attempt: Attempt) =>
  Effect.map(toldOf(attempt.id as unknown as UserId), (all) => all.map(({ name }) => name))

export const isFalse: CorrectionAct = {
  kind: "mended",
  key: { type: "true_false", correctAnswers: { value: false } }
}
export const dropped: CorrectionAct = { kind: "dropped" }
export const inFull: CorrectionAct = { kind: "full_points" }

export const correct = (exam: Exam, place: number, act: CorrectionAct) =>
  as(exam.author)(
    Corrections.use((corrections) =>
      corrections.add({
        assessmentId: exam.assessment.id,
        questionId: exam.questions[place]!,
        act,
        reason: "it was wrong"
      })
    )
  )

type How = Partial<Parameters<Grading["Service"]["regrade"]>[0]>
export const regrade = (exam: Exam, how: How = {}, who: Exam["author"] = exam.author) =>
  as(who)(
    Grading.use((grading) =>
      grading.regrade({
        assessmentId: exam.assessment.id,
        policy: "exact",
        reason: "the key was wrong",
        ...how
      })
    )
  )

/** Nothing for a person: 1 point for true or false, 2 for a choice. */
export const machineOnly = [trueFalse, mcq]
export const right = [{ value: true }, { choices: ["1", "2"] }]
export const wrong = [{ value: false }, { choices: ["3"] }]
