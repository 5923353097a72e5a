/** One request to a use case: who asks, how much, what, and what came of it. */
import {
  type Actor,
  type Client,
  CurrentActor,
  CurrentClient,
  IdempotencyKey,
  IdempotencyKeyText,
  refusalSchema,
  StorageUnavailable
} from "@lyceum/core/shared"
import { Cause, Effect, Option, Schema } from "effect"
import type { Context as HonoContext } from "hono"
import { isJson, readBody } from "./body.ts"
import type { Caller } from "./caller.ts"
import { type Edge, type Exchange, responder } from "./edge.ts"
import type { Route } from "./endpoint.ts"
import { inputOf, type Received } from "./input.ts"
import { outputOf } from "./output.ts"
import { type Answer, isRefusal, Refused, tellRefusal, tellRefused } from "./problem.ts"
import { viewerOf } from "./view-as.ts"

/** What an address that is not known is counted as: all of them together. */
export const byAddress = ({ addressHash }: Client): string => `address ${addressHash ?? "unknown"}`

/** Tells who is calling, and takes the request from their allowance. Wrong credentials are counted by address. */
const admit = Effect.fnUntraced(function* (
  edge: Edge,
  exchange: Exchange,
  { byAddress: limited, writes }: { readonly writes: boolean; readonly byAddress?: true | undefined }
) {
  const identified = yield* Effect.result(edge.identify(exchange.request))
  const caller: Caller | undefined = identified._tag === "Success" ? identified.success : undefined
  const client =
    caller?.countedAs === undefined || writes || limited === true ? yield* edge.origin(exchange.c) : {}
  exchange.headers = yield* edge.charge({
    countedAs: caller?.countedAs ?? byAddress(client),
    anonymous: caller?.countedAs === undefined,
    writes
  })
  return identified._tag === "Success"
    ? { caller: identified.success, client }
    : yield* Effect.fail(identified.failure)
})

const body = Effect.fnUntraced(function* (
  { limits }: Edge,
  request: Request,
  { import: large }: { readonly import?: true }
) {
  const { headers } = request
  const encoding = headers.get("content-encoding")
  const unread = encoding !== null && encoding.toLowerCase() !== "identity"
  const text = unread ? "" : yield* readBody(request, large === true ? limits.importBytes : limits.bodyBytes)
  return unread || (text !== "" && !isJson(headers.get("content-type")))
    ? yield* new Refused({ code: "http.unsupported_media_type" })
    : text
})

const malformed = (header: string) => new Refused({ code: "http.malformed_header", data: { header } })
const isIdempotencyKey = Schema.is(IdempotencyKeyText)

const idempotencyKeyOf = (request: Request): Effect.Effect<Option.Option<string>, Refused> => {
  const key = request.headers.get("idempotency-key")
  if (key === null) return Effect.succeedNone
  return isIdempotencyKey(key) ? Effect.succeedSome(key) : Effect.fail(malformed("Idempotency-Key"))
}

/** Whether the percent signs of a path mean anything. */
const isReadable = (pathname: string): boolean => {
  try {
    return !decodeURIComponent(pathname).includes("\0")
  } catch {
    return false
  }
}

const received = Effect.fnUntraced(function* (edge: Edge, { c, request }: Exchange, { endpoint }: Route) {
  const [address = "", query = ""] = splitOnce(request.url, "?")
  if (address.includes("%") && !isReadable(address)) return yield* new Refused({ code: "http.malformed_url" })
  return {
    params: c.req.param(),
    query: query.split("#", 1)[0]!,
    body: endpoint.method === "GET" ? "" : yield* body(edge, request, endpoint),
    ifMatch: request.headers.get("if-match")
  } satisfies Received
})

const splitOnce = (text: string, at: string): ReadonlyArray<string> => {
  const index = text.indexOf(at)
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

/** The names of what went wrong and the places in our code, without messages: they may quote somebody's data (PRV-7). */
const outline = (defect: unknown): unknown =>
  defect instanceof Error
    ? {
        name: defect.name,
        at: (defect.stack ?? "")
          .split("\n")
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 10)
          .map((line) => line.trim()),
        ...(defect.cause !== undefined && { cause: outline(defect.cause) })
      }
    : typeof defect

/** What is told of a use case that did not answer: its refusal, or as little as possible. */
export const tellFailure = Effect.fnUntraced(function* (
  cause: Cause.Cause<unknown>,
  { scope }: Exchange,
  encode: (refusal: unknown) => Readonly<Record<string, unknown>>
) {
  if (Cause.hasInterruptsOnly(cause)) return yield* Effect.interrupt
  const error = Cause.squash(cause)
  if (error instanceof Refused) return tellRefused(error, scope)
  if (!Cause.hasDies(cause) && isRefusal(error))
    return tellRefusal({ refusal: error, json: encode(error) }, scope)
  if (error instanceof StorageUnavailable) {
    yield* Effect.logWarning("the storage is not available", { why: error.why })
    return tellRefused(
      new Refused({ code: "http.storage_unavailable", data: { retryAfterSeconds: error.retryAfterSeconds } }),
      scope
    )
  }
  yield* Effect.logError("a defect", outline(error))
  yield* Effect.logDebug("the defect in full", cause)
  return tellRefused(new Refused({ code: "http.internal_error" }), scope)
})

/** What a use case is, its types forgotten. */
export type UseCase = (input: unknown) => Effect.Effect<unknown, unknown, CurrentActor>

export const provided = <A, E>(
  use: Effect.Effect<A, E, CurrentActor>,
  {
    actor,
    client,
    key
  }: { readonly actor: Actor; readonly client: Client; readonly key: Option.Option<string> }
): Effect.Effect<A, E> => {
  const asked = Effect.provideService(use, CurrentActor, actor)
  const keyed = Option.isSome(key) ? Effect.provideService(asked, IdempotencyKey, key) : asked
  return client.addressHash === undefined && client.userAgent === undefined
    ? keyed
    : Effect.provideService(keyed, CurrentClient, client)
}

/** The handler of a route. */
export const handlerOf = (
  edge: Edge,
  route: Route,
  use: UseCase
): ((c: HonoContext) => Response | Promise<Response>) => {
  const { endpoint, operation } = route
  const decode = inputOf(operation, endpoint)
  // A host may know callers by whatever it likes; most likely by a cookie.
  const knownBy = "actorOf" in edge.options.authentication ? "Authorization, Cookie" : "Authorization"
  const tell = outputOf(operation, endpoint, knownBy)
  const encode = Schema.encodeSync(Schema.toCodecJson(refusalSchema(operation))) as (
    refusal: unknown
  ) => Readonly<Record<string, unknown>>
  const writes = operation.kind === "command"
  const respond = responder(edge, operation.name)

  const answer = Effect.fnUntraced(function* (exchange: Exchange) {
    const { caller, client } = yield* admit(edge, exchange, { writes, byAddress: endpoint.byAddress })
    if (caller.mayCall?.(operation.name) === false) {
      return yield* new Refused({ code: "http.out_of_scope", data: { operation: operation.name } })
    }
    const actor = yield* viewerOf(edge, exchange, endpoint)(caller.actor)
    const key = writes ? yield* idempotencyKeyOf(exchange.request) : Option.none<string>()
    const input = yield* Effect.fromResult(decode(yield* received(edge, exchange, route)))
    const output = yield* provided(use(input), { actor, client, key })
    const { headers, url } = exchange.request
    return tell(output, {
      url,
      ifNoneMatch: headers.get("if-none-match"),
      anonymous: caller.countedAs === undefined
    })
  })

  const answered = (exchange: Exchange): Effect.Effect<Answer> => {
    const told = Effect.catchCause(answer(exchange), (cause) => tellFailure(cause, exchange, encode))
    if (edge.options.tracing !== true) return told
    return Effect.withSpan(told, `${endpoint.method} ${endpoint.path}`, {
      kind: "server",
      attributes: {
        "http.request.method": endpoint.method,
        "http.route": endpoint.path,
        "lyceum.operation": operation.name
      }
    })
  }
  return (c) => respond(c, answered)
}
