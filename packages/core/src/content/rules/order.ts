/** Places of modules in a course and of lessons in a module: 1..n. Source: CON-6. */

/** `item` at `place` (counted from 1) among the others, whether it was among them before or not; at the end beyond it. */
export const placed = <A>(
  items: ReadonlyArray<A>,
  item: A,
  place = Number.POSITIVE_INFINITY
): ReadonlyArray<A> => {
  const others = items.filter((other) => other !== item)
  const before = Math.min(Math.max(place, 1) - 1, others.length)
  return [...others.slice(0, before), item, ...others.slice(before)]
}

/** True when both name the same things in the same order. */
export const isSameOrder = <A>(before: ReadonlyArray<A>, after: ReadonlyArray<A>): boolean =>
  before.length === after.length && before.every((item, index) => item === after[index])
