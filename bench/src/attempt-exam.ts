/** An exam of twenty questions, and what learners answer: by the names that its author gave, which no learner sees. */
import type { QuestionContent } from "@lyceum/core/assessments"

/** What a learner means to say, in the author's words. */
export type Meant =
  | { readonly choices: ReadonlyArray<string> }
  | { readonly order: ReadonlyArray<string> }
  | { readonly pairs: ReadonlyArray<{ readonly stem: string; readonly target: string }> }
  | { readonly text: string }
  | { readonly value: boolean }

const things = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`,
    text: `${prefix} number ${index}`
  }))
const choices = things("c", 5)
const [stems, targets] = [things("s", 4), things("t", 5)]
const whole = { numerator: 1, denominator: 1 }

/** Ten kinds of question, each with the ways it is answered, the right one first. */
const kinds: ReadonlyArray<{ readonly content: QuestionContent; readonly answers: ReadonlyArray<Meant> }> = [
  {
    content: {
      type: "mcq",
      body: "One of five?",
      points: 2,
      multiple: false,
      choices,
      correctAnswers: { choices: ["c2"] },
      scoring: "all_or_nothing"
    },
    answers: [{ choices: ["c2"] }, { choices: ["c0"] }]
  },
  {
    content: {
      type: "mcq",
      body: "Some of five, wrong ones cost?",
      points: 3,
      multiple: true,
      choices,
      correctAnswers: { choices: ["c0", "c1", "c4"] },
      scoring: "net_correct"
    },
    answers: [{ choices: ["c0", "c1", "c4"] }, { choices: ["c0", "c1", "c2"] }, { choices: ["c2", "c3"] }]
  },
  {
    content: {
      type: "mcq",
      body: "Some of five, each counts?",
      points: 5,
      multiple: true,
      choices,
      correctAnswers: { choices: ["c1", "c3"] },
      scoring: "each_choice"
    },
    answers: [{ choices: ["c1", "c3"] }, { choices: ["c1"] }, { choices: ["c0", "c1", "c2"] }]
  },
  {
    content: { type: "true_false", body: "Is it so?", points: 1, correctAnswers: { value: true } },
    answers: [{ value: true }, { value: false }]
  },
  {
    content: {
      type: "numeric",
      body: "How much?",
      points: 2,
      correctAnswers: { value: "6.3", tolerance: { kind: "absolute", by: "0.05" } }
    },
    answers: [{ text: "6.35" }, { text: "6.36" }, { text: "6.25" }]
  },
  {
    content: {
      type: "short_text",
      body: "Which colour?",
      points: 4,
      correctAnswers: {
        answers: [
          { text: "light gr*y", fraction: whole },
          { text: "grey", fraction: { numerator: 1, denominator: 2 } }
        ]
      }
    },
    answers: [{ text: " Light  GRAY" }, { text: "Grey" }, { text: "blue" }]
  },
  {
    content: {
      type: "matching",
      body: "What belongs to what?",
      points: 6,
      stems,
      targets,
      correctAnswers: { pairs: stems.map(({ id }, index) => ({ stem: id, target: `t${index % 3}` })) },
      scoring: "right_pairs"
    },
    answers: [
      { pairs: stems.map(({ id }, index) => ({ stem: id, target: `t${index % 3}` })) },
      { pairs: stems.map(({ id }, index) => ({ stem: id, target: `t${index}` })) },
      { pairs: [{ stem: "s1", target: "t1" }] }
    ]
  },
  {
    content: {
      type: "ordering",
      body: "Which first?",
      points: 5,
      choices,
      correctAnswers: { order: ["c4", "c0", "c3", "c1", "c2"] },
      scoring: "absolute"
    },
    answers: [{ order: ["c4", "c0", "c3", "c1", "c2"] }, { order: ["c4", "c3", "c0", "c1", "c2"] }]
  }
]

export interface Question {
  readonly content: QuestionContent
  readonly answers: ReadonlyArray<Meant>
}
export const exam: ReadonlyArray<Question> = Array.from({ length: 20 }, (_, index) => {
  const { answers, content } = kinds[index % kinds.length]!
  return { answers, content: { ...content, body: `${index + 1}. ${content.body}` } }
})
