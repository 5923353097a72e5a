/** What keys does when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { requirePermission, type Standing } from "../shared/actor.ts"
import { Door } from "../shared/door.ts"
import { newId } from "../shared/id.ts"
import type { Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { orderBy, paginate } from "../shared/page.ts"
import { ApiKeyNotFound } from "./errors.ts"
import { type ApiKey, ApiKeyId, operations } from "./model.ts"
import { ApiKeys } from "./ports.ts"
import * as rules from "./rules.ts"
import { digestOf } from "./verifier.ts"

const newestFirst = orderBy("API keys newest first", [ApiKeyId])

/** Use cases of the operator: making, rotating and revoking API keys. */
export class Keys extends Context.Service<Keys, Methods<typeof operations>>()("lyceum/keys/Keys") {
  static readonly layer = Layer.effect(
    Keys,
    Effect.gen(function* () {
      const keys = yield* ApiKeys
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const digest = yield* Digest.Digest
      const door = yield* Door

      const mayManage = Effect.fnUntraced(function* (me: Standing) {
        yield* Effect.fromResult(requirePermission(me, "operations.manage"))
        yield* Effect.fromResult(rules.mayManageKeys(me.actor))
      })

      const orNotFound = (id: ApiKeyId) =>
        Effect.flatMap((found: Option.Option<ApiKey>) =>
          Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(new ApiKeyNotFound({ id }))
        )

      const newSecret = Effect.gen(function* () {
        const secret = rules.secretOf(yield* random.randomBytes(rules.secretBytes))
        return { secret, sha256: yield* digestOf(secret).pipe(Effect.provideService(Digest.Digest, digest)) }
      })

      return Keys.of({
        create: door.command(
          operations.create,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* mayManage(me)
            const { events, state } = yield* Effect.fromResult(
              rules.create(input, yield* newId(ApiKeyId, random), now)
            )
            const { secret, sha256 } = yield* newSecret
            // A new line takes over from nobody, so no rotation stands in its way.
            yield* Effect.orDie(keys.insert(state, sha256))
            yield* outbox.append(events)
            return { key: state, secret }
          })
        ),
        list: door.query(operations.list, (request, { me }) =>
          Effect.andThen(
            mayManage(me),
            paginate(newestFirst, request, keys.list, ({ id }) => [id])
          )
        ),
        rotate: door.command(
          operations.rotate,
          Effect.fnUntraced(function* ({ id, ...asked }, { me, now }) {
            yield* mayManage(me)
            const key = yield* keys.findForUpdate(id).pipe(orNotFound(id))
            const predecessor =
              key.replaces === undefined ? undefined : Option.getOrUndefined(yield* keys.find(key.replaces))
            const newKeyId = yield* newId(ApiKeyId, random)
            const { events, state } = yield* Effect.fromResult(
              rules.rotate(key, { ...asked, newId: newKeyId, predecessor }, now)
            )
            const { secret, sha256 } = yield* newSecret
            yield* keys.insert(state.new, sha256)
            yield* keys.update(state.old)
            yield* outbox.append(events)
            return { key: state.new, secret }
          })
        ),
        revoke: door.command(
          operations.revoke,
          Effect.fnUntraced(function* ({ id }, { me, now }) {
            yield* mayManage(me)
            const key = yield* keys.findForUpdate(id).pipe(orNotFound(id))
            const { events, state } = yield* Effect.fromResult(rules.revoke(key, now))
            yield* keys.update(state)
            yield* outbox.append(events)
            return state
          })
        )
      })
    })
  )
}
