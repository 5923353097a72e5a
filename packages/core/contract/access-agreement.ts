/**
 * Every door to one decision says the same: the single question, the course page, the set, the lists, the explanation
 * and the one door for all, over generated schools in a real store, beside the rules applied to the very same facts.
 */
import { assert, it } from "@effect/vitest"
import { Effect, Exit, Layer, Schema } from "effect"
import { Access, AccessDecision, type LessonAccess } from "../src/access/index.ts"
import { decide, isHidden } from "../src/access/rules/decide.ts"
import type { Facts } from "../src/access/rules/facts.ts"
import { type LessonQuestion, questionsOf } from "../src/access/rules/prepare.ts"
import { type Actor, CurrentActor } from "../src/shared/actor.ts"
import { DateTime } from "effect"
import { knownOf } from "./access-facts.ts"
import { paywallOn } from "./access-ground.ts"
import { storeWorld, storeWorldRoles } from "./access-stored.ts"
import { actorsOf, type World, worldNow, worlds } from "./access-worlds.ts"
import type { Adapter } from "./ground.ts"
import { clockAt, samples } from "./samples.ts"

/** Each reader and each course of a school is a world of its own. */
const size = { users: 6, courses: 10 }
const worldsOfSchool = (size.users + 3) * size.courses

const words = Schema.encodeSync(Schema.toCodecJson(AccessDecision)) as (decision: AccessDecision) => unknown

/** All items of a paged list. */
const allPages = Effect.fnUntraced(function* <A, E, R>(
  list: (page: {
    readonly limit: number
    readonly cursor?: string
  }) => Effect.Effect<{ readonly items: ReadonlyArray<A>; readonly next?: string }, E, R>,
  limit: number
) {
  const all: Array<A> = []
  let page = yield* list({ limit })
  all.push(...page.items)
  while (page.next !== undefined) {
    page = yield* list({ limit, cursor: page.next })
    all.push(...page.items)
  }
  return all
})

/** What the rules say of a question: the decision in its JSON, or nothing for what does not exist for the reader. */
const expected = (facts: Facts): unknown =>
  isHidden(facts, worldNow) ? undefined : words(decide(facts, worldNow))
const answered = <E extends { readonly _tag: string }, R>(answer: Effect.Effect<AccessDecision, E, R>) =>
  Effect.match(answer, {
    onSuccess: words,
    onFailure: ({ _tag }) => (_tag.endsWith("_not_found") ? undefined : _tag)
  })

const compareCourse = Effect.fnUntraced(function* (
  course: Facts,
  lessons: ReadonlyArray<LessonQuestion>,
  place: number
) {
  const access = yield* Access
  const courseId = course.course.id
  const wanted = expected(course)
  const said = (what: string, answer: unknown, right: unknown) => assert.deepStrictEqual(answer, right, what)

  said("single", yield* answered(access.canReadCourse({ courseId })), wanted)
  const page = yield* Effect.exit(access.lessonsOfCourse({ courseId, limit: 100 }))
  said("page of a course", Exit.isSuccess(page) ? words(page.value.course) : undefined, wanted)
  const visible = lessons.filter(({ facts }) => expected(facts) !== undefined)
  const inOrder = visible.map(({ facts, known }) => [known.id, expected(facts)] as const)
  const told = (items: ReadonlyArray<LessonAccess>) =>
    items.map(({ decision, lessonId }) => [lessonId, words(decision)] as const)
  if (Exit.isSuccess(page)) said("page", told(page.value.items), inOrder)
  const set = yield* access.canReadLessons({ lessonIds: lessons.map(({ known }) => known.id) })
  said("set", new Map(told(set.items)), new Map(inOrder))

  // The other doors are tried on one thing of each world: the course, or one of its lessons in turn.
  const { facts, known } = lessons[place % lessons.length]!
  said("single lesson", yield* answered(access.canReadLesson({ lessonId: known.id })), expected(facts))
  const [subject, right] =
    place % 2 === 0
      ? [{ resourceType: "course" as const, id: courseId }, wanted]
      : [{ resourceType: "lesson" as const, id: known.id }, expected(facts)]
  said("one door", yield* answered(access.userCanAccess(subject)), right)
  said("explained", yield* answered(Effect.map(access.explain(subject), ({ decision }) => decision)), right)
})

const compare = Effect.fnUntraced(function* (world: World, actor: Actor) {
  const access = yield* Access
  const { courses, lessons } = questionsOf(actor, knownOf(world, actor), world.courseDefault)
  const readable = <A>(all: ReadonlyArray<A>, factsOf: (one: A) => Facts, idOf: (one: A) => string) =>
    all
      .filter((one) => decide(factsOf(one), worldNow).allowed)
      .map((one) => [idOf(one), words(decide(factsOf(one), worldNow))] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))

  const myCourses = yield* allPages((page) => access.myCourseAccess(page), 3)
  assert.deepStrictEqual(
    myCourses.map(({ courseId, decision }) => [courseId, words(decision)] as const),
    readable(
      courses,
      (facts) => facts,
      ({ course }) => course.id
    )
  )
  const myLessons = yield* allPages((page) => access.myLessonAccess(page), 7)
  assert.deepStrictEqual(
    myLessons.map(({ decision, lessonId }) => [lessonId, words(decision)] as const),
    readable(
      lessons,
      ({ facts }) => facts,
      ({ known }) => known.id
    )
  )
  yield* Effect.forEach(
    courses,
    (course, index) =>
      compareCourse(
        course,
        lessons.filter(({ known }) => known.courseId === course.course.id),
        index
      ),
    { concurrency: 4, discard: true }
  )
})

/** One school in a fresh store, everybody in it asking about everything. */
const compareSchool = (adapter: Adapter, world: World) =>
  Effect.gen(function* () {
    yield* clockAt(DateTime.makeUnsafe(worldNow))
    yield* storeWorldRoles
    yield* storeWorld(world)
    yield* Effect.forEach(
      actorsOf(world, 0),
      (actor) => Effect.provideService(compare(world, actor), CurrentActor, actor),
      { discard: true }
    )
  }).pipe(Effect.provide(Layer.fresh(paywallOn(adapter, world.courseDefault))))

/** The law over so many worlds, at least, or over those that `LYCEUM_WORLDS` asks for: ten thousand take minutes. */
export const agreementContract = (name: string, adapter: Adapter, count: number) => {
  const schools = Math.ceil(Number(process.env["LYCEUM_WORLDS"] ?? count) / worldsOfSchool)
  it.effect(
    `on ${name}, over ${schools * worldsOfSchool} generated worlds, single = page = set = list = explanation = the rules (ACC-8, ACC-9, ACC-11, ACC-21)`,
    () =>
      Effect.forEach(samples(worlds(size), schools), (world) => compareSchool(adapter, world), {
        discard: true
      }),
    600_000
  )
}
