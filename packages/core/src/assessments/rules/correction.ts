/** Keys mended, items dropped or given in full, beside the snapshot and never in it. Source: ASM-18. */
import { DateTime, Equal, Result } from "effect"
import { CorrectionRefused } from "../errors.ts"
import type {
  Correction,
  CorrectionAct,
  MendedKey,
  QuestionContent,
  Snapshot,
  SnapshotItem
} from "../model/index.ts"
import { authoringIssues } from "./authoring.ts"
import { renamedMcq, renamedOrder, renamedPairs, renaming } from "./snapshot.ts"

type Asked = Pick<SnapshotItem, "questionId" | "questionVersion">
type Choices = ReadonlyArray<{ readonly source: string; readonly text: string }>
const asAuthored = (choices: Choices) => choices.map(({ source, text }) => ({ id: source, text }))

/** The question as an author would write it with the mended key; undefined when the key is of another type. */
const authored = (item: SnapshotItem, key: MendedKey): QuestionContent | undefined => {
  const { body, points } = item
  if (item.type === "mcq" && key.type === "mcq") {
    const { multiple, scoring, type } = item
    return {
      type,
      body,
      points,
      multiple,
      scoring,
      choices: asAuthored(item.choices),
      correctAnswers: key.correctAnswers
    }
  }
  if (item.type === "matching" && key.type === "matching") {
    const [stems, targets] = [asAuthored(item.stems), asAuthored(item.targets)]
    return { type: item.type, body, points, stems, targets, correctAnswers: key.correctAnswers }
  }
  if (item.type === "ordering" && key.type === "ordering") {
    return {
      type: item.type,
      body,
      points,
      choices: asAuthored(item.choices),
      correctAnswers: key.correctAnswers
    }
  }
  return item.type === key.type
    ? ({ type: item.type, body, points, correctAnswers: key.correctAnswers } as QuestionContent)
    : undefined
}

const names = (key: MendedKey): ReadonlyArray<string> =>
  key.type === "mcq"
    ? [...key.correctAnswers.choices, ...(key.correctAnswers.weights ?? []).map(({ choice }) => choice)]
    : key.type === "ordering"
      ? key.correctAnswers.order
      : key.type === "matching"
        ? key.correctAnswers.pairs.flatMap(({ stem, target }) => [stem, target])
        : []

const shownSources = (item: SnapshotItem): ReadonlySet<string> =>
  new Set(
    item.type === "matching"
      ? [...item.stems, ...item.targets].map(({ source }) => source)
      : item.type === "mcq" || item.type === "ordering"
        ? item.choices.map(({ source }) => source)
        : []
  )

/** Why a key cannot be mended to this one; undefined when it can. */
const whyNotMended = (item: SnapshotItem, key: MendedKey): CorrectionRefused["why"] | undefined => {
  const content = authored(item, key)
  const shown = shownSources(item)
  if (content === undefined || !names(key).every((name) => shown.has(name))) return "other_shape"
  return authoringIssues(content).length > 0 ? "not_usable" : undefined
}

const inOrder = (corrections: ReadonlyArray<Correction>): ReadonlyArray<Correction> =>
  corrections.toSorted(
    (left, right) => DateTime.Order(left.createdAt, right.createdAt) || (left.id < right.id ? -1 : 1)
  )

/** What was decided about a question as it was asked: the last correction of that version or of a later one counts. */
export const inForce = (corrections: ReadonlyArray<Correction>) => {
  const all = inOrder(corrections)
  return ({ questionId, questionVersion }: Asked): CorrectionAct | undefined =>
    all.findLast((one) => one.questionId === questionId && questionVersion <= one.questionVersion)?.act
}

/** The correction that says the same of a question already, if it is the one that counts. */
export const sameInForce = (
  corrections: ReadonlyArray<Correction>,
  { act, questionId, questionVersion }: Pick<Correction, "act" | keyof Asked>
): Correction | undefined => {
  const last = inOrder(corrections).findLast((one) => one.questionId === questionId)
  return last?.questionVersion === questionVersion && Equal.equals(last.act, act) ? last : undefined
}

/** Whether a correction can be made to what was asked, beside those that hold already. */
export const checkCorrection = (
  snapshot: Snapshot,
  { act, questionId }: Pick<Correction, "act" | "questionId">,
  earlier: ReadonlyArray<Correction>
): Result.Result<void, CorrectionRefused> => {
  const refuse = (why: CorrectionRefused["why"]) => Result.fail(new CorrectionRefused({ questionId, why }))
  const item = snapshot.items.find((one) => one.questionId === questionId)
  if (item === undefined) return refuse("question_unknown")
  if (act.kind === "mended") {
    const why = whyNotMended(item, act.key)
    return why === undefined ? Result.void : refuse(why)
  }
  if (act.kind === "full_points") return Result.void
  const before = inForce(earlier)
  const counts = (one: SnapshotItem) => one.points > 0 && before(one)?.kind !== "dropped"
  const left = snapshot.items.some((one) => one.questionId !== questionId && counts(one))
  return left ? Result.void : refuse("last_item_with_points")
}

/** The item with its key mended; as it was when the correction does not fit what this learner was asked. */
export const mend = (item: SnapshotItem, key: MendedKey): SnapshotItem => {
  if (whyNotMended(item, key) !== undefined) return item
  if (item.type === "mcq" && key.type === "mcq") {
    return { ...item, correctAnswers: renamedMcq(key.correctAnswers, renaming(item.choices)) }
  }
  if (item.type === "matching" && key.type === "matching") {
    return {
      ...item,
      correctAnswers: renamedPairs(key.correctAnswers, renaming(item.stems), renaming(item.targets))
    }
  }
  if (item.type === "ordering" && key.type === "ordering") {
    return { ...item, correctAnswers: renamedOrder(key.correctAnswers, renaming(item.choices)) }
  }
  return { ...item, correctAnswers: key.correctAnswers } as SnapshotItem
}
