import { describe, expect, it } from "vitest"
import { Effect, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { pending } from "../src/migrate.ts"
import { testDatabase } from "./database.ts"

const onTestDatabase = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient | Scope.Scope>) =>
  Effect.runPromise(Effect.scoped(Effect.provide(body, testDatabase, { local: true })))

const name = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ name: string; zone: string }>`
    select current_database()::text as name, current_setting('timezone') as zone`
)

describe("the test database", () => {
  it("has all migrations, and UTC", () =>
    onTestDatabase(
      Effect.gen(function* () {
        expect(yield* pending).toEqual([])
        expect(yield* name).toMatchObject([{ zone: "UTC" }])
      })
    ))

  it("is another one each time, and gone afterwards", async () => {
    const [first] = await onTestDatabase(name)
    const rows = await onTestDatabase(
      Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql`select from pg_database where datname = ${first?.name}`
      )
    )
    expect(rows).toEqual([])
  })
})
