/** What access needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { CourseNotFound, LessonNotFound } from "../content/index.ts"
import type { ProfileNotFound } from "../identity/index.ts"
import type { Actor } from "../shared/actor.ts"
import type { CourseId, LessonId, UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { TierExists, TierNotFound } from "./errors.ts"
import type { Entitlement, EntitlementId } from "./model/entitlement.ts"
import type { DeadEntitlement } from "./model/explanation.ts"
import type { CourseRule, LessonOverride, OverrideId } from "./model/rule.ts"
import type { Tier, TierKey } from "./model/tier.ts"
import type { Known, KnownReader } from "./rules/known.ts"

export type {
  Known,
  KnownCourse,
  KnownEntitlement,
  KnownLesson,
  KnownOverride,
  KnownReader
} from "./rules/known.ts"

/** One question about access, and when it is asked: what has ended by then need not be told. */
export interface Asked {
  readonly actor: Actor
  readonly now: Instant
}

export interface Part {
  readonly after: Option.Option<Position>
  readonly count: number
}

/**
 * The facts of decisions, each method one read of the store. It tells what it knows and decides nothing; what it tells
 * of a user is at least what bears on the courses and lessons that it brings.
 */
export class AccessFacts extends Context.Service<
  AccessFacts,
  {
    /** The tiers, and what a user was given that is neither revoked nor ended by `now`. */
    readonly ofHoldings: (
      userId: UserId,
      now: Instant
    ) => Effect.Effect<Pick<Known, "tiers"> & Pick<KnownReader, "entitlements">>
    /** Without the course when there is none of that id. */
    readonly ofCourse: (asked: Asked, courseId: CourseId) => Effect.Effect<Known>
    /** The lessons that exist of these, by id, with their courses. */
    readonly ofLessons: (asked: Asked, lessonIds: ReadonlyArray<LessonId>) => Effect.Effect<Known>
    /** A course with a part of its lessons in course order. Position: `[module order, lesson order, id]`. */
    readonly ofCoursePage: (asked: Asked, courseId: CourseId, part: Part) => Effect.Effect<Known>
    /** Courses by id, none left out that the actor may read; others may be. Position: `[id]`. */
    readonly ofCourses: (asked: Asked, part: Part) => Effect.Effect<Known>
    /** Lessons by id, none left out that the actor may read; others may be. Position: `[id]`. */
    readonly ofAllLessons: (asked: Asked, part: Part) => Effect.Effect<Known>
  }
>()("lyceum/access/AccessFacts") {}

export class TierStore extends Context.Service<
  TierStore,
  {
    readonly findForUpdate: (key: TierKey) => Effect.Effect<Option.Option<Tier>, never, InTransaction>
    /** By rank, then key. Position: `[rank, key]`. */
    readonly list: (filter: { readonly soldOnly: boolean }, part: Part) => Effect.Effect<ReadonlyArray<Tier>>
    readonly insert: (tier: Tier) => Effect.Effect<void, TierExists, InTransaction>
    readonly update: (tier: Tier) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/access/TierStore") {}

export class EntitlementStore extends Context.Service<
  EntitlementStore,
  {
    readonly findForUpdate: (
      id: EntitlementId
    ) => Effect.Effect<Option.Option<Entitlement>, never, InTransaction>
    readonly findBySource: (source: string, reference: string) => Effect.Effect<Option.Option<Entitlement>>
    /**
     * Stores it and answers true; false when the source has granted something under that reference already, be it in a
     * transaction that this one has to wait for.
     */
    readonly insert: (entitlement: Entitlement) => Effect.Effect<boolean, ProfileNotFound, InTransaction>
    readonly update: (entitlement: Entitlement) => Effect.Effect<void, never, InTransaction>
    /** Active ones that have ended by `now`, the longest ended first, held; what others hold is passed over. */
    readonly claimEnded: (
      now: Instant,
      count: number
    ) => Effect.Effect<ReadonlyArray<Entitlement>, never, InTransaction>
    /** Newest first. Position: `[id]`. */
    readonly list: (userId: UserId, part: Part) => Effect.Effect<ReadonlyArray<Entitlement>>
    /** Not revoked, and referring to a tier or a course that is not there; of all or of what is named. Position: `[id]`. */
    readonly listDead: (
      filter: { readonly userId?: UserId; readonly entitlementId?: EntitlementId },
      part: Part
    ) => Effect.Effect<ReadonlyArray<DeadEntitlement>>
  }
>()("lyceum/access/EntitlementStore") {}

export class CourseRuleStore extends Context.Service<
  CourseRuleStore,
  {
    readonly find: (courseId: CourseId) => Effect.Effect<Option.Option<CourseRule>>
    /** In place of the one there was. */
    readonly put: (rule: CourseRule) => Effect.Effect<void, CourseNotFound | TierNotFound, InTransaction>
    /** The rule that is gone now; none if there was none. */
    readonly remove: (courseId: CourseId) => Effect.Effect<Option.Option<CourseRule>, never, InTransaction>
  }
>()("lyceum/access/CourseRuleStore") {}

export class OverrideStore extends Context.Service<
  OverrideStore,
  {
    /** By id. Position: `[id]`. */
    readonly list: (lessonId: LessonId, part: Part) => Effect.Effect<ReadonlyArray<LessonOverride>>
    readonly insert: (
      override: LessonOverride
    ) => Effect.Effect<void, LessonNotFound | TierNotFound, InTransaction>
    /** The override that is gone now; none if there was none. */
    readonly remove: (id: OverrideId) => Effect.Effect<Option.Option<LessonOverride>, never, InTransaction>
  }
>()("lyceum/access/OverrideStore") {}
