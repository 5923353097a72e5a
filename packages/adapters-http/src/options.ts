/** What a deployment says about its HTTP door, and what holds when it says nothing. */
import type { Actor } from "@lyceum/core/shared"
import type { Duration, Effect, Redacted } from "effect"
import type { Context as HonoContext } from "hono"
import type { Rates } from "./limits.ts"
import type { TokenOptions } from "./token.ts"

/** A host's own answer to who is calling: fails for credentials that are wrong, and never makes them anonymous. */
export interface Unauthenticated {
  readonly _tag: "Unauthenticated"
}
export const unauthenticated: Unauthenticated = { _tag: "Unauthenticated" }

export interface Limits extends Rates {
  readonly bodyBytes: number
  /** For endpoints that import. */
  readonly importBytes: number
  /** After this the running use case is interrupted and the answer is 503. */
  readonly requestMillis: number
  /** Requests that may run at once; beyond it 503. */
  readonly concurrency: number
  readonly headers: number
}

export const defaultLimits: Limits = {
  requestsPerMinute: 600,
  anonymousRequestsPerMinute: 120,
  writesPerMinute: 60,
  bodyBytes: 1_048_576,
  importBytes: 10_485_760,
  requestMillis: 10_000,
  concurrency: 256,
  headers: 64
}

export interface Cors {
  /** Origins that may call from a browser, exactly as browsers write them: `https://school.example`. */
  readonly origins: ReadonlyArray<string>
}

export interface CertificateOptions {
  /** The name of the school; `Lyceum` when absent. */
  readonly school?: string
  /**
   * Where people reach the application: `https://school.example/learn`. What is printed and signed points there; without it
   * nothing is, since nobody should sign an address that a request made up.
   */
  readonly publicUrl?: string
  /**
   * An Ed25519 key as a private JWK, in JSON, or a set of them whose first one signs and whose others are published beside
   * it. Without one there are no signed credentials.
   */
  readonly signingKey?: Redacted.Redacted<string>
}

export interface HttpOptions {
  /** Users' tokens, beside API keys; or the host's own way to know who is calling. */
  readonly authentication:
    | { readonly tokens: TokenOptions }
    | { readonly actorOf: (request: Request) => Effect.Effect<Actor, Unauthenticated> }
  readonly limits?: Partial<Limits>
  /** Proxies, as addresses or CIDR networks, whose `X-Forwarded-For` is believed. None by default. */
  readonly trustedProxies?: ReadonlyArray<string>
  /** The address at the other end of the connection; by default that of the Node server. */
  readonly socketAddressOf?: (context: HonoContext) => string | undefined
  /** What problem types begin with; the code follows. */
  readonly problemBase?: string
  /** Browsers of other origins may not call at all unless they are named here. */
  readonly cors?: Cors
  /** Tells browsers to use nothing but https for so long; only sensible behind TLS. */
  readonly strictTransportSecurity?: Duration.Input
  /** Whether the storage answers; what `/health/ready` asks. */
  readonly ready?: Effect.Effect<unknown, unknown>
  /** Who may read `/metrics`; everybody who reaches it when absent. */
  readonly metricsToken?: Redacted.Redacted<string>
  /** One log line per request. On by default. */
  readonly accessLog?: boolean
  /** Spans for requests and use cases; they need a tracer, such as `otlpLayer` gives. Off by default. */
  readonly tracing?: boolean
  /** What certificates say of who issues them, and where people find them. */
  readonly certificates?: CertificateOptions
  /** What the OpenAPI document says of the deployment. */
  readonly document?: {
    readonly title?: string
    readonly version?: string
    readonly servers?: ReadonlyArray<string>
  }
}
