/** What content tells afterwards. All events of a course are handled in order; bodies never travel in one. */
import { Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { ModuleId } from "./ids.ts"
import { LessonType } from "./lesson.ts"
import { ItemType, TransitionName, WorkflowStatus } from "./workflow.ts"

type Subjects = { readonly courseId: CourseId; readonly lessonId?: LessonId; readonly moduleId?: ModuleId }

const eventOfCourse = <F extends Schema.Struct.Fields>(name: string, fields: F) => {
  const payload = Schema.Struct({ courseId: CourseId, ...fields }) as unknown as Schema.Codec<
    Subjects & Schema.Struct<F>["Type"],
    unknown
  >
  return defineEvent(name, {
    payload,
    key: ({ courseId }) => `course:${courseId}`,
    subjects: ({ courseId, lessonId, moduleId }) => ({
      courseId,
      ...(lessonId !== undefined && { lessonId }),
      ...(moduleId !== undefined && { moduleId })
    })
  })
}

/** Names of fields that changed; their values are in the item, or in its revision. */
const edited = { fields: Schema.Array(Schema.String), inRevision: Schema.Boolean, version: Schema.Int }

export const CourseCreated = eventOfCourse("content.course_created", {
  slug: Schema.String,
  title: Schema.String
})
export const CourseEdited = eventOfCourse("content.course_edited", edited)
export const CourseDeleted = eventOfCourse("content.course_deleted", { slug: Schema.String })
export const InstructorAssigned = defineEvent("content.instructor_assigned", {
  payload: Schema.Struct({
    courseId: CourseId,
    before: Schema.optionalKey(UserId),
    after: Schema.optionalKey(UserId)
  }),
  key: ({ courseId }) => `course:${courseId}`,
  subjects: ({ after, before, courseId }) => ({
    courseId,
    ...(before !== undefined && { formerInstructorId: before }),
    ...(after !== undefined && { instructorId: after })
  })
})
export const LearnerCountChanged = eventOfCourse("content.learner_count_changed", {
  before: Schema.Int,
  after: Schema.Int
})
export const PublicationRescheduled = eventOfCourse("content.publication_rescheduled", {
  before: Instant,
  after: Instant
})
/** A scheduled publication has taken place; one that is not scheduled is the transition itself. Source: CON-2. */
export const ScheduledCoursePublished = eventOfCourse("content.scheduled_course_published", {
  publishAt: Instant
})

export const ModuleAdded = eventOfCourse("content.module_added", { moduleId: ModuleId, key: Schema.String })
export const ModuleEdited = eventOfCourse("content.module_edited", {
  moduleId: ModuleId,
  fields: Schema.Array(Schema.String)
})
export const ModulesArranged = eventOfCourse("content.modules_arranged", { order: Schema.Array(ModuleId) })
export const ModuleRemoved = eventOfCourse("content.module_removed", {
  moduleId: ModuleId,
  key: Schema.String
})

export const LessonAdded = eventOfCourse("content.lesson_added", {
  lessonId: LessonId,
  moduleId: ModuleId,
  slug: Schema.String,
  type: LessonType
})
export const LessonEdited = eventOfCourse("content.lesson_edited", { lessonId: LessonId, ...edited })
export const LessonsArranged = eventOfCourse("content.lessons_arranged", {
  moduleId: ModuleId,
  order: Schema.Array(LessonId)
})
export const LessonRemoved = eventOfCourse("content.lesson_removed", {
  lessonId: LessonId,
  slug: Schema.String
})

/** A step of the workflow, of a course, a lesson, or the revision of one. Source: CON-3. */
export const ItemTransitioned = eventOfCourse("content.item_transitioned", {
  itemType: ItemType,
  lessonId: Schema.optionalKey(LessonId),
  isRevision: Schema.Boolean,
  transition: TransitionName,
  from: WorkflowStatus,
  to: WorkflowStatus,
  comment: Schema.optionalKey(Schema.String),
  publishAt: Schema.optionalKey(Instant)
})
export const RevisionDiscarded = eventOfCourse("content.revision_discarded", {
  itemType: ItemType,
  lessonId: Schema.optionalKey(LessonId)
})

const eventOfTag = <F extends Schema.Struct.Fields>(name: string, fields: F) =>
  defineEvent(name, {
    payload: Schema.Struct({ slug: Schema.String, ...fields }) as unknown as Schema.Codec<
      { readonly slug: string } & Schema.Struct<F>["Type"],
      unknown
    >,
    key: ({ slug }) => `tag:${slug}`,
    subjects: ({ slug }) => ({ tag: slug })
  })

export const TagCreated = eventOfTag("content.tag_created", {})
export const TagEdited = eventOfTag("content.tag_edited", { fields: Schema.Array(Schema.String) })
/** `courses`: how many carried it. */
export const TagDeleted = eventOfTag("content.tag_deleted", { courses: Schema.Int })
