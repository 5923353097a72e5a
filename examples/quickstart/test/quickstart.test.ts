import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { program } from "../src/index.ts"

it.live("tells who reads what", () =>
  Effect.map(program, (seen) =>
    assert.deepStrictEqual(seen, [
      "visitor · Water: free_preview",
      "visitor · Leaves: access.sign_in_required",
      "learner · Water: free_preview",
      "learner · Leaves: access.tier_required",
      "premium learner · Water: free_preview",
      "premium learner · Leaves: tier"
    ])
  )
)

it("fits on a page", () => {
  const lines = readFileSync(new URL("../src/index.ts", import.meta.url), "utf8").split("\n").length
  assert.isAtMost(lines, 60)
})
