/** The decision as it is answered: a verdict, how long it holds, and the trace that explains it. */
import { DateTime } from "effect"
import type { AccessDecision, DenialReason } from "../model/decision.ts"
import { gateOpensAt, isPublished, publishedFrom, requiredNow, tierNow } from "./claims.ts"
import type { Facts, Span } from "./facts.ts"
import { groups, otherwise, type Verdict, verdictOf } from "./policies.ts"

const sooner = (instant: number, now: number, next: number): number =>
  instant > now && instant < next ? instant : next
const soonestOf = (spans: ReadonlyArray<Span>, now: number, next: number): number => {
  for (const { from, to } of spans) next = sooner(from, now, sooner(to, now, next))
  return next
}

/** The first instant after `now` at which a fact of the question begins or ends; between two of them no verdict changes. */
const nextBoundary = (facts: Facts, now: number): number => {
  const { course, lesson, reader } = facts
  let next = sooner(publishedFrom(facts), now, Infinity)
  next = soonestOf(reader.tiers, now, next)
  next = soonestOf(reader.staff, now, next)
  next = soonestOf(reader.reviewer, now, next)
  if ((reader.courseBits & course.bit) !== 0) next = soonestOf(reader.courses.get(course.id) ?? [], now, next)
  if (lesson === undefined) return next
  next = soonestOf(lesson.overrides, now, next)
  return sooner(gateOpensAt(facts) ?? Infinity, now, next)
}

/** Another allowed/denied, or another reason; another method alone is none. */
const isOther = (a: Verdict, b: Verdict): boolean =>
  a.allowed !== b.allowed || (!a.allowed && !b.allowed && a.reason !== b.reason)

/** The first instant after `now` at which the same facts give another answer; undefined if none. Source: ACC-6. */
export const untilOf = (facts: Facts, verdict: Verdict, now: number): number | undefined => {
  for (let at = nextBoundary(facts, now); at < Infinity; at = nextBoundary(facts, at)) {
    if (isOther(verdict, verdictOf(facts, at))) return at
  }
  return undefined
}

/** True when a lesson can be read only because it is shown around: its assessments stay shut. Source: ACC-7. */
export const isPreviewOnly = (facts: Facts, verdict: Verdict, now: number): boolean =>
  verdict.allowed &&
  (verdict.method === "free_preview" || verdict.method === "override_open") &&
  !verdictOf({ reader: facts.reader, course: facts.course }, now).allowed

/** What it would take, as far as a denial leaves anything to do. */
const remediesOf = (facts: Facts, reason: DenialReason, now: number) => {
  const required = requiredNow(facts, now)
  switch (reason) {
    case "sign_in_required":
      return required === undefined ? {} : { requiredTier: required.key }
    case "tier_required":
      return { ...(required && { requiredTier: required.key }), currentTier: tierNow(facts.reader, now).key }
    case "not_yet_open": {
      const gate = facts.lesson?.gate
      if (gate?.kind === "after_lesson") return { lessonToComplete: gate.lessonId }
      const opensAt = gateOpensAt(facts)
      return opensAt === undefined ? {} : { opensAt: DateTime.makeUnsafe(opensAt) }
    }
    case "no_rule":
    case "not_published":
    case "locked":
    case "suspended":
      return {}
  }
}

/** The whole answer. Source: ACC-3, ACC-4, ACC-6, ACC-7. */
export const decide = (facts: Facts, now: number): AccessDecision => {
  const verdict = verdictOf(facts, now)
  const end = untilOf(facts, verdict, now)
  const decision: AccessDecision = !verdict.allowed
    ? { ...verdict, ...remediesOf(facts, verdict.reason, now) }
    : isPreviewOnly(facts, verdict, now)
      ? { ...verdict, previewOnly: true }
      : verdict
  return end === undefined ? decision : { ...decision, until: DateTime.makeUnsafe(end) }
}

/** True when the thing does not exist for who asks: it answers as a missing one. Source: KER-11. */
export const isHidden = (facts: Facts, now: number): boolean =>
  !isPublished(facts, now) && !verdictOf(facts, now).allowed

/** One policy that was asked: what it says, the fact it looked at, and its verdict if it had an opinion. */
export interface Step {
  readonly policy: string
  readonly source: string
  readonly fact: string
  readonly verdict?: Verdict
}

/** The policies in the order they were asked, up to the one that decided, and the groups passed over. Source: ACC-11. */
export const trace = (facts: Facts, now: number): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  for (const { about, concerns, policies, ...group } of groups) {
    if (!concerns(facts, now)) {
      steps.push({ policy: `${about}: not asked`, source: group.source, fact: group.fact(facts) })
      continue
    }
    for (const { decide: ask, fact, name, source } of policies) {
      const verdict = ask(facts, now)
      steps.push({ policy: name, source, fact: fact(facts, now), ...(verdict && { verdict }) })
      if (verdict !== undefined) return steps
    }
  }
  const required = requiredNow(facts, now)?.key ?? "a tier, but the course is sold in none"
  const verdict = otherwise(facts, now)
  return [
    ...steps,
    { policy: "all else is denied", source: "ACC-3 step 7", fact: `it takes: ${required}`, verdict }
  ]
}
