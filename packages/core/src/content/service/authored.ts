/** A course as its authors see it, for course files. */
import { Effect } from "effect"
import { VideoLinks } from "../../media/index.ts"
import { LessonStore, Revisions, TagStore } from "../ports.ts"
import type { AuthoredCourse } from "../rules/document.ts"
import { contentOfCourse, contentOfLesson, teaserOf } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"

/** The course with the content of its open revisions in place of what is published. */
export const authoredCourse = Effect.fnUntraced(function* ({ course, modules }: Structure) {
  const open = yield* (yield* Revisions).listOpen(course.id)
  const whole = yield* (yield* LessonStore).listWhole(course.id)
  const ofCourse = open.find((revision) => revision.itemType === "course")
  const content = ofCourse?.itemType === "course" ? ofCourse.content : contentOfCourse(course)
  const lessons = whole.map((lesson) => {
    const revision = open.find((one) => one.itemType === "lesson" && one.lessonId === lesson.id)
    return {
      lesson: teaserOf(lesson),
      content: revision?.itemType === "lesson" ? revision.content : contentOfLesson(lesson)
    }
  })
  const assets = lessons.flatMap(({ content }) => content.primaryMediaId ?? [])
  return {
    slug: course.slug,
    status: course.workflowStatus,
    // A revision may still name tags that were deleted since: they would come back with the file.
    content: { ...content, tags: yield* (yield* TagStore).existing(content.tags) },
    modules,
    lessons,
    videos: yield* (yield* VideoLinks).describe([...new Set(assets)])
  } satisfies AuthoredCourse
})
