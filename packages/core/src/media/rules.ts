/** The verbs of media: pure, total, clockless. */
import { may, type Standing, userIdOf } from "../shared/actor.ts"
import type { Decision } from "../shared/decision.ts"
import type { Instant } from "../shared/instant.ts"
import { type Asset, AssetCreated, type AssetId, AssetRelinked, type CreateAsset } from "./model.ts"

/** A video as a course file names it. */
export interface VideoLink {
  readonly provider: Asset["externalProvider"]
  readonly externalId: string
  readonly url?: string
  readonly durationSeconds?: number
}

export const describe = (
  { uploadStatus = "ready", ...described }: CreateAsset,
  made: { readonly id: AssetId; readonly me: Standing; readonly now: Instant }
): Decision<Asset> => {
  const uploadedBy = userIdOf(made.me.actor)
  const { accessLevel, assetType, externalId, externalProvider } = described
  return {
    state: {
      id: made.id,
      ...described,
      uploadStatus,
      viewCount: 0,
      ...(uploadedBy !== undefined && { uploadedBy }),
      createdAt: made.now,
      updatedAt: made.now
    },
    events: [AssetCreated({ assetId: made.id, externalProvider, externalId, assetType, accessLevel })]
  }
}

/** The asset that a course file's video becomes: it lies with its provider already, and is read through its lessons. */
export const assetOfLink = ({ durationSeconds, externalId, provider, url }: VideoLink): CreateAsset => ({
  externalProvider: provider,
  externalId,
  assetType: "video",
  accessLevel: "course_access",
  ...(url !== undefined && { externalUrl: url }),
  ...(durationSeconds !== undefined && { duration: durationSeconds })
})

export const linkOf = ({ duration, externalId, externalProvider, externalUrl }: Asset): VideoLink => ({
  provider: externalProvider,
  externalId,
  ...(externalUrl !== undefined && { url: externalUrl }),
  ...(duration !== undefined && { durationSeconds: duration })
})

/** What the link says that the asset does not; undefined when it says nothing new. */
export const relinked = (asset: Asset, link: VideoLink, now: Instant): Decision<Asset> | undefined => {
  const { accessLevel: _, assetType: __, ...said } = assetOfLink(link)
  const state: Asset = { ...asset, ...said, updatedAt: now }
  if (state.externalUrl === asset.externalUrl && state.duration === asset.duration) return undefined
  const { externalId, externalProvider, id } = asset
  return { state, events: [AssetRelinked({ assetId: id, externalProvider, externalId })] }
}

/** Works with an asset: `media.manage`, or `media.manage` on their own courses and they brought it in. */
export const mayManage = (me: Standing, asset: Pick<Asset, "uploadedBy">): boolean =>
  may(me, "media.manage", { own: asset.uploadedBy !== undefined && asset.uploadedBy === userIdOf(me.actor) })
