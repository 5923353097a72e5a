/** What a learner is shown of an attempt, before its end and after. Source: ASM-9, ASM-10, ASM-15. */
import { DateTime } from "effect"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { rational, roundHalfUp, times } from "../../shared/rational.ts"
import type {
  Assessment,
  Attempt,
  AttemptSummary,
  CorrectionAct,
  EndedView,
  FinalGradeView,
  Graded,
  InProgress,
  ItemGrade,
  ReviewOptions,
  RunningView,
  ShownChoice,
  ShownItem,
  SnapshotItem
} from "../model/index.ts"
import { inForce, mend } from "./correction.ts"
import { type Circumstances, effectiveDeadline } from "./deadline.ts"
import { percentageOf, shownPercentage } from "./grading.ts"
import type { FinalGrade } from "./policy.ts"
import { endOf } from "./start.ts"

/** Picked field by field, so that a new field of a snapshot is hidden until somebody shows it. */
const withoutSource = (choices: ReadonlyArray<ShownChoice>) => choices.map(({ id, text }) => ({ id, text }))

const shownItem = (item: SnapshotItem): ShownItem => {
  const { body, isRequired, points, questionId, type } = item
  const common = { type, questionId, isRequired, body, points }
  switch (item.type) {
    case "mcq":
      return {
        ...common,
        multiple: item.multiple,
        choices: withoutSource(item.choices),
        scoring: item.scoring
      }
    case "matching":
      return {
        ...common,
        stems: withoutSource(item.stems),
        targets: withoutSource(item.targets),
        scoring: item.scoring
      }
    case "ordering":
      return { ...common, choices: withoutSource(item.choices), scoring: item.scoring }
    case "true_false":
    case "open_text":
    case "numeric":
    case "short_text":
      return common
  }
}

const identity = ({ assessmentId, attemptNo, id, revision, startedAt }: Attempt) => ({
  id,
  assessmentId,
  attemptNo,
  revision,
  startedAt
})

/** A running attempt as its learner sees it; asking changes nothing. */
export const runningView = (attempt: InProgress, circumstances: Circumstances): RunningView => {
  const deadline = effectiveDeadline(attempt, circumstances)
  const left = deadline && DateTime.toEpochMillis(deadline) - DateTime.toEpochMillis(circumstances.now)
  return {
    status: attempt.status,
    ...identity(attempt),
    ...(deadline && { deadline }),
    ...(left !== undefined && { remainingMillis: Math.max(0, left) }),
    items: attempt.contentSnapshot.items.map(shownItem),
    responses: attempt.responses
  }
}

type Ended = Exclude<Attempt, InProgress>

/** Which parts are shown by now. `closed` waits until nobody can take it any more: never, where nothing closes. */
const isShown = (when: ReviewOptions[keyof ReviewOptions], attempt: Ended, closed: boolean): boolean => {
  switch (when) {
    case "never":
      return false
    case "ended":
      return true
    case "graded":
      return attempt.status === "graded"
    case "closed":
      return closed
  }
}

const isClosed = (closesAt: Instant | undefined, now: Instant): boolean =>
  closesAt !== undefined && !isWithin(now, { to: closesAt })

const gradeView = (grade: ItemGrade | undefined) =>
  grade && {
    pointsHundredths: Number(roundHalfUp(times(grade.points, rational(100)))),
    maxPoints: grade.maxPoints,
    ...(grade.feedback !== undefined && { feedback: grade.feedback })
  }

const gradeOf = (attempt: Graded) => ({
  percentageHundredths: shownPercentage(percentageOf(attempt), attempt.contentSnapshot.passingScore),
  passed: attempt.passed
})

const resultView = (attempt: Graded) => ({
  ...gradeOf(attempt),
  ...(attempt.feedback !== undefined && { feedback: attempt.feedback })
})

/** The key that an item was graded by: a mended one where there is one, for nobody is to learn the mistake. */
const keyOf = (item: SnapshotItem, act: CorrectionAct | undefined) => {
  const graded = act?.kind === "mended" ? mend(item, act.key) : item
  return graded.type !== "open_text" && { correctAnswers: graded.correctAnswers }
}

/** What a list says of an attempt; `scored` where who asks may know what it is worth. */
export const summary = (attempt: Attempt, scored: boolean): AttemptSummary => {
  const endedAt = endOf(attempt)
  return {
    ...identity(attempt),
    userId: attempt.userId,
    status: attempt.status,
    ...(attempt.deadline && { deadline: attempt.deadline }),
    ...(endedAt && { endedAt }),
    ...(attempt.status === "graded" && scored && gradeOf(attempt))
  }
}

export const finalGradeView = (
  grade: FinalGrade | undefined,
  { passingScore }: Pick<Assessment, "passingScore">
): FinalGradeView =>
  grade === undefined
    ? {}
    : {
        percentageHundredths: shownPercentage(grade.percentage, passingScore),
        passed: grade.passed
      }

/** The attempts whose score their learner is shown by now. */
export const scoreShown = (
  attempts: ReadonlyArray<Graded>,
  { score }: ReviewOptions,
  { closesAt, now }: ReviewMoment
): ReadonlyArray<Graded> => attempts.filter((attempt) => isShown(score, attempt, isClosed(closesAt, now)))

export interface ReviewMoment extends Pick<Circumstances, "now" | "corrections"> {
  /** The latest instant that anybody may still take the assessment, accommodations counted; absent: no such instant. */
  readonly closesAt?: Instant | undefined
}

/** An ended attempt as its learner sees it: each part from the moment that the review options name. */
export const endedView = (
  attempt: Ended,
  review: ReviewOptions,
  { closesAt, corrections, now }: ReviewMoment
): EndedView => {
  const acts = inForce(corrections)
  const shows = (part: keyof ReviewOptions) => isShown(review[part], attempt, isClosed(closesAt, now))
  const grades = new Map(
    (attempt.status === "graded" ? attempt.grades : []).map((grade) => [grade.questionId, grade])
  )
  const submitted = "submittedAt" in attempt
  return {
    status: attempt.status,
    ...identity(attempt),
    endedAt: submitted ? attempt.submittedAt : attempt.endedAt,
    timeSpentSec: attempt.timeSpentSec,
    autoSubmitted: submitted && attempt.autoSubmitted,
    ...(attempt.status === "graded" && shows("score") && resultView(attempt)),
    ...(shows("responses") && { responses: attempt.responses }),
    items: attempt.contentSnapshot.items.map((item) => ({
      ...shownItem(item),
      ...(shows("keys") && keyOf(item, acts(item))),
      ...(shows("explanations") && item.explanation !== undefined && { explanation: item.explanation }),
      ...(shows("items") && gradeView(grades.get(item.questionId)))
    }))
  }
}
