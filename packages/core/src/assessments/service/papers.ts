/** Finding assessments for who may see them, and where they stand. */
import { Effect, Option } from "effect"
import { lessonReader } from "../../access/index.ts"
import { CourseNotFound, isOwn, LessonNotFound, placeReader, seesCourse } from "../../content/index.ts"
import { may, requirePermission } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { AssessmentNotFound } from "../errors.ts"
import type { AssessmentId, Scope } from "../model/index.ts"
import { AssessmentStore } from "../ports.ts"

/** What an assessment is of, as the actor sees it: the lesson or course may be hidden, or in a course of theirs. */
export interface Sight {
  readonly isVisible: boolean
  readonly own: boolean
  /** True for who reads what is not published, and what is right. */
  readonly isAuthor: boolean
}

/** None for what is not there. */
export const sightReader = Effect.gen(function* () {
  const places = yield* placeReader
  const { lessons } = yield* lessonReader
  return Effect.fnUntraced(function* (scope: Scope, { me, now }: Call) {
    const place = yield* places(scope)
    if (Option.isNone(place)) return Option.none<Sight>()
    const { course } = place.value
    const own = isOwn(me, course)
    const isAuthor = may(me, "assessments:read", { own })
    const isVisible =
      scope.scope === "course"
        ? seesCourse(me, course, now)
        : (yield* lessons({ actor: me.actor, now }, [scope.lessonId])).some((lesson) => lesson.isVisible)
    return Option.some<Sight>({ own, isAuthor, isVisible: isVisible || isAuthor })
  })
})

/** The place, for who may see it. */
export const scopeReader = Effect.map(sightReader, (sightOf) =>
  Effect.fnUntraced(function* (scope: Scope, call: Call) {
    const sight = yield* sightOf(scope, call)
    if (Option.isSome(sight) && sight.value.isVisible) return sight.value
    return yield* scope.scope === "lesson"
      ? new LessonNotFound({ lesson: scope.lessonId })
      : new CourseNotFound({ course: scope.courseId })
  })
)

/** The assessment with its items, for who may know that it is there: learners once it is published. */
export const sheetReader = Effect.gen(function* () {
  const store = yield* AssessmentStore
  const sightOf = yield* sightReader
  return Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
    const found = yield* store.paper(assessmentId)
    if (Option.isNone(found)) return yield* new AssessmentNotFound({ id: assessmentId })
    const sight = yield* sightOf(found.value.assessment.scope, call)
    return Option.isSome(sight) &&
      (sight.value.isAuthor || (sight.value.isVisible && found.value.assessment.isPublished))
      ? { ...found.value, sight: sight.value }
      : yield* new AssessmentNotFound({ id: assessmentId })
  })
})

/** With what is right: for authors. */
export const paperReader = Effect.map(sheetReader, (readSheet) =>
  Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
    const found = yield* readSheet(assessmentId, call)
    yield* Effect.fromResult(requirePermission(call.me, "assessments:read", found.sight))
    return found
  })
)
