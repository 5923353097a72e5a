/** Steps of the workflow: of a course or lesson itself, or of the revision beside it. Source: CON-1, CON-3, CON-9. */
import { Effect, Option } from "effect"
import { CurrentActor, withoutClaims } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { NothingToPublish } from "../errors.ts"
import {
  type Course,
  type HistoryEntry,
  ItemTransitioned,
  type Revision,
  type TransitionName,
  type WorkflowStatus
} from "../model/index.ts"
import { CourseStore, type ItemRef, KeptVersions, LessonStore, Revisions, WorkflowHistory } from "../ports.ts"
import { teaserOf, touched } from "../rules/edits.ts"
import { hasSomethingToPublish, type Structure, takenAway, withLesson } from "../rules/kept.ts"
import { isOfRevision, isPublished, mayTake, moved, published, step } from "../rules/workflow.ts"
import { courseRef, guard, type HeldLesson, lessonRef } from "./loading.ts"
import { makeSwapping } from "./swapping.ts"

/** What the actor asks for. */
export interface Asked {
  readonly name: TransitionName
  readonly version?: number | undefined
  readonly comment?: string | undefined
  readonly publishAt?: Instant | undefined
}

/** Keeps what readers lose by a change, before it is written. Source: CON-9. */
export const makeKeeping = Effect.gen(function* () {
  const kept = yield* KeptVersions
  return Effect.fnUntraced(function* (before: Structure, after: Structure, { now }: Call) {
    const { course, lessons } = takenAway(before, after, now)
    if (course !== undefined) yield* kept.keepCourse(course)
    if (lessons.length > 0) yield* kept.keepLessons(before.course.id, lessons.map(({ id }) => id), now)
  })
})

export const makeTransitions = Effect.gen(function* () {
  const courses = yield* CourseStore
  const lessons = yield* LessonStore
  const revisions = yield* Revisions
  const history = yield* WorkflowHistory
  const outbox = yield* Outbox
  const keep = yield* makeKeeping
  const swap = yield* makeSwapping

  /** What takes the step: the item, or the revision beside what is published. */
  const subjectOf = (item: ItemRef, status: WorkflowStatus, name: TransitionName) =>
    status === "published" && isOfRevision(name) ? revisions.findOpen(item) : Effect.succeedNone

  const record = Effect.fnUntraced(function* (
    entry: Pick<HistoryEntry, "itemType" | "itemId" | "version" | "isRevision" | "fromStatus" | "toStatus">,
    { comment, name, publishAt }: Asked,
    { courseId, now }: { readonly courseId: Course["id"]; readonly now: Instant }
  ) {
    const told = { ...(comment !== undefined && { comment }), ...(publishAt !== undefined && { publishAt }) }
    const actor = withoutClaims(yield* CurrentActor)
    yield* history.append({ ...entry, transitionName: name, actor, occurredAt: now, ...told })
    const { fromStatus: from, isRevision, itemId, itemType, toStatus: to } = entry
    const lessonId = itemType === "lesson" ? { lessonId: itemId as HeldLesson["lesson"]["id"] } : {}
    yield* outbox.append([ItemTransitioned({ courseId, itemType, ...lessonId, isRevision, transition: name, from, to, ...told })])
  })

  const peopleOf = (course: Course, item: Pick<Course, "createdBy" | "lastEditorId">, revision?: Revision) => ({
    creators: [course.createdBy, item.createdBy, revision?.createdBy],
    instructorId: course.instructorId,
    lastEditorId: (revision ?? item).lastEditorId
  })

  const moveRevision = Effect.fnUntraced(function* (revision: Revision, to: WorkflowStatus, { now }: Call) {
    yield* revisions.update({ ...moved(revision, to, now), updatedAt: now })
  })

  /** Takes one step of a course, or of its revision. */
  const moveCourse = Effect.fnUntraced(function* (structure: Structure, asked: Asked, call: Call) {
    const { course } = structure
    const { me, now } = call
    const open = Option.getOrUndefined(yield* subjectOf(courseRef(course), course.workflowStatus, asked.name))
    yield* Effect.fromResult(mayTake(asked.name, { me, people: peopleOf(course, course, open) }))
    yield* guard(asked.version, course.version)
    const from = (open ?? course).workflowStatus
    const to = yield* Effect.fromResult(step(asked.name, from))
    let after = touched(course, now)
    if (open !== undefined) {
      yield* moveRevision(open, to, call)
      if (to === "published" && open.itemType === "course") after = yield* swap.intoCourse(after, open, call)
    } else {
      if (to === "published" && !hasSomethingToPublish(structure)) return yield* new NothingToPublish({ courseId: course.id })
      after = published(moved(after, to, now), { now, publishAt: asked.publishAt })
      yield* keep(structure, { ...structure, course: after }, call)
      if (isPublished(course, now)) yield* swap.reserveCourseSlug(course)
      if (to === "draft") after = yield* swap.absorbIntoCourse(after)
    }
    yield* courses.update(after)
    const entry = { ...courseRef(course), version: after.version, isRevision: open !== undefined, fromStatus: from, toStatus: to }
    yield* record({ ...entry, itemId: course.id }, asked, { courseId: course.id, now })
    return { ...structure, course: after }
  })

  /** Takes one step of a lesson, or of its revision. */
  const moveLesson = Effect.fnUntraced(function* (held: HeldLesson, asked: Asked, call: Call) {
    const { lesson, structure } = held
    const { course } = structure
    const { me, now } = call
    const open = Option.getOrUndefined(yield* subjectOf(lessonRef(lesson), lesson.workflowStatus, asked.name))
    yield* Effect.fromResult(mayTake(asked.name, { me, people: peopleOf(course, lesson, open) }))
    yield* guard(asked.version, lesson.version)
    const from = (open ?? lesson).workflowStatus
    const to = yield* Effect.fromResult(step(asked.name, from))
    let after = touched(lesson, now)
    if (open !== undefined) {
      yield* moveRevision(open, to, call)
      if (to === "published" && open.itemType === "lesson") after = yield* swap.intoLesson(after, open, structure)
    } else {
      after = published(moved(after, to, now), { now })
      yield* keep(structure, withLesson(structure, teaserOf(after)), call)
      if (from === "published") yield* swap.reserveLessonSlug(lesson)
      if (to === "draft") after = yield* swap.absorbIntoLesson(after, structure)
    }
    yield* lessons.update(after)
    const entry = { ...lessonRef(lesson), version: after.version, isRevision: open !== undefined, fromStatus: from, toStatus: to }
    yield* record({ ...entry, itemId: lesson.id }, asked, { courseId: course.id, now })
    return { ...held, structure: withLesson(structure, teaserOf(after)), lesson: after }
  })

  return { moveCourse, moveLesson }
})
