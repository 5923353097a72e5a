/** Short answers against what an author accepts, in linear time however they are made. Source: ASM-14. */

/** What is searched; a string is one. */
export interface Text {
  readonly length: number
  readonly charCodeAt: (index: number) => number
}

const startsAt = (text: Text, piece: Text, at: number): boolean => {
  if (at < 0 || at + piece.length > text.length) return false
  for (let index = 0; index < piece.length; index += 1) {
    if (text.charCodeAt(at + index) !== piece.charCodeAt(index)) return false
  }
  return true
}

/** For each place of a piece, the length of its longest proper prefix that ends there (Knuth, Morris and Pratt). */
const borders = (piece: Text): Uint32Array => {
  const found = new Uint32Array(piece.length)
  let length = 0
  for (let index = 1; index < piece.length; index += 1) {
    while (length > 0 && piece.charCodeAt(index) !== piece.charCodeAt(length)) length = found[length - 1]!
    if (piece.charCodeAt(index) === piece.charCodeAt(length)) length += 1
    found[index] = length
  }
  return found
}

/** Where a piece first ends in the text at or after `from` and not beyond `to`; -1 when nowhere. */
const endOfFirst = (
  text: Text,
  piece: Text,
  { from, to }: { readonly from: number; readonly to: number }
): number => {
  if (piece.length === 0) return from
  const shorter = borders(piece)
  let length = 0
  for (let index = from; index < to; index += 1) {
    while (length > 0 && text.charCodeAt(index) !== piece.charCodeAt(length)) length = shorter[length - 1]!
    if (text.charCodeAt(index) === piece.charCodeAt(length)) length += 1
    if (length === piece.length) return index + 1
  }
  return -1
}

/**
 * Whether a text is the pieces in this order with anything between them: the first at its beginning, the last at its
 * end. One piece is the text itself. Each middle piece is taken where it first occurs, which is never worse than later;
 * so no place is looked at twice for two pieces, and the time is linear in text and pieces together.
 */
export const matches = (text: Text, pieces: ReadonlyArray<Text>): boolean => {
  const [first, last] = [pieces[0], pieces.at(-1)]
  if (first === undefined || last === undefined) return false
  if (pieces.length === 1) return text.length === first.length && startsAt(text, first, 0)
  const to = text.length - last.length
  if (!startsAt(text, first, 0) || first.length > to || !startsAt(text, last, to)) return false
  let from = first.length
  for (const piece of pieces.slice(1, -1)) {
    from = endOfFirst(text, piece, { from, to })
    if (from === -1) return false
  }
  return true
}

/** A pattern cut at its wildcards: `*` is one, `\*` is a star. */
export const piecesOf = (pattern: string): ReadonlyArray<string> => {
  const pieces = [""]
  for (let index = 0; index < pattern.length; index += 1) {
    const star = pattern[index] === "\\" && pattern[index + 1] === "*"
    if (pattern[index] === "*") pieces.push("")
    else pieces[pieces.length - 1] += pattern[star ? ++index : index]!
  }
  return pieces
}

/** Compatible characters made one (NFKC), runs of white space one space; case folded unless it matters. */
const folded = (text: string, matchCase: boolean): string => {
  const plain = text.normalize("NFKC").replace(/\s+/gu, " ")
  // Upper, then lower, then the final sigma: as near to Unicode's full case folding as ECMAScript comes, on every machine.
  return matchCase ? plain : plain.toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFKC")
}

/** Whether an answer is what the pattern says: compared by NFKC, trimmed, spaces and case folded. Source: ASM-14. */
export const accepts = (pattern: string, answer: string, matchCase: boolean): boolean => {
  const pieces = piecesOf(pattern.trim()).map((piece) => folded(piece, matchCase))
  pieces[0] = pieces[0]!.trimStart()
  pieces[pieces.length - 1] = pieces.at(-1)!.trimEnd()
  return matches(folded(answer, matchCase).trim(), pieces)
}
