/** The files of the repository, for tests that look at all of it. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

export const root = new URL("../../..", import.meta.url).pathname

const under = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (["node_modules", "dist"].includes(entry.name)) return []
    return entry.isDirectory() ? under(path) : /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : []
  })

/** The source files below some folders of the root, tests among them, as paths from the root. */
export const sourcesUnder = (...folders: ReadonlyArray<string>): ReadonlyArray<string> =>
  folders
    .filter((folder) => statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory())
    .flatMap(under)

export const textOf = (path: string): string => readFileSync(join(root, path), "utf8")
