/** Lyceum inside a Hono application that signs its users in by itself: run it with `node examples/mount/src/index.ts`. */
import { lyceumApp, unauthenticated } from "@lyceum/adapters-http"
import { serve } from "@lyceum/adapters-http/node"
import { lyceumInMemory } from "@lyceum/adapters-memory/lyceum"
import { anonymous, user, UserId } from "@lyceum/core/shared"
import { Console, Effect } from "effect"
import { Hono } from "hono"

/** The host's own sessions; yours would be in a database. */
const sessions = new Map([["s3cret-of-lea", UserId.make("11111111-1111-4111-8111-111111111111")]])

const sessionOf = (request: Request): string | undefined =>
  /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1]

/** No session is a visitor; a session that is not one is refused, never taken for a visitor. */
const actorOf = (request: Request) => {
  const session = sessionOf(request)
  if (session === undefined) return Effect.succeed(anonymous)
  const userId = sessions.get(session)
  return userId === undefined ? Effect.fail(unauthenticated) : Effect.succeed(user(userId))
}

/** The host with Lyceum below /learn. */
export const host = Effect.gen(function* () {
  const lyceum = yield* lyceumApp({ authentication: { actorOf } })
  return new Hono().get("/", (c) => c.text("A school of our own")).route("/learn", lyceum)
})

if (import.meta.main) {
  const program = Effect.gen(function* () {
    const { url } = yield* serve(yield* host, { port: Number(process.env["PORT"] ?? 3001) })
    yield* Console.log(`The host answers at ${url}, Lyceum at ${url}/learn/v1`)
    return yield* Effect.never
  })
  await Effect.runPromise(Effect.scoped(program).pipe(Effect.provide(lyceumInMemory)))
}
