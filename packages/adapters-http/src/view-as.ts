/** Reads that are answered as to somebody else: the `X-View-As` header. Source: KER-26. */
import { type Actor, user, UserId } from "@lyceum/core/shared"
import { Effect, Schema } from "effect"
import type { Edge, Exchange } from "./edge.ts"
import type { Endpoint } from "./endpoint.ts"
import { Refused } from "./problem.ts"

const isUserId = Schema.is(UserId)

/** Whose eyes answer a request: the caller's, or those that the header names; the response says whose. */
export const viewerOf = (edge: Edge, exchange: Exchange, endpoint: Endpoint) =>
  Effect.fnUntraced(function* (caller: Actor): Effect.fn.Return<Actor, Refused> {
    const viewed = exchange.request.headers.get("x-view-as")
    if (viewed === null) return caller
    if (endpoint.method !== "GET") return yield* new Refused({ code: "http.view_as_reads_only" })
    if (endpoint.ownerOnly === true) return yield* new Refused({ code: "http.view_as_owner_only" })
    if (!isUserId(viewed))
      return yield* new Refused({ code: "http.malformed_header", data: { header: "X-View-As" } })
    if (!(yield* edge.viewAs.check(caller, viewed)))
      return yield* new Refused({ code: "http.view_as_not_open" })
    exchange.headers = { ...exchange.headers, "x-viewing-as": viewed }
    return user(viewed)
  })
