/**
 * The paywall as a list: the first policy with an opinion decides. The list is its documentation and its trace.
 * Policies that speak of a lesson have no opinion when the course itself is asked for.
 */
import { DateTime } from "effect"
import type { LessonId } from "../../shared/id.ts"
import type { AccessMethod, DenialReason } from "../model/decision.ts"
import type { TierKey } from "../model/tier.ts"
import * as claims from "./claims.ts"
import type { Facts } from "./facts.ts"

export interface Allowed {
  readonly allowed: true
  readonly method: AccessMethod
}
export interface Denied {
  readonly allowed: false
  readonly reason: DenialReason
  readonly requiredTier?: TierKey
  readonly currentTier?: TierKey
  /** Epoch milliseconds. */
  readonly opensAt?: number
  readonly lessonToComplete?: LessonId
}
export type Verdict = Allowed | Denied

export interface Policy {
  /** What it says, in a sentence; the name under which a trace shows it. */
  readonly name: string
  readonly source: string
  readonly decide: (facts: Facts, now: number) => Verdict | undefined
  /** The fact it looked at, for people; only an explanation asks. */
  readonly fact: (facts: Facts, now: number) => string
}

// One object per verdict that has no details: a decision on the hot path makes nothing.
const allowed = (method: AccessMethod): Allowed => ({ allowed: true, method })
const byMethod = {
  open: allowed("open"),
  free_preview: allowed("free_preview"),
  override_open: allowed("override_open"),
  course_specific: allowed("course_entitlement"),
  special_grant: allowed("special_grant"),
  time_limited: allowed("time_limited"),
  tier: allowed("tier"),
  own: allowed("own"),
  staff: allowed("staff"),
  reviewer: allowed("reviewer"),
  owner: allowed("owner"),
  service: allowed("service")
}
const denied = (reason: DenialReason): Denied => ({ allowed: false, reason })
const because = {
  not_published: denied("not_published"),
  no_rule: denied("no_rule"),
  sign_in_required: denied("sign_in_required"),
  locked: denied("locked"),
  not_yet_open: denied("not_yet_open"),
  suspended: denied("suspended")
}

const yesNo = (claim: boolean): string => (claim ? "yes" : "no")
const instant = (epoch: number): string =>
  Number.isFinite(epoch) ? DateTime.formatIso(DateTime.makeUnsafe(epoch)) : epoch > 0 ? "never" : "always"

/** Who asks with nothing in their hands. */
const asVisitor = ({ course, lesson, reader: { free } }: Facts): Facts => ({
  reader: {
    kind: "anonymous",
    suspended: false,
    staff: [],
    reviewer: [],
    tiers: [],
    courses: new Map(),
    free,
    firstAccess: new Map(),
    completed: new Set()
  },
  course,
  ...(lesson && { lesson })
})

const whoAsks: ReadonlyArray<Policy> = [
  {
    name: "a service reads everything",
    source: "ACC-2",
    decide: ({ reader }) => (reader.kind === "service" ? byMethod.service : undefined),
    fact: ({ reader }) => `who asks: ${reader.id ?? reader.kind}`
  },
  {
    name: "a suspended user reads what is open to anonymous",
    source: "ACC-20",
    decide: (facts, now) => {
      if (!facts.reader.suspended) return undefined
      const verdict = verdictOf(asVisitor(facts), now)
      return verdict.allowed ? verdict : because.suspended
    },
    fact: ({ reader }) => `suspended: ${yesNo(reader.suspended)}`
  }
]

const ofUnpublished: ReadonlyArray<Policy> = [
  {
    name: "the creator and the instructor read what is not published",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      !claims.isPublished(facts, now) && claims.isOwn(facts) ? byMethod.own : undefined,
    fact: (facts) =>
      `published from: ${instant(claims.publishedFrom(facts))}; own: ${yesNo(claims.isOwn(facts))}`
  },
  {
    name: "a reviewer reads what is in review",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      !claims.isPublished(facts, now) && claims.isInReview(facts) && claims.isReviewer(facts, now)
        ? byMethod.reviewer
        : undefined,
    fact: (facts, now) =>
      `in review: ${yesNo(claims.isInReview(facts))}; content.review: ${yesNo(claims.isReviewer(facts, now))}`
  },
  {
    name: "staff reads what is not published",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      !claims.isPublished(facts, now) && claims.isStaff(facts, now) ? byMethod.staff : undefined,
    fact: (facts, now) => `content.edit: ${yesNo(claims.isStaff(facts, now))}`
  },
  {
    name: "who was given the very course keeps what was last published",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      !claims.isPublished(facts, now) &&
      claims.isKept(facts) &&
      claims.entitlementNow(facts, now) !== undefined
        ? byMethod.owner
        : undefined,
    fact: (facts, now) =>
      `kept from the last publication: ${yesNo(claims.isKept(facts))}; entitlement to the course: ${claims.entitlementNow(facts, now)?.id ?? "none"}`
  },
  {
    name: "to all others what is not published does not exist",
    source: "ACC-3 step 1",
    decide: (facts, now) => (claims.isPublished(facts, now) ? undefined : because.not_published),
    fact: (facts) => `published from: ${instant(claims.publishedFrom(facts))}`
  }
]

const overrideInForce = (facts: Facts, now: number): string => {
  const override = claims.overrideNow(facts, now)
  return `override in force: ${override === undefined ? "none" : `${override.type} (${override.id})`}`
}

const notYetOpen = (facts: Facts): Denied => {
  const gate = facts.lesson?.gate
  if (gate?.kind === "after_lesson") return { ...because.not_yet_open, lessonToComplete: gate.lessonId }
  const opensAt = claims.gateOpensAt(facts)
  return opensAt === undefined ? because.not_yet_open : { ...because.not_yet_open, opensAt }
}

const ofLesson: ReadonlyArray<Policy> = [
  {
    name: "a lock shuts out all but own and staff",
    source: "ACC-4 step 2",
    decide: (facts, now) =>
      claims.overrideNow(facts, now)?.type === "locked" && !claims.isOwn(facts) && !claims.isStaff(facts, now)
        ? because.locked
        : undefined,
    fact: overrideInForce
  },
  {
    name: "a lesson is shut until its drip gate opens",
    source: "ACC-4 step 3",
    decide: (facts, now) => (claims.passesGate(facts, now) ? undefined : notYetOpen(facts)),
    fact: (facts) => {
      const gate = facts.lesson?.gate
      if (gate === undefined) return "drip: none"
      if (gate.kind === "after_lesson") return `drip: after lesson ${gate.lessonId} is completed`
      return `drip: opens at ${instant(claims.gateOpensAt(facts) ?? Infinity)}`
    }
  },
  {
    name: "a free preview is open to everyone",
    source: "ACC-4 step 4",
    decide: ({ lesson }) => (lesson?.isFreePreview === true ? byMethod.free_preview : undefined),
    fact: ({ lesson }) => `free preview: ${yesNo(lesson?.isFreePreview === true)}`
  },
  {
    name: "an override that opens, opens to everyone",
    source: "ACC-4 step 5",
    decide: (facts, now) =>
      claims.overrideNow(facts, now)?.type === "open" ? byMethod.override_open : undefined,
    fact: overrideInForce
  }
]

const requiredTier = (facts: Facts, now: number): string =>
  `required tier: ${claims.requiredNow(facts, now)?.key ?? "none"}`

const ofCourse: ReadonlyArray<Policy> = [
  {
    name: "a course without an active rule is open to everyone, unless the deployment says otherwise",
    source: "ACC-3 step 2",
    decide: (facts, now) =>
      facts.course.withoutRule === "open" && claims.requiredNow(facts, now) === undefined
        ? byMethod.open
        : undefined,
    fact: (facts, now) => `${requiredTier(facts, now)}; course_default: ${facts.course.withoutRule}`
  },
  {
    name: "anonymous has to sign in",
    source: "ACC-3 step 3",
    decide: (facts, now) => {
      if (facts.reader.kind !== "anonymous") return undefined
      const required = claims.requiredNow(facts, now)
      return required === undefined
        ? because.sign_in_required
        : { ...because.sign_in_required, requiredTier: required.key }
    },
    fact: ({ reader }) => `signed in: ${yesNo(reader.kind !== "anonymous")}`
  },
  {
    name: "an entitlement to the course opens it",
    source: "ACC-3 step 4",
    decide: (facts, now) => {
      const entitlement = claims.entitlementNow(facts, now)
      return entitlement === undefined ? undefined : byMethod[entitlement.type]
    },
    fact: (facts, now) => `entitlement to the course: ${claims.entitlementNow(facts, now)?.id ?? "none"}`
  },
  {
    name: "a tier of the required rank opens it",
    source: "ACC-3 step 5",
    decide: (facts, now) => {
      const required = claims.requiredNow(facts, now)
      return required !== undefined && claims.tierNow(facts.reader, now).rank >= required.rank
        ? byMethod.tier
        : undefined
    },
    fact: (facts, now) =>
      `${requiredTier(facts, now)}; current tier: ${claims.tierNow(facts.reader, now).key}`
  },
  {
    name: "the creator and the instructor read their course",
    source: "ACC-3 step 6",
    decide: (facts) => (claims.isOwn(facts) ? byMethod.own : undefined),
    fact: (facts) => `own: ${yesNo(claims.isOwn(facts))}`
  },
  {
    name: "staff reads every course",
    source: "ACC-3 step 6",
    decide: (facts, now) => (claims.isStaff(facts, now) ? byMethod.staff : undefined),
    fact: (facts, now) => `content.edit: ${yesNo(claims.isStaff(facts, now))}`
  }
]

/** What is left when no policy has an opinion. Source: ACC-3 step 2 (closed), step 7. */
export const otherwise = (facts: Facts, now: number): Denied => {
  const required = claims.requiredNow(facts, now)
  if (required === undefined) return because.no_rule
  const currentTier = claims.tierNow(facts.reader, now).key
  return { allowed: false, reason: "tier_required", requiredTier: required.key, currentTier }
}

/** All policies, in order. */
export const policies: ReadonlyArray<Policy> = [...whoAsks, ...ofUnpublished, ...ofLesson, ...ofCourse]

/** Allowed or denied at an instant (epoch milliseconds), and how or why. Total. Source: ACC-3, ACC-4. */
export const verdictOf = (facts: Facts, now: number): Verdict => {
  for (const policy of policies) {
    const verdict = policy.decide(facts, now)
    if (verdict !== undefined) return verdict
  }
  return otherwise(facts, now)
}
