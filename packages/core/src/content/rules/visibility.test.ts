import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import {
  anonymous,
  may,
  type Permission,
  service,
  type Standing,
  standingWithoutAccount,
  user
} from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import type { WorkflowStatus } from "../model/index.ts"
import {
  type CourseFacts,
  isLive,
  isOwn,
  mayArrange,
  mayDelete,
  mayEdit,
  mayShowOrHide,
  seesCourse,
  seesLesson,
  seesModule
} from "./visibility.ts"

const id = (n: number) => UserId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
const [creator, instructor, stranger] = [id(1), id(2), id(3)]
const now = DateTime.makeUnsafe("2026-05-01T12:00:00.000Z")
const statuses: ReadonlyArray<WorkflowStatus> = ["draft", "in_review", "published", "archived"]

const someone = (
  who: UserId,
  held: ReadonlyArray<Permission> = [],
  scoped: ReadonlyArray<Permission> = []
): Standing => ({
  actor: user(who),
  status: "active",
  roles: new Set(["member"]),
  permissions: new Set(held),
  onOwnCourses: new Set(scoped)
})
const visitor = standingWithoutAccount(anonymous)
const course = (workflowStatus: WorkflowStatus): CourseFacts => ({
  workflowStatus,
  createdBy: creator,
  instructorId: instructor
})
const allows = (result: Result.Result<void, unknown>) => Result.isSuccess(result)

const anyStanding = fc.oneof(
  fc.constant(visitor),
  fc
    .record({
      who: fc.constantFrom(creator, instructor, stranger),
      held: fc.subarray<Permission>(["content.edit", "content.review", "content.publish", "content.archive"]),
      scoped: fc.subarray<Permission>(["content.edit"]),
      status: fc.constantFrom("active" as const, "suspended" as const)
    })
    .map(({ held, scoped, status, who }): Standing => ({
      ...someone(who, status === "active" ? held : [], scoped),
      status
    }))
)
const anyAt = fc.record({
  course: fc
    .record({ workflowStatus: fc.constantFrom(...statuses), late: fc.boolean() })
    .map(({ late, workflowStatus }): CourseFacts => ({
      ...course(workflowStatus),
      ...(late && workflowStatus === "published" && { publishAt: DateTime.add(now, { milliseconds: 1 }) })
    })),
  module: fc.record({ isPublished: fc.boolean() }),
  lesson: fc.record({ workflowStatus: fc.constantFrom(...statuses) })
})

describe("live", () => {
  it("is a lesson that is published, in a published module, of a course that is published by now (CON-4)", () => {
    const lesson = { workflowStatus: "published" as const }
    const at = { course: course("published"), module: { isPublished: true }, lesson }
    assert.isTrue(isLive(at, now))
    assert.isFalse(isLive({ ...at, module: { isPublished: false } }, now))
    for (const status of ["draft", "in_review", "archived"] as const) {
      assert.isFalse(isLive({ ...at, course: course(status) }, now))
      assert.isFalse(isLive({ ...at, lesson: { workflowStatus: status } }, now))
    }
    const publishAt = DateTime.add(now, { seconds: 1 })
    const planned = { ...at, course: { ...course("published"), publishAt } }
    assert.isFalse(isLive(planned, DateTime.subtract(publishAt, { milliseconds: 1 })))
    assert.isTrue(isLive(planned, publishAt))
  })
})

describe("seeing", () => {
  it("is for everyone what is live, and for nobody else's eyes what is not (CON-5)", () => {
    fc.assert(
      fc.property(anyAt, (at) => {
        assert.strictEqual(seesLesson(visitor, at, now), isLive(at, now))
        assert.strictEqual(seesLesson(someone(stranger), at, now), isLive(at, now))
      })
    )
  })

  it("is for creator and instructor always, while their account is active (CON-5)", () => {
    fc.assert(
      fc.property(anyAt, fc.constantFrom(creator, instructor), (at, who) => {
        const suspended: Standing = { ...someone(who), status: "suspended" }
        assert.isTrue(seesCourse(someone(who), at.course, now) && seesLesson(someone(who), at, now))
        assert.isTrue(seesModule(someone(who), at.course, at.module, now))
        assert.strictEqual(seesLesson(suspended, at, now), isLive(at, now))
      })
    )
  })

  it("is for reviewers what is in review, and for staff everything (CON-5)", () => {
    const reviewer = someone(stranger, ["content.review"])
    const staff = someone(stranger, ["content.edit"])
    fc.assert(
      fc.property(anyAt, (at) => {
        const inReview = at.lesson.workflowStatus === "in_review"
        assert.strictEqual(seesLesson(reviewer, at, now), inReview || isLive(at, now))
        assert.isTrue(seesLesson(staff, at, now) && seesCourse(staff, at.course, now))
        assert.isTrue(seesLesson(standingWithoutAccount(service("export")), at, now))
      })
    )
  })

  it("is never lost by holding more (CON-5)", () => {
    fc.assert(
      fc.property(anyStanding, anyAt, (me, at) => {
        const more: Standing = {
          ...me,
          permissions: new Set<Permission>([...me.permissions, "content.edit"])
        }
        for (const sees of [
          (who: Standing) => seesLesson(who, at, now),
          (who: Standing) => seesCourse(who, at.course, now),
          (who: Standing) => seesModule(who, at.course, at.module, now)
        ]) {
          assert.isTrue(!sees(me) || sees(more))
          assert.isTrue(!sees(visitor) || sees(me))
        }
      })
    )
  })
})

describe("editing", () => {
  it("is for creator and instructor while it is a draft, and for staff always (CON-5)", () => {
    for (const status of statuses) {
      for (const who of [creator, instructor])
        assert.strictEqual(allows(mayEdit(someone(who), course(status), status)), status === "draft")
      assert.isTrue(allows(mayEdit(someone(stranger, ["content.edit"]), course(status), status)))
      assert.isFalse(
        allows(mayEdit(someone(stranger, ["content.review"], ["content.edit"]), course(status), status))
      )
      assert.isFalse(allows(mayEdit({ ...someone(creator), status: "suspended" }, course(status), status)))
    }
  })

  it("of what readers see already takes content.edit, on own courses at least (CON-5)", () => {
    const live = course("published")
    assert.isFalse(allows(mayArrange(someone(creator), live, true)))
    assert.isTrue(allows(mayArrange(someone(creator), live, false)))
    assert.isTrue(allows(mayArrange(someone(creator, [], ["content.edit"]), live, true)))
    assert.isFalse(allows(mayArrange(someone(stranger, [], ["content.edit"]), live, true)))
    assert.isTrue(allows(mayArrange(someone(stranger, ["content.edit"]), live, true)))
  })

  it("that shows or hides part of a published course takes content.publish (CON-5)", () => {
    assert.isTrue(allows(mayShowOrHide(someone(creator), course("draft"))))
    assert.isFalse(
      allows(mayShowOrHide(someone(creator, ["content.edit"], ["content.edit"]), course("published")))
    )
    assert.isTrue(allows(mayShowOrHide(someone(stranger, ["content.publish"]), course("published"))))
  })

  it("away what was ever published takes content.archive (CON-10)", () => {
    const was = { workflowStatus: "draft" as const, publishedAt: now }
    assert.isTrue(allows(mayDelete(someone(creator), course("draft"), { workflowStatus: "draft" })))
    assert.isFalse(allows(mayDelete(someone(creator, ["content.edit"]), course("draft"), was)))
    assert.isTrue(allows(mayDelete(someone(stranger, ["content.archive"]), course("draft"), was)))
  })

  it("is only for whoever sees it (CON-5, KER-11)", () => {
    fc.assert(
      fc.property(anyStanding, anyAt, (me, at) => {
        const status = at.lesson.workflowStatus
        assert.isTrue(!allows(mayEdit(me, at.course, status)) || seesLesson(me, at, now))
        assert.isTrue(!(isOwn(me, at.course) || may(me, "content.edit")) || seesCourse(me, at.course, now))
      })
    )
  })
})
