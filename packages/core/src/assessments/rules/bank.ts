/** The question bank: what is used stays, and keeps its old versions. Source: ASM-22, ASM-23. */
import { Equal, Result } from "effect"
import { Invalid } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import { QuestionInUse } from "../errors.ts"
import type { Question, QuestionContent } from "../model/index.ts"
import { authoringIssues } from "./authoring.ts"

/** A question with new content: one version more while it is used. Content that cannot be asked is `Invalid`, all at once. */
export const edit = (
  question: Question,
  content: QuestionContent,
  now: Instant
): Result.Result<Question, Invalid> => {
  const issues = authoringIssues(content)
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  if (Equal.equals(content, question.content)) return Result.succeed(question)
  const questionVersion = question.questionVersion + (question.usageCount > 0 ? 1 : 0)
  return Result.succeed({ ...question, content, questionVersion, updatedAt: now })
}

/** Whether a question may be deleted: only while nothing uses it. */
export const checkDeletable = ({ id, usageCount }: Question): Result.Result<void, QuestionInUse> =>
  usageCount === 0 ? Result.void : Result.fail(new QuestionInUse({ questionId: id, usageCount }))
