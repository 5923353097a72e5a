/** What contracts of entitlements give, when, and what was told of it. */
import { DateTime, Effect } from "effect"
import type { Entitlement, NewEntitlement } from "../src/access/index.ts"
import type { Instant } from "../src/shared/instant.ts"
import { toldOf } from "./people.ts"
import { clockAt, unique } from "./samples.ts"

export const start = DateTime.makeUnsafe("2026-03-01T00:00:00Z")
export const after = (milliseconds: number): Instant => DateTime.add(start, { milliseconds })

/** Premium from a source of payments, for so many milliseconds. */
export const premium = (userId: Entitlement["userId"], milliseconds?: number): NewEntitlement => ({
  userId,
  entitlementType: "tier",
  entitlementRef: "premium",
  source: "stripe",
  sourceReference: unique("subscription"),
  ...(milliseconds !== undefined && { expiresAt: after(milliseconds) })
})
export const names = (id: Entitlement["userId"]) =>
  Effect.map(toldOf(id), (told) => told.map(({ name }) => name).filter((name) => name.startsWith("access.")))

/** A test that begins at the start. */
export const from =
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
  () =>
    Effect.andThen(clockAt(start), body)
