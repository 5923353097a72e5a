/** Every use case of access, by noun. */
import { Schema } from "effect"
import { CourseNotFound, CourseOutline, LessonNotFound } from "../content/index.ts"
import { ProfileNotFound } from "../identity/index.ts"
import { CourseId, LessonId, UserId, Uuid } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { command, Done, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, Reason } from "../shared/text.ts"
import * as errors from "./errors.ts"
import { AccessDecision, Allowed } from "./model/decision.ts"
import { Entitlement, EntitlementId, EntitlementSource, NewEntitlement } from "./model/entitlement.ts"
import { DeadEntitlement, Explanation } from "./model/explanation.ts"
import { ReadableLesson } from "./model/reading.ts"
import { CourseRule, LessonOverride, NewOverride, OverrideId } from "./model/rule.ts"
import { Tier, TierKey, tierSettings } from "./model/tier.ts"

export const CourseAccess = Schema.Struct({ courseId: CourseId, decision: AccessDecision }).annotate({
  identifier: "CourseAccess"
})
export type CourseAccess = typeof CourseAccess.Type

export const LessonAccess = Schema.Struct({
  lessonId: LessonId,
  courseId: CourseId,
  decision: AccessDecision
}).annotate({ identifier: "LessonAccess" })
export type LessonAccess = typeof LessonAccess.Type

/** Something that access is asked about. */
const subject = {
  id: Uuid,
  /** Absent: for oneself. For somebody else it takes `manage_users`. */
  userId: Schema.optionalKey(UserId)
}

/** The noun `access`: may this be read, and why. */
export const accessOperations = {
  canReadCourse: query("access.can_read_course", {
    input: Schema.Struct({ courseId: CourseId }),
    output: AccessDecision,
    refusals: [CourseNotFound]
  }),
  canReadLesson: query("access.can_read_lesson", {
    input: Schema.Struct({ lessonId: LessonId }),
    output: AccessDecision,
    refusals: [LessonNotFound]
  }),
  /** Several at once, in one read; those that the actor may not see are left out. Source: ACC-21. */
  canReadLessons: query("access.can_read_lessons", {
    input: Schema.Struct({
      lessonIds: Schema.Array(LessonId).check(Schema.isMinLength(1), Schema.isMaxLength(100))
    }),
    output: Schema.Struct({ items: Schema.Array(LessonAccess) })
  }),
  /** One door for whatever can be guarded, also on behalf of support. Source: ACC-8. */
  userCanAccess: query("access.user_can_access", {
    input: Schema.Struct({
      resourceType: Schema.Literals(["course", "lesson", "assessment", "asset"]),
      ...subject
    }),
    output: AccessDecision,
    refusals: [CourseNotFound, LessonNotFound]
  }),
  /** The courses that the actor may read, by id. Source: ACC-9. */
  myCourseAccess: query("access.my_course_access", {
    input: Schema.Struct(pageFields),
    output: page(CourseAccess)
  }),
  /** The lessons that the actor may read, by id. Source: ACC-9. */
  myLessonAccess: query("access.my_lesson_access", {
    input: Schema.Struct(pageFields),
    output: page(LessonAccess)
  }),
  /** A course page: what the actor may see of it, lesson by lesson, in course order. Source: ACC-21. */
  lessonsOfCourse: query("access.lessons_of_course", {
    input: Schema.Struct({ courseId: CourseId, ...pageFields }),
    output: Schema.Struct({ course: AccessDecision, ...page(LessonAccess).fields }),
    refusals: [CourseNotFound]
  }),
  /**
   * The outline of a course, shut or open, with the decision. Who keeps it by an entitlement (`owner`) gets it as it was
   * last published, with the lessons that were live then. Source: ACC-3, CON-9.
   */
  readCourse: query("access.read_course", {
    input: Schema.Struct({ courseId: CourseId }),
    output: Schema.Struct({ outline: CourseOutline, decision: AccessDecision }),
    refusals: [CourseNotFound]
  }),
  /** The lesson itself, for who may read it. */
  readLesson: query("access.read_lesson", {
    input: Schema.Struct({ lessonId: LessonId }),
    output: Schema.Struct({ lesson: ReadableLesson, decision: Allowed }),
    refusals: [
      LessonNotFound,
      errors.ReadingTakesSignIn,
      errors.TierRequired,
      errors.NoRule,
      errors.Locked,
      errors.NotYetOpen
    ]
  }),
  /** Why somebody may read something, or why not. Takes `manage_users` for somebody else. Source: ACC-11. */
  explain: query("access.explain", {
    input: Schema.Struct({ resourceType: Schema.Literals(["course", "lesson"]), ...subject }),
    output: Explanation,
    refusals: [CourseNotFound, LessonNotFound, ProfileNotFound]
  })
}

const optionalTierSettings = {
  name: Schema.optionalKey(tierSettings.name),
  description: Schema.optionalKey(tierSettings.description),
  sortOrder: Schema.optionalKey(tierSettings.sortOrder),
  monthlyPriceCents: Schema.optionalKey(tierSettings.monthlyPriceCents),
  currency: Schema.optionalKey(tierSettings.currency),
  features: Schema.optionalKey(tierSettings.features),
  limits: Schema.optionalKey(tierSettings.limits),
  isActive: Schema.optionalKey(tierSettings.isActive)
}

/** The noun `tiers`. */
export const tierOperations = {
  /** By rank, lowest first. Those no longer sold are shown to `billing.view` only. */
  list: query("tiers.list", { input: Schema.Struct(pageFields), output: page(Tier) }),
  create: command("tiers.create", {
    input: Schema.Struct({
      tierKey: TierKey,
      ...optionalTierSettings,
      name: tierSettings.name,
      sortOrder: tierSettings.sortOrder,
      monthlyPriceCents: tierSettings.monthlyPriceCents,
      currency: tierSettings.currency
    }),
    output: Tier,
    refusals: [errors.TierExists]
  }),
  /** Changes what is named and keeps the rest. The rank of `free` stays 0. */
  update: command("tiers.update", {
    input: Schema.Struct({ tierKey: TierKey, ...optionalTierSettings }),
    output: Tier,
    refusals: [errors.TierNotFound]
  }),
  /** Ends its sale; who holds it keeps it, with its rank. */
  deactivate: command("tiers.deactivate", {
    input: Schema.Struct({ tierKey: TierKey }),
    output: Tier,
    refusals: [errors.TierNotFound]
  })
}

/** What a renewal did: nothing to an entitlement that is revoked, has no end, or lasts as long already. */
export const Renewal = Schema.Literals(["renewed", "not_later", "endless", "revoked"])

/** The noun `entitlements`. */
export const entitlementOperations = {
  /**
   * Takes `billing.manage`. The same grant under the same source and reference is the same entitlement; one without a
   * reference takes an idempotency key, so that every grant is safe to repeat.
   */
  grant: command("entitlements.grant", {
    input: NewEntitlement,
    output: Schema.Struct({
      entitlement: Entitlement,
      /** False when it was granted before. */
      isNew: Schema.Boolean,
      /** Present when it counts for nothing, since what it refers to is not there. */
      problem: Schema.optionalKey(DeadEntitlement.fields.problem)
    }),
    refusals: [ProfileNotFound, errors.GrantDiffers]
  }),
  /** Takes `billing.manage`. Never shortens. */
  renew: command("entitlements.renew", {
    input: Schema.Struct({ entitlementId: EntitlementId, periodEnd: Instant }),
    output: Schema.Struct({ entitlement: Entitlement, outcome: Renewal }),
    refusals: [errors.EntitlementNotFound]
  }),
  /** Takes `billing.manage`. It runs to its end, and is not expected to be renewed. */
  cancel: command("entitlements.cancel", {
    input: Schema.Struct({ entitlementId: EntitlementId }),
    output: Entitlement,
    refusals: [errors.EntitlementNotFound]
  }),
  /** Takes `billing.manage`. At once and for good. */
  revoke: command("entitlements.revoke", {
    input: Schema.Struct({ entitlementId: EntitlementId, reason: Reason }),
    output: Entitlement,
    refusals: [errors.EntitlementNotFound]
  }),
  /** Takes `billing.manage`. Marks what has ended as expired, the longest ended first; decisions do not wait for it. */
  sweep: command("entitlements.sweep", {
    input: Schema.Struct({
      /** At most so many; 500 when absent. */
      limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))
    }),
    output: Schema.Struct({
      expired: Schema.Int,
      /** True when the limit was reached: sweep again. */
      more: Schema.Boolean
    })
  }),
  /** Newest first. One's own; those of others take `billing.view`. */
  list: query("entitlements.list", {
    input: Schema.Struct({
      /** Absent: one's own. */
      userId: Schema.optionalKey(UserId),
      ...pageFields
    }),
    output: page(Entitlement)
  }),
  /** The entitlement that a source knows by a reference. Takes `billing.view`. */
  find: query("entitlements.find", {
    input: Schema.Struct({ source: EntitlementSource, sourceReference: line(255) }),
    output: Schema.Struct({ entitlement: Schema.optionalKey(Entitlement) })
  }),
  /** What counts for nothing because the tier or the course is not there. Takes `billing.view`. Source: ACC-20. */
  listDead: query("entitlements.list_dead", {
    input: Schema.Struct(pageFields),
    output: page(DeadEntitlement)
  })
}

/** The noun `rules`: what courses ask for. */
export const ruleOperations = {
  get: query("rules.get", {
    input: Schema.Struct({ courseId: CourseId }),
    output: CourseRule,
    refusals: [CourseNotFound, errors.CourseRuleNotFound]
  }),
  /** Takes `manage_content`. The course has this rule from now on, and no other. */
  set: command("rules.set", {
    input: Schema.Struct({
      courseId: CourseId,
      requiredTier: TierKey,
      /** Absent: active. */
      isActive: Schema.optionalKey(Schema.Boolean)
    }),
    output: CourseRule,
    refusals: [CourseNotFound, errors.TierNotFound]
  }),
  /** Takes `manage_content`. */
  remove: command("rules.remove", {
    input: Schema.Struct({ courseId: CourseId }),
    output: Done,
    refusals: [CourseNotFound, errors.CourseRuleNotFound]
  })
}

/** The noun `overrides`: exceptions for single lessons. */
export const overrideOperations = {
  /** Takes `manage_content`. All of a lesson, past and future, by id. */
  list: query("overrides.list", {
    input: Schema.Struct({ lessonId: LessonId, ...pageFields }),
    output: page(LessonOverride),
    refusals: [LessonNotFound]
  }),
  /** Takes `manage_content`. Beside those there are; which one counts when, ACC-5 says. */
  add: command("overrides.add", {
    input: NewOverride,
    output: LessonOverride,
    refusals: [LessonNotFound, errors.TierNotFound]
  }),
  /** Takes `manage_content`. */
  remove: command("overrides.remove", {
    input: Schema.Struct({ overrideId: OverrideId }),
    output: Done,
    refusals: [errors.OverrideNotFound]
  })
}

export type CreateTier = (typeof tierOperations.create)["input"]["Type"]
export type UpdateTier = (typeof tierOperations.update)["input"]["Type"]
export type SetCourseRule = (typeof ruleOperations.set)["input"]["Type"]
