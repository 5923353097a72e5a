/** May this be read? One read of the store, one decision. */
import { Context, DateTime, Effect, Layer, Option, Schema } from "effect"
import {
  CourseNotFound,
  KeptVersions,
  LessonBodies,
  LessonNotFound,
  outlineReader
} from "../../content/index.ts"
import { ProfileNotFound, Profiles } from "../../identity/index.ts"
import { type Actor, Authority, may, requirePermission, user } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import { Unavailable } from "../../shared/errors.ts"
import { CourseId, LessonId, type UserId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { orderBy, paginate, type Position } from "../../shared/page.ts"
import { accessOperations, type LessonAccess } from "../operations.ts"
import { type Asked, EntitlementStore, type Part } from "../ports.ts"
import { decide, isHidden, trace } from "../rules/decide.ts"
import type { Facts } from "../rules/facts.ts"
import type { LessonQuestion } from "../rules/prepare.ts"
import { explanation, readable, refusalOf } from "../rules/reading.ts"
import { questionReader } from "./questions.ts"

/** Candidates of "what may I read" are read at least so many at a time: many of them may turn out to be shut. */
const candidates = 200

const coursesById = orderBy("courses to read by id", [CourseId])
const lessonsById = orderBy("lessons to read by id", [LessonId])
const lessonsInOrder = (courseId: CourseId) =>
  orderBy(`lessons of ${courseId} in order`, [Schema.Int, Schema.Int, LessonId])

/** What is asked about, for whom. */
interface Subject {
  readonly resourceType: "course" | "lesson"
  readonly id: string
  readonly userId?: UserId
}
const notFound = ({ id, resourceType }: Subject) =>
  resourceType === "course" ? new CourseNotFound({ course: id }) : new LessonNotFound({ lesson: id })

const nameOf = (actor: Actor): string =>
  actor._tag === "User"
    ? `user ${actor.id}`
    : actor._tag === "Service"
      ? `service ${actor.name}`
      : "anonymous"

/**
 * The items of a list that pass, in order, as many as asked for: reads until there are enough or no more. `positionOf`
 * tells where the next ones begin.
 */
const collect = <A>(
  read: (part: Part) => Effect.Effect<ReadonlyArray<A>>,
  passes: (item: A) => boolean,
  { atLeast = 0, positionOf }: { readonly atLeast?: number; readonly positionOf: (item: A) => Position }
) =>
  Effect.fnUntraced(function* (after: Part["after"], count: number) {
    const found: Array<A> = []
    const size = Math.max(atLeast, count)
    for (;;) {
      const items = yield* read({ after, count: size })
      found.push(...items.filter(passes))
      const last = items.at(-1)
      if (found.length >= count || items.length < size || last === undefined) return found.slice(0, count)
      after = Option.some(positionOf(last))
    }
  })

const answerOf = ({ facts, known }: LessonQuestion, now: number): LessonAccess => ({
  lessonId: known.id,
  courseId: known.courseId,
  decision: decide(facts, now)
})

export class Access extends Context.Service<Access, Methods<typeof accessOperations>>()(
  "lyceum/access/Access"
) {
  static readonly layer = Layer.effect(
    Access,
    Effect.gen(function* () {
      const questions = yield* questionReader
      const entitlements = yield* EntitlementStore
      const profiles = yield* Profiles
      const bodies = yield* LessonBodies
      const kept = yield* KeptVersions
      const readOutline = yield* outlineReader
      const authority = yield* Authority
      const door = yield* Door

      const load = (asked: Asked, { id, resourceType }: Subject): Effect.Effect<Facts | undefined> =>
        resourceType === "course"
          ? questions.course(asked, CourseId.make(id))
          : questions.lesson(asked, LessonId.make(id))

      const isVisible = (facts: Facts | undefined, { now }: Asked): facts is Facts =>
        facts !== undefined && !isHidden(facts, DateTime.toEpochMillis(now))

      /** The question of the asker, or on behalf of somebody else: then what either of the two may know of is there. */
      const ask = Effect.fnUntraced(function* (subject: Subject, asked: Asked) {
        const { actor, now } = asked
        const own = yield* load(asked, subject)
        const about = subject.userId === undefined ? actor : user(subject.userId)
        if (about._tag !== "User" || (actor._tag === "User" && actor.id === about.id)) {
          return isVisible(own, asked) ? { about, facts: own } : yield* notFound(subject)
        }
        const standing = yield* authority.standingOf(actor, now)
        if (!isVisible(own, asked) && !may(standing, "manage_users")) return yield* notFound(subject)
        yield* Effect.fromResult(requirePermission(standing, "manage_users"))
        const facts = yield* load({ actor: about, now }, subject)
        return facts !== undefined && (isVisible(own, asked) || isVisible(facts, asked))
          ? { about, facts }
          : yield* notFound(subject)
      })

      return Access.of({
        canReadCourse: door.hotQuery(
          accessOperations.canReadCourse,
          Effect.fnUntraced(function* ({ courseId }, asked) {
            const facts = yield* questions.course(asked, courseId)
            if (!isVisible(facts, asked)) return yield* new CourseNotFound({ course: courseId })
            return decide(facts, DateTime.toEpochMillis(asked.now))
          })
        ),

        canReadLesson: door.hotQuery(
          accessOperations.canReadLesson,
          Effect.fnUntraced(function* ({ lessonId }, asked) {
            const facts = yield* questions.lesson(asked, lessonId)
            if (!isVisible(facts, asked)) return yield* new LessonNotFound({ lesson: lessonId })
            return decide(facts, DateTime.toEpochMillis(asked.now))
          })
        ),

        canReadLessons: door.hotQuery(
          accessOperations.canReadLessons,
          Effect.fnUntraced(function* ({ lessonIds }, asked) {
            const lessons = yield* questions.lessons(asked, lessonIds)
            const visible = lessons.filter(({ facts }) => isVisible(facts, asked))
            return { items: visible.map((one) => answerOf(one, DateTime.toEpochMillis(asked.now))) }
          })
        ),

        userCanAccess: door.hotQuery(
          accessOperations.userCanAccess,
          Effect.fnUntraced(function* ({ resourceType, ...rest }, asked) {
            if (resourceType === "assessment" || resourceType === "asset") {
              return yield* new Unavailable({ what: `${resourceType} access` })
            }
            const { facts } = yield* ask({ resourceType, ...rest }, asked)
            return decide(facts, DateTime.toEpochMillis(asked.now))
          })
        ),

        myCourseAccess: door.hotQuery(accessOperations.myCourseAccess, (request, asked) => {
          const now = DateTime.toEpochMillis(asked.now)
          const answer = (facts: Facts) => ({ courseId: facts.course.id, decision: decide(facts, now) })
          const fetch = collect(
            (part) => Effect.map(questions.courses(asked, part), ({ courses }) => courses.map(answer)),
            ({ decision }) => decision.allowed,
            { atLeast: candidates, positionOf: ({ courseId }) => [courseId] }
          )
          return paginate(coursesById, request, fetch, ({ courseId }) => [courseId])
        }),

        myLessonAccess: door.hotQuery(accessOperations.myLessonAccess, (request, asked) => {
          const now = DateTime.toEpochMillis(asked.now)
          const fetch = collect(
            (part) =>
              Effect.map(questions.allLessons(asked, part), ({ lessons }) =>
                lessons.map((one) => answerOf(one, now))
              ),
            ({ decision }) => decision.allowed,
            { atLeast: candidates, positionOf: ({ lessonId }) => [lessonId] }
          )
          return paginate(lessonsById, request, fetch, ({ lessonId }) => [lessonId])
        }),

        lessonsOfCourse: door.hotQuery(
          accessOperations.lessonsOfCourse,
          Effect.fnUntraced(function* ({ courseId, ...request }, asked) {
            const now = DateTime.toEpochMillis(asked.now)
            const positionOf = ({ known }: LessonQuestion): Position => [...known.place, known.id]
            let course: Facts | undefined
            const fetch = collect(
              (part) =>
                Effect.map(questions.coursePage(asked, courseId, part), ({ courses, lessons }) => {
                  course = courses[0]
                  return lessons
                }),
              ({ facts }) => isVisible(facts, asked),
              { positionOf }
            )
            const { items, ...rest } = yield* paginate(lessonsInOrder(courseId), request, fetch, positionOf)
            if (!isVisible(course, asked)) return yield* new CourseNotFound({ course: courseId })
            return { course: decide(course, now), items: items.map((one) => answerOf(one, now)), ...rest }
          })
        ),

        readCourse: door.query(
          accessOperations.readCourse,
          Effect.fnUntraced(function* ({ courseId }, call) {
            const missing = new CourseNotFound({ course: courseId })
            const asked = { actor: call.me.actor, now: call.now }
            const facts = yield* questions.course(asked, courseId)
            if (!isVisible(facts, asked)) return yield* missing
            const decision = decide(facts, DateTime.toEpochMillis(asked.now))
            const outline =
              decision.allowed && decision.method === "owner"
                ? Option.map(yield* kept.findCourse(courseId), ({ keptAt: _when, ...rest }) => rest)
                : yield* readOutline(courseId, call)
            return Option.isSome(outline) ? { outline: outline.value, decision } : yield* missing
          })
        ),

        readLesson: door.hotQuery(
          accessOperations.readLesson,
          Effect.fnUntraced(function* ({ lessonId }, asked) {
            const missing = new LessonNotFound({ lesson: lessonId })
            const facts = yield* questions.lesson(asked, lessonId)
            if (!isVisible(facts, asked)) return yield* missing
            const decision = decide(facts, DateTime.toEpochMillis(asked.now))
            if (!decision.allowed) return yield* refusalOf(decision, facts.reader) ?? missing
            const lesson = yield* bodies.find(lessonId, decision.method === "owner" ? "published" : "live")
            return Option.isSome(lesson) ? { lesson: readable(lesson.value), decision } : yield* missing
          })
        ),

        explain: door.hotQuery(
          accessOperations.explain,
          Effect.fnUntraced(function* (subject, asked) {
            const { about, facts } = yield* ask(subject, asked)
            const { userId } = subject
            const isOther =
              userId !== undefined && !(asked.actor._tag === "User" && asked.actor.id === userId)
            if (isOther && Option.isNone(yield* profiles.find(userId)))
              return yield* new ProfileNotFound({ user: userId })
            const now = DateTime.toEpochMillis(asked.now)
            const all = { after: Option.none(), count: 100 }
            const dead = about._tag === "User" ? yield* entitlements.listDead({ userId: about.id }, all) : []
            const answer = { decision: decide(facts, now), steps: trace(facts, now), dead }
            return explanation(
              `${subject.resourceType} ${subject.id} for ${nameOf(about)}`,
              asked.now,
              answer
            )
          })
        )
      })
    })
  )
}
