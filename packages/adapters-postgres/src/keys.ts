/** API keys. */
import { ApiKey, RotationUnderWay } from "@lyceum/core/keys"
import { ApiKeys } from "@lyceum/core/keys/ports"
import { DateTime, Effect, Layer, Option, Schema, Struct } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

/** The digest is written with the key and never read back. */
const KeyRow = Schema.Struct({ ...ApiKey.fields, digest: Schema.optionalKey(Schema.String) })

export const apiKeysLayer = Layer.effect(
  ApiKeys,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.api_keys", ["id"], KeyRow)
    const toKey = (row: typeof KeyRow.Type): ApiKey => Struct.omit(row, ["digest"])
    const one = (found: Effect.Effect<Option.Option<typeof KeyRow.Type>, unknown>) =>
      Effect.orDie(Effect.map(found, Option.map(toKey)))
    const instant = (at: DateTime.Utc) => sql`${DateTime.formatIso(at)}::timestamptz`

    return ApiKeys.of({
      insert: (key, digest) =>
        rows.insert({ ...key, digest }).pipe(
          refusing({
            api_keys_one_successor: () => new RotationUnderWay({ id: key.replaces ?? key.id })
          })
        ),
      findByDigest: (digest) => one(rows.selectOne(sql`where t.digest = ${digest}`)),
      find: (id) => one(rows.selectOne(sql`where t.id = ${id}::uuid`)),
      findForUpdate: (id) => one(rows.selectOne(sql`where t.id = ${id}::uuid`, "for update")),
      update: (key) => Effect.orDie(rows.replace(key, ["expires_at", "revoked_at", "updated_at"])),
      recordUse: (id, now, lastAtMost) =>
        Effect.orDie(
          Effect.asVoid(sql`
            update util.api_keys set last_used_at = ${instant(now)}
            where id = ${id}::uuid and (last_used_at is null or last_used_at <= ${instant(lastAtMost)})`)
        ),
      list: (after, count) =>
        Effect.orDie(
          Effect.map(
            rows.select(
              Option.match(after, {
                onNone: () => sql`order by t.id desc limit ${count}`,
                onSome: ([id]) => sql`where t.id < ${String(id)}::uuid order by t.id desc limit ${count}`
              })
            ),
            (found) => found.map(toKey)
          )
        )
    })
  })
)
