/**
 * A whole database in one immutable value.
 *
 * Rows are kept as JSON text, as a real store would, so nothing leaks by reference. One writer at a time; a transaction
 * works on its own copy and swaps it in at the end, so readers never see half a change.
 */
import { type Instant, InTransaction, Transaction, currentInstant } from "@lyceum/core/shared"
import { Chunk, Context, Effect, Exit, HashMap, Layer, Option, Schema, Semaphore } from "effect"

type Rows = HashMap.HashMap<string, string>
type Tables = HashMap.HashMap<string, Rows>

/** Tables by name, rows by key, each row as JSON. */
export type Entries = Readonly<Record<string, Readonly<Record<string, string>>>>

/** One row put, or removed where there is no text. */
export interface Write {
  readonly table: string
  readonly key: string
  readonly row: string | undefined
}

const rowsOf = (tables: Tables, name: string): Rows =>
  Option.getOrElse(HashMap.get(tables, name), () => HashMap.empty<string, string>())

const written = (tables: Tables, { key, row, table }: Write): Tables => {
  const rows = rowsOf(tables, table)
  return HashMap.set(
    tables,
    table,
    row === undefined ? HashMap.remove(rows, key) : HashMap.set(rows, key, row)
  )
}

interface Copy {
  tables: Tables
  /** What the transaction wrote so far, in order. */
  writes: Chunk.Chunk<Write>
  /** What is to be done once the transaction has ended well. */
  later: ReadonlyArray<Effect.Effect<void>>
}

/** The copy that a running transaction works on; its savepoints at one level come one after the other. */
class WorkingCopy extends Context.Service<
  WorkingCopy,
  {
    readonly copy: Copy
    readonly savepoint: Semaphore.Semaphore
  }
>()("lyceum/memory/WorkingCopy") {}

export class MemoryDatabase extends Context.Service<
  MemoryDatabase,
  {
    /** Reads the tables, as the running transaction sees them. */
    readonly read: <A>(f: (tables: Tables) => A) => Effect.Effect<A>
    /** Writes one row; kept once the running transaction has ended well, at once outside of one. */
    readonly write: (write: Write) => Effect.Effect<void>
    readonly transact: Transaction["Service"]["run"]
    /** Does something once the running transaction has ended well; at once outside of one. */
    readonly afterCommit: (effect: Effect.Effect<void>) => Effect.Effect<void>
    /** Every row of every table, by its key, as JSON. */
    readonly entries: Effect.Effect<Entries>
    /** Does something with the writes of every transaction before its end is told; for stores that outlive the process. */
    readonly onCommit: (keep: (writes: Iterable<Write>) => Effect.Effect<void>) => Effect.Effect<void>
  }
>()("lyceum/memory/MemoryDatabase") {
  static readonly layer = Layer.effect(
    MemoryDatabase,
    Effect.gen(function* () {
      const committed: Copy = { tables: HashMap.empty(), writes: Chunk.empty(), later: [] }
      let keep: (writes: Iterable<Write>) => Effect.Effect<void> = () => Effect.void
      const writer = yield* Semaphore.make(1)
      const current = Effect.map(
        Effect.serviceOption(WorkingCopy),
        Option.match({ onNone: () => committed, onSome: ({ copy }) => copy })
      )

      const workOn = <A, E, R>(copy: Copy, body: Effect.Effect<A, E, R>) =>
        Effect.provideService(body, WorkingCopy, { copy, savepoint: Semaphore.makeUnsafe(1) })

      /** A savepoint: what a failed body wrote is undone, the rest of the transaction stays. */
      const nested = <A, E, R>({ copy, savepoint }: WorkingCopy["Service"], body: Effect.Effect<A, E, R>) =>
        Effect.suspend(() => {
          const before = { ...copy }
          return Effect.onExit(workOn(copy, body), (exit) =>
            Effect.sync(() => {
              if (Exit.isFailure(exit)) Object.assign(copy, before)
            })
          )
        }).pipe(savepoint.withPermits(1))

      const begin = <A, E, R>(body: Effect.Effect<A, E, R>, now: Instant) =>
        Effect.suspend(() => {
          const copy: Copy = { tables: committed.tables, writes: Chunk.empty(), later: [] }
          return workOn(copy, Effect.provideService(body, InTransaction, { now })).pipe(
            Effect.onExit((exit) =>
              Effect.suspend(() => {
                if (Exit.isFailure(exit)) return Effect.void
                return Effect.andThen(
                  keep(copy.writes),
                  Effect.suspend(() => {
                    committed.tables = copy.tables
                    return Effect.all(copy.later, { discard: true })
                  })
                )
              })
            )
          )
        }).pipe(writer.withPermits(1))

      const transact = <A, E, R>(body: Effect.Effect<A, E, R>) =>
        Effect.flatMap(Effect.serviceOption(WorkingCopy), (outer) =>
          Option.isSome(outer)
            ? nested(outer.value, body)
            : Effect.flatMap(currentInstant, (now) => begin(body, now))
        )

      return MemoryDatabase.of({
        read: (f) => Effect.map(current, ({ tables }) => f(tables)),
        write: (write) =>
          Effect.map(current, (copy) => {
            copy.tables = written(copy.tables, write)
            if (copy !== committed) copy.writes = Chunk.append(copy.writes, write)
          }),
        // TypeScript cannot see through Exclude on a generic: the services that `begin` provides are gone from R.
        transact: transact as Transaction["Service"]["run"],
        afterCommit: (effect) =>
          Effect.flatMap(Effect.serviceOption(WorkingCopy), (outer) => {
            if (Option.isNone(outer)) return effect
            const { copy } = outer.value
            copy.later = [...copy.later, effect]
            return Effect.void
          }),
        entries: Effect.map(current, ({ tables }) =>
          Object.fromEntries(Array.from(tables, ([name, rows]) => [name, Object.fromEntries(rows)]))
        ),
        onCommit: (given) =>
          Effect.sync(() => {
            keep = given
          })
      })
    })
  )
}

export const transactionLayer = Layer.effect(
  Transaction,
  Effect.map(MemoryDatabase, (database) => Transaction.of({ run: database.transact }))
)

/** A typed view of one table, keyed by text. `all` is in no order: sort what is shown. */
export const table = <S extends Schema.Codec<any, any>>(name: string, schema: S) => {
  const json = Schema.fromJsonString(Schema.toCodecJson(schema))
  const encode = Schema.encodeSync(json) as (row: S["Type"]) => string
  const decode = Schema.decodeSync(json) as (text: string) => S["Type"]
  return (database: MemoryDatabase["Service"]) => ({
    find: (key: string): Effect.Effect<Option.Option<S["Type"]>> =>
      database.read((tables) => Option.map(HashMap.get(rowsOf(tables, name), key), decode)),
    all: database.read(
      (tables) => Array.from(HashMap.values(rowsOf(tables, name)), decode) as ReadonlyArray<S["Type"]>
    ),
    put: (key: string, row: S["Type"]): Effect.Effect<void> =>
      database.write({ table: name, key, row: encode(row) }),
    /** A row that ships: put unless the store, loaded from elsewhere, has one of its key. */
    seed: (key: string, row: S["Type"]): Effect.Effect<void> =>
      Effect.flatMap(
        database.read((tables) => HashMap.has(rowsOf(tables, name), key)),
        (known) => (known ? Effect.void : database.write({ table: name, key, row: encode(row) }))
      ),
    remove: (key: string): Effect.Effect<void> => database.write({ table: name, key, row: undefined })
  })
}
