import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { searchText, searchWords } from "./search.ts"

const finds = (search: string, course: { readonly title: string; readonly description: string }) =>
  searchWords(search).every((word) => searchText(course).includes(word))

describe("the search", () => {
  const course = { title: "Été à Paris", description: "Walks along the **Seine**." }

  it("finds all words in title and description, whatever their case and accents (CON-11)", () => {
    for (const found of ["ete", "ÉTÉ", "paris seine", "  WALKS   paris ", "pari", ""])
      assert.isTrue(finds(found, course), found)
    for (const missed of ["ete tokyo", "parisian", "seine-et-marne"])
      assert.isFalse(finds(missed, course), missed)
  })

  it("finds a course by any part of its own text (CON-11)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (title, description) => {
        assert.isTrue(finds(title, { title, description }))
        assert.isTrue(finds(description, { title, description }))
      })
    )
  })
})
