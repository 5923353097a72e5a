import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { said, tokensOf } from "./html.ts"
import { escaped, firstIn, parse, textIn } from "./xml.ts"

const markdown = (html: string) => said(tokensOf(html), "markdown")

describe("XML from anyone", () => {
  it("knows the line that each element begins on, over comments, CDATA and tags of several lines (ASM-24)", () => {
    const { broken, root } = parse(
      '\ufeff<?xml version="1.0"?>\n<a>\n<!-- <b>\n--><b\n  c="&lt;">x<![CDATA[\n<d>]]></b\n><e:f/>\n</a>'.slice(
        1
      )
    )
    assert.isUndefined(broken)
    assert.deepStrictEqual(
      [root!.line, firstIn(root!, "b")!.line, firstIn(root!, "f")!.line, textIn(firstIn(root!, "b")!)],
      [2, 4, 7, "x\n<d>"]
    )
  })

  it("reads no entity but the five, so nothing outside comes in and nothing explodes (ASM-24)", () => {
    const outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>\n<b/>\n<c>&x;</c></a>'
    const laughs = `<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "${"&l;".repeat(10)}">]><a>&m;</a>`
    assert.deepInclude(parse(outside).broken, { line: 4 })
    assert.deepStrictEqual(
      parse(outside)
        .root!.children.filter((child) => typeof child !== "string")
        .map(({ name }) => name),
      ["b"]
    )
    assert.deepInclude(parse(laughs).broken, { line: 1 })
  })

  it("refuses what is nested a hundred deep, and says where it breaks off (ASM-24)", () => {
    assert.include(parse("<a>".repeat(100_000)).broken!.message, "maxDepth")
    assert.deepInclude(parse("<a>\n<b>\n</a>").broken, { line: 3 })
    assert.deepInclude(parse("").broken, { line: 1 })
  })

  it("gives back any text that XML allows", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { broken, root } = parse(`<a b="${escaped(text)}">${escaped(text)}</a>`)
        assert.strictEqual(broken === undefined ? textIn(root!) : text, text)
      })
    ))
})

describe("HTML as Markdown", () => {
  it.each([
    ["<p>One<br>two</p><p>three</p>", "One  \ntwo\n\nthree"],
    ["a <b> bold </b>and <i></i><em>so</em>", "a **bold** and *so*"],
    ["<ul><li>a<li>b<ol><li>c</ol></ul>", "- a  \n- b\n\n   1. c"],
    ["<h2>T</h2><pre>\n x\n  y\n</pre>", "## T\n\n```\n x\n  y\n```"],
    ["H<sub>2</sub>O, 10<sup>-3</sup>&nbsp;m &eacute;&#233;&#xE9; &bogus;", "H_2O, 10^-3 m ééé &bogus;"],
    ['<a href="https://e.org/x?a=1&amp;b=2">there</a>', "[there](https://e.org/x?a=1&b=2)"],
    ["5 * 3 &lt;script&gt; \\(x_1\\) [a](b)", "5 \\* 3 \\<script> \\(x_1\\) \\[a](b)"],
    ["\\\\&lt;b> \\<i>&lt;b>", "\\\\\\<b> \\\\*\\<b>*"],
    ["a, ____, _c_", "a, ____, \\_c\\_"],
    ["<ul><li><pre>a\n&lt;b&gt;</pre></ul>", "```\na\n<b>\n```"],
    ["1 < 2 and <", "1 < 2 and \\<"],
    ["<pre>a\n```\n&lt;b&gt;</pre>", "````\na\n```\n<b>\n````"]
  ])("%s", (html, expected) => {
    assert.deepStrictEqual(markdown(html), { text: expected, leftOut: [] })
  })

  it.each([
    ["a<script>alert('<b>')</script>b", "ab", ["scripts"]],
    ['<a href="javascript:alert(1)">x</a>', "x", ["links"]],
    ['<a href="@@PLUGINFILE@@/a.mp3">x</a>', "x", ["links"]],
    ['<img src="a.png" alt="a map" onerror="x()">', "a map", ["images"]],
    ["<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 | 2  \n3", ["tables"]],
    ["<blink>x</blink>", "x", ["<blink>"]]
  ])("%s: what it cannot say is named", (html, text, leftOut) => {
    assert.deepStrictEqual(markdown(html), { text, leftOut })
  })

  it("is plain for a choice: no sign is Markdown's there", () => {
    const html = '<p>5 * <b>x</b> <a href="https://e.org">y</a></p>'
    assert.deepStrictEqual(said(tokensOf(html), "plain"), { text: "5 * x y", leftOut: ["links"] })
  })

  it("lets no tag through, whatever comes", () => {
    const part = fc.constantFrom(
      "<",
      ">",
      "script",
      "/",
      "<!--",
      "-->",
      "&lt;",
      "a",
      " ",
      '"',
      "<b>",
      "</b>",
      "<pre>",
      "```",
      "\\",
      "\n"
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 30 }).map((parts) => parts.join("")),
        (html) => {
          const outside = markdown(html).text.replace(/(`{3,})\n[^]*?\n\1/gu, "")
          // Even backslashes before it are themselves.
          assert.notMatch(outside, /(?<!\\)(?:\\\\)*<[a-z/!]/u)
        }
      ),
      { numRuns: 1000 }
    )
  })

  it.each(["<b>", "<", "<!--", "</ ", "<ul><li>a", "<a x=", "<p>a</p>", "&amp", "*_`", "\\"])(
    "takes a great many of %s in no time",
    (part) => {
      const begun = performance.now()
      markdown(part.repeat(100_000))
      assert.isBelow(performance.now() - begun, 5_000)
    }
  )
})
