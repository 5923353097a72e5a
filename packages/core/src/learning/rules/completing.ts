/** When a lesson is complete, one definition for all who ask, and when its course is. Source: LRN-3, LRN-5, LRN-6, LRN-12. */
import { Result } from "effect"
import { type AssessmentId, PrerequisitesUnmet } from "../../assessments/index.ts"
import type { Progress } from "../../progress/index.ts"
import type { CourseId, LessonId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { AssessmentsNotPassed, NotOpened, NotWatched } from "../errors.ts"
import type { CourseProgress } from "../model.ts"
import { neededSeconds, secondsOf } from "./watching.ts"

/** What a lesson asks of who wants to complete it. */
export type Work =
  | { readonly type: "article" }
  /** Without a duration where nobody knows how long it is. */
  | { readonly type: "video"; readonly duration?: number }
  | {
      readonly type: "quiz" | "project"
      /** How many published assessments it has. */
      readonly published: number
      /** Those of them that the learner has yet to pass. */
      readonly toPass: ReadonlyArray<AssessmentId>
    }

/** Undefined when the work is done. */
const leftOf = (
  progress: Progress | undefined,
  lessonId: LessonId,
  work: Work
): NotOpened | NotWatched | AssessmentsNotPassed | undefined => {
  if ("toPass" in work) {
    return work.published > 0 && work.toPass.length === 0
      ? undefined
      : new AssessmentsNotPassed({ assessmentIds: work.toPass })
  }
  if (progress === undefined || progress.status === "not_started") return new NotOpened({ lessonId })
  // A video whose length nobody knows cannot be measured: opened and marked, as an article is.
  if (work.type === "article" || work.duration === undefined) return undefined
  const watchedSeconds = secondsOf(progress.progressData?.watched ?? [], work.duration)
  const needed = neededSeconds(work.duration)
  return watchedSeconds >= needed ? undefined : new NotWatched({ watchedSeconds, neededSeconds: needed })
}

/** Whether the lesson may be completed now: its prerequisites first, then its own work. Who completed it has. */
export const mayComplete = (
  progress: Progress | undefined,
  lessonId: LessonId,
  asked: { readonly unmet: ReadonlyArray<LessonId>; readonly work: Work }
): Result.Result<void, PrerequisitesUnmet | NotOpened | NotWatched | AssessmentsNotPassed> => {
  if (progress?.status === "completed") return Result.void
  if (asked.unmet.length > 0) return Result.fail(new PrerequisitesUnmet({ lessonIds: asked.unmet }))
  const left = leftOf(progress, lessonId, asked.work)
  return left === undefined ? Result.void : Result.fail(left)
}

/** A prerequisite, as far as it is known to who asks. */
export interface Prerequisite {
  readonly lessonId: LessonId
  readonly isLive: boolean
  readonly decision: { readonly allowed: boolean }
}

/** Which of them stand in the way: live ones that the learner may read and never completed, in the lesson's order. */
export const unmetOf = (
  prerequisites: ReadonlyArray<LessonId>,
  known: ReadonlyArray<Prerequisite>,
  completed: ReadonlyArray<LessonId>
): ReadonlyArray<LessonId> =>
  prerequisites.filter(
    (id) =>
      !completed.includes(id) &&
      known.some(({ decision, isLive, lessonId }) => lessonId === id && isLive && decision.allowed)
  )

/**
 * The first of the lessons, in their order, that the learner may read and has not completed, with nothing before it to
 * complete; undefined without one. Source: LRN-9.
 */
export const nextOf = (
  lessons: ReadonlyArray<{ readonly id: LessonId; readonly prerequisites: ReadonlyArray<LessonId> }>,
  known: ReadonlyArray<Prerequisite>,
  progress: ReadonlyArray<Progress>
): LessonId | undefined => {
  const everCompleted = progress.flatMap(({ completedAt, lessonId }) =>
    completedAt === undefined ? [] : [lessonId]
  )
  const isOpen = (id: LessonId) =>
    known.some(({ decision, isLive, lessonId }) => lessonId === id && isLive && decision.allowed) &&
    !progress.some(({ lessonId, status }) => lessonId === id && status === "completed")
  return lessons.find(
    ({ id, prerequisites }) => isOpen(id) && unmetOf(prerequisites, known, everCompleted).length === 0
  )?.id
}

/** What there is of one learner in one course, lessons that are not live left out. */
export interface CourseFacts {
  readonly courseId: CourseId
  readonly total: number
  readonly completed: number
  /** Begun, or completed. */
  readonly begun: number
  readonly timeSpentMinutes: number
  readonly lastActivityAt?: Instant
  /** The first progress in any lesson of the course, live or not. */
  readonly enrolledAt?: Instant
  readonly completedAt?: Instant
}

export const isCourseComplete = ({ completed, total }: Pick<CourseFacts, "completed" | "total">): boolean =>
  total > 0 && completed === total

/** How far that is. */
export const courseProgress = ({ begun, ...facts }: CourseFacts): CourseProgress => ({
  ...facts,
  ...(facts.total > 0 && { percentage: Math.floor((facts.completed * 100) / facts.total) }),
  status: isCourseComplete(facts) ? "completed" : begun > 0 ? "in_progress" : "not_started"
})
