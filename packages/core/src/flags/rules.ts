/** The verbs of flags: pure, total, clockless. */
import { Result } from "effect"
import type { Decision } from "../shared/decision.ts"
import { Invalid } from "../shared/errors.ts"
import { type Instant, isWithin } from "../shared/instant.ts"
import {
  type ChangeFlag,
  type DefineFlag,
  type Evaluation,
  type Flag,
  FlagChanged,
  FlagDefined,
  type FlagSubject
} from "./model.ts"

/** Buckets that subjects fall into: one for each hundredth of a percent. */
const buckets = 10_000

/** The bucket of a subject: the first 32 bits of SHA-256(`flag:subject`), modulo 10 000. Source: OPS-1. */
export const bucketOf = (sha256: Uint8Array): number =>
  new DataView(sha256.buffer, sha256.byteOffset).getUint32(0) % buckets

const targets = ({ targetConditions: target }: Flag, subject: FlagSubject): boolean =>
  (subject.id !== undefined && target.userIds?.includes(subject.id) === true) ||
  (subject.country !== undefined && target.countries?.includes(subject.country) === true) ||
  subject.roles?.some((role) => target.roles?.includes(role)) === true ||
  subject.tiers?.some((tier) => target.tiers?.includes(tier)) === true

/**
 * Whether a flag is on. Disabled or expired is off; then a matching target is on; then the rollout decides by bucket.
 * Without a subject it is on at 100 % only. Raising the percentage never turns anybody off. Source: OPS-1.
 */
export const evaluate = (
  flag: Flag,
  asked: {
    readonly subject?: FlagSubject | undefined
    readonly bucket?: number | undefined
    readonly now: Instant
  }
): Evaluation => {
  const { bucket, now, subject } = asked
  const answer = (on: boolean, reason: Evaluation["reason"]): Evaluation => ({
    key: flag.key,
    on,
    reason,
    ...(on && flag.value !== undefined && { value: flag.value })
  })
  if (!flag.enabled) return answer(false, "disabled")
  if (!isWithin(now, { to: flag.expiresAt })) return answer(false, "expired")
  if (subject !== undefined && targets(flag, subject)) return answer(true, "target_match")
  if (flag.rolloutPercentage === 100) return answer(true, "rollout")
  if (bucket === undefined) return answer(false, "no_subject")
  return bucket < flag.rolloutPercentage * 100 ? answer(true, "rollout") : answer(false, "not_in_rollout")
}

/** A new flag: off, for nobody, permanent, until told otherwise. */
export const define = ({ reason, ...given }: DefineFlag, now: Instant): Decision<Flag> => {
  const flag: Flag = {
    enabled: false,
    rolloutPercentage: 100,
    targetConditions: {},
    type: "permanent",
    ...given,
    isSystemCritical: false,
    createdAt: now,
    updatedAt: now
  }
  return { state: flag, events: [FlagDefined({ flag, reason })] }
}

/** What would flip a kill switch by itself, or for some whom the audit trail does not name. Source: OPS-2. */
const selfFlipping = ({ expiresAt, targetConditions = {} }: ChangeFlag): Invalid | undefined => {
  const hasTarget = Object.values(targetConditions).some((wanted) => wanted.length > 0)
  const issues = [
    ...(hasTarget
      ? [{ path: ["targetConditions"], message: "must be empty: a kill switch picks nobody" }]
      : []),
    ...(expiresAt === undefined
      ? []
      : [{ path: ["expiresAt"], message: "must be absent: a kill switch flips by command only" }])
  ]
  return issues.length === 0 ? undefined : new Invalid({ issues })
}

/** Changes what is named and keeps the rest. */
export const change = (
  before: Flag,
  { reason, ...given }: ChangeFlag,
  now: Instant
): Result.Result<Decision<Flag>, Invalid> => {
  const refusal = before.isSystemCritical ? selfFlipping({ reason, ...given }) : undefined
  if (refusal !== undefined) return Result.fail(refusal)
  const after: Flag = { ...before, ...given, updatedAt: now }
  return Result.succeed({ state: after, events: [FlagChanged({ before, after, reason })] })
}

/** Whether a change of a flag begins or ends a time in which commands are refused. Source: OPS-2. */
export const readOnlyTurn = (before: Flag, after: Flag, now: Instant): "begins" | "ends" | undefined => {
  if (after.key !== "emergency_read_only_mode") return undefined
  const [was, is] = [before, after].map((flag) => evaluate(flag, { now }).on)
  if (was === is) return undefined
  return is === true ? "begins" : "ends"
}
