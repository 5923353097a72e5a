/**
 * The paywall as a list: the first policy with an opinion decides. The list is its documentation and its trace. Policies
 * stand in groups that are passed over as a whole when they cannot concern a question.
 */
import { DateTime } from "effect"
import type { AccessMethod, DenialReason } from "../model/decision.ts"
import * as claims from "./claims.ts"
import { emptyHanded, type Facts } from "./facts.ts"

/** Allowed and how, or denied and why; what it would take is found separately (`remediesOf`), for who wants to know. */
export type Verdict =
  | { readonly allowed: true; readonly method: AccessMethod }
  | { readonly allowed: false; readonly reason: DenialReason }

export interface Policy {
  /** What it says, in a sentence; the name under which a trace shows it. */
  readonly name: string
  readonly source: string
  readonly decide: (facts: Facts, now: number) => Verdict | undefined
  /** The fact it looked at, for people; only an explanation asks. */
  readonly fact: (facts: Facts, now: number) => string
}

export interface Group {
  readonly about: string
  readonly source: string
  /** False when none of its policies can have an opinion. */
  readonly concerns: (facts: Facts, now: number) => boolean
  /** Why it was passed over, for people. */
  readonly fact: (facts: Facts) => string
  readonly policies: ReadonlyArray<Policy>
}

// One object per verdict: deciding makes nothing.
const allowed = (method: AccessMethod): Verdict => ({ allowed: true, method })
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
const denied = (reason: DenialReason): Verdict => ({ allowed: false, reason })
const because = {
  not_published: denied("not_published"),
  no_rule: denied("no_rule"),
  sign_in_required: denied("sign_in_required"),
  tier_required: denied("tier_required"),
  locked: denied("locked"),
  not_yet_open: denied("not_yet_open"),
  suspended: denied("suspended")
}

const yesNo = (claim: boolean): string => (claim ? "yes" : "no")
const instant = (epoch: number): string =>
  Number.isFinite(epoch) ? DateTime.formatIso(DateTime.makeUnsafe(epoch)) : epoch > 0 ? "never" : "always"

/** The same question, asked by a visitor. */
const asVisitor = ({ reader, ...asked }: Facts): Facts => ({
  ...asked,
  reader: emptyHanded("anonymous", reader.free)
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
    decide: (facts) => (claims.isOwn(facts) ? byMethod.own : undefined),
    fact: (facts) =>
      `published from: ${instant(claims.publishedFrom(facts))}; own: ${yesNo(claims.isOwn(facts))}`
  },
  {
    name: "a reviewer reads what is in review",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      claims.isInReview(facts) && claims.isReviewer(facts, now) ? byMethod.reviewer : undefined,
    fact: (facts, now) =>
      `in review: ${yesNo(claims.isInReview(facts))}; content.review: ${yesNo(claims.isReviewer(facts, now))}`
  },
  {
    name: "staff reads what is not published",
    source: "ACC-3 step 1",
    decide: (facts, now) => (claims.isStaff(facts, now) ? byMethod.staff : undefined),
    fact: (facts, now) => `content.edit: ${yesNo(claims.isStaff(facts, now))}`
  },
  {
    name: "who was given the very course keeps what was last published",
    source: "ACC-3 step 1",
    decide: (facts, now) =>
      claims.isKept(facts) && claims.entitlementNow(facts, now) !== undefined ? byMethod.owner : undefined,
    fact: (facts, now) =>
      `kept from the last publication: ${yesNo(claims.isKept(facts))}; entitlement to the course: ${claims.entitlementNow(facts, now)?.id ?? "none"}`
  },
  {
    name: "to all others what is not published does not exist",
    source: "ACC-3 step 1",
    decide: () => because.not_published,
    fact: () => "nothing of the above"
  }
]

const overrideInForce = (facts: Facts, now: number): string => {
  const override = claims.overrideNow(facts, now)
  return `override in force: ${override === undefined ? "none" : `${override.type} (${override.id})`}`
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
    decide: (facts, now) => (claims.passesGate(facts, now) ? undefined : because.not_yet_open),
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
    decide: ({ reader }) => (reader.kind === "anonymous" ? because.sign_in_required : undefined),
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
      return required !== undefined && claims.ranksNow(facts.reader, required, now)
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
export const otherwise = (facts: Facts, now: number): Verdict =>
  claims.requiredNow(facts, now) === undefined ? because.no_rule : because.tier_required

/** All policies, in order. */
export const groups: ReadonlyArray<Group> = [
  { about: "who asks", source: "ACC-2", concerns: () => true, fact: () => "", policies: whoAsks },
  {
    about: "what is not published",
    source: "ACC-3 step 1",
    concerns: (facts, now) => !claims.isPublished(facts, now),
    fact: (facts) => `published from: ${instant(claims.publishedFrom(facts))}`,
    policies: ofUnpublished
  },
  {
    about: "the lesson itself",
    source: "ACC-4",
    concerns: ({ lesson }) =>
      lesson !== undefined &&
      (lesson.overrides.length > 0 || lesson.isFreePreview || lesson.gate !== undefined),
    fact: ({ lesson }) =>
      lesson === undefined ? "a course is asked for" : "no override, no drip gate, no free preview",
    policies: ofLesson
  },
  {
    about: "the course, or the tier that an override asks for",
    source: "ACC-3",
    concerns: () => true,
    fact: () => "",
    policies: ofCourse
  }
]

/** Allowed or denied at an instant (epoch milliseconds), and how or why. Total. Source: ACC-3, ACC-4. */
export const verdictOf = (facts: Facts, now: number): Verdict => {
  for (const { concerns, policies } of groups) {
    if (!concerns(facts, now)) continue
    for (const policy of policies) {
      const verdict = policy.decide(facts, now)
      if (verdict !== undefined) return verdict
    }
  }
  return otherwise(facts, now)
}
