/** Laws of reading: what is answered to whom, and how a denial is told. Source: KER-11, KER-13, ACC-7, ACC-8, ACC-11. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Access, Entitlements, freeTier, Overrides, Rules, TierKey } from "../src/access/index.ts"
import { ProgressStore } from "../src/progress/ports.ts"
import { Courses, Lessons } from "../src/content/index.ts"
import { Users } from "../src/identity/index.ts"
import { type CourseId, LessonId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { after, from, premium, start } from "./access-given.ts"
import { paywallOn } from "./access-ground.ts"
import { anyProgress } from "./access-samples.ts"
import {
  draftCourse,
  liveCourse,
  newLesson,
  newModule,
  publishCourse,
  publishLesson,
  staff
} from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, someone } from "./people.ts"
import { clockAt, samples, someUser } from "./samples.ts"

const premiumTier = TierKey.make("premium")
const asking = (courseId: CourseId, tier: string) =>
  asService(Rules.use((rules) => rules.set({ courseId, requiredTier: TierKey.make(tier) })))
const read = (lessonId: LessonId) => Access.use((access) => access.readLesson({ lessonId }))

/** A published course of one quiz, which asks for premium. */
const quizCourse = Effect.gen(function* () {
  const { author } = yield* staff
  const { course } = yield* draftCourse(author)
  const module = yield* as(author)(newModule(course.id))
  const question = {
    kind: "mcq" as const,
    body: "?",
    choices: ["a", "b"],
    answer: [1],
    points: 1,
    explanation: "since b"
  }
  const quiz = yield* as(author)(
    newLesson(module.id, { type: "quiz", quizConfig: { passingScore: 70, questions: [question] } })
  )
  yield* publishLesson(quiz.id)
  yield* publishCourse(course.id)
  yield* asking(course.id, "premium")
  return { course, quiz }
})

export const readingContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(`Reading on ${adapter}`, (it) => {
    it.effect(
      "a denial is told by its family, with what it takes (ACC-3, ACC-4, KER-13)",
      from(
        Effect.gen(function* () {
          const { author } = yield* staff
          const { course, lessons } = yield* liveCourse(author)
          const lessonId = lessons[0]!.id
          yield* asking(course.id, "premium")
          const { id: learner } = yield* someone()
          const visitor = yield* Effect.flip(asVisitor(read(lessonId)))
          assert.deepInclude(visitor, { _tag: "access.sign_in_required", requiredTier: premiumTier })
          const poor = yield* Effect.flip(as(learner)(read(lessonId)))
          assert.deepInclude(poor, {
            _tag: "access.tier_required",
            requiredTier: premiumTier,
            currentTier: freeTier
          })
          const add = (fields: object) =>
            asService(
              Overrides.use((overrides) => overrides.add({ lessonId, overrideType: "locked", ...fields }))
            )
          yield* add({ startsAt: after(10), expiresAt: after(20) })
          yield* asService(Entitlements.use((entitlements) => entitlements.grant(premium(learner, 1000))))
          assert.strictEqual((yield* as(learner)(read(lessonId))).decision.method, "tier")
          yield* clockAt(start, 10)
          assert.strictEqual(yield* codeOf(as(learner)(read(lessonId))), "access.locked")
          yield* clockAt(start, 20)
          assert.deepStrictEqual((yield* as(learner)(read(lessonId))).decision, {
            allowed: true,
            method: "tier",
            until: after(1000)
          })
          yield* asService(Users.use((users) => users.suspend({ userId: learner, reason: "spam" })))
          assert.strictEqual(yield* codeOf(as(learner)(read(lessonId))), "kernel.suspended")
          yield* add({ overrideType: "open", startsAt: after(30) })
          yield* clockAt(start, 30)
          assert.deepStrictEqual((yield* as(learner)(read(lessonId))).decision, {
            allowed: true,
            method: "override_open",
            previewOnly: true
          })
        })
      )
    )

    it.effect(
      "a foreign unpublished thing answers exactly like a missing one, at every door (KER-11)",
      from(
        Effect.gen(function* () {
          const access = yield* Access
          const { author, learner } = yield* staff
          const { course, lessons } = yield* draftCourse(author)
          const suspended = yield* holderOf()
          yield* asService(Users.use((users) => users.suspend({ userId: suspended, reason: "spam" })))
          const answers = (courseId: CourseId, lessonId: LessonId) =>
            Effect.forEach(
              [
                access.canReadCourse({ courseId }),
                access.canReadLesson({ lessonId }),
                access.lessonsOfCourse({ courseId }),
                access.readLesson({ lessonId }),
                access.userCanAccess({ resourceType: "course", id: courseId }),
                access.userCanAccess({ resourceType: "lesson", id: lessonId }),
                access.explain({ resourceType: "lesson", id: lessonId }),
                Rules.use((rules) => rules.get({ courseId })),
                Overrides.use((overrides) => overrides.list({ lessonId })),
                Effect.map(access.canReadLessons({ lessonIds: [lessonId] }), ({ items }) => items)
              ],
              (door) =>
                Effect.match(door as Effect.Effect<unknown, object>, {
                  onFailure: (refusal) =>
                    JSON.stringify(refusal).replaceAll(courseId, "C").replaceAll(lessonId, "L"),
                  onSuccess: (answer) => JSON.stringify(answer)
                })
            )
          for (const who of [asVisitor, as(learner), as(suspended)]) {
            const missing = yield* who(answers(someUser() as string as CourseId, LessonId.make(someUser())))
            assert.deepStrictEqual(yield* who(answers(course.id, lessons[0]!.id)), missing)
          }
          assert.strictEqual((yield* as(author)(access.canReadCourse({ courseId: course.id }))).allowed, true)
        })
      )
    )

    it.effect(
      "a reader gets the body without the answers to its questions (ACC-4)",
      from(
        Effect.gen(function* () {
          const { quiz } = yield* quizCourse
          const { lesson } = yield* asService(read(quiz.id))
          assert.deepStrictEqual(lesson.quizConfig, {
            passingScore: 70,
            questions: [{ kind: "mcq", body: "?", choices: ["a", "b"], points: 1 }]
          })
          assert.strictEqual(lesson.textContent, quiz.textContent)
        })
      )
    )

    it.effect(
      "an owner reads the lesson as it was last live, authors read it as it stands (ACC-3, ACC-4, CON-9)",
      from(
        Effect.gen(function* () {
          const { admin, author, learner } = yield* staff
          const { course, lessons } = yield* liveCourse(author)
          const lessonId = lessons[0]!.id
          yield* asService(
            Entitlements.use((entitlements) =>
              entitlements.grant({
                ...premium(learner),
                entitlementType: "course_specific",
                entitlementRef: course.id
              })
            )
          )
          const wasRead = (yield* as(learner)(read(lessonId))).lesson
          yield* as(admin)(Lessons.use((all) => all.unpublish({ lessonId, comment: "rework" })))
          const { version } = (yield* as(author)(Lessons.use((all) => all.getDraft({ lessonId })))).lesson
          yield* as(author)(Lessons.use((all) => all.update({ lessonId, version, textContent: "new text" })))
          const kept = yield* as(learner)(read(lessonId))
          assert.strictEqual(kept.decision.method, "owner")
          assert.strictEqual(kept.lesson.textContent, wasRead.textContent)
          const own = yield* as(author)(read(lessonId))
          assert.deepStrictEqual([own.decision.method, own.lesson.textContent], ["own", "new text"])
          const { id: stranger } = yield* someone()
          assert.strictEqual(yield* codeOf(as(stranger)(read(lessonId))), "content.lesson_not_found")
        })
      )
    )

    it.effect(
      "a lesson that drips after the one before it opens with its completion, on every door (ACC-4, CON-13)",
      from(
        Effect.gen(function* () {
          const access = yield* Access
          const { run } = yield* Transaction
          const { author, learner } = yield* staff
          const { course, lessons, module } = yield* draftCourse(author)
          const second = yield* as(author)(newLesson(module.id, { drip: { afterPrevious: true } }))
          const third = yield* as(author)(newLesson(module.id, { drip: { afterDays: 2 } }))
          for (const { id } of [lessons[0]!, second, third]) yield* publishLesson(id)
          yield* publishCourse(course.id)
          const previous = lessons[0]!.id
          const refusal = yield* Effect.flip(as(learner)(read(second.id)))
          assert.deepInclude(refusal, { _tag: "access.not_yet_open", lessonToComplete: previous })
          const waiting = yield* Effect.flip(as(learner)(read(third.id)))
          assert.deepInclude(waiting, { _tag: "access.not_yet_open" })
          assert.notProperty(waiting, "opensAt")
          const [progress] = samples(anyProgress(learner, previous), 1)
          const { completedAt: _completed, ...begun } = progress!
          const came = {
            ...begun,
            status: "in_progress" as const,
            startedAt: start,
            completionPercentage: 5,
            createdAt: start
          }
          yield* run(ProgressStore.use((store) => store.put(came)))
          const opensAt = after(2 * 86_400_000)
          assert.deepInclude(yield* Effect.flip(as(learner)(read(third.id))), { opensAt })
          yield* clockAt(opensAt, -1)
          assert.strictEqual(yield* codeOf(as(learner)(read(third.id))), "access.not_yet_open")
          yield* clockAt(opensAt)
          assert.strictEqual(yield* codeOf(as(learner)(read(third.id))), "done")
          const done = {
            ...came,
            status: "completed" as const,
            completionPercentage: 100 as const,
            completedAt: opensAt
          }
          yield* run(ProgressStore.use((store) => store.put(done)))
          assert.strictEqual(yield* codeOf(as(learner)(read(second.id))), "done")
          const page = yield* as(learner)(access.lessonsOfCourse({ courseId: course.id }))
          assert.isTrue(page.items.every(({ decision }) => decision.allowed))
          const visited = yield* asVisitor(access.lessonsOfCourse({ courseId: course.id }))
          assert.deepStrictEqual(
            visited.items.map(({ decision }) => decision.allowed),
            [true, false, false]
          )
          // Somebody learned from it: it is archived, not deleted.
          const { version } = yield* as(author)(Lessons.use((all) => all.get({ lessonId: previous })))
          assert.strictEqual(
            yield* codeOf(asService(Lessons.use((all) => all.remove({ lessonId: previous, version })))),
            "content.has_learners"
          )
        })
      )
    )

    it.effect(
      "asking for another user takes manage_users or a service, and answers what they would hear (ACC-8, ACC-11)",
      from(
        Effect.gen(function* () {
          const access = yield* Access
          const { author } = yield* staff
          const admin = yield* holderOf("admin")
          const { id: learner } = yield* someone()
          const { id: other } = yield* someone()
          const { course, lessons } = yield* liveCourse(author)
          yield* asking(course.id, "premium")
          yield* asService(Entitlements.use((entitlements) => entitlements.grant(premium(learner, 1000))))
          const about = { resourceType: "lesson", id: lessons[0]!.id, userId: learner } as const
          const own = yield* as(learner)(access.canReadLesson({ lessonId: about.id }))
          for (const who of [as(admin), asService, as(learner)]) {
            assert.deepStrictEqual(yield* who(access.userCanAccess(about)), own)
            assert.deepStrictEqual((yield* who(access.explain(about))).decision, own)
          }
          for (const door of each(access.userCanAccess(about), access.explain(about))) {
            assert.strictEqual(yield* codeOf(as(other)(door)), "kernel.forbidden")
            assert.strictEqual(yield* codeOf(asVisitor(door)), "kernel.forbidden")
          }
          const hidden = yield* draftCourse(author)
          const ofHidden = { resourceType: "course", id: hidden.course.id, userId: learner } as const
          assert.strictEqual(
            yield* codeOf(as(other)(access.userCanAccess(ofHidden))),
            "content.course_not_found"
          )
          assert.deepStrictEqual(yield* as(admin)(access.userCanAccess(ofHidden)), {
            allowed: false,
            reason: "not_published"
          })
        })
      )
    )

    it.effect(
      "an explanation names the policy that decided, the facts it saw, and what counts for nothing (ACC-11, ACC-20)",
      from(
        Effect.gen(function* () {
          const { author } = yield* staff
          const { id: learner } = yield* someone()
          const { course, lessons } = yield* liveCourse(author)
          yield* asking(course.id, "premium")
          const gold = { ...premium(learner), entitlementRef: "gold" }
          const { entitlement } = yield* asService(
            Entitlements.use((entitlements) => entitlements.grant(gold))
          )
          const why = yield* as(learner)(
            Access.use((access) => access.explain({ resourceType: "lesson", id: lessons[0]!.id }))
          )
          assert.deepStrictEqual(why.at, start)
          const last = why.steps.at(-1)
          assert.deepInclude(last, { source: "ACC-3 step 7", verdict: "denied, tier_required" })
          assert.isTrue(why.steps.slice(0, -1).every(({ verdict }) => verdict === undefined))
          assert.isTrue(why.steps.some(({ fact }) => fact === "required tier: premium; current tier: free"))
          assert.deepStrictEqual(why.dead, [
            {
              entitlementId: entitlement.id,
              userId: learner,
              entitlementRef: "gold",
              problem: "unknown_tier"
            }
          ])
          assert.lengthOf(why.lines, why.steps.length + 2)
          assert.include(why.lines[0], `lesson ${lessons[0]!.id} for user ${learner}`)
          assert.include(why.lines[0], "denied, tier_required (takes premium; has free)")
          assert.include(why.lines.at(-1), "unknown_tier gold")
        })
      )
    )

    it.effect(
      "a scheduled course opens at its instant, for lists too (ACC-3, CON-2)",
      from(
        Effect.gen(function* () {
          const access = yield* Access
          const { author } = yield* staff
          const { id: learner } = yield* someone()
          const { course, lessons } = yield* draftCourse(author)
          yield* publishLesson(lessons[0]!.id)
          yield* asService(
            Courses.use((courses) =>
              Effect.andThen(
                courses.submitForReview({ courseId: course.id }),
                courses.schedule({ courseId: course.id, publishAt: after(100) })
              )
            )
          )
          const single = as(learner)(access.canReadCourse({ courseId: course.id }))
          const listed = Effect.map(as(learner)(access.myCourseAccess({ limit: 100 })), ({ items }) =>
            Option.fromUndefinedOr(items.find(({ courseId }) => courseId === course.id))
          )
          yield* clockAt(start, 99)
          assert.strictEqual(yield* codeOf(single), "content.course_not_found")
          assert.isTrue(Option.isNone(yield* listed))
          yield* clockAt(start, 100)
          assert.deepStrictEqual(yield* single, { allowed: true, method: "open" })
          assert.isTrue(Option.isSome(yield* listed))
        })
      )
    )
  })
