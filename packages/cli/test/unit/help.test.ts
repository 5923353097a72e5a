/** What the command line says of itself, of every command there is. */
import { useCases } from "@lyceum/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { glossary } from "../../src/glossary.ts"
import { kebab } from "../../src/names.ts"
import { lyceum, unreachable } from "../../src/index.ts"
import { run } from "../cli.ts"

interface Node {
  readonly name: string
  readonly description: string | undefined
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Node> }>
}

const pathsUnder = (node: Node, path: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const below = node.subcommands.flatMap(({ commands }) =>
    commands.flatMap((command) => pathsUnder(command, [...path, command.name]))
  )
  return path.length === 0 ? below : [path, ...below]
}
const paths = pathsUnder(lyceum as unknown as Node, [])
const leaves = paths.filter(
  (path) => !paths.some((other) => other.length > path.length && other[0] === path[0])
)

const section = (help: string, name: string): ReadonlyArray<string> => {
  const lines = help.split("\n")
  const start = lines.indexOf(name)
  if (start === -1) return []
  const end = lines.indexOf("", start)
  return lines.slice(start + 1, end === -1 ? undefined : end)
}
/** `  --user-id uuid    Id of the user` as its two columns. */
const columnsOf = (line: string) => {
  const [, name, meaning] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? []
  return { name: name ?? "", meaning: meaning ?? "" }
}

const helpOf = (path: ReadonlyArray<string>) =>
  Effect.map(run({}, ...path, "--help"), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, path.join(" "))
    return stdout
  })

describe("help", () => {
  it("has many commands to tell of", () => {
    assert.isAbove(leaves.length, 100)
    assert.isTrue(leaves.some((path) => path.join(" ") === "courses list"))
    assert.isTrue(leaves.some((path) => path.join(" ") === "serve"))
  })

  it.effect(
    "of every command says what it does, what each flag and argument means, and shows how (CLI-1)",
    () =>
      Effect.gen(function* () {
        for (const path of paths) {
          const help = yield* helpOf(path)
          assert.match(section(help, "DESCRIPTION").join(""), /^ {2}\S.{5}/, path.join(" "))
          for (const line of [
            ...section(help, "FLAGS"),
            ...section(help, "ARGUMENTS"),
            ...section(help, "SUBCOMMANDS")
          ]) {
            const { meaning, name } = columnsOf(line)
            assert.match(meaning, /^[^(\s].{3}/, `${path.join(" ")}: ${name}`)
          }
          if (leaves.includes(path)) assert.isNotEmpty(section(help, "EXAMPLES"), path.join(" "))
        }
      })
  )

  it.effect("shows examples that name commands and flags which there are (CLI-1)", () =>
    Effect.gen(function* () {
      for (const path of leaves) {
        const help = yield* helpOf(path)
        const known =
          [...section(help, "FLAGS"), "  --json", "  --as", "  --idempotency-key", "  --language"]
            .join(" ")
            .match(/--?[a-z-]+/g) ?? []
        const examples = section(help, "EXAMPLES").filter(
          (line) => /^ {2}[^#]/.test(line) && line.includes("lyceum")
        )
        assert.isNotEmpty(examples, path.join(" "))
        for (const example of examples) {
          assert.include(example, `lyceum ${path.join(" ")}`)
          const words = example.replaceAll(/"[^"]*"|'[^']*'/g, "…").match(/(?<= )--?[a-z][a-z-]*/g) ?? []
          for (const word of words) {
            if (example.trim().startsWith("curl")) continue
            assert.include(known ?? [], word.replace(/^--no-/, "--"), example)
          }
        }
      }
    })
  )

  it.effect("asked for is an answer; given because something was missing it is none (CLI-1)", () =>
    Effect.gen(function* () {
      for (const args of [[], ["courses"]]) {
        const { code, stderr, stdout } = yield* run({}, ...args)
        assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
        assert.match(stderr, /SUBCOMMANDS/)
      }
    })
  )

  it("uses every word of the glossary", () => {
    const fields = new Set(
      useCases.flatMap(({ operations }) =>
        Object.values(operations).flatMap(({ input }) =>
          "fields" in input ? Object.keys(input.fields as object) : Object.keys(input.schema?.fields ?? {})
        )
      )
    )
    assert.deepStrictEqual(
      Object.keys(glossary).filter((field) => !fields.has(field)),
      []
    )
  })
})

describe("verbs", () => {
  const verbs = new Set(leaves.map((path) => path.join(" ")))
  const operations = useCases.flatMap((one) => Object.values(one.operations))
  const commandOf = (name: string) => name.replace(".", " ").replaceAll("_", "-")

  it("are there for every use case, under its name, or it is written down where else it is (API-7, CLI-1)", () => {
    assert.deepStrictEqual(
      operations
        .map(({ name }) => name)
        .filter((name) => !verbs.has(commandOf(name)) && !(name in unreachable)),
      []
    )
  })

  it("are not written down as missing when they are there (API-7)", () => {
    const names = operations.map(({ name }) => name as string)
    assert.deepStrictEqual(
      Object.keys(unreachable).filter((name) => !names.includes(name) || verbs.has(commandOf(name))),
      []
    )
    for (const reason of Object.values(unreachable)) assert.match(reason, /lyceum [a-z]+/)
  })

  it("stand beside the commands that the rule names (CLI-1)", () => {
    const rule = readFileSync(new URL("../../../../docs/rules/cli.md", import.meta.url), "utf8")
    const sentence = /Besides these: ([^.]*)\./.exec(rule)?.[1] ?? ""
    const named = [...sentence.matchAll(/`([a-z]+)`/g)].map(([, name]) => name!)
    assert.isAtLeast(named.length, 9)
    for (const name of named)
      assert.isTrue(
        paths.some((path) => path[0] === name),
        name
      )
  })

  it("are use cases, and nothing else is a verb of a noun (CLI-1)", () => {
    const known = new Set(operations.map(({ name }) => commandOf(name)))
    assert.deepStrictEqual(
      leaves.filter((path) => path.length === 2 && !known.has(path.join(" "))),
      []
    )
  })

  it.effect("take every field of their use case (API-7)", () =>
    Effect.gen(function* () {
      for (const { operations } of useCases) {
        for (const { input, name } of Object.values(operations)) {
          // What takes a file takes it in place of what the file holds.
          if (!verbs.has(commandOf(name)) || name.endsWith(".import")) continue
          const fields = Object.keys(("fields" in input ? (input.fields as object) : {}) ?? {})
          const help = yield* helpOf(commandOf(name).split(" "))
          const told = [...section(help, "FLAGS"), ...section(help, "ARGUMENTS")].map(
            (line) => columnsOf(line).name
          )
          for (const field of fields)
            assert.isTrue(
              told.some((one) => one.split(" ").some((word) => word.replace(/^--/, "") === kebab(field))),
              `${name} ${field}`
            )
        }
      }
    })
  )
})

describe("completions", () => {
  it.effect("for bash are a script that bash reads, and know every noun and verb (CLI-1)", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run({}, "--completions", "bash")
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      const { status, stderr: complaint } = spawnSync("bash", ["-n"], { input: stdout, encoding: "utf8" })
      assert.deepStrictEqual({ status, complaint }, { status: 0, complaint: "" })
      for (const word of new Set(leaves.flat())) assert.include(stdout, word)
    })
  )

  it.effect("are there for zsh, fish and powershell as well (CLI-1)", () =>
    Effect.gen(function* () {
      for (const shell of ["zsh", "fish", "powershell"]) {
        const { code, stdout } = yield* run({}, "--completions", shell)
        assert.strictEqual(code, 0)
        assert.include(stdout, "entitlements")
      }
    })
  )
})
