/** Databases of their own for tests: fresh, on the run's one server, and dropped afterwards. */
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"
import { connect, type ConnectOptions } from "../src/client.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** The server of this run, from test/global-pg.ts. */
    postgres: { readonly host: string; readonly port: number; readonly username: string }
  }
}

/** Of the template that is copied and of what migrations do, some takes longer than the API's sessions allow. */
const patient = { statement_timeout: "0" }

const administer = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
    Effect.provide(
      connect({ ...inject("postgres"), database: "postgres", maxConnections: 1, startupParameters: patient }),
      {
        local: true
      }
    )
  )

/** The name of a new database, which is dropped with the scope. */
const copyOf = (template: string) =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const name = `test_${crypto.randomUUID().replaceAll("-", "")}`
      return Effect.as(administer(`create database ${name} template ${template}`), name)
    }),
    (name) => Effect.orDie(administer(`drop database ${name} with (force)`))
  )

const databaseFrom = (template: string, options: Partial<ConnectOptions> = {}) =>
  Layer.unwrap(
    Effect.map(copyOf(template), (name) => connect({ ...inject("postgres"), database: name, ...options }))
  )

/** As the API is: its login holds nothing, and every transaction becomes `service_role` (PG-9). */
export const asTheApi = { username: "lyceum_service", role: "service_role" } as const

/** As `testDatabase`, for a client of one's own: its name. */
export const databaseNamed = copyOf("base")

/** As `databaseNamed`, with nothing in it. */
export const emptyNamed = copyOf("template0")

/** A database with all migrations applied, as the API sees it. Share it within a file, and tell the tests apart by fresh ids. */
export const testDatabase = databaseFrom("base", asTheApi)

/** The same, for tests of the schema itself: nothing is refused, no row is hidden. */
export const ownersDatabase = databaseFrom("base")

/** Runs in the same database without the bounds of the API: fixtures by the hundred thousand, ANALYZE, DDL. */
export const asOwner = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ name: string }>`select current_database()::text as name`
    const owner = connect({
      ...inject("postgres"),
      database: row!.name,
      maxConnections: 2,
      startupParameters: patient
    })
    return yield* Effect.provide(body, owner, { local: true })
  })

/** A database with nothing in it. */
export const emptyDatabase = databaseFrom("template0", { startupParameters: patient })
