/** Serves the application with Node: strict about slow and oversized clients, and gentle when it stops. Source: API-5. */
import { getRequestListener, type HttpBindings, RequestError } from "@hono/node-server"
import { Data, Duration, Effect, type Scope } from "effect"
import type { Hono } from "hono"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { Refused, tellRefused } from "./problem.ts"

export interface ServeOptions {
  /** 0 takes any free port; the one that was taken is in the answer. */
  readonly port: number
  /** Only this machine by default. */
  readonly hostname?: string
  /** Connections at once; beyond it new ones are closed. */
  readonly maxConnections?: number
  /** How long running requests may take to end once the server stops. */
  readonly drain?: Duration.Input
}

export interface Served {
  readonly port: number
  /** Where it answers: `http://127.0.0.1:3000`. */
  readonly url: string
}

/** The port is taken, or not ours to take. */
export class ListenFailed extends Data.TaggedError("ListenFailed")<{
  readonly port: number
  readonly hostname: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `cannot listen on ${this.hostname}:${this.port}`
  }
}

/** What a connection may take its time for. Whoever is slower is not a client but an attack, or a broken line. */
const patience = {
  headersTimeout: 3_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 500
} as const
/** Enough for a token of 8 KB beside what browsers and proxies send. */
const maxHeaderSize = 16_384
const defaultMaxConnections = 1_000
const defaultDrain = Duration.seconds(10)

const scope = { language: "en", requestId: "none", problemBase: "urn:lyceum:problem:" } as const
const malformed = tellRefused(new Refused({ code: "http.malformed_url" }), scope)
const failed = tellRefused(new Refused({ code: "http.internal_error" }), scope)
const tooLarge = tellRefused(new Refused({ code: "http.headers_too_large" }), scope)
const unreadable = tellRefused(
  new Refused({ code: "http.malformed_header", data: { header: "unreadable" } }),
  scope
)

/** What the parser could not make a request of is answered on the bare connection. */
const refuseRaw = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  // Who is too slow, or gone, is not told why.
  if (!socket.writable || error.code === "ECONNRESET" || error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    return void socket.destroy()
  const { body, headers, status } = error.code === "HPE_HEADER_OVERFLOW" ? tooLarge : unreadable
  const lines = Object.entries({
    ...headers,
    "content-length": Buffer.byteLength(body),
    connection: "close"
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`, () => socket.destroy())
}

const serverOf = (app: Hono, { maxConnections = defaultMaxConnections }: ServeOptions): Server => {
  const listener = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    errorHandler: (error) => {
      const { body, headers, status } = error instanceof RequestError ? malformed : failed
      return new Response(body, { status, headers: { ...headers } })
    }
  })
  const server = createServer(
    { ...patience, maxHeaderSize },
    (incoming, outgoing) => void listener(incoming, outgoing)
  )
  server.maxConnections = maxConnections
  server.on("clientError", refuseRaw)
  return server
}

const listen = (server: Server, port: number, hostname: string): Effect.Effect<number, ListenFailed> =>
  Effect.callback((resume) => {
    server.once("error", (cause) => resume(Effect.fail(new ListenFailed({ port, hostname, cause }))))
    server.listen(port, hostname, () => resume(Effect.succeed((server.address() as AddressInfo).port)))
  })

/** Takes no more connections, lets what runs end, and then closes what is left. */
const stop = (server: Server, drain: Duration.Input): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    // A connection that is kept alive is idle only after its answer.
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    const enough = setTimeout(
      () => server.closeAllConnections(),
      Duration.toMillis(Duration.fromInputUnsafe(drain))
    )
    server.close(() => {
      clearInterval(idle)
      clearTimeout(enough)
      resume(Effect.void)
    })
  })

/** Serves until the scope closes; then waits for running requests, ten seconds at most. */
export const serve = (app: Hono, options: ServeOptions): Effect.Effect<Served, ListenFailed, Scope.Scope> => {
  const hostname = options.hostname ?? "127.0.0.1"
  const acquire = Effect.gen(function* () {
    const server = serverOf(app, options)
    return { server, port: yield* listen(server, options.port, hostname) }
  })
  return Effect.acquireRelease(acquire, ({ server }) => stop(server, options.drain ?? defaultDrain)).pipe(
    Effect.map(({ port }) => ({
      port,
      url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`
    }))
  )
}
