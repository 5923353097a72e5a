/** Posts webhooks: to public addresses only, once, within ten seconds, without following where it is sent. Source: OPS-5. */
import { hostOf, isAllowedTarget, isPrivateHost } from "@lyceum/core/webhooks"
import {
  AllowedTargets,
  NoAnswer,
  type WebhookAnswer,
  type WebhookRequest,
  WebhookSender
} from "@lyceum/core/webhooks/ports"
import { Duration, Effect, Layer } from "effect"
import type { IncomingMessage } from "node:http"
import { lookup } from "node:dns/promises"
import { request as httpsRequest } from "node:https"
import { connect, isIP, type LookupFunction, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"

/** From the look-up of the name to the last byte that is read. */
const timeLimit = Duration.seconds(10)
/** What is read of an answer; the rest is cut off with its connection. */
const bytesRead = 64 * 1024

export interface SenderOptions {
  /** All addresses of a name. Default: the name service of the system. */
  readonly resolve?: (host: string) => Promise<ReadonlyArray<string>>
  /** Certificates to trust instead of the well-known ones, as PEM. */
  readonly ca?: string
}

const systemAddresses = async (host: string): Promise<ReadonlyArray<string>> =>
  (await lookup(host, { all: true })).map(({ address }) => address)

const noAnswer = (why: NoAnswer["why"]) => new NoAnswer({ why })

/** What an error of the connection means. A certificate that is not right is a failure to connect. */
const reasonOf = (error: Error): NoAnswer =>
  noAnswer("code" in error && String(error.code).startsWith("HPE_") ? "not_http" : "connection_failed")

/** The beginning of a body; the connection ends with it. */
const readBody = (response: IncomingMessage, done: (body: string) => void) => {
  const chunks: Array<Buffer> = []
  let size = 0
  const finish = () => {
    done(Buffer.concat(chunks).subarray(0, bytesRead).toString("utf8"))
    response.destroy()
  }
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (size >= bytesRead) finish()
  })
  response.on("end", finish)
}

/** A look-up that knows its answer. */
const answering = (addresses: ReadonlyArray<string>): LookupFunction => {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_, options, callback) => {
    if (options.all === true) callback(null, all)
    else callback(null, all[0]!.address, all[0]!.family)
  }
}

/** Where to connect: the host by its name, and the addresses that it was resolved to. */
interface Target {
  readonly host: string
  readonly port: number
  readonly addresses: ReadonlyArray<string>
}

/** A connection to one of the addresses; checked once more where it counts, before a byte goes out. */
const connection = ({ addresses, host, port }: Target, isAllowed: (address: string | undefined) => boolean) =>
  Effect.callback<Socket, NoAnswer>((resume) => {
    const socket = connect({ host, port, lookup: answering(addresses) })
    socket.on("error", (error) => resume(Effect.fail(reasonOf(error))))
    socket.once("connect", () => {
      if (isAllowed(socket.remoteAddress)) return resume(Effect.succeed(socket))
      socket.destroy()
      return resume(noAnswer("target_refused"))
    })
    return Effect.sync(() => socket.destroy())
  })

/** One request over a connection of its own, and its answer. */
const exchange = ({ body, headers, url }: WebhookRequest, openTls: () => Socket) =>
  Effect.callback<WebhookAnswer, NoAnswer>((resume) => {
    const fail = (error: Error) => resume(Effect.fail(reasonOf(error)))
    const request = httpsRequest(url, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      createConnection: openTls
    })
    request.on("error", fail)
    request.on("response", (response) => {
      response.on("error", fail)
      readBody(response, (text) => resume(Effect.succeed({ status: response.statusCode ?? 0, body: text })))
    })
    request.end(body)
    return Effect.sync(() => request.destroy())
  })

/** A layer that posts over TLS. The addresses of `AllowedTargets` may be called although they are private. */
export const webhookSenderLayer = ({
  ca,
  resolve = systemAddresses
}: SenderOptions = {}): Layer.Layer<WebhookSender> =>
  Layer.effect(
    WebhookSender,
    Effect.map(AllowedTargets, (allowed) => {
      const isAllowed = (address: string | undefined) =>
        address !== undefined && isAllowedTarget(address, allowed)
      const resolved = (host: string) =>
        Effect.tryPromise({ try: () => resolve(host), catch: () => noAnswer("name_not_resolved") })

      /** The addresses of a host, every one of them checked: a name that leads to one private address is refused. */
      const addressesOf = Effect.fnUntraced(function* (host: string) {
        if (isPrivateHost(host, allowed)) return yield* noAnswer("target_refused")
        const addresses = isIP(host) === 0 ? yield* resolved(host) : [host]
        if (addresses.length === 0) return yield* noAnswer("name_not_resolved")
        return addresses.every(isAllowed) ? addresses : yield* noAnswer("target_refused")
      })

      const post = Effect.fnUntraced(function* (request: WebhookRequest) {
        const host = hostOf(request.url)
        const port = Number(new URL(request.url).port || 443)
        const target = { host, port, addresses: yield* addressesOf(host) }
        const socket = yield* Effect.acquireRelease(
          connection(target, isAllowed),
          (opened) => Effect.sync(() => opened.destroy()),
          { interruptible: true }
        )
        const tls = {
          socket,
          host,
          // A certificate may be for an address, but an address is no name to ask for.
          servername: isIP(host) === 0 ? host : "",
          rejectUnauthorized: true,
          ...(ca !== undefined && { ca })
        }
        return yield* exchange(request, () => connectTls(tls))
      }, Effect.scoped)

      return WebhookSender.of({
        post: (request) =>
          Effect.timeoutOrElse(post(request), { duration: timeLimit, orElse: () => noAnswer("timed_out") })
      })
    })
  )
