/** Lyceum as a Hono application: to be served, or mounted into another. Source: API-1. */
import { ViewAs } from "@lyceum/core/identity"
import { KeyVerifier } from "@lyceum/core/keys"
import { type ClientAddresses, type Network, readNetwork } from "@lyceum/core/shared"
import { Context, Effect, Option, References } from "effect"
import { SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import { RateLimiter } from "effect/persistence"
import { Hono } from "hono"
import { cors } from "hono/cors"
import { bearerOf } from "./caller.ts"
import { addCertificates } from "./certificates/add.ts"
import { type Edge, type Exchange, responder } from "./edge.ts"
import type { HttpMethod, Route } from "./endpoint.ts"
import { handlerOf, type UseCase } from "./handler.ts"
import { live, readiness } from "./health.ts"
import { identifierOf } from "./identify.ts"
import { chargeWith, limiterLayer } from "./limits.ts"
import { prometheusText, prometheusType, recorderFor, shows } from "./observe.ts"
import { openApiOf } from "./openapi.ts"
import { defaultLimits, type HttpOptions } from "./options.ts"
import { type Answer, Refused, tellRefused } from "./problem.ts"
import { originOf } from "./origin.ts"
import { addReference } from "./reference.ts"
import { everyRoute, type Services } from "./routes/index.ts"

/** How callers and addresses are known, and whom they may view as. */
type Ground = KeyVerifier | ViewAs | ClientAddresses | SecureRandom.SecureRandom

/** What the application needs: the services of the core, and how callers and addresses are known. */
export type AppServices = Services | Ground

/** Finds what a route calls. */
export type Lookup = (route: Route) => UseCase

const proxiesOf = ({ trustedProxies = [] }: HttpOptions): ReadonlyArray<Network> =>
  trustedProxies.map((text) =>
    Option.getOrThrowWith(readNetwork(text), () => new Error(`${text} is neither an address nor a network`))
  )

const edgeOf = Effect.fnUntraced(function* (options: HttpOptions) {
  const given = yield* Effect.context<Ground>()
  const shared = Context.getOption(given, RateLimiter.RateLimiter)
  const limiter = Option.isSome(shared)
    ? shared.value
    : yield* Effect.provide(RateLimiter.RateLimiter, limiterLayer(), { local: true })
  const limits = { ...defaultLimits, ...options.limits }
  const context: Context.Context<never> =
    options.tracing === true ? given : Context.add(given, References.TracerEnabled, false)
  // Unique enough to find a request in the logs, and cheap: who started, and how many came before.
  const process = Hex.encode(yield* (yield* SecureRandom.SecureRandom).randomBytes(6))
  let requests = 0
  const edge: Edge = {
    context,
    identify: identifierOf(options, yield* KeyVerifier),
    charge: chargeWith(limiter, limits),
    origin: yield* originOf(options, proxiesOf(options)),
    viewAs: yield* ViewAs,
    limits,
    options,
    recorder: recorderFor(context),
    newRequestId: () => `${process}-${(requests += 1).toString(36).padStart(4, "0")}`,
    running: 0
  }
  return edge
})

/** Paths with fixed words before those with a parameter in the same place: the first that matches is taken. */
const bySpecificity = (a: Route, b: Route): number => {
  const key = ({ endpoint }: Route) => endpoint.path.replaceAll(":", "\uffff")
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}

const addRoutes = (app: Hono, edge: Edge, lookup: Lookup) => {
  const sorted = [...everyRoute].sort(bySpecificity)
  for (const route of sorted)
    app.on(route.endpoint.method, route.endpoint.path, handlerOf(edge, route, lookup(route)))
  const methods = new Map<string, Array<HttpMethod | "HEAD" | "OPTIONS">>()
  for (const { endpoint } of sorted) {
    const known = methods.get(endpoint.path) ?? ["OPTIONS"]
    methods.set(endpoint.path, [
      ...known,
      endpoint.method,
      ...(endpoint.method === "GET" ? (["HEAD"] as const) : [])
    ])
  }
  for (const [path, taken] of methods) addOtherMethods(app, edge, { path, allow: taken.sort().join(", ") })
  const respond = responder(edge, "none")
  const nothing = new Refused({ code: "http.route_not_found" })
  app.all("/v1/*", (c) => respond(c, ({ scope }) => Effect.succeed(tellRefused(nothing, scope))))
  app.notFound((c) => respond(c, ({ scope }) => Effect.succeed(tellRefused(nothing, scope))))
}

/** What a path says to methods that it does not take, and to OPTIONS. */
const addOtherMethods = (
  app: Hono,
  edge: Edge,
  { allow, path }: { readonly path: string; readonly allow: string }
) => {
  const respond = responder(edge, "none")
  const wrong = new Refused({ code: "http.method_not_allowed", headers: { allow } })
  const told: Answer = { status: 204, body: null, headers: { allow } }
  app.all(path, (c) =>
    respond(c, ({ scope }) => Effect.succeed(c.req.method === "OPTIONS" ? told : tellRefused(wrong, scope)))
  )
}

/** `/metrics`, for who shows the token if there is one. */
const metricsOf =
  ({ context, options: { metricsToken } }: Edge) =>
  ({ request, scope }: Exchange): Effect.Effect<Answer> =>
    Effect.sync(() =>
      metricsToken === undefined || shows(metricsToken, bearerOf(request.headers.get("authorization")) ?? "")
        ? {
            status: 200,
            body: prometheusText(context),
            headers: { "content-type": prometheusType, "cache-control": "no-store" }
          }
        : tellRefused(new Refused({ code: "http.bad_token" }), scope)
    )

const addOperations = Effect.fnUntraced(function* (app: Hono, edge: Edge) {
  const ready = yield* readiness(edge.options.ready ?? Effect.void)
  const add = (path: string, answer: (exchange: Exchange) => Effect.Effect<Answer>) => {
    const respond = responder(edge, path.slice(1).replace("/", "."), { always: true })
    app.get(path, (c) => respond(c, answer))
  }
  add("/health/live", () => live)
  add("/health/ready", ({ scope }) => ready(scope))
  add("/metrics", metricsOf(edge))
})

/** What browsers of other origins may send and read. */
const corsOf = (origins: ReadonlyArray<string>) =>
  cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "Accept-Language",
      "X-Request-Id",
      "X-View-As"
    ],
    exposeHeaders: [
      "ETag",
      "Link",
      "Location",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "X-Request-Id",
      "X-Viewing-As"
    ],
    maxAge: 600
  })

/** The application over use cases wherever they are; what tests put another door before. */
export const appOver = (options: HttpOptions, lookup: Lookup): Effect.Effect<Hono, never, Ground> =>
  Effect.gen(function* () {
    const edge = yield* edgeOf(options)
    const app = new Hono()
    if (options.cors !== undefined) app.use("/v1/*", corsOf(options.cors.origins))
    yield* addOperations(app, edge)
    addReference(app, edge, () => openApiOf(everyRoute, options))
    yield* addCertificates(app, edge, lookup)
    addRoutes(app, edge, lookup)
    const respond = responder(edge, "none")
    app.onError((error, c) =>
      respond(c, ({ scope }) =>
        Effect.as(
          Effect.logError("a defect at the door", { name: error.name }),
          tellRefused(new Refused({ code: "http.internal_error" }), scope)
        )
      )
    )
    return app
  })

/**
 * The application: every use case with its route, the OpenAPI document at `/openapi.json`, its reference page at
 * `/docs`, health and metrics. Serve it by `@lyceum/adapters-http/node`, or mount it: `host.route("/learn", app)`.
 * Requests are counted in this process, unless a `RateLimiter` of effect is among the services, such as one over Redis.
 * Dies of options that cannot work: a short secret, tokens without issuer and audience, a proxy that is no address.
 */
export const lyceumApp = (options: HttpOptions): Effect.Effect<Hono, never, AppServices> =>
  Effect.flatMap(Effect.context<AppServices>(), (context) =>
    appOver(
      options,
      ({ method, service }) =>
        Context.get(context, service as Context.Key<AppServices, Record<string, UseCase>>)[method]!
    )
  )
