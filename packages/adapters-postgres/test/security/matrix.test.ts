/** Who sees what, row by row and column by column, and that nobody can loosen it unnoticed. Source: PG-10. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ownersDatabase } from "../database.ts"
import { callable, guards, installMatrix, privileges, privilegesOf, rowsSeen, type Seen } from "./matrix.ts"
import { fillScene, sceneNames } from "./scene.ts"

/** Everything that body does is undone, and what it answered is kept. */
const undone = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  let answer: A | undefined
  yield* Effect.exit(
    sql.withTransaction(
      Effect.andThen(
        Effect.tap(body, (value) => Effect.sync(() => void (answer = value))),
        Effect.die("undone")
      )
    )
  )
  return answer!
})

/** Actors with the same answer on one line; rows by their names. */
const told = (seen: ReadonlyArray<Seen>, names: ReadonlyMap<string, string>) => {
  const named = (keys: string) =>
    keys
      .split(",")
      .map((key) =>
        key
          .split("/")
          .map((part) => names.get(part) ?? part)
          .join("/")
      )
      .sort()
      .join(", ")
  const tables = [...new Set(seen.map(({ tab }) => tab))].sort()
  return tables.flatMap((tab) => {
    const rows = seen.filter((one) => one.tab === tab)
    const all = rows.find(({ actor }) => actor === "service")!.seen
    const lines = new Map<string, Array<string>>()
    for (const { actor, seen: keys } of rows) {
      const answer =
        keys === "42501"
          ? "refused"
          : keys === ""
            ? "no row"
            : keys === all && actor !== "service"
              ? "all"
              : named(keys)
      const line = tab === "util.migrations_meta" && actor === "service" ? "all" : answer
      lines.set(line, [...(lines.get(line) ?? []), actor])
    }
    return [tab, ...[...lines].map(([answer, who]) => `  ${who.join(" ")}: ${answer}`)]
  })
}

const golden = (name: string, lines: ReadonlyArray<string>) => {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const text = `${lines.join("\n")}\n`
  if (!existsSync(file) || process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text)
  assert.strictEqual(
    text,
    readFileSync(file, "utf8"),
    `Who sees what has changed. If that was meant, look at the difference line by line: UPDATE_GOLDEN=1 writes ${name}.`
  )
}

it.layer(ownersDatabase, { excludeTestServices: true, timeout: "300 seconds" })(
  "The database as a second gate",
  (it) => {
    it.effect("shows each actor the rows that the matrix says, of every table (PG-10)", () =>
      Effect.gen(function* () {
        yield* fillScene
        const names = yield* sceneNames
        const seen = yield* undone(Effect.andThen(installMatrix, rowsSeen()))
        // A table where nothing is to be seen proves nothing.
        const empty = seen.filter((one) => one.actor === "service" && one.seen === "").map(({ tab }) => tab)
        assert.deepStrictEqual(empty, [], "give the scene rows of these tables")
        golden("rows.golden.txt", told(seen, names))
      })
    )

    it.effect("gives each role the columns and functions that the matrix says (PG-8, PG-16)", () =>
      Effect.gen(function* () {
        const columns = (yield* privileges).map(
          ({ anon, authenticated, col, service_role, tab }) =>
            `${tab}.${col}: anon ${anon || "-"}, authenticated ${authenticated || "-"}, service_role ${service_role || "-"}`
        )
        const calls = (yield* callable).map(
          ({ callers, name, owner, runs }) => `${name} of ${owner}, ${runs}: ${callers || "-"}`
        )
        const tables = (yield* guards).map(({ owner, rls, tab }) => `${tab} of ${owner}: ${rls}`)
        golden("columns.golden.txt", [...tables, ...columns, ...calls])
      })
    )

    it.effect("lets nobody but service_role write (PG-7)", () =>
      Effect.gen(function* () {
        const writes = (yield* privileges).filter(({ anon, authenticated }) =>
          /[iudt]/.test(anon + authenticated)
        )
        assert.deepStrictEqual(writes, [])
        const truncates = (yield* privileges).filter(({ service_role }) => service_role.includes("t"))
        assert.deepStrictEqual(truncates, [])
        const sql = yield* SqlClient.SqlClient
        const policies =
          yield* sql`select * from pg_policies where cmd <> 'SELECT' and (roles && '{anon,authenticated,public}')`
        assert.deepStrictEqual(policies, [])
      })
    )

    it.effect(
      "shows red for every policy and grant that is dropped or weakened (PG-10)",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const mutants = yield* mutations
          const text = (told: unknown) => JSON.stringify(told)
          // A mutant of a function shows by who may call it, any other by its table.
          const fingerprint = ({ statement, table }: Mutant) =>
            statement.includes("execute on function")
              ? Effect.map(callable, text)
              : Effect.map(Effect.all([rowsSeen([table]), privilegesOf(table), guards]), text)
          const subject = ({ statement, table }: Mutant) =>
            statement.includes("execute on function") ? "functions" : table
          yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* installMatrix
              const before = new Map<string, string>()
              for (const mutant of mutants)
                if (!before.has(subject(mutant))) before.set(subject(mutant), yield* fingerprint(mutant))
              const survivors: Array<string> = []
              for (const mutant of mutants) {
                const { statement } = mutant
                const after = yield* undone(
                  Effect.andThen(sql.unsafe(statement).unprepared, fingerprint(mutant))
                )
                assert.isString(after, statement)
                if (after === before.get(subject(mutant))) survivors.push(statement)
              }
              assert.deepStrictEqual(survivors, [])
              assert.isAbove(mutants.length, 300)
              yield* Effect.logInfo(`${mutants.length} mutants of policies, grants and functions, all seen`)
            })
          )
        }),
      180_000
    )
  }
)

interface Mutant {
  readonly table: string
  readonly statement: string
}

/** One statement each that takes something away, or gives something that nobody should have. */
const mutations = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const policies = yield* sql<{
    table: string
    name: string
    cmd: string
    qual: string | null
    check: string | null
  }>`
    select schemaname || '.' || tablename as table, policyname as name, cmd, qual, with_check as check from pg_policies
    where policyname <> 'owner_all'`
  const columns = yield* privileges
  const tables = [...new Set(policies.map(({ table }) => table))]
  const calls = yield* callable
  const found: Array<Mutant> = []
  for (const { cmd, name, qual, table } of policies) {
    // Nothing is written here: what a missing policy for writing does, roles.test.ts tells.
    if (cmd === "INSERT") continue
    found.push({ table, statement: `drop policy ${name} on ${table}` })
    if (qual !== "true") found.push({ table, statement: `alter policy ${name} on ${table} using (true)` })
    if (qual !== "true" || cmd === "ALL")
      found.push({ table, statement: `alter policy ${name} on ${table} using (false)` })
    found.push({ table, statement: `alter policy ${name} on ${table} to lyceum_batch` })
  }
  for (const table of tables) {
    found.push({ table, statement: `alter table ${table} disable row level security` })
    found.push({ table, statement: `alter table ${table} no force row level security` })
    for (const role of ["anon", "authenticated"]) {
      for (const privilege of ["insert", "update", "delete", "truncate"])
        found.push({ table, statement: `grant ${privilege} on ${table} to ${role}` })
    }
    found.push({ table, statement: `revoke select on ${table} from service_role` })
  }
  for (const { anon, authenticated, col, tab } of columns) {
    if (!tables.includes(tab)) continue
    const give = (role: string) => ({ table: tab, statement: `grant select (${col}) on ${tab} to ${role}` })
    if (anon === "") found.push(give("anon"))
    if (authenticated === "") found.push(give("authenticated"))
    else found.push({ table: tab, statement: `revoke select on ${tab} from authenticated` })
  }
  for (const { callers, name } of calls) {
    const table = "public.profiles"
    for (const role of ["anon", "authenticated"]) {
      const verb = callers.split(" ").includes(role)
        ? `revoke execute on function ${name} from`
        : `grant execute on function ${name} to`
      found.push({ table, statement: `${verb} ${role}` })
    }
    found.push({ table, statement: `grant execute on function ${name} to public` })
  }
  return [...new Map(found.map((one) => [one.statement, one])).values()]
})
