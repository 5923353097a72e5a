/** What the contracts of the bank stand on: a school with people, courses and lessons, and questions of every type. */
import { Effect, Layer } from "effect"
import {
  Assessments,
  assessmentTracesLayer,
  type QuestionContent,
  Questions
} from "../src/assessments/index.ts"
import type { CourseId, LessonId } from "../src/shared/id.ts"
import { liveCourse, schoolOn, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as } from "./people.ts"

export const bankOn = (adapter: Adapter) =>
  Layer.mergeAll(Questions.layer, Assessments.layer).pipe(
    Layer.provideMerge(schoolOn(adapter, assessmentTracesLayer))
  )

export type Content<T extends QuestionContent["type"]> = Extract<QuestionContent, { readonly type: T }>

export const trueFalse: Content<"true_false"> = {
  type: "true_false",
  body: "Water boils at 100 °C at sea level.",
  points: 1,
  correctAnswers: { value: true }
}
export const openText: Content<"open_text"> = { type: "open_text", body: "Why?", points: 5 }
export const mcq: Content<"mcq"> = {
  type: "mcq",
  body: "Which are prime?",
  explanation: "4 is 2 · 2.",
  points: 2,
  multiple: true,
  choices: [
    { id: "a", text: "2" },
    { id: "b", text: "3" },
    { id: "c", text: "4" }
  ],
  correctAnswers: { choices: ["a", "b"] },
  scoring: "net_correct"
}

/** One of each type, with what may be said beside. */
export const everyType: ReadonlyArray<QuestionContent> = [
  mcq,
  {
    ...mcq,
    scoring: "weighted",
    correctAnswers: {
      choices: ["a", "b"],
      weights: [
        { choice: "a", weight: { numerator: 1, denominator: 3 } },
        { choice: "b", weight: { numerator: 2, denominator: 3 } },
        { choice: "c", weight: { numerator: -1, denominator: 2 } }
      ]
    }
  },
  trueFalse,
  openText,
  {
    type: "matching",
    body: "Which **capital**?",
    points: 3,
    stems: [
      { id: "fr", text: "France" },
      { id: "it", text: "Italy" }
    ],
    targets: [
      { id: "p", text: "Paris" },
      { id: "r", text: "Rome" },
      { id: "x", text: "Lyon" }
    ],
    correctAnswers: {
      pairs: [
        { stem: "fr", target: "p" },
        { stem: "it", target: "r" }
      ]
    },
    scoring: "all_or_nothing"
  },
  {
    type: "ordering",
    body: "From small to large 🐜",
    points: 4,
    choices: [
      { id: "1", text: "ant" },
      { id: "2", text: "cat" },
      { id: "3", text: "cow" }
    ],
    correctAnswers: { order: ["1", "2", "3"] },
    scoring: "longest_run"
  },
  {
    type: "numeric",
    body: "How much is 63 / 10?",
    points: 10_000,
    correctAnswers: { value: "6.30", tolerance: { kind: "relative", by: "1e-3" } }
  },
  {
    type: "short_text",
    body: "Say it",
    points: 0,
    correctAnswers: {
      answers: [{ text: "yes*", fraction: { numerator: 1, denominator: 1 } }],
      matchCase: true
    }
  }
]

/** A course that learners read, of an instructor; another one, a moderator, an admin, a learner. */
export const classroom = Effect.gen(function* () {
  const people = yield* staff
  const { course, lessons } = yield* liveCourse(people.author)
  return { ...people, course, lesson: lessons[0]! }
})

export const ofLesson = (lessonId: LessonId) => ({ scope: "lesson", lessonId }) as const
export const ofCourse = (courseId: CourseId) => ({ scope: "course", courseId }) as const

export const newQuestion = (content: QuestionContent = trueFalse) =>
  Questions.use((questions) => questions.create({ content }))

type Create = Parameters<Assessments["Service"]["create"]>[0]
export const newAssessment = (fields: Pick<Create, "scope"> & Partial<Create>) =>
  Assessments.use((assessments) =>
    assessments.create({ title: "A quiz", type: "quiz", passingScore: 60, ...fields })
  )

/** An assessment of an author that asks these, in this order. */
export const quizOf = Effect.fnUntraced(function* (
  author: Parameters<typeof as>[0],
  fields: Parameters<typeof newAssessment>[0],
  contents: ReadonlyArray<QuestionContent> = [trueFalse, mcq]
) {
  const assessments = yield* Assessments
  const assessment = yield* as(author)(newAssessment(fields))
  const questions = yield* Effect.forEach(contents, (content) => as(author)(newQuestion(content)))
  return yield* as(author)(
    assessments.setItems({
      assessmentId: assessment.id,
      version: assessment.version,
      items: questions.map(({ id }) => ({ questionId: id }))
    })
  )
})
