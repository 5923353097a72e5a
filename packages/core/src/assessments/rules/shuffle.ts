/**
 * Orders drawn from a seed, the same on every machine and for ever: xoshiro128** 1.1 by Blackman and Vigna (public
 * domain) over 32-bit integers, whose state is the 128 bits of the seed. Not effect's Random: its algorithm may change,
 * and an attempt must look tomorrow as it looked today. Source: ASM-7.
 */

/** Draws a whole number from 0 up to, not including, a bound of 1 to 2^32. */
export type Draw = (bound: number) => number

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/** The generator itself: the next 32 bits, without a sign. */
export const bitsFrom = (state: readonly [number, number, number, number]): (() => number) => {
  let [a, b, c, d] = state
  return () => {
    const bits = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 11)
    return bits
  }
}

/** Draws from a seed of 32 hexadecimal digits, not all 0. Each number is as likely as any other: the excess is drawn anew. */
export const drawFrom = (seed: string): Draw => {
  const word = (place: number): number => Number.parseInt(seed.slice(place * 8, place * 8 + 8), 16)
  const next = bitsFrom([word(0), word(1), word(2), word(3)])
  return (bound) => {
    const fair = 2 ** 32 - (2 ** 32 % bound)
    let bits = next()
    while (bits >= fair) bits = next()
    return bits % bound
  }
}

/** The same things in an order drawn (Fisher and Yates, from the end). */
export const shuffled = <A>(things: ReadonlyArray<A>, draw: Draw): ReadonlyArray<A> => {
  const order = [...things]
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = draw(last + 1)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
