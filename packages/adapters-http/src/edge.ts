/** What all requests share, and how one is run: admitted, bounded in time, and answered with the same headers. */
import type { ViewAs } from "@lyceum/core/identity"
import { RequestName } from "@lyceum/core/shared"
import { Cause, Context, Duration, Effect, Exit, References, Tracer } from "effect"
import { HttpTraceContext } from "effect/http"
import type { Context as HonoContext } from "hono"
import type { IdentifyCaller } from "./caller.ts"
import { languageOf } from "./language.ts"
import type { chargeWith } from "./limits.ts"
import { accessLine, type Recorder } from "./observe.ts"
import type { HttpOptions, Limits } from "./options.ts"
import type { Origin } from "./origin.ts"
import { type Answer, type ProblemScope, Refused, tellRefused } from "./problem.ts"

export interface Edge {
  /** The services of the core, and whatever else the host provides. */
  readonly context: Context.Context<never>
  readonly identify: IdentifyCaller
  readonly charge: ReturnType<typeof chargeWith>
  readonly origin: Origin
  readonly viewAs: ViewAs["Service"]
  readonly limits: Limits
  readonly options: HttpOptions
  readonly recorder: Recorder
  readonly newRequestId: () => string
  /** Fibers that have not ended; those of answered but still stopping requests among them. */
  running: number
}

/** One request on its way. */
export interface Exchange {
  readonly c: HonoContext
  readonly request: Request
  readonly scope: ProblemScope
  /** Sent with whatever the answer is: what the limits say. */
  headers: Readonly<Record<string, string>>
}

/** Names of requests that we take over from a proxy. */
const saneRequestId = /^[\w.-]{8,64}$/

const defaultProblemBase = "urn:lyceum:problem:"

export const exchangeOf = (edge: Edge, c: HonoContext): Exchange => {
  const request = c.req.raw
  const told = request.headers.get("x-request-id")
  return {
    c,
    request,
    scope: {
      language: languageOf(request.headers.get("accept-language")),
      requestId: told !== null && saneRequestId.test(told) ? told : edge.newRequestId(),
      problemBase: edge.options.problemBase ?? defaultProblemBase
    },
    headers: {}
  }
}

/** Headers that every response has. */
export const securityHeaders = ({
  cors,
  strictTransportSecurity
}: HttpOptions): Readonly<Record<string, string>> => ({
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": cors === undefined ? "same-origin" : "cross-origin",
  ...(strictTransportSecurity !== undefined && {
    "strict-transport-security": `max-age=${Math.floor(Duration.toSeconds(strictTransportSecurity))}; includeSubDomains`
  })
})

/** How many headers came; the Node server knows without reading them. */
const headerCount = ({ c, request }: Exchange): number => {
  const raw = (c.env as { readonly incoming?: { readonly rawHeaders?: ReadonlyArray<string> } } | undefined)
    ?.incoming?.rawHeaders
  return raw === undefined ? Array.from(request.headers.keys()).length : raw.length / 2
}

/** What is refused before anything runs. */
const refusedAtOnce = (edge: Edge, exchange: Exchange): Refused | undefined => {
  if (edge.running >= edge.limits.concurrency)
    return new Refused({ code: "http.overloaded", data: { retryAfterSeconds: 1 } })
  return headerCount(exchange) > edge.limits.headers
    ? new Refused({ code: "http.headers_too_large" })
    : undefined
}

const timedOut = new Refused({ code: "http.timed_out" })
/** Nobody reads it: the client has gone. */
const gone: Answer = { status: 499, body: null, headers: {} }

/** The context of one request's fiber: its id in every log line and transaction, and the trace it belongs to. */
const contextOf = (edge: Edge, { request, scope }: Exchange): Context.Context<never> => {
  const { requestId } = scope
  const logged = Context.add(edge.context, References.CurrentLogAnnotations, { requestId })
  const context = Context.add(logged, RequestName, requestId)
  const traceparent = edge.options.tracing === true ? request.headers.get("traceparent") : null
  if (traceparent === null) return context
  const parent = HttpTraceContext.w3c({ traceparent } as never)
  return parent._tag === "Some" ? Context.add(context, Tracer.ParentSpan, parent.value) : context
}

/** Runs the answer until it is there, the time is up or the client has gone; interrupts it in the last two cases. */
const bounded = (edge: Edge, exchange: Exchange, answer: Effect.Effect<Answer>): Answer | Promise<Answer> => {
  edge.recorder.running(++edge.running)
  const fiber = Effect.runForkWith(contextOf(edge, exchange))(answer)
  const ended = () => edge.recorder.running(--edge.running)
  const answerOf = (exit: Exit.Exit<Answer>): Answer => {
    if (Exit.isSuccess(exit)) return exit.value
    return Cause.hasInterruptsOnly(exit.cause)
      ? gone
      : tellRefused(new Refused({ code: "http.internal_error" }), exchange.scope)
  }
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) {
    ended()
    return answerOf(exit)
  }
  return new Promise((resolve) => {
    const { signal } = exchange.request
    const stop = () => fiber.interruptUnsafe()
    const timer = setTimeout(() => {
      // The answer does not wait for the use case to end; its place among the running does.
      resolve(tellRefused(timedOut, exchange.scope))
      stop()
    }, edge.limits.requestMillis)
    signal.addEventListener("abort", stop)
    if (signal.aborted) stop()
    fiber.addObserver((exit) => {
      clearTimeout(timer)
      signal.removeEventListener("abort", stop)
      ended()
      resolve(answerOf(exit))
    })
  })
}

/**
 * Runs what answers one request, and makes the response: `operation` is what metrics and logs call it. `always` is for
 * what watches the server: it is answered under load too, and not logged.
 */
export const responder = (
  edge: Edge,
  operation: string,
  { always = false }: { readonly always?: boolean } = {}
) => {
  const security = securityHeaders(edge.options)
  const run = Effect.runForkWith(edge.context)

  const finish = (exchange: Exchange, began: number, { body, headers, status }: Answer): Response => {
    const millis = performance.now() - began
    const { requestId } = exchange.scope
    edge.recorder.finished(operation, status, millis / 1000)
    if (edge.options.accessLog !== false && !always) {
      run(
        accessLine({
          method: exchange.request.method,
          operation,
          status,
          millis: Math.round(millis * 10) / 10,
          requestId
        })
      )
    }
    return new Response(body, {
      status,
      headers: { ...security, "x-request-id": requestId, ...exchange.headers, ...headers }
    })
  }

  return (
    c: HonoContext,
    answer: (exchange: Exchange) => Effect.Effect<Answer>
  ): Response | Promise<Response> => {
    const began = performance.now()
    const exchange = exchangeOf(edge, c)
    const refused = always ? undefined : refusedAtOnce(edge, exchange)
    if (refused !== undefined) return finish(exchange, began, tellRefused(refused, exchange.scope))
    const answered = bounded(edge, exchange, answer(exchange))
    return answered instanceof Promise
      ? answered.then((later) => finish(exchange, began, later))
      : finish(exchange, began, answered)
  }
}
