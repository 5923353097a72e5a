import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { accepts, matches, piecesOf, type Text } from "./wildcard.ts"

/** What the pattern means, spelt out the slow way. */
const naive = (text: string, pieces: ReadonlyArray<string>): boolean => {
  const [piece = "", ...rest] = pieces
  if (!text.startsWith(piece)) return false
  const after = text.slice(piece.length)
  if (rest.length === 0) return after === ""
  return Array.from({ length: after.length + 1 }, (_, index) => after.slice(index)).some((tail) =>
    naive(tail, rest)
  )
}

/** Every word of these letters up to a length. */
const words = (letters: ReadonlyArray<string>, longest: number): ReadonlyArray<string> =>
  longest === 0
    ? [""]
    : ["", ...letters.flatMap((letter) => words(letters, longest - 1).map((rest) => `${letter}${rest}`))]

/** A text that counts how often it is looked at. */
const counting = (text: string, count: { looks: number }): Text => ({
  length: text.length,
  charCodeAt: (index) => {
    count.looks += 1
    return text.charCodeAt(index)
  }
})

const looksFor = (text: string, pattern: string): number => {
  const count = { looks: 0 }
  matches(
    counting(text, count),
    piecesOf(pattern).map((piece) => counting(piece, count))
  )
  return count.looks
}

const few = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 })
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "\\", "\\*"), maxLength: 8 })

describe("short texts", () => {
  it.each([
    ["grey", "Grey", true],
    ["grey", " grey ", true],
    ["light  grey", "light grey", true],
    ["gr*y", "gray", true],
    ["gr*y", "gry", true],
    ["gr*y", "grayish", false],
    ["*", "anything", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["*\\**", "5*6", true],
    ["straße", "STRASSE", true],
    ["ﬁne", "fine", true],
    ["οδος", "ΟΔΟΣ", true],
    ["οδος*", "ΟΔΟΣ", true],
    ["é", "e\u0301", true],
    ["é", "e", false]
  ])("%s takes %s: %s (ASM-14)", (wanted, given, expected) =>
    assert.strictEqual(accepts(wanted, given, false), expected)
  )

  it("case counts where the author says so (ASM-14)", () => {
    assert.isFalse(accepts("NaCl", "nacl", true))
    assert.isTrue(accepts("NaCl", "ＮａＣｌ", true))
  })

  it("a wildcard means what it says, for every short text and every short pattern there is (ASM-14)", () => {
    const texts = words(["a", "b"], 7)
    for (const wanted of words(["a", "b", "*"], 6)) {
      const pieces = piecesOf(wanted)
      for (const text of texts) {
        if (matches(text, pieces) !== naive(text, pieces)) assert.fail(`${wanted} against ${text}`)
      }
    }
    assert.lengthOf(texts, 255)
  })

  it("an answer never acts as a pattern, and a pattern without wildcards is equality (ASM-14)", () => {
    assert.isFalse(accepts("abc", "*", true))
    fc.assert(
      fc.property(few, few, (left, right) => assert.strictEqual(matches(left, [right]), left === right))
    )
  })

  it("looks at each character a bounded number of times, also where backtracking would explode (ASM-14)", () => {
    const worst = (size: number): ReadonlyArray<readonly [string, string]> => [
      ["a".repeat(size), `${"a*".repeat(size / 2)}b`],
      ["a".repeat(size), `*${"a".repeat(size / 2)}b*`],
      [`${"ab".repeat(size / 2)}`, `*${"ab".repeat(size / 4)}c*${"ab".repeat(size / 8)}*`],
      ["a".repeat(size), "*".repeat(size)],
      [`${"a".repeat(size)}b`, `*${"a".repeat(20)}*${"a".repeat(20)}*b`]
    ]
    for (const size of [64, 512, 4096, 32_768]) {
      for (const [text, wanted] of worst(size)) {
        assert.isAtMost(
          looksFor(text, wanted),
          6 * (text.length + wanted.length),
          `${size}: ${wanted.slice(0, 20)}`
        )
      }
    }
  })

  it("stays linear for generated patterns too (ASM-14)", () =>
    fc.assert(
      fc.property(pattern, few, fc.integer({ min: 1, max: 40 }), (wanted, text, times) => {
        const [long, all] = [text.repeat(times), wanted.repeat(times)]
        assert.isAtMost(looksFor(long, all), 6 * (long.length + all.length) + 2)
      })
    ))
})
