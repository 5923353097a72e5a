/** What a learner has done in a lesson, as facts; the commands that change it belong to learning. */
import { Schema } from "effect"
import { LessonId, UserId, Uuid } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { line } from "../shared/text.ts"

export const ProgressId = Uuid.pipe(Schema.brand("ProgressId"))
export type ProgressId = typeof ProgressId.Type

export const ProgressStatus = Schema.Literals(["not_started", "in_progress", "completed"]).annotate({
  identifier: "ProgressStatus"
})

export const maxBookmarks = 100

/** A place in a lesson that the learner wants to find again. Source: LRN-8. */
export const Bookmark = Schema.Struct({
  label: line(200),
  /** Seconds into a video, or the name of a heading. */
  position: Schema.Union([Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)), line(200)])
}).annotate({ identifier: "Bookmark" })
export type Bookmark = typeof Bookmark.Type

const count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_147_483_647 }))

/** A stretch of a video in whole seconds: from the first, up to but without the second. */
export const Stretch = Schema.Tuple([
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
]).check(Schema.makeFilter(([from, to]) => (from < to ? undefined : "must end after it begins")))
export type Stretch = typeof Stretch.Type

/** What heartbeats told of a lesson. Source: LRN-4, LRN-12. */
export const ProgressData = Schema.Struct({
  /** Exactly; `timeSpentMinutes` is its full minutes. */
  spentMillis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  /** Seconds of the video that were played since the learner began it: in order, apart from each other. */
  watched: Schema.Array(Stretch).check(Schema.isMaxLength(1000))
}).annotate({ identifier: "ProgressData" })
export type ProgressData = typeof ProgressData.Type

const learned = {
  id: ProgressId,
  userId: UserId,
  lessonId: LessonId,
  timeSpentMinutes: count,
  attemptsCount: count,
  startedAt: Schema.optionalKey(Instant),
  lastAccessedAt: Instant,
  bookmarks: Schema.Array(Bookmark).check(Schema.isMaxLength(maxBookmarks)),
  progressData: Schema.optionalKey(ProgressData),
  /** When the learner first came to the lesson: the earliest of a course is its first access (CON-13). */
  createdAt: Instant,
  updatedAt: Instant
}
const short = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 }))

/**
 * One learner in one lesson. `completedAt` is when it was completed first, and stays when the learner begins anew: what
 * was completed once stays open (CON-13).
 */
export const Progress = Schema.Union([
  Schema.Struct({
    status: Schema.Literal("not_started"),
    ...learned,
    completionPercentage: Schema.Literal(0),
    completedAt: Schema.optionalKey(Instant)
  }),
  Schema.Struct({
    status: Schema.Literal("in_progress"),
    ...learned,
    startedAt: Instant,
    completionPercentage: short,
    completedAt: Schema.optionalKey(Instant)
  }),
  Schema.Struct({
    status: Schema.Literal("completed"),
    ...learned,
    startedAt: Instant,
    completionPercentage: Schema.Literal(100),
    completedAt: Instant
  })
])
  .pipe(Schema.toTaggedUnion("status"))
  .annotate({ identifier: "Progress" })
export type Progress = typeof Progress.Type
