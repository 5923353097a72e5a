/** Every use case of the noun `tags`. */
import { Schema } from "effect"
import { command, Done, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { Slug } from "../../shared/text.ts"
import { TagExists, TagNotFound } from "../errors.ts"
import { Tag } from "../model/tag.ts"

const { description, isFeatured, name, tagCategory } = Tag.fields
const bySlug = { slug: Slug }

export const tagOperations = {
  get: query("tags.get", { input: Schema.Struct(bySlug), output: Tag, refusals: [TagNotFound] }),
  /** By slug; for everyone. */
  list: query("tags.list", {
    input: Schema.Struct({
      tagCategory: Schema.optionalKey(tagCategory),
      isFeatured: Schema.optionalKey(isFeatured),
      ...pageFields
    }),
    output: page(Tag)
  }),
  /** Takes `content.create` or `manage_content`. The slug, made from the name unless given, never changes. */
  create: command("tags.create", {
    input: Schema.Struct({
      slug: Schema.optionalKey(Slug),
      name,
      description: Schema.optionalKey(description),
      /** `topic` when absent. */
      tagCategory: Schema.optionalKey(tagCategory)
    }),
    output: Tag,
    refusals: [TagExists]
  }),
  /** Takes `manage_content`. */
  update: command("tags.update", {
    input: Schema.Struct({
      ...bySlug,
      name: Schema.optionalKey(name),
      description: Schema.optionalKey(description),
      tagCategory: Schema.optionalKey(tagCategory),
      isFeatured: Schema.optionalKey(isFeatured)
    }),
    output: Tag,
    refusals: [TagNotFound]
  }),
  /** Takes `manage_content`. Courses that carry it lose it. */
  delete: command("tags.delete", { input: Schema.Struct(bySlug), output: Done, refusals: [TagNotFound] })
}
