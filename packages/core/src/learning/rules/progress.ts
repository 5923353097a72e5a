/** What a learner's place in a lesson becomes. Status only goes forward, but for an explicit reset. Source: LRN-2. */
import { Result } from "effect"
import type { LessonType } from "../../content/index.ts"
import { type Bookmark, maxBookmarks, type Progress, type ProgressId } from "../../progress/index.ts"
import type { Decision } from "../../shared/decision.ts"
import type { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { TooManyBookmarks } from "../errors.ts"
import { BookmarksChanged, LessonCompleted, ProgressRecorded, ProgressReset } from "../model.ts"

/** Who is where, and when; `id` is for the first row of theirs. */
export interface Here {
  readonly userId: UserId
  readonly lessonId: LessonId
  readonly courseId: CourseId
  readonly id: ProgressId
  readonly now: Instant
}

const mostCounted = 2_147_483_647
const placeOf = ({ courseId, lessonId, userId }: Omit<Here, "id">) => ({ courseId, lessonId, userId })

/** Somebody who came for the first time. */
const arrived = ({ id, lessonId, now, userId }: Here): Progress => ({
  status: "not_started",
  id,
  userId,
  lessonId,
  completionPercentage: 0,
  timeSpentMinutes: 0,
  attemptsCount: 0,
  lastAccessedAt: now,
  bookmarks: [],
  createdAt: now,
  updatedAt: now
})

const begun = (before: Progress, now: Instant): Progress => ({
  ...before,
  status: "in_progress",
  startedAt: before.startedAt ?? now,
  completionPercentage: 0,
  attemptsCount: Math.min(before.attemptsCount + 1, mostCounted)
})

/** What a report of `percentage` makes of it: never less than it was, and 99 at most until it is completed. */
const furthered = (before: Progress, percentage: number): Progress =>
  before.status === "in_progress"
    ? {
        ...before,
        completionPercentage: Math.max(before.completionPercentage, Math.min(99, percentage))
      }
    : before

/** Opens the lesson, or tells how far one has come in it. */
export const record = (
  before: Progress | undefined,
  { completionPercentage = 0 }: { readonly completionPercentage?: number },
  here: Here
): Decision<Progress> => {
  const was = before ?? arrived(here)
  const open = was.status === "not_started" ? begun(was, here.now) : was
  const state = { ...furthered(open, completionPercentage), lastAccessedAt: here.now, updatedAt: here.now }
  const isFurther = state.status !== was.status || state.completionPercentage !== was.completionPercentage
  const { completionPercentage: reached, status } = state
  return {
    state,
    events: isFurther ? [ProgressRecorded({ ...placeOf(here), status, completionPercentage: reached })] : []
  }
}

/** Completes it, whether it was opened or not; completing again changes nothing, and the first time stays the time. */
export const complete = (before: Progress | undefined, type: LessonType, here: Here): Decision<Progress> => {
  if (before?.status === "completed") return { state: before, events: [] }
  const was = before ?? arrived(here)
  const open = was.status === "not_started" ? begun(was, here.now) : was
  const place = placeOf(here)
  return {
    state: {
      ...open,
      status: "completed",
      startedAt: open.startedAt ?? here.now,
      completionPercentage: 100,
      completedAt: was.completedAt ?? here.now,
      lastAccessedAt: here.now,
      updatedAt: here.now
    },
    events: [
      was.completedAt === undefined
        ? LessonCompleted({ ...place, type })
        : ProgressRecorded({ ...place, status: "completed", completionPercentage: 100 })
    ]
  }
}

/** Back to the beginning. What was credited stays: the first completion, the time, the bookmarks. */
export const reset = (before: Progress, here: Omit<Here, "id">): Decision<Progress> => {
  if (before.status === "not_started") return { state: before, events: [] }
  const { progressData, ...kept } = before
  return {
    state: {
      ...kept,
      status: "not_started",
      completionPercentage: 0,
      ...(progressData !== undefined && { progressData: { ...progressData, watched: [] } }),
      updatedAt: here.now
    },
    events: [ProgressReset({ ...placeOf(here), before: before.status })]
  }
}

const isSame = (a: Bookmark) => (b: Bookmark) => a.label === b.label && a.position === b.position

const withBookmarks = (
  before: Progress,
  bookmarks: ReadonlyArray<Bookmark>,
  here: Omit<Here, "id">
): Decision<Progress> => ({
  state: { ...before, bookmarks, updatedAt: here.now },
  events: [BookmarksChanged({ ...placeOf(here), count: bookmarks.length })]
})

/** After those there are; one that is there already changes nothing. Source: LRN-8. */
export const addBookmark = (
  before: Progress,
  bookmark: Bookmark,
  here: Omit<Here, "id">
): Result.Result<Decision<Progress>, TooManyBookmarks> => {
  if (before.bookmarks.some(isSame(bookmark))) return Result.succeed({ state: before, events: [] })
  return before.bookmarks.length >= maxBookmarks
    ? Result.fail(TooManyBookmarks.of())
    : Result.succeed(withBookmarks(before, [...before.bookmarks, bookmark], here))
}

export const removeBookmark = (
  before: Progress,
  bookmark: Bookmark,
  here: Omit<Here, "id">
): Decision<Progress> => {
  const left = before.bookmarks.filter((one) => !isSame(bookmark)(one))
  return left.length === before.bookmarks.length
    ? { state: before, events: [] }
    : withBookmarks(before, left, here)
}
