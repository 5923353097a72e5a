/** Which events of content may leave somebody with nothing open in a course. Source: LRN-5. */
import {
  ItemTransitioned,
  LessonRemoved,
  LessonsArranged,
  ModuleEdited,
  ModuleRemoved,
  ScheduledCoursePublished
} from "../../content/index.ts"
import type { StoredEvent } from "../../shared/event.ts"
import type { CourseId } from "../../shared/id.ts"

const always = [LessonRemoved, LessonsArranged, ModuleRemoved, ScheduledCoursePublished]

export const endingNames = [ItemTransitioned, ModuleEdited, ...always].map(({ eventName }) => eventName)

/**
 * The course in which a lesson may have ceased to be live, or which was published again without some of its lessons;
 * undefined for an event that takes nothing away.
 */
export const endingIn = (event: StoredEvent): CourseId | undefined => {
  if (event.name === ItemTransitioned.eventName) {
    const { courseId, from, isRevision, itemType, to } = ItemTransitioned.read(event)
    const takesAway = itemType === "lesson" ? from === "published" : to === "published"
    return takesAway && !isRevision ? courseId : undefined
  }
  if (event.name === ModuleEdited.eventName) {
    const { courseId, fields } = ModuleEdited.read(event)
    return fields.includes("isPublished") ? courseId : undefined
  }
  return always.find(({ eventName }) => eventName === event.name)?.read(event).courseId
}
