import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import {
  ItemTransitioned,
  LessonAdded,
  LessonRemoved,
  LessonsArranged,
  ModuleEdited,
  ModuleId,
  ModuleRemoved,
  ScheduledCoursePublished
} from "../../content/index.ts"
import { service } from "../../shared/actor.ts"
import { EventId, type NewEvent, StoredEvent } from "../../shared/event.ts"
import { CourseId, LessonId } from "../../shared/id.ts"
import { endingIn, endingNames } from "./endings.ts"

const courseId = CourseId.make("00000000-0000-7000-8000-000000000003")
const lessonId = LessonId.make("00000000-0000-7000-8000-000000000002")
const moduleId = ModuleId.make("00000000-0000-7000-8000-000000000001")
const stored = (event: NewEvent) =>
  StoredEvent.make({
    ...event,
    id: EventId.make("00000000-0000-7000-8000-000000000009"),
    at: DateTime.makeUnsafe(0),
    actor: service("test")
  })
/** Whether the event may end something, and is heard when it does. */
const ends = (event: NewEvent) => {
  const ending = endingIn(stored(event))
  if (ending !== undefined) assert.include(endingNames, event.name)
  return ending === courseId
}

describe("what may leave nothing open in a course", () => {
  it("is a lesson that is published no more, and a course that is published again (LRN-5)", () => {
    const step = { courseId, isRevision: false, transition: "archive_content" } as const
    const lesson = { ...step, itemType: "lesson", lessonId } as const
    const course = { ...step, itemType: "course" } as const
    assert.isTrue(ends(ItemTransitioned({ ...lesson, from: "published", to: "archived" })))
    assert.isTrue(ends(ItemTransitioned({ ...lesson, from: "published", to: "draft" })))
    assert.isFalse(ends(ItemTransitioned({ ...lesson, from: "in_review", to: "published" })))
    assert.isFalse(ends(ItemTransitioned({ ...lesson, isRevision: true, from: "published", to: "draft" })))
    assert.isTrue(ends(ItemTransitioned({ ...course, from: "in_review", to: "published" })))
    assert.isFalse(ends(ItemTransitioned({ ...course, from: "published", to: "archived" })))
    assert.isTrue(ends(ScheduledCoursePublished({ courseId, publishAt: DateTime.makeUnsafe(0) })))
  })

  it("is a module that is hidden, and whatever is moved or removed (LRN-5)", () => {
    assert.isTrue(ends(ModuleEdited({ courseId, moduleId, fields: ["title", "isPublished"] })))
    assert.isFalse(ends(ModuleEdited({ courseId, moduleId, fields: ["title"] })))
    assert.isTrue(ends(ModuleRemoved({ courseId, moduleId, key: "k" })))
    assert.isTrue(ends(LessonRemoved({ courseId, lessonId, slug: "s" })))
    assert.isTrue(ends(LessonsArranged({ courseId, moduleId, order: [lessonId] })))
    assert.isFalse(ends(LessonAdded({ courseId, lessonId, moduleId, slug: "s", type: "article" })))
    assert.isTrue(Schema.is(StoredEvent)(stored(ModuleRemoved({ courseId, moduleId, key: "k" }))))
  })
})
