/** Answers kept for clients that ask again. Source: KER-20. */
import { IdempotencyKeyInFlight, IdempotencyKeyReused, InTransaction } from "@lyceum/core/shared"
import { IdempotencyKeys, retention } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option, type Schema } from "effect"
import { SqlClient } from "effect/sql"

/** What a client is told to wait for the first request with its key, which a statement timeout bounds. */
const retryAfterSeconds = 1

export const idempotencyKeysLayer = Layer.effect(
  IdempotencyKeys,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient

    return IdempotencyKeys.of({
      claim: Effect.fnUntraced(function* ({ actor, command, fingerprint, key }) {
        const { now } = yield* InTransaction
        const name = JSON.stringify([actor, command, key])
        const [lock] = yield* Effect.orDie(
          sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`
        )
        if (lock?.taken !== true) return yield* new IdempotencyKeyInFlight({ retryAfterSeconds })
        // A statement of its own: its snapshot is younger than the lock, and sees what the last holder committed.
        const [found] = yield* Effect.orDie(
          sql<{ fingerprint: string; answer: Schema.Json }>`
            select fingerprint, answer from util.idempotency_keys
            where actor = ${actor} and command = ${command} and key = ${key}
              and remembered_at > ${DateTime.formatIso(DateTime.subtractDuration(now, retention))}::timestamptz`
        )
        if (found === undefined) return Option.none()
        if (found.fingerprint !== fingerprint) return yield* new IdempotencyKeyReused()
        return Option.some(found.answer)
      }),
      remember: ({ actor, command, fingerprint, key }, answer) =>
        Effect.flatMap(InTransaction, ({ now }) =>
          Effect.orDie(
            sql`insert into util.idempotency_keys (actor, command, key, fingerprint, answer, remembered_at)
              values (${actor}, ${command}, ${key}, ${fingerprint}, ${JSON.stringify(answer)}::jsonb,
                ${DateTime.formatIso(now)}::timestamptz)
              on conflict on constraint idempotency_keys_pkey do update
              set fingerprint = excluded.fingerprint, answer = excluded.answer,
                remembered_at = excluded.remembered_at, updated_at = util.now()`
          )
        ),
      forgetBefore: (instant) =>
        Effect.map(
          Effect.orDie(
            sql<{ forgotten: number }>`
              with forgotten as (
                delete from util.idempotency_keys
                where remembered_at < ${DateTime.formatIso(instant)}::timestamptz returning 1
              )
              select count(*)::int4 as forgotten from forgotten`
          ),
          ([row]) => row?.forgotten ?? 0
        )
    })
  })
)
