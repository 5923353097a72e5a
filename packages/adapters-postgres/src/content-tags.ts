/** Tags. */
import { Tag, TagExists } from "@lyceum/core/content"
import { TagStore } from "@lyceum/core/content/ports"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { table } from "./table.ts"

export const tagStoreLayer = Layer.effect(
  TagStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("content.tags", ["id"], Tag)
    return TagStore.of({
      find: (slug) => Effect.orDie(rows.selectOne(sql`where slug = ${slug}`)),
      findForUpdate: (slug) => Effect.orDie(rows.selectOne(sql`where slug = ${slug}`, "for update")),
      existing: (slugs) =>
        Effect.map(
          Effect.orDie(
            sql<{
              slug: string
            }>`select slug from content.tags where slug = any(${slugs}::text[]) order by slug`
          ),
          (found) => found.map(({ slug }) => slug)
        ),
      beginningWith: (prefix) =>
        Effect.map(
          Effect.orDie(
            sql<{ slug: string }>`select slug from content.tags where starts_with(slug, ${prefix})`
          ),
          (found) => found.map(({ slug }) => slug)
        ),
      list: ({ isFeatured, tagCategory }, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where ${sql.and([
              sql`slug > ${String(Option.match(after, { onNone: () => "", onSome: ([slug]) => slug ?? "" }))}`,
              ...(tagCategory === undefined ? [] : [sql`tag_category = ${tagCategory}`]),
              ...(isFeatured === undefined ? [] : [sql`is_featured = ${isFeatured}`])
            ])}
            order by slug limit ${count}`)
        ),
      insert: Effect.fnUntraced(function* (tag) {
        const isNew = yield* Effect.orDie(rows.insertUnlessKnown(tag, "tags_slug_key"))
        if (!isNew) return yield* new TagExists({ slug: tag.slug })
      }),
      // Its count belongs to the courses that carry it.
      update: (tag) =>
        Effect.orDie(rows.replace(tag, ["name", "description", "tag_category", "is_featured", "updated_at"])),
      remove: (slug) => Effect.orDie(Effect.asVoid(sql`delete from content.tags where slug = ${slug}`))
    })
  })
)
