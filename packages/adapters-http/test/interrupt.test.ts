/** What runs in the database ends with the request: when the client goes away, and when the time is up. Source: API-5. */
import { Transaction } from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, ManagedRuntime, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll } from "vitest"
import { appOver } from "../src/app.ts"
import type { UseCase } from "../src/handler.ts"
import { serve } from "../src/node.ts"
import { asOwner } from "../../adapters-postgres/test/database.ts"
import { postgresServices } from "./postgres.ts"
import { ada, defaultOptions, tokenFor } from "./school.ts"

const runtime = ManagedRuntime.make(Layer.orDie(postgresServices))
afterAll(() => runtime.dispose())

describe("a command that takes long", () => {
  const scope = Scope.makeUnsafe()
  let url = ""
  beforeAll(async () => {
    const use = await runtime.runPromise(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { run } = yield* Transaction
        yield* asOwner(
          Effect.gen(function* () {
            const owner = yield* SqlClient.SqlClient
            yield* owner`create table marks (id int primary key)`
            yield* owner`grant select, insert on marks to service_role`
          })
        )
        const slow: UseCase = () =>
          run(Effect.andThen(sql`insert into marks values (1)`, Effect.orDie(sql`select pg_sleep(60)`)))
        return slow
      })
    )
    const limits = { ...defaultOptions.limits, requestMillis: 1500 }
    const app = await runtime.runPromise(appOver({ ...defaultOptions, limits }, () => use))
    url = (await Effect.runPromise(Scope.provide(serve(app, { port: 0 }), scope))).url
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  const ask = async (signal?: AbortSignal) =>
    fetch(`${url}/v1/flags`, {
      headers: { authorization: `Bearer ${await tokenFor(ada)}` },
      ...(signal && { signal })
    })

  /** Backends of this database that run something of ours, or hold a transaction open. */
  const busy = () =>
    runtime.runPromise(
      Effect.map(
        // Only an administrator sees what others do.
        asOwner(
          Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql<{ busy: number }>`
              select count(*)::int as busy from pg_stat_activity
              where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`
          )
        ),
        ([row]) => row?.busy
      )
    )
  const marks = () =>
    runtime.runPromise(
      Effect.map(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select * from marks`),
        (rows) => rows.length
      )
    )

  const until = async (wanted: number) => {
    for (let tries = 0; tries < 100 && (await busy()) !== wanted; tries++) await sleep(20)
    return busy()
  }

  it("is cancelled and rolled back when the client goes away (API-5, KER-15)", async () => {
    const gone = new AbortController()
    const asked = ask(gone.signal).then(
      () => "answered",
      () => "gone"
    )
    assert.strictEqual(await until(1), 1)
    gone.abort()
    assert.strictEqual(await asked, "gone")
    assert.strictEqual(await until(0), 0)
    assert.strictEqual(await marks(), 0)
  })

  it("is cancelled and rolled back when the time is up, and the client is told (API-5, KER-15)", async () => {
    const answer = await ask()
    assert.strictEqual(answer.status, 503)
    assert.strictEqual(((await answer.json()) as { code: string }).code, "http.timed_out")
    assert.strictEqual(await until(0), 0)
    assert.strictEqual(await marks(), 0)
  })
})
