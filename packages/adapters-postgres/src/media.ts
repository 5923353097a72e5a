/** Files that lie with providers. */
import { Asset, AssetExists, Variant } from "@lyceum/core/media"
import { Assets } from "@lyceum/core/media/ports"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { table } from "./table.ts"

/** What of an asset may change. */
const editable = [
  "external_url",
  "access_level",
  "upload_status",
  "duration",
  "width",
  "height",
  "file_size",
  "view_count",
  "last_accessed_at",
  "updated_at"
]

export const assetsLayer = Layer.effect(
  Assets,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("media.assets", ["id"], Asset)
    const variants = yield* table("media.asset_variants", ["id"], Variant)
    const external = ({ externalId, externalProvider }: Pick<Asset, "externalProvider" | "externalId">) =>
      sql`where external_provider = ${externalProvider}::media.provider and external_id = ${externalId}`

    return Assets.of({
      find: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`)),
      findAll: (ids) => Effect.orDie(rows.select(sql`where id = any(${ids}::uuid[])`)),
      findExternalForUpdate: (externalProvider, externalId) =>
        Effect.orDie(rows.selectOne(external({ externalProvider, externalId }), "for no key update")),
      variants: (id) =>
        Effect.orDie(variants.select(sql`where asset_id = ${id}::uuid order by variant_type, id`)),
      list: ({ assetType, uploadedBy, uploadStatus }, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where ${sql.and([
              sql`true`,
              ...(uploadedBy === undefined ? [] : [sql`uploaded_by = ${uploadedBy}::uuid`]),
              ...(assetType === undefined ? [] : [sql`asset_type = ${assetType}::media.asset_type`]),
              ...(uploadStatus === undefined
                ? []
                : [sql`upload_status = ${uploadStatus}::media.upload_status`]),
              ...Option.toArray(Option.map(after, ([id]) => sql`id < ${String(id)}::uuid`))
            ])}
            order by id desc limit ${count}`)
        ),
      insert: Effect.fnUntraced(function* (asset) {
        if (yield* Effect.orDie(rows.insertUnlessKnown(asset, "assets_external_key"))) return
        const known = yield* Effect.orDie(rows.selectOne(external(asset)))
        return yield* new AssetExists({ assetId: Option.getOrThrow(known).id })
      }),
      update: (asset) => Effect.orDie(rows.replace(asset, editable))
    })
  })
)
