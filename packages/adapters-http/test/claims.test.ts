/** What the database is told of a request: who asks, and what the request is called. Source: PG-9, API-4. */
import { CurrentActor } from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll } from "vitest"
import { appOver } from "../src/app.ts"
import { postgresServices } from "./postgres.ts"
import { ada, ask, defaultOptions, tokenFor } from "./school.ts"

const runtime = ManagedRuntime.make(Layer.orDie(postgresServices))
afterAll(() => runtime.dispose())

describe("the claims of a statement", () => {
  it("name the request as its answer does, also where a proxy named it (PG-9)", async () => {
    const seen: Array<unknown> = []
    const sql = await runtime.runPromise(SqlClient.SqlClient)
    const use = () =>
      sql<{ claims: unknown }>`select current_setting('request.jwt.claims')::jsonb as claims`.pipe(
        Effect.map(([row]) => seen.push(row?.claims)),
        Effect.andThen(CurrentActor),
        Effect.orDie
      )
    const app = await runtime.runPromise(appOver(defaultOptions, () => use))
    const token = await tokenFor(ada)
    const own = await ask({ app }, "GET", "/v1/flags", { token })
    await ask({ app }, "GET", "/v1/flags", { token, headers: { "x-request-id": "proxy-0001" } })
    await ask({ app }, "GET", "/v1/flags", { headers: { "x-request-id": '","role":"x' } })
    const requestId = own.headers.get("x-request-id")
    assert.deepStrictEqual(seen.slice(0, 2), [
      { sub: ada, role: "service_role", request_id: requestId },
      { sub: ada, role: "service_role", request_id: "proxy-0001" }
    ])
    const [, , visitor] = seen as ReadonlyArray<{ readonly request_id: string; readonly role: string }>
    assert.strictEqual(visitor?.role, "service_role")
    assert.match(visitor!.request_id, /^[\w.-]{8,64}$/)
  })
})
