/** From a request to the input of a use case: path, query or body, and version, decoded strictly. Source: API-1, KER-14. */
import { Invalid, type FieldIssue, type Operation, strictly } from "@lyceum/core/shared"
import { Result, Schema } from "effect"
import { type Endpoint, parametersOf } from "./endpoint.ts"
import { isStorable, parseJson } from "./json.ts"
import { Refused } from "./problem.ts"
import { fieldsOf, versionField } from "./shape.ts"

/** The parts of a request that an input is made of. */
export interface Received {
  readonly params: Readonly<Record<string, string>>
  /** What follows the question mark. */
  readonly query: string
  readonly body: string
  readonly ifMatch: string | null
}

export type Decode = (received: Received) => Result.Result<unknown, Invalid | Refused>

type Tree = Record<string, unknown>

const malformedUrl = () => Result.fail(new Refused({ code: "http.malformed_url" }))

/** What an address says, percent signs resolved; undefined for what is not text that can be stored. */
const unescape = (text: string): string | undefined => {
  try {
    const plain = decodeURIComponent(text.replaceAll("+", " "))
    return isStorable(plain) ? plain : undefined
  } catch {
    return undefined
  }
}

/** The parameters of a query, in order. */
const pairsOf = (query: string): Result.Result<ReadonlyArray<readonly [string, string]>, Refused> => {
  const pairs: Array<readonly [string, string]> = []
  for (const part of query.split("&")) {
    if (part === "") continue
    const equals = part.indexOf("=")
    const name = unescape(equals === -1 ? part : part.slice(0, equals))
    const value = unescape(equals === -1 ? "" : part.slice(equals + 1))
    if (name === undefined || value === undefined) return malformedUrl()
    pairs.push([name, value])
  }
  return Result.succeed(pairs)
}

/** Some issues of our own, and those of the decoder about other fields. */
const withOwn = (own: ReadonlyArray<FieldIssue>, decoded: Result.Result<unknown, Schema.SchemaError>) => {
  if (own.length === 0) return Result.mapError(decoded, Invalid.from)
  const ours = new Set(own.map(({ path }) => path[0]))
  const others = Result.isFailure(decoded)
    ? Invalid.from(decoded.failure).issues.filter(({ path }) => !ours.has(path[0]))
    : []
  return Result.fail(new Invalid({ issues: [...own, ...others] }))
}

/** A GET: everything is in the address. */
const fromAddress = ({ input }: Operation): Decode => {
  const decode = Schema.decodeUnknownResult(Schema.toCodecStringTree(input), strictly)
  const lists = new Set(fieldsOf(input).flatMap(({ kind, name }) => (kind === "list" ? [name] : [])))
  return ({ params, query }) => {
    const pairs = pairsOf(query)
    if (Result.isFailure(pairs)) return Result.fail(pairs.failure)
    const own: Array<FieldIssue> = []
    const given = new Map<string, string | Array<string>>(Object.entries(params))
    for (const [name, value] of pairs.success) {
      const before = given.get(name)
      if (Array.isArray(before)) before.push(value)
      else if (before !== undefined)
        own.push({ path: [name], message: name in params ? "stands in the path" : "is given twice" })
      else given.set(name, lists.has(name) ? [value] : value)
    }
    return withOwn(own, decode(Object.fromEntries(given)))
  }
}

/** `"v3"`, or what our ETags make of it: `"v3-…"`. */
const versionPattern = /^(?:W\/)?"v(\d{1,9})(?:-[\w-]+)?"$/

/** The version that an `If-Match` header names. */
const versionOf = (ifMatch: string | null, required: boolean): Result.Result<number | undefined, Refused> => {
  if (ifMatch === null || ifMatch.trim() === "*") {
    return required ? Result.fail(new Refused({ code: "http.version_required" })) : Result.succeed(undefined)
  }
  const version = versionPattern.exec(ifMatch.trim())?.[1]
  return version === undefined
    ? Result.fail(new Refused({ code: "http.malformed_header", data: { header: "If-Match" } }))
    : Result.succeed(Number(version))
}

const isObject = (value: unknown): value is Tree =>
  value !== null && typeof value === "object" && !Array.isArray(value)

/** Any other method: path and body make one object, and the version comes from `If-Match`. */
const fromBody = (operation: Operation): Decode => {
  const decode = Schema.decodeUnknownResult(Schema.toCodecJson(operation.input), strictly)
  const version = versionField({ operation })
  return ({ body, ifMatch, params, query }) => {
    const parsed = body === "" ? Result.succeed({}) : parseJson(body)
    if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
    const stated = version === undefined ? Result.succeed(undefined) : versionOf(ifMatch, version.required)
    if (Result.isFailure(stated)) return Result.fail(stated.failure)
    const pairs = pairsOf(query)
    if (Result.isFailure(pairs)) return Result.fail(pairs.failure)
    const elsewhere: Tree = { ...params, ...(stated.success !== undefined && { version: stated.success }) }
    const own: ReadonlyArray<FieldIssue> = [
      ...pairs.success.map(([name]) => ({ path: [name], message: "does not belong in the query" })),
      ...(isObject(parsed.success) ? Object.keys(parsed.success) : [])
        .filter((name) => name in elsewhere)
        .map((name) => ({
          path: [name],
          message: name === "version" ? "is told by If-Match" : "stands in the path"
        }))
    ]
    return withOwn(
      own,
      decode(isObject(parsed.success) ? { ...parsed.success, ...elsewhere } : parsed.success)
    )
  }
}

/**
 * How an endpoint's requests are decoded. Throws for a route that cannot work: a path parameter that is no field, or a
 * GET whose input does not fit into an address.
 */
export const inputOf = (operation: Operation, { method, path }: Endpoint): Decode => {
  const fields = new Map(fieldsOf(operation.input).map((field) => [field.name, field]))
  for (const parameter of parametersOf(path)) {
    if (fields.get(parameter)?.kind !== "text")
      throw new Error(`${operation.name}: ${path} has :${parameter}, the input has not`)
  }
  if (method !== "GET") return fromBody(operation)
  for (const { kind, name } of fields.values()) {
    if (kind === "tree") throw new Error(`${operation.name}: ${name} does not fit into an address; use POST`)
  }
  return fromAddress(operation)
}
