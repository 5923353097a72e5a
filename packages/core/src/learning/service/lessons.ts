/** What a lesson asks of a learner, and writing that they are through with it. */
import { Effect, Option, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { lessonReader } from "../../access/index.ts"
import { PassedAssessments } from "../../assessments/index.ts"
import { LessonBodies, LessonNotFound, type WholeLesson } from "../../content/index.ts"
import { Profiles } from "../../identity/index.ts"
import { Assets } from "../../media/index.ts"
import { type Progress, ProgressId, ProgressStore } from "../../progress/index.ts"
import { type Actor, user, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
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

/** What completing a lesson takes of somebody, and whether that is done. */
const workReader = Effect.gen(function* () {
  const unmet = yield* unmetReader
  const bodies = yield* LessonBodies
  const assets = yield* Assets
  const passed = yield* PassedAssessments

  const workOf = Effect.fnUntraced(function* (lesson: WholeLesson, userId: UserId) {
    const { id, primaryMediaId, type } = lesson
    if (type === "article") return { type } satisfies Work
    if (type !== "video") return { type, ...(yield* passed.ofLesson(id, userId)) } satisfies Work
    const video = primaryMediaId === undefined ? Option.none() : yield* assets.find(primaryMediaId)
    const duration = Option.isSome(video) ? video.value.duration : undefined
    return { type, ...(duration !== undefined && { duration }) } satisfies Work
  })

  const lessonOf = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId) {
    const found = yield* bodies.find(lessonId, "live")
    if (Option.isNone(found)) return yield* new LessonNotFound({ lesson: lessonId })
    return { lesson: found.value, work: yield* workOf(found.value, userId) }
  })

  /** Refuses as long as something is left. */
  const check = Effect.fnUntraced(function* (
    { lesson, work }: { readonly lesson: WholeLesson; readonly work: Work },
    before: Progress | undefined,
    { now, userId }: { readonly userId: UserId; readonly now: Instant }
  ) {
    const asked = { unmet: yield* unmet(lesson, { actor: user(userId), now }), work }
    yield* Effect.fromResult(mayComplete(before, lesson.id, asked))
  })

  return { check, lessonOf }
})

/** On whose behalf and when; `earlier`: what the same command tells already. */
interface By {
  readonly userId: UserId
  readonly now: Instant
  readonly earlier: Decision<Progress>["events"]
}

/** Completing lessons, by the learner or by a reaction. */
export const finisher = Effect.gen(function* () {
  const { check, lessonOf } = yield* workReader
  const profiles = yield* Profiles
  const progress = yield* ProgressStore
  const completions = yield* CompletionStore
  const standings = yield* CourseStandings
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom

  /**
   * The learner is held by the caller, so that of two who complete the last two lessons of a course the later one sees
   * the other; so is the course here, for what is in it counts.
   */
  const conclude = Effect.fnUntraced(function* (
    { courseId, id: lessonId, type }: WholeLesson,
    before: Progress | undefined,
    { earlier, now, userId }: By
  ) {
    yield* completions.holdCourse(courseId)
    const id = yield* newId(ProgressId, random)
    const { events, state } = complete(before, type, { userId, lessonId, courseId, id, now })
    if (state === before) return state
    yield* progress.put(state)
    const isLast = isCourseComplete(yield* standings.find(userId, courseId, now))
    const isFirst = isLast && (yield* completions.insert({ userId, courseId, completedAt: now }))
    yield* outbox.append([...earlier, ...events, ...(isFirst ? [CourseCompleted({ userId, courseId })] : [])])
    return state
  })

  /** Completes the lesson, or says what it takes. */
  const finish = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId, now: Instant) {
    yield* profiles.findForUpdate(userId)
    const taken = yield* lessonOf(lessonId, userId)
    const before = Option.getOrUndefined(yield* progress.find(userId, lessonId))
    yield* check(taken, before, { userId, now })
    return yield* conclude(taken.lesson, before, { userId, now, earlier: [] })
  })

  /** Completes the lesson if it is one of those meant and nothing is left; none otherwise, and nothing is written. */
  const finishIf = Effect.fnUntraced(function* (
    isMeant: (work: Work) => boolean,
    { before, lessonId, ...by }: By & { readonly lessonId: LessonId; readonly before: Progress | undefined }
  ) {
    const found = yield* Effect.option(lessonOf(lessonId, by.userId))
    const taken = Option.getOrUndefined(Option.filter(found, ({ work }) => isMeant(work)))
    if (taken === undefined || before?.status === "completed") return Option.none()
    if (Result.isFailure(yield* Effect.result(check(taken, before, by)))) return Option.none()
    return Option.some(yield* conclude(taken.lesson, before, by))
  })

  /** By what a heartbeat told of a video. Without a length nothing is measured: then somebody has to mark it. */
  const finishWatched = ({ events: earlier, state: before }: Decision<Progress>, now: Instant) =>
    finishIf((work) => work.type === "video" && work.duration !== undefined, {
      lessonId: before.lessonId,
      userId: before.userId,
      before,
      now,
      earlier
    })

  /** By a grade. What stands in the way still is no failure: the learner completes it once it is gone. */
  const finishPassed = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId, now: Instant) {
    yield* profiles.findForUpdate(userId)
    const before = Option.getOrUndefined(yield* progress.find(userId, lessonId))
    return yield* finishIf((work) => "toPass" in work, { lessonId, userId, before, now, earlier: [] })
  })

  return { finish, finishPassed, finishWatched }
})
