/** What learners do in lessons. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { lessonReader } from "../../access/index.ts"
import { CourseNotFound, LessonBodies, LessonNotFound, outlineReader } from "../../content/index.ts"
import { Profiles } from "../../identity/index.ts"
import { type Progress, ProgressId, ProgressStore } from "../../progress/index.ts"
import { requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Forbidden, SignInRequired } from "../../shared/errors.ts"
import { CourseId, type LessonId, newId, type UserId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { ProgressNotFound } from "../errors.ts"
import { progressOperations } from "../operations.ts"
import { CourseStandings, Heartbeats } from "../ports.ts"
import { courseProgress, nextOf } from "../rules/completing.ts"
import * as rules from "../rules/progress.ts"
import { heard } from "../rules/watching.ts"
import { finisher } from "./lessons.ts"
import { tracker } from "./tracking.ts"

/** Who learns is a person with an account; services and visitors are none. */
const learner = ({ actor }: Standing): Effect.Effect<UserId, SignInRequired | Forbidden> => {
  const id = userIdOf(actor)
  if (id !== undefined) return Effect.succeed(id)
  return actor._tag === "Anonymous"
    ? Effect.fail(new SignInRequired())
    : Effect.fail(new Forbidden({ needs: "a learner's account" }))
}

const coursesById = (userId: UserId) => orderBy(`courses that ${userId} learns from`, [CourseId])

/** Writing one's progress: who may read the lesson, one write of a learner after the other. */
const writer = Effect.gen(function* () {
  const { admit } = yield* lessonReader
  const profiles = yield* Profiles
  const progress = yield* ProgressStore
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom

  const store = Effect.fnUntraced(function* (before: Progress | undefined, decision: Decision<Progress>) {
    if (decision.state !== before) yield* progress.put(decision.state)
    yield* outbox.append(decision.events)
    return decision.state
  })

  /** The lesson, and the learner held with what they have done in it. */
  const hold = Effect.fnUntraced(function* (lessonId: LessonId, { me, now }: Call) {
    const { courseId } = yield* admit({ actor: me.actor, now }, lessonId)
    const userId = yield* learner(me)
    yield* profiles.findForUpdate(userId)
    const before = Option.getOrUndefined(yield* progress.find(userId, lessonId))
    return { before, here: { userId, lessonId, courseId, id: yield* newId(ProgressId, random), now } }
  })

  return { hold, store }
})

/** Beginning anew: one's own lesson, or as who manages users. */
const resetting = Effect.gen(function* () {
  const { hold, store } = yield* writer
  const bodies = yield* LessonBodies
  const profiles = yield* Profiles
  const progress = yield* ProgressStore

  const ofSomebodyElse = Effect.fnUntraced(function* (lessonId: LessonId, userId: UserId, { me, now }: Call) {
    yield* Effect.fromResult(requirePermission(me, "manage_users"))
    const lesson = yield* bodies.find(lessonId, "live")
    yield* profiles.findForUpdate(userId)
    const found = yield* progress.find(userId, lessonId)
    if (Option.isNone(found) || Option.isNone(lesson)) return yield* new ProgressNotFound({ lessonId })
    return { before: found.value, here: { userId, lessonId, courseId: lesson.value.courseId, now } }
  })

  return Effect.fnUntraced(function* (
    { lessonId, userId }: { readonly lessonId: LessonId; readonly userId?: UserId },
    call: Call
  ) {
    const isOwn = userId === undefined || userId === userIdOf(call.me.actor)
    const { before, here } = isOwn
      ? yield* hold(lessonId, call)
      : yield* ofSomebodyElse(lessonId, userId, call)
    if (before === undefined) return yield* new ProgressNotFound({ lessonId })
    return yield* store(before, rules.reset(before, here))
  })
})

/** Where to go on in a course. Source: LRN-9. */
const continuing = Effect.gen(function* () {
  const { isCourseVisible, lessons: readings } = yield* lessonReader
  const readOutline = yield* outlineReader
  const progress = yield* ProgressStore
  return Effect.fnUntraced(function* ({ courseId }: { readonly courseId: CourseId }, call: Call) {
    const userId = yield* learner(call.me)
    const asked = { actor: call.me.actor, now: call.now }
    const isVisible = yield* isCourseVisible(asked, courseId)
    const outline = isVisible ? yield* readOutline(courseId, call) : Option.none()
    if (Option.isNone(outline)) return yield* new CourseNotFound({ course: courseId })
    const lessons = outline.value.modules.flatMap((module) => module.lessons)
    const ids = lessons.map(({ id }) => id)
    const known = yield* readings(asked, ids)
    const lessonId = nextOf(lessons, known, yield* progress.findAll(userId, ids))
    return lessonId === undefined ? {} : { lessonId }
  })
})

export class Learning extends Context.Service<Learning, Methods<typeof progressOperations>>()(
  "lyceum/learning/Learning"
) {
  static readonly layer = Layer.effect(
    Learning,
    Effect.gen(function* () {
      const { hold, store } = yield* writer
      const { admit, isCourseVisible, lessons } = yield* lessonReader
      const { finish, finishWatched } = yield* finisher
      const reset = yield* resetting
      const nextIn = yield* continuing
      const track = yield* tracker
      const progress = yield* ProgressStore
      const standings = yield* CourseStandings
      const heartbeats = yield* Heartbeats
      const door = yield* Door

      return Learning.of({
        get: door.query(
          progressOperations.get,
          Effect.fnUntraced(function* ({ lessonId }, { me, now }) {
            const found = yield* progress.find(yield* learner(me), lessonId)
            if (Option.isSome(found)) return { progress: found.value }
            const [lesson] = yield* lessons({ actor: me.actor, now }, [lessonId])
            return lesson?.isVisible === true ? {} : yield* new LessonNotFound({ lesson: lessonId })
          })
        ),

        record: door.command(
          progressOperations.record,
          Effect.fnUntraced(function* ({ lessonId, ...report }, call) {
            const { before, here } = yield* hold(lessonId, call)
            return yield* store(before, rules.record(before, report, here))
          })
        ),

        heartbeat: door.command(
          progressOperations.heartbeat,
          Effect.fnUntraced(function* ({ lessonId, watched = [] }, call) {
            const { before, here } = yield* hold(lessonId, call)
            const { userId, now } = here
            const last = Option.getOrUndefined(yield* heartbeats.exchange(userId, now))
            const { events, state } = rules.record(before, {}, here)
            const told = { state: heard(state, watched, { last, now }), events }
            const done = watched.length > 0 ? yield* finishWatched(told, now) : Option.none()
            return Option.isSome(done) ? done.value : yield* store(before, told)
          })
        ),

        complete: door.command(
          progressOperations.complete,
          Effect.fnUntraced(function* ({ lessonId }, { me, now }) {
            yield* admit({ actor: me.actor, now }, lessonId)
            return yield* finish(lessonId, yield* learner(me), now)
          })
        ),

        reset: door.command(progressOperations.reset, reset),

        addBookmark: door.command(
          progressOperations.addBookmark,
          Effect.fnUntraced(function* ({ bookmark, lessonId }, call) {
            const { before, here } = yield* hold(lessonId, call)
            const opened = rules.record(before, {}, here)
            const { events, state } = yield* Effect.fromResult(
              rules.addBookmark(opened.state, bookmark, here)
            )
            return yield* store(before, { state, events: [...opened.events, ...events] })
          })
        ),

        removeBookmark: door.command(
          progressOperations.removeBookmark,
          Effect.fnUntraced(function* ({ bookmark, lessonId }, call) {
            const { before, here } = yield* hold(lessonId, call)
            if (before === undefined) return yield* new ProgressNotFound({ lessonId })
            return yield* store(before, rules.removeBookmark(before, bookmark, here))
          })
        ),

        track: door.command(
          progressOperations.track,
          Effect.fnUntraced(function* ({ events }, { me, now }) {
            return yield* track(events, { actor: me.actor, userId: yield* learner(me), now })
          })
        ),

        course: door.query(
          progressOperations.course,
          Effect.fnUntraced(function* ({ courseId }, { me, now }) {
            const facts = yield* standings.find(yield* learner(me), courseId, now)
            const isThere =
              facts.enrolledAt !== undefined || (yield* isCourseVisible({ actor: me.actor, now }, courseId))
            return isThere ? courseProgress(facts) : yield* new CourseNotFound({ course: courseId })
          })
        ),

        next: door.query(progressOperations.next, nextIn),

        listCourses: door.query(
          progressOperations.listCourses,
          Effect.fnUntraced(function* (request, { me, now }) {
            const userId = yield* learner(me)
            const { items, ...rest } = yield* paginate(
              coursesById(userId),
              request,
              (after, count) => standings.list(userId, now, { after, count }),
              ({ courseId }) => [courseId]
            )
            return { items: items.map(courseProgress), ...rest }
          })
        )
      })
    })
  )
}
