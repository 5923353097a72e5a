/** The ways media says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { AssetId } from "./ids.ts"

export class AssetNotFound extends Schema.TaggedError<AssetNotFound>()("media.asset_not_found", {
  assetId: AssetId
}) {}
/** The provider's file is known already: `assetId` is it. */
export class AssetExists extends Schema.TaggedError<AssetExists>()("media.asset_exists", {
  assetId: AssetId
}) {}

export type MediaRefusal = AssetNotFound | AssetExists

export const mediaTellings: Tellings<MediaRefusal> = {
  "media.asset_not_found": {
    family: "not_found",
    en: ({ assetId }) => `There is no asset ${assetId}.`,
    fr: ({ assetId }) => `Il n'y a pas de média ${assetId}.`
  },
  "media.asset_exists": {
    family: "conflict",
    en: ({ assetId }) => `This file is known already, as the asset ${assetId}.`,
    fr: ({ assetId }) => `Ce fichier est déjà connu : c'est le média ${assetId}.`
  }
}
