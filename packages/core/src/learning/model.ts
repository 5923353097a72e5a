/** The nouns of learning: what one has done of a course, and what is told of it. */
import { Schema } from "effect"
import { LessonType } from "../content/index.ts"
import { ProgressStatus } from "../progress/index.ts"
import { defineEvent } from "../shared/event.ts"
import { CourseId, LessonId, UserId, Uuid } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { StorableJson } from "../shared/json.ts"
import { line } from "../shared/text.ts"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** How far a learner is in a course; counts only lessons that are live. Source: LRN-6. */
export const CourseProgress = Schema.Struct({
  courseId: CourseId,
  total: count,
  completed: count,
  /** Rounded down: 100 only when all are completed. Absent for a course without a live lesson. */
  percentage: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
  timeSpentMinutes: count,
  lastActivityAt: Schema.optionalKey(Instant),
  status: ProgressStatus,
  /** When the learner first came to a lesson of it; absent for who never did. */
  enrolledAt: Schema.optionalKey(Instant),
  /** When all of it was completed first; stays, whatever the course gains later (LRN-5). */
  completedAt: Schema.optionalKey(Instant)
}).annotate({ identifier: "CourseProgress" })
export type CourseProgress = typeof CourseProgress.Type

/** That a learner completed a course; once each, for ever. Source: LRN-5. */
export const CourseCompletion = Schema.Struct({
  userId: UserId,
  courseId: CourseId,
  completedAt: Instant
})
export type CourseCompletion = typeof CourseCompletion.Type

export const AnalyticsEventType = Schema.Literals([
  "start",
  "pause",
  "resume",
  "complete",
  "quiz_submit",
  "assessment_start",
  "assessment_submit",
  "assessment_graded",
  "certificate_issued"
]).annotate({ identifier: "AnalyticsEventType" })

/** Whatever else is told: an object that every store can hold. */
const Details = Schema.Record(Schema.String, Schema.Json).check(
  Schema.makeFilter((details) =>
    !Schema.is(StorableJson)(details)
      ? "must not contain the NUL character or half a surrogate pair"
      : JSON.stringify(details).length > 10_000
        ? "must not be longer than 10000 characters of JSON"
        : undefined
  )
)

/** What a client may say of an event beside its type. Nothing of it is trusted. */
const said = {
  /** The session that it belongs to, in the client's own words. */
  sessionId: Schema.optionalKey(line(200)),
  /** When it happened by the clock of the client. */
  clientTimestamp: Schema.optionalKey(Instant),
  durationSeconds: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400 }))),
  deviceInfo: Schema.optionalKey(Details)
}

/** One thing that happened while somebody learned. Source: LRN-7. */
export const AnalyticsEvent = Schema.Struct({
  /** Given by who tells of it: the same one twice is one. For what the platform tells itself, the id of the event. */
  id: Uuid,
  userId: UserId,
  /** Absent for what belongs to a course as a whole. */
  lessonId: Schema.optionalKey(LessonId),
  courseId: Schema.optionalKey(CourseId),
  eventType: AnalyticsEventType,
  eventData: Details,
  ...said,
  /** By the clock of the server. */
  eventTimestamp: Instant
}).annotate({ identifier: "AnalyticsEvent" })
export type AnalyticsEvent = typeof AnalyticsEvent.Type

/** An event as a client tells it. */
export const ToldEvent = Schema.Struct({
  id: Uuid,
  lessonId: LessonId,
  eventType: AnalyticsEventType,
  eventData: Schema.optionalKey(Details),
  ...said
}).annotate({ identifier: "ToldEvent" })
export type ToldEvent = typeof ToldEvent.Type

/** What became of one event of a batch. */
export const TrackOutcome = Schema.Struct({
  id: Uuid,
  /** `known`: there is one of this id, and it stays as it is. */
  outcome: Schema.Literals(["stored", "known", "refused"]),
  /** Why it was refused: the code that the refusal alone would have. */
  code: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TrackOutcome" })
export type TrackOutcome = typeof TrackOutcome.Type

const place = { userId: UserId, lessonId: LessonId, courseId: CourseId }
type Place = { readonly userId: UserId; readonly lessonId?: LessonId; readonly courseId: CourseId }

/** What one learner does is handled in order. */
const key = ({ userId }: Place): string => `learning:${userId}`
const subjects = ({ courseId, lessonId, userId }: Place): Readonly<Record<string, string>> => ({
  userId,
  courseId,
  ...(lessonId !== undefined && { lessonId })
})

/** The lesson was begun, begun anew, or is further along. */
export const ProgressRecorded = defineEvent("learning.progress_recorded", {
  payload: Schema.Struct({ ...place, status: ProgressStatus, completionPercentage: Schema.Int }),
  key,
  subjects
})
export const ProgressReset = defineEvent("learning.progress_reset", {
  payload: Schema.Struct({ ...place, before: ProgressStatus }),
  key,
  subjects
})
export const BookmarksChanged = defineEvent("learning.bookmarks_changed", {
  payload: Schema.Struct({ ...place, count: Schema.Int }),
  key,
  subjects
})
/** For the first time: it is told once for each learner and lesson. */
export const LessonCompleted = defineEvent("learning.lesson_completed", {
  payload: Schema.Struct({ ...place, type: LessonType }),
  key,
  subjects
})
/** Of a batch that a client told, as many as were new. */
export const ActivityTracked = defineEvent("learning.activity_tracked", {
  payload: Schema.Struct({ userId: UserId, count: Schema.Int }),
  key: ({ userId }) => `learning:${userId}`,
  subjects: ({ userId }) => ({ userId })
})
/** Once for each learner and course. */
export const CourseCompleted = defineEvent("learning.course_completed", {
  payload: Schema.Struct({ userId: UserId, courseId: CourseId }),
  key,
  subjects
})
