/** What a lesson asks of a learner, and writing that they are through with it. */
import { Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { lessonReader } from "../../access/index.ts"
import { PassedAssessments } from "../../assessments/index.ts"
import { LessonBodies, LessonNotFound, type WholeLesson } from "../../content/index.ts"
import { Profiles } from "../../identity/index.ts"
import { Assets } from "../../media/index.ts"
import { ProgressId, ProgressStore } from "../../progress/index.ts"
import { type Actor, user, userIdOf } from "../../shared/actor.ts"
import { type LessonId, newId, type UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import { CourseCompleted } from "../model.ts"
import { CompletionStore, CourseStandings } from "../ports.ts"
import { isCourseComplete, mayComplete, unmetOf, type Work } from "../rules/completing.ts"
import { complete } from "../rules/progress.ts"

/** Tells which lessons somebody has to complete before this one. Source: LRN-3. */
export const unmetReader = Effect.gen(function* () {
  const { lessons } = yield* lessonReader
  const progress = yield* ProgressStore
  return Effect.fnUntraced(function* (
    lesson: Pick<WholeLesson, "prerequisites">,
    { actor, now }: { readonly actor: Actor; readonly now: Instant }
  ) {
    const userId = userIdOf(actor)
    const { prerequisites } = lesson
    if (userId === undefined || prerequisites.length === 0) return []
    const known = yield* lessons({ actor, now }, prerequisites)
    return unmetOf(prerequisites, known, yield* progress.completed(userId, prerequisites))
  })
})

/** Completing lessons, by the learner or by a reaction. */
export const finisher = Effect.gen(function* () {
  const unmet = yield* unmetReader
  const bodies = yield* LessonBodies
  const assets = yield* Assets
  const passed = yield* PassedAssessments
  const profiles = yield* Profiles
  const progress = yield* ProgressStore
  const completions = yield* CompletionStore
  const standings = yield* CourseStandings
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom

  const workOf = Effect.fnUntraced(function* (lesson: WholeLesson, userId: UserId) {
    const { id, primaryMediaId, type } = lesson
    if (type === "article") return { type } satisfies Work
    if (type !== "video") return { type, ...(yield* passed.ofLesson(id, userId)) } satisfies Work
    const video = primaryMediaId === undefined ? Option.none() : yield* assets.find(primaryMediaId)
    const duration = Option.isSome(video) ? video.value.duration : undefined
    return { type, ...(duration !== undefined && { duration }) } satisfies Work
  })

  /**
   * The learner is held, so that of two who complete the last two lessons of a course the later one sees the other, and
   * so is the course: what is in it counts.
   */
  const finish = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId, now: Instant) {
    const found = yield* bodies.find(lessonId, "live")
    if (Option.isNone(found)) return yield* new LessonNotFound({ lesson: lessonId })
    yield* profiles.findForUpdate(userId)
    const lesson = found.value
    const { courseId, type } = lesson
    yield* completions.holdCourse(courseId)
    const before = Option.getOrUndefined(yield* progress.find(userId, lessonId))
    const asked = {
      unmet: yield* unmet(lesson, { actor: user(userId), now }),
      work: yield* workOf(lesson, userId)
    }
    yield* Effect.fromResult(mayComplete(before, lessonId, asked))
    const id = yield* newId(ProgressId, random)
    const { events, state } = complete(before, type, { userId, lessonId, courseId, id, now })
    if (state === before) return state
    yield* progress.put(state)
    const isLast = isCourseComplete(yield* standings.find(userId, courseId, now))
    const isFirst = isLast && (yield* completions.insert({ userId, courseId, completedAt: now }))
    yield* outbox.append([...events, ...(isFirst ? [CourseCompleted({ userId, courseId })] : [])])
    return state
  })

  return { finish }
})
