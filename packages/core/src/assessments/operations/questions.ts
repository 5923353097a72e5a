/** Every use case of the noun `questions`: the bank. Source: ASM-22 to ASM-24. */
import { Schema } from "effect"
import { Version } from "../../content/index.ts"
import { FieldIssue } from "../../shared/errors.ts"
import { UserId } from "../../shared/id.ts"
import { command, Done, NoInput, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { line, prose } from "../../shared/text.ts"
import { AssessmentNotFound, QuestionInUse, QuestionNotFound } from "../errors.ts"
import { formatNames } from "../formats/index.ts"
import { AssessmentId, QuestionId } from "../model/ids.ts"
import { Question, QuestionContent, questionTypes } from "../model/question.ts"

const { category, difficulty, estimatedTimeSec, isReusable, questionVersion, tags } = Question.fields
const byId = { questionId: QuestionId }
const sorting = {
  category,
  tags: Schema.optionalKey(tags),
  difficulty,
  estimatedTimeSec,
  isReusable: Schema.optionalKey(isReusable)
}
const filter = {
  type: Schema.optionalKey(Schema.Literals(questionTypes)),
  category,
  tag: Schema.optionalKey(line(50)),
  difficulty,
  createdBy: Schema.optionalKey(UserId)
}
const format = Schema.Literals(formatNames).annotate({ identifier: "QuestionFormat" })
const at = { line: Schema.Int }

/** More than this is not a file that somebody typed; split it. */
const longestFile = 2_000_000
/** So many questions are stored within the time that a request has. */
export const largestImport = 10_000
/** As many as one file of an export holds. */
export const largestExport = 10_000

export const questionOperations = {
  /** Takes `assessments:create`. What cannot be asked is `Invalid`, all at once. */
  create: command("questions.create", {
    input: Schema.Struct({ content: QuestionContent, ...sorting }),
    output: Question
  }),
  /** One's own, and all with `assessments:read`. */
  get: query("questions.get", {
    input: Schema.Struct(byId),
    output: Question,
    refusals: [QuestionNotFound]
  }),
  /** What a version said, from 1 to `questionVersion`. */
  version: query("questions.version", {
    input: Schema.Struct({ ...byId, questionVersion }),
    output: Schema.Struct({ ...byId, questionVersion, content: QuestionContent }),
    refusals: [QuestionNotFound]
  }),
  /** By id: the oldest first. */
  list: query("questions.list", {
    input: Schema.Struct({ ...filter, ...pageFields }),
    output: page(Question)
  }),
  /**
   * Takes `assessments:update`. Changes what is named and keeps the rest. New content of a question that is used is a new
   * version of it; attempts that exist keep what they were asked. A used question keeps its type.
   */
  update: command("questions.update", {
    input: Schema.Struct({
      ...byId,
      /** The version that the editor read; what changed meanwhile is not changed (KER-23). */
      version: Schema.optionalKey(Version),
      content: Schema.optionalKey(QuestionContent),
      ...sorting,
      clear: Schema.optionalKey(Schema.Array(Schema.Literals(["category", "difficulty", "estimatedTimeSec"])))
    }),
    output: Question,
    refusals: [QuestionNotFound]
  }),
  /** Takes `assessments:delete`. */
  delete: command("questions.delete", {
    input: Schema.Struct(byId),
    output: Done,
    refusals: [QuestionNotFound, QuestionInUse]
  }),
  /**
   * Takes `assessments:create`. Each question of the file is taken whole or not at all; with `allOrNothing` none is taken
   * when one is refused. The same file twice is every question twice: an idempotency key makes it safe to repeat.
   */
  import: command("questions.import", {
    input: Schema.Struct({
      format,
      text: prose(longestFile),
      allOrNothing: Schema.optionalKey(Schema.Boolean),
      /** Answers what would be taken, and takes nothing. */
      dryRun: Schema.optionalKey(Schema.Boolean),
      /** For questions whose file names none. */
      category,
      /** Beside those of the file. */
      tags: Schema.optionalKey(tags)
    }),
    output: Schema.Struct({
      dryRun: Schema.Boolean,
      /** `leftOut` names what the file says and a question cannot. */
      imported: Schema.Array(
        Schema.Struct({
          ...at,
          /** Absent in a dry run. */
          questionId: Schema.optionalKey(QuestionId),
          leftOut: Schema.Array(Schema.String)
        })
      ),
      refused: Schema.Array(Schema.Struct({ ...at, issues: Schema.Array(FieldIssue) }))
    })
  }),
  /** A file of questions that the actor may see, by id, and what of which question the format cannot say. */
  export: query("questions.export", {
    input: Schema.Struct({
      format,
      /** Absent: of the whole bank. */
      assessmentId: Schema.optionalKey(AssessmentId),
      ...filter
    }),
    output: Schema.Struct({
      text: Schema.String,
      questionCount: Schema.Natural,
      leftOut: Schema.Array(Schema.Struct({ ...byId, what: Schema.Array(Schema.String) }))
    }),
    refusals: [AssessmentNotFound]
  }),
  /** Takes `assessments:update`. Counts anew how many items use each question; 0 says that every count was right. */
  recalculateUsage: command("questions.recalculate_usage", {
    input: NoInput,
    output: Schema.Struct({ corrected: Schema.Natural })
  })
}
