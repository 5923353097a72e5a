/** The OpenAPI 3.1 document, made from the same definitions as the routes. Source: API-1. */
import { type Endpoint, parametersOf, type Route } from "./endpoint.ts"
import { exampleOf } from "./example.ts"
import type { HttpOptions } from "./options.ts"
import { codesOf, problemComponents, responseRefs } from "./problems.ts"
import { nouns } from "./routes/index.ts"
import { type Collector, collector, type Json, propertyOf, without } from "./schemas.ts"
import { fieldsOf, isEmptyStruct, versionField } from "./shape.ts"

const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` })
const header = (name: string) => ({ $ref: `#/components/headers/${name}` })

const parameters = {
  idempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "The same key with the same input answers the first answer again, for 24 hours, without a second effect.",
    schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
    example: "0193a5f0-7c00-7000-8000-00000000000a"
  },
  ifMatch: {
    name: "If-Match",
    in: "header",
    required: true,
    description: "The version that is being changed: the ETag of what was read.",
    schema: { type: "string", pattern: '^(W/)?"v[0-9]{1,9}(-[A-Za-z0-9_-]+)?"$' },
    example: '"v3"'
  },
  ifMatchOptional: {
    name: "If-Match",
    in: "header",
    description: "The version that is being changed, to be refused when somebody else changed it meanwhile.",
    schema: { type: "string", pattern: '^(W/)?"v[0-9]{1,9}(-[A-Za-z0-9_-]+)?"$' },
    example: '"v3"'
  },
  ifNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description:
      "The ETag of the answer that the client has; when it is still the answer, 304 comes without a body.",
    schema: { type: "string" },
    example: '"v3-J8qKx0r1uQm2f7yWc5tLbN4dPzE"'
  },
  viewAs: {
    name: "X-View-As",
    in: "header",
    description:
      "Answers as to this user, whom the caller views as since less than half an hour (POST /v1/users/{userId}/viewings).",
    schema: { type: "string", format: "uuid" },
    example: "0193a5f0-7c00-7000-8000-0000000000b2"
  },
  acceptLanguage: {
    name: "Accept-Language",
    in: "header",
    description: "The language of problems: English or French.",
    schema: { type: "string" },
    example: "fr"
  }
}

const text = (description: string) => ({ description, schema: { type: "string" } })
const headers = {
  etag: text("What this answer is known by."),
  link: text('The next page of a list: `<…>; rel="next"`; absent on the last one.'),
  location: text("Where what was made can be read."),
  rateLimit: text('What is left of the allowance: `"requests";r=599;t=60`.'),
  rateLimitPolicy: text('The allowance: `"requests";q=600;w=60`.'),
  requestId: text("Names this request in the logs."),
  viewingAs: text("The user whose eyes this was answered for, when `X-View-As` asked for it.")
}

const securitySchemes = {
  token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A user's token, with the claims `sub` and `role`."
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "The API key of a service (`lyc_…`); it holds for the operations it was made for."
  }
}

/** Whether visitors may ask: queries decide for themselves, commands say so. */
const securityOf = ({ operation }: Route) =>
  operation.kind === "query" || operation.admits === "anonymous"
    ? [{ token: [] }, { apiKey: [] }, {}]
    : [{ token: [] }, { apiKey: [] }]

const ifMatchOf = (route: Route) => {
  const version = versionField(route)
  return version === undefined ? [] : [parameter(version.required ? "ifMatch" : "ifMatchOptional")]
}

const takesViewAs = ({ method, ownerOnly }: Endpoint) => method === "GET" && ownerOnly !== true

const sentParameters = (route: Route, input: Json, { resolve }: Collector) => {
  const { endpoint, operation } = route
  const inPath = parametersOf(endpoint.path)
  const described = (name: string, place: "path" | "query", required: boolean) => {
    const schema = propertyOf(input, name, resolve) ?? {}
    return { name, in: place, required, schema, example: exampleOf(schema, resolve, name) }
  }
  const inQuery =
    endpoint.method === "GET" ? fieldsOf(operation.input).filter(({ name }) => !inPath.includes(name)) : []
  return [
    ...inPath.map((name) => described(name, "path", true)),
    ...inQuery.map(({ name, required }) => described(name, "query", required)),
    ...(endpoint.method === "GET" ? [parameter("ifNoneMatch")] : []),
    ...(takesViewAs(endpoint) ? [parameter("viewAs")] : []),
    ...(operation.kind === "command" ? [parameter("idempotencyKey")] : []),
    ...ifMatchOf(route),
    parameter("acceptLanguage")
  ]
}

/** The fields of an input that stand in the path or in a header, not in the body. */
const outsideBody = (route: Route): ReadonlySet<string> =>
  new Set([...parametersOf(route.endpoint.path), ...(versionField(route) === undefined ? [] : ["version"])])

const bodyOf = (route: Route, input: Json, { resolve }: Collector) => {
  if (route.endpoint.method === "GET") return undefined
  const elsewhere = outsideBody(route)
  const schema = without(input, elsewhere, resolve)
  if (schema === undefined) return undefined
  const required = fieldsOf(route.operation.input).some(
    (field) => field.required && !elsewhere.has(field.name)
  )
  return { required, content: { "application/json": { schema, example: exampleOf(schema, resolve) } } }
}

const successOf = ({ endpoint, operation }: Route, { add, resolve }: Collector) => {
  const always = {
    "X-Request-Id": header("requestId"),
    RateLimit: header("rateLimit"),
    "RateLimit-Policy": header("rateLimitPolicy")
  }
  if (isEmptyStruct(operation.output)) return { 204: { description: "Done.", headers: always } }
  const schema = add(operation.output)
  const names = new Set(fieldsOf(operation.output).map(({ name }) => name))
  const answer = {
    description: endpoint.creates === undefined ? "The answer." : "Made.",
    headers: {
      ...always,
      ...((endpoint.method === "GET" || names.has("version") || endpoint.version !== undefined) && {
        ETag: header("etag")
      }),
      ...(takesViewAs(endpoint) && { "X-Viewing-As": header("viewingAs") }),
      ...(names.has("next") && endpoint.method === "GET" && { Link: header("link") }),
      ...(typeof endpoint.creates === "string" && { Location: header("location") })
    },
    content: { "application/json": { schema, example: exampleOf(schema, resolve) } }
  }
  return endpoint.method === "GET"
    ? {
        200: answer,
        304: { description: "What the client has is still the answer.", headers: { ETag: header("etag") } }
      }
    : { [endpoint.creates === undefined ? 200 : 201]: answer }
}

const operationOf = (route: Route, collected: Collector) => {
  const { endpoint, operation } = route
  // An input that is sent in one piece has a name of its own.
  const isWhole = endpoint.method !== "GET" && outsideBody(route).size === 0
  const input = isWhole ? collected.add(operation.input) : collected.inline(operation.input)
  const body = bodyOf(route, input, collected)
  return {
    operationId: operation.name,
    summary: endpoint.about,
    tags: [operation.name.split(".")[0]!],
    security: securityOf(route),
    parameters: sentParameters(route, input, collected),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...successOf(route, collected), ...responseRefs(codesOf(route)) }
  }
}

/** The shared parameters that some route has. */
const usedIn = (paths: Json) => {
  const text = JSON.stringify(paths)
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => text.includes(`/parameters/${name}"`))
  )
}

/** `/v1/flags/:key` as OpenAPI writes it. */
const templateOf = ({ path }: Endpoint): string => path.replaceAll(/:([A-Za-z]+)/g, "{$1}")

export const openApiOf = (
  routes: ReadonlyArray<Route>,
  { document = {}, problemBase }: HttpOptions
): Json => {
  const collected = collector()
  problemComponents(routes, collected, problemBase ?? "urn:lyceum:problem:")
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of [...routes].sort((a, b) =>
    templateOf(a.endpoint) < templateOf(b.endpoint) ? -1 : 1
  )) {
    const path = (paths[templateOf(route.endpoint)] ??= {})
    path[route.endpoint.method.toLowerCase()] = operationOf(route, collected)
  }
  return {
    openapi: "3.1.0",
    info: {
      title: document.title ?? "Lyceum",
      version: document.version ?? "0.0.0",
      description:
        "The rules of a paid learning platform. Errors are problem+json with a stable `code`, in English or French.",
      license: { name: "MIT", identifier: "MIT" }
    },
    servers: (document.servers ?? ["/"]).map((url) => ({ url })),
    tags: Object.entries(nouns).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: collected.all(), parameters: usedIn(paths), headers, securitySchemes }
  }
}
