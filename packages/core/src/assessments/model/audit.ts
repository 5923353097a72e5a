/** The trail of grading: appended to, never changed. Source: ASM-19. */
import { Schema } from "effect"
import { Actor } from "../../shared/actor.ts"
import { Instant } from "../../shared/instant.ts"
import { Rational } from "../../shared/rational.ts"
import { prose } from "../../shared/text.ts"
import { ItemGrade } from "./attempt.ts"
import { AttemptId } from "./ids.ts"

/** What grading knows of an attempt at one moment: no answers, no questions. */
export const GradingState = Schema.Struct({
  status: Schema.String,
  deadline: Schema.optionalKey(Instant),
  grades: Schema.optionalKey(Schema.Array(ItemGrade)),
  score: Schema.optionalKey(Rational),
  maxScore: Schema.optionalKey(Rational),
  passed: Schema.optionalKey(Schema.Boolean),
  feedback: Schema.optionalKey(prose(20_000))
}).annotate({ identifier: "GradingState" })
export type GradingState = typeof GradingState.Type

export const GradingAction = Schema.Literals([
  "auto_graded",
  "manual_graded",
  "regraded",
  "review_enqueued",
  "expired",
  "accommodation_changed",
  "certificate_revoked"
]).annotate({ identifier: "GradingAction" })
export type GradingAction = typeof GradingAction.Type

/** One row of the trail; its previous state is the new state of the row before it. */
export const GradingAudit = Schema.Struct({
  attemptId: AttemptId,
  actionType: GradingAction,
  performedBy: Actor,
  performedAt: Instant,
  previousState: GradingState,
  newState: GradingState,
  reason: Schema.optionalKey(prose(1000))
}).annotate({ identifier: "GradingAudit" })
export type GradingAudit = typeof GradingAudit.Type
