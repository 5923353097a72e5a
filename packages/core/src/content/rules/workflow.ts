/** The one machine that courses, lessons and revisions go through. Source: CON-1, CON-2. */
import { Result } from "effect"
import { may, type Permission, type Standing, userIdOf } from "../../shared/actor.ts"
import { Forbidden } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { TransitionNotAllowed } from "../errors.ts"
import type { Course, TransitionName, WorkflowStatus } from "../model/index.ts"

/** Who stands in what relation to an item: what "four eyes" asks about. */
export interface People {
  /** Whoever made the item, its revision, or the course that it is in. */
  readonly creators: ReadonlyArray<UserId | undefined>
  readonly instructorId: UserId | undefined
  readonly lastEditorId: UserId | undefined
}

interface Transition {
  readonly from: WorkflowStatus
  readonly to: WorkflowStatus
  readonly refusal: (me: Standing, people: People) => Forbidden | undefined
}

const isOneOf = (me: Standing, people: ReadonlyArray<UserId | undefined>): boolean => {
  const id = userIdOf(me.actor)
  return id !== undefined && me.status === "active" && people.includes(id)
}

const holding =
  (permission: Permission) =>
  (me: Standing): Forbidden | undefined =>
    may(me, permission) ? undefined : new Forbidden({ permission })

/** Our own hands and admins may pass what they made themselves; nobody else may. */
export const answersForItself = (me: Standing): boolean =>
  me.actor._tag === "Service" || me.roles.has("admin")

const withOtherEyes =
  (permission: Permission) =>
  (me: Standing, { creators, instructorId, lastEditorId }: People): Forbidden | undefined => {
    if (!may(me, permission)) return new Forbidden({ permission })
    return isOneOf(me, [...creators, instructorId, lastEditorId]) && !answersForItself(me)
      ? new Forbidden({ needs: "somebody who neither made, teaches nor last edited it" })
      : undefined
  }

const authorsOr =
  (permission: Permission) =>
  (me: Standing, { creators, instructorId }: People): Forbidden | undefined =>
    isOneOf(me, [...creators, instructorId]) || may(me, permission)
      ? undefined
      : new Forbidden({ permission })

const creatorsOnly = (me: Standing, { creators }: People): Forbidden | undefined =>
  isOneOf(me, creators) || me.actor._tag === "Service" ? undefined : new Forbidden({ needs: "the creator" })

/** Complete: every pair of statuses that is not in it is refused. */
export const transitions: Readonly<Record<TransitionName, Transition>> = {
  submit_for_review: { from: "draft", to: "in_review", refusal: authorsOr("content.edit") },
  approve_content: { from: "in_review", to: "published", refusal: withOtherEyes("content.publish") },
  reject_content: { from: "in_review", to: "draft", refusal: withOtherEyes("content.review") },
  withdraw_content: { from: "in_review", to: "draft", refusal: creatorsOnly },
  archive_content: { from: "published", to: "archived", refusal: holding("content.archive") },
  unpublish_content: { from: "published", to: "draft", refusal: holding("content.archive") },
  restore_content: { from: "archived", to: "draft", refusal: holding("content.archive") }
}

/** Whether the actor may take the step at all, wherever the item stands. */
export const mayTake = (
  name: TransitionName,
  { me, people }: { readonly me: Standing; readonly people: People }
): Result.Result<void, Forbidden> => {
  const forbidden = transitions[name].refusal(me, people)
  return forbidden === undefined ? Result.void : Result.fail(forbidden)
}

/** Where the step leads from there. */
export const step = (
  name: TransitionName,
  from: WorkflowStatus
): Result.Result<WorkflowStatus, TransitionNotAllowed> => {
  const { from: expected, to } = transitions[name]
  return from === expected
    ? Result.succeed(to)
    : Result.fail(new TransitionNotAllowed({ transition: name, from, to }))
}

/** Steps that a published item takes through its revision. */
export const isOfRevision = (name: TransitionName): boolean =>
  !["published", "archived"].includes(transitions[name].from)

/** A course, lesson or revision after a step: handed in at `now` while it is in review. */
export const moved = <I extends { readonly workflowStatus: WorkflowStatus; readonly submittedAt?: Instant }>(
  item: I,
  to: WorkflowStatus,
  now: Instant
): I => {
  const { submittedAt: _, ...rest } = item
  return { ...rest, workflowStatus: to, ...(to === "in_review" && { submittedAt: now }) } as unknown as I
}

/**
 * When an item that stands there now was published: set the first time only, at `publishAt` when a course is published
 * for later. A first publication that was still to come when it was taken back never happened. Source: CON-2.
 */
export const published = <I extends Pick<Course, "workflowStatus" | "publishAt" | "publishedAt">>(
  item: I,
  { now, publishAt }: { readonly now: Instant; readonly publishAt?: Instant | undefined }
): I => {
  const { publishAt: _, publishedAt, ...rest } = item
  const isNow = item.workflowStatus === "published"
  const happened = publishedAt !== undefined && isWithin(now, { from: publishedAt }) ? publishedAt : undefined
  const first = happened ?? (isNow ? (publishAt ?? now) : undefined)
  return {
    ...rest,
    ...(first !== undefined && { publishedAt: first }),
    ...(isNow && publishAt !== undefined && { publishAt })
  } as unknown as I
}

/** True from the instant on that a course is published for; the clock decides, not the status alone. Source: CON-2. */
export const isPublished = (course: Pick<Course, "workflowStatus" | "publishAt">, now: Instant): boolean =>
  course.workflowStatus === "published" && isWithin(now, { from: course.publishAt })

/** True of a course that is published for an instant still to come. */
export const isStillToCome = (course: Pick<Course, "workflowStatus" | "publishAt">, now: Instant): boolean =>
  course.workflowStatus === "published" && !isPublished(course, now)
