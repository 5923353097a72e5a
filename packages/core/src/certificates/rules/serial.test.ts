import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { parseSerial, serialNumber } from "./serial.ts"

const serials = fc
  .record({ year: fc.integer({ min: 0, max: 9999 }), random: fc.uint8Array({ minLength: 5, maxLength: 5 }) })
  .map(({ random, year }) => serialNumber(year, random))
const symbols = Array.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

describe("serial numbers", () => {
  it("are LYC, the year, eight characters of 40 bits and Crockford's check character (CRT-4)", () => {
    assert.strictEqual(
      serialNumber(2026, new Uint8Array(5)),
      `LYC-2026-00000000${"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"[Number((2026n << 40n) % 37n)]}`
    )
    assert.match(serialNumber(2026, new Uint8Array(5).fill(255)), /^LYC-2026-ZZZZZZZZ.$/)
    assert.match(serialNumber(2026, Uint8Array.of(0, 0, 0, 0, 33)), /^LYC-2026-00000011.$/)
  })

  it("read as they are written, in any case, with I, L and O for 1 and 0, with or without hyphens (CRT-4)", () =>
    fc.assert(
      fc.property(
        serials,
        fc.constantFrom("I", "l", "i", "L"),
        fc.constantFrom("O", "o"),
        (serial, one, zero) => {
          const body = serial.slice(3)
          for (const typed of [
            serial,
            serial.toLowerCase(),
            ` ${serial} `,
            serial.replaceAll("-", ""),
            `lyc${body.replaceAll("1", one).replaceAll("0", zero)}`
          ]) {
            assert.strictEqual(parseSerial(typed), serial)
          }
        }
      )
    ))

  it("one wrong character shows, and so do two neighbours swapped, the year's too (CRT-4)", () => {
    let tried = 0
    fc.assert(
      fc.property(serials, (serial) => {
        const places = [4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16]
        for (const place of places) {
          for (const symbol of place < 8 ? symbols.slice(0, 10) : symbols) {
            if (symbol === serial[place]) continue
            tried += 1
            assert.isUndefined(parseSerial(serial.slice(0, place) + symbol + serial.slice(place + 1)))
          }
          const [left, right] = [serial[place]!, serial[place + 1]!]
          if (place === 7 || left === right || !symbols.includes(right)) continue
          const swapped = serial.slice(0, place) + right + left + serial.slice(place + 2)
          assert.isUndefined(parseSerial(swapped), swapped)
        }
      }),
      { numRuns: 300 }
    )
    assert.isAbove(tried, 50_000)
  })

  it.each(["", "LYC-2026", "LYC-2026-UUUUUUUU0", "LYC-20266-000000000", "ABC-2026-000000000"])(
    "%j is none (CRT-4)",
    (typed) => assert.isUndefined(parseSerial(typed))
  )
})
