/** Granting, renewing, ending entitlements; and who is a paying member by them. Source: ACC-12, ACC-13. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { Arrivals } from "../../identity/index.ts"
import { PaidMembership } from "../../rbac/index.ts"
import { requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import { Invalid, SignInRequired } from "../../shared/errors.ts"
import { newId } from "../../shared/id.ts"
import { IdempotencyKey } from "../../shared/idempotency.ts"
import type { Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { EntitlementNotFound, GrantDiffers } from "../errors.ts"
import { EntitlementId, type NewEntitlement } from "../model/entitlement.ts"
import { entitlementOperations } from "../operations.ts"
import { AccessFacts, EntitlementStore } from "../ports.ts"
import * as rules from "../rules/entitlement.ts"
import { paidUntil, tiersOf } from "../rules/reader.ts"

const deadById = orderBy("dead entitlements by id", [EntitlementId])
const sweepAtOnce = 500

const mayManage = (me: Standing) => Effect.fromResult(requirePermission(me, "billing.manage"))
const mayView = (me: Standing) => Effect.fromResult(requirePermission(me, "billing.view"))

export class Entitlements extends Context.Service<Entitlements, Methods<typeof entitlementOperations>>()(
  "lyceum/access/Entitlements"
) {
  static readonly layer = Layer.effect(
    Entitlements,
    Effect.gen(function* () {
      const store = yield* EntitlementStore
      const arrivals = yield* Arrivals
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door

      const held = (entitlementId: EntitlementId) =>
        Effect.flatMap(store.findForUpdate(entitlementId), (found) =>
          Option.isSome(found)
            ? Effect.succeed(found.value)
            : Effect.fail(new EntitlementNotFound({ entitlementId }))
        )

      /** Refuses a grant that wins back what was not lost. */
      const checkReplaced = Effect.fnUntraced(function* ({ replaces, userId }: NewEntitlement) {
        if (replaces === undefined) return
        const replaced = Option.getOrUndefined(yield* store.findForUpdate(replaces))
        if (replaced?.status !== "revoked" || replaced.userId !== userId) {
          yield* Invalid.at(["replaces"], "must be a revoked entitlement of the same user")
        }
      })

      const problemOf = (entitlementId: EntitlementId) =>
        Effect.map(store.listDead({ entitlementId }, { after: Option.none(), count: 1 }), ([dead]) =>
          dead === undefined ? {} : { problem: dead.problem }
        )

      return Entitlements.of({
        grant: door.command(
          entitlementOperations.grant,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* mayManage(me)
            if (input.sourceReference === undefined && Option.isNone(yield* IdempotencyKey)) {
              return yield* Invalid.at(["sourceReference"], "is needed by a grant without an idempotency key")
            }
            yield* checkReplaced(input)
            // Who paid may not have used the platform yet; a person who grants names somebody who has.
            const arrival =
              me.actor._tag === "Service"
                ? yield* Effect.orDie(arrivals.make({ id: input.userId }, "command", now))
                : undefined
            const by = { id: yield* newId(EntitlementId, random), grantedBy: userIdOf(me.actor) }
            const { events, state } = yield* Effect.fromResult(rules.grant(input, by, now))
            if (yield* store.insert(state)) {
              yield* outbox.append([...(arrival?.events ?? []), ...events])
              return { entitlement: state, isNew: true, ...(yield* problemOf(state.id)) }
            }
            const { source, sourceReference = "" } = input
            const stored = Option.getOrThrow(yield* store.findBySource(source, sourceReference))
            if (!rules.isSameGrant(stored, input)) {
              return yield* new GrantDiffers({ source, sourceReference, entitlementId: stored.id })
            }
            return { entitlement: stored, isNew: false, ...(yield* problemOf(stored.id)) }
          })
        ),

        renew: door.command(
          entitlementOperations.renew,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* mayManage(me)
            const { events, outcome, state } = rules.renew(
              yield* held(input.entitlementId),
              input.periodEnd,
              now
            )
            if (outcome === "renewed") yield* store.update(state)
            yield* outbox.append(events)
            return { entitlement: state, outcome }
          })
        ),

        cancel: door.command(
          entitlementOperations.cancel,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* mayManage(me)
            const { events, state } = rules.cancel(yield* held(input.entitlementId), now)
            yield* store.update(state)
            yield* outbox.append(events)
            return state
          })
        ),

        revoke: door.command(
          entitlementOperations.revoke,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* mayManage(me)
            const by = { reason: input.reason, revokedBy: userIdOf(me.actor) }
            const { events, state } = rules.revoke(yield* held(input.entitlementId), by, now)
            yield* store.update(state)
            yield* outbox.append(events)
            return state
          })
        ),

        sweep: door.command(
          entitlementOperations.sweep,
          Effect.fnUntraced(function* ({ limit = sweepAtOnce }, { me, now }) {
            yield* mayManage(me)
            const ended = (yield* store.claimEnded(now, limit)).map((one) => rules.expire(one, now))
            yield* Effect.forEach(ended, ({ state }) => store.update(state), { discard: true })
            yield* outbox.append(ended.flatMap(({ events }) => events))
            return { expired: ended.length, more: ended.length === limit }
          })
        ),

        list: door.query(
          entitlementOperations.list,
          Effect.fnUntraced(function* ({ userId, ...request }, { me }) {
            if (me.actor._tag === "Anonymous") return yield* new SignInRequired()
            const own = userIdOf(me.actor)
            const whose = userId ?? own
            if (whose === undefined)
              return yield* Invalid.at(["userId"], "is needed by a service, which holds none")
            if (whose !== own) yield* mayView(me)
            return yield* paginate(
              orderBy(`entitlements of ${whose}`, [EntitlementId]),
              request,
              (after, count) => store.list(whose, { after, count }),
              ({ id }) => [id]
            )
          })
        ),

        find: door.query(
          entitlementOperations.find,
          Effect.fnUntraced(function* ({ source, sourceReference }, { me }) {
            yield* mayView(me)
            const entitlement = Option.getOrUndefined(yield* store.findBySource(source, sourceReference))
            return entitlement === undefined ? {} : { entitlement }
          })
        ),

        listDead: door.query(
          entitlementOperations.listDead,
          Effect.fnUntraced(function* (request, { me }) {
            yield* mayView(me)
            return yield* paginate(
              deadById,
              request,
              (after, count) => store.listDead({}, { after, count }),
              ({ entitlementId }) => [entitlementId]
            )
          })
        )
      })
    })
  ).pipe(Layer.provide(Arrivals.layer))
}

/** Tells rbac who is a paying member by what they were given. Source: RBAC-8. */
export const paidMembershipLayer = Layer.effect(
  PaidMembership,
  Effect.map(AccessFacts, (facts) =>
    PaidMembership.of({
      until: (userId, now) =>
        Effect.map(facts.ofHoldings(userId, now), ({ entitlements, tiers }) =>
          Option.fromNullishOr(paidUntil(tiersOf(tiers), entitlements, DateTime.toEpochMillis(now)))
        )
    })
  )
)
