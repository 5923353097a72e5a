/** Whether lessons may be read, for contexts in which people do more with a lesson than read it. */
import { DateTime, Effect } from "effect"
import { LessonNotFound } from "../../content/index.ts"
import type { CourseId, LessonId } from "../../shared/id.ts"
import type { AccessDecision } from "../model/decision.ts"
import type { Asked } from "../ports.ts"
import { isPublished } from "../rules/claims.ts"
import { decide, isHidden } from "../rules/decide.ts"
import { refusalOf } from "../rules/reading.ts"
import { questionReader } from "./questions.ts"

/** What the paywall says of a lesson. */
export interface LessonReading {
  readonly lessonId: LessonId
  readonly courseId: CourseId
  /** Source: CON-4. */
  readonly isLive: boolean
  /** False when it does not exist for who asks (KER-11). */
  readonly isVisible: boolean
  readonly decision: AccessDecision
}

/** Asks within the transaction of the caller, if there is one. */
export const lessonReader = Effect.map(questionReader, (questions) => {
  /** Of those that exist. */
  const lessons = Effect.fnUntraced(function* (asked: Asked, lessonIds: ReadonlyArray<LessonId>) {
    const now = DateTime.toEpochMillis(asked.now)
    return (yield* questions.lessons(asked, lessonIds)).map(({ facts, known }): LessonReading => ({
      lessonId: known.id,
      courseId: known.courseId,
      isLive: isPublished(facts, now),
      isVisible: !isHidden(facts, now),
      decision: decide(facts, now)
    }))
  })

  /** Refuses as reading the lesson does. */
  const admit = Effect.fnUntraced(function* (asked: Asked, lessonId: LessonId) {
    const missing = new LessonNotFound({ lesson: lessonId })
    const [question] = yield* questions.lessons(asked, [lessonId])
    const now = DateTime.toEpochMillis(asked.now)
    if (question === undefined || isHidden(question.facts, now)) return yield* missing
    const decision = decide(question.facts, now)
    return decision.allowed
      ? { courseId: question.known.courseId, decision }
      : yield* refusalOf(decision, question.facts.reader) ?? missing
  })

  /** False when it does not exist for who asks (KER-11). */
  const isCourseVisible = Effect.fnUntraced(function* (asked: Asked, courseId: CourseId) {
    const facts = yield* questions.course(asked, courseId)
    return facts !== undefined && !isHidden(facts, DateTime.toEpochMillis(asked.now))
  })

  return { lessons, admit, isCourseVisible }
})
