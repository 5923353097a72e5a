/** Tags: what courses are found by. */
import { Schema } from "effect"
import { Instant } from "../../shared/instant.ts"
import { line, prose, Slug } from "../../shared/text.ts"
import { TagId } from "./ids.ts"

export const Tag = Schema.Struct({
  id: TagId,
  /** Courses and course files name the tag by it; it never changes. */
  slug: Slug,
  name: line(100),
  description: prose(2000),
  tagCategory: line(100),
  isFeatured: Schema.Boolean,
  /** The number of courses that carry the tag, whatever their status (CON-10). */
  usageCount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_147_483_647 })),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Tag" })
export type Tag = typeof Tag.Type
