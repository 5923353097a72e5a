/** The second gate as operators see it: what makes its roles, and whether it stands. Source: PG-6, PG-11. */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { lints } from "./lints.ts"
import { roleNames, rolesScript } from "./roles.ts"

export { rolesScript }

/** Something that should not be as it is. */
export interface Finding {
  /** The lint, or `roles`. */
  readonly name: string
  readonly says: string
  readonly places: ReadonlyArray<string>
}

/** What is wrong with roles, policies and grants; empty when nothing is. Reads catalogs only. */
export const findings: Effect.Effect<
  ReadonlyArray<Finding>,
  SqlError.SqlError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const missing = yield* sql<{ name: string }>`
    select name from unnest(${roleNames}::text[]) name where to_regrole(name) is null order by 1`
  if (missing.length > 0) {
    const says = "roles are missing: have an administrator run what lyceum migrate --roles prints"
    return [{ name: "roles", says, places: missing.map(({ name }) => name) }]
  }
  const found = yield* Effect.forEach(lints, ({ name, says, sql: statement }) =>
    Effect.map(sql.unsafe<{ place: string }>(statement), (rows) => ({
      name,
      says,
      places: rows.map(({ place }) => place)
    }))
  )
  return found.filter(({ places }) => places.length > 0)
})

/** Tells the functions of the paywall what the deployment decided; the core has it from its configuration (ACC-3). */
export const keepCourseDefault = (courseDefault: "open" | "closed") =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`update access.deployment set course_default = ${courseDefault}, updated_at = util.now()
      where course_default <> ${courseDefault}`
  )
