/** What becomes of the events that a client tells. Source: LRN-7. */
import { Result } from "effect"
import type { LessonReading } from "../../access/index.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import type { AnalyticsEvent, ToldEvent, TrackOutcome } from "../model.ts"

/** What the platform alone tells. */
const ofThePlatform: ReadonlyArray<AnalyticsEvent["eventType"]> = [
  "assessment_start",
  "assessment_submit",
  "assessment_graded",
  "certificate_issued"
]

/** Why the learner may say nothing of the lesson, as the code of the refusal; undefined when they may. */
const obstacleTo = (reading: LessonReading | undefined): string | undefined => {
  if (reading?.isVisible !== true) return "content.lesson_not_found"
  const { decision } = reading
  if (decision.allowed) return undefined
  return decision.reason === "not_published" ? "content.lesson_not_found" : `access.${decision.reason}`
}

/** The event as it is kept, by the clock of the server; or the code of what speaks against it. */
export const accept = (
  { eventData = {}, ...told }: ToldEvent,
  readings: ReadonlyArray<LessonReading>,
  by: { readonly userId: UserId; readonly now: Instant }
): Result.Result<AnalyticsEvent, string> => {
  if (ofThePlatform.includes(told.eventType)) return Result.fail("learning.told_by_the_platform")
  const obstacle = obstacleTo(readings.find(({ lessonId }) => lessonId === told.lessonId))
  return obstacle === undefined
    ? Result.succeed({ ...told, userId: by.userId, eventData, eventTimestamp: by.now })
    : Result.fail(obstacle)
}

/** The answer to each event of a batch, in order: of two of one id the first is the one that was stored. */
export const outcomesOf = (
  accepted: ReadonlyArray<readonly [id: AnalyticsEvent["id"], result: Result.Result<AnalyticsEvent, string>]>,
  stored: ReadonlyArray<AnalyticsEvent["id"]>
): ReadonlyArray<TrackOutcome> => {
  const left = new Set(stored)
  return accepted.map(([id, result]) =>
    Result.isFailure(result)
      ? { id, outcome: "refused", code: result.failure }
      : { id, outcome: left.delete(id) ? "stored" : "known" }
  )
}
