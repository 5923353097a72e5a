/** The server under odd and slow clients, and how it stops. Source: API-5. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, ManagedRuntime, Scope } from "effect"
import { Hono } from "hono"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll } from "vitest"
import { appOver } from "../src/app.ts"
import { ListenFailed, serve, type Served } from "../src/node.ts"
import { ada, defaultOptions, memoryServices, openSchool, type School, tokenFor } from "./school.ts"

/** Serves an application until it is closed. */
const open = async (app: Hono, options: Partial<Parameters<typeof serve>[1]> = {}) => {
  const scope = Scope.makeUnsafe()
  const served = await Effect.runPromise(Scope.provide(serve(app, { port: 0, ...options }), scope))
  return { served, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

/** What a server says on a bare connection until it closes it, and after how long. */
const talk = (
  { port }: Served,
  lines: string,
  drip?: { readonly text: string; readonly everyMillis: number }
) =>
  new Promise<{ readonly said: string; readonly millis: number }>((resolve) => {
    const began = performance.now()
    let said = ""
    const socket = connect(port, "127.0.0.1", () => socket.write(lines))
    const dripping = drip && setInterval(() => socket.writable && socket.write(drip.text), drip.everyMillis)
    socket.setEncoding("utf8")
    socket.on("data", (data: string) => (said += data))
    socket.on("error", () => undefined)
    socket.on("close", () => {
      clearInterval(dripping)
      resolve({ said, millis: performance.now() - began })
    })
  })

const head = "Host: localhost\r\nConnection: close\r\n"

describe("serving", () => {
  let school: School
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    school = await openSchool({ accessLog: false })
    server = await open(school.app)
  })
  afterAll(async () => {
    await server.close()
    await school.close()
  })

  it("port 0 is a free port, and the answer says which (API-5)", async () => {
    assert.isAbove(server.served.port, 0)
    assert.strictEqual(server.served.url, `http://127.0.0.1:${server.served.port}`)
    assert.strictEqual((await fetch(`${server.served.url}/health/live`)).status, 200)
  })

  it("a port that is taken is told (API-5)", async () => {
    const failure = await Effect.runPromise(
      Effect.flip(Effect.scoped(serve(school.app, { port: server.served.port })))
    )
    assert.instanceOf(failure, ListenFailed)
    assert.include(failure.message, String(server.served.port))
  })

  it("requests reach use cases, with the address of the socket (API-1, KER-25)", async () => {
    const answer = await fetch(`${server.served.url}/v1/me`, {
      headers: { authorization: `Bearer ${await tokenFor(ada)}` }
    })
    assert.strictEqual(answer.status, 200)
    assert.strictEqual(((await answer.json()) as { id: string }).id, ada)
  })

  it("a hundred clients that never end their headers are gone in five seconds, others are served meanwhile (API-5)", async () => {
    const slow = Array.from({ length: 100 }, () =>
      talk(server.served, "GET /v1/flags HTTP/1.1\r\nHost: localhost\r\n", {
        text: "X-a: b\r\n",
        everyMillis: 200
      })
    )
    await sleep(500)
    const began = performance.now()
    assert.strictEqual((await fetch(`${server.served.url}/v1/permissions`)).status, 200)
    assert.isBelow(performance.now() - began, 1500)
    const ended = await Promise.all(slow)
    assert.isBelow(Math.max(...ended.map(({ millis }) => millis)), 8000)
  })

  it("a body that drips is cut off (API-5)", async () => {
    const { millis, said } = await talk(
      server.served,
      `POST /v1/flags HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n`,
      { text: " ", everyMillis: 200 }
    )
    assert.isBelow(millis, 14_000)
    assert.notInclude(said, "HTTP/1.1 2")
  })

  it.each([
    ["headers too large", `GET / HTTP/1.1\r\n${head}X-Large: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    [
      "a length and chunks at once",
      `POST /v1/flags HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400
    ],
    [
      "two lengths",
      `POST /v1/flags HTTP/1.1\r\n${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
      400
    ],
    [
      "a chunk that is no chunk",
      `POST /v1/flags HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
      400
    ],
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["no host", "GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["a host that is none", "GET /health/live HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["a backslash in the path", `GET /v1\\flags HTTP/1.1\r\n${head}\r\n`, 400],
    ["a line break in a header", `GET /v1/flags HTTP/1.1\r\n${head}X-A: b\rc\r\n\r\n`, 400],
    ["a space before the colon", `GET /v1/flags HTTP/1.1\r\n${head}X-A : b\r\n\r\n`, 400]
  ])("%s is refused, and the connection closed (API-5)", async (_, lines, status) => {
    const { said } = await talk(server.served, lines)
    assert.match(said, new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it("what is refused before a request is made of it is a problem too (API-3)", async () => {
    const { said } = await talk(
      server.served,
      `GET / HTTP/1.1\r\n${head}X-Large: ${"x".repeat(20_000)}\r\n\r\n`
    )
    assert.match(said, /content-type: application\/problem\+json/i)
    assert.include(said, '"code":"http.headers_too_large"')
  })

  it("a token of 8 KB fits into the headers (API-2)", async () => {
    const token = await tokenFor(ada, { filler: "x".repeat(5700) })
    assert.isAbove(token.length, 7800)
    const { status } = await fetch(`${server.served.url}/v1/me`, {
      headers: { authorization: `Bearer ${token}` }
    })
    assert.strictEqual(status, 200)
  })
})

describe("stopping", () => {
  /** A server whose use cases wait until they are let through. */
  const waiting = async (options: Partial<Parameters<typeof serve>[1]> = {}) => {
    const gate = Deferred.makeUnsafe<void>()
    const runtime = ManagedRuntime.make(memoryServices)
    const app = await runtime.runPromise(
      appOver(defaultOptions, () => () => Effect.as(Deferred.await(gate), { items: [] }))
    )
    const server = await open(app, options)
    const ask = () =>
      fetch(`${server.served.url}/v1/flags`).then(
        ({ status }) => status,
        () => "refused" as const
      )
    return {
      ...server,
      ask,
      letThrough: () => Deferred.doneUnsafe(gate, Effect.void),
      end: () => runtime.dispose()
    }
  }

  it("takes nothing new, and what runs is finished first (API-5)", async () => {
    const { ask, close, end, letThrough } = await waiting()
    const running = [ask(), ask()]
    await sleep(100)
    const closed = close()
    await sleep(100)
    assert.strictEqual(await ask(), "refused")
    letThrough()
    assert.deepStrictEqual(await Promise.all(running), [200, 200])
    await closed
    await end()
  })

  it("does not wait for connections that are merely kept alive (API-5)", async () => {
    const { ask, close, end, letThrough } = await waiting()
    letThrough()
    assert.strictEqual(await ask(), 200)
    const began = performance.now()
    await close()
    assert.isBelow(performance.now() - began, 2000)
    await end()
  })

  it("cuts off what does not end in time (API-5)", async () => {
    const { ask, close, end } = await waiting({ drain: Duration.millis(200) })
    const running = ask()
    await sleep(100)
    const began = performance.now()
    await close()
    assert.isBelow(performance.now() - began, 2000)
    assert.strictEqual(await running, "refused")
    await end()
  })

  it("more connections than allowed are closed (API-5)", async () => {
    const { ask, close, end, letThrough } = await waiting({ maxConnections: 2 })
    const running = [ask(), ask()]
    await sleep(100)
    assert.strictEqual(await ask(), "refused")
    letThrough()
    assert.deepStrictEqual(await Promise.all(running), [200, 200])
    await close()
    await end()
  })
})
