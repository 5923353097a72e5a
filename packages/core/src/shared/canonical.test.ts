import { assert, describe, it } from "@effect/vitest"
import type { Schema } from "effect"
import * as fc from "fast-check"
import { CanonicalDefect, canonicalize } from "./canonical.ts"

const double = (bits: string): number => {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(`0x${bits}`))
  return view.getFloat64(0)
}

/** RFC 8785, appendix B. */
const numbers: ReadonlyArray<readonly [string, string]> = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"]
]

/** The published test data of the RFC's author: what is read, and what must be written. */
const published: ReadonlyArray<readonly [string, string, string]> = [
  [
    "weird",
    String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","1":"One","\u0080":"Control\u007f","\ud83d\ude02":"Smiley","\u00f6":"Latin Small Letter O With Diaeresis","\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}`,
    '{"\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
  ],
  [
    "values",
    String.raw`{"numbers":[1E30,4.50,333333333.33333329,2e-3,0.000000000000000000000000001],"escaping":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    String.raw`{"escaping":"€$\u000f\nA'B\"\\\\\"/","literals":[null,true,false],"numbers":[1e+30,4.5,333333333.3333333,0.002,1e-27]}`
  ],
  [
    "structures",
    String.raw`{"1":{"f":{"f":"hi","F":5},"\n":56.0},"10":{},"":"empty","a":{},"111":[{}],"A":{}}`,
    String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}`
  ],
  [
    "french",
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}'
  ]
]

/** The same value with the keys of every object in another order. */
const reversed = (value: Schema.Json): Schema.Json =>
  Array.isArray(value)
    ? value.map(reversed)
    : value !== null && typeof value === "object"
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, held]) => [key, reversed(held as Schema.Json)])
        )
      : value

const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }).map((value) => value as Schema.Json)

describe("canonical JSON", () => {
  it.each(numbers)("the double %s is written %s, as RFC 8785 prescribes (ASM-8)", (bits, expected) =>
    assert.strictEqual(canonicalize(double(bits)), expected)
  )

  it.each(["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])(
    "the double %s has no canonical form (ASM-8)",
    (bits) => assert.throws(() => canonicalize(double(bits)), CanonicalDefect)
  )

  it.each(published)("the published example %s comes out as published (ASM-8)", (_, read, written) =>
    assert.strictEqual(canonicalize(JSON.parse(read)), written)
  )

  it("keys are ordered by UTF-16 code units: a supplementary character stands before U+FB33 (ASM-8)", () =>
    assert.strictEqual(canonicalize({ "\ufb33": 1, "😂": 2 }), '{"😂":2,"\ufb33":1}'))

  it("keys that look like numbers are ordered as text, 10 before 9 (ASM-8)", () =>
    assert.strictEqual(canonicalize({ 9: 1, 10: 2 }), '{"10":2,"9":1}'))

  it("half a surrogate pair has no canonical form, as value or as key (ASM-8)", () => {
    assert.throws(() => canonicalize("\ud800"), CanonicalDefect)
    assert.throws(() => canonicalize({ "\udc00": 1 }), CanonicalDefect)
  })

  it("says the same value again when it is read back, in any order of keys (ASM-8)", () =>
    fc.assert(
      fc.property(json, (value) => {
        if (!JSON.stringify(value).isWellFormed() || /\\ud[89a-f]/.test(JSON.stringify(value))) return
        const text = canonicalize(value)
        assert.strictEqual(canonicalize(JSON.parse(text)), text)
        assert.strictEqual(canonicalize(reversed(value)), text)
        assert.deepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      })
    ))
})
