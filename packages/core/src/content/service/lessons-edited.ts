/** Making and editing a lesson: on the row while nobody reads it, in a revision beside what is published. */
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { may, userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { Forbidden, Invalid } from "../../shared/errors.ts"
import { LessonId, newId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import {
  LessonAdded,
  type LessonContent,
  LessonEdited,
  type Module,
  type WholeLesson
} from "../model/index.ts"
import type { LessonDraft } from "../operations/index.ts"
import { LessonStore } from "../ports.ts"
import {
  changedFields,
  contentOfLesson,
  editedBy,
  misplacedFields,
  type Patch,
  patched,
  touched,
  withLessonContent,
  withoutMisplaced
} from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { placed } from "../rules/order.ts"
import { unknownPrerequisites } from "../rules/prerequisites.ts"
import { isOwn, mayArrange, mayEdit } from "../rules/visibility.ts"
import { guard, type HeldLesson } from "./loading.ts"
import { openLessonRevision, revise } from "./revising.ts"
import { checkSlug, renameSlug, takeFreeSlug, takeGivenSlug } from "./slugs.ts"
import { checkPrerequisites } from "./swapping.ts"

/** A lesson before it stands anywhere; the slug is made from the title when it is absent. */
export interface NewLesson {
  readonly id?: LessonId
  readonly content: Pick<LessonContent, "type" | "title"> & Partial<LessonContent>
  readonly place?: number | undefined
  /** As in `Patch`. */
  readonly isPlanned?: true
}

interface Proposal {
  readonly id: LessonId
  readonly before?: LessonContent
  readonly after: LessonContent
  readonly isPlanned: boolean
}

/** What is wrong with a lesson's content where it stands, as far as its schema cannot tell. */
const checkContent = Effect.fnUntraced(function* (
  { course, lessons }: Structure,
  { after, before, id, isPlanned }: Proposal,
  { me }: Call
) {
  const unknown = isPlanned ? [] : unknownPrerequisites(after.prerequisites, [...lessons, { id }])
  const issues = [
    ...misplacedFields(after),
    ...unknown.map((index) => ({ path: ["prerequisites", index], message: "is no lesson of the course" }))
  ]
  if (issues.length > 0) return yield* new Invalid({ issues })
  if (after.prerequisites.length > 0 && !isPlanned) yield* checkPrerequisites({ lessons }, { ...after, id })
  const attaches = after.primaryMediaId !== undefined && after.primaryMediaId !== before?.primaryMediaId
  // Whoever may read a lesson may see what it shows: attaching opens an asset to others.
  if (attaches && !may(me, "media.manage", { own: isOwn(me, course) }))
    return yield* new Forbidden({ permission: "media.manage" })
})

export const addLesson = Effect.fnUntraced(function* (
  { module, structure }: { readonly structure: Structure; readonly module: Module },
  given: NewLesson,
  call: Call
) {
  const { course } = structure
  const { me, now } = call
  yield* Effect.fromResult(mayArrange(me, course, false))
  const lessons = yield* LessonStore
  const id = given.id ?? (yield* newId(LessonId, yield* SecureRandom.SecureRandom))
  const { slug: wished, title } = given.content
  const content = {
    isFreePreview: false,
    learningObjectives: [],
    prerequisites: [],
    resources: [],
    ...given.content
  }
  yield* checkContent(
    structure,
    { id, after: { slug: "", ...content }, isPlanned: given.isPlanned === true },
    call
  )
  const scope = { lessonsOf: course.id }
  const slug = yield* wished === undefined
    ? takeFreeSlug(scope, { itemId: id, noun: "lesson", title })
    : takeGivenSlug(scope, wished, id)
  const siblings = structure.lessons
    .filter((lesson) => lesson.moduleId === module.id)
    .map((lesson) => lesson.id)
  const order = placed(siblings, id, given.place)
  const createdBy = userIdOf(me.actor)
  const lesson: WholeLesson = {
    id,
    courseId: course.id,
    moduleId: module.id,
    lessonOrder: siblings.length + 1,
    ...content,
    slug,
    workflowStatus: "draft",
    ...(createdBy !== undefined && { createdBy, lastEditorId: createdBy }),
    version: 1,
    createdAt: now,
    updatedAt: now
  }
  yield* lessons.insert(lesson)
  if (order.at(-1) !== id) yield* lessons.arrange(module.id, order)
  yield* (yield* Outbox).append([
    LessonAdded({ courseId: course.id, moduleId: module.id, lessonId: id, slug, type: lesson.type })
  ])
  return { ...lesson, lessonOrder: order.indexOf(id) + 1 }
})

/** What an edit of the lesson goes to, and what it would make of it; `changed` is empty when it changes nothing. */
export const proposeLessonEdit = Effect.fnUntraced(function* (
  lesson: WholeLesson,
  { clear, fields }: Patch<LessonContent>
) {
  const open = yield* openLessonRevision(lesson)
  const before = open?.content ?? contentOfLesson(lesson)
  const base = fields.type === undefined ? before : withoutMisplaced({ ...before, type: fields.type })
  const after = patched(base, fields, clear)
  return { open, before, after, changed: changedFields(before, after) }
})

export const editLesson = Effect.fnUntraced(function* (
  held: HeldLesson,
  patch: Patch<LessonContent>,
  call: Call
) {
  const { lesson, structure } = held
  const { course } = structure
  const lessons = yield* LessonStore
  const { after, before, changed, open } = yield* proposeLessonEdit(lesson, patch)
  const isPublished = lesson.workflowStatus === "published"
  const status = isPublished ? (open?.workflowStatus ?? "draft") : lesson.workflowStatus
  yield* Effect.fromResult(mayEdit(call.me, course, status))
  yield* guard(patch.version, lesson.version)
  if (changed.length === 0)
    return { lesson, ...(open !== undefined && { revision: open }) } satisfies LessonDraft
  yield* checkContent(structure, { id: lesson.id, before, after, isPlanned: patch.isPlanned === true }, call)
  const scope = { lessonsOf: course.id }
  const told = { fields: changed, inRevision: isPublished, version: lesson.version + 1 }
  yield* (yield* Outbox).append([LessonEdited({ courseId: course.id, lessonId: lesson.id, ...told })])
  if (!isPublished) {
    yield* renameSlug(scope, { id: lesson.id, before: lesson.slug, after: after.slug, wasPublished: false })
    const next = editedBy(touched(withLessonContent(lesson, after), call.now), userIdOf(call.me.actor))
    yield* lessons.update(next)
    return { lesson: next } satisfies LessonDraft
  }
  if (after.slug !== before.slug) yield* checkSlug(scope, after.slug, lesson.id)
  const fresh = { itemType: "lesson", courseId: course.id, lessonId: lesson.id, content: after } as const
  const revision = yield* revise(open, fresh, call)
  const next = touched(lesson, call.now)
  yield* lessons.update(next)
  return { lesson: next, revision } satisfies LessonDraft
})
