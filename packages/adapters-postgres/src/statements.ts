/** SQL scripts, one statement at a time: the driver speaks the extended protocol, which takes no more. */

/** The pieces of a script; in most of them a semicolon ends nothing. Only the start of what regular expressions cannot end. */
const pieces = [
  String.raw`--[^\n]*`,
  String.raw`/\*`,
  String.raw`e'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'`, // here a backslash escapes, and only here
  String.raw`'[^']*(?:''[^']*)*'`,
  String.raw`"[^"]*(?:""[^"]*)*"`,
  String.raw`\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$`,
  String.raw`[\w\u0080-\uffff][\w$\u0080-\uffff]*`, // names may contain a dollar
  String.raw`\s+`,
  "[^]"
]
const piece = new RegExp(pieces.join("|"), "iy")

/** Where the block comment that opened before `from` ends. In PostgreSQL they nest. */
const endOfComment = (script: string, from: number): number => {
  let depth = 1
  for (const { 0: mark, index } of script.slice(from).matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1
    if (depth === 0) return from + index + mark.length
  }
  return script.length
}

const endOfQuote = (script: string, tag: string, from: number): number => {
  const end = script.indexOf(tag, from)
  return end === -1 ? script.length : end + tag.length
}

const pieceAt = (script: string, from: number): string => {
  piece.lastIndex = from
  const text = piece.exec(script)?.[0] ?? ""
  const after = from + text.length
  if (text === "/*") return script.slice(from, endOfComment(script, after))
  if (text.length > 1 && text.startsWith("$")) return script.slice(from, endOfQuote(script, text, after))
  return text
}

const isCode = (text: string): boolean => !/^(?:--|\/\*|\s)/.test(text)

/**
 * The statements of a script, without their semicolons; comments alone are
 * no statement. Knows comments, quotes and dollar quotes, but not the body
 * of `begin atomic … end`: write such functions with dollar quotes.
 */
export const statements = (script: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let start = 0
  let says = false
  for (let at = 0; at < script.length;) {
    const text = pieceAt(script, at)
    if (text === ";") {
      if (says) found.push(script.slice(start, at).trim())
      start = at + 1
      says = false
    } else if (isCode(text)) says = true
    at += text.length
  }
  return says ? [...found, script.slice(start).trim()] : found
}
