/** How an assessment is made, changed and shown to learners, or not. Source: ASM-15, CRT-1, KER-23. */
import { Equal, Result, Struct } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { type FieldIssue, Invalid } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import type { NotPublishable } from "../errors.ts"
import {
  type Assessment,
  type AssessmentChange,
  AssessmentChanged,
  AssessmentCreated,
  AssessmentDeleted,
  type AssessmentId,
  AssessmentPublished,
  type AssessmentSheet,
  AssessmentUnpublished,
  type Item,
  ItemsSet,
  type NewAssessment,
  type NewItem,
  type Question,
  type ReviewOptions
} from "../model/index.ts"
import { checkPublishable } from "./authoring.ts"
import type { Asked } from "./snapshot.ts"

const about = ({ givesCertificate, id, scope, type, version }: Assessment) => ({
  assessmentId: id,
  scope,
  type,
  givesCertificate,
  version
})

/** A quiz is for learning: it tells what was right. What is examined may be asked again. */
const usualReview = (type: Assessment["type"]): ReviewOptions => {
  const keys = type === "quiz" ? "graded" : "closed"
  return { responses: "ended", score: "graded", items: "graded", keys, explanations: keys }
}

/** A `cert` gives a certificate, a `quiz` none, an `exam` when it says so. Source: CRT-1. */
const giving = (type: Assessment["type"], said: boolean | undefined): Result.Result<boolean, Invalid> => {
  if (type === "exam" || said === undefined) return Result.succeed(said ?? type === "cert")
  return said === (type === "cert")
    ? Result.succeed(said)
    : Result.fail(
        Invalid.at(
          ["givesCertificate"],
          type === "cert" ? "must be true for a cert" : "must be false for a quiz"
        )
      )
}

export const create = (
  { givesCertificate, ...said }: NewAssessment,
  made: { readonly id: AssessmentId; readonly createdBy?: UserId | undefined; readonly now: Instant }
): Result.Result<Decision<Assessment>, Invalid> =>
  Result.map(giving(said.type, givesCertificate), (gives) => {
    const state: Assessment = {
      id: made.id,
      gradingMode: "auto",
      gradePolicy: "highest",
      shuffleQuestions: false,
      shuffleAnswers: false,
      onExpiry: "grade_saved",
      review: usualReview(said.type),
      ...said,
      givesCertificate: gives,
      isPublished: false,
      version: 1,
      ...(made.createdBy !== undefined && { createdBy: made.createdBy }),
      createdAt: made.now,
      updatedAt: made.now
    }
    return { state, events: [AssessmentCreated(about(state))] }
  })

const next = (assessment: Assessment, now: Instant): Assessment => ({
  ...assessment,
  version: assessment.version + 1,
  updatedAt: now
})

/** What is published must stay fit for it (ASM-15). */
const stayingFit = (state: Assessment, asked: ReadonlyArray<Asked>): Result.Result<void, NotPublishable> =>
  state.isPublished ? checkPublishable(state, asked) : Result.void

/** Changes what is named; nothing, and no event, where all is as it was. A change of type brings its habit of certificates. */
export const change = (
  assessment: Assessment,
  asked: ReadonlyArray<Asked>,
  { now, said: { clear = [], ...said } }: { readonly now: Instant; readonly said: AssessmentChange }
): Result.Result<Decision<Assessment>, Invalid | NotPublishable> => {
  const type = said.type ?? assessment.type
  const kept = type === assessment.type ? assessment.givesCertificate : undefined
  return Result.flatMap(giving(type, said.givesCertificate ?? kept), (givesCertificate) => {
    const changed: Assessment = { ...Struct.omit(assessment, clear), ...said, givesCertificate }
    if (Equal.equals(changed, assessment)) return Result.succeed({ state: assessment, events: [] })
    const state = next(changed, now)
    return Result.map(stayingFit(state, asked), () => ({ state, events: [AssessmentChanged(about(state))] }))
  })
}

const itemIssues = (
  items: ReadonlyArray<NewItem>,
  questions: ReadonlyArray<Question>,
  before: ReadonlyArray<Asked>
): ReadonlyArray<FieldIssue> =>
  items.flatMap(({ questionId }, index) => {
    const path = ["items", index, "questionId"]
    if (items.findIndex((other) => other.questionId === questionId) < index)
      return [{ path, message: "is there twice" }]
    const { isReusable, usageCount } = questions[index]!
    const wasOurs = before.some(({ item }) => item.questionId === questionId)
    return isReusable || wasOurs || usageCount === 0
      ? []
      : [{ path, message: "is for the one assessment that asks it" }]
  })

/** Asks these questions, which stand in the order of the items, in place of those before. */
export const setItems = (
  paper: { readonly assessment: Assessment; readonly asked: ReadonlyArray<Asked> },
  wanted: { readonly items: ReadonlyArray<NewItem>; readonly questions: ReadonlyArray<Question> },
  now: Instant
): Result.Result<
  Decision<{ readonly assessment: Assessment; readonly items: ReadonlyArray<Item> }>,
  Invalid | NotPublishable
> => {
  const issues = itemIssues(wanted.items, wanted.questions, paper.asked)
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  const assessment = next(paper.assessment, now)
  const items = wanted.items.map(({ isRequired = false, ...item }, index): Item => ({
    assessmentId: assessment.id,
    ...item,
    displayOrder: index + 1,
    isRequired
  }))
  const asked = items.map((item, index) => ({ item, question: wanted.questions[index]! }))
  const questionIds = items.map(({ questionId }) => questionId)
  return Result.map(stayingFit(assessment, asked), () => ({
    state: { assessment, items },
    events: [ItemsSet({ ...about(assessment), questionIds })]
  }))
}

/** Shows it to learners; twice is once. Source: ASM-15. */
export const publish = (
  assessment: Assessment,
  asked: ReadonlyArray<Asked>,
  now: Instant
): Result.Result<Decision<Assessment>, NotPublishable> => {
  if (assessment.isPublished) return Result.succeed({ state: assessment, events: [] })
  const state = next({ ...assessment, isPublished: true }, now)
  return Result.map(checkPublishable(state, asked), () => ({
    state,
    events: [AssessmentPublished(about(state))]
  }))
}

export const unpublish = (assessment: Assessment, now: Instant): Decision<Assessment> => {
  if (!assessment.isPublished) return { state: assessment, events: [] }
  const state = next({ ...assessment, isPublished: false }, now)
  return { state, events: [AssessmentUnpublished(about(state))] }
}

export const deleted = (assessment: Assessment) => AssessmentDeleted(about(assessment))

/** What may be known of it before it is taken. */
export const sheetOf = (
  assessment: Assessment,
  { maxPoints, questionCount }: Pick<AssessmentSheet, "maxPoints" | "questionCount">
): AssessmentSheet => ({
  ...Struct.omit(assessment, [
    "createdAt",
    "createdBy",
    "review",
    "shuffleAnswers",
    "shuffleQuestions",
    "updatedAt"
  ]),
  questionCount,
  maxPoints
})

/** What the items are worth together. */
export const sumOf = (asked: ReadonlyArray<Asked>) => ({
  questionCount: asked.length,
  maxPoints: asked.reduce(
    (sum, { item, question }) => sum + (item.pointsOverride ?? question.content.points),
    0
  )
})
