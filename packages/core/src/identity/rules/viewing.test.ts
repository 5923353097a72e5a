import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import * as fc from "fast-check"
import { type Permission, permissions, type Standing, user } from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import { isOpen, mayView, viewableUntil } from "./viewing.ts"

const id = UserId.make("01890a5d-ac96-774b-bcce-b302099a8057")
const standing = (held: ReadonlyArray<Permission>, more: Partial<Standing> = {}): Standing => ({
  actor: user(id),
  status: "active",
  roles: new Set(["member"]),
  permissions: new Set(held),
  onOwnCourses: new Set(),
  ...more
})
const some = fc.subarray(Object.keys(permissions) as Array<Permission>)

describe("viewing as somebody else", () => {
  it("lasts half an hour, its end not included (KER-26)", () => {
    const now = DateTime.makeUnsafe("2026-03-01T12:00:00.007Z")
    const until = viewableUntil(now)
    assert.strictEqual(DateTime.formatIso(until), "2026-03-01T12:30:00.007Z")
    const at = (milliseconds: number) =>
      isOpen({ viewerId: id, viewedId: id, until }, DateTime.add(until, { milliseconds }))
    assert.deepStrictEqual([at(-1), at(0), at(1)], [true, false, false])
  })

  it("shows nobody more than they may see themselves (KER-26)", () => {
    fc.assert(
      fc.property(some, some, some, some, (mine, mineOnOwn, theirs, theirsOnOwn) => {
        const may = mayView(
          standing(mine, { onOwnCourses: new Set(mineOnOwn) }),
          standing(theirs, { onOwnCourses: new Set(theirsOnOwn) })
        )
        const covered = [...theirs, ...theirsOnOwn].every((permission) => mine.includes(permission))
        assert.strictEqual(Result.isSuccess(may), mine.includes("manage_users") && covered)
      })
    )
  })

  it("is of active users only (KER-26)", () => {
    for (const status of ["suspended", "deleted"] as const) {
      const refusal = Result.getFailure(mayView(standing(["manage_users"]), standing([], { status })))
      assert.deepStrictEqual({ ...(refusal as { value: object }).value }, {
        _tag: "identity.status_not_allowed",
        status
      } as never)
    }
  })
})
