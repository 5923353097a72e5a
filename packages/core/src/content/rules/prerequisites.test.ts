import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { LessonId } from "../../shared/id.ts"
import { cycleOf, type Node, unknownPrerequisites } from "./prerequisites.ts"

const lesson = (id: string, ...prerequisites: ReadonlyArray<string>): Node<string> => ({
  id,
  slug: id,
  prerequisites
})

/** Lessons 0..n-1 with arrows between them. */
const anyLessons = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), {
      maxLength: 24
    })
    .map((arrows) =>
      Array.from({ length: n }, (_, at) =>
        lesson(`l${at}`, ...arrows.filter(([from]) => from === at).map(([, to]) => `l${to}`))
      )
    )
)

/** By taking away, again and again, what waits for nothing that is left. */
const hasCycle = (lessons: ReadonlyArray<Node<string>>): boolean => {
  let left = lessons
  for (;;) {
    const ids = new Set(left.map(({ id }) => id))
    const next = left.filter(({ prerequisites }) => prerequisites.some((id) => ids.has(id)))
    if (next.length === left.length) return left.length > 0
    left = next
  }
}

describe("prerequisites", () => {
  it("in a circle are refused, the circle named from a lesson back to itself (CON-8)", () => {
    assert.deepStrictEqual(cycleOf([lesson("a", "b"), lesson("b", "c"), lesson("c", "a")]), [
      "a",
      "b",
      "c",
      "a"
    ])
    assert.deepStrictEqual(cycleOf([lesson("a", "a")]), ["a", "a"])
    assert.deepStrictEqual(cycleOf([lesson("x", "a"), lesson("a", "b"), lesson("b", "a")]), ["a", "b", "a"])
  })

  it("that only meet are none (CON-8)", () => {
    assert.isUndefined(cycleOf([lesson("a", "b", "c"), lesson("b", "d"), lesson("c", "d"), lesson("d")]))
    assert.isUndefined(cycleOf([lesson("a", "gone")]))
    assert.isUndefined(cycleOf([]))
  })

  it("are found in a circle exactly when there is one, and what is named is one (CON-8)", () => {
    fc.assert(
      fc.property(anyLessons, (lessons) => {
        const cycle = cycleOf(lessons)
        assert.strictEqual(cycle !== undefined, hasCycle(lessons))
        if (cycle === undefined) return
        assert.strictEqual(cycle[0], cycle.at(-1))
        assert.strictEqual(new Set(cycle).size, cycle.length - 1)
        for (const [at, slug] of cycle.slice(0, -1).entries()) {
          assert.isTrue(lessons.find(({ id }) => id === slug)?.prerequisites.includes(cycle[at + 1]!))
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("may chain ten thousand lessons (CON-8)", () => {
    const chain = Array.from({ length: 10_000 }, (_, at) => lesson(`l${at}`, `l${at + 1}`))
    assert.isUndefined(cycleOf(chain))
    assert.lengthOf(cycleOf([...chain, lesson("l10000", "l0")])!, 10_002)
  })

  it("name lessons of the course: the others are told by their place (CON-8)", () => {
    const [a, b] = ["a", "b"] as unknown as readonly [LessonId, LessonId]
    assert.deepStrictEqual(unknownPrerequisites([a, b, a], [{ id: a }]), [1])
    assert.deepStrictEqual(unknownPrerequisites([], []), [])
  })
})
