/** The ways access says no: the denials of the paywall, and what its commands refuse. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { CourseId } from "../shared/id.ts"
import { remedies } from "./model/decision.ts"
import { EntitlementId } from "./model/entitlement.ts"
import { OverrideId } from "./model/rule.ts"
import { TierKey } from "./model/tier.ts"

/** Reading takes an account; `requiredTier` tells what more. A suspended account is `kernel.suspended`. */
export class ReadingTakesSignIn extends Schema.TaggedError<ReadingTakesSignIn>()("access.sign_in_required", {
  requiredTier: remedies.requiredTier
}) {}
export class TierRequired extends Schema.TaggedError<TierRequired>()("access.tier_required", {
  requiredTier: TierKey,
  currentTier: TierKey
}) {}
/** The course is sold in no tier, and this deployment shuts such courses; an entitlement to it opens it. */
export class NoRule extends Schema.TaggedError<NoRule>()("access.no_rule", {}) {}
export class Locked extends Schema.TaggedError<Locked>()("access.locked", {}) {}
/** The drip gate is shut: until an instant, or until a lesson is completed, where that is known. */
export class NotYetOpen extends Schema.TaggedError<NotYetOpen>()("access.not_yet_open", {
  opensAt: remedies.opensAt,
  lessonToComplete: remedies.lessonToComplete
}) {}

export class TierNotFound extends Schema.TaggedError<TierNotFound>()("access.tier_not_found", {
  tierKey: TierKey
}) {}
export class TierExists extends Schema.TaggedError<TierExists>()("access.tier_exists", {
  tierKey: TierKey
}) {}
export class EntitlementNotFound extends Schema.TaggedError<EntitlementNotFound>()(
  "access.entitlement_not_found",
  { entitlementId: EntitlementId }
) {}
/** The source granted something else under this reference before. Source: ACC-12. */
export class GrantDiffers extends Schema.TaggedError<GrantDiffers>()("access.grant_differs", {
  source: Schema.String,
  sourceReference: Schema.String,
  entitlementId: EntitlementId
}) {}
export class CourseRuleNotFound extends Schema.TaggedError<CourseRuleNotFound>()(
  "access.course_rule_not_found",
  { courseId: CourseId }
) {}
export class OverrideNotFound extends Schema.TaggedError<OverrideNotFound>()("access.override_not_found", {
  overrideId: OverrideId
}) {}

export type AccessRefusal =
  | ReadingTakesSignIn
  | TierRequired
  | NoRule
  | Locked
  | NotYetOpen
  | TierNotFound
  | TierExists
  | EntitlementNotFound
  | GrantDiffers
  | CourseRuleNotFound
  | OverrideNotFound

export const accessTellings: Tellings<AccessRefusal> = {
  "access.sign_in_required": {
    family: "unauthenticated",
    en: () => "You need to sign in to read this.",
    fr: () => "Vous devez vous connecter pour lire ceci."
  },
  "access.tier_required": {
    family: "payment_required",
    en: ({ currentTier, requiredTier }) => `Reading this takes ${requiredTier}; you have ${currentTier}.`,
    fr: ({ currentTier, requiredTier }) =>
      `Il faut ${requiredTier} pour lire ceci ; vous avez ${currentTier}.`
  },
  "access.no_rule": {
    family: "payment_required",
    en: () => "This course is open only to those who were given it.",
    fr: () => "Ce cours n'est ouvert qu'à ceux à qui il a été accordé."
  },
  "access.locked": {
    family: "forbidden",
    en: () => "This lesson is locked.",
    fr: () => "Cette leçon est verrouillée."
  },
  "access.not_yet_open": {
    family: "forbidden",
    en: ({ lessonToComplete }) =>
      lessonToComplete === undefined
        ? "This lesson is not open yet."
        : "This lesson opens once the one before it is completed.",
    fr: ({ lessonToComplete }) =>
      lessonToComplete === undefined
        ? "Cette leçon n'est pas encore ouverte."
        : "Cette leçon s'ouvre une fois la précédente terminée."
  },
  "access.tier_not_found": {
    family: "not_found",
    en: ({ tierKey }) => `There is no tier ${tierKey}.`,
    fr: ({ tierKey }) => `Il n'y a pas de formule ${tierKey}.`
  },
  "access.tier_exists": {
    family: "conflict",
    en: ({ tierKey }) => `There is a tier ${tierKey} already.`,
    fr: ({ tierKey }) => `Il y a déjà une formule ${tierKey}.`
  },
  "access.entitlement_not_found": {
    family: "not_found",
    en: ({ entitlementId }) => `There is no entitlement ${entitlementId}.`,
    fr: ({ entitlementId }) => `Il n'y a pas de droit d'accès ${entitlementId}.`
  },
  "access.grant_differs": {
    family: "conflict",
    en: ({ source, sourceReference }) => `${source} granted something else as ${sourceReference} before.`,
    fr: ({ source, sourceReference }) =>
      `${source} a déjà accordé autre chose sous la référence ${sourceReference}.`
  },
  "access.course_rule_not_found": {
    family: "not_found",
    en: ({ courseId }) => `The course ${courseId} has no rule.`,
    fr: ({ courseId }) => `Le cours ${courseId} n'a pas de règle.`
  },
  "access.override_not_found": {
    family: "not_found",
    en: ({ overrideId }) => `There is no override ${overrideId}.`,
    fr: ({ overrideId }) => `Il n'y a pas de dérogation ${overrideId}.`
  }
}
