/** The question bank: what is used stays, and keeps its old versions. Source: ASM-22, ASM-23. */
import { Equal, Result, Struct } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { type FieldIssue, Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { QuestionInUse } from "../errors.ts"
import {
  type Question,
  QuestionChanged,
  type QuestionContent,
  QuestionCreated,
  QuestionDeleted,
  type QuestionId
} from "../model/index.ts"
import { authoringIssues } from "./authoring.ts"

/** Where a question stands in the bank, beside what it asks. */
type Sorting = Partial<Pick<Question, "category" | "tags" | "difficulty" | "estimatedTimeSec" | "isReusable">>
export type NewQuestion = Sorting & Pick<Question, "content">
export type QuestionChange = Sorting & {
  readonly content?: QuestionContent
  readonly clear?: ReadonlyArray<"category" | "difficulty" | "estimatedTimeSec">
}

const about = ({ content: { type }, id, questionVersion }: Question) => ({
  questionId: id,
  type,
  questionVersion
})
/** A file's own tags and those that an import adds may be more than a question bears. */
const mostTags = 20
const once = (tags: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(tags)]

/** A question of its first version, used by nothing yet. */
export const create = (
  { content, isReusable = true, tags = [], ...sorting }: NewQuestion,
  made: { readonly id: QuestionId; readonly createdBy?: UserId | undefined; readonly now: Instant }
): Result.Result<Decision<Question>, Invalid> => {
  const issues: Array<FieldIssue> = authoringIssues(content).map(({ message, path }) => ({
    message,
    path: ["content", ...path]
  }))
  if (once(tags).length > mostTags) issues.push({ message: `must be at most ${mostTags}`, path: ["tags"] })
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  const state: Question = {
    id: made.id,
    content,
    ...sorting,
    tags: once(tags),
    isReusable,
    usageCount: 0,
    questionVersion: 1,
    version: 1,
    ...(made.createdBy !== undefined && { createdBy: made.createdBy }),
    createdAt: made.now,
    updatedAt: made.now
  }
  return Result.succeed({ state, events: [QuestionCreated(about(state))] })
}

/** A question with new content: one version more while it is used. Content that cannot be asked is `Invalid`, all at once. */
export const edit = (
  question: Question,
  content: QuestionContent,
  now: Instant
): Result.Result<Question, Invalid> => {
  const issues = authoringIssues(content)
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  if (Equal.equals(content, question.content)) return Result.succeed(question)
  const isUsed = question.usageCount > 0
  if (isUsed && content.type !== question.content.type)
    return Result.fail(Invalid.at(["type"], `must stay ${question.content.type} while it is used`))
  return Result.succeed({
    ...question,
    content,
    questionVersion: question.questionVersion + (isUsed ? 1 : 0),
    updatedAt: now
  })
}

/** Changes what is named; nothing, and no event, where all is as it was. */
export const change = (
  question: Question,
  { clear = [], content = question.content, tags = question.tags, ...sorting }: QuestionChange,
  now: Instant
): Result.Result<Decision<Question>, Invalid> =>
  Result.map(
    Result.mapError(
      edit(question, content, now),
      ({ issues }) =>
        new Invalid({ issues: issues.map(({ message, path }) => ({ message, path: ["content", ...path] })) })
    ),
    (edited) => {
      const state: Question = { ...Struct.omit(edited, clear), ...sorting, tags: once(tags) }
      if (Equal.equals(state, question)) return { state: question, events: [] }
      const asksElse = !Equal.equals(state.content, question.content)
      const event = QuestionChanged({
        ...about(state),
        ...(asksElse && { contentBefore: question.questionVersion })
      })
      return { state: { ...state, version: question.version + 1, updatedAt: now }, events: [event] }
    }
  )

/** A question as files carry it, and what of it no file does. Source: ASM-24. */
export const portable = ({
  category,
  content,
  difficulty,
  estimatedTimeSec,
  isReusable,
  tags
}: Question) => ({
  question: {
    content,
    tags,
    ...(category !== undefined && { category }),
    ...(difficulty !== undefined && { difficulty })
  },
  leftOut: [
    ...(estimatedTimeSec === undefined ? [] : ["estimatedTimeSec"]),
    ...(isReusable ? [] : ["isReusable"])
  ]
})

export const deleted = (question: Question) => QuestionDeleted(about(question))

/** Whether a question may be deleted: only while nothing uses it. */
export const checkDeletable = ({ id, usageCount }: Question): Result.Result<void, QuestionInUse> =>
  usageCount === 0 ? Result.void : Result.fail(new QuestionInUse({ questionId: id, usageCount }))
