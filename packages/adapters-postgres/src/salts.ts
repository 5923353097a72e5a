/** Salts for digests of client addresses. Source: KER-25. */
import { AddressSalts } from "@lyceum/core/shared/ports"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"

export const addressSaltsLayer = Layer.effect(
  AddressSalts,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient

    const find = (day: string) =>
      Effect.map(
        Effect.orDie(sql<{ salt: Uint8Array }>`select salt from util.address_salts where day = ${day}::date`),
        ([row]) => Option.map(Option.fromNullishOr(row), ({ salt }) => salt)
      )

    return AddressSalts.of({
      find,
      findOrInsert: (day, fresh) =>
        // Two statements: the second sees what another process committed while the first one waited for it.
        Effect.orDie(
          sql`insert into util.address_salts (day, salt) values (${day}::date, ${fresh}) on conflict do nothing`
        ).pipe(Effect.andThen(find(day)), Effect.map(Option.getOrThrow)),
      destroyBefore: (day) =>
        Effect.map(
          Effect.orDie(
            sql<{ destroyed: number }>`
              with destroyed as (delete from util.address_salts where day < ${day}::date returning 1)
              select count(*)::int4 as destroyed from destroyed`
          ),
          ([row]) => row?.destroyed ?? 0
        )
    })
  })
)
