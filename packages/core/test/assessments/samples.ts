/** Small valid values of assessments, for tests. */
import { DateTime, Result } from "effect"
import * as model from "../../src/assessments/index.ts"
import type { Circumstances } from "../../src/assessments/rules/deadline.ts"
import { type Asked, freeze } from "../../src/assessments/rules/snapshot.ts"
import { begin } from "../../src/assessments/rules/start.ts"
import { LessonId, UserId } from "../../src/shared/id.ts"
import type { Instant } from "../../src/shared/instant.ts"

/** The `n`-th id there is. */
export const uuid = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
export const questionId = (n: number): model.QuestionId => model.QuestionId.make(uuid(0x1000 + n))

export const learner = UserId.make(uuid(1))
export const teacher = UserId.make(uuid(2))
export const lessonId = LessonId.make(uuid(3))
export const assessmentId = model.AssessmentId.make(uuid(4))
export const attemptId = model.AttemptId.make(uuid(5))
export const seed = "0123456789abcdef0123456789abcdef"

export const noon = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
export const at = (milliseconds: number): Instant => DateTime.add(noon, { milliseconds })
export const seconds = (count: number): Instant => at(count * 1000)

export const circumstances = (now: Instant, more: Partial<Circumstances> = {}): Circumstances => ({
  now,
  graceMillis: 5000,
  pauses: [],
  corrections: [],
  ...more
})

export const assessment: model.Assessment = {
  id: assessmentId,
  scope: { scope: "lesson", lessonId },
  title: "Gradients",
  type: "exam",
  givesCertificate: false,
  timeLimitSec: 600,
  passingScore: 60,
  gradingMode: "hybrid",
  gradePolicy: "highest",
  shuffleQuestions: false,
  shuffleAnswers: false,
  onExpiry: "grade_saved",
  review: { responses: "ended", score: "graded", items: "graded", keys: "closed", explanations: "closed" },
  isPublished: true,
  version: 1,
  createdBy: teacher,
  createdAt: noon,
  updatedAt: noon
}

type Content<T extends model.QuestionType> = Extract<model.QuestionContent, { readonly type: T }>
const choices = (...texts: ReadonlyArray<string>) =>
  texts.map((text, index) => ({ id: `c${index + 1}`, text }))

export const mcq: Content<"mcq"> = {
  type: "mcq",
  body: "Which are even?",
  points: 4,
  choices: choices("two", "three", "four", "five"),
  multiple: true,
  correctAnswers: { choices: ["c1", "c3"] }
}
export const single: Content<"mcq"> = { ...mcq, multiple: false, correctAnswers: { choices: ["c1"] } }
export const trueFalse: Content<"true_false"> = {
  type: "true_false",
  body: "Is it?",
  points: 1,
  correctAnswers: { value: true }
}
export const openText: Content<"open_text"> = { type: "open_text", body: "Why?", points: 5 }
export const matching: Content<"matching"> = {
  type: "matching",
  body: "Which capital?",
  points: 2,
  stems: choices("France", "Spain", "Guyane"),
  targets: choices("Paris", "Madrid", "Rome"),
  correctAnswers: {
    pairs: [
      { stem: "c1", target: "c1" },
      { stem: "c2", target: "c2" },
      { stem: "c3", target: "c1" }
    ]
  }
}
export const ordering: Content<"ordering"> = {
  type: "ordering",
  body: "Smallest first",
  points: 4,
  choices: choices("one", "two", "three", "four"),
  correctAnswers: { order: ["c1", "c2", "c3", "c4"] }
}
export const numeric: Content<"numeric"> = {
  type: "numeric",
  body: "How many?",
  points: 1,
  correctAnswers: { value: "7", tolerance: { kind: "relative", by: "0.1" } }
}
export const shortText: Content<"short_text"> = {
  type: "short_text",
  body: "Which colour?",
  points: 2,
  correctAnswers: { answers: [{ text: "grey*", fraction: { numerator: 1, denominator: 1 } }] }
}

/** Questions placed in the order given. */
export const asked = (
  contents: ReadonlyArray<model.QuestionContent>,
  item: Partial<model.Item> = {}
): ReadonlyArray<Asked> =>
  contents.map((content, index) => ({
    item: {
      assessmentId,
      questionId: questionId(index),
      displayOrder: index + 1,
      isRequired: false,
      ...item
    },
    question: { id: questionId(index), content, questionVersion: 1 }
  }))

export const snapshotOf = (
  contents: ReadonlyArray<model.QuestionContent>,
  settings: Partial<model.Assessment> = {},
  item: Partial<model.Item> = {}
): model.Snapshot => freeze({ ...assessment, ...settings }, asked(contents, item), seed)

/** An attempt that began at noon. */
export const running = (
  contents: ReadonlyArray<model.QuestionContent>,
  settings: Partial<model.Assessment> = {},
  item: Partial<model.Item> = {}
): model.InProgress =>
  begin(
    { ...assessment, ...settings },
    {},
    {
      id: attemptId,
      userId: learner,
      attemptNo: 1,
      attemptSeed: seed,
      contentSnapshot: snapshotOf(contents, settings, item),
      contentSnapshotHash: "0".repeat(64),
      now: noon
    }
  ).state

/** What a rule answered; a refusal fails the test with its code. */
export const got = <A, E>(result: Result.Result<A, E>): A =>
  Result.getOrThrowWith(result, (refusal) => new Error(`refused: ${JSON.stringify(refusal)}`))

/** The code of a refusal, or undefined. */
export const refusal = <A, E extends { readonly _tag: string }>(
  result: Result.Result<A, E>
): string | undefined => (Result.isFailure(result) ? result.failure._tag : undefined)
