/** Who shows a key: for the HTTP door. Source: API-10. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { Digest } from "effect/crypto"
import type { Actor } from "../shared/actor.ts"
import { currentInstant } from "../shared/instant.ts"
import { Transaction } from "../shared/transaction.ts"
import type { ApiKey, Scope } from "./model.ts"
import { ApiKeys } from "./ports.ts"
import * as rules from "./rules.ts"

/** A service, and the use cases it may call. */
export interface Verified {
  readonly actor: Actor
  readonly scopes: ReadonlyArray<Scope>
}

/** What a secret is stored and looked up as: SHA-256 in hex. */
export const digestOf = (secret: string) =>
  Digest.Digest.use((digest) =>
    Effect.orDie(digest.digestHex(Digest.sha256, new TextEncoder().encode(secret)))
  )

export class KeyVerifier extends Context.Service<
  KeyVerifier,
  {
    /**
     * The service that a secret speaks for; none when there is no such key, or it has ended. Any text costs the same: one
     * digest and one look-up by it, so that time tells nothing. A user's token is no key, so it never makes a service.
     */
    readonly verify: (secret: string) => Effect.Effect<Option.Option<Verified>>
  }
>()("lyceum/keys/KeyVerifier") {
  static readonly layer = Layer.effect(
    KeyVerifier,
    Effect.gen(function* () {
      const keys = yield* ApiKeys
      const transaction = yield* Transaction
      const digest = yield* Digest.Digest

      const recordUse = Effect.fnUntraced(function* ({ id, lastUsedAt }: ApiKey, now: DateTime.Utc) {
        const lastAtMost = DateTime.subtractDuration(now, rules.usesWrittenEvery)
        if (lastUsedAt !== undefined && DateTime.isGreaterThan(lastUsedAt, lastAtMost)) return
        yield* transaction.run(keys.recordUse(id, now, lastAtMost))
      })

      return KeyVerifier.of({
        verify: Effect.fn("KeyVerifier.verify")(function* (secret) {
          const now = yield* currentInstant
          const sha256 = yield* digestOf(secret).pipe(Effect.provideService(Digest.Digest, digest))
          const key = Option.filter(yield* keys.findByDigest(sha256), (found) => rules.isValid(found, now))
          if (Option.isNone(key)) return Option.none()
          yield* recordUse(key.value, now)
          return Option.some({ actor: rules.actorOf(key.value), scopes: key.value.scopes })
        })
      })
    })
  )
}
