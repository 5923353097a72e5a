/** The revision beside what is published. Source: CON-9. */
import { Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { newId } from "../../shared/id.ts"
import type { Course, CourseRevision, Lesson, LessonRevision, Revision, WholeLesson } from "../model/index.ts"
import { RevisionId } from "../model/index.ts"
import { LessonStore, Revisions } from "../ports.ts"
import { editedBy } from "../rules/edits.ts"
import { courseRef, lessonRef } from "./loading.ts"

/** The open revision of a published course; what is not published has none to edit. */
export const openCourseRevision = Effect.fnUntraced(function* (course: Course) {
  if (course.workflowStatus !== "published") return undefined
  const open = Option.getOrUndefined(yield* (yield* Revisions).findOpen(courseRef(course)))
  return open?.itemType === "course" ? open : undefined
})

export const openLessonRevision = Effect.fnUntraced(function* (lesson: Lesson) {
  if (lesson.workflowStatus !== "published") return undefined
  const open = Option.getOrUndefined(yield* (yield* Revisions).findOpen(lessonRef(lesson)))
  return open?.itemType === "lesson" ? open : undefined
})

type Fresh<R extends Revision> = Pick<R, "itemType" | "courseId" | "content"> &
  (R extends LessonRevision ? Pick<LessonRevision, "lessonId"> : unknown)

/** Puts the content into the open revision, or into a new one when there is none. */
export const revise = Effect.fnUntraced(function* <R extends CourseRevision | LessonRevision>(
  open: R | undefined,
  fresh: Fresh<R>,
  { me, now }: Call
) {
  const revisions = yield* Revisions
  const editor = userIdOf(me.actor)
  if (open !== undefined) {
    const next = editedBy({ ...open, content: fresh.content, updatedAt: now }, editor)
    yield* revisions.update(next)
    return next
  }
  const id = yield* newId(RevisionId, yield* SecureRandom.SecureRandom)
  const createdBy = editor === undefined ? {} : { createdBy: editor }
  const made = {
    ...fresh,
    ...createdBy,
    id,
    workflowStatus: "draft",
    createdAt: now,
    updatedAt: now
  } as unknown as R
  const next = editedBy(made, editor)
  yield* revisions.insert(next)
  return next
})

/** An asset that a lesson or its revision names is never deleted: what is stored already can be stored again. */
export const storeLesson = Effect.fnUntraced(function* (lesson: WholeLesson) {
  yield* Effect.catchTag((yield* LessonStore).update(lesson), "media.asset_not_found", Effect.die)
})
