/** What assessments needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { CourseNotFound, LessonNotFound } from "../content/index.ts"
import type { ProfileNotFound } from "../identity/index.ts"
import type { Actor } from "../shared/actor.ts"
import type { CourseId, LessonId, UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type {
  AssessmentInUse,
  AssessmentNotFound,
  CertificateGiverExists,
  QuestionInUse,
  QuestionNotFound
} from "./errors.ts"
import type {
  Accommodation,
  Assessment,
  AssessmentId,
  Attempt,
  AttemptId,
  AttemptStatus,
  Correction,
  Graded,
  Granted,
  GradingAudit,
  Item,
  Question,
  QuestionContent,
  QuestionId,
  QuestionType,
  Scope
} from "./model/index.ts"

export * from "./grading-ports.ts"

export interface Part {
  readonly after: Option.Option<Position>
  readonly count: number
}

export interface QuestionFilter {
  readonly type?: QuestionType | undefined
  readonly category?: string | undefined
  readonly tag?: string | undefined
  readonly difficulty?: number | undefined
  readonly createdBy?: UserId | undefined
}

/** The bank: questions as they are now, and each version they had. Source: ASM-22. */
export class QuestionStore extends Context.Service<
  QuestionStore,
  {
    readonly find: (id: QuestionId) => Effect.Effect<Option.Option<Question>>
    readonly findForUpdate: (id: QuestionId) => Effect.Effect<Option.Option<Question>, never, InTransaction>
    /** Those that there are of these, by id, held; everybody holds them in that order. */
    readonly hold: (
      ids: ReadonlyArray<QuestionId>
    ) => Effect.Effect<ReadonlyArray<Question>, never, InTransaction>
    /** What a version said; none for one that never was. */
    readonly version: (id: QuestionId, version: number) => Effect.Effect<Option.Option<QuestionContent>>
    /** Stores the questions, and their contents as versions. */
    readonly insert: (questions: ReadonlyArray<Question>) => Effect.Effect<void, never, InTransaction>
    /** Stores a new state; its content under its version, in place of what that version said. `usageCount` is left alone. */
    readonly update: (question: Question) => Effect.Effect<void, never, InTransaction>
    readonly remove: (id: QuestionId) => Effect.Effect<void, QuestionInUse, InTransaction>
    /** By id. Position: `[id]`. */
    readonly list: (filter: QuestionFilter, part: Part) => Effect.Effect<ReadonlyArray<Question>>
    /** Counts anew how many items use each question; answers how many counts were wrong. */
    readonly recountUsage: Effect.Effect<number, never, InTransaction>
  }
>()("lyceum/assessments/QuestionStore") {}

export interface AssessmentFilter {
  readonly lessonId?: LessonId | undefined
  readonly courseId?: CourseId | undefined
  readonly createdBy?: UserId | undefined
  readonly publishedOnly: boolean
}

/** An item with the question it asks. */
export interface Asked {
  readonly item: Item
  readonly question: Question
}

/** An assessment with the number of its items and the points they are worth. */
export interface Summed {
  readonly assessment: Assessment
  readonly questionCount: number
  readonly maxPoints: number
}

export class AssessmentStore extends Context.Service<
  AssessmentStore,
  {
    readonly find: (id: AssessmentId) => Effect.Effect<Option.Option<Assessment>>
    readonly findForUpdate: (
      id: AssessmentId
    ) => Effect.Effect<Option.Option<Assessment>, never, InTransaction>
    /** An assessment with its items in display order, in one read. */
    readonly paper: (
      id: AssessmentId
    ) => Effect.Effect<
      Option.Option<{ readonly assessment: Assessment; readonly asked: ReadonlyArray<Asked> }>
    >
    readonly insert: (
      assessment: Assessment
    ) => Effect.Effect<void, CertificateGiverExists | LessonNotFound | CourseNotFound, InTransaction>
    readonly update: (assessment: Assessment) => Effect.Effect<void, CertificateGiverExists, InTransaction>
    /** With its items; attempts that exist keep it. */
    readonly remove: (id: AssessmentId) => Effect.Effect<void, AssessmentInUse, InTransaction>
    /** True when there is an assessment of the course, or of one of these of its lessons. */
    readonly existIn: (what: {
      readonly courseId: CourseId
      readonly lessons: "all" | ReadonlyArray<LessonId>
    }) => Effect.Effect<boolean>
    /** The items in place of those there were; usage counts follow. */
    readonly putItems: (
      id: AssessmentId,
      items: ReadonlyArray<Item>
    ) => Effect.Effect<void, QuestionNotFound, InTransaction>
    /** By id, with what their items come to. Position: `[id]`. */
    readonly list: (filter: AssessmentFilter, part: Part) => Effect.Effect<ReadonlyArray<Summed>>
  }
>()("lyceum/assessments/AssessmentStore") {}

/** What a start reads of one learner at one assessment. */
export interface LearnerState {
  readonly active: Option.Option<Attempt>
  /** Attempts ever started, the active one among them. */
  readonly attemptsStarted: number
  /** The latest end of those that have ended. */
  readonly lastEndedAt: Option.Option<Instant>
  readonly accommodation: Option.Option<Accommodation>
}

export interface AttemptFilter {
  readonly assessmentId?: AssessmentId | undefined
  readonly userId?: UserId | undefined
  readonly status?: AttemptStatus | undefined
}

export class AttemptStore extends Context.Service<
  AttemptStore,
  {
    readonly find: (id: AttemptId) => Effect.Effect<Option.Option<Attempt>>
    readonly findForUpdate: (id: AttemptId) => Effect.Effect<Option.Option<Attempt>, never, InTransaction>
    /**
     * What a start reads, after it holds a lock on a row that exists before the first attempt (the learner's profile), so
     * that starts of one learner come one after the other (ASM-2).
     */
    readonly learnerStateForUpdate: (
      assessmentId: AssessmentId,
      userId: UserId
    ) => Effect.Effect<LearnerState, never, InTransaction>
    /** False when the learner has an active one already, or that number: then nothing is stored. */
    readonly insert: (attempt: Attempt) => Effect.Effect<boolean, AssessmentNotFound, InTransaction>
    /** In place of the state there was; the guard is its revision, which the caller read under the lock. */
    readonly update: (attempt: Attempt) => Effect.Effect<void, never, InTransaction>
    readonly existFor: (id: AssessmentId) => Effect.Effect<boolean>
    /** Newest first. Position: `[id]`. */
    readonly list: (filter: AttemptFilter, part: Part) => Effect.Effect<ReadonlyArray<Attempt>>
    /** Running ones whose stored deadline lies at or before `before`, the longest over first, held; others' are passed over. */
    readonly claimOverdue: (
      before: Instant,
      count: number
    ) => Effect.Effect<ReadonlyArray<Attempt>, never, InTransaction>
    /** Whether any attempt at it is stored as running. */
    readonly isRunning: (id: AssessmentId) => Effect.Effect<boolean>
    /** Graded attempts of one learner at one assessment, by number: what the final grade is made of (ASM-20). */
    readonly graded: (assessmentId: AssessmentId, userId: UserId) => Effect.Effect<ReadonlyArray<Graded>>
  }
>()("lyceum/assessments/AttemptStore") {}

/** An attempt with what ending it takes. */
export interface Sitting {
  readonly attempt: Attempt
  readonly assessment: Assessment
  /** Oldest first. */
  readonly corrections: ReadonlyArray<Correction>
}

/** The hot path of handing in: one read and one write of what the single stores would be asked for one by one. */
export class Sittings extends Context.Service<
  Sittings,
  {
    /** Holds the attempt. */
    readonly findForUpdate: (id: AttemptId) => Effect.Effect<Option.Option<Sitting>, never, InTransaction>
    /** A new state in place of the one there was, and the rows that the trail gets of it. */
    readonly store: (
      attempt: Attempt,
      rows: ReadonlyArray<GradingAudit>
    ) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/assessments/Sittings") {}

export class AccommodationStore extends Context.Service<
  AccommodationStore,
  {
    readonly find: (assessmentId: AssessmentId, userId: UserId) => Effect.Effect<Option.Option<Accommodation>>
    /** In place of what was granted before. */
    readonly put: (accommodation: Accommodation) => Effect.Effect<void, ProfileNotFound, InTransaction>
    readonly remove: (
      assessmentId: AssessmentId,
      userId: UserId
    ) => Effect.Effect<Option.Option<Accommodation>, never, InTransaction>
    /** By user. Position: `[userId]`. */
    readonly list: (assessmentId: AssessmentId, part: Part) => Effect.Effect<ReadonlyArray<Accommodation>>
    /** What is granted at the assessment, each different set of terms once, in no order. */
    readonly terms: (assessmentId: AssessmentId) => Effect.Effect<ReadonlyArray<Granted>>
  }
>()("lyceum/assessments/AccommodationStore") {}

/** Append-only (ASM-19). */
export class GradingTrail extends Context.Service<
  GradingTrail,
  {
    readonly append: (rows: ReadonlyArray<GradingAudit>) => Effect.Effect<void, never, InTransaction>
    readonly last: (attemptId: AttemptId) => Effect.Effect<Option.Option<GradingAudit>>
    /** In the order they were appended. */
    readonly of: (attemptId: AttemptId) => Effect.Effect<ReadonlyArray<GradingAudit>>
  }
>()("lyceum/assessments/GradingTrail") {}

/** Which lessons a learner has to finish before; learning answers it. Source: LRN-3. */
export class Prerequisites extends Context.Service<
  Prerequisites,
  {
    readonly unmet: (actor: Actor, scope: Scope, now: Instant) => Effect.Effect<ReadonlyArray<LessonId>>
  }
>()("lyceum/assessments/Prerequisites") {}
