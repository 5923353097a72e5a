/** What progress needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { CourseId, LessonId, UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { Progress } from "./model.ts"

/** One row per learner and lesson. Access reads the same rows, in its own statements. */
export class ProgressStore extends Context.Service<
  ProgressStore,
  {
    readonly find: (userId: UserId, lessonId: LessonId) => Effect.Effect<Option.Option<Progress>>
    /** What there is of these lessons, in no order. */
    readonly findAll: (
      userId: UserId,
      lessonIds: ReadonlyArray<LessonId>
    ) => Effect.Effect<ReadonlyArray<Progress>>
    /** In place of the row of that learner and lesson, if there is one; `id` and `createdAt` stay those of the first. */
    readonly put: (progress: Progress) => Effect.Effect<void, never, InTransaction>
    /** Of these lessons, those that the learner has ever completed, in no order. */
    readonly completed: (
      userId: UserId,
      lessonIds: ReadonlyArray<LessonId>
    ) => Effect.Effect<ReadonlyArray<LessonId>>
    /** When the learner first came to a lesson of the course; none if never. Source: CON-13. */
    readonly firstAccess: (userId: UserId, courseId: CourseId) => Effect.Effect<Option.Option<Instant>>
    /** True when anybody has progress in the course, or in one of these of its lessons. */
    readonly existsIn: (
      courseId: CourseId,
      lessons: "all" | ReadonlyArray<LessonId>
    ) => Effect.Effect<boolean>
  }
>()("lyceum/progress/ProgressStore") {}
