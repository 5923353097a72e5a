import { IdempotencyKeyReused, Instant, InTransaction } from "@lyceum/core/shared"
import { type Claim, IdempotencyKeys, retention } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"

const Remembered = Schema.Struct({
  key: Schema.String,
  fingerprint: Schema.String,
  answer: Schema.Json,
  rememberedAt: Instant
})

const keyOf = ({ actor, command, key }: Claim) => JSON.stringify([actor, command, key])

export const idempotencyKeysLayer = Layer.effect(
  IdempotencyKeys,
  Effect.gen(function* () {
    const rows = table("util.idempotency_keys", Remembered)(yield* MemoryDatabase)
    return IdempotencyKeys.of({
      // One writer at a time: a key is never in flight elsewhere, the second request waits and reads the answer.
      claim: Effect.fnUntraced(function* (claim) {
        const { now } = yield* InTransaction
        const found = Option.filter(yield* rows.find(keyOf(claim)), ({ rememberedAt }) =>
          DateTime.isLessThan(now, DateTime.addDuration(rememberedAt, retention))
        )
        if (Option.isSome(found) && found.value.fingerprint !== claim.fingerprint)
          return yield* new IdempotencyKeyReused()
        return Option.map(found, ({ answer }) => answer)
      }),
      remember: (claim, answer) =>
        Effect.flatMap(InTransaction, ({ now }) =>
          rows.put(keyOf(claim), {
            key: keyOf(claim),
            fingerprint: claim.fingerprint,
            answer,
            rememberedAt: now
          })
        ),
      forgetBefore: Effect.fnUntraced(function* (instant) {
        const old = (yield* rows.all).filter(({ rememberedAt }) => DateTime.isLessThan(rememberedAt, instant))
        yield* Effect.forEach(old, ({ key }) => rows.remove(key), { discard: true })
        return old.length
      })
    })
  })
)
