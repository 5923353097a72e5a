/** What a school sells. */
import { Context, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { may, requirePermission } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { newId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { TierExists, TierNotFound } from "../errors.ts"
import { freeTier, TierId, TierKey } from "../model/tier.ts"
import { tierOperations, type UpdateTier } from "../operations.ts"
import { TierStore } from "../ports.ts"
import * as rules from "../rules/settings.ts"

const byRank = orderBy("tiers by rank", [Schema.Int, TierKey])

export class Tiers extends Context.Service<Tiers, Methods<typeof tierOperations>>()("lyceum/access/Tiers") {
  static readonly layer = Layer.effect(
    Tiers,
    Effect.gen(function* () {
      const store = yield* TierStore
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door

      const change = Effect.fnUntraced(function* (given: UpdateTier, { me, now }: Call) {
        yield* Effect.fromResult(requirePermission(me, "billing.manage"))
        const before = yield* store.findForUpdate(given.tierKey)
        if (Option.isNone(before)) return yield* new TierNotFound({ tierKey: given.tierKey })
        const { events, state } = yield* Effect.fromResult(rules.change(before.value, given, now))
        yield* store.update(state)
        yield* outbox.append(events)
        return state
      })

      return Tiers.of({
        list: door.query(tierOperations.list, (request, { me }) =>
          paginate(
            byRank,
            request,
            (after, count) => store.list({ soldOnly: !may(me, "billing.view") }, { after, count }),
            ({ sortOrder, tierKey }) => [sortOrder, tierKey]
          )
        ),
        create: door.command(
          tierOperations.create,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "billing.manage"))
            // It ships and stays: another one of its key would have to keep rank 0 too (ACC-2).
            if (input.tierKey === freeTier) return yield* new TierExists({ tierKey: freeTier })
            const { events, state } = rules.create(input, yield* newId(TierId, random), now)
            yield* store.insert(state)
            yield* outbox.append(events)
            return state
          })
        ),
        update: door.command(tierOperations.update, change),
        deactivate: door.command(tierOperations.deactivate, ({ tierKey }, call) =>
          change({ tierKey, isActive: false }, call)
        )
      })
    })
  )
}
