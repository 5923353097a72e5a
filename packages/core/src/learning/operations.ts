/** Every use case of learning. */
import { Schema } from "effect"
import { Locked, NoRule, NotYetOpen, ReadingTakesSignIn, TierRequired } from "../access/index.ts"
import { PrerequisitesUnmet } from "../assessments/index.ts"
import { CourseNotFound, LessonNotFound } from "../content/index.ts"
import { Bookmark, Progress, Stretch } from "../progress/index.ts"
import { CourseId, LessonId, UserId } from "../shared/id.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import * as errors from "./errors.ts"
import { CourseProgress, ToldEvent, TrackOutcome } from "./model.ts"

/** Writing takes what reading the lesson takes (LRN-1). */
const readRefusals = [LessonNotFound, ReadingTakesSignIn, TierRequired, NoRule, Locked, NotYetOpen] as const

/** The noun `progress`: what one has done. */
export const progressOperations = {
  /** One's own, also when the lesson cannot be read any more. Without a field for who never came to it. Source: LRN-1. */
  get: query("progress.get", {
    input: Schema.Struct({ lessonId: LessonId }),
    output: Schema.Struct({ progress: Schema.optionalKey(Progress) }),
    refusals: [LessonNotFound]
  }),
  /** Opens the lesson, or tells how far one has come: 99 % at most, and never less than before. Source: LRN-2. */
  record: command("progress.record", {
    input: Schema.Struct({
      lessonId: LessonId,
      /** Absent: only that it was opened. */
      completionPercentage: Schema.optionalKey(
        Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))
      )
    }),
    output: Progress,
    refusals: readRefusals
  }),
  /**
   * Every half minute while somebody learns. The clock of the server says how long that was; of a video, `watched` says
   * which seconds were played since the last one, and completes it once that is enough. Source: LRN-4, LRN-12.
   */
  heartbeat: command("progress.heartbeat", {
    input: Schema.Struct({
      lessonId: LessonId,
      watched: Schema.optionalKey(Schema.Array(Stretch).check(Schema.isMaxLength(100)))
    }),
    output: Progress,
    refusals: readRefusals
  }),
  /** Marks the lesson as completed, if what that takes is done. Source: LRN-3, LRN-12. */
  complete: command("progress.complete", {
    input: Schema.Struct({ lessonId: LessonId }),
    output: Progress,
    refusals: [
      ...readRefusals,
      PrerequisitesUnmet,
      errors.NotOpened,
      errors.NotWatched,
      errors.AssessmentsNotPassed
    ]
  }),
  /** Begins anew; what was credited stays. Source: LRN-2. */
  reset: command("progress.reset", {
    input: Schema.Struct({
      lessonId: LessonId,
      /** Absent: one's own. Somebody else's takes `manage_users`. */
      userId: Schema.optionalKey(UserId)
    }),
    output: Progress,
    refusals: [...readRefusals, errors.ProgressNotFound]
  }),
  /** Opens the lesson where it is not open yet. The same one twice is one. Source: LRN-8. */
  addBookmark: command("progress.add_bookmark", {
    input: Schema.Struct({ lessonId: LessonId, bookmark: Bookmark }),
    output: Progress,
    refusals: [...readRefusals, errors.TooManyBookmarks]
  }),
  removeBookmark: command("progress.remove_bookmark", {
    input: Schema.Struct({ lessonId: LessonId, bookmark: Bookmark }),
    output: Progress,
    refusals: [...readRefusals, errors.ProgressNotFound]
  }),
  /** Tells what happened, up to 500 events at once; each is answered on its own, in order. Source: LRN-7. */
  track: command("progress.track", {
    input: Schema.Struct({
      events: Schema.Array(ToldEvent).check(Schema.isMinLength(1), Schema.isMaxLength(500))
    }),
    output: Schema.Struct({ items: Schema.Array(TrackOutcome) })
  }),
  /** Source: LRN-6. */
  course: query("progress.course", {
    input: Schema.Struct({ courseId: CourseId }),
    output: CourseProgress,
    refusals: [CourseNotFound]
  }),
  /** The lesson to go on with: none when nothing is left that one may do now. Source: LRN-9. */
  next: query("progress.next", {
    input: Schema.Struct({ courseId: CourseId }),
    output: Schema.Struct({ lessonId: Schema.optionalKey(LessonId) }),
    refusals: [CourseNotFound]
  }),
  /** The courses that one is enrolled in, by id. Source: LRN-6. */
  listCourses: query("progress.list_courses", {
    input: Schema.Struct(pageFields),
    output: page(CourseProgress)
  })
}
