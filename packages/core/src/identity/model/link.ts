/** Where else somebody is found. Source: IDN-6. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId, Uuid } from "../../shared/id.ts"
import { HttpsUrl, line } from "../../shared/text.ts"

export const LinkType = Schema.Literals([
  "github",
  "linkedin",
  "twitter",
  "website",
  "youtube",
  "mastodon",
  "other"
]).annotate({
  identifier: "LinkType"
})

export const LinkId = Uuid.pipe(Schema.brand("LinkId"))
export type LinkId = typeof LinkId.Type

export const Link = Schema.Struct({
  linkType: LinkType,
  url: HttpsUrl,
  /** What the link reads; absent: its address. */
  label: Schema.optionalKey(line(80)),
  isPublic: Schema.Boolean
}).annotate({ identifier: "Link" })
export type Link = typeof Link.Type

/** All links of a profile, in their order. */
export const Links = Schema.Array(Link).check(Schema.isMaxLength(10))

export const LinksChanged = defineEvent("identity.links_changed", {
  payload: Schema.Struct({ userId: UserId, version: Schema.Int, count: Schema.Int }),
  key: ({ userId }) => `user:${userId}`,
  subjects: ({ userId }) => ({ userId })
})
