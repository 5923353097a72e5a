/** What learners answer, against what they were asked. Source: ASM-13. */
import { Result } from "effect"
import { type FieldIssue, Invalid } from "../../shared/errors.ts"
import type { Answer, QuestionId, Response, Responses, Snapshot, SnapshotItem } from "../model/index.ts"
import { isEmpty } from "./scoring.ts"

type Path = FieldIssue["path"]
const issue = (path: Path, message: string): FieldIssue => ({ path, message })

/** What is unknown or said twice in a list of ids. */
const listIssues = (
  ids: ReadonlyArray<string>,
  known: ReadonlyArray<{ readonly id: string }>,
  path: Path
): ReadonlyArray<FieldIssue> => {
  const names = new Set(known.map(({ id }) => id))
  const seen = new Set<string>()
  return ids.flatMap((id, index) => {
    if (!names.has(id)) return [issue([...path, index], "is not one of those shown")]
    if (seen.has(id)) return [issue([...path, index], "is there twice")]
    seen.add(id)
    return []
  })
}

const shapes = {
  mcq: "choices",
  true_false: "value",
  open_text: "text",
  matching: "pairs",
  ordering: "order",
  numeric: "text",
  short_text: "text"
} as const

/** An empty answer of true or false is `{}`: the one shape without a name. */
const hasShape = (item: SnapshotItem, answer: Answer): boolean =>
  shapes[item.type] in answer || (item.type === "true_false" && Object.keys(answer).length === 0)

const contentIssues = (item: SnapshotItem, answer: Answer, path: Path): ReadonlyArray<FieldIssue> => {
  if (item.type === "mcq" && "choices" in answer) {
    const several = !item.multiple && answer.choices.length > 1
    return [
      ...(several ? [issue([...path, "choices"], "only one may be picked")] : []),
      ...listIssues(answer.choices, item.choices, [...path, "choices"])
    ]
  }
  if (item.type === "matching" && "pairs" in answer) {
    const stems = listIssues(
      answer.pairs.map(({ stem }) => stem),
      item.stems,
      []
    )
    const targets = new Set(item.targets.map(({ id }) => id))
    return [
      ...stems.map(({ message, path: [index] }) => issue([...path, "pairs", index!, "stem"], message)),
      ...answer.pairs.flatMap(({ target }, index) =>
        targets.has(target) ? [] : [issue([...path, "pairs", index, "target"], "is not one of those shown")]
      )
    ]
  }
  if (item.type === "ordering" && "order" in answer) {
    const wrong = listIssues(answer.order, item.choices, [...path, "order"])
    const partial = wrong.length === 0 && answer.order.length > 0 && answer.order.length < item.choices.length
    return partial ? [issue([...path, "order"], "must name every element, or none")] : wrong
  }
  return []
}

const responseIssues = (
  { answer }: Response,
  item: SnapshotItem | undefined,
  index: number
): ReadonlyArray<FieldIssue> => {
  const path = ["responses", index]
  if (item === undefined) return [issue([...path, "questionId"], "is not a question of this attempt")]
  if (!hasShape(item, answer)) return [issue([...path, "answer"], `must have ${shapes[item.type]}`)]
  return contentIssues(item, answer, [...path, "answer"])
}

/** The saved answers with the new ones in their place, in the order of the snapshot; every wrong one is named at once. */
export const merge = (
  snapshot: Snapshot,
  saved: Responses,
  given: Responses
): Result.Result<Responses, Invalid> => {
  const items = new Map(snapshot.items.map((item) => [item.questionId, item]))
  const seen = new Set<QuestionId>()
  const issues = given.flatMap((response, index) => {
    const twice = seen.has(response.questionId)
    seen.add(response.questionId)
    return twice
      ? [issue(["responses", index, "questionId"], "is answered twice")]
      : responseIssues(response, items.get(response.questionId), index)
  })
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  const answers = new Map([...saved, ...given].map((response) => [response.questionId, response]))
  return Result.succeed(snapshot.items.flatMap(({ questionId }) => answers.get(questionId) ?? []))
}

export const answerOf = (responses: Responses, questionId: QuestionId): Answer | undefined =>
  responses.find((response) => response.questionId === questionId)?.answer

/** Whether anything was answered at all: an attempt without a word is not worth grading (ASM-6). */
export const somethingSaved = (responses: Responses): boolean =>
  responses.some(({ answer }) => !isEmpty(answer))

/** The items that must be answered and are not. */
export const unansweredRequired = (snapshot: Snapshot, responses: Responses): ReadonlyArray<QuestionId> =>
  snapshot.items
    .filter(({ isRequired, questionId }) => isRequired && isEmpty(answerOf(responses, questionId)))
    .map(({ questionId }) => questionId)
