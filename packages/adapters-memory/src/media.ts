import { Asset, AssetExists, Variant } from "@lyceum/core/media"
import { Assets } from "@lyceum/core/media/ports"
import { Effect, Layer, Option } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

/** Lessons refer to assets. */
export const assetRows = table("media.assets", Asset)
const variantRows = table("media.asset_variants", Variant)

export const assetsLayer = Layer.effect(
  Assets,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = assetRows(database)
    const variants = variantRows(database)
    const findExternal = (provider: Asset["externalProvider"], externalId: string) =>
      Effect.map(rows.all, (all) =>
        Option.fromUndefinedOr(
          all.find((asset) => asset.externalProvider === provider && asset.externalId === externalId)
        )
      )
    return Assets.of({
      find: (id) => rows.find(id),
      findAll: (ids) => Effect.map(rows.all, (all) => all.filter(({ id }) => ids.includes(id))),
      findExternalForUpdate: findExternal,
      variants: (id) => Effect.map(variants.all, (all) => all.filter(({ assetId }) => assetId === id)),
      list: ({ assetType, uploadedBy, uploadStatus }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (asset) =>
                (assetType === undefined || asset.assetType === assetType) &&
                (uploadedBy === undefined || asset.uploadedBy === uploadedBy) &&
                (uploadStatus === undefined || asset.uploadStatus === uploadStatus)
            ),
            ({ id }) => [id],
            { after, count, order: "descending" }
          )
        ),
      insert: Effect.fnUntraced(function* (asset) {
        const known = yield* findExternal(asset.externalProvider, asset.externalId)
        if (Option.isSome(known)) return yield* new AssetExists({ assetId: known.value.id })
        yield* rows.put(asset.id, asset)
      }),
      update: (asset) => rows.put(asset.id, asset)
    })
  })
)
