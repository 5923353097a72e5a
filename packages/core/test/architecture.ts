/** Who may import whom. The table is the architecture; the test beside it is its fence. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"

/** Each context, and the contexts whose doors it may use. Order is reading order: nothing points down. */
export const mayUse: Readonly<Record<string, ReadonlyArray<string>>> = {
  shared: [],
  flags: ["shared"],
  outbox: ["shared"],
  jobs: ["shared"],
  keys: ["shared"],
  webhooks: ["shared", "jobs"],
  identity: ["shared"],
  rbac: ["shared", "identity"],
  media: ["shared", "identity"],
  content: ["shared", "identity", "rbac", "media"],
  progress: ["shared", "content"],
  access: ["shared", "identity", "rbac", "content", "progress"],
  assessments: ["shared", "flags", "identity", "content", "access", "progress"],
  certificates: ["shared", "identity", "content", "assessments"],
  learning: ["shared", "identity", "media", "content", "progress", "access", "assessments", "certificates"]
}

/** Files at the top of core: they wire the contexts together and may use all of them. */
const top = [
  "index.ts",
  "layer.ts",
  "tellings.ts",
  "subscriptions.ts",
  "usecases.ts",
  "background.ts",
  "platform.ts"
]

export interface Import {
  readonly from: string
  readonly to: string
}

/** The relative and package imports of every source file below a folder, tests left out. */
export const importsUnder = (root: string): ReadonlyArray<Import> =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) =>
      [...readFileSync(resolve(root, file), "utf8").matchAll(/(?:from|import) "([^"]+)"/g)].map(
        ([, target]) => ({
          from: file,
          to: target!.startsWith(".") ? relative(root, resolve(root, dirname(file), target!)) : target!
        })
      )
    )

const contextOf = (path: string): string => path.split("/")[0]!

/** What is wrong with one import, as a sentence; undefined when nothing is. */
const violation = ({ from, to }: Import): string | undefined => {
  if (to.startsWith("effect")) return undefined
  if (!to.endsWith(".ts")) return `${from} imports ${to}, but core depends on effect alone`
  if (top.includes(from)) return undefined
  const [here, there] = [contextOf(from), contextOf(to)]
  if (here === there) return undefined
  const allowed = mayUse[here]
  if (allowed === undefined) return `${from} is in no context of the table`
  if (!allowed.includes(there))
    return `${from} imports ${to}, but ${here} may use only: ${allowed.join(", ") || "nothing"}`
  return there === "shared" || to === `${there}/index.ts`
    ? undefined
    : `${from} reaches into ${to} past its door`
}

/** One sentence per import that breaks the table. */
export const violations = (imports: ReadonlyArray<Import>): ReadonlyArray<string> =>
  imports.flatMap((one) => violation(one) ?? [])

/** Rules take values and know nothing of effects, ports, stores or clocks. */
export const impureRules = (
  imports: ReadonlyArray<Import>,
  sources: (file: string) => string
): ReadonlyArray<string> =>
  [...new Set(imports.map(({ from }) => from))]
    .filter((file) => /(^|\/)rules(\.ts$|\/)/.test(file))
    .flatMap((file) => {
      const words = sources(file).match(
        /\bEffect\.|\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bDateTime\.now\b|\/ports\.ts"/
      )
      return words === null ? [] : [`${file} uses ${words[0]}: a rule is pure`]
    })
