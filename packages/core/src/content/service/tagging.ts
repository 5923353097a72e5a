/** Tags that a course file names before anybody made them. */
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Call } from "../../shared/door.ts"
import { newId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { type ImportedItem, type Tag, TagCreated, TagId } from "../model/index.ts"
import { TagStore } from "../ports.ts"
import { tagsInOrder } from "../rules/edits.ts"

/** What a tag is filed under unless somebody says otherwise. */
const defaultCategory = "topic"

export const newTag = Effect.fnUntraced(function* (
  given: Pick<Tag, "slug" | "name"> & Partial<Pick<Tag, "description" | "tagCategory">>,
  { now }: Call
) {
  const tag: Tag = {
    description: "",
    tagCategory: defaultCategory,
    ...given,
    id: yield* newId(TagId, yield* SecureRandom.SecureRandom),
    isFeatured: false,
    usageCount: 0,
    createdAt: now,
    updatedAt: now
  }
  yield* (yield* TagStore).insert(tag)
  yield* (yield* Outbox).append([TagCreated({ slug: tag.slug })])
  return tag
})

/** Makes those that do not exist, in order; one that somebody makes at the same time is theirs. */
export const makeMissingTags = Effect.fnUntraced(function* (slugs: ReadonlyArray<string>, call: Call) {
  const wanted = tagsInOrder(slugs)
  const known = yield* (yield* TagStore).existing(wanted)
  const made: Array<ImportedItem> = []
  for (const slug of wanted.filter((one) => !known.includes(one))) {
    const isNew = yield* newTag({ slug, name: slug.replaceAll("-", " ") }, call).pipe(
      Effect.as(true),
      Effect.catchTag("content.tag_exists", () => Effect.succeed(false))
    )
    if (isNew) made.push({ type: "tag", name: slug, change: "created" })
  }
  return made
})
