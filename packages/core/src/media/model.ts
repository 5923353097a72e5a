/** The nouns of media: files that lie with an outside provider. Lyceum describes them; it does not host them. */
import { Schema } from "effect"
import { defineEvent } from "../shared/event.ts"
import { UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { HttpsUrl, line } from "../shared/text.ts"
import { AssetExists, AssetNotFound } from "./errors.ts"
import { AssetId, VariantId } from "./ids.ts"

export { AssetId, VariantId }

export const Provider = Schema.Literals(["vimeo", "youtube", "bunnycdn", "s3", "cloudflare"]).annotate({
  identifier: "MediaProvider"
})
export const AssetType = Schema.Literals(["video", "audio", "document", "image"]).annotate({
  identifier: "AssetType"
})
export const AccessLevel = Schema.Literals(["public", "course_access", "premium_only"]).annotate({
  identifier: "AccessLevel"
})
export const UploadStatus = Schema.Literals(["pending", "processing", "ready", "error"]).annotate({
  identifier: "UploadStatus"
})

const count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const pixels = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))

/** What somebody says of a file when they name it. */
export const describedFields = {
  externalProvider: Provider,
  /** The provider's own name of the file. */
  externalId: line(500),
  externalUrl: Schema.optionalKey(HttpsUrl),
  assetType: AssetType,
  accessLevel: AccessLevel,
  /** Seconds. */
  duration: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
  width: Schema.optionalKey(pixels),
  height: Schema.optionalKey(pixels),
  /** Bytes. */
  fileSize: Schema.optionalKey(count)
}

export const Asset = Schema.Struct({
  id: AssetId,
  ...describedFields,
  uploadStatus: UploadStatus,
  viewCount: count,
  lastAccessedAt: Schema.optionalKey(Instant),
  /** Absent for what a service brought in. */
  uploadedBy: Schema.optionalKey(UserId),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Asset" })
export type Asset = typeof Asset.Type

export const VariantType = Schema.Literals(["source", "high", "medium", "low", "thumbnail"]).annotate({
  identifier: "VariantType"
})

/** One quality of an asset; it goes with its asset. */
export const Variant = Schema.Struct({
  id: VariantId,
  assetId: AssetId,
  variantType: VariantType,
  /** As people read it: `720p`, `4K`. */
  qualityLabel: line(40),
  externalUrl: HttpsUrl,
  width: Schema.optionalKey(pixels),
  height: Schema.optionalKey(pixels),
  fileSizeBytes: Schema.optionalKey(count),
  status: Schema.Literals(["pending", "ready", "error"]),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Variant" })
export type Variant = typeof Variant.Type

/** The file is named by its provider; where it lies is no part of an event. */
const assetEvent = { assetId: AssetId, externalProvider: Provider, externalId: Schema.String }

export const AssetCreated = defineEvent("media.asset_created", {
  payload: Schema.Struct({ ...assetEvent, assetType: AssetType, accessLevel: AccessLevel }),
  key: ({ assetId }) => `asset:${assetId}`,
  subjects: ({ assetId }) => ({ assetId })
})
export const AssetRelinked = defineEvent("media.asset_relinked", {
  payload: Schema.Struct(assetEvent),
  key: ({ assetId }) => `asset:${assetId}`,
  subjects: ({ assetId }) => ({ assetId })
})

/**
 * Every use case of media; its noun is `assets`. Who holds `media.manage` on their own courses only works with what they
 * brought in themselves.
 */
export const operations = {
  create: command("assets.create", {
    input: Schema.Struct({
      ...describedFields,
      /** `pending` for a file that is still to be uploaded; `ready` when absent. */
      uploadStatus: Schema.optionalKey(Schema.Literals(["pending", "ready"]))
    }),
    output: Asset,
    refusals: [AssetExists]
  }),
  get: query("assets.get", {
    input: Schema.Struct({ assetId: AssetId }),
    output: Schema.Struct({ ...Asset.fields, variants: Schema.Array(Variant) }),
    refusals: [AssetNotFound]
  }),
  /** Newest first. */
  list: query("assets.list", {
    input: Schema.Struct({
      assetType: Schema.optionalKey(AssetType),
      uploadStatus: Schema.optionalKey(UploadStatus),
      ...pageFields
    }),
    output: page(Asset)
  })
}
export type CreateAsset = (typeof operations.create)["input"]["Type"]
