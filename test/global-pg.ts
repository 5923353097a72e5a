/** One PostgreSQL for the whole run, with a migrated database `base` that test files clone. Without it the run fails. */
import { PgClient } from "@effect/sql-pg"
import { Effect, Exit, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import type { TestProject } from "vitest/node"
import * as EmbeddedPostgres from "../packages/adapters-postgres/src/embedded.ts"
import { migrate } from "../packages/adapters-postgres/src/migrate.ts"
import type {} from "../packages/adapters-postgres/test/database.ts"

/** Memory is several times faster than a disk; containers often have too little of it there. */
const roomiest = (): string => {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm")
    return bavail * bsize > 2 ** 30 ? "/dev/shm" : tmpdir()
  } catch {
    return tmpdir() // macOS has no /dev/shm
  }
}

const start = Effect.gen(function* () {
  const server = yield* EmbeddedPostgres.start({
    temporary: roomiest(),
    settings: { max_connections: "200", max_wal_size: "256MB" }
  })
  const on = (database: string) => PgClient.layer({ ...server, database, maxConnections: 2 })
  yield* Effect.provide(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`create database base`),
    on("postgres")
  )
  // Its connections end here: a template must have none.
  yield* Effect.provide(migrate, on("base"))
  return server
})

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scope = Scope.makeUnsafe()
  const close = Scope.close(scope, Exit.void)
  // Vitest calls no teardown for a setup that failed, and a running server would keep it waiting.
  project.provide(
    "postgres",
    await Effect.runPromise(Effect.onError(Scope.provide(start, scope), () => close))
  )
  return () => Effect.runPromise(close)
}
