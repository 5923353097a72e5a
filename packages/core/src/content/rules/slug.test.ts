import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { Slug } from "../../shared/text.ts"
import { folded, freeSlug, slugOf, slugPrefix } from "./slug.ts"

const isSlug = Schema.is(Slug)
const none = () => false
const among = (taken: ReadonlyArray<string>) => (slug: string) => taken.includes(slug)

describe("slugs", () => {
  it("are made from titles, accents folded (CON-7)", () => {
    const made = {
      "Été à Paris": "ete-a-paris",
      "  Hello,   World!  ": "hello-world",
      "C++ & C#: what's new?": "c-c-what-s-new",
      "Straße der Œuvres, Łódź": "strasse-der-oeuvres-lodz",
      "İstanbul ılık": "istanbul-ilik",
      "ＦＵＬＬ ｗｉｄｔｈ": "full-width",
      "2024: a year": "2024-a-year",
      "ﬁne ½": "fine-1-2"
    }
    for (const [title, slug] of Object.entries(made)) assert.strictEqual(slugOf(title), slug)
  })

  it("of titles without letters are numbered (CON-7)", () => {
    for (const title of ["深度学习", "2024", "!!!", "🙂", "—", "Привет"]) {
      assert.strictEqual(slugOf(title), undefined)
      assert.strictEqual(freeSlug(title, "course", none), "course-1")
      assert.strictEqual(freeSlug(title, "lesson", among(["lesson-1", "lesson-2"])), "lesson-3")
    }
  })

  it("that clash get -2, -3, the first that is free (CON-7)", () => {
    assert.strictEqual(freeSlug("Été à Paris", "course", among(["ete-a-paris"])), "ete-a-paris-2")
    assert.strictEqual(
      freeSlug("Été à Paris", "course", among(["ete-a-paris", "ete-a-paris-2", "ete-a-paris-4"])),
      "ete-a-paris-3"
    )
  })

  it("are always slugs, and free, whatever the title and whoever came before (CON-7)", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.integer({ min: 0, max: 12 }),
        (title, before) => {
          const taken: Array<string> = []
          for (let n = 0; n <= before; n++) {
            const slug = freeSlug(title, "course", among(taken))
            assert.isTrue(isSlug(slug), slug)
            assert.notInclude(taken, slug)
            assert.isTrue(slug.startsWith(slugPrefix(title, "course")))
            taken.push(slug)
          }
        }
      ),
      { numRuns: 300 }
    )
  })

  it("of long titles end with a whole word and leave room for a number (CON-7)", () => {
    const long = slugOf("word ".repeat(100))!
    assert.isAtMost(long.length, 80)
    assert.match(long, /^word(-word)*$/)
    assert.isTrue(isSlug(slugOf("x".repeat(500))!))
  })

  it("fold twice as they fold once (CON-7, CON-11)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) =>
        assert.strictEqual(folded(folded(text)), folded(text))
      )
    )
  })
})
