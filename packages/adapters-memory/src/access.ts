/** Tiers, and what people were given. */
import {
  type DeadEntitlement,
  Entitlement,
  initialTiers,
  isCourseRef,
  Tier,
  TierExists
} from "@lyceum/core/access"
import { EntitlementStore, TierStore } from "@lyceum/core/access/ports"
import { ProfileNotFound } from "@lyceum/core/identity"
import { isWithin } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { courseRows } from "./content.ts"
import { MemoryDatabase, table } from "./database.ts"
import { profileRows } from "./identity.ts"
import { pageOf } from "./order.ts"

/** By key. */
export const tierRows = table("access.tiers", Tier)
export const entitlementRows = table("access.user_entitlements", Entitlement)

export const tierStoreLayer = Layer.effect(
  TierStore,
  Effect.gen(function* () {
    const rows = tierRows(yield* MemoryDatabase)
    yield* Effect.forEach(initialTiers(DateTime.makeUnsafe(0)), (tier) => rows.put(tier.tierKey, tier), {
      discard: true
    })
    return TierStore.of({
      findForUpdate: (key) => rows.find(key),
      list: ({ soldOnly }, part) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(({ isActive }) => isActive || !soldOnly),
            ({ sortOrder, tierKey }) => [sortOrder, tierKey],
            part
          )
        ),
      insert: (tier) =>
        Effect.flatMap(rows.find(tier.tierKey), (found) =>
          Option.isSome(found)
            ? Effect.fail(new TierExists({ tierKey: tier.tierKey }))
            : rows.put(tier.tierKey, tier)
        ),
      update: (tier) => rows.put(tier.tierKey, tier)
    })
  })
)

export const entitlementStoreLayer = Layer.effect(
  EntitlementStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = entitlementRows(database)
    const profiles = profileRows(database)
    const tiers = tierRows(database)
    const courses = courseRows(database)

    const findBySource = (source: string, reference: string) =>
      Effect.map(rows.all, (all) =>
        Option.fromUndefinedOr(all.find((one) => one.source === source && one.sourceReference === reference))
      )
    const isDead = ({ entitlementRef }: Entitlement): Effect.Effect<boolean> =>
      isCourseRef(entitlementRef)
        ? Effect.map(courses.find(entitlementRef), Option.isNone)
        : Effect.map(tiers.find(entitlementRef), Option.isNone)

    return EntitlementStore.of({
      findForUpdate: (id) => rows.find(id),
      findBySource,
      insert: Effect.fnUntraced(function* (entitlement) {
        const { source, sourceReference, userId } = entitlement
        if (sourceReference !== undefined && Option.isSome(yield* findBySource(source, sourceReference)))
          return false
        if (Option.isNone(yield* profiles.find(userId))) return yield* new ProfileNotFound({ user: userId })
        yield* rows.put(entitlement.id, entitlement)
        return true
      }),
      update: (entitlement) => rows.put(entitlement.id, entitlement),
      claimEnded: (now, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(({ expiresAt, status }) => status === "active" && !isWithin(now, { to: expiresAt })),
            ({ expiresAt, id }) => [expiresAt?.epochMilliseconds ?? 0, id],
            { after: Option.none(), count }
          )
        ),
      list: (userId, part) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter((one) => one.userId === userId),
            ({ id }) => [id],
            { ...part, order: "descending" }
          )
        ),
      listDead: Effect.fnUntraced(function* ({ entitlementId, userId }, part) {
        const asked = (yield* rows.all).filter(
          (one) =>
            one.status !== "revoked" &&
            (userId === undefined || one.userId === userId) &&
            (entitlementId === undefined || one.id === entitlementId)
        )
        const dead = (yield* Effect.filter(asked, isDead)).map((one): DeadEntitlement => ({
          entitlementId: one.id,
          userId: one.userId,
          entitlementRef: one.entitlementRef,
          problem: isCourseRef(one.entitlementRef) ? "unknown_course" : "unknown_tier"
        }))
        return pageOf(dead, (one) => [one.entitlementId], part)
      })
    })
  })
)
