/** Databases of their own for tests: fresh, on the run's one server, and dropped afterwards. */
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"

declare module "vitest" {
  export interface ProvidedContext {
    /** The server of this run, from test/global-pg.ts. */
    postgres: { readonly host: string; readonly port: number; readonly username: string }
  }
}

const connect = (database: string, options: Partial<PgClient.PgPoolConfig> = {}) =>
  PgClient.layer({ ...inject("postgres"), database, startupParameters: { timezone: "UTC" }, ...options })

const administer = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
    Effect.provide(connect("postgres", { maxConnections: 1 }), { local: true })
  )

const databaseFrom = (template: string, options?: Partial<PgClient.PgPoolConfig>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const name = `test_${crypto.randomUUID().replaceAll("-", "")}`
      yield* Effect.acquireRelease(administer(`create database ${name} template ${template}`), () =>
        Effect.orDie(administer(`drop database ${name} with (force)`))
      )
      return connect(name, options)
    })
  )

/** A database with all migrations applied. Share it within a file, and tell the tests apart by fresh ids. */
export const testDatabase = databaseFrom("base")

/** A database with nothing in it. */
export const emptyDatabase = databaseFrom("template0")
