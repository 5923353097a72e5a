/** Migrating as somebody who is no superuser, once an administrator made the roles. Source: PG-6. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"
import { connect } from "../../src/client.ts"
import { migrate } from "../../src/migrate.ts"
import { findings, rolesScript } from "../../src/security/index.ts"

const as = (username: string, database: string) =>
  connect({
    ...inject("postgres"),
    username,
    database,
    maxConnections: 2,
    startupParameters: { statement_timeout: "0" }
  })
const database = "test_migrator_database"
const login = "test_migrator"

const administer = (...statements: ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(statements, (statement) => sql.unsafe(statement).unprepared, { discard: true })
  ).pipe(Effect.provide(as("postgres", "postgres"), { local: true }))

it.effect(
  "works for the owner of a database that is a member of owner and definer, and says what is missing otherwise (PG-6)",
  () =>
    Effect.gen(function* () {
      yield* Effect.acquireRelease(
        administer(`create role ${login} login`, `create database ${database} owner ${login}`),
        () => Effect.orDie(administer(`drop database ${database} with (force)`, `drop role ${login}`))
      )
      // The roles are there, but this one is none of their members.
      const refused = yield* Effect.flip(Effect.provide(migrate, as(login, database), { local: true }))
      assert.match(
        refused.message,
        /test_migrator is no member of lyceum_owner and lyceum_definer: have an administrator run: grant/
      )
      yield* administer(`grant lyceum_owner, lyceum_definer to ${login}`)
      const applied = yield* Effect.provide(migrate, as(login, database), { local: true })
      assert.include(applied, "0023_security_create_policies")
      assert.deepStrictEqual(yield* Effect.provide(findings, as(login, database), { local: true }), [])
      // What the script makes is made already.
      yield* administer(rolesScript())
    }).pipe(Effect.scoped)
)
