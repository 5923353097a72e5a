/** Commands that a client may repeat without a second effect. Source: KER-20. */
import { Context, Duration, type Effect, Option, Schema } from "effect"
import type { IdempotencyKeyInFlight, IdempotencyKeyReused } from "./errors.ts"
import type { Instant } from "./instant.ts"
import type { InTransaction } from "./transaction.ts"

/** A key that the client chose: 1 to 255 visible ASCII characters. */
export const IdempotencyKeyText = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]{1,255}$/u, { description: "1 to 255 visible ASCII characters" })
)

/** The key of the running request, if it has one; travels with the computation like the actor. */
export const IdempotencyKey = Context.Reference<Option.Option<string>>("lyceum/shared/IdempotencyKey", {
  defaultValue: Option.none
})

/** How long an answer is remembered. */
export const retention = Duration.hours(24)

/** Whose key of which command it is; two actors never meet on one key. */
export interface Claim {
  readonly actor: string
  readonly command: string
  readonly key: string
  /** A digest of the input, so that the key cannot be used for something else. */
  readonly fingerprint: string
}

export class IdempotencyKeys extends Context.Service<
  IdempotencyKeys,
  {
    /**
     * Takes the key until the transaction ends. Answers what was remembered, or none for a fresh key; refuses a key that
     * another transaction holds, and one that was used with another input. Answers older than `retention` are forgotten.
     */
    readonly claim: (
      claim: Claim
    ) => Effect.Effect<
      Option.Option<Schema.Json>,
      IdempotencyKeyInFlight | IdempotencyKeyReused,
      InTransaction
    >
    /** Stores the answer beside the command's own writes. */
    readonly remember: (claim: Claim, answer: Schema.Json) => Effect.Effect<void, never, InTransaction>
    /** Deletes what was remembered before the instant; returns how many. */
    readonly forgetBefore: (instant: Instant) => Effect.Effect<number, never, InTransaction>
  }
>()("lyceum/shared/IdempotencyKeys") {}
