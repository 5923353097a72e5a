/** Total orders for lists, and the pages they are cut into. */
import type { Position } from "@lyceum/core/shared/ports"
import { Option } from "effect"

/** Units of UTF-16 would put what takes two of them (emoji, rare letters) before some of what takes one. */
const compareText = (a: string, b: string): number => {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}

/** By code point for text, as PostgreSQL does under the collation "C". */
export const compare = (left: Position, right: Position): number => {
  for (const [index, a] of left.entries()) {
    const b = right[index]
    if (b === undefined) return 1
    if (a === b) continue
    return typeof a === "string" && typeof b === "string" ? compareText(a, b) : a < b ? -1 : 1
  }
  return left.length - right.length
}

/** The items after a position, in ascending or descending order of their key, at most `count`. */
export const pageOf = <A>(
  items: ReadonlyArray<A>,
  keyOf: (item: A) => Position,
  request: {
    readonly after: Option.Option<Position>
    readonly count: number
    readonly order?: "ascending" | "descending"
  }
): ReadonlyArray<A> => {
  const sign = request.order === "descending" ? -1 : 1
  return items
    .filter((item) => Option.isNone(request.after) || sign * compare(keyOf(item), request.after.value) > 0)
    .sort((a, b) => sign * compare(keyOf(a), keyOf(b)))
    .slice(0, request.count)
}
