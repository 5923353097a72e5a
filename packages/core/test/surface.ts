/** What packages offer, read off their sources: names with their kinds, along every `export … from`. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { root, textOf } from "./house.ts"

export type Kind = "class" | "const" | "function" | "interface" | "type"
type Names = ReadonlyMap<string, ReadonlySet<Kind>>

const add = (names: Map<string, Set<Kind>>, name: string, kinds: Iterable<Kind>) => {
  const known = names.get(name) ?? new Set()
  for (const kind of kinds) known.add(kind)
  names.set(name, known)
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(class|const|function|interface|type)\*? (\w+)/gm
const list = /^export (type )?\{([^}]*)\}(?: from "([^"]+)")?/gm
const all = /^export \* (?:as (\w+) )?from "([^"]+)"/gm

/** What a module names by `import { a as b } from "./x.ts"`, by the name that it gives it. */
const importsIn = (text: string) =>
  new Map(
    [...text.matchAll(/^import (?:type )?\{([^}]*)\} from "(\.[^"]+)"/gm)].flatMap(([, names, from]) =>
      itemsOf(names!).map(({ name, as }) => [as, { name, from: from! }] as const)
    )
  )

const itemsOf = (text: string) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => {
      const [name, as] = one.replace(/^type /, "").split(" as ")
      return { name: name!, as: as ?? name!, isType: one.startsWith("type ") }
    })

const isTypeKind = (kind: Kind): boolean => kind === "type" || kind === "interface"

/** The exports of a module with their kinds; those of packages outside are told as constants. */
export const exportsOf = (path: string, seen: ReadonlySet<string> = new Set()): Names => {
  const names = new Map<string, Set<Kind>>()
  if (seen.has(path)) return names
  const text = textOf(path)
  const below = new Set([...seen, path])
  const of = (target: string) => exportsOf(join(dirname(path), target), below)
  for (const [, kind, name] of text.matchAll(declaration)) add(names, name!, [kind as Kind])
  const imported = importsIn(text)
  for (const [, onlyTypes, items, from] of text.matchAll(list)) {
    for (const { as, isType, name } of itemsOf(items!)) {
      const source = from === undefined ? imported.get(name) : { name, from }
      const kinds = source?.from.startsWith(".") === true ? of(source.from).get(source.name) : undefined
      const wanted = [...(kinds ?? ["const" as const])]
      add(names, as, onlyTypes !== undefined || isType ? wanted.filter(isTypeKind) : wanted)
    }
  }
  for (const [, as, from] of text.matchAll(all)) {
    if (as !== undefined) add(names, as, ["const"])
    else for (const [name, kinds] of of(from!)) add(names, name, kinds)
  }
  return names
}

/** Every address that a package can be imported by, and the source behind it. */
export const doors = (): ReadonlyArray<{ readonly address: string; readonly path: string }> =>
  readdirSync(join(root, "packages")).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as {
      readonly name: string
      readonly exports: Readonly<Record<string, string>>
    }
    return Object.entries(manifest.exports).map(([subpath, file]) => ({
      address: join(manifest.name, subpath),
      path: join("packages", folder, file)
    }))
  })
