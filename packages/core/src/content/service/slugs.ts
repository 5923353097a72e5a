/** Taking and giving back slugs. Source: CON-7. */
import { Effect, Option } from "effect"
import { SlugTaken } from "../errors.ts"
import { Slugs, type SlugScope } from "../ports.ts"
import { freeSlug, type Noun, slugPrefix } from "../rules/slug.ts"

export const takeGivenSlug = Effect.fnUntraced(function* (scope: SlugScope, slug: string, itemId: string) {
  return (yield* (yield* Slugs).take(scope, slug, itemId)) ? slug : yield* new SlugTaken({ slug })
})

/** Whoever takes the same one at the same time gets it, and we the next. */
export const takeFreeSlug = Effect.fnUntraced(function* (
  scope: SlugScope,
  { itemId, noun, title }: { readonly itemId: string; readonly noun: Noun; readonly title: string }
) {
  const slugs = yield* Slugs
  const taken = new Set(yield* slugs.beginningWith(scope, slugPrefix(title, noun)))
  for (;;) {
    const slug = freeSlug(title, noun, (candidate) => taken.has(candidate))
    if (yield* slugs.take(scope, slug, itemId)) return slug
    taken.add(slug)
  }
})

/** Refuses a slug that is or was another's, without taking it. */
export const checkSlug = Effect.fnUntraced(function* (scope: SlugScope, slug: string, itemId: string) {
  const owner = yield* (yield* Slugs).find(scope, slug)
  if (Option.isSome(owner) && owner.value.itemId !== itemId) return yield* new SlugTaken({ slug })
})

/** Takes the new one; the old one stays its own when it was published under it. */
export const renameSlug = Effect.fnUntraced(function* (
  scope: SlugScope,
  item: {
    readonly id: string
    readonly before: string
    readonly after: string
    readonly wasPublished: boolean
  }
) {
  if (item.before === item.after) return
  const slugs = yield* Slugs
  yield* takeGivenSlug(scope, item.after, item.id)
  yield* (item.wasPublished ? slugs.reserve : slugs.release)(scope, item.before)
})
