/** Migrations as files: `NNNN_context_verb_object.sql`, numbered from 1 without gaps, never edited once applied. */
import { Effect, Schema } from "effect"
import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { statements } from "./statements.ts"

/** The file names leave a gap, use a number twice, or are none of ours. */
export class MigrationMisnamed extends Schema.TaggedError<MigrationMisnamed>()("MigrationMisnamed", {
  migration: Schema.String,
  expected: Schema.String
}) {
  override get message(): string {
    return `migration ${this.migration}: expected a name like ${this.expected}`
  }
}

/** An applied file has other contents now. Undo the edit, and put the change in a new file. */
export class MigrationChanged extends Schema.TaggedError<MigrationChanged>()("MigrationChanged", {
  migration: Schema.String
}) {
  override get message(): string {
    return `migration ${this.migration} was applied and then edited`
  }
}

/** The database has a migration this version lacks: its file was deleted or renamed, or the version is too old. */
export class MigrationMissing extends Schema.TaggedError<MigrationMissing>()("MigrationMissing", {
  migration: Schema.String
}) {
  override get message(): string {
    return `migration ${this.migration} was applied, but there is no such file`
  }
}

export interface Migration {
  /** The file's name without `.sql`. */
  readonly name: string
  /** SHA-256 of the file, in hex. */
  readonly checksum: string
  readonly statements: ReadonlyArray<string>
  /** False after a header line `-- no transaction`: then it must be written to be run again after a failure. */
  readonly transactional: boolean
}

/** Beside src and beside dist. */
export const bundledMigrations = fileURLToPath(new URL("../migrations", import.meta.url))

const pattern = /^(\d{4})(?:_[a-z0-9]+){3,}\.sql$/

const parse = (name: string, contents: Buffer): Migration => {
  const script = contents.toString("utf8")
  const header = /^(?:--.*\n)*/.exec(script)?.[0].split("\n") ?? []
  return {
    name,
    checksum: createHash("sha256").update(contents).digest("hex"),
    statements: statements(script),
    transactional: !header.some((line) => line.trim() === "-- no transaction")
  }
}

/** The migrations of a folder, in order. A folder that cannot be read is a defect. */
export const readMigrations = Effect.fnUntraced(function* (folder: string) {
  const files = (yield* Effect.promise(() => readdir(folder))).filter((file) => file.endsWith(".sql")).sort()
  for (const [index, file] of files.entries()) {
    const number = String(index + 1).padStart(4, "0")
    if (pattern.exec(file)?.[1] === number) continue
    return yield* new MigrationMisnamed({ migration: file, expected: `${number}_context_verb_object.sql` })
  }
  return yield* Effect.forEach(files, (file) =>
    Effect.map(
      Effect.promise(() => readFile(join(folder, file))),
      (contents) => parse(file.replace(/\.sql$/, ""), contents)
    )
  )
})
