import { assert, it } from "@effect/vitest"
import { Result } from "effect"
import * as fc from "fast-check"
import { deepest, parseJson } from "./json.ts"

const reasonOf = (text: string): unknown => {
  const parsed = parseJson(text)
  return Result.isFailure(parsed) ? parsed.failure.data?.["reason"] : undefined
}
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth)

it("reads what JSON.parse reads, as long as stores can hold it (API-5)", () =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const parsed = parseJson(text)
      if (Result.isSuccess(parsed)) return assert.deepStrictEqual(parsed.success, JSON.parse(text))
      // Generated text may hold what no store takes; then that is the reason.
      assert.match(String(parsed.failure.data?.["reason"]), /NUL or half a surrogate pair/)
    }),
    { numRuns: 2000, seed: 1 }
  ))

it.each(["", "{", "nul", "{'a':1}", "[1,]", "{}x", '"\u0001"', "NaN", "01", "1e", '"\\x"'])(
  "refuses %j (API-5)",
  (text) => assert.strictEqual(reasonOf(text), "is not JSON")
)

it.each([
  '{"a":1,"a":2}',
  '{"a":1, "\\u0061" :2}',
  '{"a":{"b":1,"c":{},"b":[]}}',
  '[{"x":1},{"x":1,"y":{"z":1},"x":2}]',
  '{"__proto__":1,"__proto__":2}',
  '{"":1,"":2}',
  '{"\\"":1,"\\"":2}'
])("refuses a key that is there twice in one object: %s (API-5)", (text) =>
  assert.match(String(reasonOf(text)), /twice$/)
)

it.each([
  '{"a":1,"b":{"a":1}}',
  '[{"a":1},{"a":1}]',
  '{"a":"b","b":"a"}',
  '["a","a"]',
  '{"a:":1,"a":2}',
  '{"a":"\\"a\\":"}'
])("takes equal keys of different objects, and equal values: %s (API-5)", (text) =>
  assert.isUndefined(reasonOf(text))
)

it("takes the deepest nesting that is allowed, and not one deeper (API-5)", () => {
  assert.isUndefined(reasonOf(nested(deepest)))
  assert.match(String(reasonOf(nested(deepest + 1))), /deeper/)
  assert.match(String(reasonOf(nested(500_000))), /deeper/)
  assert.isUndefined(reasonOf(`[${Array(1000).fill("[]").join(",")}]`))
})

it.each(['"\\u0000"', '{"a\\u0000":1}', '"\\ud800"', '"\\udc00\\ud800"', '["x","\\ud83d"]'])(
  "refuses text that cannot be stored: %s (API-5)",
  (text) => assert.match(String(reasonOf(text)), /NUL or half/)
)

it.each(['"\\ud83d\\ude00"', '"\\\\u0000"', '"😀"', '"\\n\\t\\/"'])(
  "takes text with escapes that can: %s (API-5)",
  (text) => assert.isUndefined(reasonOf(text))
)
