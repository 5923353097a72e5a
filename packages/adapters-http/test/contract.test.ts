/**
 * HTTP is a third adapter: the laws of use cases that hold on memory hold through requests, routes, JSON and problems
 * too. Every use case that a contract builds is reached by the client over a server that has it. Source: API-1.
 */
import { memoryLayer } from "@lyceum/adapters-memory"
import { Before, everyContract, Writers } from "@lyceum/core/contract"
import { ViewAs } from "@lyceum/core/identity"
import { KeyVerifier } from "@lyceum/core/keys"
import { Actor, Door, type Operation } from "@lyceum/core/shared"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { appOver } from "../src/app.ts"
import { callerOf } from "../src/call.ts"
import type { UseCase } from "../src/handler.ts"
import { unauthenticated } from "../src/index.ts"
import { everyRoute } from "../src/routes/index.ts"

const AsText = Schema.fromJsonString(Schema.toCodecJson(Actor))
const written = Schema.encodeSync(AsText)
const read = Schema.decodeUnknownOption(AsText)

/** Who asks, as the contract says it: any actor at all, where a real deployment takes tokens. */
const actorOf = (request: Request) => {
  const header = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""
  return Effect.mapError(Effect.fromOption(read(decodeURIComponent(header))), () => unauthenticated)
}
const credentials = (actor: Actor) => Effect.succeedSome(encodeURIComponent(written(actor)))

const plenty = {
  requestsPerMinute: 1e9,
  anonymousRequestsPerMinute: 1e9,
  writesPerMinute: 1e9,
  concurrency: 1e9,
  requestMillis: 60_000
}

/** Requests so far. */
let asked = 0

/** A door whose use cases are called over HTTP: what it makes is a client, and the body stands behind a route. */
const overHttp = Effect.fnUntraced(function* (door: Door["Service"]) {
  const behind = new Map<string, UseCase>()
  const app = yield* appOver(
    { authentication: { actorOf }, limits: plenty, accessLog: false },
    ({ operation }) =>
      (input) =>
        behind.get(operation.name)?.(input) ?? Effect.die(new Error(`no ${operation.name} here`))
  ).pipe(
    Effect.provideService(KeyVerifier, KeyVerifier.of({ verify: () => Effect.succeedNone })),
    Effect.provideService(ViewAs, ViewAs.of({ check: () => Effect.succeed(false) }))
  )
  const call = callerOf({
    baseUrl: "http://school.test",
    credentials,
    fetch: async (url, init) => {
      asked += 1
      return app.request(url, init)
    }
  })
  const through =
    (make: (operation: Operation, body: never) => UseCase) =>
    (operation: Operation, body: never): UseCase => {
      const use = make(operation, body)
      const route = everyRoute.find((one) => one.operation === operation)
      if (route === undefined) return use
      behind.set(operation.name, use)
      return call(route) as UseCase
    }
  return Door.of({
    command: through(door.command as never),
    query: through(door.query as never),
    hotQuery: through(door.hotQuery as never)
  } as unknown as Door["Service"])
})

everyContract(
  "memory over HTTP",
  Layer.mergeAll(memoryLayer, Layer.succeed(Before, overHttp), Layer.succeed(Writers, "one"))
)

it("the use cases of these contracts were asked over HTTP (API-1)", () => assert.isAbove(asked, 100))
