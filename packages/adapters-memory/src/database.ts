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

/** The copy that a running transaction works on. */
class WorkingCopy extends Context.Service<WorkingCopy, { tables: Tables }>()("lyceum/memory/WorkingCopy") {}

export class MemoryDatabase extends Context.Service<MemoryDatabase, {
  /** Reads, and inside a transaction writes, the tables. */
  readonly modify: <A>(f: (tables: Tables) => readonly [A, Tables]) => Effect.Effect<A>
  readonly transact: Transaction["Service"]["run"]
  /** Every row of every table as JSON: what the model-based test compares. */
  readonly dump: Effect.Effect<Readonly<Record<string, ReadonlyArray<string>>>>
}>()("lyceum/memory/MemoryDatabase") {
  static readonly layer = Layer.effect(
    MemoryDatabase,
    Effect.gen(function* () {
      const committed = { tables: HashMap.empty() as Tables }
      const writer = yield* Semaphore.make(1)
      const current = Effect.map(Effect.serviceOption(WorkingCopy), Option.getOrElse(() => committed))

      const runOn = <A, E, R>(base: { tables: Tables }, now: Instant, body: Effect.Effect<A, E, R>) =>
        Effect.suspend(() => {
          const copy = { tables: base.tables }
          return body.pipe(
            Effect.provideService(InTransaction, { now }),
            Effect.provideService(WorkingCopy, copy),
            Effect.onExit((exit) =>
              Effect.sync(() => {
                if (Exit.isSuccess(exit)) base.tables = copy.tables
              })
            )
          )
        })

      const transact = <A, E, R>(body: Effect.Effect<A, E, R>) =>
        Effect.gen(function* () {
          const outer = yield* Effect.all([Effect.serviceOption(WorkingCopy), Effect.serviceOption(InTransaction)])
          if (Option.isSome(outer[0]) && Option.isSome(outer[1])) return yield* runOn(outer[0].value, outer[1].value.now, body)
          return yield* runOn(committed, yield* currentInstant, body).pipe(writer.withPermits(1))
        })

      return MemoryDatabase.of({
        modify: (f) =>
          Effect.map(current, (copy) => {
            const [answer, tables] = f(copy.tables)
            copy.tables = tables
            return answer
          }),
        // TypeScript cannot see through Exclude on a generic: the services that `runOn` provides are gone from R.
        transact: transact as Transaction["Service"]["run"],
        dump: Effect.map(current, ({ tables }) =>
          Object.fromEntries(Array.from(tables, ([name, rows]) => [name, Array.from(HashMap.values(rows)).sort()]))
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
  const rowsOf = (tables: Tables): Rows => Option.getOrElse(HashMap.get(tables, name), () => HashMap.empty<string, string>())
  return (database: MemoryDatabase["Service"]) => ({
    find: (key: string): Effect.Effect<Option.Option<S["Type"]>> =>
      database.modify((tables) => [Option.map(HashMap.get(rowsOf(tables), key), decode), tables]),
    all: database.modify((tables) => [Array.from(HashMap.values(rowsOf(tables)), decode) as ReadonlyArray<S["Type"]>, tables]),
    put: (key: string, row: S["Type"]): Effect.Effect<void> =>
      database.modify((tables) => [undefined, HashMap.set(tables, name, HashMap.set(rowsOf(tables), key, encode(row)))]),
    remove: (key: string): Effect.Effect<void> =>
      database.modify((tables) => [undefined, HashMap.set(tables, name, HashMap.remove(rowsOf(tables), key))])
  })
}
