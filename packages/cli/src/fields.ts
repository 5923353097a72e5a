/** Flags and arguments from the fields of a use case's input, so that the two never differ. */
import { Effect, Option, Schema } from "effect"
import { Argument, Flag } from "effect/cli"
import { CliFailure } from "./failure.ts"
import { glossary } from "./glossary.ts"
import { kebab } from "./names.ts"

/** What a field looks like on the command line, read off its JSON Schema. */
type Shape =
  | { readonly kind: "int" | "number" | "boolean" | "json" | "texts" }
  | { readonly kind: "text"; readonly format: string }
  | { readonly kind: "choice"; readonly choices: ReadonlyArray<string> }

interface JsonSchema {
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly const?: unknown
  readonly items?: JsonSchema
  readonly $ref?: string
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly format?: string
}

interface Definitions {
  readonly [name: string]: JsonSchema
}

const nameOf = ({ $ref }: JsonSchema): string | undefined => $ref?.split("/").at(-1)

/** How a text is to be written, as its help says it. */
const formatOf = (schema: JsonSchema, name: string | undefined): string =>
  name === "InstantEncoded"
    ? "instant"
    : [schema, ...(schema.allOf ?? [])].some(({ format }) => format === "uuid")
      ? "uuid"
      : "text"

const shapeOf = (schema: JsonSchema, definitions: Definitions): Shape => {
  const name = nameOf(schema)
  const resolved = name === undefined ? schema : (definitions[name] ?? schema)
  if (resolved.enum?.every((one) => typeof one === "string") === true)
    return { kind: "choice", choices: resolved.enum as Array<string> }
  const alternatives = resolved.anyOf?.map((one) => shapeOf(one, definitions).kind)
  if (alternatives?.every((kind) => kind === "text" || kind === "choice") === true)
    return { kind: "text", format: "text" }
  switch (resolved.type) {
    case "string":
      return { kind: "text", format: formatOf(resolved, name) }
    case "integer":
      return { kind: "int" }
    case "number":
      return { kind: "number" }
    case "boolean":
      return { kind: "boolean" }
    case "array": {
      const items = resolved.items === undefined ? undefined : shapeOf(resolved.items, definitions)
      return { kind: items?.kind === "text" || items?.kind === "choice" ? "texts" : "json" }
    }
    default:
      return { kind: "json" }
  }
}

const parseJson = (name: string) => (text: string) =>
  Effect.try({
    try: () => JSON.parse(text) as unknown,
    catch: () => new CliFailure({ message: `--${name} must be JSON`, exitCode: 2 })
  })

const flagOf = (name: string, shape: Shape): Flag.Flag<Option.Option<unknown>> => {
  switch (shape.kind) {
    case "text":
      return Flag.optional(Flag.withMetavar(Flag.String(name), shape.format))
    case "choice":
      return Flag.optional(Flag.Literals(name, shape.choices as Array<string>))
    case "int":
      return Flag.optional(Flag.Int(name))
    case "number":
      return Flag.optional(Flag.Finite(name))
    case "boolean":
      return Flag.optional(Flag.Boolean(name))
    case "texts":
      return Flag.atLeast(Flag.String(name), 0).pipe(
        Flag.map((all) => (all.length === 0 ? Option.none() : Option.some(all)))
      )
    case "json":
      return Flag.optional(Flag.withMetavar(Flag.String(name), "json"))
  }
}

/** What stands for a value in an example. */
const sampleOf = (name: string, shape: Shape): string => {
  switch (shape.kind) {
    case "choice":
      return shape.choices[0] ?? ""
    case "int":
    case "number":
      return "1"
    case "json":
      return "'[…]'"
    default:
      return shape.kind === "text" && shape.format === "instant"
        ? "2027-01-01T00:00:00Z"
        : name.toUpperCase().replaceAll("-", "_")
  }
}

/** Where an argument stands among the arguments; flags come after them. */
const rank = (positional: ReadonlyArray<string>, field: string): number =>
  positional.includes(field) ? positional.indexOf(field) : positional.length

/** The fields of an input as params, and the way back from what was parsed to the input's JSON. */
export const paramsOf = (
  input: Schema.Codec<any, any>,
  positional: ReadonlyArray<string>,
  meanings: Readonly<Record<string, string>> = {}
) => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(input) as unknown as {
    readonly schema: {
      readonly properties?: Readonly<Record<string, JsonSchema>>
      readonly $ref?: string
      readonly required?: ReadonlyArray<string>
    }
    readonly definitions: Definitions
  }
  const name = nameOf(schema)
  const object = name === undefined ? schema : (definitions[name] as typeof schema)
  const required = new Set(object.required)
  const shapes = Object.entries(object.properties ?? {}).map(
    ([field, property]) => [field, kebab(field), shapeOf(property, definitions)] as const
  )
  const fieldNames = shapes.map(([field]) => field)
  const unknown = positional.find((field) => !fieldNames.includes(field))
  // A bug of ours, seen as soon as the program starts and not when somebody misses the argument.
  if (unknown !== undefined) throw new Error(`${unknown} is no field of this input: ${fieldNames.join(", ")}`)
  const meaningOf = (field: string, shape: Shape): string => {
    const meaning = meanings[field] ?? glossary[field]
    // A bug of ours: seen by whoever adds a field, not by whoever asks for help.
    if (meaning === undefined) throw new Error(`${field} means nothing in the glossary`)
    const further = [
      ...(required.has(field) && !positional.includes(field) ? ["required"] : []),
      ...(shape.kind === "text" && shape.format === "instant" ? ["as in 2027-01-01T00:00:00Z"] : []),
      ...(shape.kind === "texts" ? ["may be given several times"] : [])
    ]
    return further.length === 0 ? meaning : `${meaning} (${further.join(", ")})`
  }
  const paramOf = ([field, name, shape]: (typeof shapes)[number]) => {
    const meaning = meaningOf(field, shape)
    if (!positional.includes(field)) return Flag.withDescription(flagOf(name, shape), meaning)
    const argument = Argument.withDescription(Argument.String(name), meaning)
    return required.has(field) ? Argument.map(argument, Option.some<unknown>) : Argument.optional(argument)
  }
  // Arguments are taken in the order in which they stand here.
  const ordered = [...shapes].sort(([a], [b]) => rank(positional, a) - rank(positional, b))
  const params = Object.fromEntries(ordered.map((shape) => [shape[0], paramOf(shape)]))
  const sample = ordered
    .filter(([field]) => positional.includes(field) || required.has(field))
    .map(([field, flag, shape]) => {
      if (!positional.includes(field))
        return shape.kind === "boolean" ? `--${flag}` : `--${flag} ${sampleOf(flag, shape)}`
      return required.has(field) ? sampleOf(flag, shape) : `[${sampleOf(flag, shape)}]`
    })
  const toJson = Effect.fnUntraced(function* (parsed: Readonly<Record<string, Option.Option<unknown>>>) {
    const json: Record<string, unknown> = {}
    for (const [field, name, shape] of shapes) {
      const value = parsed[field]
      if (value === undefined || Option.isNone(value)) continue
      json[field] = shape.kind === "json" ? yield* parseJson(name)(String(value.value)) : value.value
    }
    return json
  })
  return { params, sample, toJson }
}
