/** What the contracts of certificates stand on: attempts as grading leaves them, over the real services of every context below. */
import { DateTime, Effect, Layer, Option } from "effect"
import {
  type Assessment,
  AssessmentId,
  AttemptFacts,
  AttemptGraded,
  AttemptId,
  AttemptRegraded,
  type Graded,
  type Scope
} from "../src/assessments/index.ts"
import { AssessmentStore, AttemptStore } from "../src/assessments/ports.ts"
import { CertificateReaction, Certificates } from "../src/certificates/index.ts"
import { CurrentActor, service } from "../src/shared/actor.ts"
import { Door } from "../src/shared/door.ts"
import type { NewEvent } from "../src/shared/event.ts"
import type { UserId } from "../src/shared/id.ts"
import { currentInstant } from "../src/shared/instant.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { rational } from "../src/shared/rational.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { paywallOn } from "./access-ground.ts"
import { liveCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { asService, someone } from "./people.ts"
import { at, clockAt, someUser } from "./samples.ts"

export const certificatesOn = (adapter: Adapter) =>
  Layer.merge(Certificates.layer, CertificateReaction.layer).pipe(
    Layer.provideMerge(AttemptFacts.layer),
    Layer.provideMerge(paywallOn(adapter))
  )

/** Certificates with nothing between caller and use case: what travels with a fiber does not travel over HTTP. */
export const directly = Effect.provide(
  Layer.fresh(Certificates.layer).pipe(Layer.provide(Layer.fresh(Door.layer)))
)

export const noon = at("2026-03-01T12:00:00Z")
export const after = (milliseconds: number) => DateTime.add(noon, { milliseconds })

/** A test that begins at noon. */
export const fromNoon =
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
  () =>
    Effect.andThen(clockAt(noon), body)

export const stored = <A, E, R>(write: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Transaction, ({ run }) => run(write))

/** An assessment as authors leave it; it gives a certificate unless said otherwise. */
export const anAssessment = Effect.fnUntraced(function* (
  author: UserId,
  scope: Scope,
  fields: Partial<Assessment> = {}
) {
  const assessment: Assessment = {
    id: AssessmentId.make(someUser()),
    scope,
    title: "The exam",
    type: "cert",
    givesCertificate: true,
    passingScore: 60,
    gradingMode: "auto",
    gradePolicy: "highest",
    shuffleQuestions: false,
    shuffleAnswers: false,
    onExpiry: "grade_saved",
    review: { responses: "ended", score: "graded", items: "graded", keys: "closed", explanations: "closed" },
    isPublished: true,
    version: 1,
    createdBy: author,
    createdAt: noon,
    updatedAt: noon,
    ...fields
  }
  const store = yield* AssessmentStore
  yield* stored(store.insert(assessment))
  return assessment
})

/** An attempt of 100 points that was graded this moment. */
export const anAttempt = Effect.fnUntraced(function* (
  assessment: Assessment,
  userId: UserId,
  fields: { readonly score?: number; readonly passed?: boolean; readonly attemptNo?: number } = {}
) {
  const { attemptNo = 1, passed = true, score = 80 } = fields
  const now = yield* currentInstant
  const { gradingMode, id, passingScore, scope, title, type } = assessment
  const attempt: Graded = {
    status: "graded",
    id: AttemptId.make(someUser()),
    userId,
    assessmentId: id,
    attemptNo,
    attemptSeed: "0123456789abcdef0123456789abcdef",
    contentSnapshot: {
      ...{ format: 1, assessmentId: id, assessmentVersion: 1, items: [] },
      ...{ scope, type, title, passingScore, gradingMode }
    },
    contentSnapshotHash: "0".repeat(64),
    responses: [],
    revision: 1,
    startedAt: now,
    onExpiry: "grade_saved",
    submittedAt: now,
    timeSpentSec: 0,
    autoSubmitted: false,
    gradedAt: now,
    grades: [],
    score: rational(score),
    maxScore: rational(100),
    passed
  }
  const store = yield* AttemptStore
  yield* stored(store.insert(attempt))
  return attempt
})

/** The attempt with another outcome. */
export const regrade = Effect.fnUntraced(function* (attempt: Graded, fields: Partial<Graded>) {
  const changed: Graded = { ...attempt, ...fields, revision: attempt.revision + 1 }
  const store = yield* AttemptStore
  yield* stored(store.update(changed))
  return changed
})

const about = ({ assessmentId, attemptNo, contentSnapshot, id, userId }: Graded) => ({
  ...{ attemptId: id, assessmentId, userId, attemptNo },
  ...{ type: contentSnapshot.type, scope: contentSnapshot.scope }
})
const result = ({ maxScore, passed, score }: Graded) => ({ maxScore, passed, score })
export const gradedEvent = (attempt: Graded): NewEvent =>
  AttemptGraded({ ...about(attempt), ...result(attempt), gradedAt: attempt.gradedAt, by: "machine" })
export const regradedEvent = (before: Graded, after: Graded): NewEvent =>
  AttemptRegraded({
    ...about(after),
    before: result(before),
    after: result(after),
    reason: "a key was wrong"
  })

/** Tells of something and has the reaction hear of it, `times` times. */
export const heard = Effect.fnUntraced(function* (event: NewEvent, times = 1) {
  const outbox = yield* Outbox
  const { listener } = yield* CertificateReaction
  yield* asService(stored(outbox.append([event])))
  const [told] = yield* outbox.events(
    { name: event.name, subject: event.subjects["attemptId"]! },
    Option.none(),
    1
  )
  for (let time = 0; time < times; time++) {
    yield* stored(listener.react(told!)).pipe(Effect.provideService(CurrentActor, service("certificates")))
  }
})

/** A live course of an author with one lesson, and a learner with a name. */
export const classroom = Effect.gen(function* () {
  const people = yield* staff
  const { course, lessons } = yield* liveCourse(people.author)
  const learner = yield* someone({ displayName: "Ada Lovelace" })
  const lesson = lessons[0]!
  return {
    ...people,
    learner: learner.id,
    course,
    lesson,
    ofLesson: { scope: "lesson", lessonId: lesson.id } as Scope,
    ofCourse: { scope: "course", courseId: course.id } as Scope
  }
})

/** A classroom in which the learner has passed the assessment of the lesson. */
export const passed = Effect.gen(function* () {
  const room = yield* classroom
  const assessment = yield* anAssessment(room.author, room.ofLesson)
  return { ...room, assessment, attempt: yield* anAttempt(assessment, room.learner) }
})

/** A classroom in which the learner holds a certificate. */
export const certified = Effect.gen(function* () {
  const room = yield* passed
  const certificates = yield* Certificates
  const { certificate } = yield* asService(certificates.issue({ attemptId: room.attempt.id }))
  return { ...room, certificate }
})

/** What became of certificates of a learner, oldest first. */
export const toldOfCertificates = (userId: UserId) =>
  Effect.map(
    Outbox.use((outbox) => outbox.events({ subject: userId }, Option.none(), 1000)),
    (newestFirst) =>
      [...newestFirst].reverse().flatMap(({ name, payload }) => {
        return name.startsWith("certificates.")
          ? [{ name: name.slice("certificates.certificate_".length), payload }]
          : []
      })
  )
