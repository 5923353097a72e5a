/**
 * Brings a database forward, one migration after the other; never back.
 *
 * Several migrators may start at once. Each step holds an advisory lock of
 * its transaction, never of the session, so a transaction pooler may stand
 * between (one that forgets prepared statements needs a client with
 * `prepare: false`). Whoever does not get the lock asks again: waiting for
 * it inside a statement would hold a snapshot, for which `create index
 * concurrently` of the holder waits in turn, for ever.
 */
import { Duration, Effect, Option, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import {
  bundledMigrations,
  type Migration,
  MigrationChanged,
  MigrationMisnamed,
  MigrationMissing,
  readMigrations
} from "./migrations.ts"

export { MigrationChanged, MigrationMisnamed, MigrationMissing }

/** A statement of a migration failed. Nothing of that file remains, unless it runs without a transaction. */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>()("MigrationFailed", {
  migration: Schema.String,
  statement: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `migration ${this.migration}: ${this.detail}\n${this.statement}`
  }
}

export type MigrationError =
  | MigrationMisnamed
  | MigrationChanged
  | MigrationMissing
  | MigrationFailed
  | SqlError.SqlError

/** The key of the advisory lock; any number will do that nobody else locks. */
const lock = 7_305_808_871_941n

const createHistory = Effect.fnUntraced(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create schema if not exists util`
  yield* sql`
    create table if not exists util.migrations_meta (
      migration_name text primary key,
      checksum       text not null check (checksum ~ '^[0-9a-f]{64}$'),
      applied_at     timestamptz(3) not null default clock_timestamp(),
      duration_ms    int not null check (duration_ms >= 0)
    )`
})

const tryLock = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${lock}::int8) as held`,
    ([row]) => row?.held === true
  )
)

/** Runs `body` in a transaction in which no other migrator runs one. */
const exclusively = <A, E, R>(
  body: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(Effect.when(body, tryLock))).pipe(
    // A connection lost inside a transaction arrives as a defect.
    Effect.catchDefect((defect) => (SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect))),
    Effect.flatMap((done) =>
      Option.isSome(done) ? Effect.succeed(done.value) : Effect.delay(exclusively(body), "100 millis")
    )
  )

/** The names in the history. Refuses one whose file is gone or changed. */
const history = Effect.fnUntraced(function* (migrations: ReadonlyArray<Migration>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ migration_name: string; checksum: string }>`
    select migration_name, checksum from util.migrations_meta order by migration_name`
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { checksum, migration_name: name } of rows) {
    const file = byName.get(name)
    if (file === undefined) return yield* new MigrationMissing({ migration: name })
    if (file.checksum !== checksum) return yield* new MigrationChanged({ migration: name })
  }
  return new Set(rows.map((row) => row.migration_name))
})

const detailOf = ({ message, reason }: SqlError.SqlError): string =>
  reason.cause instanceof Error ? reason.cause.message : message

const runStatements = (
  migration: Migration,
  run: (statement: string) => Effect.Effect<unknown, SqlError.SqlError>
) =>
  Effect.forEach(
    migration.statements,
    (statement) =>
      Effect.mapError(
        run(statement),
        (error) => new MigrationFailed({ migration: migration.name, statement, detail: detailOf(error) })
      ),
    { discard: true }
  )

/**
 * How a migration without a transaction runs: on a connection beside the
 * one that holds the lock, so the pool must have two. The lock's transaction
 * idles meanwhile, for as long as it takes. Its last statement holds no
 * snapshot, for which `create index concurrently` would wait for ever.
 */
const outsideTransaction = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const connection = yield* sql.reserve
  yield* sql`set local idle_in_transaction_session_timeout = 0`
  return (statement: string) => connection.executeUnprepared(statement, [], undefined)
})

const insideTransaction = Effect.map(
  SqlClient.SqlClient,
  (sql) => (statement: string) => sql.unsafe(statement).unprepared
)

const apply = Effect.fnUntraced(function* (migration: Migration) {
  const sql = yield* SqlClient.SqlClient
  const run = yield* migration.transactional ? insideTransaction : outsideTransaction
  const [duration] = yield* Effect.timed(runStatements(migration, run))
  yield* sql`
    insert into util.migrations_meta (migration_name, checksum, duration_ms)
    values (${migration.name}, ${migration.checksum}, ${Math.round(Duration.toMillis(duration))})`
}, Effect.scoped)

/** Applies the first migration that is missing, whoever applied those before it. */
const applyNext = Effect.fnUntraced(function* (all: ReadonlyArray<Migration>) {
  const done = yield* history(all)
  const next = all.find(({ name }) => !done.has(name))
  if (next !== undefined) yield* apply(next)
  return next?.name
})

/** Applies the migrations of a folder that the database lacks, and answers their names. */
export const migrateFrom = Effect.fn("migrateFrom")(function* (folder: string) {
  const all = yield* readMigrations(folder)
  yield* exclusively(createHistory())
  const applied: Array<string> = []
  for (;;) {
    const name = yield* exclusively(applyNext(all))
    if (name === undefined) return applied
    applied.push(name)
  }
})

/** The names of the migrations that `migrateFrom` would apply. Changes nothing. */
export const pendingFrom = Effect.fn("pendingFrom")(function* (folder: string) {
  const sql = yield* SqlClient.SqlClient
  const all = yield* readMigrations(folder)
  const [row] = yield* sql<{ known: boolean }>`
    select to_regclass('util.migrations_meta') is not null as known`
  const done = row?.known === true ? yield* history(all) : new Set<string>()
  return all.map(({ name }) => name).filter((name) => !done.has(name))
})

/** Applies the migrations of this version that the database lacks, and answers their names. */
export const migrate: Effect.Effect<ReadonlyArray<string>, MigrationError, SqlClient.SqlClient> = migrateFrom(
  bundledMigrations
)

export const pending: Effect.Effect<ReadonlyArray<string>, MigrationError, SqlClient.SqlClient> = pendingFrom(
  bundledMigrations
)
