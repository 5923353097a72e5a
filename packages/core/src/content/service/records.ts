/** Looking at what an item went through, and dropping its revision. Source: CON-3, CON-9, CON-11. */
import { DateTime, Effect, Schema } from "effect"
import { may, requirePermission } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { Forbidden } from "../../shared/errors.ts"
import { Uuid } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { InstantText, orderBy, paginate, type PageRequest } from "../../shared/page.ts"
import { RevisionNotFound } from "../errors.ts"
import {
  type BoardItem,
  boardOrder,
  type Course,
  type Revision,
  RevisionDiscarded,
  RevisionId,
  Version,
  type WorkflowStatus
} from "../model/index.ts"
import { CourseStore, type ItemRef, Revisions, WorkflowHistory } from "../ports.ts"
import { touched } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { isOwn, mayEdit, seesRecords } from "../rules/visibility.ts"
import { guard, type HeldLesson } from "./loading.ts"
import { openCourseRevision, openLessonRevision, storeLesson } from "./revising.ts"

const mayLook = (me: Call["me"], course: Course) =>
  seesRecords(me, course) ? Effect.void : Effect.fail(new Forbidden({ permission: "content.review" }))

export const historyOf = Effect.fnUntraced(function* (
  course: Course,
  ref: ItemRef,
  { me, request }: Looking
) {
  yield* mayLook(me, course)
  const store = yield* WorkflowHistory
  return yield* paginate(
    orderBy(`history of ${ref.id}`, [Version]),
    request,
    (after, count) => store.list(ref, after, count),
    ({ version }) => [version]
  )
})

interface Looking {
  readonly me: Call["me"]
  readonly request: PageRequest
}

const revisionsOf = <R extends Revision>(isOf: (revision: Revision) => revision is R) =>
  Effect.fnUntraced(function* (course: Course, ref: ItemRef, { me, request }: Looking) {
    yield* mayLook(me, course)
    const store = yield* Revisions
    return yield* paginate(
      orderBy(`revisions of ${ref.id}`, [RevisionId]),
      request,
      (after, count) => Effect.map(store.list(ref, after, count), (found) => found.filter(isOf)),
      ({ id }) => [id]
    )
  })
export const revisionsOfCourse = revisionsOf((revision) => revision.itemType === "course")
export const revisionsOfLesson = revisionsOf((revision) => revision.itemType === "lesson")

export const discardCourseRevision = Effect.fnUntraced(function* (
  { course }: Structure,
  version: number | undefined,
  { me, now }: Call
) {
  const open = yield* openCourseRevision(course)
  yield* Effect.fromResult(mayEdit(me, course, open?.workflowStatus ?? "draft"))
  yield* guard(version, course.version)
  if (open === undefined) return yield* new RevisionNotFound({ itemType: "course", id: course.id })
  yield* (yield* Revisions).remove(open.id)
  yield* (yield* CourseStore).update(touched(course, now))
  yield* (yield* Outbox).append([RevisionDiscarded({ courseId: course.id, itemType: "course" })])
})

export const discardLessonRevision = Effect.fnUntraced(function* (
  { lesson, structure: { course } }: HeldLesson,
  version: number | undefined,
  { me, now }: Call
) {
  const open = yield* openLessonRevision(lesson)
  yield* Effect.fromResult(mayEdit(me, course, open?.workflowStatus ?? "draft"))
  yield* guard(version, lesson.version)
  if (open === undefined) return yield* new RevisionNotFound({ itemType: "lesson", id: lesson.id })
  yield* (yield* Revisions).remove(open.id)
  yield* storeLesson(touched(lesson, now))
  yield* (yield* Outbox).append([
    RevisionDiscarded({ courseId: course.id, itemType: "lesson", lessonId: lesson.id })
  ])
})

/** A revision in the draft view of its item: for authors, and for reviewers once it is handed in. */
export const seenRevision = <R extends { readonly workflowStatus: WorkflowStatus }>(
  me: Call["me"],
  course: Course,
  revision: R | undefined
): R | undefined =>
  isOwn(me, course) || may(me, "content.edit") || revision?.workflowStatus === "in_review"
    ? revision
    : undefined

/** Whole seconds that something has waited; never negative. */
const ageSeconds = ({ since }: BoardItem, now: Instant): number =>
  Math.max(0, Math.floor((DateTime.toEpochMillis(now) - DateTime.toEpochMillis(since)) / 1000))

/** The place of a status in the order of the board. */
const Rank = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: boardOrder.length - 1 }))

export const board = Effect.fnUntraced(function* (
  { status, ...request }: PageRequest & { readonly status?: WorkflowStatus },
  { me, now }: Call
) {
  const store = yield* WorkflowHistory
  if (!may(me, "content.edit")) yield* Effect.fromResult(requirePermission(me, "content.review"))
  const visible: ReadonlyArray<WorkflowStatus> = may(me, "content.edit") ? boardOrder : ["in_review"]
  const statuses = visible.filter((one) => status === undefined || one === status)
  const found = yield* paginate(
    orderBy(`board ${statuses.join(" ")}`, [Rank, InstantText, Uuid]),
    request,
    (after, count) => store.board(statuses, after, count),
    (item) => [boardOrder.indexOf(item.workflowStatus), DateTime.formatIso(item.since), item.id]
  )
  const counts = yield* store.boardCounts
  return {
    ...found,
    items: found.items.map((item) => ({ ...item, ageSeconds: ageSeconds(item, now) })),
    counts: Object.fromEntries(visible.map((one) => [one, counts[one]]))
  }
})
