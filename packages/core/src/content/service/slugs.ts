/** Taking and giving back slugs. Source: CON-7. */
import { Effect, Option } from "effect"
import { SlugTaken } from "../errors.ts"
import { Slugs, type SlugScope } from "../ports.ts"
import { freeSlug, type Noun, slugPrefix } from "../rules/slug.ts"

export const makeSlugging = Effect.gen(function* () {
  const slugs = yield* Slugs

  const takeGiven = Effect.fnUntraced(function* (scope: SlugScope, slug: string, itemId: string) {
    return (yield* slugs.take(scope, slug, itemId)) ? slug : yield* new SlugTaken({ slug })
  })

  /** Whoever takes the same one at the same time gets it, and we the next. */
  const takeFree = Effect.fnUntraced(function* (
    scope: SlugScope,
    { itemId, noun, title }: { readonly itemId: string; readonly noun: Noun; readonly title: string }
  ) {
    const taken = new Set(yield* slugs.beginningWith(scope, slugPrefix(title, noun)))
    for (;;) {
      const slug = freeSlug(title, noun, (candidate) => taken.has(candidate))
      if (yield* slugs.take(scope, slug, itemId)) return slug
      taken.add(slug)
    }
  })

  /** Refuses a slug that is or was another's, without taking it. */
  const check = Effect.fnUntraced(function* (scope: SlugScope, slug: string, itemId: string) {
    const found = yield* slugs.find(scope, slug)
    if (Option.isSome(found) ? found.value !== itemId : (yield* slugs.beginningWith(scope, slug)).includes(slug)) {
      return yield* new SlugTaken({ slug })
    }
  })

  /** Takes the new one; the old one stays its own when it was published under it. */
  const rename = Effect.fnUntraced(function* (
    scope: SlugScope,
    item: { readonly id: string; readonly before: string; readonly after: string; readonly wasPublished: boolean }
  ) {
    if (item.before === item.after) return
    yield* takeGiven(scope, item.after, item.id)
    yield* (item.wasPublished ? slugs.reserve : slugs.release)(scope, item.before)
  })

  return { check, rename, reserve: slugs.reserve, take: slugs.take, takeFree, takeGiven }
})
