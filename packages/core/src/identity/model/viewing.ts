/** Staff looking at the platform as somebody else sees it. Source: KER-26. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { SoundReason } from "../../shared/text.ts"

/** Who may read as whom, and until when; asking again replaces it. */
export const Viewing = Schema.Struct({ viewerId: UserId, viewedId: UserId, until: Instant })
export type Viewing = typeof Viewing.Type

export const ViewedAs = defineEvent("identity.viewed_as", {
  payload: Schema.Struct({ userId: UserId, viewerId: UserId, reason: SoundReason, until: Instant }),
  key: ({ userId }) => `user:${userId}`,
  subjects: ({ userId, viewerId }) => ({ userId, viewerId })
})
