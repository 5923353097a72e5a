/** What is frozen at the start of an attempt, and the text its hash is taken of. Source: ASM-7, ASM-8. */
import { Result, Schema } from "effect"
import { canonicalize } from "../../shared/canonical.ts"
import { SnapshotCorrupt } from "../errors.ts"
import {
  type Assessment,
  type Attempt,
  type Item,
  type MendedKey,
  type Question,
  type QuestionContent,
  type ShownChoice,
  Snapshot,
  type SnapshotItem
} from "../model/index.ts"
import { type Draw, drawFrom, shuffled } from "./shuffle.ts"

type Choices = ReadonlyArray<{ readonly id: string; readonly text: string }>
type Rename = (source: string) => string

/** Choices in the order they are shown, named by their place: 1, 2, 3. */
const shownIn = (choices: Choices): ReadonlyArray<ShownChoice> =>
  choices.map(({ id, text }, index) => ({ id: String(index + 1), source: id, text }))

/** The way from the bank's name of a choice to the shown one; a name that is not shown stays, and matches nothing. */
export const renaming = (...shown: ReadonlyArray<ReadonlyArray<ShownChoice>>): Rename => {
  const names = new Map(shown.flat().map(({ id, source }) => [source, id]))
  return (source) => names.get(source) ?? `?${source}`
}

type KeyOf<T extends MendedKey["type"]> = Extract<MendedKey, { readonly type: T }>["correctAnswers"]

export const renamedMcq = ({ choices, weights }: KeyOf<"mcq">, rename: Rename): KeyOf<"mcq"> => ({
  choices: choices.map(rename),
  ...(weights && { weights: weights.map(({ choice, weight }) => ({ choice: rename(choice), weight })) })
})
export const renamedPairs = (key: KeyOf<"matching">, stem: Rename, target: Rename): KeyOf<"matching"> => ({
  pairs: key.pairs.map((pair) => ({ stem: stem(pair.stem), target: target(pair.target) }))
})
export const renamedOrder = ({ order }: KeyOf<"ordering">, rename: Rename): KeyOf<"ordering"> => ({
  order: order.map(rename)
})

type Frozen = Pick<
  SnapshotItem,
  "questionId" | "questionVersion" | "isRequired" | "body" | "explanation" | "points"
>

const freezeContent = (
  content: QuestionContent,
  frozen: Frozen,
  arrange: (choices: Choices) => Choices
): SnapshotItem => {
  switch (content.type) {
    case "mcq": {
      const choices = shownIn(arrange(content.choices))
      const { multiple, scoring = "all_or_nothing", type } = content
      return {
        type,
        ...frozen,
        choices,
        multiple,
        scoring,
        correctAnswers: renamedMcq(content.correctAnswers, renaming(choices))
      }
    }
    case "matching": {
      const [stems, targets] = [shownIn(content.stems), shownIn(arrange(content.targets))]
      const correctAnswers = renamedPairs(content.correctAnswers, renaming(stems), renaming(targets))
      return {
        type: content.type,
        ...frozen,
        stems,
        targets,
        scoring: content.scoring ?? "right_pairs",
        correctAnswers
      }
    }
    case "ordering": {
      const choices = shownIn(arrange(content.choices))
      const correctAnswers = renamedOrder(content.correctAnswers, renaming(choices))
      return {
        type: content.type,
        ...frozen,
        choices,
        scoring: content.scoring ?? "all_or_nothing",
        correctAnswers
      }
    }
    case "open_text":
      return { type: content.type, ...frozen }
    case "true_false":
      return { type: content.type, ...frozen, correctAnswers: content.correctAnswers }
    case "numeric":
      return { type: content.type, ...frozen, correctAnswers: content.correctAnswers }
    case "short_text":
      return { type: content.type, ...frozen, correctAnswers: content.correctAnswers }
  }
}

/** An item with the question it places. */
export interface Asked {
  readonly item: Item
  readonly question: Pick<Question, "id" | "content" | "questionVersion">
}

const freezeItem = (
  { item, question: { content, id, questionVersion } }: Asked,
  draw: Draw | undefined
): SnapshotItem =>
  freezeContent(
    content,
    {
      questionId: id,
      questionVersion,
      isRequired: item.isRequired,
      body: content.body,
      ...(content.explanation !== undefined && { explanation: content.explanation }),
      points: item.pointsOverride ?? content.points
    },
    (choices) => (draw === undefined ? choices : shuffled(choices, draw))
  )

/**
 * The snapshot of an assessment's items in the order drawn from the seed: first that of the questions, then, question by
 * question as they are shown, that of the choices. Same seed and same content, same snapshot, whatever order the items
 * come in.
 */
export const freeze = (assessment: Assessment, asked: ReadonlyArray<Asked>, seed: string): Snapshot => {
  const draw = drawFrom(seed)
  const placed = [...asked].sort((left, right) => left.item.displayOrder - right.item.displayOrder)
  const items = assessment.shuffleQuestions ? shuffled(placed, draw) : placed
  return {
    format: 1,
    assessmentId: assessment.id,
    assessmentVersion: assessment.version,
    scope: assessment.scope,
    type: assessment.type,
    title: assessment.title,
    passingScore: assessment.passingScore,
    gradingMode: assessment.gradingMode,
    items: items.map((one) => freezeItem(one, assessment.shuffleAnswers ? draw : undefined))
  }
}

const encode = Schema.encodeSync(Schema.toCodecJson(Snapshot))

/** The text whose SHA-256 is the snapshot's hash: canonical JSON, to be read as UTF-8. Source: ASM-8. */
export const snapshotText = (snapshot: Snapshot): string => canonicalize(encode(snapshot) as Schema.Json)

/** Whether an attempt's content is what it began with; `sha256` is the one taken of its `snapshotText` now. Source: ASM-8. */
export const checkSnapshot = (
  { contentSnapshotHash, id }: Pick<Attempt, "contentSnapshotHash" | "id">,
  sha256: string
): Result.Result<void, SnapshotCorrupt> =>
  sha256 === contentSnapshotHash ? Result.void : Result.fail(new SnapshotCorrupt({ attemptId: id }))
