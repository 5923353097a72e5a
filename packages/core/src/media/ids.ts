import { Schema } from "effect"
import { Uuid } from "../shared/id.ts"

export const AssetId = Uuid.pipe(Schema.brand("AssetId"))
export type AssetId = typeof AssetId.Type

export const VariantId = Uuid.pipe(Schema.brand("VariantId"))
export type VariantId = typeof VariantId.Type
