/** Feature flags. */
import { Flag, FlagExists } from "@lyceum/core/flags"
import { Flags } from "@lyceum/core/flags/ports"
import { Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

/** The columns are called as in the source: `flag_key`, `is_enabled`. */
const FlagRow = Flag.pipe(
  Schema.encodeKeys({
    key: "flagKey",
    description: "flagDescription",
    enabled: "isEnabled",
    type: "flagType",
    value: "flagValue"
  })
)

export const flagsLayer = Layer.effect(
  Flags,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.feature_flags", ["flag_key"], FlagRow)
    return Flags.of({
      find: (key) => Effect.orDie(rows.selectOne(sql`where flag_key = ${key}`)),
      findForUpdate: (key) => Effect.orDie(rows.selectOne(sql`where flag_key = ${key}`, "for update")),
      findForShare: (key) => Effect.orDie(rows.selectOne(sql`where flag_key = ${key}`, "for share")),
      listCritical: Effect.orDie(rows.select(sql`where is_system_critical order by flag_key`)),
      list: (after, count) =>
        Effect.orDie(
          rows.select(sql`
            where flag_key > ${String(Option.match(after, { onNone: () => "", onSome: ([key]) => key ?? "" }))}
            order by flag_key limit ${count}`)
        ),
      insert: (flag) =>
        rows.insert(flag).pipe(refusing({ feature_flags_pkey: () => new FlagExists({ key: flag.key }) })),
      update: (flag) =>
        Effect.orDie(
          rows.replace(flag, [
            "flag_description",
            "is_enabled",
            "rollout_percentage",
            "target_conditions",
            "flag_type",
            "flag_value",
            "expires_at",
            "updated_at"
          ])
        )
    })
  })
)
