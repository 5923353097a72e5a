import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { bitsFrom, drawFrom, shuffled } from "./shuffle.ts"

const seeds = fc
  .string({ unit: fc.constantFrom(...Array.from("0123456789abcdef")), minLength: 32, maxLength: 32 })
  .filter((seed) => !/^0+$/.test(seed))

describe("orders drawn from a seed", () => {
  it("the generator gives the numbers that its authors published for the state 1, 2, 3, 4 (ASM-7)", () => {
    const next = bitsFrom([1, 2, 3, 4])
    assert.deepStrictEqual(
      Array.from({ length: 10 }, next),
      [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]
    )
  })

  it("an order once drawn is the order for ever (ASM-7)", () => {
    const draw = drawFrom("0123456789abcdef0123456789abcdef")
    assert.deepStrictEqual(shuffled([1, 2, 3, 4, 5, 6, 7, 8], draw).join(""), "37582461")
  })

  it("the same seed gives the same order, and every order is a permutation (ASM-7)", () =>
    fc.assert(
      fc.property(seeds, fc.array(fc.integer()), (seed, things) => {
        const once = shuffled(things, drawFrom(seed))
        assert.deepStrictEqual(shuffled(things, drawFrom(seed)), once)
        assert.deepStrictEqual(
          [...once].sort((a, b) => a - b),
          [...things].sort((a, b) => a - b)
        )
      })
    ))

  it("every number below the bound is drawn, none beyond, and none is favoured (ASM-7)", () => {
    const draw = drawFrom("9e3779b97f4a7c15f39cc0605cedc834")
    const counts = new Map<number, number>()
    for (let index = 0; index < 60_000; index += 1) {
      const one = draw(6)
      counts.set(one, (counts.get(one) ?? 0) + 1)
    }
    assert.deepStrictEqual(
      [...counts.keys()].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5]
    )
    for (const count of counts.values()) assert.approximately(count, 10_000, 400)
  })

  it("each of the six orders of three things is drawn as often as the others (ASM-7)", () => {
    const draw = drawFrom("00000000000000000000000000000001")
    const counts = new Map<string, number>()
    for (let index = 0; index < 60_000; index += 1) {
      const order = shuffled(["a", "b", "c"], draw).join("")
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.strictEqual(counts.size, 6)
    for (const count of counts.values()) assert.approximately(count, 10_000, 400)
  })
})
