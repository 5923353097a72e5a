import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { rational } from "../../shared/rational.ts"
import { Decimal } from "../model/index.ts"
import { parseDecimal } from "./decimal.ts"

describe("numbers as people write them", () => {
  it.each([
    ["1.5", 3, 2],
    ["1,5", 3, 2],
    [" -0,25 ", -1, 4],
    ["+3", 3, 1],
    [".5", 1, 2],
    ["5.", 5, 1],
    ["1e3", 1000, 1],
    ["1,5E-2", 3, 200],
    ["1,000", 1, 1],
    ["007", 7, 1],
    ["-0", 0, 1]
  ])("%s is %i/%i (ASM-14)", (text, numerator, denominator) =>
    assert.deepStrictEqual(parseDecimal(text), rational(numerator, denominator))
  )

  it.each([
    "",
    " ",
    "x",
    "1.2.3",
    "1.234,5",
    "1 000",
    "1e",
    "e5",
    ".",
    "-",
    "--1",
    "0x10",
    "NaN",
    "Infinity",
    "1e1000",
    "½",
    "٣",
    "9".repeat(101)
  ])("%j is not a number (ASM-14)", (text) => assert.isUndefined(parseDecimal(text)))

  it("reads whatever an author may give as a key (ASM-14)", () =>
    fc.assert(
      fc.property(
        fc.stringMatching(/^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?$/),
        (text) => {
          assert.isTrue(Schema.is(Decimal)(text))
          assert.isDefined(parseDecimal(text))
        }
      )
    ))

  it("reads every decimal exactly, with point or comma (ASM-14)", () =>
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.integer({ min: 1, max: 30 }), (digits, places) => {
        const [sign, text] = [
          digits < 0n ? "-" : "",
          String(digits < 0n ? -digits : digits).padStart(places + 1, "0")
        ]
        const written = `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
        assert.deepStrictEqual(parseDecimal(written), rational(digits, 10n ** BigInt(places)))
        assert.deepStrictEqual(parseDecimal(written.replace(".", ",")), parseDecimal(written))
      })
    ))
})
