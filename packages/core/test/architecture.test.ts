import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { importsUnder, impureRules, mayUse, violations } from "./architecture.ts"

const source = new URL("../src", import.meta.url).pathname
const imports = importsUnder(source)

describe("the dependency table", () => {
  it("is followed by every import", () => assert.deepStrictEqual(violations(imports), []))

  it("sees what it must see", () => {
    assert.isAbove(imports.length, 50)
    assert.lengthOf(violations([{ from: "rbac/rules.ts", to: "access/index.ts" }]), 1)
    assert.lengthOf(violations([{ from: "access/rules.ts", to: "content/ports.ts" }]), 1)
    assert.lengthOf(violations([{ from: "newcomer/rules.ts", to: "shared/instant.ts" }]), 1)
    assert.lengthOf(violations([{ from: "flags/service.ts", to: "hono" }]), 1)
    assert.lengthOf(violations([{ from: "flags/service.ts", to: "node:fs" }]), 1)
    assert.lengthOf(violations([{ from: "access/rules.ts", to: "content/index.ts" }]), 0)
  })

  it("has no circle", () => {
    const order = Object.keys(mayUse)
    for (const [context, uses] of Object.entries(mayUse)) {
      for (const used of uses)
        assert.isBelow(order.indexOf(used), order.indexOf(context), `${context} uses ${used}`)
    }
  })
})

describe("billing", () => {
  const ofAccess = imports
    .map(({ from }) => from)
    .filter((file) => /^(access|content|progress)\/(rules|service)\//.test(file))

  it("is asked by nobody, and no rule of reading knows a price (ACC-22)", () => {
    assert.deepStrictEqual(
      Object.entries(mayUse).filter(([, uses]) => uses.includes("billing")),
      []
    )
    assert.isAbove(ofAccess.length, 20)
    assert.deepStrictEqual(
      ofAccess.filter((file) =>
        /price|currency|invoice|stripe/i.test(readFileSync(`${source}/${file}`, "utf8"))
      ),
      []
    )
  })
})

describe("rules", () => {
  it("are pure", () => {
    assert.deepStrictEqual(
      impureRules(imports, (file) => readFileSync(`${source}/${file}`, "utf8")),
      []
    )
  })

  it("are seen to be impure when they are", () => {
    const planted = [{ from: "flags/rules.ts", to: "effect" }]
    assert.lengthOf(
      impureRules(planted, () => "const now = Date.now()"),
      1
    )
    assert.lengthOf(
      impureRules(planted, () => "const now = given.now"),
      0
    )
  })
})
