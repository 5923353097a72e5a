/** Laws of who sees which assessment, and who may do what to it. Source: ASM-9, KER-11, RBAC-7. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Assessments } from "../src/assessments/index.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { bankOn, classroom, newAssessment, ofCourse, ofLesson, quizOf } from "./assessments-bank-ground.ts"
import { draftCourse } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asVisitor, codeOf, each } from "./people.ts"

const missing = "assessments.assessment_not_found"

export const assessmentSightContract = (adapter: string, layer: Adapter) =>
  it.layer(bankOn(layer), { timeout: "120 seconds" })(`Assessments and who sees them on ${adapter}`, (it) => {
    it.effect(
      "learners know of what is published where they may look, and never see a key (ASM-9, KER-11)",
      () =>
        Effect.gen(function* () {
          const assessments = yield* Assessments
          const { author, course, editor, learner, lesson, other } = yield* classroom
          const { assessment } = yield* quizOf(author, { scope: ofLesson(lesson.id) })
          const final = yield* quizOf(author, { scope: ofCourse(course.id), type: "cert" })
          const { id: assessmentId } = assessment
          const got = assessments.get({ assessmentId })
          const ofHere = assessments.list({ lessonId: lesson.id })
          for (const who of [as(learner), as(other), asVisitor]) {
            assert.strictEqual(yield* codeOf(who(got)), missing)
            assert.deepStrictEqual((yield* who(ofHere)).items, [])
          }
          for (const who of [author, editor]) {
            assert.strictEqual(yield* codeOf(as(who)(got)), "done")
            assert.strictEqual((yield* as(who)(ofHere)).items.length, 1)
          }
          yield* as(author)(assessments.publish({ assessmentId }))
          yield* as(author)(assessments.publish({ assessmentId: final.assessment.id }))
          for (const who of [as(learner), as(other), asVisitor]) {
            const sheet = yield* who(got)
            assert.deepInclude(sheet, { questionCount: 2, maxPoints: 3, isPublished: true })
            assert.ok(!/correct|choices|body|explanation/iu.test(JSON.stringify(sheet)))
            assert.deepStrictEqual((yield* who(ofHere)).items, [sheet])
            const ofAll = yield* who(assessments.list({ courseId: course.id }))
            assert.deepStrictEqual(
              ofAll.items.map(({ id }) => id),
              [final.assessment.id]
            )
            assert.strictEqual(yield* codeOf(who(assessments.paper({ assessmentId }))), "kernel.forbidden")
          }
          assert.strictEqual(yield* codeOf(as(learner)(assessments.list({}))), "kernel.forbidden")
          assert.deepStrictEqual((yield* as(other)(assessments.list({}))).items, [])
          assert.strictEqual((yield* as(author)(assessments.list({}))).items.length, 2)
          const both = assessments.list({ courseId: course.id, lessonId: lesson.id })
          assert.strictEqual(yield* codeOf(as(author)(both)), "kernel.invalid")
        })
    )

    it.effect("what is of a hidden lesson or course is hidden, published or not (KER-11, CON-4)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const { author, learner } = yield* classroom
        const {
          course,
          lessons: [draft]
        } = yield* draftCourse(author)
        for (const scope of [ofLesson(draft!.id), ofCourse(course.id)]) {
          const { assessment } = yield* quizOf(author, { scope })
          yield* as(author)(assessments.publish({ assessmentId: assessment.id }))
          const got = assessments.get({ assessmentId: assessment.id })
          assert.strictEqual(yield* codeOf(as(author)(got)), "done")
          assert.strictEqual(yield* codeOf(as(learner)(got)), missing)
        }
        const lists = each(
          assessments.list({ lessonId: draft!.id }),
          assessments.list({ courseId: course.id }),
          newAssessment({ scope: ofCourse(course.id) }).pipe(Effect.provideService(Assessments, assessments))
        )
        assert.deepStrictEqual(yield* Effect.forEach(lists, (act) => codeOf(as(learner)(act))), [
          "content.lesson_not_found",
          "content.course_not_found",
          "content.course_not_found"
        ])
      })
    )

    it.effect("authors act on own courses, staff on all; a published sheet gives no right (RBAC-7)", () =>
      Effect.gen(function* () {
        const assessments = yield* Assessments
        const { admin, author, editor, learner, lesson, other } = yield* classroom
        const { assessment } = yield* quizOf(author, { scope: ofLesson(lesson.id) })
        yield* as(author)(assessments.publish({ assessmentId: assessment.id }))
        const seen = { assessmentId: assessment.id, version: assessment.version + 1 }
        const acts = each(
          assessments.update({ ...seen, title: "Mine" }),
          assessments.setItems({ ...seen, items: [] }),
          assessments.publish(seen),
          assessments.unpublish(seen),
          assessments.delete(seen),
          newAssessment({ scope: ofLesson(lesson.id) }).pipe(Effect.provideService(Assessments, assessments))
        )
        for (const who of [learner, other]) {
          for (const act of acts) assert.strictEqual(yield* codeOf(as(who)(act)), "kernel.forbidden")
        }
        assert.strictEqual(yield* codeOf(as(editor)(assessments.delete(seen))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(editor)(assessments.update({ ...seen, title: "Ours" }))), "done")
        const last = { assessmentId: assessment.id }
        assert.strictEqual(yield* codeOf(as(admin)(assessments.delete(last))), "done")
        for (const act of each(assessments.get(last), assessments.delete(last)))
          assert.strictEqual(yield* codeOf(as(admin)(act)), missing)
        const outbox = yield* Outbox
        const told = yield* outbox.events({ subject: assessment.id }, Option.none(), 100)
        assert.deepStrictEqual(told.map(({ name }) => name.split(".")[1]).reverse(), [
          "assessment_created",
          "items_set",
          "assessment_published",
          "assessment_changed",
          "assessment_deleted"
        ])
      })
    )
  })
