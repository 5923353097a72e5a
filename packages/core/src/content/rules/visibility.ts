/** Who sees what, and who may edit what. Source: CON-4, CON-5, CON-10. */
import { Result } from "effect"
import { may, type Permission, type Standing, userIdOf } from "../../shared/actor.ts"
import { Forbidden } from "../../shared/errors.ts"
import type { Instant } from "../../shared/instant.ts"
import type { Course, Lesson, Module, WorkflowStatus } from "../model/index.ts"
import { isPublished } from "./workflow.ts"

export type CourseFacts = Pick<Course, "workflowStatus" | "publishAt" | "createdBy" | "instructorId">
export type ModuleFacts = Pick<Module, "isPublished">
export type LessonFacts = Pick<Lesson, "workflowStatus">

/** True of the creator and the instructor of a course, while their account is active. */
export const isOwn = (
  me: Standing,
  { createdBy, instructorId }: Pick<Course, "createdBy" | "instructorId">
): boolean => {
  const id = userIdOf(me.actor)
  return id !== undefined && me.status === "active" && (createdBy === id || instructorId === id)
}

/** A lesson is live iff it is published, its module is, and its course is by now. Source: CON-4. */
export const isLive = (
  at: { course: CourseFacts; module: ModuleFacts; lesson: LessonFacts },
  now: Instant
): boolean => at.lesson.workflowStatus === "published" && at.module.isPublished && isPublished(at.course, now)

/** Sees what is not for everyone: their own, all with `content.edit`, and with `content.review` what is in review. */
export const seesBehind = (me: Standing, course: CourseFacts, status: WorkflowStatus): boolean =>
  isOwn(me, course) || may(me, "content.edit") || (status === "in_review" && may(me, "content.review"))

export const seesCourse = (me: Standing, course: CourseFacts, now: Instant): boolean =>
  isPublished(course, now) || seesBehind(me, course, course.workflowStatus)

/** A module has no status of its own: unpublished, it is seen by whoever sees its course behind. */
export const seesModule = (me: Standing, course: CourseFacts, module: ModuleFacts, now: Instant): boolean =>
  (module.isPublished && isPublished(course, now)) || seesBehind(me, course, course.workflowStatus)

export const seesLesson = (
  me: Standing,
  at: { readonly course: CourseFacts; readonly module: ModuleFacts; readonly lesson: LessonFacts },
  now: Instant
): boolean => isLive(at, now) || seesBehind(me, at.course, at.lesson.workflowStatus)

/** Histories and revisions are for authors, staff and reviewers. */
export const seesRecords = (me: Standing, course: CourseFacts): boolean =>
  isOwn(me, course) || may(me, "content.edit") || may(me, "content.review")

const orForbidden = (allowed: boolean, permission: Permission): Result.Result<void, Forbidden> =>
  allowed ? Result.void : Result.fail(new Forbidden({ permission }))

/**
 * Editing a course, a lesson, or the revision of one: whoever holds `content.edit`; creator and instructor while
 * `status`, that of the draft or of the revision which the edit goes to, is `draft`.
 */
export const mayEdit = (
  me: Standing,
  course: CourseFacts,
  status: WorkflowStatus
): Result.Result<void, Forbidden> =>
  orForbidden((isOwn(me, course) && status === "draft") || may(me, "content.edit"), "content.edit")

/**
 * Changing what a course is made of. What readers see already (`isShown`) is changed by staff, and by instructors who
 * hold `content.edit` on their own courses; the rest by creator and instructor too.
 */
export const mayArrange = (
  me: Standing,
  course: CourseFacts,
  isShown: boolean
): Result.Result<void, Forbidden> => {
  const own = isOwn(me, course)
  return orForbidden((own && !isShown) || may(me, "content.edit", { own }), "content.edit")
}

/** Making part of a published course appear or disappear, other than by the workflow. */
export const mayShowOrHide = (me: Standing, course: CourseFacts): Result.Result<void, Forbidden> =>
  orForbidden(course.workflowStatus !== "published" || may(me, "content.publish"), "content.publish")

/** Deleting: what nobody ever saw like editing it; what was published takes `content.archive`. */
export const mayDelete = (
  me: Standing,
  course: CourseFacts,
  item: Pick<Lesson, "workflowStatus" | "publishedAt">
): Result.Result<void, Forbidden> =>
  item.publishedAt === undefined
    ? mayEdit(me, course, item.workflowStatus)
    : orForbidden(may(me, "content.archive"), "content.archive")
