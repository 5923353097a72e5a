import { describe, expect, it } from "vitest"
import { statements } from "./statements.ts"

describe("statements", () => {
  it("splits at semicolons and forgets the empty ones", () => {
    expect(statements("select 1; ;\n select 2 ;")).toEqual(["select 1", "select 2"])
  })

  it("takes the last statement without its semicolon", () => {
    expect(statements("select 1;\nselect 2\n")).toEqual(["select 1", "select 2"])
  })

  it("finds nothing in comments alone", () => {
    expect(statements("-- why; this\n/* and; that */ ;\n")).toEqual([])
    expect(statements("")).toEqual([])
  })

  it("keeps the comment that stands before a statement", () => {
    expect(statements("-- all; of it\nselect 1; -- done")).toEqual(["-- all; of it\nselect 1"])
  })

  it.each([
    ["a line comment", "select 1 -- ;\n, 2"],
    ["a block comment", "select /* ; */ 1"],
    ["block comments that nest", "select /* ; /* ; */ ; */ 1"],
    ["a block comment that never ends", "select 1 /* ;"],
    ["a quote", "select ';'"],
    ["a doubled quote", "select 'it''s; so'"],
    ["a backslash at the end of a plain quote", "select '\\', 1"],
    ["an escaped quote", "select E'it\\'s; so'"],
    ["a quoted name", 'select 1 as "a"";b"'],
    ["a dollar quote", "do $$ begin perform 1; end $$"],
    ["a tagged dollar quote around another", "do $do$ select $$;$$; $do$"],
    ["a dollar quote that never ends", "do $$ ;"],
    ["comment marks in a quote", "select '/*', '--', ';'"],
    ["a quote in a comment", "select 1 -- it's\n, 2 /* it's */"]
  ])("sees no end in %s", (_, text) => {
    expect(statements(`${text}`)).toEqual([text])
  })

  it("takes neither a parameter nor a dollar in a name for a quote", () => {
    expect(statements("select $1; select a$b$ from t; select $2")).toEqual([
      "select $1",
      "select a$b$ from t",
      "select $2"
    ])
  })

  it("takes a name that ends in e before a quote for a name", () => {
    expect(statements("select date'2026-01-01\\'; select 2")).toEqual([
      "select date'2026-01-01\\'",
      "select 2"
    ])
  })

  it("reads a long quote without trouble", () => {
    const long = `select '${"x''".repeat(200_000)}'`
    expect(statements(`${long}; select 1`)).toEqual([long, "select 1"])
  })
})
