import { assert, it } from "@effect/vitest"
import { Suspended } from "../../shared/errors.ts"
import { refusalOf } from "./reading.ts"

it("a denied account is told whether it is suspended or deleted (IDN-7, ACC-20)", () => {
  const denied = { allowed: false, reason: "suspended" } as const
  assert.deepStrictEqual(refusalOf(denied, { deleted: false }), new Suspended({ status: "suspended" }))
  assert.deepStrictEqual(refusalOf(denied, { deleted: true }), new Suspended({ status: "deleted" }))
})
