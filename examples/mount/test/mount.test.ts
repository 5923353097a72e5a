import { lyceumInMemory } from "@lyceum/adapters-memory/lyceum"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { host } from "../src/index.ts"

it.layer(lyceumInMemory)("Lyceum in another application", (it) => {
  const get = Effect.fnUntraced(function* (path: string, cookie?: string) {
    const app = yield* host
    return yield* Effect.promise(async () =>
      app.request(path, cookie === undefined ? {} : { headers: { cookie } })
    )
  })

  it.effect("leaves the host's own pages alone", () =>
    Effect.gen(function* () {
      const page = yield* get("/")
      assert.strictEqual(yield* Effect.promise(() => page.text()), "A school of our own")
    })
  )

  it.effect("knows the host's users by their sessions", () =>
    Effect.gen(function* () {
      const mine = yield* get("/learn/v1/held-permissions", "session=s3cret-of-lea")
      assert.strictEqual(mine.status, 200)
      const visitor = yield* get("/learn/v1/me/settings")
      assert.strictEqual(visitor.status, 401)
    })
  )

  it.effect("refuses a session that is none", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* get("/learn/v1/tiers", "session=guessed")).status, 401)
    })
  )
})
