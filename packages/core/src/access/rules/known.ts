/** What the store tells of a question, decided by nobody yet. Instants are epoch milliseconds. */
import type { WorkflowStatus } from "../../content/index.ts"
import type { AssignmentFacts, RoleFacts } from "../../rbac/index.ts"
import type { Standing } from "../../shared/actor.ts"
import type { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { EntitlementType } from "../model/entitlement.ts"
import type { TierKey } from "../model/tier.ts"
import type { Ranked } from "./facts.ts"

/** An entitlement as it is stored, but for what no decision reads. */
export interface KnownEntitlement {
  readonly id: string
  readonly type: EntitlementType
  readonly ref: string
  readonly startsAt: number
  readonly expiresAt?: number
}

/** What the store knows of a user, as far as the question needs it. */
export interface KnownReader {
  /** Absent: there is no profile yet. */
  readonly status?: Standing["status"]
  readonly assignments: ReadonlyArray<Omit<AssignmentFacts, "expiresAt"> & { readonly expiresAt?: number }>
  /** All system roles and those assigned; of their permissions at least `content.edit` and `content.review`. */
  readonly roles: ReadonlyArray<RoleFacts>
  /** Those that are not revoked, in any order. */
  readonly entitlements: ReadonlyArray<KnownEntitlement>
  readonly firstAccess: ReadonlyArray<{ readonly courseId: CourseId; readonly at: number }>
  readonly completed: ReadonlyArray<LessonId>
}

export interface KnownCourse {
  readonly id: CourseId
  readonly status: WorkflowStatus
  readonly publishAt?: number
  readonly createdBy?: UserId
  readonly instructorId?: UserId
  /** What was last published is kept (CON-9). */
  readonly isKept: boolean
  readonly rule?: { readonly requiredTier: TierKey; readonly isActive: boolean }
}

export type KnownOverride = {
  readonly id: string
  readonly startsAt?: number
  readonly expiresAt?: number
} & ({ readonly type: "open" | "locked" } | { readonly type: "require_tier"; readonly requiredTier: TierKey })

export interface KnownLesson {
  readonly id: LessonId
  readonly courseId: CourseId
  /** Its place in course order: that of its module, and its own in it. */
  readonly place: readonly [number, number]
  readonly status: WorkflowStatus
  readonly isModulePublished: boolean
  readonly isKept: boolean
  readonly isFreePreview: boolean
  readonly drip?:
    | { readonly opensAt: number }
    | { readonly afterDays: number }
    /** The nearest earlier lesson of the course that is published; absent for the first one, which opens at once. */
    | { readonly afterPrevious: true; readonly previous?: LessonId }
  readonly overrides: ReadonlyArray<KnownOverride>
}

/** Everything that one read of the store brought. */
export interface Known {
  readonly tiers: ReadonlyArray<Ranked>
  readonly reader?: KnownReader
  readonly courses: ReadonlyArray<KnownCourse>
  readonly lessons: ReadonlyArray<KnownLesson>
}
