/**
 * Rows to models and back, once for every table.
 *
 * The model's JSON codec is the only mapping: PostgreSQL turns a row into JSON (`to_jsonb`) and JSON into a row
 * (`jsonb_populate_record`), so columns that a row does not have are null by themselves. Column names are the field
 * names in snake case. Hot paths write their own SQL.
 */
import { Array, Effect, Option, Schema, String } from "effect"
import { SqlClient, type SqlError, type Statement } from "effect/sql"

type Json = Readonly<Record<string, unknown>>

const renameKeys = (rename: (key: string) => string) => (row: Json) =>
  Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) => (value === null ? [] : [[rename(key), value]]))
  )

/**
 * Turns the breach of a named constraint into the refusal that stands for it; every other SQL error is a defect. The
 * breach has spoilt the transaction: who goes on after such a refusal gives it a `Transaction.run` of its own.
 */
export const refusing =
  <E>(breaches: Readonly<Record<string, () => E>>) =>
  <A, R>(effect: Effect.Effect<A, SqlError.SqlError, R>): Effect.Effect<A, E, R> =>
    Effect.catch(effect, (error) => {
      const breach = breaches[constraintOf(error) ?? ""]
      return breach === undefined ? Effect.die(error) : Effect.fail(breach())
    })

/** The name of the constraint that an error tells of. */
export const constraintOf = ({ reason }: SqlError.SqlError): string | undefined => {
  if (reason._tag === "UniqueViolation") return reason.constraint
  const cause = "cause" in reason ? reason.cause : undefined
  return typeof cause === "object" && cause !== null && "constraint" in cause
    ? globalThis.String(cause.constraint)
    : undefined
}

/** The statements of one table, whose primary key is `key` (columns in snake case). */
export const table = <S extends Schema.Codec<any, any>>(
  name: string,
  key: ReadonlyArray<string>,
  schema: S
) => {
  const json = Schema.toCodecJson(schema)
  const encodeRow = Schema.encodeSync(json) as (row: S["Type"]) => Json
  const decodeRow = Schema.decodeUnknownSync(json) as (row: unknown) => S["Type"]
  const encode = (row: S["Type"]) => renameKeys(String.camelToSnake)(encodeRow(row))
  /** A model from a row as `to_jsonb` gives it. */
  const decode = (row: unknown): S["Type"] => decodeRow(renameKeys(String.snakeToCamel)(row as Json))
  return Effect.map(SqlClient.SqlClient, (sql) => {
    const target = sql.literal(name)
    const record = (row: Json) => sql`jsonb_populate_record(null::${target}, ${JSON.stringify(row)}::jsonb)`
    const replacing = (row: S["Type"], columns: ReadonlyArray<string>) => {
      const list = sql.literal(columns.join(", "))
      const same = sql.literal(key.map((column) => `t.${column} = r.${column}`).join(" and "))
      const changed = sql.literal(
        columns
          .map((column) => (column === "updated_at" ? "coalesce(r.updated_at, util.now())" : `r.${column}`))
          .join(", ")
      )
      return sql`update ${target} t set (${list}) = row(${changed}) from ${record(encode(row))} r where ${same}`
    }
    const inserting = (rows: ReadonlyArray<S["Type"]>) => {
      const encoded = rows.map(encode)
      const columns = sql.literal([...new Set(encoded.flatMap(Object.keys))].join(", "))
      return sql`insert into ${target} (${columns}) select ${columns} from jsonb_populate_recordset(null::${target}, ${JSON.stringify(encoded)}::jsonb)`
    }
    return {
      decode,
      /** As `replace` and `insertAll`, to be put into a larger statement. */
      replacing,
      inserting,
      /** The rows that `where` (with order and limit) leaves; the table's alias is `t`. */
      select: (where: Statement.Fragment): Effect.Effect<ReadonlyArray<S["Type"]>, SqlError.SqlError> =>
        Effect.map(
          sql<{ row: Json }>`select to_jsonb(t) as row from ${target} t ${where}`,
          Array.map(({ row }) => decode(row))
        ),
      selectOne: (
        where: Statement.Fragment,
        lock?: "for update" | "for no key update" | "for share"
      ): Effect.Effect<Option.Option<S["Type"]>, SqlError.SqlError> =>
        Effect.map(
          sql<{
            row: Json
          }>`select to_jsonb(t) as row from ${target} t ${where} limit 1 ${sql.literal(lock ?? "")}`,
          ([first]) => Option.map(Option.fromNullishOr(first), ({ row }) => decode(row))
        ),
      insert: (row: S["Type"]): Effect.Effect<void, SqlError.SqlError> => {
        const encoded = encode(row)
        const columns = sql.literal(Object.keys(encoded).join(", "))
        return Effect.asVoid(
          sql`insert into ${target} (${columns}) select ${columns} from ${record(encoded)}`
        )
      },
      /** Answers false, storing nothing, when the named unique constraint, or else any unique index, has a row like it. */
      insertUnlessKnown: (row: S["Type"], constraint?: string): Effect.Effect<boolean, SqlError.SqlError> => {
        const encoded = encode(row)
        const columns = sql.literal(Object.keys(encoded).join(", "))
        const conflict = sql.literal(constraint === undefined ? "" : `on constraint ${constraint}`)
        return Effect.map(
          sql`insert into ${target} (${columns}) select ${columns} from ${record(encoded)}
            on conflict ${conflict} do nothing returning 1`,
          (inserted) => inserted.length > 0
        )
      },
      insertAll: (rows: ReadonlyArray<S["Type"]>): Effect.Effect<void, SqlError.SqlError> =>
        rows.length === 0 ? Effect.void : Effect.asVoid(inserting(rows)),
      /**
       * Replaces the row of that key as a whole, `columns` being all that may change: nothing of before stays behind.
       * `updated_at` is the model's, or the instant of the command for models that do without.
       */
      replace: (row: S["Type"], columns: ReadonlyArray<string>): Effect.Effect<void, SqlError.SqlError> =>
        Effect.asVoid(replacing(row, columns))
    }
  })
}
