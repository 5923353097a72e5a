/** The ways assessments says no. */
import { Schema } from "effect"
import { LessonId, UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { AssessmentId, AttemptId, QuestionId } from "./model/ids.ts"

const ids = Schema.Array(QuestionId)

export class AssessmentNotFound extends Schema.TaggedError<AssessmentNotFound>()(
  "assessments.assessment_not_found",
  { id: AssessmentId }
) {}
export class QuestionNotFound extends Schema.TaggedError<QuestionNotFound>()(
  "assessments.question_not_found",
  { id: QuestionId }
) {}
export class AttemptNotFound extends Schema.TaggedError<AttemptNotFound>()("assessments.attempt_not_found", {
  id: AttemptId
}) {}
/** A lesson or a course has one assessment that gives its certificate (CRT-1). */
export class CertificateGiverExists extends Schema.TaggedError<CertificateGiverExists>()(
  "assessments.certificate_giver_exists",
  {}
) {}
export class AwaitingReview extends Schema.TaggedError<AwaitingReview>()("assessments.awaiting_review", {
  attemptId: AttemptId
}) {}
export class NotPublished extends Schema.TaggedError<NotPublished>()("assessments.not_published", {}) {}
export class NotOpenYet extends Schema.TaggedError<NotOpenYet>()("assessments.not_open_yet", {
  opensAt: Instant
}) {}
export class Closed extends Schema.TaggedError<Closed>()("assessments.closed", { closedAt: Instant }) {}
/** The lesson may be read as a preview, which is not enough to be examined on it (ACC-7). */
export class PreviewOnly extends Schema.TaggedError<PreviewOnly>()("assessments.preview_only", {}) {}
/** Source: LRN-3; asked here first, since learning stands above. */
export class PrerequisitesUnmet extends Schema.TaggedError<PrerequisitesUnmet>()(
  "learning.prerequisites_unmet",
  {
    lessonIds: Schema.Array(LessonId)
  }
) {}
export class RetakeTooSoon extends Schema.TaggedError<RetakeTooSoon>()("assessments.retake_too_soon", {
  retryAt: Instant
}) {}
export class AttemptLimitReached extends Schema.TaggedError<AttemptLimitReached>()(
  "assessments.attempt_limit_reached",
  {
    limit: Schema.Int
  }
) {}

/** The attempt is not in a status that the command can begin from. */
export class AttemptNotOpen extends Schema.TaggedError<AttemptNotOpen>()("assessments.attempt_not_open", {
  attemptId: AttemptId,
  status: Schema.String
}) {}
/** Received after the deadline and its grace: the attempt has ended with what had been saved. */
export class DeadlinePassed extends Schema.TaggedError<DeadlinePassed>()("assessments.deadline_passed", {
  deadline: Instant
}) {}
export class RequiredUnanswered extends Schema.TaggedError<RequiredUnanswered>()(
  "assessments.required_unanswered",
  {
    questionIds: ids
  }
) {}
export class ItemsUngraded extends Schema.TaggedError<ItemsUngraded>()("assessments.items_ungraded", {
  questionIds: ids
}) {}
/** A correction that cannot be made; `why` says which of the reasons of ASM-18. */
export class CorrectionRefused extends Schema.TaggedError<CorrectionRefused>()(
  "assessments.correction_refused",
  {
    questionId: QuestionId,
    why: Schema.Literals(["question_unknown", "last_item_with_points", "other_shape", "not_usable"])
  }
) {}
export class SnapshotCorrupt extends Schema.TaggedError<SnapshotCorrupt>()("assessments.snapshot_corrupt", {
  attemptId: AttemptId
}) {}
/** What keeps an assessment from being published, all at once (ASM-15). */
export class NotPublishable extends Schema.TaggedError<NotPublishable>()("assessments.not_publishable", {
  problems: Schema.Array(Schema.Literals(["no_points", "open_text_in_auto", "closes_before_it_opens"]))
}) {}
export class QuestionInUse extends Schema.TaggedError<QuestionInUse>()("assessments.question_in_use", {
  questionId: QuestionId,
  usageCount: Schema.Int
}) {}
/** Attempts rest on it; it can be unpublished, not deleted. */
export class AssessmentInUse extends Schema.TaggedError<AssessmentInUse>()("assessments.assessment_in_use", {
  assessmentId: AssessmentId
}) {}
/** Nothing is granted to that learner at that assessment. */
export class AccommodationNotFound extends Schema.TaggedError<AccommodationNotFound>()(
  "assessments.accommodation_not_found",
  { assessmentId: AssessmentId, userId: UserId }
) {}
/** Another grader works on it. */
export class ReviewClaimed extends Schema.TaggedError<ReviewClaimed>()("assessments.review_claimed", {
  until: Instant
}) {}

export type AssessmentRefusal =
  | AssessmentNotFound
  | QuestionNotFound
  | AttemptNotFound
  | CertificateGiverExists
  | AwaitingReview
  | NotPublished
  | NotOpenYet
  | Closed
  | PreviewOnly
  | PrerequisitesUnmet
  | RetakeTooSoon
  | AttemptLimitReached
  | AttemptNotOpen
  | DeadlinePassed
  | RequiredUnanswered
  | ItemsUngraded
  | CorrectionRefused
  | SnapshotCorrupt
  | NotPublishable
  | QuestionInUse
  | AssessmentInUse
  | AccommodationNotFound
  | ReviewClaimed

export { assessmentTellings } from "./tellings.ts"
