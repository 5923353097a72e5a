/** What the contracts of learning stand on: the paywall, media, and what learners passed as a test says. */
import { DateTime, Effect, Layer, Option, Ref, Context } from "effect"
import { AssessmentId, PassedAssessments } from "../src/assessments/index.ts"
import type { Lesson } from "../src/content/index.ts"
import {
  analyticsSubscriber,
  completionsSubscriber,
  Learning,
  LearningReactions,
  prerequisitesLayer
} from "../src/learning/index.ts"
import { MediaLibrary } from "../src/media/index.ts"
import type { CourseId, LessonId, UserId } from "../src/shared/id.ts"
import type { Instant } from "../src/shared/instant.ts"
import { Reactions } from "../src/shared/reactions.ts"
import { paywallOn } from "./access-ground.ts"
import { draftCourse, newLesson, publishCourse, publishLesson, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, holderOf, toldOf } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

/** The published assessments of a lesson, and who passed which, as a test says. */
export class Exams extends Context.Service<
  Exams,
  Ref.Ref<ReadonlyMap<LessonId, ReadonlyMap<AssessmentId, ReadonlySet<UserId>>>>
>()("lyceum/contract/Exams") {
  static readonly layer = Layer.effect(
    Exams,
    Ref.make<ReadonlyMap<LessonId, ReadonlyMap<AssessmentId, ReadonlySet<UserId>>>>(new Map())
  )
}
const passed = Layer.effect(
  PassedAssessments,
  Effect.map(Exams, (exams) =>
    PassedAssessments.of({
      ofLesson: (lessonId, userId) =>
        Effect.map(Ref.get(exams), (all) => {
          const published = [...(all.get(lessonId) ?? [])]
          const toPass = published.flatMap(([id, who]) => (who.has(userId) ? [] : [id]))
          return { published: published.length, toPass }
        })
    })
  )
)

/** Says that these are the published assessments of the lesson, and that they were passed by these learners. */
export const assessed = (
  lessonId: LessonId,
  exams: ReadonlyArray<readonly [AssessmentId, ReadonlyArray<UserId>]>
) =>
  Effect.flatMap(
    Exams,
    Ref.update((all) => {
      const ofLesson = new Map(exams.map(([id, who]) => [id, new Set(who)] as const))
      return new Map([...all, [lessonId, ofLesson]])
    })
  )
export const someExam = () => AssessmentId.make(someUser())

export const learningOn = (adapter: Adapter) =>
  Layer.mergeAll(Learning.layer, LearningReactions.layer, prerequisitesLayer, MediaLibrary.layer).pipe(
    Layer.provideMerge(passed.pipe(Layer.provideMerge(Exams.layer))),
    Layer.provideMerge(
      paywallOn(adapter, "open", { subscribers: [completionsSubscriber, analyticsSubscriber] })
    )
  )

export const start = DateTime.makeUnsafe("2026-04-06T08:00:00Z")
export const later = (milliseconds: number): Instant => DateTime.add(start, { milliseconds })
/** A test that begins at the start. */
export const from =
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
  () =>
    Effect.andThen(clockAt(start), body)

/** What follows from what was told so far has followed. */
export const settled = Effect.gen(function* () {
  const reactions = yield* Reactions
  const { analytics, completions } = yield* LearningReactions
  yield* reactions.deliver(completions)
  yield* reactions.deliver(analytics)
})

/** What was told of somebody by learning: names, oldest first. */
export const learned = (id: UserId) =>
  Effect.map(toldOf(id), (told) =>
    told.map(({ name }) => name).filter((name) => name.startsWith("learning."))
  )

type Learn = Learning["Service"]
export const record = (input: Parameters<Learn["record"]>[0]) => Learning.use((one) => one.record(input))
export const open = (lessonId: LessonId) => record({ lessonId })
export const complete = (lessonId: LessonId) => Learning.use((one) => one.complete({ lessonId }))
export const progressIn = (lessonId: LessonId) =>
  Effect.map(
    Learning.use((one) => one.get({ lessonId })),
    ({ progress }) => progress
  )
export const courseOf = (courseId: CourseId) => Learning.use((one) => one.course({ courseId }))
/** Opens and completes, as a reader of articles does. */
export const readThrough = (lessonId: LessonId) => Effect.andThen(open(lessonId), complete(lessonId))

/** A published course of lessons, each with what a test says of it, and somebody who may learn from it. */
export const courseWith = Effect.fnUntraced(function* (
  lessons: ReadonlyArray<Parameters<typeof newLesson>[1]>
) {
  const { admin, author, learner } = yield* staff
  const { course, module } = yield* Effect.map(draftCourse(author, 0), (made) => made)
  const made: Array<Lesson> = []
  for (const fields of lessons) {
    const lesson = yield* as(author)(newLesson(module.id, fields))
    yield* publishLesson(lesson.id)
    made.push(lesson)
  }
  yield* publishCourse(course.id)
  return { admin, author, learner, course, module, ids: made.map(({ id }) => id) }
})

/** A course of so many articles. */
export const articles = (count: number) => courseWith(Array.from({ length: count }, () => ({})))
export const anotherLearner = holderOf()
export const none = Option.none()
