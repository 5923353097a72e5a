/**
 * What HTML says, as Markdown or as plain text. Nothing of its own comes through: no tag, script or address but `https:`,
 * `http:` and `mailto:` ones. What neither can say is named.
 */
import { decodeEntities } from "./entities.ts"
import { type Element, isElement } from "./xml.ts"

export type Token =
  /** With `raw`, it is Markdown already. */
  | { readonly kind: "text"; readonly text: string; readonly raw?: boolean }
  | {
      readonly kind: "open" | "close"
      readonly name: string
      readonly attributes: Readonly<Record<string, string>>
    }

export interface Said {
  readonly text: string
  readonly leftOut: ReadonlyArray<string>
}

const attributesIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/([a-zA-Z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gu)].map(
      ([, name, double, single, bare]) => [
        name!.toLowerCase(),
        decodeEntities(double ?? single ?? bare ?? "")
      ]
    )
  )
const empty = new Set(["br", "hr", "img", "input", "source", "track", "wbr", "col"])

const tagTokens = (closing: boolean, name: string, rest: string): ReadonlyArray<Token> => {
  const close: Token = { kind: "close", name, attributes: {} }
  if (closing) return [close]
  const open: Token = { kind: "open", name, attributes: attributesIn(rest) }
  return rest.endsWith("/") || empty.has(name) ? [open, close] : [open]
}

/** The tokens of any text at all, in one go: a `<` that begins no tag is itself, and so is one that no `>` ends. */
export const tokensOf = (html: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  const begun = /<(?:\/?[a-zA-Z]|[!?])/gu
  let at = 0
  const text = (until: number) => {
    if (until > at) tokens.push({ kind: "text", text: decodeEntities(html.slice(at, until)) })
    at = until
  }
  for (let found = begun.exec(html); found !== null; found = begun.exec(html)) {
    const closing = html.startsWith("<!--", found.index) ? "-->" : ">"
    const end = html.indexOf(closing, found.index)
    if (end === -1) break
    text(found.index)
    at = end + closing.length
    begun.lastIndex = at
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})([^]*)$/u.exec(html.slice(found.index, end))
    if (tag !== null) tokens.push(...tagTokens(tag[1] === "/", tag[2]!.toLowerCase(), tag[3]!))
  }
  text(html.length)
  return tokens
}

export const tokensOfNode = (node: Element | string): ReadonlyArray<Token> => {
  if (!isElement(node)) return [{ kind: "text", text: node }]
  const { attributes, children, name } = node
  return [
    { kind: "open", name, attributes },
    ...children.flatMap(tokensOfNode),
    { kind: "close", name, attributes: {} }
  ]
}

/** What cannot be said at all, and the name it is left out by. */
const unsaid: Readonly<Record<string, string>> = {
  script: "scripts",
  style: "styles",
  object: "media",
  audio: "media",
  video: "media",
  iframe: "media",
  embed: "media",
  svg: "images",
  math: "formulas",
  form: "forms",
  feedbackInline: "feedback",
  feedbackBlock: "feedback",
  rubricBlock: "notes for graders",
  templateBlock: "variables",
  templateInline: "variables",
  printedVariable: "variables"
}
const blocks = new Set(
  "address article blockquote contentBody center dd div dl dt fieldset figure figcaption footer header hr main p section ul ol table".split(
    " "
  )
)
const plain = new Set(
  "a abbr acronym b bdi bdo big body caption cite code col colgroup del dfn em font head html i img ins kbd label li mark nobr pre prompt s samp small span strike strong sub sup tbody td tfoot th thead tr tt u var wbr br q".split(
    " "
  )
)
const heading = /^h[1-6]$/u
const marks: Readonly<Record<string, string>> = {
  b: "**",
  strong: "**",
  em: "*",
  i: "*",
  code: "`",
  kbd: "`",
  tt: "`"
}

/**
 * Signs that Markdown would take for its own. One that a backslash takes that from, as in TeX, is left alone, and so is a
 * gap to be filled in (`____`). At the end of a piece a `<` might meet
 * the rest of a tag, and a backslash what it must not touch.
 */
const guarded = (text: string): string =>
  text
    .replace(
      /_{3,}|(?<!\\)(\\*)(?:[*`[]|<(?=[a-zA-Z/!?]|$))|(?<![\p{L}\p{N}\\])_|_(?![\p{L}\p{N}])/gu,
      (signs, backslashes = "") =>
        signs.startsWith("__") || backslashes.length % 2 === 1
          ? signs
          : `${backslashes}\\${signs.slice(backslashes.length)}`
    )
    .replace(/(?<!\\)(?:\\\\)*\\$/u, "$&\\")

/** What stands between two pieces of text; the wider one holds. */
const gaps = ["", " ", " | ", "line", "block"] as const
type Gap = (typeof gaps)[number]
const deepest = 50

/** The page being written: only ever added to, so that any HTML is read in one go. */
class Page {
  readonly leftOut = new Set<string>()
  readonly #markdown: boolean
  #text = ""
  #gap: Gap = ""
  /** What the next piece begins with: the sign of a list or a heading. */
  #lead = ""
  /** Open marks: those at the end wait for the first letter they hold. */
  readonly #marks: Array<{ readonly name: string; readonly before: string; readonly after: string }> = []
  #written = 0
  readonly #lists: Array<number | undefined> = []
  #skipping: string | undefined
  #verbatim: Array<string> | undefined

  constructor(markdown: boolean) {
    this.#markdown = markdown
  }

  take(token: Token): void {
    if (token.kind === "text") {
      if (this.#skipping === undefined && token.raw) this.#put(token.text)
      else if (this.#skipping === undefined) this.#say(token.text)
      return
    }
    const { kind, name } = token
    const what = unsaid[name]
    if (what === undefined) {
      if (this.#skipping !== undefined) return
      if (kind === "open") this.#open(name, token.attributes)
      else this.#close(name)
    } else {
      this.leftOut.add(what)
      if (kind === "open") this.#skipping ??= name
      else if (this.#skipping === name) this.#skipping = undefined
    }
  }
  finish(): string {
    this.#endVerbatim()
    for (const { after } of this.#marks.splice(0, this.#written).reverse()) this.#text += after
    return this.#text
  }

  #space(gap: Gap): void {
    if (gaps.indexOf(gap) > gaps.indexOf(this.#gap)) this.#gap = gap
  }
  #put(piece: string): void {
    const line = this.#markdown ? "  \n" : "\n"
    const between = this.#gap === "line" ? line : this.#gap === "block" ? "\n\n" : this.#gap
    const marks = this.#marks.slice(this.#written).map(({ before }) => before)
    this.#text += `${this.#text === "" ? "" : between}${this.#lead}${marks.join("")}${piece}`
    this.#written = this.#marks.length
    this.#gap = ""
    this.#lead = ""
  }
  #say(text: string): void {
    if (this.#verbatim !== undefined) {
      this.#verbatim.push(text)
      return
    }
    const words = text.replace(/\s+/gu, " ")
    if (words.startsWith(" ")) this.#space(" ")
    const piece = words.trim()
    if (piece !== "") this.#put(this.#markdown ? guarded(piece) : piece)
    if (piece !== "" && words.endsWith(" ")) this.#space(" ")
  }
  #endVerbatim(): void {
    const text = this.#verbatim?.join("").replace(/^\n/u, "").trimEnd() ?? ""
    this.#verbatim = undefined
    // Longer than any in it, or the text would end its own fence.
    const longest = (text.match(/`+/gu) ?? []).reduce((most, { length }) => Math.max(most, length), 2)
    const fence = "`".repeat(longest + 1)
    if (text !== "") this.#put(this.#markdown ? `${fence}\n${text}\n${fence}` : text)
  }

  #mark(name: string, before: string, after: string): void {
    if (this.#markdown && this.#marks.length < deepest) this.#marks.push({ name, before, after })
  }
  #unmark(name: string): void {
    const at = this.#marks.findLastIndex((mark) => mark.name === name)
    if (at === -1) return
    const [mark] = this.#marks.splice(at, 1)
    if (at >= this.#written) return
    this.#text += mark!.after
    this.#written -= 1
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#verbatim !== undefined) {
      if (name === "br") this.#verbatim.push("\n")
      return
    }
    if (marks[name] !== undefined) return this.#mark(name, marks[name], marks[name])
    if (blocks.has(name) || heading.test(name)) this.#space("block")
    if (heading.test(name) && this.#markdown) this.#lead = `${"#".repeat(Number(name[1]))} `
    if (name === "br" || name === "tr") this.#space("line")
    if (name === "pre") {
      this.#space("block")
      // Within a list its lines would have to be indented: it ends the list instead.
      this.#lead = ""
      this.#verbatim = []
    }
    if (name === "ul" || name === "ol") this.#lists.push(name === "ol" ? 0 : undefined)
    if (name === "li") this.#item()
    if (name === "sub" || name === "sup") this.#put(name === "sub" ? "_" : "^")
    if (name === "a") this.#link(attributes["href"])
    if (name === "img") {
      this.leftOut.add("images")
      this.#say(attributes["alt"] ?? "")
    }
    if (name === "table") this.leftOut.add("tables")
    if (!blocks.has(name) && !plain.has(name) && !heading.test(name) && this.leftOut.size < deepest)
      this.leftOut.add(`<${name}>`)
  }
  #item(): void {
    const count = this.#lists.at(-1)
    if (count !== undefined) this.#lists[this.#lists.length - 1] = count + 1
    const sign = count === undefined ? "-" : `${count + 1}.`
    this.#space("line")
    this.#lead = `${"   ".repeat(Math.min(5, Math.max(0, this.#lists.length - 1)))}${sign} `
  }
  #link(href: string | undefined): void {
    const kept = href !== undefined && /^(?:https?:\/\/|mailto:)[^\s()<>]+$/iu.test(href)
    if (kept) this.#mark("a", "[", `](${href})`)
    if (href !== undefined && !(kept && this.#markdown)) this.leftOut.add("links")
  }
  #close(name: string): void {
    this.#unmark(name)
    if (name === "ul" || name === "ol") this.#lists.pop()
    if (name === "td" || name === "th") this.#space(" | ")
    if (name === "pre") this.#endVerbatim()
    if (blocks.has(name) || heading.test(name) || name === "pre") {
      this.#lead = ""
      this.#space("block")
    }
  }
}

/** Markdown from what HTML says; or plain text, which is all that a choice is. */
export const said = (tokens: ReadonlyArray<Token>, as: "markdown" | "plain"): Said => {
  const page = new Page(as === "markdown")
  for (const token of tokens) page.take(token)
  return { text: page.finish(), leftOut: [...page.leftOut] }
}
