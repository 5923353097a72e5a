/** What watches the server sees: alive, ready, how much and how long. Source: API-6. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, ManagedRuntime, Metric, Redacted, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { lyceumApp, otlpLayer } from "../src/index.ts"
import { ada, ask, defaultOptions, memoryServices, openSchool, tokenFor } from "./school.ts"

describe("health", () => {
  it("a process that answers is alive, whatever the storage does (API-6)", async () => {
    const school = await openSchool({ ready: Effect.die("no storage") })
    const { headers, json, status } = await ask(school, "GET", "/health/live")
    assert.deepStrictEqual([status, json, headers.get("cache-control")], [200, { status: "ok" }, "no-store"])
    await school.close()
  })

  it("a storage that answers is ready, one that fails is 503 (API-6)", async () => {
    const readyWith = async (ready: Effect.Effect<unknown, unknown>) => {
      const school = await openSchool({ ready })
      const { headers, json, status } = await ask(school, "GET", "/health/ready")
      await school.close()
      return [status, json["code"] ?? json["status"], headers.get("retry-after")]
    }
    assert.deepStrictEqual(await readyWith(Effect.void), [200, "ok", null])
    for (const broken of [Effect.fail("no"), Effect.die(new Error("no"))]) {
      assert.deepStrictEqual(await readyWith(broken), [503, "http.storage_unavailable", "5"])
    }
  })

  it.effect(
    "a storage that does not answer within two seconds is not ready; it is asked once a second (API-6)",
    () =>
      Effect.gen(function* () {
        let asked = 0
        const ready = Effect.andThen(
          Effect.sync(() => (asked += 1)),
          Effect.never
        )
        const app = yield* lyceumApp({ ...defaultOptions, ready })
        const first = ask({ app }, "GET", "/health/ready")
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Effect.promise(() => first)).status, 503)
        yield* TestClock.adjust("999 millis")
        assert.strictEqual((yield* Effect.promise(() => ask({ app }, "GET", "/health/ready"))).status, 503)
        assert.strictEqual(asked, 1)
      }).pipe(Effect.provide(memoryServices))
  )
})

describe("metrics", () => {
  const metered = async (metricsToken?: string) => {
    const registry = Layer.succeed(Metric.MetricRegistry, new Map())
    return openSchool(
      metricsToken === undefined ? {} : { metricsToken: Redacted.make(metricsToken) },
      memoryServices.pipe(Layer.provideMerge(registry))
    )
  }

  it("tell how many requests an operation had, how they ended and how long they took (API-6)", async () => {
    const school = await metered()
    const token = await tokenFor(ada)
    await ask(school, "GET", "/v1/flags", { token })
    await ask(school, "GET", "/v1/flags", { token })
    await ask(school, "GET", "/v1/flags/nobody_made_it", { token })
    await ask(school, "GET", "/v1/nothing")
    const { text, type } = await ask(school, "GET", "/metrics")
    assert.strictEqual(type, "text/plain; version=0.0.4; charset=utf-8")
    const count = (operation: string, status: number) =>
      Number(
        new RegExp(
          `^http_server_request_duration_seconds_count\\{operation="${operation}",status="${status}"\\} (\\d+)$`,
          "m"
        ).exec(text)?.[1]
      )
    assert.strictEqual(count("flags\\.list", 200), 2)
    assert.strictEqual(count("flags\\.get", 404), 1)
    assert.strictEqual(count("none", 404), 1)
    assert.match(text, /^# TYPE http_server_request_duration_seconds histogram$/m)
    assert.match(text, /_bucket\{operation="flags\.list",status="200",le="\+Inf"\} 2$/m)
    assert.match(text, /^http_server_active_requests \d+$/m)
    await school.close()
  })

  it("have no ids and no names in them, whatever was asked for (API-6)", async () => {
    const school = await metered()
    const token = await tokenFor(ada)
    for (const path of [
      `/v1/users/${ada}`,
      "/v1/flags/canary_flag",
      "/v1/canary",
      "/v1/flags?cursor=canary"
    ]) {
      await ask(school, "GET", path, {
        token,
        headers: { "user-agent": "canary", "x-request-id": "canary-0001" }
      })
    }
    const { text } = await ask(school, "GET", "/metrics")
    assert.notInclude(text, "canary")
    assert.notInclude(text, ada)
    assert.notInclude(text, "203.0.113")
    await school.close()
  })

  it("are for who shows the token, where there is one (API-6)", async () => {
    const school = await metered("a scraper's secret")
    const statusWith = async (authorization?: string) =>
      (
        await ask(
          school,
          "GET",
          "/metrics",
          authorization === undefined ? {} : { headers: { authorization } }
        )
      ).status
    assert.strictEqual(await statusWith(), 401)
    assert.strictEqual(await statusWith("Bearer wrong"), 401)
    assert.strictEqual(await statusWith(`Bearer ${await tokenFor(ada)}`), 401)
    await school.close()
    const plain = await metered("scraper-secret")
    assert.strictEqual(
      (await ask(plain, "GET", "/metrics", { headers: { authorization: "Bearer scraper-secret" } })).status,
      200
    )
    await plain.close()
  })
})

describe("traces", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736"
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

  /** The spans of one request, and whether there were any. */
  const spansOf = async (tracing: boolean) => {
    const spans: Array<{ readonly name: string; readonly traceId: string; readonly kind: string }> = []
    const native = Context.get(Context.empty(), Tracer.Tracer)
    const tracer = Tracer.make({
      span(options) {
        const span = native.span(options)
        spans.push({ name: span.name, traceId: span.traceId, kind: span.kind })
        return span
      }
    })
    const school = await openSchool(
      { tracing },
      memoryServices.pipe(Layer.provideMerge(Layer.succeed(Tracer.Tracer, tracer)))
    )
    spans.length = 0
    await ask(school, "GET", "/v1/flags", { token: await tokenFor(ada), headers: { traceparent } })
    await school.close()
    return spans
  }

  it("a request and its use case are spans of the caller's trace (API-6)", async () => {
    const spans = await spansOf(true)
    assert.deepInclude(spans, { name: "GET /v1/flags", traceId, kind: "server" })
    assert.isTrue(spans.some((span) => span.name === "flags.list" && span.traceId === traceId))
  })

  it("there are none unless they are asked for (API-6)", async () =>
    assert.deepStrictEqual(await spansOf(false), []))

  it("a collector gets them, without a token in them (API-6)", async () => {
    const received: Array<string> = []
    const collector = createServer((request, response) => {
      let text = ""
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
      request.on("end", () => {
        received.push(`${request.url} ${text}`)
        response.writeHead(200).end("{}")
      })
    })
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve))
    const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
    const runtime = ManagedRuntime.make(
      memoryServices.pipe(Layer.provideMerge(otlpLayer({ url, serviceName: "a-school" })))
    )
    const app = await runtime.runPromise(lyceumApp({ ...defaultOptions, tracing: true }))
    const token = await tokenFor(ada)
    await ask({ app }, "GET", "/v1/flags", { token, headers: { traceparent } })
    // What is left is sent when the runtime ends.
    await runtime.dispose()
    await new Promise((resolve) => collector.close(resolve))
    const traces = received.filter((one) => one.startsWith("/v1/traces")).join()
    assert.include(traces, "GET /v1/flags")
    assert.include(traces, "a-school")
    assert.notInclude(received.join(), token)
  })
})
