/** Serial numbers that can be read out over the telephone. Source: CRT-4. */
import { SerialNumber } from "../model.ts"

/** Crockford's base 32: no I, L, O and U; the last five are for check characters alone. */
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
const bodyLength = 8
const bodyBits = 40n

/** What is checked: the year and the 40 bits as one number, modulo 37, so that one wrong or two swapped characters show. */
const checkOf = (year: number, bits: bigint): string =>
  symbols[Number(((BigInt(year) << bodyBits) | bits) % 37n)]!

const bodyOf = (bits: bigint): string =>
  Array.from(
    { length: bodyLength },
    (_, index) => symbols[Number((bits >> BigInt(5 * (bodyLength - 1 - index))) & 31n)]!
  ).join("")

/** The serial number of a year (0 to 9999) and 5 bytes from a source that nobody can guess. */
export const serialNumber = (year: number, random: Uint8Array): SerialNumber => {
  const bits = random.slice(0, 5).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return SerialNumber.make(`LYC-${String(year).padStart(4, "0")}-${bodyOf(bits)}${checkOf(year, bits)}`)
}

const written = /^LYC-?(\d{4})-?([0-9A-HJKMNP-TV-Z]{8})([0-9A-HJKMNP-TV-Z*~$=U])$/u

/**
 * A serial number as a person typed it: any case, I and L for 1, O for 0, hyphens left out. Undefined when its check
 * character says that it was mistyped.
 */
export const parseSerial = (typed: string): SerialNumber | undefined => {
  const upper = typed.trim().toUpperCase()
  const read = `${upper.slice(0, 3)}${upper.slice(3).replace(/[IL]/gu, "1").replaceAll("O", "0")}`
  const parts = written.exec(read)
  if (parts === null) return undefined
  const [, year, body, check] = parts
  const bits = Array.from(body!).reduce((sum, symbol) => (sum << 5n) | BigInt(symbols.indexOf(symbol)), 0n)
  return checkOf(Number(year), bits) === check ? SerialNumber.make(`LYC-${year}-${body}${check}`) : undefined
}
