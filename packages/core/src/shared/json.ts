/** JSON with its keys in order, so that equal values have equal text. */
import type { Schema } from "effect"

/** Not RFC 8785 (numbers keep JavaScript's form, which is the same one); used for digests that only we compare. */
export const canonicalJson = (json: Schema.Json): string =>
  JSON.stringify(json, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  )
