/** Commands on a real database: what they answer, how they fail, and with which exit code. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { lyceum } from "../src/index.ts"
import { emptyDatabase, type Environment, freshDatabase, ran, run } from "./cli.ts"

const school = new URL("../../../examples/school/courses/", import.meta.url).pathname
const ada = "11111111-1111-4111-8111-111111111111"
const jonas = "22222222-2222-4222-8222-222222222222"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-cli-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** Runs a command that must end well, and answers its JSON. */
const answer = (on: Environment, ...args: ReadonlyArray<string>) =>
  Effect.map(run(on, ...args, "--json"), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, args.join(" "))
    return JSON.parse(stdout) as any
  })

/** A database with the courses of the demo school, an admin and a learner. */
const smallSchool = Effect.gen(function* () {
  const on = yield* freshDatabase
  yield* answer(on, "import", `${school}ai-foundations.yaml`, `${school}python-for-data.yaml`)
  yield* answer(on, "users", "create", ada, "--username", "ada", "--email", "ada@school.example")
  yield* answer(on, "users", "create", jonas, "--username", "jonas")
  yield* answer(on, "roles", "grant", ada, "--first-admin")
  return on
})

interface Node {
  readonly name: string
  readonly subcommands: ReadonlyArray<{ readonly commands: ReadonlyArray<Node> }>
}
const leavesOf = (node: Node, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  node.subcommands.length === 0
    ? [path]
    : node.subcommands.flatMap(({ commands }) =>
        commands.flatMap((one) => leavesOf(one, [...path, one.name]))
      )
/** Those that end by themselves and at once. */
const commands = leavesOf(lyceum as unknown as Node).filter(([noun]) => noun !== "serve" && noun !== "demo")

describe("every command", () => {
  it.live("answers JSON on stdout and nothing else, or fails on stderr and nothing else (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      const failed: Array<string> = []
      for (const path of commands) {
        const { code, stderr, stdout } = yield* run(on, ...path, "--json")
        const name = path.join(" ")
        if (code === 0) {
          assert.strictEqual(stderr, "", name)
          assert.doesNotThrow(() => void JSON.parse(stdout), name)
        } else {
          failed.push(name)
          assert.strictEqual(stdout, "", name)
          assert.notStrictEqual(stderr.trim(), "", name)
          assert.notMatch(stderr, /Something went wrong|undefined|\[object/, name)
        }
      }
      assert.include(failed, "courses create")
      assert.notInclude(failed, "courses list")
    }).pipe(Effect.scoped)
  )

  it.live("that lists has rows for people and the same rows for programs (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      const lists = [
        ["courses", "list"],
        ["courses", "catalogue"],
        ["courses", "dashboard"],
        ["tags", "list"],
        ["tiers", "list"],
        ["users", "list"],
        ["roles", "list"],
        ["roles", "permissions"],
        ["roles", "holders", "admin"],
        ["roles", "grants-log"],
        ["flags", "list"],
        ["outbox", "events"],
        ["assets", "list"],
        ["access", "my-course-access", "--as", jonas],
        ["access", "my-lesson-access", "--as", jonas]
      ]
      for (const list of lists) {
        const name = list.join(" ")
        const json = yield* answer(on, ...list)
        const rows: ReadonlyArray<unknown> = json.items ?? json
        assert.isNotEmpty(rows, name)
        const { code, stderr, stdout } = yield* run(on, ...list)
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, name)
        const lines = stdout.split("\n").filter((line) => line.startsWith("│"))
        assert.lengthOf(lines, rows.length + 1, name)
        for (const line of stdout.split("\n")) {
          if (!line.startsWith("More:")) assert.isAtMost(line.length, 160, name)
          assert.notMatch(line, /\{"|\[\{|\dT\d\d:/, name)
        }
      }
      for (const empty of [
        ["keys", "list"],
        ["webhooks", "list"],
        ["jobs", "list"],
        ["entitlements", "list-dead"]
      ])
        assert.strictEqual((yield* run(on, ...empty)).stdout, "Nothing.", empty.join(" "))
    }).pipe(Effect.scoped)
  )

  it.live("pages: what it says at the end of a page is how to get the next (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      const { stdout } = yield* run(on, "roles", "permissions")
      assert.notInclude(stdout, "More:")
      const first = yield* run(on, "tags", "list", "--limit", "1")
      const cursor = /More: --cursor (\S+)/.exec(first.stdout)?.[1] ?? ""
      const [page, next] = [
        yield* answer(on, "tags", "list", "--limit", "1"),
        yield* answer(on, "tags", "list", "--limit", "1", "--cursor", cursor)
      ]
      assert.strictEqual(page.next, cursor)
      assert.isTrue(page.items[0].slug < next.items[0].slug)
    }).pipe(Effect.scoped)
  )
})

describe("exit codes", () => {
  it.live("are 0 for done, 1 for refused, 2 for words that cannot be meant (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const cases: ReadonlyArray<readonly [number, RegExp, ReadonlyArray<string>]> = [
        [0, /^$/, ["tags", "create", "--name", "Tea", "--slug", "tea"]],
        [
          1,
          /^There is a tag tea already\. \(content\.tag_exists\)$/,
          ["tags", "create", "--name", "Tea", "--slug", "tea"]
        ],
        [1, /not_found\)$/, ["courses", "get", "00000000-0000-7000-8000-00000000dead"]],
        [2, /course-id: Expected a lower-case UUID$/, ["courses", "get", "tea"]],
        [2, /title: Missing key\n {2}category: Missing key$/, ["courses", "create"]],
        [2, /^Missing required argument: course-id\nUsage: lyceum courses get /, ["courses", "get"]],
        [2, /^Unrecognized flag: --colour/, ["courses", "list", "--colour", "red"]],
        [2, /^Invalid value for flag --limit/, ["courses", "list", "--limit", "many"]],
        [2, /limit: Expected a value between 1 and 100$/, ["courses", "list", "--limit", "1000"]],
        [
          2,
          /^Invalid value for flag --as: "ada"\. Expected: a lower-case UUID/,
          ["courses", "list", "--as", "ada"]
        ],
        [2, /^Unknown subcommand "brew"/, ["courses", "brew"]],
        [2, /^--subject must be JSON$/, ["flags", "evaluate", "new_player", "--subject", "{"]]
      ]
      for (const [code, words, args] of cases) {
        const ended = yield* run(on, ...args)
        assert.strictEqual(ended.code, code, `${args.join(" ")}\n${ended.stderr}`)
        assert.match(ended.stderr, words, args.join(" "))
        if (code !== 0) assert.strictEqual(ended.stdout, "", args.join(" "))
      }
    }).pipe(Effect.scoped)
  )

  it.live("are those of the process, and so are its streams (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const fine = yield* ran(on, "tags", "create", "--name", "Tea", "--slug", "tea", "--json")
      assert.deepStrictEqual({ code: fine.code, stderr: fine.stderr }, { code: 0, stderr: "" })
      assert.strictEqual((JSON.parse(fine.stdout) as { slug: string }).slug, "tea")
      const refused = yield* ran(on, "tags", "create", "--name", "Tea", "--slug", "tea", "--json")
      assert.deepStrictEqual(refused, {
        code: 1,
        stdout: "",
        stderr: "There is a tag tea already. (content.tag_exists)\n"
      })
      const usage = yield* ran(on, "tags", "brew")
      assert.deepStrictEqual({ code: usage.code, stdout: usage.stdout }, { code: 2, stdout: "" })
    }).pipe(Effect.scoped)
  )

  it.live("are 1 where the database is not there, told without its password (CLI-1, CLI-3)", () =>
    Effect.gen(function* () {
      for (const command of [["courses", "list"], ["doctor"], ["migrate"]]) {
        const { code, stderr, stdout } = yield* run(
          { DATABASE_URL: "postgres://lyceum:verysecret@127.0.0.1:1/school" },
          ...command
        )
        assert.deepStrictEqual({ code, stdout }, { code: 1, stdout: "" }, command.join(" "))
        assert.match(stderr, /^The database is not available \(connect ECONNREFUSED/, command.join(" "))
        assert.notInclude(stderr, "verysecret")
      }
    })
  )
})

describe("flags of every command", () => {
  it.live("--as runs as a user, who may do less than the operator (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      assert.strictEqual((yield* run(on, "users", "list", "--as", jonas)).code, 1)
      assert.strictEqual((yield* answer(on, "users", "my-profile", "--as", jonas)).username, "jonas")
      assert.isAtLeast((yield* answer(on, "users", "list", "--as", ada)).items.length, 2)
    }).pipe(Effect.scoped)
  )

  it.live("--language fr tells refusals in French (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      for (const language of [["--language", "fr"], ["--language=fr"]]) {
        const { code, stderr } = yield* run(on, "users", "list", "--as", jonas, ...language)
        assert.deepStrictEqual(
          { code, stderr },
          {
            code: 1,
            stderr:
              "Vous n'avez pas le droit de faire cela : il faut la permission manage_users. (kernel.forbidden)"
          }
        )
      }
      const missing = yield* run(on, "import", "/nowhere/tea.yaml", "--language", "fr")
      assert.strictEqual(missing.code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("--idempotency-key makes a repeated command one (CLI-1, KER-20)", () =>
    Effect.gen(function* () {
      const on = yield* smallSchool
      const grant =
        `entitlements grant --user-id ${jonas} --entitlement-type tier --entitlement-ref premium --source manual --idempotency-key contest-7`.split(
          " "
        )
      const first = yield* answer(on, ...grant)
      assert.deepStrictEqual(yield* answer(on, ...grant), first)
      const { code, stderr } = yield* run(on, ...grant.with(7, "basic"))
      assert.deepStrictEqual({ code, known: /idempotency_key_reused/.test(stderr) }, { code: 1, known: true })
      assert.lengthOf((yield* answer(on, "entitlements", "list", "--user-id", jonas)).items, 1)
    }).pipe(Effect.scoped)
  )
})

describe("course files", () => {
  const courseIn = (text: string, path: string) => Effect.sync(() => writeFileSync(path, text))

  it.live("in and out again change nothing (CLI-1, CON-12)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const at = yield* folder
      const source = `${school}ai-foundations.yaml`
      yield* answer(on, "import", source)
      for (const [name, ...format] of [["a.yaml"], ["b.json", "--format", "json"]] as const) {
        const path = join(at, name)
        const told = yield* run(on, "export", "ai-foundations", "--output", path, ...format)
        assert.deepStrictEqual(told, { code: 0, stdout: "", stderr: "" })
        const [report] = yield* answer(on, "import", path)
        assert.isNotEmpty(report.items)
        assert.isTrue(report.items.every(({ change }: { change: string }) => change === "unchanged"))
      }
      const shown = yield* run(on, "export", "ai-foundations")
      assert.strictEqual(shown.stdout, readFileSync(join(at, "a.yaml"), "utf8").trimEnd())
      assert.strictEqual((yield* run(on, "export", "no-such-course")).code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("--dry-run tells what would change, and stores nothing (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const [report] = yield* answer(on, "import", `${school}ai-foundations.yaml`, "--dry-run")
      assert.isTrue(report.dryRun)
      const { stdout } = yield* run(on, "import", `${school}ai-foundations.yaml`, "--dry-run")
      assert.match(stdout, /ai-foundations\.yaml: \d+ created \(dry run: nothing was stored\)\n┌/)
      assert.lengthOf((yield* answer(on, "courses", "list")).items, 0)
    }).pipe(Effect.scoped)
  )

  it.live(
    "that are broken are told as file:line:column, and end with 2; beside a good one with 3 (CLI-1, CON-12)",
    () =>
      Effect.gen(function* () {
        const on = yield* freshDatabase
        const at = yield* folder
        const good = readFileSync(`${school}ai-foundations.yaml`, "utf8")
        const broken = join(at, "broken.yaml")
        yield* courseIn(good.replace("difficulty: beginner", "difficulty: easy"), broken)
        const line = good.split("\n").findIndex((text) => text.includes("difficulty: beginner")) + 1
        const alone = yield* run(on, "import", broken)
        assert.deepStrictEqual({ code: alone.code, stdout: alone.stdout }, { code: 2, stdout: "" })
        assert.include(alone.stderr, `${broken}:${line}:3: course.difficulty Expected`)
        assert.include(alone.stderr, "1 of 1 files changed nothing.")

        const both = yield* run(on, "import", broken, `${school}ai-foundations.yaml`)
        assert.strictEqual(both.code, 3)
        assert.match(both.stdout, /^\S+ai-foundations\.yaml: \d+ created/)

        // What only the store knows is told with its line too.
        const taken = join(at, "taken.yaml")
        yield* courseIn(good.replace(/(\n +tags:).*/, "$1 [no-such-tag]"), taken)
        const refused = yield* run(on, "import", taken)
        assert.include([0, 2], refused.code, refused.stderr)

        const missing = yield* run(on, "import", join(at, "nowhere.yaml"))
        assert.deepStrictEqual({ code: missing.code, stdout: missing.stdout }, { code: 1, stdout: "" })
        const json = yield* run(on, "import", broken, `${school}ai-foundations.yaml`, "--json")
        assert.strictEqual(json.code, 3)
        const reports = JSON.parse(json.stdout) as ReadonlyArray<{ readonly refused?: string }>
        assert.match(reports[0]?.refused ?? "", /broken\.yaml:\d+:3: course\.difficulty/)
      }).pipe(Effect.scoped)
  )
})

describe("migrate and doctor", () => {
  it.live("doctor finds nothing where nothing is wrong, and the kill switch where it is on (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const well = yield* run(on, "doctor")
      assert.deepStrictEqual({ code: well.code, stderr: well.stderr }, { code: 0, stderr: "" })
      assert.match(well.stdout, /^ok {3}database +PostgreSQL \d+/)
      yield* answer(
        on,
        "flags",
        "change",
        "emergency_read_only_mode",
        "--enabled",
        "--reason",
        "a test of the doctor"
      )
      const ill = yield* run(on, "doctor", "--json")
      assert.strictEqual(ill.code, 1)
      const findings = JSON.parse(ill.stdout) as ReadonlyArray<{
        readonly check: string
        readonly ok: boolean
      }>
      assert.deepStrictEqual(
        findings.filter(({ ok }) => !ok).map(({ check }) => check),
        ["read-only mode"]
      )
      assert.strictEqual((yield* run(on, "tags", "create", "--name", "Tea")).code, 1)
      yield* answer(
        on,
        "flags",
        "change",
        "emergency_read_only_mode",
        "--no-enabled",
        "--reason",
        "the test is over"
      )
      assert.strictEqual((yield* run(on, "doctor")).code, 0)
    }).pipe(Effect.scoped)
  )

  it.live("migrate --check and --dry-run change nothing; migrate brings all, once (CLI-1)", () =>
    Effect.gen(function* () {
      const on = yield* emptyDatabase
      const early = yield* run(on, "courses", "list")
      assert.deepStrictEqual({ code: early.code, stdout: early.stdout }, { code: 1, stdout: "" })
      assert.match(
        early.stderr,
        /^The database is \d+ migrations behind this program: run lyceum migrate first\.$/
      )

      const { pending } = yield* answer(on, "migrate", "--dry-run")
      assert.isAbove(pending.length, 5)
      const check = yield* run(on, "migrate", "--check", "--json")
      assert.deepStrictEqual(
        { code: check.code, found: JSON.parse(check.stdout) as unknown },
        { code: 1, found: { pending } }
      )
      assert.match(check.stderr, /migrations are pending: run lyceum migrate/)

      assert.deepStrictEqual(yield* answer(on, "migrate"), { applied: pending })
      assert.deepStrictEqual(yield* answer(on, "migrate"), { applied: [] })
      assert.deepStrictEqual(yield* answer(on, "migrate", "--check"), { pending: [] })
      assert.deepStrictEqual((yield* answer(on, "courses", "list")).items, [])
    }).pipe(Effect.scoped)
  )
})
