/** The nouns of flags: switches that turn parts of the platform on and off, for everyone or for some. */
import { Schema } from "effect"
import { defineEvent } from "../shared/event.ts"
import { Instant } from "../shared/instant.ts"
import { StorableJson } from "../shared/json.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, SoundReason } from "../shared/text.ts"
import { FlagExists, FlagNotFound } from "./errors.ts"
import { FlagKey } from "./key.ts"

export { FlagKey }

export const FlagType = Schema.Literals(["permanent", "temporary", "experimental", "rollout"]).annotate({
  identifier: "FlagType"
})

/** A time in which the platform took no commands; without an end it goes on. */
export const ReadOnlyTime = Schema.Struct({
  startedAt: Instant,
  endedAt: Schema.optionalKey(Instant)
}).annotate({
  identifier: "ReadOnlyTime"
})
export type ReadOnlyTime = typeof ReadOnlyTime.Type

/** Who a flag is on for, whatever its rollout: any one match is enough. */
export const TargetConditions = Schema.Struct({
  roles: Schema.optionalKey(Schema.Array(line(60))),
  tiers: Schema.optionalKey(Schema.Array(line(60))),
  userIds: Schema.optionalKey(Schema.Array(line(60))),
  /** ISO 3166-1 alpha-2, upper case. */
  countries: Schema.optionalKey(Schema.Array(Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/u))))
}).annotate({ identifier: "TargetConditions" })

const settings = {
  enabled: Schema.Boolean,
  /** Whole percent of subjects that it is on for. */
  rolloutPercentage: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  targetConditions: TargetConditions,
  type: FlagType,
  /** What the flag carries while it is on; any JSON but null, which would be no value. */
  value: Schema.optionalKey(StorableJson),
  /** From this instant on the flag is off. */
  expiresAt: Schema.optionalKey(Instant)
}

export const Flag = Schema.Struct({
  key: FlagKey,
  description: line(300),
  ...settings,
  /** One of the six kill switches that the platform itself obeys (OPS-2). */
  isSystemCritical: Schema.Boolean,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Flag" })
export type Flag = typeof Flag.Type

/** For whom a flag is asked. The id decides the bucket: same subject, same answer. */
export const FlagSubject = Schema.Struct({
  id: Schema.optionalKey(line(200)),
  roles: Schema.optionalKey(Schema.Array(line(60))),
  tiers: Schema.optionalKey(Schema.Array(line(60))),
  country: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/u)))
}).annotate({ identifier: "FlagSubject" })
export type FlagSubject = typeof FlagSubject.Type

export const Evaluation = Schema.Struct({
  key: FlagKey,
  on: Schema.Boolean,
  reason: Schema.Literals(["disabled", "expired", "target_match", "rollout", "not_in_rollout", "no_subject"]),
  value: settings.value
}).annotate({ identifier: "Evaluation" })
export type Evaluation = typeof Evaluation.Type

export const FlagDefined = defineEvent("flags.flag_defined", {
  payload: Schema.Struct({ flag: Flag, reason: SoundReason }),
  key: ({ flag }) => `flag:${flag.key}`,
  subjects: ({ flag }) => ({ flagKey: flag.key })
})
export const FlagChanged = defineEvent("flags.flag_changed", {
  payload: Schema.Struct({ before: Flag, after: Flag, reason: SoundReason }),
  key: ({ after }) => `flag:${after.key}`,
  subjects: ({ after }) => ({ flagKey: after.key })
})

const optionalSettings = {
  enabled: Schema.optionalKey(settings.enabled),
  rolloutPercentage: Schema.optionalKey(settings.rolloutPercentage),
  targetConditions: Schema.optionalKey(settings.targetConditions),
  type: Schema.optionalKey(settings.type),
  value: settings.value,
  expiresAt: settings.expiresAt
}

/** Every use case of flags. */
export const operations = {
  list: query("flags.list", { input: Schema.Struct(pageFields), output: page(Flag) }),
  get: query("flags.get", { input: Schema.Struct({ key: FlagKey }), output: Flag, refusals: [FlagNotFound] }),
  /** Whether a flag is on for a subject, and why. Open to any signed-in actor. */
  evaluate: query("flags.evaluate", {
    input: Schema.Struct({ key: FlagKey, subject: Schema.optionalKey(FlagSubject) }),
    output: Evaluation,
    refusals: [FlagNotFound]
  }),
  define: command("flags.define", {
    input: Schema.Struct({ key: FlagKey, description: line(300), ...optionalSettings, reason: SoundReason }),
    output: Flag,
    refusals: [FlagExists]
  }),
  /** Changes the settings that are named and keeps the others; a kill switch takes no end and no target. Works in read-only mode, or nobody could end it. */
  change: command("flags.change", {
    input: Schema.Struct({ key: FlagKey, ...optionalSettings, reason: SoundReason }),
    output: Flag,
    refusals: [FlagNotFound],
    evenReadOnly: true
  })
}
export type DefineFlag = (typeof operations.define)["input"]["Type"]
export type ChangeFlag = (typeof operations.change)["input"]["Type"]
