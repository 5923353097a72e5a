/** What content does with tags when asked. Source: CON-10. */
import { Context, Effect, Layer, Option, type Result } from "effect"
import { may, requirePermission, type Standing } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import type { Forbidden } from "../../shared/errors.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { Slug } from "../../shared/text.ts"
import { TagNotFound } from "../errors.ts"
import { type Tag, TagDeleted, TagEdited } from "../model/index.ts"
import { tagOperations as operations } from "../operations/index.ts"
import { TagStore } from "../ports.ts"
import { changedFields, patched } from "../rules/edits.ts"
import { freeSlug, slugPrefix } from "../rules/slug.ts"
import { type Needs, providing } from "./needs.ts"
import { newTag } from "./tagging.ts"

type Inputs = { readonly [Name in keyof typeof operations]: (typeof operations)[Name]["input"]["Type"] }

const found = (slug: string) => (tag: Option.Option<Tag>) =>
  Option.isSome(tag) ? Effect.succeed(tag.value) : Effect.fail(new TagNotFound({ slug }))

const get = Effect.fnUntraced(function* ({ slug }: Inputs["get"]) {
  return yield* Effect.flatMap((yield* TagStore).find(slug), found(slug))
})

const list = Effect.fnUntraced(function* ({ isFeatured, tagCategory, ...request }: Inputs["list"]) {
  const tags = yield* TagStore
  const filter = { isFeatured, tagCategory }
  return yield* paginate(
    orderBy("tags by slug", [Slug]),
    request,
    (after, count) => tags.list(filter, after, count),
    ({ slug }) => [slug]
  )
})

const mayCreate = (me: Standing): Result.Result<void, Forbidden> =>
  requirePermission(me, may(me, "manage_content") ? "manage_content" : "content.create")

const create = Effect.fnUntraced(function* ({ slug, ...given }: Inputs["create"], call: Call) {
  yield* Effect.fromResult(mayCreate(call.me))
  return yield* slug === undefined ? newTagOfName(given, call) : newTag({ ...given, slug }, call)
})

/** Under the first free slug; whoever takes the same one at the same time gets it, and we the next. Source: CON-7. */
const newTagOfName = Effect.fnUntraced(function* (given: Omit<Inputs["create"], "slug">, call: Call) {
  const taken = new Set(yield* (yield* TagStore).beginningWith(slugPrefix(given.name, "tag")))
  for (;;) {
    const slug = freeSlug(given.name, "tag", (candidate) => taken.has(candidate))
    const made = yield* Effect.option(newTag({ ...given, slug }, call))
    if (Option.isSome(made)) return made.value
    taken.add(slug)
  }
})

const update = Effect.fnUntraced(function* ({ slug, ...fields }: Inputs["update"], { me, now }: Call) {
  yield* Effect.fromResult(requirePermission(me, "manage_content"))
  const tags = yield* TagStore
  const before = yield* Effect.flatMap(tags.findForUpdate(slug), found(slug))
  const after = patched<Tag>(before, fields)
  const changed = changedFields(before, after)
  if (changed.length === 0) return before
  const next = { ...after, updatedAt: now }
  yield* tags.update(next)
  yield* (yield* Outbox).append([TagEdited({ slug, fields: changed })])
  return next
})

const remove = Effect.fnUntraced(function* ({ slug }: Inputs["delete"], { me }: Call) {
  yield* Effect.fromResult(requirePermission(me, "manage_content"))
  const tags = yield* TagStore
  const { usageCount } = yield* Effect.flatMap(tags.findForUpdate(slug), found(slug))
  yield* tags.remove(slug)
  yield* (yield* Outbox).append([TagDeleted({ slug, courses: usageCount })])
  return done
})

/** The key of the tag service: what courses are found by. */
export class Tags extends Context.Service<Tags, Methods<typeof operations>>()("lyceum/content/Tags") {
  static readonly layer: Layer.Layer<Tags, never, Door | Needs> = Layer.effect(
    Tags,
    Effect.gen(function* () {
      const { command, query } = yield* Door
      const within = yield* providing
      return Tags.of({
        get: query(operations.get, (input) => within(get(input))),
        list: query(operations.list, (input) => within(list(input))),
        create: command(operations.create, (input, call) => within(create(input, call))),
        update: command(operations.update, (input, call) => within(update(input, call))),
        delete: command(operations.delete, (input, call) => within(remove(input, call)))
      })
    })
  )
}
