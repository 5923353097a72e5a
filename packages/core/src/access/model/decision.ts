/** The answer of the paywall: allowed and how, or denied and why; and until when that holds. */
import { Schema } from "effect"
import { LessonId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { TierKey } from "./tier.ts"

/** How reading is allowed. Source: ACC-2 to ACC-4. */
export const AccessMethod = Schema.Literals([
  "open",
  "free_preview",
  "override_open",
  "course_entitlement",
  "special_grant",
  "time_limited",
  "tier",
  "own",
  "staff",
  "reviewer",
  "owner",
  "service"
]).annotate({ identifier: "AccessMethod" })
export type AccessMethod = typeof AccessMethod.Type

/** Why reading is denied. Source: ACC-3, ACC-4, ACC-20. */
export const DenialReason = Schema.Literals([
  "not_published",
  "no_rule",
  "sign_in_required",
  "tier_required",
  "locked",
  "not_yet_open",
  "suspended"
]).annotate({ identifier: "DenialReason" })
export type DenialReason = typeof DenialReason.Type

/** The first instant at which the same facts answer otherwise; absent: never. Cache no longer. Source: ACC-6. */
const until = Schema.optionalKey(Instant)

export const Allowed = Schema.Struct({
  allowed: Schema.Literal(true),
  method: AccessMethod,
  /** The lesson can be read, but its assessments cannot be started, for its course is denied. Source: ACC-7. */
  previewOnly: Schema.optionalKey(Schema.Literal(true)),
  until
})

/** What it would take to read it, as far as there is anything to do. */
export const remedies = {
  requiredTier: Schema.optionalKey(TierKey),
  currentTier: Schema.optionalKey(TierKey),
  /** When the lesson opens by itself; absent where that is not known yet. */
  opensAt: Schema.optionalKey(Instant),
  /** The lesson to complete first. */
  lessonToComplete: Schema.optionalKey(LessonId)
}

export const Denied = Schema.Struct({
  allowed: Schema.Literal(false),
  reason: DenialReason,
  ...remedies,
  until
})

export const AccessDecision = Schema.Union([Allowed, Denied]).annotate({ identifier: "AccessDecision" })
export type AccessDecision = typeof AccessDecision.Type
