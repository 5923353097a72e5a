/** What becomes of a decision: the refusal that stands for a denial, and the lesson that an allowed reader gets. */
import { DateTime } from "effect"
import { learnerBodyOf, type WholeLesson } from "../../content/index.ts"
import { Suspended } from "../../shared/errors.ts"
import * as errors from "../errors.ts"
import type { AccessDecision } from "../model/decision.ts"
import type { DeadEntitlement, Explanation } from "../model/explanation.ts"
import type { ReadableLesson } from "../model/reading.ts"
import { freeTier } from "../model/tier.ts"
import type { Step } from "./decide.ts"
import type { Reader } from "./facts.ts"
import type { Verdict } from "./policies.ts"

type Denied = Extract<AccessDecision, { readonly allowed: false }>

/** How a denial is told to who wanted to read; undefined for what does not exist for them. Source: KER-11, KER-13. */
export const refusalOf = (
  { currentTier, lessonToComplete, opensAt, reason, requiredTier }: Denied,
  { deleted }: Pick<Reader, "deleted">
) => {
  switch (reason) {
    case "not_published":
      return undefined
    case "sign_in_required":
      return new errors.ReadingTakesSignIn(requiredTier === undefined ? {} : { requiredTier })
    case "tier_required":
      return new errors.TierRequired({
        requiredTier: requiredTier ?? freeTier,
        currentTier: currentTier ?? freeTier
      })
    case "no_rule":
      return new errors.NoRule()
    case "locked":
      return new errors.Locked()
    case "suspended":
      return new Suspended({ status: deleted ? "deleted" : "suspended" })
    case "not_yet_open":
      return new errors.NotYetOpen({
        ...(opensAt !== undefined && { opensAt }),
        ...(lessonToComplete !== undefined && { lessonToComplete })
      })
  }
}

/** A lesson with its body, without the answers to its questions. */
export const readable = (lesson: WholeLesson): typeof ReadableLesson.Type => {
  const { quizConfig: _withAnswers, ...rest } = lesson
  return { ...rest, ...learnerBodyOf(lesson) }
}

const verdictWords = (verdict: Verdict): string =>
  verdict.allowed ? `allowed, ${verdict.method}` : `denied, ${verdict.reason}`

const decisionWords = (decision: AccessDecision): string => {
  const details = decision.allowed
    ? decision.previewOnly && "preview only"
    : [
        decision.requiredTier && `takes ${decision.requiredTier}`,
        decision.currentTier && `has ${decision.currentTier}`,
        decision.opensAt && `opens at ${DateTime.formatIso(decision.opensAt)}`,
        decision.lessonToComplete && `after lesson ${decision.lessonToComplete}`
      ]
        .filter(Boolean)
        .join("; ")
  const until = decision.until === undefined ? "" : `, until ${DateTime.formatIso(decision.until)}`
  return `${verdictWords(decision.allowed ? decision : { allowed: false, reason: decision.reason })}${details ? ` (${details})` : ""}${until}`
}

/** The trace as it is shown. `title` says what was asked for whom. Source: ACC-11, ACC-20. */
export const explanation = (
  title: string,
  at: DateTime.Utc,
  answer: {
    readonly decision: AccessDecision
    readonly steps: ReadonlyArray<Step>
    readonly dead: ReadonlyArray<DeadEntitlement>
  }
): Explanation => {
  const steps = answer.steps.map(({ verdict, ...step }) => ({
    ...step,
    ...(verdict && { verdict: verdictWords(verdict) })
  }))
  return {
    at,
    decision: answer.decision,
    steps,
    dead: answer.dead,
    lines: [
      `${title}, at ${DateTime.formatIso(at)}: ${decisionWords(answer.decision)}`,
      ...steps.map(
        ({ fact, policy, source, verdict }, index) =>
          `${index + 1}. ${source}: ${policy} [${fact}] -> ${verdict ?? "no opinion"}`
      ),
      ...answer.dead.map(
        ({ entitlementId, entitlementRef, problem }) =>
          `entitlement ${entitlementId} counts for nothing: ${problem} ${entitlementRef}`
      )
    ]
  }
}
