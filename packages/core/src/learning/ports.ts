/** What learning needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { CourseId, UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { AnalyticsEvent, CourseCompletion } from "./model.ts"
import type { CourseFacts } from "./rules/completing.ts"

export type { CourseFacts }

export interface Part {
  readonly after: Option.Option<Position>
  readonly count: number
}

/** How learners stand in courses, counted over the lessons that are live by `now`. */
export class CourseStandings extends Context.Service<
  CourseStandings,
  {
    /** Of one who never came to a lesson of it, too. */
    readonly find: (userId: UserId, courseId: CourseId, now: Instant) => Effect.Effect<CourseFacts>
    /** Of the courses that the learner came to, by id. Position: `[id]`. */
    readonly list: (userId: UserId, now: Instant, part: Part) => Effect.Effect<ReadonlyArray<CourseFacts>>
    /** Learners, by id, who have completed all of the course without being said to have. */
    readonly unsaid: (courseId: CourseId, now: Instant, count: number) => Effect.Effect<ReadonlyArray<UserId>>
  }
>()("lyceum/learning/CourseStandings") {}

/** Who completed which course: each once. */
export class CompletionStore extends Context.Service<
  CompletionStore,
  {
    /**
     * Holds what is in the course until the transaction ends: who changes it waits, who completes a lesson of it too does
     * not. So nobody completes the last lesson but one while the last one is taken away, unseen by each other.
     */
    readonly holdCourse: (courseId: CourseId) => Effect.Effect<void, never, InTransaction>
    /** False when that learner has completed it before; then nothing is stored. */
    readonly insert: (completion: CourseCompletion) => Effect.Effect<boolean, never, InTransaction>
  }
>()("lyceum/learning/CompletionStore") {}

/** When learners were last heard of, for the time they spend. Source: LRN-4. */
export class Heartbeats extends Context.Service<
  Heartbeats,
  {
    /** Notes that the learner was heard of, and answers when they were before. */
    readonly exchange: (
      userId: UserId,
      now: Instant
    ) => Effect.Effect<Option.Option<Instant>, never, InTransaction>
  }
>()("lyceum/learning/Heartbeats") {}

/** Append-only. Source: LRN-7. */
export class LessonAnalytics extends Context.Service<
  LessonAnalytics,
  {
    /** Stores those of which there is no event of that learner and id yet, of two alike the first; answers their ids. */
    readonly append: (
      events: ReadonlyArray<AnalyticsEvent>
    ) => Effect.Effect<ReadonlyArray<AnalyticsEvent["id"]>, never, InTransaction>
    /** Oldest first. */
    readonly of: (userId: UserId) => Effect.Effect<ReadonlyArray<AnalyticsEvent>>
  }
>()("lyceum/learning/LessonAnalytics") {}
