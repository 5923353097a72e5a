/** Lists, a page at a time, by an opaque cursor over a total order. Source: KER-24. */
import { DateTime, Effect, Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { Invalid } from "./errors.ts"
import { isStorable } from "./text.ts"

export const pageLimit = { default: 50, maximum: 100 } as const

/** What a caller says to page through a list; spread into the input of each list. */
export const pageFields = {
  /** Where the page before ended; absent for the first page. */
  cursor: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(1000))),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: pageLimit.maximum })))
}
export interface PageRequest {
  readonly cursor?: string
  readonly limit?: number
}

/** One page; `next` is absent on the last one. */
export const page = <S extends Schema.Constraint>(item: S) =>
  Schema.Struct({ items: Schema.Array(item), next: Schema.optionalKey(Schema.String) })
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next?: string
}

/** The place after which a page begins: the order key of the last item of the page before. */
export type Position = ReadonlyArray<string | number>

const Cursor = Schema.fromJsonString(
  Schema.Struct({ list: Schema.String, after: Schema.Array(Schema.Union([Schema.String, Schema.Finite])) })
)
const encodeCursor = Schema.encodeSync(Cursor)
const decodeCursor = Schema.decodeUnknownOption(Cursor)

/**
 * A list and its order. `isPosition` says what its positions look like, so that a cursor somebody made up never reaches
 * a store that cannot read it; for lists ordered by text alone the name says enough.
 */
export interface ListOrder {
  readonly list: string
  readonly isPosition: (position: Position) => boolean
}

/** The order of a list whose positions are these, one schema for each place: `orderBy("courses", [CourseId])`. */
export const orderBy = (list: string, position: ReadonlyArray<Schema.Codec<any, any>>): ListOrder => ({
  list,
  isPosition: Schema.is(Schema.Tuple(position)) as (position: Position) => boolean
})

/** A moment as positions hold it: `2026-01-31T12:00:00.000Z`. */
export const InstantText = Schema.String.check(
  Schema.isPattern(
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/u
  ),
  Schema.makeFilter((text) =>
    Option.exists(DateTime.make(text), (instant) => DateTime.formatIso(instant) === text)
  )
)

const isText = Schema.is(Schema.Array(Schema.String.check(isStorable)))
const orderOf = (list: string | ListOrder): ListOrder =>
  typeof list === "string" ? { list, isPosition: (position) => isText(position) } : list

/** The position that a request's cursor names; none for a first page. A cursor of another list is `Invalid`. */
export const positionOf = (
  list: string | ListOrder,
  request: PageRequest
): Effect.Effect<Option.Option<Position>, Invalid> => {
  if (request.cursor === undefined) return Effect.succeedNone
  const order = orderOf(list)
  const cursor = Result.getSuccess(Base64Url.decodeString(request.cursor)).pipe(Option.flatMap(decodeCursor))
  return Option.isSome(cursor) && cursor.value.list === order.list && order.isPosition(cursor.value.after)
    ? Effect.succeedSome(cursor.value.after)
    : Effect.fail(Invalid.at(["cursor"], "is not a cursor of this list"))
}

/**
 * Pages through a list: `fetch` is asked for one item more than the page holds, after the position, in total order.
 * `list` names the list and its order, so that a cursor cannot be used on another one; one that is ordered by more than
 * text says what its positions look like (`orderBy`).
 */
export const paginate = <A, E, R>(
  list: string | ListOrder,
  request: PageRequest,
  fetch: (after: Option.Option<Position>, count: number) => Effect.Effect<ReadonlyArray<A>, E, R>,
  keyOf: (item: A) => Position
): Effect.Effect<Page<A>, E | Invalid, R> => {
  const limit = request.limit ?? pageLimit.default
  return Effect.map(
    Effect.flatMap(positionOf(list, request), (after) => fetch(after, limit + 1)),
    (found) => {
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return found.length > limit && last !== undefined
        ? { items, next: Base64Url.encode(encodeCursor({ list: orderOf(list).list, after: keyOf(last) })) }
        : { items }
    }
  )
}
