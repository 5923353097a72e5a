/** Feature flags. */
import { Flag, FlagExists, ReadOnlyTime } from "@lyceum/core/flags"
import { Flags, ReadOnlyTimes } from "@lyceum/core/flags/ports"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
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

export const readOnlyTimesLayer = Layer.effect(
  ReadOnlyTimes,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.read_only_times", ["started_at"], ReadOnlyTime)
    const instant = (at: DateTime.Utc) => sql`${DateTime.formatIso(at)}::timestamptz`
    return ReadOnlyTimes.of({
      // The caller holds the switch. One that ended in this very millisecond goes on.
      begin: (now) =>
        Effect.asVoid(
          Effect.orDie(sql`
            insert into util.read_only_times (started_at)
            select ${instant(now)} where not exists (select 1 from util.read_only_times where ended_at is null)
            on conflict (started_at) do update set ended_at = null`)
        ),
      end: (now) =>
        Effect.asVoid(
          Effect.orDie(
            sql`update util.read_only_times set ended_at = ${instant(now)}, updated_at = util.now() where ended_at is null`
          )
        ),
      since: (at) =>
        Effect.orDie(
          rows.select(sql`where ended_at is null or ended_at > ${instant(at)} order by started_at`)
        )
    })
  })
)
