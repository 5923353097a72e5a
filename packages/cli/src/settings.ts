/** Flags that every command understands. */
import { IdempotencyKeyText, UserId } from "@lyceum/core/shared"
import { Schema } from "effect"
import { Flag, GlobalFlag } from "effect/cli"

/** Print exactly the answer as JSON on stdout, and nothing else there. */
export const Json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Print the answer as JSON, and nothing else on stdout")
  )
})

/** Run as a user instead of as the operator, who is a service and may do everything. */
export const As = GlobalFlag.Setting("as")({
  flag: Flag.String("as").pipe(
    Flag.filterMap(Schema.decodeUnknownOption(UserId), () => "a lower-case UUID"),
    Flag.withMetavar("user-id"),
    Flag.optional,
    Flag.withDescription("Run as this user; without it, as the operator, who may do everything")
  )
})

/** Makes a repeated command safe: the same key, the same effect once. Source: KER-20. */
export const IdempotencyKeySetting = GlobalFlag.Setting("idempotency-key")({
  flag: Flag.String("idempotency-key").pipe(
    Flag.filterMap(Schema.decodeUnknownOption(IdempotencyKeyText), () => "1 to 255 visible ASCII characters"),
    Flag.withMetavar("key"),
    Flag.optional,
    Flag.withDescription("Repeat a command under the same key without a second effect")
  )
})

/** In which language refusals are told. It is read where a command ends, whether or not it began (`run.ts`). */
export const Language = GlobalFlag.Setting("language")({
  flag: Flag.Literals("language", ["en", "fr"]).pipe(
    Flag.withDefault("en" as const),
    Flag.withDescription("Language in which refusals are told")
  )
})

export const globalFlags = [Json, As, IdempotencyKeySetting, Language] as const
