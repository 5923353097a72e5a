import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { fit, humanText } from "../../src/output.ts"

const id = "01a203e6-e112-712c-bffc-93f24ba5d72c"

describe("text for people", () => {
  it("of a record is a line per field, times without what nobody reads, records in it flattened (CLI-1)", () => {
    assert.strictEqual(
      humanText({
        id,
        publishedAt: "2026-11-22T15:36:32.263Z",
        isFeatured: false,
        tags: ["a", "b"],
        limits: { perActor: 600 },
        nothing: [],
        text: "one\n\ntwo\n"
      }),
      [
        `id                 ${id}`,
        "published-at       2026-11-22 15:36:32Z",
        "is-featured        false",
        "tags               a, b",
        "limits.per-actor   600",
        "nothing",
        "text",
        "  one",
        "  ",
        "  two"
      ].join("\n")
    )
  })

  it("of a list is a table, of an empty one a word, of nothing that it is done (CLI-1)", () => {
    assert.strictEqual(humanText({ items: [] }), "Nothing.")
    assert.strictEqual(humanText([]), "Nothing.")
    assert.strictEqual(humanText({}), "Done.")
    const table = humanText({ items: [{ id, decision: { allowed: true }, gone: undefined }], next: "abc" })
    assert.match(table, /│ id +│ decision +│\n/)
    assert.include(table, "│ allowed true │")
    assert.notInclude(table, "gone")
    assert.match(table, /\nMore: --cursor abc$/)
  })

  it("lets no terminal obey what people typed", () => {
    const shown = humanText({ title: "\u001B[2Jgone\u0007", rows: [{ a: "\u009B31m" }] })
    assert.notMatch(shown, /[^\P{Cc}\n]/u)
    assert.include(shown, "\u{FFFD}[2Jgone\u{FFFD}")
  })

  it("of rows that have rows is a table below each (CLI-1)", () => {
    const modules = [
      { key: "first", lessons: [{ slug: "a" }, { slug: "b" }] },
      { key: "second", lessons: [] }
    ]
    assert.deepStrictEqual(
      humanText({ modules })
        .split("\n")
        .filter((line) => !/[┌├└]/.test(line)),
      ["modules", "  first", "    │ slug │", "    │ a    │", "    │ b    │", "  second"]
    )
  })

  it("cuts what is long, never an id or a moment (CLI-1)", () => {
    const rows = [1, 2].map((n) => ({ id, title: `${n} `.repeat(200), at: "2026-11-22T15:36:32.263Z" }))
    const table = humanText({ items: rows }, ["id", "title", "at"])
    for (const line of table.split("\n")) assert.strictEqual(line.length, 160)
    assert.include(table, id)
    assert.include(table, "2026-11-22 15:36:32Z")
    assert.include(table, "…")
  })

  it.prop(
    "has columns that fit whenever they can, and no fewer than one (CLI-1)",
    {
      columns: Schema.NonEmptyArray(
        Schema.Struct({
          width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 300 })),
          whole: Schema.Boolean
        })
      ),
      total: Schema.Int.check(Schema.isBetween({ minimum: 20, maximum: 300 }))
    },
    ({ columns, total }) => {
      const widths = fit(columns, total)
      assert.isAtLeast(widths.length, 1)
      assert.isAtMost(widths.length, columns.length)
      const taken = widths.reduce((sum, width) => sum + width + 3, 1)
      assert.isTrue(taken <= total || widths.length === 1)
      widths.forEach((width, index) => {
        assert.isAtMost(width, columns[index]!.width)
        if (columns[index]!.whole) assert.strictEqual(width, columns[index]!.width)
      })
    }
  )
})
