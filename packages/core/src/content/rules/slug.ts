/** Names in addresses, made from titles. Source: CON-7. */

/** Letters that no accent can be taken off. */
const spelledOut: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
  ŋ: "n"
}

/** Lower case, without accents: `Été` and `ete` are the same to a reader who searches, and in an address. */
export const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[ßæœøđðþłıħŋ]/gu, (letter) => spelledOut[letter] ?? letter)

/** Leaves room for `-2`, `-3`… within the 100 characters of a slug. */
const longest = 80

const cut = (slug: string): string => {
  if (slug.length <= longest) return slug
  const end = slug.lastIndexOf("-", longest)
  return slug.slice(0, end <= 0 ? longest : end)
}

/** The slug that a title gives by itself; undefined for a title without letters that an address can hold. */
export const slugOf = (title: string): string | undefined => {
  const slug = folded(title)
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-|-$/gu, "")
  return /[a-z]/u.test(slug) ? cut(slug) : undefined
}

/** What names things whose title has no letters: `course-1`, `lesson-1`, `module-1`. */
export type Noun = "course" | "lesson" | "module" | "tag"

/**
 * The first free slug for a title: `ete-a-paris`, else `ete-a-paris-2`, `-3`…; for a title without letters `course-1`,
 * `course-2`… Never ends while all are taken, which a finite set cannot bring about.
 */
export const freeSlug = (title: string, noun: Noun, isTaken: (slug: string) => boolean): string => {
  const base = slugOf(title)
  const nth = (n: number) => (base === undefined ? `${noun}-${n}` : n === 1 ? base : `${base}-${n}`)
  for (let n = 1; ; n++) if (!isTaken(nth(n))) return nth(n)
}

/** How every candidate for a title begins: what to ask the store for. */
export const slugPrefix = (title: string, noun: Noun): string => slugOf(title) ?? noun
