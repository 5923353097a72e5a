/** Lyceum's flags as an OpenFeature provider, so that applications ask for them the way they ask for any flag. Source: OPS-1. */
import { FeatureFlags, FlagKey, FlagSubject } from "@lyceum/core/flags"
import { CurrentActor, service } from "@lyceum/core/shared"
import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  StandardResolutionReasons
} from "@openfeature/server-sdk"
import { Effect, Option, Result, Schema } from "effect"

/** Whether a flag's value can stand for what was asked. */
type Fits<T> = (value: unknown) => value is T

const isObject = (value: unknown): value is JsonValue => typeof value === "object" && value !== null
const isString = (value: unknown): value is string => typeof value === "string"
const isNumber = (value: unknown): value is number => typeof value === "number"

const decodeKey = Schema.decodeUnknownOption(FlagKey)
const decodeSubject = Schema.decodeUnknownOption(FlagSubject)

/** The parts of the context that targeting reads; others are the application's own. */
const subjectOf = ({ country, roles, targetingKey, tiers }: EvaluationContext) =>
  decodeSubject(
    Object.fromEntries(
      Object.entries({ country, id: targetingKey, roles, tiers }).filter(([, value]) => value !== undefined)
    )
  )

const reasons = {
  disabled: StandardResolutionReasons.DISABLED,
  expired: StandardResolutionReasons.DISABLED,
  target_match: StandardResolutionReasons.TARGETING_MATCH,
  rollout: StandardResolutionReasons.SPLIT,
  not_in_rollout: StandardResolutionReasons.SPLIT,
  no_subject: StandardResolutionReasons.DEFAULT
} as const

/**
 * A provider over the flags of a Lyceum. A boolean flag is on or off; a flag with a value gives it while it is on, and the
 * default of the caller while it is off. What is wrong with a question is told as OpenFeature tells it, with the default.
 */
export const flagProvider = (flags: FeatureFlags["Service"]): Provider => {
  const evaluate = async <T>(
    flagKey: string,
    asked: { readonly otherwise: T; readonly context: EvaluationContext; readonly of: Fits<T> | undefined }
  ): Promise<ResolutionDetails<T>> => {
    const wrong = (errorCode: ErrorCode): ResolutionDetails<T> => ({
      value: asked.otherwise,
      reason: StandardResolutionReasons.ERROR,
      errorCode
    })
    const key = decodeKey(flagKey)
    if (Option.isNone(key)) return wrong(ErrorCode.FLAG_NOT_FOUND)
    const subject = subjectOf(asked.context)
    if (Option.isNone(subject)) return wrong(ErrorCode.INVALID_CONTEXT)
    const result = await Effect.runPromise(
      flags
        .evaluate({ key: key.value, subject: subject.value })
        .pipe(Effect.provideService(CurrentActor, service("openfeature")), Effect.result)
    )
    if (Result.isFailure(result)) {
      return wrong(
        result.failure._tag === "flags.flag_not_found" ? ErrorCode.FLAG_NOT_FOUND : ErrorCode.GENERAL
      )
    }
    const { on, reason, value } = result.success
    if (asked.of === undefined) return { value: on as T, reason: reasons[reason] }
    if (!on) return { value: asked.otherwise, reason: reasons[reason] }
    return asked.of(value) ? { value, reason: reasons[reason] } : wrong(ErrorCode.TYPE_MISMATCH)
  }

  return {
    metadata: { name: "lyceum" },
    runsOn: "server",
    resolveBooleanEvaluation: (key, otherwise, context) =>
      evaluate(key, { otherwise, context, of: undefined }),
    resolveStringEvaluation: (key, otherwise, context) => evaluate(key, { otherwise, context, of: isString }),
    resolveNumberEvaluation: (key, otherwise, context) => evaluate(key, { otherwise, context, of: isNumber }),
    resolveObjectEvaluation: <T extends JsonValue>(key: string, otherwise: T, context: EvaluationContext) =>
      evaluate<T>(key, { otherwise, context, of: isObject as Fits<T> })
  }
}
