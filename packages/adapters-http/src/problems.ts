/** Problems in the OpenAPI document: one schema per code, and which codes a route answers with. Source: API-3. */
import { tellings } from "@lyceum/core"
import { refusalSchema } from "@lyceum/core/shared"
import { Schema, SchemaAST } from "effect"
import type { Route } from "./endpoint.ts"
import { exampleOf } from "./example.ts"
import { statusOfCode } from "./problem.ts"
import { type Collector, type Json, schemaPrefix } from "./schemas.ts"
import { type DoorCode, doorTellings, titles } from "./status.ts"
import { fieldsOf, versionField } from "./shape.ts"

const requestId = "0a1b2c3d4e5f-0001"

/** Codes by which the door may refuse whatever is asked. */
const anywhere: ReadonlyArray<DoorCode> = [
  "http.malformed_url",
  "http.malformed_header",
  "http.bad_token",
  "http.out_of_scope",
  "http.rate_limited",
  "http.headers_too_large",
  "http.internal_error",
  "http.timed_out",
  "http.overloaded",
  "http.storage_unavailable"
]
const withBody: ReadonlyArray<DoorCode> = [
  "http.malformed_json",
  "http.body_too_large",
  "http.unsupported_media_type"
]

/** The refusals of a use case, each with its code. */
const membersOf = (refusals: Schema.Constraint): ReadonlyArray<readonly [string, Schema.Constraint]> => {
  const { ast } = refusals
  const members = SchemaAST.isUnion(ast) ? ast.types : [ast]
  return members.map((member) => {
    const schema = Schema.make<Schema.Constraint>(member)
    const document = Schema.toJsonSchemaDocument(schema)
    const content =
      Object.values(document.definitions).find((one) => tagOf(one) !== undefined) ?? document.schema
    return [tagOf(content)!, schema] as const
  })
}
const tagOf = (schema: Json): string | undefined => {
  const tag = (schema["properties"] as Readonly<Record<string, Json>> | undefined)?.["_tag"]
  return tag === undefined
    ? undefined
    : ((tag["const"] ?? (tag["enum"] as ReadonlyArray<string> | undefined)?.[0]) as string)
}

/** How a route refuses who views as somebody else. */
const viewAsCode = ({ method, ownerOnly }: Route["endpoint"]): DoorCode => {
  if (method !== "GET") return "http.view_as_reads_only"
  return ownerOnly === true ? "http.view_as_owner_only" : "http.view_as_not_open"
}

/** All codes that a route may answer with. */
export const codesOf = (route: Route): ReadonlyArray<string> => [
  ...membersOf(refusalSchema(route.operation)).map(([code]) => code),
  ...anywhere,
  ...(route.endpoint.method === "GET" ? [] : withBody),
  viewAsCode(route.endpoint),
  ...(versionField(route)?.required === true ? ["http.version_required"] : [])
]

const base: Json = {
  type: "object",
  description: "An error as RFC 9457 tells it, with a stable code.",
  required: ["type", "title", "status", "code", "detail", "requestId"],
  properties: {
    type: { type: "string", format: "uri", description: "Names the kind of problem; ends with the code." },
    title: { type: "string", description: "What kind of answer this is, in the client's language." },
    status: { type: "integer" },
    code: { type: "string", description: "Never changes; what programs should look at." },
    detail: { type: "string", description: "One sentence for a person, in the client's language." },
    errors: {
      type: "array",
      description: "Every wrong field, when the input is not valid.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: {
          path: { type: "array", items: { type: ["string", "integer"] } },
          message: { type: "string" }
        }
      }
    },
    data: { type: "object", description: "What a client needs to act." },
    requestId: { type: "string", description: "Names the request in the logs." }
  }
}

interface Described {
  readonly code: string
  readonly status: number
  readonly detail: string
  readonly more: Json
  readonly example: Json
}

const schemaName = (code: string): string => `problem.${code}`

const define = (
  collected: Collector,
  problemBase: string,
  { code, detail, example, more, status }: Described
): void =>
  collected.define(schemaName(code), {
    allOf: [
      { $ref: `${schemaPrefix}Problem` },
      {
        type: "object",
        properties: {
          code: { type: "string", const: code },
          status: { type: "integer", const: status },
          ...more
        }
      }
    ],
    examples: [
      { type: problemBase + code, title: titles[status]!.en, status, code, detail, ...example, requestId }
    ]
  })

/** The data of a refusal as it is told: without its tag. */
const dataOf = (refusal: Schema.Constraint, collected: Collector) => {
  const { _tag, ...properties } = (collected.inline(refusal)["properties"] ?? {}) as Readonly<
    Record<string, Json>
  >
  const required = fieldsOf(refusal).flatMap(({ name, required }) =>
    required && name !== "_tag" ? [name] : []
  )
  return { type: "object", properties, ...(required.length > 0 && { required }) }
}

/** What a person reads of a refusal with this data. */
const detailOf = (code: string, refusal: Schema.Constraint, data: Json): string => {
  const { en } = tellings[code as keyof typeof tellings] as unknown as {
    readonly en: (refusal: unknown) => string
  }
  const decode = Schema.decodeUnknownSync(Schema.toCodecJson(refusal as Schema.Codec<unknown, unknown>))
  return en(decode({ _tag: code, ...data }))
}

const describeRefusal = (code: string, refusal: Schema.Constraint, collected: Collector): Described => {
  const schema = dataOf(refusal, collected)
  const status = statusOfCode(code)
  if ("issues" in schema.properties) {
    const issues = [{ path: ["title"], message: "Missing key" }]
    return {
      code,
      status,
      detail: detailOf(code, refusal, { issues }),
      more: {},
      example: { errors: issues }
    }
  }
  const data = exampleOf(schema, collected.resolve) as Json
  return {
    code,
    status,
    detail: detailOf(code, refusal, data),
    more: Object.keys(schema.properties).length > 0 ? { data: schema } : {},
    example: Object.keys(data).length > 0 ? { data } : {}
  }
}

/** Defines the schema of problems, and one for each code that a route answers with. */
export const problemComponents = (
  routes: ReadonlyArray<Route>,
  collected: Collector,
  problemBase: string
): void => {
  collected.define("Problem", base)
  const used = new Set(routes.flatMap(codesOf))
  for (const [code, { en, status }] of Object.entries(doorTellings)) {
    if (used.has(code)) define(collected, problemBase, { code, status, detail: en, more: {}, example: {} })
  }
  const refusals = new Map(routes.flatMap(({ operation }) => membersOf(refusalSchema(operation))))
  for (const [code, refusal] of refusals)
    define(collected, problemBase, describeRefusal(code, refusal, collected))
}

const statusOf = (code: string): number =>
  code in doorTellings ? doorTellings[code as DoorCode].status : statusOfCode(code)

/** The responses of a route that are problems: by status, with the codes of each. */
export const responseRefs = (codes: ReadonlyArray<string>): Readonly<Record<number, unknown>> => {
  const byStatus = new Map<number, ReadonlyArray<string>>()
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => {
      const schemas = some.map((code) => ({ $ref: schemaPrefix + schemaName(code) }))
      return [
        status,
        {
          description: `${titles[status]!.en}: ${some.map((code) => `\`${code}\``).join(", ")}.`,
          content: {
            "application/problem+json": { schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas } }
          }
        }
      ]
    })
  )
}
