/** What packages say they need is what they import, and every file of theirs is used. */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { root, sourcesUnder, textOf } from "./house.ts"

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Needed without being imported by name. */
const silent: Readonly<Record<string, string>> = {
  "@types/node": "the types of node:",
  vitest: "what @effect/vitest runs on",
  "@redocly/cli": "run by its path: openapi.test.ts",
  "@types/fontkit": "the types of fontkit",
  "@types/qrcode": "the types of qrcode",
  "@opentelemetry/api": "what the SDK of OpenFeature builds on"
}

const folders = ["packages", "examples"]
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
  .concat("bench")
  .filter((folder) => statSync(join(root, folder, "package.json"), { throwIfNoEntry: false })?.isFile())

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest
const ownerOf = (path: string): string => folders.find((folder) => path.startsWith(`${folder}/`)) ?? ""
const isTest = (path: string): boolean => /\.test\.ts$|\/test\//.test(path)

/** Folders whose doors are still to come: their rules are written and tested first. */
const underway =
  /^packages\/core\/src\/(assessments|certificates)\/|^packages\/core\/src\/shared\/canonical\.ts$/

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")

/** What a file imports, re-exports, loads when it runs, or names as a file beside it. */
export const importsOf = (text: string): ReadonlyArray<string> =>
  [
    ...withoutComments(text).matchAll(
      /(?:\bfrom|\bimport) "([^"\n]+)"|\bimport(?:\.meta\.resolve)?\(\s*[`"]([^`"$\n]+)|new URL\("(\.[^"\n]+\.ts)", import\.meta\.url\)/g
    )
  ].map(([, named, loaded, beside]) => (named ?? loaded ?? beside)!)

/** The package of an import: `@effect/platform-node/NodeServices` is of `@effect/platform-node`. */
const packageOf = (target: string): string =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/")

const packagesIn = (paths: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(
    paths
      .filter((path) => !/\/(packages\.test|surface|api\.test)\.ts$/.test(path))
      .flatMap((path) => importsOf(textOf(path)))
      // Names of packages: tests have regular expressions that look like imports.
      .filter((target) => /^(@[a-z0-9-]+\/)?[a-z0-9][a-z0-9-]*(\/|$)/.test(target))
      .map(packageOf)
  )

/** What a package wants of who installs it. */
const peersOf = (folder: string, name: string) => {
  const path = join(root, folder, "node_modules", name, "package.json")
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return isThere ? (JSON.parse(readFileSync(path, "utf8")) as Manifest).peerDependencies : undefined
}

const keysOf = (...records: ReadonlyArray<Readonly<Record<string, string>> | undefined>) =>
  new Set(records.flatMap((record) => Object.keys(record ?? {})))
const without = (all: ReadonlySet<string>, known: ReadonlySet<string>) =>
  [...all].filter((one) => !known.has(one))

describe("dependencies", () => {
  it("of every package are looked at", () => assert.isAtLeast(folders.length, 9))

  for (const folder of folders) {
    const manifest = manifestOf(folder)
    const files = sourcesUnder(folder)
    const shipped = packagesIn(files.filter((path) => !isTest(path)))
    const tested = packagesIn(files.filter(isTest))

    const all = keysOf(manifest.dependencies, manifest.devDependencies)
    const peers = keysOf(manifest.peerDependencies, ...[...all].map((name) => peersOf(folder, name)))

    it(`of ${manifest.name} are declared where they are needed`, () => {
      const declared = keysOf(
        manifest.dependencies,
        manifest.peerDependencies,
        manifest.optionalDependencies,
        // What is published to nobody is installed whole.
        manifest.private === true ? manifest.devDependencies : undefined
      ).add(manifest.name)
      assert.deepStrictEqual(without(shipped, declared), [])
      assert.deepStrictEqual(without(tested, new Set([...declared, ...all])), [])
    })

    it(`of ${manifest.name} are used`, () => {
      const needed = manifest.private === true ? [...shipped, ...tested] : [...shipped]
      assert.deepStrictEqual(without(keysOf(manifest.dependencies), new Set([...needed, ...peers])), [])
      const used = new Set([...shipped, ...tested, ...peers, ...Object.keys(silent)])
      assert.deepStrictEqual(without(keysOf(manifest.devDependencies), used), [])
      assert.deepStrictEqual(
        Object.keys(manifest.devDependencies ?? {}).filter((name) => name in (manifest.dependencies ?? {})),
        []
      )
    })
  }

  it("are seen in every way to import", () => {
    const text = `import a from "a"\nexport * from "b/c"\nimport "@d/e/f"\nimport.meta.resolve("l/m")\nconst g = await import("g")\n// from "h"\n/* import "i" */\nimport type { J } from "j"\nnew URL("./k.ts", import.meta.url)`
    assert.deepStrictEqual(importsOf(text), ["a", "b/c", "@d/e/f", "l/m", "g", "j", "./k.ts"])
    assert.deepStrictEqual(["@d/e/f", "b/c", "a"].map(packageOf), ["@d/e", "b", "a"])
  })
})

/** The files that are reached from some, themselves among them. */
const reachedFrom = (entries: ReadonlyArray<string>, read: (path: string) => string | undefined) => {
  const reached = new Set<string>()
  const queue = [...entries]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue
    const text = read(path)
    if (text === undefined) continue
    reached.add(path)
    queue.push(
      ...importsOf(text)
        .filter((target) => target.startsWith("."))
        .map((target) => join(dirname(path), target))
    )
  }
  return reached
}

const sources = new Set(
  sourcesUnder("packages", "bench").filter((path) => /^(packages\/[^/]+|bench)\/src\//.test(path))
)
const entriesOf = (folder: string): ReadonlyArray<string> => {
  const { bin, exports } = manifestOf(folder)
  return [...Object.values(exports ?? {}), ...Object.values(bin ?? {})].map((path) => join(folder, path))
}

describe("files", () => {
  it("are all reached from what their packages offer", () => {
    assert.isAbove(sources.size, 200)
    // Run by its path: npm run bench.
    // Programs that people run by hand are entries too.
    const programs = ["bench/src/index.ts", "packages/adapters-postgres/src/security/print.ts"]
    const entries = [...folders.flatMap(entriesOf), ...programs]
    const reached = reachedFrom(entries, (path) =>
      sources.has(path) || path.includes("/contract/") ? textOf(path) : undefined
    )
    assert.deepStrictEqual(
      [...sources].filter((path) => !path.endsWith(".test.ts") && !reached.has(path) && !underway.test(path)),
      []
    )
  })

  it("are seen to be dead when nobody imports them", () => {
    const house: Readonly<Record<string, string>> = {
      "a/src/index.ts": 'export * from "./used.ts"',
      "a/src/used.ts": 'import "./deep/er.ts"',
      "a/src/deep/er.ts": 'import "../used.ts"',
      "a/src/dead.ts": 'import "./used.ts"'
    }
    assert.deepStrictEqual(
      Object.keys(house).filter((path) => !reachedFrom(["a/src/index.ts"], (one) => house[one]).has(path)),
      ["a/src/dead.ts"]
    )
  })

  it("import no file of another package, but for tests", () => {
    const strays = [...sources]
      .filter((path) => !isTest(path))
      .flatMap((path) =>
        importsOf(textOf(path))
          .filter((target) => target.startsWith("."))
          .map((target) => join(dirname(path), target))
          .filter((target) => ownerOf(target) !== ownerOf(path))
          .map((target) => `${path}: ${target}`)
      )
    assert.deepStrictEqual(strays, [])
  })
})
