/** Which events of the platform are told to analytics, and how. Clients never tell these. Source: LRN-7. */
import {
  AttemptGraded,
  AttemptRegraded,
  AttemptStarted,
  AttemptSubmitted,
  type Scope
} from "../../assessments/index.ts"
import { CertificateIssued } from "../../certificates/index.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { UserId } from "../../shared/id.ts"
import type { AnalyticsEvent } from "../model.ts"

const types: Readonly<Record<string, AnalyticsEvent["eventType"]>> = {
  [AttemptStarted.eventName]: "assessment_start",
  [AttemptSubmitted.eventName]: "assessment_submit",
  [AttemptGraded.eventName]: "assessment_graded",
  [AttemptRegraded.eventName]: "assessment_graded",
  [CertificateIssued.eventName]: "certificate_issued"
}

/** The events that analytics hears. */
export const toldToAnalytics = Object.keys(types)

/** What all of them carry. */
interface About {
  readonly userId: UserId
  readonly assessmentId: string
  readonly attemptId: string
  readonly scope: Scope
}

const aboutOf = (event: StoredEvent): About | undefined => {
  switch (event.name) {
    case AttemptStarted.eventName:
      return AttemptStarted.read(event)
    case AttemptSubmitted.eventName:
      return AttemptSubmitted.read(event)
    case AttemptGraded.eventName:
      return AttemptGraded.read(event)
    case AttemptRegraded.eventName:
      return AttemptRegraded.read(event)
    case CertificateIssued.eventName:
      return CertificateIssued.read(event)
    default:
      return undefined
  }
}

/** Ids and outcomes, nothing that a learner wrote. Undefined for an event that analytics does not hear. */
export const analyticsOf = (event: StoredEvent): AnalyticsEvent | undefined => {
  const [about, eventType] = [aboutOf(event), types[event.name]]
  if (about === undefined || eventType === undefined) return undefined
  const { assessmentId, attemptId, scope, userId } = about
  const outcome = event.name === AttemptGraded.eventName ? { passed: AttemptGraded.read(event).passed } : {}
  const again = event.name === AttemptRegraded.eventName ? AttemptRegraded.read(event).after : undefined
  return {
    id: event.id,
    userId,
    ...(scope.scope === "lesson" ? { lessonId: scope.lessonId } : { courseId: scope.courseId }),
    eventType,
    eventData: {
      assessmentId,
      attemptId,
      ...outcome,
      ...(again !== undefined && { passed: again.passed, regraded: true })
    },
    eventTimestamp: event.at
  }
}
