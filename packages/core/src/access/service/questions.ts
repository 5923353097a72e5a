/** The questions that the store's facts pose, laid out for the rules: one read each. */
import { Effect } from "effect"
import type { CourseId, LessonId } from "../../shared/id.ts"
import { CourseDefault } from "../config.ts"
import { AccessFacts, type Asked, type Known, type Part } from "../ports.ts"
import { questionsOf } from "../rules/prepare.ts"

export const questionReader = Effect.gen(function* () {
  const facts = yield* AccessFacts
  const courseDefault = yield* CourseDefault
  const laidOut = (asked: Asked, read: Effect.Effect<Known>) =>
    Effect.map(read, (known) => questionsOf(asked.actor, known, courseDefault))
  const lessons = (asked: Asked, lessonIds: ReadonlyArray<LessonId>) =>
    Effect.map(laidOut(asked, facts.ofLessons(asked, lessonIds)), (questions) => questions.lessons)
  return {
    /** Undefined when there is no such course. */
    course: (asked: Asked, courseId: CourseId) =>
      Effect.map(laidOut(asked, facts.ofCourse(asked, courseId)), ({ courses }) => courses[0]),
    /** Undefined when there is no such lesson. */
    lesson: (asked: Asked, lessonId: LessonId) =>
      Effect.map(lessons(asked, [lessonId]), ([question]) => question?.facts),
    lessons,
    coursePage: (asked: Asked, courseId: CourseId, part: Part) =>
      laidOut(asked, facts.ofCoursePage(asked, courseId, part)),
    courses: (asked: Asked, part: Part) => laidOut(asked, facts.ofCourses(asked, part)),
    allLessons: (asked: Asked, part: Part) => laidOut(asked, facts.ofAllLessons(asked, part))
  }
})
