/** Laws of the use cases of access: reading what is kept, granting, explaining, and whose list a cursor is of. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Access, Entitlements, Overrides } from "../src/access/index.ts"
import { Courses, Lessons } from "../src/content/index.ts"
import type { CurrentActor } from "../src/shared/actor.ts"
import { IdempotencyKey } from "../src/shared/idempotency.ts"
import type { CourseId, UserId } from "../src/shared/id.ts"
import { paywallOn } from "./access-ground.ts"
import { draftCourse, liveCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"
import { someUser, unique } from "./samples.ts"

const gift = (userId: UserId, courseId: CourseId) => ({
  userId,
  entitlementType: "course_specific" as const,
  entitlementRef: courseId,
  source: "manual"
})
const given = (userId: UserId, courseId: CourseId) =>
  asService(
    Entitlements.use((entitlements) =>
      entitlements.grant({ ...gift(userId, courseId), sourceReference: unique("gift") })
    )
  )
/** A page of one's own list, or of somebody else's. */
type List = (
  mine: boolean,
  at?: { readonly cursor?: string }
) => Effect.Effect<{ readonly next?: string }, { readonly _tag: string }, CurrentActor>
const reading = (courseId: CourseId) => Access.use((access) => access.readCourse({ courseId }))

export const accessDeskContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(`Use cases of access on ${adapter}`, (it) => {
    it.effect("an owner reads the outline of a course as it was last published (CON-9, ACC-3.1)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { admin, author, learner, other } = yield* staff
        const { course, lessons: live, module } = yield* liveCourse(author, 2)
        const courseId = course.id
        yield* given(learner, courseId)
        const whileLive = yield* as(learner)(reading(courseId))
        assert.deepStrictEqual(whileLive.outline, yield* as(learner)(courses.outline({ courseId })))
        assert.deepInclude(whileLive.decision, { allowed: true, method: "open" })
        yield* as(admin)(courses.unpublish({ courseId, comment: "to be reworked" }))
        const { version } = yield* as(author)(courses.get({ courseId }))
        yield* as(author)(courses.update({ courseId, version, title: "Rewritten" }))
        const { decision, outline } = yield* as(learner)(reading(courseId))
        assert.deepInclude(decision, { allowed: true, method: "owner" })
        assert.deepStrictEqual(outline.course, course)
        assert.deepStrictEqual(
          outline.modules.map(({ id, lessons: inside }) => [id, inside.map((lesson) => lesson.id)]),
          [[module.id, live.map(({ id }) => id)]]
        )
        const atHome = yield* as(author)(reading(courseId))
        assert.strictEqual(atHome.outline.course.title, "Rewritten")
        assert.deepInclude(atHome.decision, { allowed: true, method: "own" })
        for (const who of [as(other), asVisitor])
          assert.strictEqual(yield* codeOf(who(reading(courseId))), "content.course_not_found")
        assert.strictEqual(
          yield* codeOf(as(learner)(lessons.get({ lessonId: live[0]!.id }))),
          "content.lesson_not_found"
        )
      })
    )

    it.effect("nobody owns what was never published (CON-9, ACC-3.1)", () =>
      Effect.gen(function* () {
        const { author, learner } = yield* staff
        const { course } = yield* draftCourse(author)
        yield* given(learner, course.id)
        assert.strictEqual(yield* codeOf(as(learner)(reading(course.id))), "content.course_not_found")
      })
    )

    it.effect("a grant takes a reference or an idempotency key, and either makes it one grant (ACC-12)", () =>
      Effect.gen(function* () {
        const entitlements = yield* Entitlements
        const { author, learner } = yield* staff
        const { course } = yield* draftCourse(author)
        const wanted = gift(learner, course.id)
        const refusal = yield* Effect.flip(asService(entitlements.grant(wanted)))
        assert.strictEqual(refusal._tag, "kernel.invalid")
        assert.include(JSON.stringify(refusal), "sourceReference")
        const underKey = asService(entitlements.grant(wanted)).pipe(
          Effect.provideService(IdempotencyKey, Option.some(unique("key")))
        )
        assert.deepStrictEqual(yield* underKey, yield* underKey)
        const referred = asService(entitlements.grant({ ...wanted, sourceReference: unique("gift") }))
        assert.deepStrictEqual([(yield* referred).isNew, (yield* referred).isNew], [true, false])
        assert.lengthOf((yield* as(learner)(entitlements.list({}))).items, 2)
      })
    )

    it.effect("an explanation is of somebody there is; of oneself it is open to all (ACC-11, ACC-8)", () =>
      Effect.gen(function* () {
        const access = yield* Access
        const { author, learner, other } = yield* staff
        const { course } = yield* liveCourse(author)
        const about = (userId?: UserId) =>
          access.explain({ resourceType: "course", id: course.id, ...(userId !== undefined && { userId }) })
        const nobody = someUser()
        assert.strictEqual(yield* codeOf(asService(about(nobody))), "identity.profile_not_found")
        assert.strictEqual(yield* codeOf(as(other)(about(nobody))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(other)(about(learner))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(asService(about(learner))), "done")
        for (const own of [
          as(learner)(about()),
          as(learner)(about(learner)),
          as(nobody)(about(nobody)),
          asVisitor(about())
        ])
          assert.strictEqual(yield* codeOf(own), "done")
        for (const resourceType of ["assessment", "asset"] as const)
          assert.strictEqual(
            yield* codeOf(as(learner)(access.userCanAccess({ resourceType, id: course.id }))),
            "kernel.unavailable"
          )
      })
    )

    it.effect("a cursor is of the list of its owner alone (KER-24)", () =>
      Effect.gen(function* () {
        const access = yield* Access
        const entitlements = yield* Entitlements
        const overrides = yield* Overrides
        const { author, learner, other } = yield* staff
        const one = yield* liveCourse(author, 2)
        const two = yield* liveCourse(author, 2)
        for (const { course } of [one, two]) yield* given(learner, course.id)
        const open = (lessonId: (typeof one.lessons)[number]["id"]) =>
          overrides.add({ lessonId, overrideType: "open" })
        const [lessonId, otherLesson] = [one.lessons[0]!.id, one.lessons[1]!.id]
        yield* asService(Effect.andThen(open(lessonId), open(lessonId)))
        const none: { readonly cursor?: string } = {}
        const lists: ReadonlyArray<List> = [
          (mine: boolean, at = none) =>
            entitlements.list({ userId: mine ? learner : other, limit: 1, ...at }),
          (mine: boolean, at = none) =>
            overrides.list({ lessonId: mine ? lessonId : otherLesson, limit: 1, ...at }),
          (mine: boolean, at = none) =>
            access.lessonsOfCourse({ courseId: mine ? one.course.id : two.course.id, limit: 1, ...at })
        ]
        for (const list of lists) {
          const { next: cursor = "none" } = yield* asService(list(true))
          assert.strictEqual(yield* codeOf(asService(list(true, { cursor }))), "done")
          assert.strictEqual(yield* codeOf(asService(list(false, { cursor }))), "kernel.invalid")
        }
      })
    )
  })
