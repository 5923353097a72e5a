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
const answersForItself = (me: Standing): boolean => me.actor._tag === "Service" || me.roles.has("admin")

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
    isOneOf(me, [...creators, instructorId]) || may(me, permission) ? undefined : new Forbidden({ permission })

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

/** Where the step leads, when the actor may take it from there. */
export const step = (
  name: TransitionName,
  from: WorkflowStatus,
  { me, people }: { readonly me: Standing; readonly people: People }
): Result.Result<WorkflowStatus, Forbidden | TransitionNotAllowed> => {
  const { from: expected, refusal, to } = transitions[name]
  const forbidden = refusal(me, people)
  if (forbidden !== undefined) return Result.fail(forbidden)
  return from === expected ? Result.succeed(to) : Result.fail(new TransitionNotAllowed({ transition: name, from, to }))
}

/** What of an item the workflow changes. */
interface Moving {
  readonly workflowStatus: WorkflowStatus
  readonly submittedAt?: Instant
  readonly publishedAt?: Instant
  readonly publishAt?: Instant
}

/**
 * The item after a step. Publishing sets `publishedAt` the first time only; a first publication that was still to come
 * when the item is taken back never happened. `publishAt` is kept by courses that are published for later.
 */
export const moved = <I extends Moving>(
  item: I,
  to: WorkflowStatus,
  { now, publishAt }: { readonly now: Instant; readonly publishAt?: Instant | undefined }
): I => {
  const { publishAt: planned, publishedAt, submittedAt: _, workflowStatus: __, ...rest } = item
  const happened = publishedAt !== undefined && isWithin(now, { from: publishedAt }) ? publishedAt : undefined
  const firstPublished = happened ?? (to === "published" ? (publishAt ?? now) : undefined)
  return {
    ...rest,
    workflowStatus: to,
    ...(to === "in_review" && { submittedAt: now }),
    ...(firstPublished !== undefined && { publishedAt: firstPublished }),
    ...(to === "published" && publishAt !== undefined && { publishAt })
  } as unknown as I
}

/** True from the instant on that a course is published for; the clock decides, not the status alone. Source: CON-2. */
export const isPublished = (course: Pick<Course, "workflowStatus" | "publishAt">, now: Instant): boolean =>
  course.workflowStatus === "published" && isWithin(now, { from: course.publishAt })
