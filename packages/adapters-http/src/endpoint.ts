/** Where a use case lives on the web: a method and a path. Everything else follows from its definition. */
import type { Methods, Operation } from "@lyceum/core/shared"
import type { Context } from "effect"

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface EndpointOptions {
  /**
   * Answers 201; with the path where what was made can be read, if there is one, its parameters taken from the answer:
   * `/v1/flags/:key`.
   */
  readonly creates?: string | true
  /** The field of the answer that tells whether it was made now: 200 when it was there before. */
  readonly ifNew?: string
  /** The field of the answer that is the version of what it tells of: `version` unless said otherwise. */
  readonly version?: string
  /** Its answer to visitors may be kept by shared caches for a minute (API-11). */
  readonly public?: true
  /** Answered to nobody who views as somebody else (KER-26). */
  readonly ownerOnly?: true
  /** Limited by the address of who asks, whoever that is: where a query comes from is told to it too (CRT-6). */
  readonly byAddress?: true
  /** Takes the larger body of an import. */
  readonly import?: true
}

export interface Endpoint extends EndpointOptions {
  readonly method: HttpMethod
  /** What it does, in one line; what the reference page lists. */
  readonly about: string
  /** Parameters are fields of the input: `/v1/flags/:key`. */
  readonly path: string
}

/** A use case that has no route, and why. */
export interface Unreachable {
  readonly unreachable: string
}

const endpoint =
  (method: HttpMethod) =>
  (path: string, about: string, options: EndpointOptions = {}): Endpoint => ({
    ...options,
    method,
    path,
    about
  })

export const get = endpoint("GET")
export const post = endpoint("POST")
export const put = endpoint("PUT")
export const patch = endpoint("PATCH")
export const del = endpoint("DELETE")

/** One use case with its place. */
export interface Route {
  readonly operation: Operation
  readonly endpoint: Endpoint
  /** The name of its method in the service. */
  readonly method: string
  readonly service: Context.Key<any, any>
}

/** The routes of one service, and the methods that have none. */
export interface ServiceRoutes<out Service> {
  readonly service: Context.Key<any, any>
  readonly routes: ReadonlyArray<Route>
  readonly unreachable: Readonly<Record<string, Unreachable>>
  /** Only for the type: the service that the routes call. */
  readonly "~service"?: Service
}
export type ServiceOf<R> = R extends ServiceRoutes<infer Service> ? Service : never

/** Gives each use case of a service its place; leaving one out does not compile. Source: API-1, API-7. */
export const routes = <Self, Ops extends Readonly<Record<string, Operation>>>(
  service: Context.Key<Self, Methods<Ops>>,
  operations: Ops,
  endpoints: { readonly [Name in keyof Ops]: Endpoint | Unreachable }
): ServiceRoutes<Self> => {
  const given = Object.entries<Endpoint | Unreachable>(endpoints)
  return {
    service,
    routes: given.flatMap(([method, endpoint]) =>
      "unreachable" in endpoint ? [] : [{ operation: operations[method]!, endpoint, method, service }]
    ),
    unreachable: Object.fromEntries(
      given.flatMap(([method, endpoint]) => ("unreachable" in endpoint ? [[method, endpoint] as const] : []))
    )
  }
}

/** The names of a path's parameters, in order. */
export const parametersOf = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/:([A-Za-z]+)/g), ([, name]) => name!)
