/** Tags. */
import { Course, Tag, TagExists } from "@lyceum/core/content"
import { TagStore } from "@lyceum/core/content/ports"
import { Effect, Layer, Option, Schema } from "effect"
import { MemoryDatabase, table } from "./database.ts"
import { pageOf } from "./order.ts"

/** By slug. The stored count is not looked at: it is counted when a tag is read. */
export const tagRows = table("content.tags", Tag)

/** Of courses, what tags are about. */
const taggedRows = table("content.courses", Schema.Struct(Course.fields))

export const tagStoreLayer = Layer.effect(
  TagStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = tagRows(database)
    const courses = taggedRows(database)

    const counted = Effect.fnUntraced(function* (tags: ReadonlyArray<Tag>) {
      const carried = (yield* courses.all).flatMap((course) => course.tags)
      return tags.map((tag): Tag => ({
        ...tag,
        usageCount: carried.filter((slug) => slug === tag.slug).length
      }))
    })
    const find = (slug: string) =>
      Effect.map(
        Effect.flatMap(rows.find(slug), (found) => counted(Option.toArray(found))),
        ([tag]) => Option.fromUndefinedOr(tag)
      )

    return TagStore.of({
      find,
      findForUpdate: find,
      existing: (slugs) =>
        Effect.map(
          Effect.filter([...new Set(slugs)], (slug) => Effect.map(rows.find(slug), Option.isSome)),
          (known) => [...known].sort()
        ),
      beginningWith: (prefix) =>
        Effect.map(rows.all, (all) => all.map(({ slug }) => slug).filter((slug) => slug.startsWith(prefix))),
      list: ({ isFeatured, tagCategory }, after, count) =>
        Effect.flatMap(rows.all, (all) =>
          counted(
            pageOf(
              all.filter(
                (tag) =>
                  (isFeatured === undefined || tag.isFeatured === isFeatured) &&
                  (tagCategory === undefined || tag.tagCategory === tagCategory)
              ),
              ({ slug }) => [slug],
              { after, count }
            )
          )
        ),
      insert: Effect.fnUntraced(function* (tag) {
        if (Option.isSome(yield* rows.find(tag.slug))) return yield* new TagExists({ slug: tag.slug })
        yield* rows.put(tag.slug, tag)
      }),
      update: (tag) => rows.put(tag.slug, tag),
      remove: Effect.fnUntraced(function* (slug) {
        const carriers = (yield* courses.all).filter(({ tags }) => tags.includes(slug))
        yield* Effect.forEach(
          carriers,
          (course) => courses.put(course.id, { ...course, tags: course.tags.filter((tag) => tag !== slug) }),
          { discard: true }
        )
        yield* rows.remove(slug)
      })
    })
  })
)
