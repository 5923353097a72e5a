/** JSON that every store can hold, and JSON with its keys in order. */
import { Schema } from "effect"
import { isStorable } from "./text.ts"

/** Every string of a JSON value, keys included. */
const stringsIn = (json: Schema.Json): ReadonlyArray<string> =>
  typeof json === "string"
    ? [json]
    : json === null || typeof json !== "object"
      ? []
      : Object.entries(json).flatMap(([key, value]: [string, Schema.Json]) => [key, ...stringsIn(value)])

const isText = Schema.is(Schema.String.check(isStorable))

/** Any JSON but null, which would be no value; its strings as `text.ts` bounds them, without a limit of length. */
export const StorableJson = Schema.Json.check(
  Schema.makeFilter<Schema.Json>((json) =>
    json === null
      ? "must not be null"
      : stringsIn(json).every((text) => isText(text))
        ? undefined
        : "must not contain the NUL character or half a surrogate pair"
  )
)

/** Not RFC 8785 (numbers keep JavaScript's form, which is the same one); used for digests that only we compare. */
export const canonicalJson = (json: Schema.Json): string =>
  JSON.stringify(json, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  )
