/** What media needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { UserId } from "../shared/id.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { AssetExists } from "./errors.ts"
import type { Asset, AssetId, Variant } from "./model.ts"

export interface AssetFilter {
  readonly uploadedBy?: UserId | undefined
  readonly assetType?: Asset["assetType"] | undefined
  readonly uploadStatus?: Asset["uploadStatus"] | undefined
}

export class Assets extends Context.Service<
  Assets,
  {
    readonly find: (id: AssetId) => Effect.Effect<Option.Option<Asset>>
    /** Those that exist, in no order. */
    readonly findAll: (ids: ReadonlyArray<AssetId>) => Effect.Effect<ReadonlyArray<Asset>>
    /** By the provider's own name, holding the asset until the transaction ends. */
    readonly findExternalForUpdate: (
      provider: Asset["externalProvider"],
      externalId: string
    ) => Effect.Effect<Option.Option<Asset>, never, InTransaction>
    readonly variants: (id: AssetId) => Effect.Effect<ReadonlyArray<Variant>>
    /** Newest first. Position: `[id]`. */
    readonly list: (
      filter: AssetFilter,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Asset>>
    readonly insert: (asset: Asset) => Effect.Effect<void, AssetExists, InTransaction>
    readonly update: (asset: Asset) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/media/Assets") {}
