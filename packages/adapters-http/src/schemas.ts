/** The schemas of an OpenAPI document: collected from use cases, each under one name. Source: API-1. */
import { Schema } from "effect"

export type Json = Readonly<Record<string, unknown>>

const definitionPrefix = "#/$defs/"
export const schemaPrefix = "#/components/schemas/"

/** What the generator cannot know of a definition. */
const known: Readonly<Record<string, Json>> = {
  Instant: { type: "string", format: "date-time", description: "A moment in UTC, to the millisecond." }
}

/**
 * Names as readers know them. What is sent differs from what it becomes in the core for a few: `Instant` is `Instant` to
 * readers, and an `Email` as people type it is an `EmailInput`.
 */
const nameOf = (definition: string): string => {
  const name = definition.replaceAll(/[^\w.-]/g, "_").replace(/Encoded$/, "Input")
  const bare = name.replace(/Input$/, "")
  return bare in known ? bare : name
}

const rewrite = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewrite)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string" && inner.startsWith(definitionPrefix)
        ? [
            key,
            schemaPrefix +
              nameOf(
                decodeURIComponent(inner.slice(definitionPrefix.length))
                  .replaceAll("~1", "/")
                  .replaceAll("~0", "~")
              )
          ]
        : [key, rewrite(inner)]
    )
  )
}

/** Collects schemas; two that share a name must be the same. */
export const collector = () => {
  const components = new Map<string, Json>()

  const define = (name: string, schema: Json): void => {
    const before = components.get(name)
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema)) {
      throw new Error(`two schemas are called ${name}`)
    }
    components.set(name, schema)
  }

  const addDefinitions = (definitions: Readonly<Record<string, Json>>): void => {
    for (const [definition, content] of Object.entries(definitions)) {
      const name = nameOf(definition)
      define(name, known[name] ?? (rewrite(content) as Json))
    }
  }

  /** The JSON Schema of what is sent; what it refers to is kept. */
  const add = (schema: Schema.Constraint): Json => {
    const document = Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" })
    addDefinitions(document.definitions)
    return rewrite(document.schema) as Json
  }

  /** As `add`, the outermost schema being told in full and not kept under its name. */
  const inline = (schema: Schema.Constraint): Json => {
    const { definitions, schema: outer } = Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" })
    const name = typeof outer["$ref"] === "string" ? outer["$ref"].slice(definitionPrefix.length) : undefined
    if (name === undefined) return add(schema)
    const { [name]: content, ...others } = definitions
    addDefinitions(others)
    return rewrite(content) as Json
  }

  const resolve = (reference: string): Json => {
    const found = components.get(reference.slice(schemaPrefix.length))
    if (found === undefined) throw new Error(`${reference} is not defined`)
    return found
  }

  return {
    add,
    inline,
    define,
    resolve,
    all: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
export type Collector = ReturnType<typeof collector>

const propertiesOf = (schema: Json) => (schema["properties"] ?? {}) as Readonly<Record<string, Json>>

/** A struct, or a choice of structs, without some of its fields; undefined when none is left. */
export const without = (
  schema: Json,
  names: ReadonlySet<string>,
  resolve: Collector["resolve"]
): Json | undefined => {
  if (typeof schema["$ref"] === "string")
    return names.size === 0 ? schema : without(resolve(schema["$ref"]), names, resolve)
  const key = "anyOf" in schema ? "anyOf" : "oneOf" in schema ? "oneOf" : undefined
  if (key !== undefined) {
    const choices = (schema[key] as ReadonlyArray<Json>).flatMap((one) => without(one, names, resolve) ?? [])
    return { ...schema, [key]: choices }
  }
  const properties = Object.fromEntries(
    Object.entries(propertiesOf(schema)).filter(([name]) => !names.has(name))
  )
  if (Object.keys(properties).length === 0) return undefined
  const { required: _, ...rest } = schema
  const required = ((schema["required"] ?? []) as ReadonlyArray<string>).filter((name) => !names.has(name))
  return { ...rest, properties, ...(required.length > 0 && { required }) }
}

/** One field of a struct, or of the first choice that has it. */
export const propertyOf = (schema: Json, name: string, resolve: Collector["resolve"]): Json | undefined => {
  if (typeof schema["$ref"] === "string") return propertyOf(resolve(schema["$ref"]), name, resolve)
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as ReadonlyArray<Json> | undefined
  if (choices === undefined) return propertiesOf(schema)[name]
  for (const choice of choices) {
    const found = propertyOf(choice, name, resolve)
    if (found !== undefined) return found
  }
  return undefined
}
