import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { isSameOrder, placed } from "./order.ts"

describe("places", () => {
  it("close up and make room: the fourth of four moved to place 2 (CON-6)", () => {
    assert.deepStrictEqual(placed([1, 2, 3, 4], 4, 2), [1, 4, 2, 3])
    assert.deepStrictEqual(placed([1, 2, 3, 4], 1, 4), [2, 3, 4, 1])
    assert.deepStrictEqual(placed([1, 2, 3, 4], 2, 2), [1, 2, 3, 4])
    assert.deepStrictEqual(placed([1, 2], 9, 1), [9, 1, 2])
  })

  it("beyond the last mean the end, before the first the beginning; none means the end (CON-6)", () => {
    assert.deepStrictEqual(placed([1, 2], 3, 99), [1, 2, 3])
    assert.deepStrictEqual(placed([1, 2], 1, 99), [2, 1])
    assert.deepStrictEqual(placed([1, 2], 3, -5), [3, 1, 2])
    assert.deepStrictEqual(placed([1, 2], 3), [1, 2, 3])
    assert.deepStrictEqual(placed([], 1, 1), [1])
  })

  it("leave the others in their order, each once, and put the item where it was asked for (CON-6)", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer()),
        fc.integer(),
        fc.integer({ min: 1, max: 30 }),
        (items, item, place) => {
          const after = placed(items, item, place)
          const others = items.filter((other) => other !== item)
          assert.deepStrictEqual(
            after.filter((other) => other !== item),
            others
          )
          assert.strictEqual(after.indexOf(item), Math.min(place - 1, others.length))
          assert.isTrue(isSameOrder(placed(after, item, place), after))
        }
      )
    )
  })
})
