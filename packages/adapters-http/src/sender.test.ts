import { privateTargets, rebindingNames } from "../../core/contract/targets.ts"
import {
  AllowedTargets,
  type NoAnswer,
  type WebhookRequest,
  WebhookSender
} from "@lyceum/core/webhooks/ports"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { RequestListener } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { selfSigned } from "../test/certificate.ts"
import { type SenderOptions, webhookSenderLayer } from "./sender.ts"

const name = "receiver.example"
const certificate = selfSigned([name, "127.0.0.1"])
const stranger = selfSigned([name])

interface Listening {
  readonly port: number
  /** Connections that were opened so far. */
  readonly connections: () => number
  /** Those that are open now. */
  readonly open: ReadonlySet<Socket>
}

/** A server on loopback for the length of a test. */
const listening = (server: Server, host = "127.0.0.1") =>
  Effect.acquireRelease(
    Effect.callback<Listening & { readonly end: () => void }>((resume) => {
      const open = new Set<Socket>()
      let connections = 0
      server.on("connection", (socket: Socket) => {
        connections += 1
        open.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => open.delete(socket))
      })
      server.on("tlsClientError", () => undefined)
      server.listen(0, host, () => {
        const { port } = server.address() as AddressInfo
        const end = () => {
          open.forEach((socket) => socket.destroy())
          server.close()
        }
        resume(Effect.succeed({ port, connections: () => connections, open, end }))
      })
    }),
    ({ end }) => Effect.sync(end)
  )
const https = (listener: RequestListener) => listening(createHttpsServer(certificate, listener))
const raw = (onSocket: (socket: Socket) => void) => listening(createTlsServer(certificate, onSocket))

const options: SenderOptions = { ca: certificate.cert, resolve: async () => ["127.0.0.1"] }
const posting = (
  url: string,
  sender: SenderOptions = options,
  allowed: ReadonlyArray<string> = ["127.0.0.1"]
) => {
  const request: WebhookRequest = {
    url,
    headers: { "content-type": "application/json", "webhook-id": "1" },
    body: '{"é":1}'
  }
  return WebhookSender.use(({ post }) => post(request)).pipe(
    Effect.provide(webhookSenderLayer(sender).pipe(Layer.provide(Layer.succeed(AllowedTargets, allowed))))
  )
}
const to = ({ port }: Listening, path = "/hook") => `https://${name}:${port}${path}`
const whyNot = (attempt: Effect.Effect<unknown, NoAnswer>) =>
  Effect.map(Effect.flip(attempt), ({ why }) => why)

/** Real time, whatever the clock of the test says. */
const moment = (milliseconds: number) =>
  Effect.promise(() => new Promise((resolve) => setTimeout(resolve, milliseconds)))

describe("the sender of webhooks", () => {
  it.effect("posts the message to the address that it checked, and hands on the answer (OPS-5)", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const server = yield* https((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const { host, "webhook-id": id, "content-type": type } = request.headers
          seen.push({
            method: request.method,
            url: request.url,
            host,
            id,
            type,
            body: Buffer.concat(chunks).toString()
          })
          response.writeHead(202).end("thänks")
        })
      })
      assert.deepStrictEqual(yield* posting(to(server, "/hook?a=b")), { status: 202, body: "thänks" })
      const type = "application/json"
      assert.deepStrictEqual(seen, [
        { method: "POST", url: "/hook?a=b", host: `${name}:${server.port}`, id: "1", type, body: '{"é":1}' }
      ])
    })
  )

  it.effect("resolves a name once, so that a second answer cannot lead elsewhere (OPS-5)", () =>
    Effect.gen(function* () {
      let asked = 0
      const server = yield* https((_, response) => response.end("ok"))
      const resolve = async () => ((asked += 1) === 1 ? ["127.0.0.1"] : ["169.254.169.254"])
      assert.deepInclude(yield* posting(to(server), { ...options, resolve }), { status: 200 })
      assert.strictEqual(asked, 1)
    })
  )

  it.effect("does not follow a redirect, wherever it leads (OPS-5)", () =>
    Effect.gen(function* () {
      let hits = 0
      const inside = yield* https((_, response) => {
        hits += 1
        response.end("secret")
      })
      for (const status of [301, 302, 303, 307, 308]) {
        const server = yield* https((_, response) =>
          response.writeHead(status, { location: to(inside) }).end()
        )
        assert.deepStrictEqual(yield* posting(to(server)), { status, body: "" })
      }
      assert.strictEqual(hits, 0)
    })
  )

  it.effect("refuses every private target without opening a connection (OPS-5)", () =>
    Effect.gen(function* () {
      const server = yield* listening(createTcpServer(), "::")
      const resolve = async () => assert.fail("nobody asks the name service")
      for (const target of privateTargets) {
        const url = new URL(target)
        url.port = String(server.port)
        assert.strictEqual(yield* whyNot(posting(url.href, { resolve }, [])), "target_refused", target)
      }
      assert.strictEqual(server.connections(), 0)
    })
  )

  it.effect("refuses a name that leads to a private address, also when it leads elsewhere too (OPS-5)", () =>
    Effect.gen(function* () {
      const server = yield* listening(createTcpServer(), "::")
      for (const [target, addresses] of Object.entries(rebindingNames)) {
        const url = new URL(target)
        url.port = String(server.port)
        assert.strictEqual(
          yield* whyNot(posting(url.href, { resolve: async () => addresses }, [])),
          "target_refused",
          target
        )
      }
      assert.strictEqual(server.connections(), 0)
    })
  )

  it.effect("checks again where the connection ended up, before a byte is written (OPS-5)", () =>
    Effect.gen(function* () {
      let bytes = 0
      const server = yield* listening(
        createTcpServer((socket) => socket.on("data", (chunk) => (bytes += chunk.length)))
      )
      // On Linux 0.0.0.0 leads to 127.0.0.1, which is not the address that was allowed.
      const resolve = async () => ["0.0.0.0"]
      assert.strictEqual(
        yield* whyNot(posting(to(server), { ...options, resolve }, ["0.0.0.0"])),
        "target_refused"
      )
      yield* moment(50)
      assert.deepStrictEqual([server.connections(), bytes, server.open.size], [1, 0, 0])
    })
  )

  it.effect("says when a name leads nowhere (OPS-5)", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* whyNot(posting("https://nobody.example/", { resolve: async () => [] })),
        "name_not_resolved"
      )
      const resolve = () => Promise.reject(new Error("ENOTFOUND"))
      assert.strictEqual(yield* whyNot(posting("https://nobody.example/", { resolve })), "name_not_resolved")
    })
  )

  it.effect("talks to whom the certificate is for, and to nobody else (OPS-5)", () =>
    Effect.gen(function* () {
      const server = yield* https((_, response) => response.end())
      assert.strictEqual(yield* whyNot(posting(`https://other.example:${server.port}/`)), "connection_failed")
      assert.strictEqual(
        yield* whyNot(posting(to(server), { ...options, ca: stranger.cert })),
        "connection_failed"
      )
      const plain = yield* listening(createTcpServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n")))
      assert.strictEqual(yield* whyNot(posting(to(plain))), "connection_failed")
      const closed = yield* Effect.scoped(listening(createTcpServer()))
      assert.strictEqual(yield* whyNot(posting(to(closed))), "connection_failed")
    })
  )

  const hanging: ReadonlyArray<
    readonly [string, () => Effect.Effect<Listening, never, import("effect").Scope.Scope>]
  > = [
    ["never speaks", () => listening(createTcpServer((socket) => void socket.resume()))],
    ["never answers", () => https(() => undefined)],
    [
      "stops in the middle of its headers",
      () => raw((socket) => void socket.resume().write("HTTP/1.1 200 OK\r\nx-a: b\r\n"))
    ],
    ["never ends its body", () => https((_, response) => response.writeHead(200).write("a"))],
    [
      "drips its body",
      () =>
        https((_, response) => {
          response.writeHead(200)
          const drip = setInterval(() => response.write("."), 5)
          response.on("close", () => clearInterval(drip))
        })
    ]
  ]
  it.effect.each(hanging)("gives up a target that %s after ten seconds, and hangs up (OPS-5)", ([, serve]) =>
    Effect.gen(function* () {
      const server = yield* serve()
      const attempt = yield* Effect.forkChild(whyNot(posting(to(server))))
      while (server.connections() === 0) yield* moment(5)
      yield* moment(50)
      yield* TestClock.adjust("9999 millis")
      yield* moment(20)
      assert.isUndefined(attempt.pollUnsafe())
      assert.strictEqual(server.open.size, 1)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(attempt), "timed_out")
      while (server.open.size > 0) yield* moment(5)
    })
  )

  it.effect("gives up a name service that hangs (OPS-5)", () =>
    Effect.gen(function* () {
      const attempt = yield* Effect.forkChild(
        whyNot(posting("https://slow.example/", { resolve: () => new Promise(() => undefined) }))
      )
      yield* moment(5)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* Fiber.join(attempt), "timed_out")
    })
  )

  it.effect("reads 64 KB of an endless answer and hangs up (OPS-5)", () =>
    Effect.gen(function* () {
      let written = 0
      const server = yield* https((_, response) => {
        const chunk = Buffer.alloc(16 * 1024, "a")
        const more = () => {
          while (!response.destroyed && response.write(chunk)) written += chunk.length
        }
        response.on("drain", more)
        more()
      })
      const answer = yield* posting(to(server))
      assert.deepStrictEqual([answer.status, answer.body.length], [200, 64 * 1024])
      while (server.open.size > 0) yield* moment(5)
      assert.isBelow(written, 32 * 1024 * 1024)
    })
  )

  it.effect.each([
    ["garbage", "\u0000\u0001garbage\r\n\r\n", "not_http"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", "not_http"],
    ["an endless header", `HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(200_000)}\r\n\r\n`, "not_http"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "not_http"],
    ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nab", "not_http"],
    ["less than it promised", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nab", "connection_failed"],
    ["nothing", "", "connection_failed"]
  ] as const)("an answer that is %s is none (OPS-5)", ([, text, why]) =>
    Effect.gen(function* () {
      const server = yield* raw((socket) => socket.once("data", () => socket.end(text)))
      assert.strictEqual(yield* whyNot(posting(to(server))), why)
    })
  )

  it.effect("takes a body that is no text as what it is: bytes that may not be characters (OPS-5)", () =>
    Effect.gen(function* () {
      const server = yield* https((_, response) => response.end(Buffer.from([0xff, 0xfe, 0x00, 0x61])))
      const { body } = yield* posting(to(server))
      assert.strictEqual(body, "\ufffd\ufffd\u0000a")
    })
  )

  it.effect("an interrupted call hangs up (OPS-5)", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const server = yield* https(() => Deferred.doneUnsafe(reached, Effect.void))
      const attempt = yield* Effect.forkChild(posting(to(server)))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(attempt)
      while (server.open.size > 0) yield* moment(5)
    })
  )
})
