import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { canonicalJson, StorableJson } from "./json.ts"
import { HttpsUrl, line, prose, Slug, SoundReason } from "./text.ts"

const accepted = (schema: Schema.Codec<any, any>, texts: ReadonlyArray<unknown>) =>
  texts.filter((text) => Schema.is(schema)(text))

describe("text", () => {
  it("is what every store can hold: no NUL, no half of a surrogate pair (KER-14)", () => {
    const bad = ["a\0b", "\ud800", "a\udc00b"]
    for (const schema of [line(10), prose(10), HttpsUrl, SoundReason, Slug])
      assert.deepStrictEqual(accepted(schema, bad), [])
    assert.deepStrictEqual(accepted(prose(10), ["", "é\n\t𝒳", "👩‍🚀"]), ["", "é\n\t𝒳", "👩‍🚀"])
  })

  it("on one line is trimmed, without control characters, and counted in characters (KER-14)", () => {
    assert.deepStrictEqual(accepted(line(3), ["", "abcd", " a", "a ", "a\nb", "a\u0085b"]), [])
    assert.deepStrictEqual(accepted(line(3), ["abc", "𝒳𝒴𝒵", "a b"]), ["abc", "𝒳𝒴𝒵", "a b"])
  })

  it("in an address is a slug, or https without a password in it (KER-14)", () => {
    assert.deepStrictEqual(accepted(Slug, ["a", "a-b2", "-a", "a-", "a--b", "A", "a_b", "é"]), ["a", "a-b2"])
    const urls = [
      "https://a.example/x?y",
      "http://a.example",
      "javascript:alert(1)",
      "https://u:p@a.example",
      "https://",
      "a.example"
    ]
    assert.deepStrictEqual(accepted(HttpsUrl, urls), ["https://a.example/x?y"])
  })

  it.effect("that is an address can be generated, and is one then (IDN-1)", () =>
    Effect.map(Arbitrary.sampleEffect(Arbitrary.schema(HttpsUrl), { count: 50, seed: 3 }), (urls) => {
      assert.deepStrictEqual(accepted(HttpsUrl, urls), [...urls])
      assert.isAbove(new Set(urls).size, 40)
    })
  )

  it("that gives a reason has ten characters or more (KER-14)", () => {
    assert.deepStrictEqual(accepted(SoundReason, ["too short", "0123456789", "x".repeat(1001)]), [
      "0123456789"
    ])
  })
})

describe("JSON", () => {
  it("that is stored holds no null in place of a value, and no text that cannot be stored, keys included (KER-14)", () => {
    const good = [0, "", false, {}, [], { a: { b: [null, "é"] } }]
    const bad = [null, "\0", { a: ["\ud800"] }, { "\0": 1 }]
    assert.deepStrictEqual(accepted(StorableJson, [...good, ...bad]), good)
  })

  it("has one text for equal values, whatever the order of their keys (KER-20)", () => {
    assert.strictEqual(
      canonicalJson({ b: [{ d: 1, c: null }], a: "x" }),
      canonicalJson({ a: "x", b: [{ c: null, d: 1 }] })
    )
    assert.strictEqual(canonicalJson({ b: 1, a: [2, 1] }), '{"a":[2,1],"b":1}')
    assert.notStrictEqual(canonicalJson([1, 2]), canonicalJson([2, 1]))
  })
})
