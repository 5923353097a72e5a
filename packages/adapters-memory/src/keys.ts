import { ApiKey, RotationUnderWay } from "@lyceum/core/keys"
import { ApiKeys } from "@lyceum/core/keys/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

const Row = Schema.Struct({ key: ApiKey, digest: Schema.String })

export const apiKeysLayer = Layer.effect(
  ApiKeys,
  Effect.gen(function* () {
    const rows = table("util.api_keys", Row)(yield* MemoryDatabase)
    const find = (id: string) =>
      Effect.map(
        rows.find(id),
        Option.map(({ key }) => key)
      )
    const update = (key: ApiKey) =>
      Effect.flatMap(rows.find(key.id), (found) =>
        Option.isNone(found) ? Effect.void : rows.put(key.id, { ...found.value, key })
      )
    return ApiKeys.of({
      insert: Effect.fnUntraced(function* (key, digest) {
        const { replaces } = key
        const isSucceeded = (yield* rows.all).some(
          (row) => replaces !== undefined && row.key.replaces === replaces && row.key.revokedAt === undefined
        )
        if (replaces !== undefined && isSucceeded) return yield* new RotationUnderWay({ id: replaces })
        yield* rows.put(key.id, { key, digest })
      }),
      findByDigest: (digest) =>
        Effect.map(rows.all, (all) => Option.fromNullishOr(all.find((row) => row.digest === digest)?.key)),
      find,
      findForUpdate: find,
      update,
      recordUse: Effect.fnUntraced(function* (id, now, lastAtMost) {
        const key = Option.filter(
          yield* find(id),
          ({ lastUsedAt }) => lastUsedAt === undefined || DateTime.isLessThanOrEqualTo(lastUsedAt, lastAtMost)
        )
        if (Option.isSome(key)) yield* update({ ...key.value, lastUsedAt: now })
      }),
      list: (after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.map(({ key }) => key),
            ({ id }) => [id],
            { after, count, order: "descending" }
          )
        )
    })
  })
)
