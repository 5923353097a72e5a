/** Making and editing a course: on the row while nobody reads it, in a revision beside what is published. */
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { requirePermission, userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { CourseId, newId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { TagNotFound } from "../errors.ts"
import { type Course, type CourseContent, CourseCreated, CourseEdited } from "../model/index.ts"
import type { CourseDraft } from "../operations/index.ts"
import { CourseStore, TagStore } from "../ports.ts"
import {
  changedFields,
  contentOfCourse,
  editedBy,
  type Patch,
  patched,
  tagsInOrder,
  touched,
  withCourseContent
} from "../rules/edits.ts"
import { mayEdit } from "../rules/visibility.ts"
import { guard } from "./loading.ts"
import { openCourseRevision, revise } from "./revising.ts"
import { checkSlug, renameSlug, takeFreeSlug, takeGivenSlug } from "./slugs.ts"

/** A course before it has an id; the slug is made from the title when it is absent. */
export type NewCourse = Pick<CourseContent, "title" | "category"> &
  Partial<CourseContent> &
  Partial<Pick<Course, "instructorId">>

const checkTags = Effect.fnUntraced(function* (wished: ReadonlyArray<string>) {
  const known = wished.length === 0 ? [] : yield* (yield* TagStore).existing(wished)
  const slug = wished.find((one) => !known.includes(one))
  if (slug !== undefined) return yield* new TagNotFound({ slug })
})

export const createCourse = Effect.fnUntraced(function* (given: NewCourse, { me, now }: Call) {
  yield* Effect.fromResult(requirePermission(me, "content.create"))
  const { slug: wished, tags = [], ...content } = given
  yield* checkTags(tags)
  const id = yield* newId(CourseId, yield* SecureRandom.SecureRandom)
  const slug = yield* wished === undefined
    ? takeFreeSlug("courses", { itemId: id, noun: "course", title: content.title })
    : takeGivenSlug("courses", wished, id)
  const createdBy = userIdOf(me.actor)
  const course: Course = {
    id,
    slug,
    description: "",
    difficulty: "beginner",
    ...content,
    tags: tagsInOrder(tags),
    workflowStatus: "draft",
    ...(createdBy !== undefined && { createdBy, lastEditorId: createdBy }),
    learnerCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now
  }
  yield* (yield* CourseStore).insert(course)
  yield* (yield* Outbox).append([CourseCreated({ courseId: id, slug, title: course.title })])
  return course
})

/** What an edit of the course goes to, and what it would make of it; `changed` is empty when it changes nothing. */
export const proposeCourseEdit = Effect.fnUntraced(function* (
  course: Course,
  { clear, fields }: Patch<CourseContent>
) {
  const open = yield* openCourseRevision(course)
  const before = open?.content ?? contentOfCourse(course)
  const tags = fields.tags === undefined ? {} : { tags: tagsInOrder(fields.tags) }
  const after = patched(before, { ...fields, ...tags }, clear)
  return { open, before, after, changed: changedFields(before, after) }
})

export const editCourse = Effect.fnUntraced(function* (
  course: Course,
  patch: Patch<CourseContent>,
  call: Call
) {
  const courses = yield* CourseStore
  const { after, before, changed, open } = yield* proposeCourseEdit(course, patch)
  const isPublished = course.workflowStatus === "published"
  const status = isPublished ? (open?.workflowStatus ?? "draft") : course.workflowStatus
  yield* Effect.fromResult(mayEdit(call.me, course, status))
  yield* guard(patch.version, course.version)
  if (changed.length === 0)
    return { course, ...(open !== undefined && { revision: open }) } satisfies CourseDraft
  yield* checkTags(after.tags.filter((slug) => !before.tags.includes(slug)))
  const told = { fields: changed, inRevision: isPublished, version: course.version + 1 }
  yield* (yield* Outbox).append([CourseEdited({ courseId: course.id, ...told })])
  if (!isPublished) {
    yield* renameSlug("courses", {
      id: course.id,
      before: course.slug,
      after: after.slug,
      wasPublished: false
    })
    const next = editedBy(touched(withCourseContent(course, after), call.now), userIdOf(call.me.actor))
    yield* courses.update(next)
    return { course: next } satisfies CourseDraft
  }
  if (after.slug !== before.slug) yield* checkSlug("courses", after.slug, course.id)
  const revision = yield* revise(open, { itemType: "course", courseId: course.id, content: after }, call)
  const next = touched(course, call.now)
  yield* courses.update(next)
  return { course: next, revision } satisfies CourseDraft
})
