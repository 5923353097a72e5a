/** One use case called over HTTP: its input spread over a request, its answer or refusal read from the response. */
import {
  type Actor,
  CurrentActor,
  Forbidden,
  IdempotencyKey,
  Invalid,
  refusalSchema,
  SignInRequired,
  Unavailable
} from "@lyceum/core/shared"
import { Data, Effect, Option, Result, Schema } from "effect"
import { parametersOf, type Route } from "./endpoint.ts"
import { isEmptyStruct, versionField } from "./shape.ts"

export interface ClientOptions {
  /** Where the application is, with the path it is mounted at: `https://school.example/learn`. */
  readonly baseUrl: string
  /** The token or API key of whom a call is made for; none for visitors. */
  readonly credentials?: (actor: Actor) => Effect.Effect<Option.Option<string>>
  /** In place of the runtime's own: for tests, proxies or retries. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** The server answered what no use case answers: a bug on one of the two sides, so a defect. */
export class UnexpectedAnswer extends Data.TaggedError("UnexpectedAnswer")<{
  readonly operation: string
  readonly status: number
  readonly code: string | undefined
  readonly requestId: string | undefined
}> {}

type Json = Readonly<Record<string, unknown>>

interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The query of a GET: text, and lists repeated. */
const queryOf = (fields: ReadonlyArray<readonly [string, unknown]>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of fields) for (const one of [value].flat()) query.append(name, String(one))
  return query.size === 0 ? "" : `?${query.toString()}`
}

/** How an input is spread over path, query or body, and headers. */
const senderOf = (route: Route) => {
  const { endpoint, operation } = route
  const isGet = endpoint.method === "GET"
  const codec = isGet ? Schema.toCodecStringTree(operation.input) : Schema.toCodecJson(operation.input)
  const encode = Schema.encodeUnknownResult(codec as Schema.Codec<unknown, Json>)
  const inPath = new Set(parametersOf(endpoint.path))
  const version = versionField(route)?.name
  return (input: unknown): Result.Result<Sent, Invalid> =>
    Result.map(Result.mapError(encode(input), Invalid.from), (fields) => {
      const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
        encodeURIComponent(String(fields[name]))
      )
      const rest = Object.entries(fields).filter(
        ([name, value]) => !inPath.has(name) && name !== version && value !== undefined
      )
      if (isGet) return { path: path + queryOf(rest), headers: {}, body: undefined }
      const stated = version === undefined ? undefined : (fields[version] as number | undefined)
      const headers = {
        ...(rest.length > 0 && { "content-type": "application/json" }),
        ...(stated !== undefined && { "if-match": `"v${stated}"` })
      }
      return { path, headers, body: rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : undefined }
    })
}

const server = "The server"
const unreachable = new Unavailable({ what: server })

interface Problem {
  readonly code?: string
  readonly requestId?: string
  readonly errors?: unknown
  readonly data?: { readonly retryAfterSeconds?: number }
}

/** What the door refuses by itself, as the refusal that comes nearest. */
const ofTheDoor = ({ code, data }: Problem) => {
  switch (code) {
    case "http.bad_token":
      return new SignInRequired()
    case "http.out_of_scope":
      return new Forbidden({ needs: "an API key made for this operation" })
    case "http.rate_limited":
    case "http.overloaded":
    case "http.timed_out":
    case "http.storage_unavailable":
      return data?.retryAfterSeconds === undefined
        ? unreachable
        : new Unavailable({ what: server, retryAfterSeconds: data.retryAfterSeconds })
    default:
      return undefined
  }
}

/** How the answers of a route are read: the answer itself, a refusal of the use case, or a defect. */
const readerOf = ({ operation }: Route) => {
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(operation.output))
  const decodeRefusal = Schema.decodeUnknownOption(Schema.toCodecJson(refusalSchema(operation)))
  const isEmpty = isEmptyStruct(operation.output)
  return Effect.fnUntraced(function* ({ json, status }: { readonly status: number; readonly json: unknown }) {
    if (status < 400) return yield* Effect.orDie(decode(isEmpty ? {} : json))
    const problem = (json ?? {}) as Problem
    const refusal = decodeRefusal({
      ...problem.data,
      ...(problem.errors !== undefined && { issues: problem.errors }),
      _tag: problem.code
    })
    const known = Option.getOrUndefined(refusal) ?? ofTheDoor(problem)
    if (known !== undefined) return yield* Effect.fail(known as { readonly _tag: string })
    const { code, requestId } = problem
    return yield* Effect.die(new UnexpectedAnswer({ operation: operation.name, status, code, requestId }))
  })
}

/** Sends one request; what does not come back is `Unavailable`. */
const sendWith = ({ baseUrl, credentials, fetch: send = fetch }: ClientOptions) => {
  const base = baseUrl.replace(/\/+$/, "")
  return Effect.fnUntraced(function* (method: string, { body, headers, path }: Sent) {
    const token = credentials === undefined ? Option.none() : yield* credentials(yield* CurrentActor)
    const all = {
      accept: "application/json",
      ...headers,
      ...(Option.isSome(token) && { authorization: `Bearer ${token.value}` })
    }
    return yield* Effect.tryPromise({
      try: async (signal) => {
        const response = await send(base + path, {
          method,
          headers: all,
          signal,
          ...(body !== undefined && { body })
        })
        const text = await response.text()
        return { status: response.status, json: text === "" ? undefined : (JSON.parse(text) as unknown) }
      },
      catch: () => unreachable
    })
  })
}

/** Makes the function that a route is to a client. */
export const callerOf = (
  options: ClientOptions
): ((route: Route) => (input: unknown) => Effect.Effect<unknown, unknown, CurrentActor>) => {
  const send = sendWith(options)
  return (route) => callOf(route, send)
}

const callOf = (route: Route, send: ReturnType<typeof sendWith>) => {
  const spread = senderOf(route)
  const read = readerOf(route)
  return Effect.fn(`client ${route.operation.name}`)(function* (input: unknown) {
    const key = route.operation.kind === "command" ? yield* IdempotencyKey : Option.none<string>()
    const sent = yield* Effect.fromResult(spread(input))
    const headers = Option.isSome(key) ? { ...sent.headers, "idempotency-key": key.value } : sent.headers
    return yield* read(yield* send(route.endpoint.method, { ...sent, headers }))
  })
}
