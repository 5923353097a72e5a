/** What media does when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { type CurrentActor, may, requirePermission, userIdOf } from "../shared/actor.ts"
import { type Call, Door } from "../shared/door.ts"
import { Forbidden } from "../shared/errors.ts"
import { newId } from "../shared/id.ts"
import type { Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { orderBy, paginate } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import { AssetNotFound } from "./errors.ts"
import { type Asset, AssetId, type CreateAsset, operations } from "./model.ts"
import { Assets } from "./ports.ts"
import * as rules from "./rules.ts"

const makeCreate = Effect.gen(function* () {
  const assets = yield* Assets
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  return Effect.fnUntraced(function* (input: CreateAsset, { me, now }: Call) {
    const { events, state } = rules.describe(input, { id: yield* newId(AssetId, random), me, now })
    yield* assets.insert(state)
    yield* outbox.append(events)
    return state
  })
})

/** Everything that lies with providers, for who manages it. */
export class MediaLibrary extends Context.Service<MediaLibrary, Methods<typeof operations>>()(
  "lyceum/media/MediaLibrary"
) {
  static readonly layer = Layer.effect(
    MediaLibrary,
    Effect.gen(function* () {
      const assets = yield* Assets
      const door = yield* Door
      const create = yield* makeCreate
      return MediaLibrary.of({
        create: door.command(
          operations.create,
          Effect.fnUntraced(function* (input, call) {
            yield* Effect.fromResult(requirePermission(call.me, "media.manage", { own: true }))
            return yield* create(input, call)
          })
        ),
        get: door.query(
          operations.get,
          Effect.fnUntraced(function* ({ assetId }, { me }) {
            const found = Option.filter(yield* assets.find(assetId), (asset) => rules.mayManage(me, asset))
            if (Option.isNone(found)) return yield* new AssetNotFound({ assetId })
            return { ...found.value, variants: yield* assets.variants(assetId) }
          })
        ),
        list: door.query(
          operations.list,
          Effect.fnUntraced(function* ({ assetType, uploadStatus, ...request }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "media.manage", { own: true }))
            const uploadedBy = may(me, "media.manage") ? undefined : userIdOf(me.actor)
            const filter = { assetType, uploadStatus, uploadedBy }
            return yield* paginate(
              orderBy("assets", [AssetId]),
              request,
              (after, count) => assets.list(filter, after, count),
              ({ id }) => [id]
            )
          })
        )
      })
    })
  )
}

/** The door for content: videos as course files name them, kept in the transaction of the lesson that shows them. */
export class VideoLinks extends Context.Service<
  VideoLinks,
  {
    /**
     * The asset of a link, made when the file is not known. A link that says something new of a known file changes it;
     * that takes the right to manage the asset.
     */
    readonly keep: (
      link: rules.VideoLink,
      call: Call
    ) => Effect.Effect<AssetId, Forbidden, InTransaction | CurrentActor>
    /** The links of those assets that exist. */
    readonly describe: (ids: ReadonlyArray<AssetId>) => Effect.Effect<ReadonlyMap<AssetId, rules.VideoLink>>
  }
>()("lyceum/media/VideoLinks") {
  static readonly layer = Layer.effect(
    VideoLinks,
    Effect.gen(function* () {
      const assets = yield* Assets
      const outbox = yield* Outbox
      const create = yield* makeCreate

      const relink = Effect.fnUntraced(function* (asset: Asset, link: rules.VideoLink, { me, now }: Call) {
        const decision = rules.relinked(asset, link, now)
        if (decision === undefined) return
        if (!rules.mayManage(me, asset)) return yield* new Forbidden({ permission: "media.manage" })
        yield* assets.update(decision.state)
        yield* outbox.append(decision.events)
      })

      return VideoLinks.of({
        keep: Effect.fnUntraced(function* (link, call) {
          const known = yield* assets.findExternalForUpdate(link.provider, link.externalId)
          if (Option.isNone(known)) {
            // Somebody may have been faster: then it is theirs.
            return yield* create(rules.assetOfLink(link), call).pipe(
              Effect.map(({ id }) => id),
              Effect.catchTag("media.asset_exists", ({ assetId }) => Effect.succeed(assetId))
            )
          }
          yield* relink(known.value, link, call)
          return known.value.id
        }),
        describe: (ids) =>
          ids.length === 0
            ? Effect.succeed(new Map())
            : Effect.map(
                assets.findAll(ids),
                (found) => new Map(found.map((asset) => [asset.id, rules.linkOf(asset)]))
              )
      })
    })
  )
}
