import { describe, expect, it } from "vitest"
import { Effect, Fiber, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { createHash } from "node:crypto"
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { migrateFrom, pendingFrom } from "../src/migrate.ts"
import { emptyDatabase } from "./database.ts"

const people = "create table people (name text primary key);\ninsert into people values ('ann; bob');\n"
const pets = "create table pets (name text primary key);\n"

/** A folder with these migrations, gone after the test. */
const folderOf = (files: Readonly<Record<string, string>>): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "migrations-"))
      for (const [name, script] of Object.entries(files)) writeFileSync(join(folder, name), script)
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const onEmptyDatabase = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient | Scope.Scope>) =>
  Effect.runPromise(Effect.scoped(Effect.provide(body, emptyDatabase, { local: true })))

const tables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ name: string }>`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
  return rows.map(({ name }) => name)
})

describe("migrate", () => {
  it("applies what is missing, in order, and tells it", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({
          "0002_pets_create_table.sql": pets,
          "0001_people_create_table.sql": people
        })
        expect(yield* pendingFrom(folder)).toEqual(["0001_people_create_table", "0002_pets_create_table"])
        expect(yield* migrateFrom(folder)).toEqual(["0001_people_create_table", "0002_pets_create_table"])
        expect(yield* tables).toEqual(["people", "pets"])
        expect(yield* migrateFrom(folder)).toEqual([])
        expect(yield* pendingFrom(folder)).toEqual([])
      })
    ))

  it("keeps a history with the checksum of each file", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrateFrom(yield* folderOf({ "0001_people_create_table.sql": people }))
        const rows = yield* sql`
          select migration_name, checksum, duration_ms >= 0 as took, applied_at between now() - interval '1 minute' and now() as recent
          from util.migrations_meta`
        const checksum = createHash("sha256").update(people).digest("hex")
        expect(rows).toEqual([
          { migration_name: "0001_people_create_table", checksum, took: true, recent: true }
        ])
      })
    ))

  it("applies each migration once when several migrators start at once", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const files = Array.from({ length: 9 }, (_, i) => [
          `000${i + 1}_t_create_t${i}.sql`,
          `create table t${i} (id int);`
        ])
        const folder = yield* folderOf(Object.fromEntries(files))
        const applied = yield* Effect.all([migrateFrom(folder), migrateFrom(folder), migrateFrom(folder)], {
          concurrency: "unbounded"
        })
        expect(applied.flat().sort()).toEqual(files.map(([name]) => name?.replace(".sql", "")))
      })
    ))

  it("applies an index built concurrently once when several migrators start at once", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({
          "0001_people_create_table.sql": people,
          "0002_people_create_index.sql":
            "-- Needed by the list.\n-- no transaction\ncreate index concurrently people_upper on people (upper(name));"
        })
        const applied = yield* Effect.all([migrateFrom(folder), migrateFrom(folder), migrateFrom(folder)], {
          concurrency: "unbounded"
        })
        expect(applied.flat().sort()).toEqual(["0001_people_create_table", "0002_people_create_index"])
      })
    ))

  it("refuses a file that was applied and then edited", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({ "0001_people_create_table.sql": people })
        yield* migrateFrom(folder)
        writeFileSync(join(folder, "0001_people_create_table.sql"), `${people}-- better\n`)
        writeFileSync(join(folder, "0002_pets_create_table.sql"), pets)
        expect(yield* Effect.flip(migrateFrom(folder))).toMatchObject({
          _tag: "MigrationChanged",
          migration: "0001_people_create_table"
        })
        expect((yield* Effect.flip(pendingFrom(folder)))._tag).toBe("MigrationChanged")
        expect(yield* tables).toEqual(["people"])
      })
    ))

  it("refuses a database that has a migration without a file", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({ "0001_people_create_table.sql": people })
        yield* migrateFrom(folder)
        renameSync(
          join(folder, "0001_people_create_table.sql"),
          join(folder, "0001_people_create_person.sql")
        )
        expect(yield* Effect.flip(migrateFrom(folder))).toMatchObject({
          _tag: "MigrationMissing",
          migration: "0001_people_create_table"
        })
      })
    ))

  it.each([
    ["a gap", ["0001_a_create_a.sql", "0003_b_create_b.sql"], "0003_b_create_b.sql"],
    ["a number used twice", ["0001_a_create_a.sql", "0001_b_create_b.sql"], "0001_b_create_b.sql"],
    ["a name without its object", ["0001_a_create.sql"], "0001_a_create.sql"],
    ["a name without its number", ["0001_a_create_a.sql", "later.sql"], "later.sql"]
  ])("refuses %s before it applies anything", (_, files, name) =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf(
          Object.fromEntries(files.map((file) => [file, "create table a (id int);"]))
        )
        expect(yield* Effect.flip(migrateFrom(folder))).toMatchObject({
          _tag: "MigrationMisnamed",
          migration: name
        })
        expect(yield* tables).toEqual([])
      })
    )
  )

  it("leaves nothing of a file whose statement fails, keeps the files before, and runs again", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({
          "0001_people_create_table.sql": people,
          "0002_pets_create_table.sql": `${pets}insert into nowhere values (1);\ncreate table later (id int);`,
          "0003_toys_create_table.sql": "create table toys (id int);"
        })
        expect(yield* Effect.flip(migrateFrom(folder))).toMatchObject({
          _tag: "MigrationFailed",
          migration: "0002_pets_create_table",
          statement: "insert into nowhere values (1)",
          detail: 'relation "nowhere" does not exist'
        })
        expect(yield* tables).toEqual(["people"])
        writeFileSync(join(folder, "0002_pets_create_table.sql"), pets)
        expect(yield* migrateFrom(folder)).toEqual(["0002_pets_create_table", "0003_toys_create_table"])
        expect(yield* tables).toEqual(["people", "pets", "toys"])
      })
    ))

  it("runs a file without a transaction again after its statement failed", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const index = "create unique index concurrently people_one on people ((true))"
        const folder = yield* folderOf({
          "0001_people_create_table.sql": `${people}insert into people values ('cy');`,
          "0002_people_create_index.sql": `-- no transaction\ndrop index concurrently if exists people_one;\n${index};`
        })
        expect((yield* Effect.flip(migrateFrom(folder)))._tag).toBe("MigrationFailed")
        yield* sql`delete from people where name = 'cy'`
        expect(yield* migrateFrom(folder)).toEqual(["0002_people_create_index"])
      })
    ))

  it("leaves nothing when it is interrupted in the middle of a file", () =>
    onEmptyDatabase(
      Effect.gen(function* () {
        const folder = yield* folderOf({ "0001_people_create_table.sql": `${people}select pg_sleep(60);` })
        const sql = yield* SqlClient.SqlClient
        const sleeping = sql`select from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(60)'`
        const fiber = yield* Effect.forkChild(migrateFrom(folder))
        yield* Effect.repeat(sleeping, { until: (rows) => rows.length > 0 })
        yield* Fiber.interrupt(fiber)
        expect(yield* tables).toEqual([])
        writeFileSync(join(folder, "0001_people_create_table.sql"), people)
        expect(yield* migrateFrom(folder)).toEqual(["0001_people_create_table"])
      })
    ))
})
