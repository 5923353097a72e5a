/**
 * What a decision reads: plain objects and epoch milliseconds, laid out once per reader, course and lesson, so that a
 * decision itself only compares. Absent ends are ±Infinity; every span is half-open (KER-2).
 */
import type { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { EntitlementType } from "../model/entitlement.ts"
import type { TierKey } from "../model/tier.ts"

/** From `from` on, and before `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Source: ACC-1, and every other interval (KER-2). */
export const isInForce = ({ from, to }: Span, now: number): boolean => from <= now && now < to

/** Both ends may be absent. */
export const spanOf = (held: { readonly startsAt?: number; readonly expiresAt?: number }): Span => ({
  from: held.startsAt ?? -Infinity,
  to: held.expiresAt ?? Infinity
})

/** A tier with its rank. */
export interface Ranked {
  readonly key: TierKey
  readonly rank: number
}

/** An entitlement that is not revoked, to a course. */
export interface HeldCourse extends Span {
  readonly id: string
  readonly type: Exclude<EntitlementType, "tier">
}

/** An entitlement that is not revoked, to a tier that exists. */
export interface HeldTier extends Span {
  readonly tier: Ranked
}

/** Who wants to read, and what they bring. */
export interface Reader {
  readonly kind: "anonymous" | "user" | "service"
  /** Suspended, or deleted by its owner. */
  readonly suspended: boolean
  /** Which of the two. */
  readonly deleted: boolean
  /** The rank of who holds no tier. */
  readonly free: Ranked
  /** The highest rank among `tiers` and `free`, at any time: what asks for more need not be compared with each. */
  readonly highestRank: number
  /** `from`, `to` and rank of each of `tiers`, one after the other: numbers side by side are read much faster. */
  readonly tierSpans: ReadonlyArray<number>
  /** The bits of the courses in `courses`: most others are told apart by it without being looked up. */
  readonly courseBits: number
  /** Of a user only. */
  readonly id?: UserId
  readonly tiers: ReadonlyArray<HeldTier>
  readonly courses: ReadonlyMap<string, ReadonlyArray<HeldCourse>>
  /** When they hold `content.edit`. */
  readonly staff: ReadonlyArray<Span>
  /** When they hold `content.review`. */
  readonly reviewer: ReadonlyArray<Span>
  /** When they first came to a course. */
  readonly firstAccess: ReadonlyMap<string, number>
  readonly completed: ReadonlySet<string>
}

// Shared by all who have nothing of the kind: on the hot path what is read often should be few things.
export const nothing: ReadonlyArray<never> = []
export const noneByCourse: ReadonlyMap<string, never> = new Map<string, never>()
export const noneCompleted: ReadonlySet<string> = new Set()

/** Who brings nothing: a visitor, or a service, which needs nothing. */
export const emptyHanded = (kind: Reader["kind"], free: Ranked): Reader => ({
  kind,
  suspended: false,
  deleted: false,
  free,
  highestRank: free.rank,
  tierSpans: nothing,
  courseBits: 0,
  tiers: nothing,
  courses: noneByCourse,
  staff: nothing,
  reviewer: nothing,
  firstAccess: noneByCourse,
  completed: noneCompleted
})

export interface CourseFacts {
  readonly id: CourseId
  /** One bit of 30, by the id. */
  readonly bit: number
  readonly createdBy?: UserId
  readonly instructorId?: UserId
  readonly inReview: boolean
  /** Published from this instant on; Infinity while it is not going to be. */
  readonly publishedFrom: number
  /** Its last published version is kept for owners (CON-9). */
  readonly isKept: boolean
  /** The tier that its active rule asks for. */
  readonly required?: Ranked
  /** What holds without an active rule, by the deployment. */
  readonly withoutRule: "open" | "closed"
}

/** What shuts a lesson that is live, until it opens. Source: CON-13. */
export type Gate =
  | { readonly kind: "date"; readonly opensAt: number }
  | { readonly kind: "after_first_access"; readonly milliseconds: number }
  | { readonly kind: "after_lesson"; readonly lessonId: LessonId }

export type OverrideFacts = Span & { readonly id: string } & (
    | { readonly type: "open" | "locked" }
    | { readonly type: "require_tier"; readonly required: Ranked }
  )

export interface LessonFacts {
  readonly id: LessonId
  /** Live from this instant on: lesson, module and course are published (CON-4). */
  readonly liveFrom: number
  readonly overrides: ReadonlyArray<OverrideFacts>
  readonly isFreePreview: boolean
  readonly gate?: Gate
  /** The lesson itself, or the course it is published in, is in review. */
  readonly inReview: boolean
  /** Its last live version is kept for owners (CON-9). */
  readonly isKept: boolean
}

/** One question: may this reader read this course, or this lesson of it? */
export interface Facts {
  readonly reader: Reader
  readonly course: CourseFacts
  /** Absent when the course itself is asked for. */
  readonly lesson?: LessonFacts
}
