import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import {
  type Permission,
  permissions,
  service,
  type Standing,
  standingWithoutAccount,
  user
} from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import type { Course, TransitionName, WorkflowStatus } from "../model/index.ts"
import {
  isOfRevision,
  isPublished,
  isStillToCome,
  mayTake,
  moved,
  type People,
  published,
  step,
  transitions
} from "./workflow.ts"

const id = (n: number) => UserId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
const [creator, instructor, editor, stranger] = [id(1), id(2), id(3), id(4)]
const people: People = { creators: [creator], instructorId: instructor, lastEditorId: editor }

const someone = (
  who: UserId,
  held: ReadonlyArray<Permission> = [],
  roles: ReadonlyArray<string> = ["member"]
): Standing => ({
  actor: user(who),
  status: "active",
  roles: new Set(roles),
  permissions: new Set(held),
  onOwnCourses: new Set()
})

const statuses: ReadonlyArray<WorkflowStatus> = ["draft", "in_review", "published", "archived"]
const names = Object.keys(transitions) as ReadonlyArray<TransitionName>
const allPermissions = Object.keys(permissions) as ReadonlyArray<Permission>
const may = (me: Standing, name: TransitionName, of: People = people) =>
  Result.isSuccess(mayTake(name, { me, people: of }))

const anyStanding = fc
  .record({
    who: fc.constantFrom(creator, instructor, editor, stranger),
    held: fc.subarray([...allPermissions]),
    admin: fc.boolean(),
    status: fc.constantFrom("active" as const, "suspended" as const)
  })
  .map(({ admin, held, status, who }): Standing => ({
    ...someone(who, held, admin ? ["admin"] : ["member"]),
    status
  }))

describe("the workflow", () => {
  it("has exactly the steps of the table (CON-1)", () => {
    const pairs = statuses.flatMap((from) =>
      names.flatMap((name) =>
        Result.match(step(name, from), { onFailure: () => [], onSuccess: (to) => [`${from} → ${to}`] })
      )
    )
    assert.deepStrictEqual([...new Set(pairs)].sort(), [
      "archived → draft",
      "draft → in_review",
      "in_review → draft",
      "in_review → published",
      "published → archived",
      "published → draft"
    ])
  })

  it("refuses every other pair by name, from and to (CON-1)", () => {
    for (const name of names) {
      for (const from of statuses.filter((status) => status !== transitions[name].from)) {
        const refusal = Result.getOrThrow(Result.flip(step(name, from)))
        assert.deepInclude(refusal, {
          _tag: "content.transition_not_allowed",
          transition: name,
          from,
          to: transitions[name].to
        })
      }
    }
  })

  it("lets a creator and an instructor hand in, and whoever edits everything (CON-1)", () => {
    assert.isTrue(may(someone(creator), "submit_for_review"))
    assert.isTrue(may(someone(instructor), "submit_for_review"))
    assert.isTrue(may(someone(stranger, ["content.edit"]), "submit_for_review"))
    assert.isFalse(may(someone(editor), "submit_for_review"))
    assert.isFalse(may({ ...someone(creator), status: "suspended" }, "submit_for_review"))
  })

  it("lets only the creator withdraw (CON-1)", () => {
    assert.isTrue(may(someone(creator), "withdraw_content"))
    assert.isFalse(may(someone(instructor), "withdraw_content"))
    assert.isFalse(may(someone(stranger, allPermissions, ["admin"]), "withdraw_content"))
  })

  it("wants four eyes to approve and to reject, unless one pair is an admin's (CON-1)", () => {
    for (const [name, permission] of [
      ["approve_content", "content.publish"],
      ["reject_content", "content.review"]
    ] as const) {
      assert.isTrue(may(someone(stranger, [permission]), name))
      assert.isFalse(
        may(
          someone(
            stranger,
            allPermissions.filter((held) => held !== permission)
          ),
          name
        )
      )
      for (const involved of [creator, instructor, editor]) {
        assert.isFalse(may(someone(involved, [permission]), name))
        assert.isTrue(may(someone(involved, [permission], ["admin"]), name))
      }
    }
  })

  it("archives, takes back and restores with content.archive alone, whoever made it (CON-1)", () => {
    for (const name of ["archive_content", "unpublish_content", "restore_content"] as const) {
      assert.isTrue(may(someone(creator, ["content.archive"]), name))
      assert.isFalse(
        may(
          someone(
            creator,
            allPermissions.filter((held) => held !== "content.archive"),
            ["admin"]
          ),
          name
        )
      )
    }
  })

  it("gives a visitor nothing and a service everything (CON-1)", () => {
    for (const name of names) {
      assert.isFalse(may(standingWithoutAccount({ _tag: "Anonymous" }), name))
      assert.isTrue(may(standingWithoutAccount(service("billing")), name))
    }
  })

  it("never lets a suspended person take a step by what they made (CON-1)", () => {
    fc.assert(
      fc.property(anyStanding, fc.constantFrom(...names), (me, name) => {
        const idle = { ...me, status: "suspended" as const, permissions: new Set<Permission>() }
        assert.isFalse(may(idle, name))
      })
    )
  })

  it("takes no step away from whoever holds one permission more (CON-1)", () => {
    fc.assert(
      fc.property(
        anyStanding,
        fc.constantFrom(...allPermissions),
        fc.constantFrom(...names),
        (me, more, name) => {
          const richer = { ...me, permissions: new Set([...me.permissions, more]) }
          assert.isTrue(!may(me, name) || may(richer, name))
        }
      )
    )
  })

  it("goes through the revision for what leads to readers and back, not for taking them away (CON-9)", () => {
    assert.deepStrictEqual(names.filter(isOfRevision), [
      "submit_for_review",
      "approve_content",
      "reject_content",
      "withdraw_content"
    ])
  })
})

const now = DateTime.makeUnsafe("2026-05-01T12:00:00.000Z")
type Dated = Pick<Course, "workflowStatus" | "publishAt" | "publishedAt">
const after = (millis: number) => DateTime.add(now, { milliseconds: millis })

describe("publishing", () => {
  it("is due at its very instant, not a millisecond before (CON-2)", () => {
    const course = (publishAt: DateTime.Utc) => ({ workflowStatus: "published" as const, publishAt })
    assert.isFalse(isPublished(course(after(1)), now))
    assert.isTrue(isPublished(course(now), now))
    assert.isTrue(isPublished(course(after(-1)), now))
    assert.isTrue(isPublished({ workflowStatus: "published" }, now))
    assert.isTrue(isStillToCome(course(after(1)), now))
    assert.isFalse(isStillToCome(course(now), now))
    for (const workflowStatus of ["draft", "in_review", "archived"] as const) {
      assert.isFalse(isPublished({ workflowStatus, publishAt: after(-1) }, now))
      assert.isFalse(isStillToCome({ workflowStatus, publishAt: after(1) }, now))
    }
  })

  it("is dated once: by its instant, or the one that it was planned for (CON-2)", () => {
    const item: Dated = { workflowStatus: "published" }
    assert.deepStrictEqual(published(item, { now }), { ...item, publishedAt: now })
    assert.deepStrictEqual(published(item, { now, publishAt: after(5) }), {
      ...item,
      publishedAt: after(5),
      publishAt: after(5)
    })
    const before: Dated = { ...item, publishedAt: after(-5) }
    assert.deepStrictEqual(published(before, { now }), before)
    assert.deepStrictEqual(published(before, { now, publishAt: after(9) }), {
      ...before,
      publishAt: after(9)
    })
    assert.deepStrictEqual(published<Dated>({ ...item, publishedAt: now }, { now: after(1) }), {
      ...item,
      publishedAt: now
    })
  })

  it("that was planned and taken back never happened (CON-2)", () => {
    const planned: Dated = { workflowStatus: "draft", publishedAt: after(1), publishAt: after(1) }
    assert.deepStrictEqual(published(planned, { now }), { workflowStatus: "draft" })
    assert.deepStrictEqual(published(planned, { now: after(1) }), {
      workflowStatus: "draft",
      publishedAt: after(1)
    })
  })

  it("never moves a first publication that has happened (CON-2)", () => {
    const anyMillis = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(
        anyMillis,
        fc.option(anyMillis, { nil: undefined }),
        fc.constantFrom(...statuses),
        (first, later, workflowStatus) => {
          fc.pre(first <= 0)
          const publishAt = later === undefined ? undefined : after(later)
          const { publishedAt } = published({ workflowStatus, publishedAt: after(first) }, { now, publishAt })
          assert.deepStrictEqual(publishedAt, after(first))
        }
      )
    )
  })

  it("says since when something waits, as long as it does (CON-11)", () => {
    const draft = { workflowStatus: "draft" as const }
    const waiting = moved(draft, "in_review", now)
    assert.deepStrictEqual(waiting, { workflowStatus: "in_review", submittedAt: now } as never)
    assert.deepStrictEqual(moved(waiting, "draft", after(1)), draft)
    assert.deepStrictEqual(moved(waiting, "published", after(1)), { workflowStatus: "published" } as never)
  })
})
