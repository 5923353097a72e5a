/** Laws of what a video, a quiz and a project take, of time spent, and of analytics. Source: LRN-4, LRN-7, LRN-12. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { Rules, TierKey } from "../src/access/index.ts"
import {
  AttemptGraded,
  AttemptId,
  AttemptRegraded,
  AttemptStarted,
  AttemptSubmitted
} from "../src/assessments/index.ts"
import { CertificateId, CertificateIssued, SerialNumber } from "../src/certificates/index.ts"
import { Learning } from "../src/learning/index.ts"
import { LessonAnalytics } from "../src/learning/ports.ts"
import { MediaLibrary } from "../src/media/index.ts"
import type { Stretch } from "../src/progress/index.ts"
import { service } from "../src/shared/actor.ts"
import type { CourseId, LessonId, UserId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { newLesson, publishLesson } from "./content-ground.ts"
import { append } from "./events.ts"
import type { Adapter } from "./ground.ts"
import {
  articles,
  assessed,
  complete,
  courseWith,
  from,
  later,
  learned,
  learningOn,
  open,
  progressIn,
  readThrough,
  settled,
  someExam,
  start
} from "./learning-ground.ts"
import { as, asService, asVisitor, codeOf, holderOf } from "./people.ts"
import { clockAt, someUser, unique } from "./samples.ts"

const heartbeat = (lessonId: LessonId, ...watched: ReadonlyArray<Stretch>) =>
  Learning.use((learning) => learning.heartbeat({ lessonId, watched }))

/** A video of so many seconds; of unknown length without. */
const videoOf = (duration?: number) =>
  asService(
    MediaLibrary.use((media) =>
      media.create({
        externalProvider: "s3",
        externalId: unique("video"),
        assetType: "video",
        accessLevel: "course_access",
        ...(duration !== undefined && { duration })
      })
    )
  )

const attempt = (
  userId: UserId,
  scope: { scope: "lesson"; lessonId: LessonId } | { scope: "course"; courseId: CourseId }
) => ({
  attemptId: AttemptId.make(someUser()),
  assessmentId: someExam(),
  userId,
  attemptNo: 1,
  type: "quiz" as const,
  scope
})
const result = (passed: boolean) => ({
  score: { numerator: passed ? 1n : 0n, denominator: 1n },
  maxScore: { numerator: 1n, denominator: 1n },
  passed
})
/** Tells that an attempt at the lesson was graded. */
const graded = (userId: UserId, lessonId: LessonId, passed = true) =>
  append(
    [
      AttemptGraded({
        ...attempt(userId, { scope: "lesson", lessonId }),
        ...result(passed),
        gradedAt: start,
        by: "machine"
      })
    ],
    service("assessments")
  )

export const learningWorkContract = (adapter: string, layer: Adapter) =>
  it.layer(learningOn(layer), { timeout: "90 seconds" })(`What lessons take on ${adapter}`, (it) => {
    it.effect(
      "a video is complete by itself at nine tenths of its seconds, played at most at double speed (LRN-12)",
      from(
        Effect.gen(function* () {
          const video = yield* videoOf(101)
          const { ids, learner } = yield* courseWith([
            { type: "video", primaryMediaId: video.id },
            { type: "video" }
          ])
          const lessonId = ids[0]!
          const me = as(learner)
          assert.strictEqual(yield* codeOf(me(complete(lessonId))), "learning.not_opened")
          // Before the first heartbeat nothing can have been played.
          yield* me(heartbeat(lessonId, [0, 101]))
          const unseen = yield* Effect.flip(me(complete(lessonId)))
          assert.deepInclude(unseen, {
            _tag: "learning.not_watched",
            watchedSeconds: 0,
            neededSeconds: 91
          })
          yield* clockAt(start, 30_000)
          yield* me(heartbeat(lessonId, [0, 40], [20, 60], [60, 100]))
          const { progressData, timeSpentMinutes } = (yield* me(progressIn(lessonId)))!
          assert.deepStrictEqual(progressData, { spentMillis: 30_000, watched: [[0, 40]] })
          assert.strictEqual(timeSpentMinutes, 0)
          yield* clockAt(start, 55_000)
          yield* me(heartbeat(lessonId, [40, 90]))
          assert.deepInclude(yield* Effect.flip(me(complete(lessonId))), { watchedSeconds: 90 })
          yield* clockAt(start, 56_000)
          const done = yield* me(heartbeat(lessonId, [89, 91]))
          assert.deepInclude(done, { status: "completed", completionPercentage: 100 })
          assert.deepStrictEqual(yield* me(complete(lessonId)), done)
          yield* clockAt(start, 57_000)
          assert.deepInclude(yield* me(heartbeat(lessonId, [99, 101])), {
            status: "completed",
            completedAt: later(56_000)
          })
          yield* me(heartbeat(ids[1]!, [0, 10]))
          assert.strictEqual((yield* me(progressIn(ids[1]!)))?.status, "in_progress")
          // Nobody knows how long the other one is: opened and marked.
          assert.strictEqual((yield* me(readThrough(ids[1]!))).status, "completed")
        })
      )
    )

    it.effect(
      "time counts between heartbeats up to two minutes apart, once for all lessons and sessions (LRN-4)",
      from(
        Effect.gen(function* () {
          const { ids, learner } = yield* articles(2)
          const [one, two] = [ids[0]!, ids[1]!]
          const me = as(learner)
          const spent = (lessonId: LessonId) =>
            Effect.map(me(progressIn(lessonId)), (progress) => progress?.progressData?.spentMillis)
          yield* me(heartbeat(one))
          yield* clockAt(start, 120_000)
          yield* me(heartbeat(one))
          yield* clockAt(start, 240_001)
          yield* me(heartbeat(one))
          assert.strictEqual(yield* spent(one), 120_000)
          yield* clockAt(start, 270_000)
          yield* me(heartbeat(two))
          yield* me(heartbeat(one))
          assert.deepStrictEqual([yield* spent(one), yield* spent(two)], [120_000, 29_999])
          assert.strictEqual((yield* me(progressIn(one)))?.timeSpentMinutes, 2)
          const told = yield* learned(learner)
          assert.deepStrictEqual(told, ["learning.progress_recorded", "learning.progress_recorded"])
        })
      )
    )

    for (const type of ["quiz", "project"] as const) {
      it.effect(
        `a ${type} is complete once all its published assessments are passed, told by itself (LRN-12, LRN-5)`,
        from(
          Effect.gen(function* () {
            const { ids, learner } = yield* courseWith([{ type }])
            const lessonId = ids[0]!
            const me = as(learner)
            const [first, second] = [someExam(), someExam()]
            yield* me(open(lessonId))
            const nothing = yield* Effect.flip(me(complete(lessonId)))
            assert.deepInclude(nothing, {
              _tag: "learning.assessments_not_passed",
              assessmentIds: []
            })
            yield* assessed(lessonId, [
              [first, [learner]],
              [second, []]
            ])
            yield* graded(learner, lessonId)
            yield* settled
            assert.strictEqual((yield* me(progressIn(lessonId)))?.status, "in_progress")
            assert.deepInclude(yield* Effect.flip(me(complete(lessonId))), { assessmentIds: [second] })
            yield* assessed(lessonId, [
              [first, [learner]],
              [second, [learner]]
            ])
            yield* graded(learner, lessonId)
            yield* graded(learner, lessonId)
            yield* settled
            assert.strictEqual((yield* me(progressIn(lessonId)))?.status, "completed")
            assert.deepStrictEqual(yield* learned(learner), [
              "learning.progress_recorded",
              "learning.lesson_completed",
              "learning.course_completed"
            ])
          })
        )
      )
    }

    it.effect(
      "what is passed before its prerequisites are done, of an article, or of no lesson that is there, completes nothing (LRN-3, LRN-12)",
      from(
        Effect.gen(function* () {
          const { ids, learner, module } = yield* articles(1)
          const made = yield* asService(newLesson(module.id, { type: "quiz", prerequisites: [ids[0]!] }))
          yield* publishLesson(made.id)
          const quiz = made.id
          const me = as(learner)
          yield* assessed(quiz, [[someExam(), [learner]]])
          yield* graded(learner, quiz)
          yield* graded(learner, someUser() as string as LessonId)
          // An exam within an article is no way to complete the article.
          yield* me(open(ids[0]!))
          yield* assessed(ids[0]!, [[someExam(), [learner]]])
          yield* graded(learner, ids[0]!)
          yield* settled
          assert.strictEqual((yield* me(progressIn(ids[0]!)))?.status, "in_progress")
          assert.strictEqual(yield* me(progressIn(quiz)), undefined)
          yield* me(readThrough(ids[0]!))
          assert.strictEqual((yield* me(complete(quiz))).status, "completed")
        })
      )
    )

    it.effect(
      "attempts and certificates are written down for analytics, once per event and by the platform alone (LRN-7)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const analytics = yield* LessonAnalytics
          const { course, ids } = yield* articles(1)
          const learner = yield* holderOf()
          const ofLesson = attempt(learner, { scope: "lesson", lessonId: ids[0]! })
          const ofCourse = attempt(learner, { scope: "course", courseId: course.id })
          const { attemptNo: _no, type: _type, ...about } = ofCourse
          yield* append(
            [
              AttemptStarted(ofLesson),
              AttemptSubmitted({ ...ofLesson, submittedAt: start, autoSubmitted: false }),
              AttemptGraded({ ...ofLesson, ...result(false), gradedAt: start, by: "machine" }),
              AttemptRegraded({
                ...ofLesson,
                before: result(false),
                after: result(true),
                reason: "a mended key"
              }),
              CertificateIssued({
                ...about,
                certificateId: CertificateId.make(someUser()),
                serialNumber: SerialNumber.make("LYC-2026-000000000")
              })
            ],
            service("assessments")
          )
          yield* clockAt(start, 5000)
          yield* settled
          const noted = yield* analytics.of(learner)
          assert.deepStrictEqual(noted.map(({ eventType }) => eventType).sort(), [
            "assessment_graded",
            "assessment_graded",
            "assessment_start",
            "assessment_submit",
            "certificate_issued"
          ])
          assert.deepStrictEqual(
            noted.map(({ eventTimestamp }) => DateTime.formatIso(eventTimestamp)),
            noted.map(() => DateTime.formatIso(start))
          )
          const verdicts = noted.flatMap(({ eventData: { passed, regraded } }) =>
            passed === undefined ? [] : [[passed, regraded]]
          )
          assert.deepStrictEqual(verdicts.sort(), [
            [false, undefined],
            [true, true]
          ])
          const [certificate] = noted.filter(({ eventType }) => eventType === "certificate_issued")
          assert.deepInclude(certificate, { courseId: course.id, userId: learner })
          assert.isFalse("lessonId" in certificate!)
          const again = { ...noted[0]!, eventTimestamp: later(1) }
          assert.deepStrictEqual(yield* run(analytics.append([again])), [])
          assert.deepStrictEqual(yield* analytics.of(learner), noted)
          const ofOther = { ...again, userId: yield* holderOf() }
          assert.deepStrictEqual(yield* run(analytics.append([ofOther, ofOther])), [again.id])
        })
      )
    )

    it.effect(
      "what a client tells is answered one by one, kept once, and dated by the server (LRN-7)",
      from(
        Effect.gen(function* () {
          const analytics = yield* LessonAnalytics
          const { course, ids, learner } = yield* articles(2)
          const me = as(learner)
          const track = (events: Parameters<Learning["Service"]["track"]>[0]["events"]) =>
            Effect.map(
              Learning.use((learning) => learning.track({ events })),
              ({ items }) => items.map(({ code, outcome }) => code ?? outcome)
            )
          const [one, two] = [someUser() as string, someUser() as string]
          const told = { id: one, lessonId: ids[0]!, eventType: "pause" } as const
          const events = [
            { ...told, clientTimestamp: later(-999_999_999), sessionId: "tab 1", durationSeconds: 12 },
            { ...told, id: two, eventType: "assessment_graded" },
            { ...told, id: two, lessonId: someUser() as string as LessonId },
            { ...told, id: two, eventType: "resume", eventData: { at: 12.5 }, deviceInfo: { os: "x" } },
            { ...told, eventType: "complete" }
          ] as const
          assert.deepStrictEqual(yield* me(track(events)), [
            "stored",
            "learning.told_by_the_platform",
            "content.lesson_not_found",
            "stored",
            "known"
          ])
          yield* clockAt(start, 5000)
          assert.deepStrictEqual(yield* me(track([events[0], events[3]])), ["known", "known"])
          const kept = yield* analytics.of(learner)
          const about = { userId: learner, eventTimestamp: start }
          assert.deepStrictEqual(
            [...kept].sort((a, b) => (a.id < b.id ? -1 : 1)),
            [
              { ...events[0], ...about, eventData: {} },
              { ...events[3], ...about }
            ].sort((a, b) => (a.id < b.id ? -1 : 1))
          )
          assert.deepStrictEqual(yield* learned(learner), ["learning.activity_tracked"])
          assert.strictEqual(yield* me(progressIn(ids[0]!)), undefined)
          const many = Array.from({ length: 500 }, () => ({ ...told, id: someUser() as string }))
          assert.deepStrictEqual(new Set(yield* me(track(many))), new Set(["stored"]))
          const other = yield* holderOf()
          yield* asService(
            Rules.use((rules) => rules.set({ courseId: course.id, requiredTier: TierKey.make("premium") }))
          )
          assert.deepStrictEqual(yield* as(other)(track([told])), ["access.tier_required"])
          assert.strictEqual(yield* codeOf(asVisitor(track([told]))), "kernel.sign_in_required")
        })
      )
    )
  })
