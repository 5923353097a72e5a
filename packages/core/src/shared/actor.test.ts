import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import {
  actorName,
  anonymous,
  may,
  requirePermission,
  service,
  type Standing,
  standingWithoutAccount,
  user,
  userIdOf
} from "./actor.ts"
import { UserId } from "./id.ts"

const ann = UserId.make("018f0000-0000-7000-8000-0000000000a1")
const standing = (fields: Partial<Standing> = {}): Standing => ({
  ...standingWithoutAccount(user(ann)),
  permissions: new Set(["content.create"]),
  onOwnCourses: new Set(["content.edit"]),
  ...fields
})

describe("an actor", () => {
  it("is a visitor, a user or a named service, and is called so in the audit trail (KER-9, KER-26)", () => {
    assert.deepStrictEqual([anonymous, user(ann), service("billing")].map(actorName), [
      "anonymous",
      ann,
      "billing"
    ])
    assert.deepStrictEqual([anonymous, user(ann), service("billing")].map(userIdOf), [
      undefined,
      ann,
      undefined
    ])
  })

  it("without an account holds nothing; a service may do everything (KER-9)", () => {
    assert.isFalse(may(standingWithoutAccount(anonymous), "content.create"))
    assert.isTrue(may(standingWithoutAccount(service("billing")), "privacy.manage"))
    assert.deepStrictEqual([...standingWithoutAccount(anonymous).roles], ["visitor"])
  })

  it("may do what it holds, and on a course of its own what it holds there (KER-10)", () => {
    assert.isTrue(may(standing(), "content.create"))
    assert.isFalse(may(standing(), "content.edit"))
    assert.isFalse(may(standing(), "content.edit", { own: false }))
    assert.isTrue(may(standing(), "content.edit", { own: true }))
    assert.isFalse(may(standing(), "content.publish", { own: true }))
  })

  it("that may not is told which permission is missing (KER-10)", () => {
    assert.isTrue(Result.isSuccess(requirePermission(standing(), "content.create")))
    const refused = requirePermission(standing(), "content.publish")
    assert.strictEqual(Result.isFailure(refused) && refused.failure.permission, "content.publish")
  })
})
