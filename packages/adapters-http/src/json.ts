/** JSON as it is taken from strangers: no twin keys, not too deep, and text that every store can hold. Source: API-5. */
import { Result } from "effect"
import { Refused } from "./problem.ts"

/** How deep objects and arrays may be nested. */
export const deepest = 32

const quote = 0x22
const backslash = 0x5c
const [openObject, closeObject, openArray, closeArray, colon] = [0x7b, 0x7d, 0x5b, 0x5d, 0x3a]
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const refuse = (reason: string) => Result.fail(new Refused({ code: "http.malformed_json", data: { reason } }))

/** Text without NUL and half characters: neither can be stored. */
export const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed()

/** Where the string that opens at `start` ends (its closing quote), and whether it has escapes. */
const stringEnd = (text: string, start: number): { readonly end: number; readonly escaped: boolean } => {
  let escaped = false
  let end = start + 1
  for (let code = text.charCodeAt(end); code !== quote; code = text.charCodeAt(end)) {
    if (code === backslash) {
      escaped = true
      end += 1
    }
    end += 1
  }
  return { end, escaped }
}

/** What is wrong with a text that is JSON; undefined when nothing is. */
const flawOf = (text: string): string | undefined => {
  // The keys of each object that is open; undefined stands for an array.
  const open: Array<Set<string> | undefined> = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === openObject || code === openArray) {
      if (open.push(code === openObject ? new Set() : undefined) > deepest)
        return `is nested deeper than ${deepest}`
    } else if (code === closeObject || code === closeArray) {
      open.pop()
    } else if (code === quote) {
      const { end, escaped } = stringEnd(text, at)
      const value = escaped ? (JSON.parse(text.slice(at, end + 1)) as string) : text.slice(at + 1, end)
      if (escaped && !isStorable(value)) return "contains NUL or half a surrogate pair"
      at = end
      while (isSpace(text.charCodeAt(at + 1))) at += 1
      // In JSON only a key is followed by a colon.
      if (text.charCodeAt(at + 1) !== colon) continue
      const keys = open.at(-1)
      if (keys?.has(value)) return `has the key ${JSON.stringify(value.slice(0, 80))} twice`
      keys?.add(value)
    }
  }
  return undefined
}

/** Reads JSON, or says why not. */
export const parseJson = (text: string): Result.Result<unknown, Refused> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse("is not JSON")
  }
  const flaw = flawOf(text)
  return flaw === undefined ? Result.succeed(value) : refuse(flaw)
}
