/** From the answer of a use case to a response: status, caching, versions, pages. Source: API-4, API-11. */
import type { Operation } from "@lyceum/core/shared"
import { Schema } from "effect"
import { hash } from "node:crypto"
import type { Endpoint } from "./endpoint.ts"
import type { Answer } from "./problem.ts"
import { fieldsOf, isEmptyStruct } from "./shape.ts"

/** What of a request decides how its answer is sent. */
export interface Asked {
  readonly url: string
  readonly ifNoneMatch: string | null
  readonly anonymous: boolean
}

type Json = Readonly<Record<string, unknown>>

const publicly = "public, max-age=60"
const privately = "private, no-store"

/** Whether `If-None-Match` names the tag; compared weakly, as RFC 9110 asks. */
export const matches = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null &&
  (ifNoneMatch.trim() === "*" ||
    ifNoneMatch.split(",").some((one) => one.trim().replace(/^W\//, "") === etag))

/** A strong tag: the digest of the body, after the version where there is one: `"v3-…"`. */
const etagOf = (body: string, version: unknown): string => {
  const digest = hash("sha256", body, "base64url").slice(0, 27)
  return typeof version === "number" ? `"v${version}-${digest}"` : `"${digest}"`
}

/** The address of the next page: this one with the cursor replaced. */
const nextLink = (url: string, next: string): string => {
  const { pathname, searchParams } = new URL(url)
  searchParams.set("cursor", next)
  return `<${pathname}?${searchParams.toString()}>; rel="next"`
}

/** A field of an answer, by its path: `key.id`. */
const fieldOf = (json: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (value as Json | undefined)?.[name], json)

/** The address of what was made: `/v1/flags/:key` with the answer's own key, wherever the application is mounted. */
const locationOf = (
  creates: string,
  route: string,
  { json, url }: { readonly json: Json; readonly url: string }
): string => {
  const segments = new URL(url).pathname.split("/")
  const mount = segments.slice(0, segments.length - route.split("/").length + 1).join("/")
  return (
    mount +
    creates.replaceAll(/:([A-Za-z.]+)/g, (_, path: string) => encodeURIComponent(String(fieldOf(json, path))))
  )
}

const cacheControlOf = ({ method, public: isPublic }: Endpoint, { anonymous }: Asked): string =>
  method !== "GET" ? "no-store" : isPublic === true && anonymous ? publicly : privately

/** How the answers of an endpoint are sent. */
export const outputOf = (
  operation: Operation,
  endpoint: Endpoint,
  /** The headers by which callers are known: what is cached for visitors is for nobody else. */
  knownBy: string
): ((output: unknown, asked: Asked) => Answer) => {
  // What the core answers was checked where it was made; here it only takes its form for the wire.
  const encode = Schema.encodeSync(Schema.toCodecJson(operation.output), { disableChecks: true }) as (
    output: unknown
  ) => Json
  const isEmpty = isEmptyStruct(operation.output)
  const isRead = endpoint.method === "GET"
  const isPage = fieldsOf(operation.output).some(({ name }) => name === "next")
  return (output, asked) => {
    if (isEmpty) return { status: 204, body: null, headers: { "cache-control": "no-store" } }
    const json = encode(output)
    const status =
      endpoint.creates === undefined || (endpoint.ifNew !== undefined && json[endpoint.ifNew] === false)
        ? 200
        : 201
    const body = JSON.stringify(json)
    const headers: Record<string, string> = {
      "content-type": "application/json; charset=utf-8",
      "cache-control": cacheControlOf(endpoint, asked)
    }
    if (endpoint.public === true) headers["vary"] = knownBy
    const version = fieldOf(json, endpoint.version ?? "version")
    if (isRead) headers["etag"] = etagOf(body, version)
    else if (typeof version === "number") headers["etag"] = `"v${version}"`
    if (isPage && isRead && typeof json["next"] === "string")
      headers["link"] = nextLink(asked.url, json["next"])
    if (typeof endpoint.creates === "string")
      headers["location"] = locationOf(endpoint.creates, endpoint.path, { json, url: asked.url })
    if (isRead && matches(asked.ifNoneMatch, headers["etag"]!)) {
      const { "content-type": _, ...kept } = headers
      return { status: 304, body: null, headers: kept }
    }
    return { status, body, headers }
  }
}
