/** The ways learning says no. `learning.prerequisites_unmet` is told by assessments too, and defined there. */
import { Schema } from "effect"
import { AssessmentId } from "../assessments/index.ts"
import { maxBookmarks } from "../progress/index.ts"
import type { Tellings } from "../shared/errors.ts"
import { LessonId } from "../shared/id.ts"

export class ProgressNotFound extends Schema.TaggedError<ProgressNotFound>()("learning.progress_not_found", {
  lessonId: LessonId
}) {}
/** Nobody completes what they never opened, or not since they began anew. Source: LRN-12. */
export class NotOpened extends Schema.TaggedError<NotOpened>()("learning.not_opened", {
  lessonId: LessonId
}) {}
/** Too little of the video was played. Source: LRN-12. */
export class NotWatched extends Schema.TaggedError<NotWatched>()("learning.not_watched", {
  watchedSeconds: Schema.Int,
  neededSeconds: Schema.Int
}) {}
/** Source: LRN-12. */
export class AssessmentsNotPassed extends Schema.TaggedError<AssessmentsNotPassed>()(
  "learning.assessments_not_passed",
  {
    /** Those still to pass; none where the lesson has none that is published yet. */
    assessmentIds: Schema.Array(AssessmentId)
  }
) {}
export class TooManyBookmarks extends Schema.TaggedError<TooManyBookmarks>()("learning.too_many_bookmarks", {
  maximum: Schema.Int
}) {
  static readonly of = (): TooManyBookmarks => new TooManyBookmarks({ maximum: maxBookmarks })
}

export type LearningRefusal =
  | ProgressNotFound
  | NotOpened
  | NotWatched
  | AssessmentsNotPassed
  | TooManyBookmarks

export const learningTellings: Tellings<LearningRefusal> = {
  "learning.progress_not_found": {
    family: "not_found",
    en: ({ lessonId }) => `There is no progress in the lesson ${lessonId}.`,
    fr: ({ lessonId }) => `Il n'y a pas de progression dans la leçon ${lessonId}.`
  },
  "learning.not_opened": {
    family: "conflict",
    en: () => "Open the lesson before you complete it.",
    fr: () => "Ouvrez la leçon avant de la terminer."
  },
  "learning.not_watched": {
    family: "conflict",
    en: ({ neededSeconds, watchedSeconds }) =>
      `Watch more of the video: ${watchedSeconds} of ${neededSeconds} seconds so far.`,
    fr: ({ neededSeconds, watchedSeconds }) =>
      `Regardez davantage la vidéo : ${watchedSeconds} secondes sur ${neededSeconds} jusqu'ici.`
  },
  "learning.assessments_not_passed": {
    family: "conflict",
    en: ({ assessmentIds }) =>
      assessmentIds.length === 0
        ? "The lesson has no assessment to pass yet."
        : `Pass its assessments first: ${assessmentIds.length} to go.`,
    fr: ({ assessmentIds }) =>
      assessmentIds.length === 0
        ? "La leçon n'a pas encore d'évaluation à réussir."
        : `Réussissez d'abord ses évaluations : il en reste ${assessmentIds.length}.`
  },
  "learning.too_many_bookmarks": {
    family: "conflict",
    en: ({ maximum }) => `A lesson takes at most ${maximum} bookmarks.`,
    fr: ({ maximum }) => `Une leçon a au plus ${maximum} signets.`
  }
}
