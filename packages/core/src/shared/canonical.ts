/** JSON in the one spelling that hashes are taken of, on every machine and in every language: RFC 8785. Source: ASM-8, CRT-4. */
import { Data, type Schema } from "effect"

/** A bug in the caller: JSON has no such number, and half a surrogate pair is no text (I-JSON). */
export class CanonicalDefect extends Data.Error<{ readonly message: string }> {}

const text = (value: string): string => {
  if (!value.isWellFormed())
    throw new CanonicalDefect({ message: "half a surrogate pair has no canonical form" })
  return JSON.stringify(value)
}

const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new CanonicalDefect({ message: `${value} has no canonical form` })
  // ECMAScript's own spelling of a double is the one that the RFC prescribes; it writes -0 as 0.
  return JSON.stringify(value)
}

/** By UTF-16 code units, which is what `<` compares. */
const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : left > right ? 1 : 0

/**
 * The canonical text of a JSON value. Equal values have equal text, whatever the order of their keys. Throws
 * `CanonicalDefect` for what JSON cannot say.
 */
export const canonicalize = (value: Schema.Json): string => {
  if (typeof value === "string") return text(value)
  if (typeof value === "number") return number(value)
  if (value === null || typeof value === "boolean") return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(",")}]`
  return `{${Object.entries(value as Readonly<Record<string, Schema.Json>>)
    .sort(byKey)
    .map(([key, held]) => `${text(key)}:${canonicalize(held)}`)
    .join(",")}}`
}
