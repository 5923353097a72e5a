/** One try of one learner at one assessment. Each status carries exactly what is known by then (ASM-3). */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { Rational } from "../../shared/rational.ts"
import { line, prose } from "../../shared/text.ts"
import { AssessmentId, AttemptId, CorrectionId, QuestionId } from "./ids.ts"
import { ExpiryPolicy } from "./assessment.ts"
import { Keys, Points } from "./question.ts"
import { Snapshot } from "./snapshot.ts"

const ShownId = Schema.String.check(Schema.isMaxLength(40))
const shownIds = Schema.Array(ShownId).check(Schema.isMaxLength(100))

/** What a learner answers; each question type takes one of these shapes. Without its content it is an empty answer. */
export const Answer = Schema.Union([
  Schema.Struct({ choices: shownIds }),
  Schema.Struct({
    pairs: Schema.Array(Schema.Struct({ stem: ShownId, target: ShownId })).check(Schema.isMaxLength(100))
  }),
  Schema.Struct({ order: shownIds }),
  Schema.Struct({ text: prose(100_000) }),
  // Last, since without its field it would pass for any of the others.
  Schema.Struct({ value: Schema.optionalKey(Schema.Boolean) })
]).annotate({ identifier: "Answer" })
export type Answer = typeof Answer.Type

export const Response = Schema.Struct({ questionId: QuestionId, answer: Answer }).annotate({
  identifier: "Response"
})
export type Response = typeof Response.Type
export const Responses = Schema.Array(Response).check(Schema.isMaxLength(1000))
export type Responses = typeof Responses.Type

/** 128 bits in hexadecimal that decide every order of an attempt (ASM-7); never all zero. */
export const AttemptSeed = Schema.String.check(
  Schema.isPattern(/^(?!0{32})[0-9a-f]{32}$/u, { description: "32 hexadecimal digits, not all 0" })
)

/** SHA-256 in lower-case hexadecimal. */
export const Sha256Hex = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{64}$/u, { description: "a SHA-256 in hexadecimal" })
)

/** The points of one item, and who gave them. A machine never overwrites a person's (ASM-17). */
export const ItemGrade = Schema.Struct({
  questionId: QuestionId,
  points: Rational,
  /** What was to be had, after corrections. */
  maxPoints: Points,
  by: Schema.Literals(["machine", "person", "correction"]),
  feedback: Schema.optionalKey(prose(20_000))
}).annotate({ identifier: "ItemGrade" })
export type ItemGrade = typeof ItemGrade.Type

const started = {
  id: AttemptId,
  userId: UserId,
  assessmentId: AssessmentId,
  /** 1 for the learner's first try at it, without gaps; given by us, never by the client (ASM-4). */
  attemptNo: Schema.Int.check(Schema.isGreaterThan(0)),
  attemptSeed: AttemptSeed,
  contentSnapshot: Snapshot,
  contentSnapshotHash: Sha256Hex,
  /** In the order of the snapshot. */
  responses: Responses,
  /** One more for every stored change of the attempt; what a writer saw last. */
  revision: Schema.Natural,
  startedAt: Instant,
  /** The terms at the start: changing the assessment's own changes no running attempt (ASM-5). */
  timeLimitSec: Schema.optionalKey(Schema.Int),
  closesAt: Schema.optionalKey(Instant),
  onExpiry: ExpiryPolicy,
  /** Before read-only time is added; absent when nothing ends the attempt. */
  deadline: Schema.optionalKey(Instant)
}
const submitted = {
  ...started,
  submittedAt: Instant,
  timeSpentSec: Schema.Natural,
  /** Ended by the clock with what had been saved, not by the learner. */
  autoSubmitted: Schema.Boolean,
  /** Which of the learner's sessions handed it in. */
  sessionId: Schema.optionalKey(line(200))
}
const ended = { ...started, endedAt: Instant, timeSpentSec: Schema.Natural }

export const InProgress = Schema.Struct({ status: Schema.Literal("in_progress"), ...started })
export type InProgress = typeof InProgress.Type
export const Submitted = Schema.Struct({ status: Schema.Literal("submitted"), ...submitted })
export type Submitted = typeof Submitted.Type
export const NeedsReview = Schema.Struct({ status: Schema.Literal("needs_review"), ...submitted })
export type NeedsReview = typeof NeedsReview.Type
export const Graded = Schema.Struct({
  status: Schema.Literal("graded"),
  ...submitted,
  /** When it was graded first; a regrade keeps it. */
  gradedAt: Instant,
  /** The person who graded last; absent while only a machine did. */
  gradedBy: Schema.optionalKey(UserId),
  grades: Schema.Array(ItemGrade),
  score: Rational,
  maxScore: Rational,
  passed: Schema.Boolean,
  /** About the whole; what is said about an item stands with its grade. */
  feedback: Schema.optionalKey(prose(20_000))
})
export type Graded = typeof Graded.Type
export const Abandoned = Schema.Struct({ status: Schema.Literal("abandoned"), ...ended })
export type Abandoned = typeof Abandoned.Type
export const Expired = Schema.Struct({ status: Schema.Literal("expired"), ...ended })
export type Expired = typeof Expired.Type

export const Attempt = Schema.Union([InProgress, Submitted, NeedsReview, Graded, Abandoned, Expired])
  .pipe(Schema.toTaggedUnion("status"))
  .annotate({ identifier: "Attempt" })
export type Attempt = typeof Attempt.Type
export const AttemptStatus = Schema.Literals([
  "in_progress",
  "submitted",
  "needs_review",
  "graded",
  "abandoned",
  "expired"
]).annotate({ identifier: "AttemptStatus" })
export type AttemptStatus = Attempt["status"]

const mended = <T extends keyof typeof Keys>(type: T) =>
  Schema.Struct({ type: Schema.Literal(type), correctAnswers: Keys[type] })

/** A key as the bank spells it, with the names of choices that an author gave. */
export const MendedKey = Schema.Union([
  mended("mcq"),
  mended("true_false"),
  mended("matching"),
  mended("ordering"),
  mended("numeric"),
  mended("short_text")
]).pipe(Schema.toTaggedUnion("type"))
export type MendedKey = typeof MendedKey.Type

/** What a person decides about a question that was answered: mended key, dropped, or given in full (ASM-18). */
export const CorrectionAct = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("mended"), key: MendedKey }),
  Schema.Struct({ kind: Schema.Literal("dropped") }),
  Schema.Struct({ kind: Schema.Literal("full_points") })
])
  .pipe(Schema.toTaggedUnion("kind"))
  .annotate({ identifier: "CorrectionAct" })
export type CorrectionAct = typeof CorrectionAct.Type

/** Stored beside the snapshots, never in them; the last one of a question counts. */
export const Correction = Schema.Struct({
  id: CorrectionId,
  assessmentId: AssessmentId,
  questionId: QuestionId,
  /** The version that it was decided about: what the question was mended to later in the bank, it leaves alone. */
  questionVersion: Schema.Int,
  act: CorrectionAct,
  reason: line(1000),
  /** Absent: a service made it, as the operator does at the command line. */
  correctedBy: Schema.optionalKey(UserId),
  createdAt: Instant
}).annotate({ identifier: "Correction" })
export type Correction = typeof Correction.Type

export const RegradePolicy = Schema.Literals(["never_lower", "exact"]).annotate({
  identifier: "RegradePolicy"
})
export type RegradePolicy = typeof RegradePolicy.Type
