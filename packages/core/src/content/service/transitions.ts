/** Steps of the workflow: of a course or lesson itself, or of the revision beside it. Source: CON-1, CON-3, CON-9. */
import { Effect, Option } from "effect"
import { CurrentActor, withoutClaims } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import type { CourseId, LessonId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { InTransaction } from "../../shared/transaction.ts"
import { NothingToPublish } from "../errors.ts"
import {
  type Course,
  ItemTransitioned,
  type Revision,
  type TransitionName,
  type WholeLesson,
  type WorkflowStatus
} from "../model/index.ts"
import { CourseStore, type ItemRef, KeptVersions, Revisions, Slugs, WorkflowHistory } from "../ports.ts"
import { teaserOf, touched } from "../rules/edits.ts"
import { hasSomethingToPublish, type Structure, takenAway, withLesson } from "../rules/kept.ts"
import { isOfRevision, isPublished, mayTake, moved, published, step } from "../rules/workflow.ts"
import { courseRef, guard, type HeldLesson, lessonRef } from "./loading.ts"
import { openCourseRevision, openLessonRevision, storeLesson } from "./revising.ts"
import { absorbIntoCourse, absorbIntoLesson, swapIntoCourse, swapIntoLesson } from "./swapping.ts"

/** How the actor asks for a step. */
export interface Asked {
  readonly version?: number | undefined
  readonly comment?: string | undefined
  readonly publishAt?: Instant | undefined
  /** As in `Patch`. */
  readonly isPlanned?: true
}

/** Every step but the one to readers, which can be refused for more reasons. */
type Plain = Exclude<TransitionName, "approve_content">

/** Keeps what readers lose by a change, before it is written. Source: CON-9. */
export const keepWhatReadersLose = Effect.fnUntraced(function* (
  before: Structure,
  after: Structure,
  { now }: Call
) {
  const kept = yield* KeptVersions
  const { course, lessons } = takenAway(before, after, now)
  if (course !== undefined) yield* kept.keepCourse(course)
  if (lessons.length > 0)
    yield* kept.keepLessons(
      before.course.id,
      lessons.map(({ id }) => id),
      now
    )
})

/** What takes the step: the item, or the revision beside what is published. */
const revisionFor = Effect.fnUntraced(function* (
  item: ItemRef,
  status: WorkflowStatus,
  name: TransitionName
) {
  if (status !== "published" || !isOfRevision(name)) return undefined
  return Option.getOrUndefined(yield* (yield* Revisions).findOpen(item))
})

const peopleOf = (course: Course, item: Pick<Course, "createdBy" | "lastEditorId">, revision?: Revision) => ({
  creators: [course.createdBy, item.createdBy, revision?.createdBy],
  instructorId: course.instructorId,
  lastEditorId: (revision ?? item).lastEditorId
})

interface Step {
  readonly name: TransitionName
  readonly from: WorkflowStatus
  readonly to: WorkflowStatus
  readonly revision: Revision | undefined
}

/** The step that was asked for, when the actor may take it and the item stands where it begins. */
const decide = Effect.fnUntraced(function* (
  {
    course,
    item,
    name,
    ref
  }: {
    readonly item: Course | WholeLesson
    readonly ref: ItemRef
    readonly course: Course
    readonly name: TransitionName
  },
  asked: Asked,
  { me }: Call
) {
  const revision = yield* revisionFor(ref, item.workflowStatus, name)
  yield* Effect.fromResult(mayTake(name, { me, people: peopleOf(course, item, revision) }))
  yield* guard(asked.version, item.version)
  const from = (revision ?? item).workflowStatus
  const to = yield* Effect.fromResult(step(name, from))
  return { name, from, to, revision } satisfies Step
})

const record = Effect.fnUntraced(function* (
  item: {
    readonly ref: ItemRef
    readonly courseId: CourseId
    readonly lessonId?: LessonId
    readonly version: number
  },
  { from, name, revision, to }: Step,
  { comment, publishAt }: Asked
) {
  const { now } = yield* InTransaction
  const actor = withoutClaims(yield* CurrentActor)
  const { courseId, lessonId, ref, version } = item
  const { id: itemId, itemType } = ref
  const isRevision = revision !== undefined
  const told = { ...(comment !== undefined && { comment }), ...(publishAt !== undefined && { publishAt }) }
  const step = { transitionName: name, fromStatus: from, toStatus: to }
  yield* (yield* WorkflowHistory).append({
    itemType,
    itemId,
    version,
    isRevision,
    ...step,
    actor,
    occurredAt: now,
    ...told
  })
  const subjects = { courseId, ...(lessonId !== undefined && { lessonId }) }
  yield* (yield* Outbox).append([
    ItemTransitioned({ itemType, ...subjects, isRevision, transition: name, from, to, ...told })
  ])
})

const moveRevision = Effect.fnUntraced(function* (revision: Revision, to: WorkflowStatus, { now }: Call) {
  yield* (yield* Revisions).update({ ...moved(revision, to, now), updatedAt: now })
})

const recordCourse = (course: Course, taken: Step, asked: Asked) =>
  record({ ref: courseRef(course), courseId: course.id, version: course.version }, taken, asked)

const recordLesson = ({ courseId, id: lessonId, version }: WholeLesson, taken: Step, asked: Asked) =>
  record({ ref: { itemType: "lesson", id: lessonId }, courseId, lessonId, version }, taken, asked)

/** Takes a step of a course, or of its revision, other than the one to readers. */
export const moveCourse = Effect.fnUntraced(function* (
  structure: Structure,
  [name, asked]: readonly [Plain, Asked],
  call: Call
) {
  const { course } = structure
  const { now } = call
  const taken = yield* decide({ item: course, ref: courseRef(course), course, name }, asked, call)
  let after = touched(course, now)
  if (taken.revision !== undefined) yield* moveRevision(taken.revision, taken.to, call)
  else {
    after = published(moved(after, taken.to, now), { now })
    yield* keepWhatReadersLose(structure, { ...structure, course: after }, call)
    if (isPublished(course, now)) yield* (yield* Slugs).reserve("courses", course.slug)
    if (taken.from === "published") after = yield* absorbIntoCourse(after)
  }
  yield* (yield* CourseStore).update(after)
  yield* recordCourse(after, taken, asked)
  return { ...structure, course: after }
})

/** Publishes a course, now or for later. */
export const approveCourseItself = Effect.fnUntraced(function* (
  structure: Structure,
  asked: Asked,
  call: Call
) {
  const { course } = structure
  const { now } = call
  const taken = yield* decide(
    { item: course, ref: courseRef(course), course, name: "approve_content" },
    asked,
    call
  )
  if (!hasSomethingToPublish(structure)) return yield* new NothingToPublish({ courseId: course.id })
  const after = published(moved(touched(course, now), taken.to, now), { now, publishAt: asked.publishAt })
  yield* (yield* CourseStore).update(after)
  yield* recordCourse(after, taken, asked)
  return { ...structure, course: after }
})

/** Publishes a course, or swaps in the revision of one that is published. */
export const approveCourse = Effect.fnUntraced(function* (structure: Structure, asked: Asked, call: Call) {
  const { course } = structure
  const open = yield* openCourseRevision(course)
  if (open === undefined) return yield* approveCourseItself(structure, asked, call)
  const taken = yield* decide(
    { item: course, ref: courseRef(course), course, name: "approve_content" },
    asked,
    call
  )
  yield* moveRevision(open, taken.to, call)
  const after = yield* swapIntoCourse(touched(course, call.now), open, call)
  yield* (yield* CourseStore).update(after)
  yield* recordCourse(after, taken, asked)
  return { ...structure, course: after }
})

/** Takes a step of a lesson, or of its revision, other than the one to readers. */
export const moveLesson = Effect.fnUntraced(function* (
  held: HeldLesson,
  [name, asked]: readonly [Plain, Asked],
  call: Call
) {
  const { lesson, structure } = held
  const { now } = call
  const taken = yield* decide(
    { item: lesson, ref: lessonRef(lesson), course: structure.course, name },
    asked,
    call
  )
  let after = touched(lesson, now)
  if (taken.revision !== undefined) yield* moveRevision(taken.revision, taken.to, call)
  else {
    after = published(moved(after, taken.to, now), { now })
    yield* keepWhatReadersLose(structure, withLesson(structure, teaserOf(after)), call)
    if (taken.from === "published") yield* (yield* Slugs).reserve({ lessonsOf: lesson.courseId }, lesson.slug)
    if (taken.from === "published") after = yield* absorbIntoLesson(after, structure)
  }
  yield* storeLesson(after)
  yield* recordLesson(after, taken, asked)
  return { ...held, structure: withLesson(structure, teaserOf(after)), lesson: after }
})

/** Publishes a lesson, or swaps in the revision of one that is published. */
export const approveLesson = Effect.fnUntraced(function* (held: HeldLesson, asked: Asked, call: Call) {
  const { lesson, structure } = held
  const { now } = call
  const open = yield* openLessonRevision(lesson)
  const taken = yield* decide(
    { item: lesson, ref: lessonRef(lesson), course: structure.course, name: "approve_content" },
    asked,
    call
  )
  let after = touched(lesson, now)
  if (open === undefined) after = published(moved(after, taken.to, now), { now })
  else {
    yield* moveRevision(open, taken.to, call)
    after = yield* swapIntoLesson(after, open, { structure, isPlanned: asked.isPlanned === true })
  }
  yield* storeLesson(after)
  yield* recordLesson(after, taken, asked)
  return { ...held, structure: withLesson(structure, teaserOf(after)), lesson: after }
})
