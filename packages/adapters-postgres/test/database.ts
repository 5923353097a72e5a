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

/** As `testDatabase`, for a client of one's own: its name. */
export const databaseNamed = copyOf("base")

/** As `databaseNamed`, with nothing in it. */
export const emptyNamed = copyOf("template0")

/** A database with all migrations applied. Share it within a file, and tell the tests apart by fresh ids. */
export const testDatabase = databaseFrom("base")

/** A database with nothing in it. */
export const emptyDatabase = databaseFrom("template0", { startupParameters: patient })
