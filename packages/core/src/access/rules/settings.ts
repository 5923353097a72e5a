/** The verbs of tiers, course rules and overrides. */
import { Result } from "effect"
import type { Decision } from "../../shared/decision.ts"
import { Invalid } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import type { CreateTier, SetCourseRule, UpdateTier } from "../operations.ts"
import {
  type CourseRule,
  CourseRuleSet,
  type LessonOverride,
  LessonOverrideAdded,
  type NewOverride,
  type OverrideId
} from "../model/rule.ts"
import { freeTier, type Tier, TierChanged, TierCreated, type TierId } from "../model/tier.ts"

/** A new tier, sold from now on unless told otherwise. */
export const create = (given: CreateTier, id: TierId, now: Instant): Decision<Tier> => {
  const tier: Tier = {
    description: "",
    features: [],
    limits: {},
    isActive: true,
    ...given,
    id,
    createdAt: now,
    updatedAt: now
  }
  return { state: tier, events: [TierCreated({ tier })] }
}

/** Keeps what is not named. `free` keeps rank 0: it is what everybody has (ACC-2). */
export const change = (
  before: Tier,
  { tierKey: _key, ...given }: UpdateTier,
  now: Instant
): Result.Result<Decision<Tier>, Invalid> => {
  const after: Tier = { ...before, ...given, updatedAt: now }
  return after.tierKey === freeTier && after.sortOrder !== 0
    ? Result.fail(Invalid.at(["sortOrder"], "of free must stay 0"))
    : Result.succeed({ state: after, events: [TierChanged({ before, after })] })
}

/** The rule of a course from now on; active unless told otherwise. */
export const setRule = (
  before: CourseRule | undefined,
  given: SetCourseRule,
  now: Instant
): Decision<CourseRule> => {
  const rule: CourseRule = { isActive: true, ...given, createdAt: before?.createdAt ?? now, updatedAt: now }
  return { state: rule, events: [CourseRuleSet({ rule })] }
}

/** An override beside those there are; `requiredTier` goes with `require_tier`, and only with it. */
export const addOverride = (
  { overrideType, requiredTier, ...given }: NewOverride,
  id: OverrideId,
  now: Instant
): Result.Result<Decision<LessonOverride>, Invalid> => {
  const placed = { ...given, id, createdAt: now, updatedAt: now }
  const added = (override: LessonOverride) =>
    Result.succeed({ state: override, events: [LessonOverrideAdded({ override })] })
  if (overrideType === "require_tier" && requiredTier !== undefined)
    return added({ ...placed, overrideType, requiredTier })
  if (overrideType !== "require_tier" && requiredTier === undefined) return added({ ...placed, overrideType })
  return Result.fail(Invalid.at(["requiredTier"], "goes with require_tier, and only with it"))
}
