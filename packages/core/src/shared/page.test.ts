import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import * as fc from "fast-check"
import { UserId } from "./id.ts"
import { InstantText, orderBy, type Page, pageFields, pageLimit, paginate, type Position } from "./page.ts"

interface Row {
  readonly rank: number
  readonly name: string
}
const byRank = orderBy("rows by rank", [Schema.Int, Schema.String])
const keyOf = ({ name, rank }: Row): Position => [rank, name]
const before = (a: Position, b: Position) => (a[0]! === b[0]! ? a[1]! < b[1]! : a[0]! < b[0]!)
const compare = (a: Row, b: Row) => (before(keyOf(a), keyOf(b)) ? -1 : 1)

/** A list of rows as a store keeps it. */
const storeOf = (rows: ReadonlyArray<Row>) => {
  const store = [...rows]
  return {
    add: (row: Row) => void store.push(row),
    fetch: (after: Option.Option<Position>, count: number) =>
      Effect.sync(() =>
        store
          .filter((row) => Option.isNone(after) || before(after.value, keyOf(row)))
          .sort(compare)
          .slice(0, count)
      )
  }
}

/** Every page of a list, with something done between them. */
const walk = Effect.fnUntraced(function* (
  store: ReturnType<typeof storeOf>,
  limit: number,
  between: () => void = () => {}
) {
  const pages: Array<Page<Row>> = []
  for (let cursor: string | undefined; ;) {
    const page: Page<Row> = yield* paginate(
      byRank,
      { limit, ...(cursor !== undefined && { cursor }) },
      store.fetch,
      keyOf
    )
    pages.push(page)
    between()
    if (page.next === undefined) return pages
    cursor = page.next
  }
})

const rows = fc.uniqueArray(
  fc.record({ rank: fc.nat(5), name: fc.string({ unit: "grapheme", maxLength: 3 }) }),
  {
    selector: ({ name, rank }) => JSON.stringify([rank, name]),
    maxLength: 60
  }
)
const check = <A>(property: fc.IAsyncPropertyWithHooks<A>) =>
  Effect.promise(() => fc.assert(property, { numRuns: 200, seed: 1 }))

describe("a list", () => {
  it.effect(
    "gives each row once, in order, on pages as long as asked, the last one without a next (KER-24)",
    () =>
      check(
        fc.asyncProperty(rows, fc.integer({ min: 1, max: 100 }), async (all, limit) => {
          const pages = await Effect.runPromise(walk(storeOf(all), limit))
          assert.deepStrictEqual(
            pages.flatMap(({ items }) => items),
            all.toSorted(compare)
          )
          assert.isTrue(pages.slice(0, -1).every(({ items }) => items.length === limit))
          assert.strictEqual(pages.length, Math.max(1, Math.ceil(all.length / limit)))
        })
      )
  )

  it.effect("misses no row and doubles none while others are added anywhere (KER-24)", () =>
    check(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 7 }), async (all, others, limit) => {
        const store = storeOf(all)
        const known = new Set(all.map((row) => JSON.stringify(row)))
        const added = others.filter((row) => !known.has(JSON.stringify(row)))
        const pages = await Effect.runPromise(walk(store, limit, () => added.splice(0, 2).forEach(store.add)))
        const seen = pages.flatMap(({ items }) => items).map((row) => JSON.stringify(row))
        assert.strictEqual(new Set(seen).size, seen.length)
        assert.deepStrictEqual(new Set(seen.filter((row) => known.has(row))), known)
      })
    )
  )

  it.effect("has 50 rows a page unless told otherwise, and at most 100 (KER-24)", () =>
    Effect.gen(function* () {
      const all = Array.from({ length: 150 }, (_, rank) => ({ rank, name: "" }))
      const page = yield* paginate(byRank, {}, storeOf(all).fetch, keyOf)
      assert.strictEqual(page.items.length, 50)
      assert.deepStrictEqual(pageLimit, { default: 50, maximum: 100 })
      const isRequest = Schema.is(Schema.Struct(pageFields))
      assert.deepStrictEqual(
        [0, 1, 100, 101, 1.5].map((limit) => isRequest({ limit })),
        [false, true, true, false, false]
      )
    })
  )

  it.effect("refuses a cursor of another list, of another shape, and what is no cursor (KER-24)", () =>
    Effect.gen(function* () {
      const cursorOf = (list: string, after: ReadonlyArray<unknown>) =>
        Base64Url.encode(JSON.stringify({ list, after }))
      const ask = (cursor: string) => Effect.exit(paginate(byRank, { cursor }, storeOf([]).fetch, keyOf))
      const isRefused = Effect.fnUntraced(function* (cursor: string) {
        return (yield* ask(cursor))._tag === "Failure"
      })
      assert.isFalse(yield* isRefused(cursorOf("rows by rank", [1, "a"])))
      const made = [[1], ["1", "a"], [1.5, "a"], [1, "a", 2], [], [1, null]].map((after) =>
        cursorOf("rows by rank", after)
      )
      for (const cursor of [
        ...made,
        cursorOf("other", [1, "a"]),
        "",
        "%",
        Base64Url.encode("{}"),
        Base64Url.encode("nonsense")
      ]) {
        assert.isTrue(yield* isRefused(cursor), cursor)
      }
    })
  )

  it("tells positions apart that a store could not read (KER-24)", () => {
    const { isPosition } = orderBy("by time", [InstantText, UserId])
    const id = "018f0000-0000-7000-8000-000000000001"
    assert.isTrue(isPosition(["2026-01-31T12:00:00.000Z", id]))
    assert.isTrue(isPosition(["2028-02-29T23:59:59.999Z", id]))
    for (const time of [
      "2026-02-29T12:00:00.000Z",
      "2026-01-31T24:00:00.000Z",
      "2026-01-31T12:00:00Z",
      "2026-01-31",
      "now",
      ""
    ]) {
      assert.isFalse(isPosition([time, id]), time)
    }
    assert.isFalse(isPosition(["2026-01-31T12:00:00.000Z", "ann"]))
  })
})
