/** What a school asks for: one rule per course, and overrides for single lessons. */
import { DateTime, Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { CourseId, LessonId, Uuid } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { TierKey } from "./tier.ts"

/** The tier that a course asks for. At most one per course; an inactive one asks for nothing. */
export const CourseRule = Schema.Struct({
  courseId: CourseId,
  requiredTier: TierKey,
  isActive: Schema.Boolean,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "CourseRule" })
export type CourseRule = typeof CourseRule.Type

export const OverrideId = Uuid.pipe(Schema.brand("OverrideId"))
export type OverrideId = typeof OverrideId.Type

const during = {
  /** Absent: in force from the beginning, so before any that has a start. */
  startsAt: Schema.optionalKey(Instant),
  /** From this instant on it is over; absent: until it is removed. */
  expiresAt: Schema.optionalKey(Instant)
}
const placed = { id: OverrideId, lessonId: LessonId, ...during, createdAt: Instant, updatedAt: Instant }

/** An exception for one lesson: opens it, asks for another tier than the course, or locks it. */
export const LessonOverride = Schema.Union([
  Schema.Struct({ overrideType: Schema.Literal("open"), ...placed }),
  Schema.Struct({ overrideType: Schema.Literal("require_tier"), ...placed, requiredTier: TierKey }),
  Schema.Struct({ overrideType: Schema.Literal("locked"), ...placed })
])
  .pipe(Schema.toTaggedUnion("overrideType"))
  .annotate({ identifier: "LessonOverride" })
export type LessonOverride = typeof LessonOverride.Type

export const OverrideType = Schema.Literals(["open", "require_tier", "locked"]).annotate({
  identifier: "OverrideType"
})

/** What a new override says. */
export const NewOverride = Schema.Struct({
  lessonId: LessonId,
  overrideType: OverrideType,
  /** With `require_tier`, and only then. */
  requiredTier: Schema.optionalKey(TierKey),
  ...during
}).check(
  Schema.makeFilter(({ expiresAt, startsAt }) =>
    startsAt !== undefined && expiresAt !== undefined && DateTime.isLessThanOrEqualTo(expiresAt, startsAt)
      ? { path: ["expiresAt"], issue: "must be after startsAt" }
      : undefined
  )
)
export type NewOverride = typeof NewOverride.Type

const aboutCourse = {
  payload: Schema.Struct({ rule: CourseRule }),
  key: ({ rule }: { readonly rule: CourseRule }) => `course:${rule.courseId}`,
  subjects: ({ rule }: { readonly rule: CourseRule }) => ({ courseId: rule.courseId })
}
export const CourseRuleSet = defineEvent("access.course_rule_set", aboutCourse)
export const CourseRuleRemoved = defineEvent("access.course_rule_removed", aboutCourse)

const aboutLesson = {
  payload: Schema.Struct({ override: LessonOverride }),
  key: ({ override }: { readonly override: LessonOverride }) => `lesson:${override.lessonId}`,
  subjects: ({ override }: { readonly override: LessonOverride }) => ({
    lessonId: override.lessonId,
    overrideId: override.id
  })
}
export const LessonOverrideAdded = defineEvent("access.lesson_override_added", aboutLesson)
export const LessonOverrideRemoved = defineEvent("access.lesson_override_removed", aboutLesson)
