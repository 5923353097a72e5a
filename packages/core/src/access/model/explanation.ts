/** Why a decision is what it is, and what counts for nothing in it. */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { AccessDecision } from "./decision.ts"
import { EntitlementId, EntitlementRef } from "./entitlement.ts"

/** Why an entitlement counts for nothing. Source: ACC-20. */
export const DeadEntitlement = Schema.Struct({
  entitlementId: EntitlementId,
  userId: UserId,
  entitlementRef: EntitlementRef,
  problem: Schema.Literals(["unknown_tier", "unknown_course"])
}).annotate({ identifier: "DeadEntitlement" })
export type DeadEntitlement = typeof DeadEntitlement.Type

export const Explanation = Schema.Struct({
  at: Instant,
  decision: AccessDecision,
  /** The policies in the order they were asked, up to the one that decided. */
  steps: Schema.Array(
    Schema.Struct({
      policy: Schema.String,
      /** The rule it stands for: `ACC-3 step 5`. */
      source: Schema.String,
      fact: Schema.String,
      /** What it decided; absent when it had no opinion. */
      verdict: Schema.optionalKey(Schema.String)
    })
  ),
  /** Entitlements of the user that count for nothing. */
  dead: Schema.Array(DeadEntitlement),
  /** All of it as text, for a terminal or a support ticket. */
  lines: Schema.Array(Schema.String)
}).annotate({ identifier: "AccessExplanation" })
export type Explanation = typeof Explanation.Type
