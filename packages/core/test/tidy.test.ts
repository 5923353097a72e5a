/** Sizes, names and words: the style of the house as a test. */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { root, sourcesUnder, textOf } from "./house.ts"

const files = sourcesUnder("packages", "examples", "bench", "scripts", "test")
const isTest = (path: string) => /\.test\.ts$|\/(test|contract)\//.test(path)
const isCore = (path: string) => path.startsWith("packages/core/src/")

/** Lines a file may have. Core is read most, so it is shortest. */
const longest = (path: string): number => (isCore(path) && !isTest(path) ? 300 : 400)

/** Top-level functions longer than a screen, found by their indentation. */
export const longFunctions = (text: string, most: number): ReadonlyArray<string> => {
  const lines = text.split("\n")
  return lines.flatMap((line, start) => {
    if (!/^(\s*)(export )?(const \w+ = .*(=>|function\*? ?\(.*)|(async )?function\b.*)\s*\{$/.test(line))
      return []
    const indent = /^\s*/.exec(line)![0]
    const length = lines.slice(start + 1).findIndex((next) => next.startsWith(`${indent}}`)) + 1
    return length > most ? [`${line.trim()} (${length} lines)`] : []
  })
}

const bannedNames = /\b(?:class|interface|type|const|function) \w*(?:Repository|Manager|Helper|Utils|Impl)\b/
const bannedWords =
  /\b(?:TODO|FIXME|HACK)\b|@ts-ignore|@ts-nocheck|\bit\.skip\b|\bdescribe\.skip\b|\bit\.only\b|\bdescribe\.only\b/
const systemClock = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bcrypto\.randomUUID\(/

const offenders = (pattern: RegExp, among: ReadonlyArray<string>) =>
  among.filter((path) => !path.endsWith("tidy.test.ts") && pattern.test(textOf(path)))

describe("tidy", () => {
  it("looks at the whole house", () => assert.isAbove(files.length, 60))

  it("no file is too long to read", () => {
    const long = files
      .map((path) => [path, textOf(path).split("\n").length - 1] as const)
      .filter(([path, lines]) => lines > longest(path))
    assert.deepStrictEqual(long, [])
  })

  it("no function is longer than 70 lines", () => {
    const long = files
      .filter((path) => !isTest(path))
      .flatMap((path) => longFunctions(textOf(path), 70).map((one) => `${path}: ${one}`))
    // A service's layer is a list of use cases, each short; what counts is the length of each.
    assert.deepStrictEqual(long, [])
  })

  it("sees a long function", () => {
    assert.lengthOf(longFunctions(["const long = () => {", ...Array(71).fill("  x"), "}"].join("\n"), 70), 1)
    assert.lengthOf(longFunctions(["const short = () => {", "  x", "}"].join("\n"), 70), 0)
  })

  it("files have one lower-case word for a name, or two with a hyphen", () => {
    const odd = files.filter(
      (path) => !/\/[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|golden))*\.(ts|tsx|mjs)$/.test(`/${path}`)
    )
    assert.deepStrictEqual(odd, [])
  })

  it("nothing is called a manager, a helper or an implementation", () =>
    assert.deepStrictEqual(offenders(bannedNames, files), []))

  it("nothing is left for later in a comment, skipped or alone", () =>
    assert.deepStrictEqual(offenders(bannedWords, files), []))

  it("the rules and services read no system clock and no unseeded randomness (KER-1, KER-5)", () =>
    assert.deepStrictEqual(
      offenders(
        systemClock,
        files.filter((path) => isCore(path) && !isTest(path))
      ),
      []
    ))

  it("migrations are numbered without a gap or a twin, and named context_verb_object (PG-2)", () => {
    const names = readdirSync(join(root, "packages/adapters-postgres/migrations"))
      .filter((name) => name.endsWith(".sql"))
      .sort()
    names.forEach((name, index) => {
      assert.match(name, /^\d{4}_[a-z]+_(create|add|drop|change|seed|move)_[a-z0-9_]+\.sql$/)
      assert.strictEqual(Number(name.slice(0, 4)), index + 1, name)
    })
  })
})
