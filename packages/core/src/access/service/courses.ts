/** Whether a course may be read, for contexts in which people do more with it than read it. */
import { DateTime, Effect } from "effect"
import { CourseNotFound } from "../../content/index.ts"
import type { CourseId } from "../../shared/id.ts"
import type { Asked } from "../ports.ts"
import { decide, isHidden } from "../rules/decide.ts"
import { refusalOf } from "../rules/reading.ts"
import { questionReader } from "./questions.ts"

/** Asks within the transaction of the caller, if there is one; refuses as reading the course does. */
export const courseReader = Effect.map(questionReader, (questions) => ({
  admit: Effect.fnUntraced(function* (asked: Asked, courseId: CourseId) {
    const missing = new CourseNotFound({ course: courseId })
    const facts = yield* questions.course(asked, courseId)
    const now = DateTime.toEpochMillis(asked.now)
    if (facts === undefined || isHidden(facts, now)) return yield* missing
    const decision = decide(facts, now)
    return decision.allowed ? { decision } : yield* refusalOf(decision, facts.reader) ?? missing
  })
}))
