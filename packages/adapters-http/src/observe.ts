/** What is measured of requests: how many, how long, how they ended. No ids, no names. Source: API-6. */
import { Context, Effect, Layer, Metric, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, PrometheusMetrics } from "effect/observability"
import { hash, timingSafeEqual } from "node:crypto"

const duration = Metric.histogram("http_server_request_duration_seconds", {
  description: "How long requests took, by operation and status",
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
})
const active = Metric.gauge("http_server_active_requests", { description: "Requests that are running now" })

/** Records into the metrics of a context; labels are the operation's name and the status, nothing else. */
export const recorderFor = (context: Context.Context<never>) => {
  const known = new Map<string, Metric.Metric<number, unknown>>()
  return {
    finished: (operation: string, status: number, seconds: number): void => {
      const key = `${operation} ${status}`
      let metric = known.get(key)
      if (metric === undefined) {
        metric = Metric.withAttributes(duration, { operation, status: String(status) })
        known.set(key, metric)
      }
      metric.updateUnsafe(seconds, context)
    },
    running: (count: number): void => active.updateUnsafe(count, context)
  }
}
export type Recorder = ReturnType<typeof recorderFor>

/** All metrics of a context in the text format of Prometheus. */
export const prometheusText = (context: Context.Context<never>): string =>
  PrometheusMetrics.formatUnsafe(context)
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8"

/** Whether a request shows the secret; compared by digests, so that time tells nothing. */
export const shows = (secret: Redacted.Redacted<string>, given: string): boolean =>
  timingSafeEqual(hash("sha256", Redacted.value(secret), "buffer"), hash("sha256", given, "buffer"))

/** Sends traces, metrics and logs to an OpenTelemetry collector: `otlpLayer({ url: "http://localhost:4318" })`. */
export const otlpLayer = (options: {
  readonly url: string
  readonly serviceName?: string
  readonly headers?: Readonly<Record<string, string>>
}): Layer.Layer<never> =>
  Otlp.layerJson({
    baseUrl: options.url,
    resource: { serviceName: options.serviceName ?? "lyceum" },
    ...(options.headers !== undefined && { headers: options.headers })
  }).pipe(Layer.provide(FetchHttpClient.layer))

/** One line about a finished request: what was asked for and how it ended, not by whom. */
export const accessLine = (line: {
  readonly method: string
  readonly operation: string
  readonly status: number
  readonly millis: number
  readonly requestId: string
}): Effect.Effect<void> => Effect.logInfo("request", line)
