/** What a school sells: tiers, each with a rank. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { Uuid } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { Currency, MinorUnits } from "../../shared/money.ts"
import { line, prose } from "../../shared/text.ts"

export const TierId = Uuid.pipe(Schema.brand("TierId"))
export type TierId = typeof TierId.Type

/** The name of a tier in data: lower-case words joined by underscores, so never mistaken for a course id. */
export const TierKey = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{0,39}$/u, { description: "lower-case words joined by underscores" })
).pipe(Schema.brand("TierKey"))
export type TierKey = typeof TierKey.Type

/** The tier of who holds none. It ships, keeps rank 0, and cannot be removed. Source: ACC-2. */
export const freeTier = TierKey.make("free")

export const tierSettings = {
  name: line(80),
  description: prose(1000),
  /** The rank: who holds a tier reads what any tier of the same or a lower rank opens. */
  sortOrder: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
  monthlyPriceCents: MinorUnits.check(Schema.isGreaterThanOrEqualTo(0)),
  currency: Currency,
  /** What the tier offers, in sentences of the school. No rule reads them. */
  features: Schema.Array(line(200)).check(Schema.isMaxLength(50)),
  /** Numbers that the school's own software reads: `{ downloads_per_day: 5 }`. No rule reads them. */
  limits: Schema.Record(
    Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_]{0,59}$/u)),
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
  ),
  /** False once it is no longer sold; who holds it keeps it, with its rank. */
  isActive: Schema.Boolean
}

export const Tier = Schema.Struct({
  id: TierId,
  tierKey: TierKey,
  ...tierSettings,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Tier" })
export type Tier = typeof Tier.Type

/** The four tiers that ship, lowest first; both stores are seeded with them. Prices are the school's to set. */
export const initialTiers = (now: Instant): ReadonlyArray<Tier> =>
  (
    [
      ["free", "Free", 0, 0],
      ["basic", "Basic", 10, 900],
      ["premium", "Premium", 20, 2900],
      ["enterprise", "Enterprise", 30, 9900]
    ] as const
  ).map(([key, name, sortOrder, monthlyPriceCents], index) => ({
    id: TierId.make(`00000000-0000-7000-8000-00000000000${index + 1}`),
    tierKey: TierKey.make(key),
    name,
    description: "",
    sortOrder,
    monthlyPriceCents,
    currency: "EUR",
    features: [],
    limits: {},
    isActive: true,
    createdAt: now,
    updatedAt: now
  }))

export const TierCreated = defineEvent("access.tier_created", {
  payload: Schema.Struct({ tier: Tier }),
  key: ({ tier }) => `tier:${tier.tierKey}`,
  subjects: ({ tier }) => ({ tierKey: tier.tierKey })
})
export const TierChanged = defineEvent("access.tier_changed", {
  payload: Schema.Struct({ before: Tier, after: Tier }),
  key: ({ after }) => `tier:${after.tierKey}`,
  subjects: ({ after }) => ({ tierKey: after.tierKey })
})
