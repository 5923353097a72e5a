/** Reads a body up to its limit, before anything looks into it. Source: API-5. */
import { Effect } from "effect"
import { Refused } from "./problem.ts"

const utf8 = new TextDecoder("utf-8", { fatal: true })

const decode = (bytes: Uint8Array | ArrayBuffer) =>
  Effect.try({
    try: () => utf8.decode(bytes),
    catch: () => new Refused({ code: "http.malformed_json", data: { reason: "is not UTF-8" } })
  })

/** The client went away, or sent less than it said. */
const incomplete = () => new Refused({ code: "http.malformed_json", data: { reason: "is incomplete" } })

/** Reads chunk by chunk, for bodies that do not say how long they are. */
const readChunks = (stream: ReadableStream<Uint8Array>, maximumBytes: number) =>
  Effect.callback<Uint8Array, Refused>((resume) => {
    const reader = stream.getReader()
    const chunks: Array<Uint8Array> = []
    let length = 0
    const next = (): Promise<void> =>
      reader.read().then(({ done, value }) => {
        if (done) return resume(Effect.succeed(Buffer.concat(chunks, length)))
        length += value.byteLength
        if (length > maximumBytes) {
          resume(Effect.fail(tooLarge(maximumBytes)))
          return reader.cancel()
        }
        chunks.push(value)
        return next()
      })
    next().catch(() => resume(Effect.fail(incomplete())))
    return Effect.promise(() => reader.cancel().catch(() => undefined))
  })

const tooLarge = (maximumBytes: number) =>
  // What is left of the body is not read: the connection cannot be used again.
  new Refused({ code: "http.body_too_large", data: { maximumBytes }, headers: { connection: "close" } })

/** The body as text, at most `maximumBytes` of it; empty when there is none. */
export const readBody = (request: Request, maximumBytes: number): Effect.Effect<string, Refused> => {
  const told = request.headers.get("content-length")
  if (told === null) {
    return request.body === null
      ? Effect.succeed("")
      : Effect.flatMap(readChunks(request.body, maximumBytes), decode)
  }
  const length = Number(told)
  if (length === 0) return Effect.succeed("")
  if (!(length <= maximumBytes)) return Effect.fail(tooLarge(maximumBytes))
  // The parser of HTTP holds a body to the length that it tells.
  return Effect.flatMap(Effect.tryPromise({ try: () => request.arrayBuffer(), catch: incomplete }), (bytes) =>
    bytes.byteLength > maximumBytes ? Effect.fail(tooLarge(maximumBytes)) : decode(bytes)
  )
}

/** Whether a body of this type is read at all. */
export const isJson = (contentType: string | null): boolean =>
  contentType !== null && /^\s*application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType)
