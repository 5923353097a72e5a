/** Tiers, and what people were given. */
import { DeadEntitlement, Entitlement, Tier, TierExists } from "@lyceum/core/access"
import { EntitlementStore, TierStore } from "@lyceum/core/access/ports"
import { ProfileNotFound } from "@lyceum/core/identity"
import { DateTime, Effect, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { refusing, table } from "./table.ts"

export const tierStoreLayer = Layer.effect(
  TierStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("access.tiers", ["id"], Tier)
    return TierStore.of({
      findForUpdate: (key) => Effect.orDie(rows.selectOne(sql`where tier_key = ${key}`, "for no key update")),
      list: ({ soldOnly }, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([rank, key]) => [sql`(sort_order, tier_key) > (${Number(rank)}::int, ${String(key)})`]
        })
        const wanted = sql.and([...(soldOnly ? [sql`is_active`] : []), ...beyond])
        return Effect.orDie(rows.select(sql`where ${wanted} order by sort_order, tier_key limit ${count}`))
      },
      insert: (tier) =>
        refusing({ tiers_tier_key_key: () => new TierExists({ tierKey: tier.tierKey }) })(rows.insert(tier)),
      update: (tier) =>
        Effect.orDie(
          rows.replace(tier, [
            "name",
            "description",
            "sort_order",
            "monthly_price_cents",
            "currency",
            "features",
            "limits",
            "is_active",
            "updated_at"
          ])
        )
    })
  })
)

const decodeDead = Schema.decodeUnknownSync(Schema.Array(DeadEntitlement))

export const entitlementStoreLayer = Layer.effect(
  EntitlementStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("access.user_entitlements", ["id"], Entitlement)
    const unknownUser = ({ userId }: Entitlement) =>
      refusing({ user_entitlements_user_fkey: () => new ProfileNotFound({ user: userId }) })

    return EntitlementStore.of({
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where id = ${id}::uuid`, "for no key update")),
      findBySource: (source, reference) =>
        Effect.orDie(rows.selectOne(sql`where source = ${source} and source_reference = ${reference}`)),
      insert: (entitlement) =>
        unknownUser(entitlement)(rows.insertUnlessKnown(entitlement, "user_entitlements_source_key")),
      update: (entitlement) =>
        Effect.orDie(
          rows.replace(entitlement, [
            "status",
            "expires_at",
            "cancelled_at",
            "revoked_at",
            "revoked_by",
            "revocation_reason",
            "updated_at"
          ])
        ),
      claimEnded: (now, count) =>
        Effect.orDie(
          rows.select(sql`
            where status = 'active' and expires_at <= ${DateTime.formatIso(now)}::timestamptz
            order by expires_at, id limit ${count} for no key update skip locked`)
        ),
      list: (userId, { after, count }) => {
        const beyond = Option.match(after, {
          onNone: () => [],
          onSome: ([id]) => [sql`id < ${String(id)}::uuid`]
        })
        return Effect.orDie(
          rows.select(
            sql`where ${sql.and([sql`user_id = ${userId}::uuid`, ...beyond])} order by id desc limit ${count}`
          )
        )
      },
      listDead: ({ entitlementId, userId }, { after, count }) => {
        const wanted = sql.and([
          sql`e.status <> 'revoked'`,
          ...(userId === undefined ? [] : [sql`e.user_id = ${userId}::uuid`]),
          ...(entitlementId === undefined ? [] : [sql`e.id = ${entitlementId}::uuid`]),
          ...Option.match(after, { onNone: () => [], onSome: ([id]) => [sql`e.id > ${String(id)}::uuid`] })
        ])
        return Effect.map(
          Effect.orDie(sql`
            select e.id as "entitlementId", e.user_id as "userId", e.entitlement_ref as "entitlementRef",
              case when strpos(e.entitlement_ref, '-') > 0 then 'unknown_course' else 'unknown_tier' end as problem
            from access.user_entitlements e
            where ${wanted} and case
              when strpos(e.entitlement_ref, '-') > 0
                then not exists (select 1 from content.courses c where c.id = e.entitlement_ref::uuid)
              else not exists (select 1 from access.tiers t where t.tier_key = e.entitlement_ref) end
            order by e.id limit ${count}`),
          decodeDead
        )
      }
    })
  })
)
