/** Examples for the OpenAPI document, made from JSON Schemas: fixed, readable, and valid. */

type Json = Readonly<Record<string, unknown>>

/** What fields of a name usually hold; the first that fits its schema is taken. */
const byName: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  key: ["new_player", "introduction"],
  name: ["Ada Lovelace", "billing", "content.edit"],
  reason: ["Asked for by the head of studies"],
  comment: ["The second chapter needs an example"],
  title: ["Introduction to AI"],
  description: ["What a model is, and what it is not"],
  slug: ["introduction-to-ai"],
  locale: ["en", "en-GB"],
  country: ["FR"],
  currency: ["EUR"],
  email: ["ada@school.example"],
  entitlementRef: ["premium"],
  url: ["https://school.example/hooks"],
  cursor: ["eyJsaXN0IjoiZmxhZ3MifQ"]
}
const texts = [
  "0193a5f0-7c00-7000-8000-000000000001",
  "2026-01-05T09:00:00.000Z",
  "Introduction to AI",
  "introduction-to-ai",
  "introduction",
  "new_player",
  "content.edit",
  "access.grant",
  "https://school.example/cover.png",
  "ada@school.example",
  "en",
  "en-GB",
  "FR",
  "Europe/Paris",
  "2026-01-05",
  "lyc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "0".repeat(64),
  "00112233445566778899aabbccddeeff",
  "203.0.113.0/24",
  "LYC-2026-28T5CY4T$",
  "Asked for by the head of studies"
]

/** The rules of a schema, those in `allOf` among them. */
const rulesOf = (schema: Json): ReadonlyArray<Json> => [
  schema,
  ...((schema["allOf"] as ReadonlyArray<Json> | undefined) ?? [])
]

const fitsText = (schema: Json, text: unknown): boolean =>
  typeof text === "string" &&
  rulesOf(schema).every(
    ({ format, maxLength, minLength, pattern }) =>
      (typeof pattern !== "string" || new RegExp(pattern, "u").test(text)) &&
      (typeof minLength !== "number" || text.length >= minLength) &&
      (typeof maxLength !== "number" || text.length <= maxLength) &&
      (format !== "date-time" || text === texts[1])
  )

const numberOf = (schema: Json): number => {
  const bound = (name: string) =>
    rulesOf(schema)
      .map((rule) => rule[name])
      .find((value) => typeof value === "number")
  const [minimum, above, maximum] = [bound("minimum"), bound("exclusiveMinimum"), bound("maximum")]
  const least = minimum ?? (above === undefined ? undefined : above + 1)
  return least !== undefined && least > 0 ? least : maximum !== undefined && maximum < 1 ? maximum : 1
}

/** A value that the schema allows, as far as a schema tells; `resolve` finds what it refers to. */
export const exampleOf = (schema: Json, resolve: (reference: string) => Json, name = ""): unknown => {
  if (typeof schema["$ref"] === "string") return exampleOf(resolve(schema["$ref"]), resolve, name)
  if ("const" in schema) return schema["const"]
  if (Array.isArray(schema["enum"])) return schema["enum"][0]
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as ReadonlyArray<Json> | undefined
  if (choices !== undefined) return exampleOf(choices[0]!, resolve, name)
  switch (schema["type"]) {
    case "object": {
      const required = (schema["required"] as ReadonlyArray<string> | undefined) ?? []
      const properties = Object.entries(
        (schema["properties"] as Readonly<Record<string, Json>> | undefined) ?? {}
      )
      return Object.fromEntries(
        properties
          .filter(([key]) => required.includes(key))
          .map(([key, one]) => [key, exampleOf(one, resolve, key)])
      )
    }
    case "array":
      return rulesOf(schema).some(({ minItems }) => typeof minItems === "number" && minItems > 0)
        ? [exampleOf(schema["items"] as Json, resolve, name)]
        : []
    case "string":
      return [...(byName[name] ?? []), ...texts].find((text) => fitsText(schema, text)) ?? "text"
    case "integer":
    case "number":
      return numberOf(schema)
    case "boolean":
      return true
    default:
      return {}
  }
}
