/**
 * A whole database in one immutable value.
 *
 * Rows are kept as JSON text, as a real store would, so nothing leaks by reference. One writer at a time; a transaction
 * works on its own copy and swaps it in at the end, so readers never see half a change.
 */
import { type Instant, InTransaction, Transaction, currentInstant } from "@lyceum/core/shared"
import { Context, Effect, Exit, HashMap, Layer, Option, Schema, Semaphore } from "effect"

type Rows = HashMap.HashMap<string, string>
type Tables = HashMap.HashMap<string, Rows>

interface Copy {
  tables: Tables
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
    /** Reads, and inside a transaction writes, the tables. */
    readonly modify: <A>(f: (tables: Tables) => readonly [A, Tables]) => Effect.Effect<A>
    readonly transact: Transaction["Service"]["run"]
    /** Does something once the running transaction has ended well; at once outside of one. */
    readonly afterCommit: (effect: Effect.Effect<void>) => Effect.Effect<void>
    /** Every row of every table as JSON: what the model-based test compares. */
    readonly dump: Effect.Effect<Readonly<Record<string, ReadonlyArray<string>>>>
  }
>()("lyceum/memory/MemoryDatabase") {
  static readonly layer = Layer.effect(
    MemoryDatabase,
    Effect.gen(function* () {
      const committed: Copy = { tables: HashMap.empty(), later: [] }
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
          const copy: Copy = { tables: committed.tables, later: [] }
          return workOn(copy, Effect.provideService(body, InTransaction, { now })).pipe(
            Effect.onExit((exit) =>
              Effect.suspend(() => {
                if (Exit.isFailure(exit)) return Effect.void
                committed.tables = copy.tables
                return Effect.all(copy.later, { discard: true })
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
        modify: (f) =>
          Effect.map(current, (copy) => {
            const [answer, tables] = f(copy.tables)
            copy.tables = tables
            return answer
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
        dump: Effect.map(current, ({ tables }) =>
          Object.fromEntries(
            Array.from(tables, ([name, rows]) => [name, Array.from(HashMap.values(rows)).sort()])
          )
        )
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
  const rowsOf = (tables: Tables): Rows =>
    Option.getOrElse(HashMap.get(tables, name), () => HashMap.empty<string, string>())
  return (database: MemoryDatabase["Service"]) => ({
    find: (key: string): Effect.Effect<Option.Option<S["Type"]>> =>
      database.modify((tables) => [Option.map(HashMap.get(rowsOf(tables), key), decode), tables]),
    all: database.modify((tables) => [
      Array.from(HashMap.values(rowsOf(tables)), decode) as ReadonlyArray<S["Type"]>,
      tables
    ]),
    put: (key: string, row: S["Type"]): Effect.Effect<void> =>
      database.modify((tables) => [
        undefined,
        HashMap.set(tables, name, HashMap.set(rowsOf(tables), key, encode(row)))
      ]),
    remove: (key: string): Effect.Effect<void> =>
      database.modify((tables) => [undefined, HashMap.set(tables, name, HashMap.remove(rowsOf(tables), key))])
  })
}
