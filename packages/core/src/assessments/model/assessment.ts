/** Assessments, their items, and what a single learner is granted beyond their terms. */
import { Schema } from "effect"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { line, Reason } from "../../shared/text.ts"
import { AssessmentId, QuestionId } from "./ids.ts"
import { Points } from "./question.ts"

const atMost = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const tenYearsSec = 315_360_000

/** What an assessment is of; its access and its certificate are those of the lesson or the course. */
export const Scope = Schema.Union([
  Schema.Struct({ scope: Schema.Literal("lesson"), lessonId: LessonId }),
  Schema.Struct({ scope: Schema.Literal("course"), courseId: CourseId })
])
  .pipe(Schema.toTaggedUnion("scope"))
  .annotate({ identifier: "AssessmentScope" })
export type Scope = typeof Scope.Type

export const AssessmentType = Schema.Literals(["quiz", "exam", "cert"]).annotate({
  identifier: "AssessmentType"
})
export const GradingMode = Schema.Literals(["auto", "manual", "hybrid"]).annotate({
  identifier: "GradingMode"
})
export const GradePolicy = Schema.Literals(["highest", "latest", "first", "average"]).annotate({
  identifier: "GradePolicy"
})
export const ExpiryPolicy = Schema.Literals(["grade_saved", "discard"]).annotate({
  identifier: "ExpiryPolicy"
})

/** From when on a learner is shown something of an ended attempt. `closed`: once nobody can take it any more. */
export const ShownWhen = Schema.Literals(["never", "ended", "graded", "closed"]).annotate({
  identifier: "ShownWhen"
})

/** What a learner is shown of an attempt that ended, and when (ASM-9). */
export const ReviewOptions = Schema.Struct({
  responses: ShownWhen,
  score: ShownWhen,
  /** The points of each item, with what a person wrote about it. */
  items: ShownWhen,
  keys: ShownWhen,
  explanations: ShownWhen
}).annotate({ identifier: "ReviewOptions" })
export type ReviewOptions = typeof ReviewOptions.Type

export const Assessment = Schema.Struct({
  id: AssessmentId,
  scope: Scope,
  title: line(200),
  type: AssessmentType,
  /** A `cert` gives one always, an `exam` when it says so, a `quiz` never (CRT-1). */
  givesCertificate: Schema.Boolean,
  opensAt: Schema.optionalKey(Instant),
  closesAt: Schema.optionalKey(Instant),
  timeLimitSec: Schema.optionalKey(atMost(1, tenYearsSec)),
  attemptLimit: Schema.optionalKey(atMost(1, 10_000)),
  retakeCooldownSec: Schema.optionalKey(atMost(0, tenYearsSec)),
  /** Percent of the points. */
  passingScore: atMost(0, 100),
  gradingMode: GradingMode,
  gradePolicy: GradePolicy,
  shuffleQuestions: Schema.Boolean,
  shuffleAnswers: Schema.Boolean,
  onExpiry: ExpiryPolicy,
  review: ReviewOptions,
  isPublished: Schema.Boolean,
  version: Schema.Int,
  /** Absent: a service made it, as imports from the command line do. */
  createdBy: Schema.optionalKey(UserId),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Assessment" })
export type Assessment = typeof Assessment.Type

/** A question's place in an assessment. */
export const Item = Schema.Struct({
  assessmentId: AssessmentId,
  questionId: QuestionId,
  displayOrder: atMost(1, 10_000),
  pointsOverride: Schema.optionalKey(Points),
  isRequired: Schema.Boolean
}).annotate({ identifier: "AssessmentItem" })
export type Item = typeof Item.Type

const granted = {
  /** Times the limit, in percent: 150 gives half as much again. */
  timeFactorPercent: Schema.optionalKey(atMost(100, 1000)),
  extraTimeSec: Schema.optionalKey(atMost(0, tenYearsSec)),
  extraAttempts: Schema.optionalKey(atMost(0, 10_000)),
  opensAt: Schema.optionalKey(Instant),
  closesAt: Schema.optionalKey(Instant)
}

/** What one learner is granted at one assessment; a field that is missing inherits the assessment's (ASM-5). */
export const Accommodation = Schema.Struct({
  assessmentId: AssessmentId,
  userId: UserId,
  ...granted,
  reason: Reason,
  /** Absent: a service. */
  grantedBy: Schema.optionalKey(UserId),
  updatedAt: Instant
}).annotate({ identifier: "Accommodation" })
export type Accommodation = typeof Accommodation.Type

/** The part of an accommodation that changes decisions. */
export type Granted = Partial<Pick<Accommodation, keyof typeof granted>>
