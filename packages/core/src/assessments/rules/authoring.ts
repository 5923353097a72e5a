/** What must hold of a question before anyone is asked it, and of an assessment before anyone sees it. Source: ASM-15, ASM-23. */
import { DateTime, Result } from "effect"
import type { FieldIssue } from "../../shared/errors.ts"
import { compare, one, rational, sum, zero } from "../../shared/rational.ts"
import { NotPublishable } from "../errors.ts"
import type { Assessment, Fraction, QuestionContent } from "../model/index.ts"
import { parseDecimal } from "./decimal.ts"
import type { Asked } from "./snapshot.ts"

type Content<T extends QuestionContent["type"]> = Extract<QuestionContent, { readonly type: T }>
type Issues = ReadonlyArray<FieldIssue>

const issue = (path: FieldIssue["path"], message: string): FieldIssue => ({ path, message })
const when = (wrong: boolean, path: FieldIssue["path"], message: string): Issues =>
  wrong ? [issue(path, message)] : []
const exact = ({ denominator, numerator }: Fraction) => rational(numerator, denominator)

/** Indexes of what is there before, at a lower index. */
const repeats = (values: ReadonlyArray<string>): ReadonlyArray<number> =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []))

const choiceIssues = (
  choices: ReadonlyArray<{ readonly id: string; readonly text: string }>,
  at: string,
  least: number
): Issues => [
  ...when(choices.length < least, [at], `must be ${least} or more`),
  ...choices.flatMap(({ text }, index) => when(text.trim() === "", [at, index, "text"], "must not be empty")),
  ...repeats(choices.map(({ id }) => id)).map((index) => issue([at, index, "id"], "is there twice")),
  ...repeats(choices.map(({ text }) => text.normalize("NFKC").trim())).map((index) =>
    issue([at, index, "text"], "is there twice")
  )
]

const keyIssues = (
  keys: ReadonlyArray<string>,
  known: ReadonlyArray<{ readonly id: string }>,
  at: string
): Issues => [
  ...keys.flatMap((key, index) =>
    when(!known.some(({ id }) => id === key), ["correctAnswers", at, index], "is not one of those there are")
  ),
  ...repeats(keys).map((index) => issue(["correctAnswers", at, index], "is there twice"))
]

/** Weights must make the keys worth all of the points, or nobody could earn them. */
const weightIssues = ({ correctAnswers: { choices, weights = [] }, multiple }: Content<"mcq">): Issues => {
  const heavy = weights.filter(
    ({ weight }) => compare(exact(weight), multiple ? zero : rational(999_999, 1_000_000)) > 0
  )
  const total = multiple ? sum(heavy.map(({ weight }) => exact(weight))) : one
  const same = heavy.length === choices.length && heavy.every(({ choice }) => choices.includes(choice))
  return [
    ...when(
      !same,
      ["correctAnswers", "choices"],
      multiple ? "must be those that weigh above 0" : "must be those that weigh 1"
    ),
    ...when(multiple && compare(total, one) < 0, ["correctAnswers", "weights"], "must reach 1 together")
  ]
}

const mcqIssues = (content: Content<"mcq">): Issues => {
  const { choices, correctAnswers, multiple, scoring = "all_or_nothing" } = content
  const { weights } = correctAnswers
  const single = !multiple && (scoring === "net_correct" || scoring === "each_choice")
  return [
    ...choiceIssues(choices, "choices", 2),
    ...when(correctAnswers.choices.length === 0, ["correctAnswers", "choices"], "must be 1 or more"),
    ...keyIssues(correctAnswers.choices, choices, "choices"),
    ...keyIssues(
      (weights ?? []).map(({ choice }) => choice),
      choices,
      "weights"
    ),
    ...when(single, ["scoring"], "is for questions with several choices to pick"),
    ...when(
      (scoring === "weighted") !== (weights !== undefined),
      ["correctAnswers", "weights"],
      "go with weighted scoring"
    ),
    ...(scoring === "weighted" && weights !== undefined ? weightIssues(content) : [])
  ]
}

const matchingIssues = ({ correctAnswers: { pairs }, stems, targets }: Content<"matching">): Issues => [
  ...choiceIssues(stems, "stems", 2),
  ...choiceIssues(targets, "targets", 1),
  ...keyIssues(
    pairs.map(({ stem }) => stem),
    stems,
    "pairs"
  ),
  ...stems.flatMap(({ id }, index) =>
    when(!pairs.some(({ stem }) => stem === id), ["stems", index], "must have a target")
  ),
  ...pairs.flatMap(({ target }, index) =>
    when(
      !targets.some(({ id }) => id === target),
      ["correctAnswers", "pairs", index, "target"],
      "is not one of those there are"
    )
  )
]

const orderingIssues = ({ choices, correctAnswers: { order } }: Content<"ordering">): Issues => [
  ...choiceIssues(choices, "choices", 2),
  ...keyIssues(order, choices, "order"),
  ...when(order.length < choices.length, ["correctAnswers", "order"], "must name every element")
]

const numericIssues = ({ correctAnswers: { tolerance } }: Content<"numeric">): Issues => {
  const by = tolerance && parseDecimal(tolerance.by)
  return when(
    by !== undefined && compare(by, zero) < 0,
    ["correctAnswers", "tolerance", "by"],
    "must not be below 0"
  )
}

const shortTextIssues = ({ correctAnswers: { answers } }: Content<"short_text">): Issues => [
  ...repeats(answers.map(({ text }) => text)).map((index) =>
    issue(["correctAnswers", "answers", index, "text"], "is there twice")
  ),
  ...answers.flatMap(({ fraction }, index) =>
    when(
      compare(exact(fraction), zero) < 0 || compare(exact(fraction), one) > 0,
      ["correctAnswers", "answers", index, "fraction"],
      "must lie between 0 and 1"
    )
  ),
  ...when(
    !answers.some(({ fraction }) => compare(exact(fraction), one) === 0),
    ["correctAnswers", "answers"],
    "must have one worth all"
  )
]

/** Everything that is wrong with a question, at once; empty when it can be asked. */
export const authoringIssues = (content: QuestionContent): Issues => {
  switch (content.type) {
    case "mcq":
      return mcqIssues(content)
    case "matching":
      return matchingIssues(content)
    case "ordering":
      return orderingIssues(content)
    case "numeric":
      return numericIssues(content)
    case "short_text":
      return shortTextIssues(content)
    case "true_false":
    case "open_text":
      return []
  }
}

/** Whether an assessment can be published: it can be passed, and whoever must grade it can. Source: ASM-15. */
export const checkPublishable = (
  assessment: Assessment,
  asked: ReadonlyArray<Asked>
): Result.Result<void, NotPublishable> => {
  const points = asked.map(({ item, question }) => item.pointsOverride ?? question.content.points)
  const { closesAt, gradingMode, opensAt } = assessment
  const problems: ReadonlyArray<NotPublishable["problems"][number] | false> = [
    !points.some((one) => one > 0) && "no_points",
    gradingMode === "auto" &&
      asked.some(({ question }) => question.content.type === "open_text") &&
      "open_text_in_auto",
    opensAt !== undefined &&
      closesAt !== undefined &&
      !DateTime.isLessThan(opensAt, closesAt) &&
      "closes_before_it_opens"
  ]
  const found = problems.filter((problem) => problem !== false)
  return found.length === 0 ? Result.void : Result.fail(new NotPublishable({ problems: found }))
}
