/** Grades by people, and grades mended afterwards. Source: ASM-17, ASM-18, ASM-21. */
import { DateTime, Equal, Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { type FieldIssue, Forbidden, Invalid, StaleVersion } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { compare, rational, zero } from "../../shared/rational.ts"
import { AttemptNotOpen, ItemsUngraded, ReviewClaimed } from "../errors.ts"
import {
  type Attempt,
  AttemptGraded,
  AttemptRegraded,
  type Graded,
  type ItemGrade,
  type QuestionId,
  type RegradePolicy,
  type ReviewClaim
} from "../model/index.ts"
import { about } from "./attempt.ts"
import { parseDecimal } from "./decimal.ts"
import type { Circumstances } from "./deadline.ts"
import { type Grading, gradeItems, percentageOf, total } from "./grading.ts"

export interface ManualGrade {
  readonly questionId: QuestionId
  /** A decimal number from 0 to the item's points. */
  readonly points: string
  readonly feedback?: string | undefined
}

export interface ManualGrading {
  readonly grader: UserId
  /** The revision of the attempt that the grader saw. */
  readonly revision: number
  readonly grades: ReadonlyArray<ManualGrade>
  readonly feedback?: string | undefined
  /** Needed to change a grade that was given. */
  readonly reason?: string | undefined
}

/** An attempt with something to grade. */
export type HandedIn = Exclude<Attempt, { readonly status: "in_progress" | "abandoned" | "expired" }>

/** What an attempt's items are worth before this grader: by machine, by correction, by whoever graded before. */
export const gradedSoFar = (
  attempt: HandedIn,
  { corrections }: Pick<Circumstances, "corrections">
): Grading =>
  attempt.status === "graded"
    ? { grades: attempt.grades, open: [] }
    : gradeItems(attempt.contentSnapshot, attempt.responses, { corrections, kept: [] })

const gradeIssues = (
  { points, questionId }: ManualGrade,
  maximum: number | undefined,
  correctedAlready: boolean
): ReadonlyArray<Pick<FieldIssue, "path" | "message">> => {
  if (maximum === undefined)
    return [{ path: ["questionId"], message: `${questionId} is not a question of this attempt` }]
  if (correctedAlready) return [{ path: ["questionId"], message: "was dropped or given in full to everyone" }]
  const given = parseDecimal(points)
  return given !== undefined && compare(given, zero) >= 0 && compare(given, rational(maximum)) <= 0
    ? []
    : [{ path: ["points"], message: `must be a number from 0 to ${maximum}` }]
}

/** The attempt, if it is one that people grade. */
export const handedIn = (attempt: Attempt): Result.Result<HandedIn, AttemptNotOpen> =>
  attempt.status === "in_progress" || attempt.status === "abandoned" || attempt.status === "expired"
    ? Result.fail(new AttemptNotOpen({ attemptId: attempt.id, status: attempt.status }))
    : Result.succeed(attempt)

/** The grades with a person's in their place, in the order of the snapshot. */
const withManual = (
  attempt: HandedIn,
  soFar: Grading,
  given: ReadonlyArray<ManualGrade>
): Result.Result<ReadonlyArray<ItemGrade>, Invalid | ItemsUngraded> => {
  const maxima = new Map(attempt.contentSnapshot.items.map(({ points, questionId }) => [questionId, points]))
  const before = new Map(soFar.grades.map((grade) => [grade.questionId, grade]))
  const issues = given.flatMap((grade, index) => [
    ...(given.findIndex(({ questionId }) => questionId === grade.questionId) < index
      ? [{ path: ["grades", index, "questionId"], message: "is graded twice" }]
      : []),
    ...gradeIssues(
      grade,
      maxima.get(grade.questionId),
      before.get(grade.questionId)?.by === "correction"
    ).map(({ message, path }) => ({ message, path: ["grades", index, ...path] }))
  ])
  if (issues.length > 0) return Result.fail(new Invalid({ issues }))
  const after = new Map(before)
  for (const { feedback, points, questionId } of given) {
    const maxPoints = maxima.get(questionId)!
    const grade: ItemGrade = { questionId, points: parseDecimal(points)!, maxPoints, by: "person" }
    after.set(questionId, feedback === undefined ? grade : { ...grade, feedback })
  }
  const questionIds = soFar.open.filter((questionId) => !after.has(questionId))
  return questionIds.length > 0
    ? Result.fail(new ItemsUngraded({ questionIds }))
    : Result.succeed([...maxima.keys()].flatMap((questionId) => after.get(questionId) ?? []))
}

type Regradable = Pick<Graded, "score" | "maxScore" | "passed">
const resultOf = ({ maxScore, passed, score }: Regradable): Regradable => ({ maxScore, passed, score })

/**
 * A person's grade. Every item that waits for a person needs points, within its bounds; the same grade twice changes
 * nothing; another one of a graded attempt is a regrade and needs a reason. Of two graders at once, the second is told.
 */
export const gradeManual = (
  given: Attempt,
  { feedback, grader, grades, reason, revision }: ManualGrading,
  circumstances: Pick<Circumstances, "now" | "corrections">
): Result.Result<Decision<Graded>, AttemptNotOpen | Forbidden | Invalid | ItemsUngraded | StaleVersion> =>
  Result.gen(function* () {
    if (grader === given.userId)
      return yield* Result.fail(new Forbidden({ needs: "an attempt of somebody else" }))
    const attempt = yield* handedIn(given)
    const all = yield* withManual(attempt, gradedSoFar(attempt, circumstances), grades)
    const said = feedback ?? (attempt.status === "graded" ? attempt.feedback : undefined)
    if (attempt.status === "graded" && Equal.equals(all, attempt.grades) && said === attempt.feedback) {
      return { state: attempt, events: [] }
    }
    if (revision !== attempt.revision)
      return yield* Result.fail(new StaleVersion({ current: attempt.revision }))
    const result = total(all, attempt.contentSnapshot.passingScore)
    const after = {
      ...attempt,
      status: "graded" as const,
      revision: attempt.revision + 1,
      grades: all,
      ...result,
      gradedBy: grader,
      ...(said !== undefined && { feedback: said })
    }
    if (attempt.status === "graded") {
      if (reason === undefined)
        return yield* Result.fail(Invalid.at(["reason"], "is needed to change a grade"))
      const change = { before: resultOf(attempt), after: result, reason }
      return {
        state: { ...after, gradedAt: attempt.gradedAt },
        events: [AttemptRegraded({ ...about(attempt), ...change })]
      }
    }
    const gradedAt = circumstances.now
    const event = AttemptGraded({ ...about(attempt), ...result, gradedAt, by: "person" })
    return { state: { ...after, gradedAt }, events: [event] }
  })

const isWorthless = ({ maxScore }: Regradable): boolean => maxScore.numerator === 0n

/** What a graded attempt comes to with the corrections in force, whether or not it is to stand. */
export const gradedAnew = (
  { contentSnapshot, grades: given, responses }: Graded,
  { corrections }: Pick<Circumstances, "corrections">
): Regradable & Pick<Graded, "grades"> => {
  const before = new Map(given.map((grade) => [grade.questionId, grade]))
  const fresh = gradeItems(contentSnapshot, responses, { corrections, kept: given })
  const anew = new Map(fresh.grades.map((grade) => [grade.questionId, grade]))
  const grades = contentSnapshot.items.flatMap(
    ({ questionId }) => anew.get(questionId) ?? before.get(questionId) ?? []
  )
  return { grades, ...total(grades, contentSnapshot.passingScore) }
}

/**
 * Grades a graded attempt again, with the corrections in force. Points that a person gave stay, unless the item was
 * dropped or given in full. `never_lower` keeps the old grade where the new percentage is lower, and either policy where
 * nothing with points is left of what this learner was asked; a grade that stays as it is brings no event. Pure, so that
 * a dry run is the same call.
 */
export const regrade = (
  attempt: Attempt,
  { policy, reason }: { readonly policy: RegradePolicy; readonly reason: string },
  circumstances: Pick<Circumstances, "corrections">
): Result.Result<Decision<Graded>, AttemptNotOpen> => {
  if (attempt.status !== "graded") {
    return Result.fail(new AttemptNotOpen({ attemptId: attempt.id, status: attempt.status }))
  }
  const { grades, ...result } = gradedAnew(attempt, circumstances)
  const lower = compare(percentageOf(result), percentageOf(attempt)) < 0
  const keeps = (policy === "never_lower" && lower) || (isWorthless(result) && !isWorthless(attempt))
  if (Equal.equals(grades, attempt.grades) || keeps) {
    return Result.succeed({ state: attempt, events: [] })
  }
  const state: Graded = { ...attempt, revision: attempt.revision + 1, grades, ...result }
  const event = AttemptRegraded({ ...about(attempt), before: resultOf(attempt), after: result, reason })
  return Result.succeed({ state, events: [event] })
}

/** A claim while it holds; undefined from its last instant on. */
export const liveClaim = (claim: ReviewClaim | undefined, now: Instant): ReviewClaim | undefined =>
  claim !== undefined && isWithin(now, { to: claim.until }) ? claim : undefined

/** Whether this grader may work on it now: nobody else has taken it. */
export const checkClaim = (
  held: ReviewClaim | undefined,
  grader: UserId,
  now: Instant
): Result.Result<void, ReviewClaimed> => {
  const live = liveClaim(held, now)
  return live === undefined || live.grader === grader
    ? Result.void
    : Result.fail(new ReviewClaimed({ until: live.until }))
}

/** A grader takes an attempt of the queue for 30 minutes; taking one's own again begins them anew. Source: ASM-21. */
export const claim = (
  held: ReviewClaim | undefined,
  grader: UserId,
  now: Instant
): Result.Result<ReviewClaim, ReviewClaimed> =>
  Result.map(checkClaim(held, grader, now), () => ({ grader, until: DateTime.add(now, { minutes: 30 }) }))
