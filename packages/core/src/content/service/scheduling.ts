/** Courses that are published at an instant to come, and who is told when it has. Source: CON-2. */
import { DateTime, Effect, Option } from "effect"
import type { Call } from "../../shared/door.ts"
import { Forbidden, Invalid } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { AlreadyPublished } from "../errors.ts"
import { type Course, PublicationRescheduled, ScheduledCoursePublished } from "../model/index.ts"
import type { courseOperations as operations } from "../operations/index.ts"
import { ComingPublications, CourseStore } from "../ports.ts"
import { touched } from "../rules/edits.ts"
import { isPublished, isStillToCome, mayTake, published } from "../rules/workflow.ts"
import { guard, holdCourse } from "./loading.ts"
import { approveCourseItself } from "./transitions.ts"

/** Told in one transaction, unless asked otherwise. */
const toldAtOnce = 100

const reschedule = Effect.fnUntraced(function* (course: Course, publishAt: Instant, { now }: Call) {
  const after = touched(published(course, { now, publishAt }), now)
  yield* (yield* CourseStore).update(after)
  yield* (yield* Outbox).append([
    PublicationRescheduled({ courseId: course.id, before: course.publishAt ?? now, after: publishAt })
  ])
  yield* (yield* ComingPublications).put(course.id, publishAt)
  return after
})

/** Approves a course for a later instant, or moves that instant. */
export const schedule = Effect.fnUntraced(function* (
  { courseId, publishAt, ...asked }: (typeof operations)["schedule"]["input"]["Type"],
  call: Call
) {
  const structure = yield* holdCourse(courseId, call)
  const { course } = structure
  const people = {
    creators: [course.createdBy],
    instructorId: course.instructorId,
    lastEditorId: course.lastEditorId
  }
  yield* Effect.fromResult(mayTake("approve_content", { me: call.me, people }))
  if (!DateTime.isGreaterThan(publishAt, call.now))
    return yield* Invalid.at(["publishAt"], "must be in the future")
  if (course.workflowStatus !== "published") {
    const approved = (yield* approveCourseItself(structure, { ...asked, publishAt }, call)).course
    yield* (yield* ComingPublications).put(courseId, publishAt)
    return approved
  }
  yield* guard(asked.version, course.version)
  if (!isStillToCome(course, call.now)) return yield* new AlreadyPublished({ courseId })
  return yield* reschedule(course, publishAt, call)
})

/** What was taken back before its instant is forgotten here, without a word. */
const hasCome = (found: Option.Option<Course>, now: Instant) =>
  Option.toArray(found).flatMap((course) =>
    isPublished(course, now) && course.publishAt !== undefined
      ? [ScheduledCoursePublished({ courseId: course.id, publishAt: course.publishAt })]
      : []
  )

export const tellPublished = Effect.fnUntraced(function* (
  { limit = toldAtOnce }: (typeof operations)["tellPublished"]["input"]["Type"],
  { me, now }: Call
) {
  if (me.actor._tag !== "Service") return yield* new Forbidden({ needs: "a service" })
  const courses = yield* CourseStore
  const due = yield* (yield* ComingPublications).take(now, limit)
  const found = yield* Effect.forEach(due, courses.find)
  const events = found.flatMap((course) => hasCome(course, now))
  yield* (yield* Outbox).append(events)
  return { told: events.length, more: due.length === limit }
})
