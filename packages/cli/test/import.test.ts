/** Batches on a real database: streamed, repeatable, to be interrupted at any moment. Source: CLI-2. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Environment, eventually, freshDatabase, ran, run, started } from "./cli.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-import-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const header = "id,username,displayName,email,bio\n"
const bio = "Long enough that a million of them fill a memory. ".repeat(5).trim()
const person = (n: number): string =>
  `33333333-3333-4333-8333-${n.toString(16).padStart(12, "0")},user_${n},User ${n},u${n}@school.example,${bio}\n`
const nobody = (n: number): string => `nobody-${n},user_${n},User ${n},,${bio}\n`

/** Writes a file of so many rows, of which every `every`th is somebody. */
const peopleIn = (path: string, rows: number, every = 1) =>
  Effect.promise(async () => {
    const file = createWriteStream(path)
    file.write(header)
    for (let n = 0; n < rows; n += 1)
      if (!file.write(n % every === 0 ? person(n) : nobody(n))) await once(file, "drain")
    file.end()
    await once(file, "close")
  })

const usersOf = (on: Environment) =>
  Effect.map(run(on, "users", "list", "--limit", "100", "--json"), ({ stdout }) => {
    const { items, next } = JSON.parse(stdout) as {
      readonly items: ReadonlyArray<unknown>
      readonly next?: string
    }
    return next === undefined ? items.length : Number.POSITIVE_INFINITY
  })

/** The most memory that a process has taken so far, as the kernel counts it. */
const peakMegabytes = (pid: number): number | undefined => {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined // it has ended
  }
}

/** Runs an import as a process, and answers how it ended with the most memory that it took. */
const measured = (on: Environment, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { child, ended } = yield* started(on, "users", "import", ...args)
    let peak = 0
    const timer = setInterval(() => {
      peak = Math.max(peak, peakMegabytes(child.pid ?? 0) ?? 0)
    }, 50)
    const { code, stderr, stdout } = yield* Effect.promise(() => ended)
    clearInterval(timer)
    return { code, peak, stderr, stdout }
  }).pipe(Effect.scoped)

describe("users import", () => {
  it.live(
    "makes profiles, refuses single rows with reasons in a file, and makes nobody twice (CLI-2, KER-15)",
    () =>
      Effect.gen(function* () {
        const on = yield* freshDatabase
        const at = yield* folder
        const [file, rejected] = [join(at, "people.csv"), join(at, "rejected.csv")]
        // The third has the username of the first, the fourth is nobody's id.
        writeFileSync(
          file,
          `${header}${person(1)}${person(2)}${person(3).replace("user_3", "user_1")}${nobody(4)}`
        )
        const first = yield* ran(on, "users", "import", file, "--rejected", rejected, "--json")
        assert.deepStrictEqual(
          { ...first, stdout: JSON.parse(first.stdout) as unknown },
          {
            code: 3,
            stdout: { created: 2, existing: 0, refused: 2 },
            stderr: `2 rows were refused. See ${rejected}.\n`
          }
        )
        const reasons = readFileSync(rejected, "utf8").trimEnd().split("\r\n")
        assert.lengthOf(reasons, 3)
        assert.match(reasons[1] ?? "", /^3,"identity\.username_taken","\{/)
        assert.match(reasons[2] ?? "", /^4,"id: Expected a lower-case UUID","\{/)

        const second = yield* run(on, "users", "import", file, "--rejected", rejected, "--json")
        assert.deepStrictEqual(JSON.parse(second.stdout), { created: 0, existing: 2, refused: 2 })
        assert.strictEqual(yield* usersOf(on), 2)
        assert.deepStrictEqual(reasons, readFileSync(rejected, "utf8").trimEnd().split("\r\n"))
      }).pipe(Effect.scoped)
  )

  it.live("--dry-run reads the file and stores nothing (CLI-1, CLI-2)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const file = join(yield* folder, "people.csv")
      writeFileSync(file, `${header}${person(1)}${nobody(2)}`)
      const { code, stderr, stdout } = yield* run(on, "users", "import", file, "--dry-run", "--json")
      assert.deepStrictEqual(JSON.parse(stdout), { understood: 1, refused: 1 })
      assert.deepStrictEqual(
        { code, lines: stderr.split("\n").length, first: stderr.split("\n")[0] },
        { code: 3, lines: 2, first: "row 2: id: Expected a lower-case UUID" }
      )
      assert.strictEqual(yield* usersOf(on), 0)
    }).pipe(Effect.scoped)
  )

  it.live("refuses all of it to who may not, and in read-only mode (CLI-2, OPS-2)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const file = join(yield* folder, "people.csv")
      writeFileSync(file, `${header}${person(1)}`)
      const { code, stderr } = yield* run(
        on,
        "users",
        "import",
        file,
        "--as",
        "33333333-3333-4333-8333-333333333333"
      )
      assert.strictEqual(code, 1)
      assert.match(stderr, /\(kernel\.forbidden\)$/)
      yield* run(
        on,
        "flags",
        "change",
        "emergency_read_only_mode",
        "--enabled",
        "--reason",
        "a test of batches"
      )
      assert.match((yield* run(on, "users", "import", file)).stderr, /\(kernel\.read_only_mode\)$/)
    }).pipe(Effect.scoped)
  )

  it.live("interrupted in the middle ends with 130, and run again it completes (CLI-1, CLI-2)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const at = yield* folder
      const [file, rejected] = [join(at, "people.csv"), join(at, "rejected.csv")]
      const rows = 4000
      yield* peopleIn(file, rows, 2)
      const { child, ended } = yield* started(on, "users", "import", file, "--rejected", rejected)
      // A chunk writes its refused rows after its profiles were made: the import is in the middle now.
      yield* eventually(() => {
        try {
          return statSync(rejected).size > 1000 ? true : undefined
        } catch {
          return undefined
        }
      })
      child.kill("SIGINT")
      const { code, stderr, stdout } = yield* Effect.promise(() => ended)
      assert.deepStrictEqual({ code, stdout }, { code: 130, stdout: "" })
      const [, stoppedAfter] = /^Stopped after (\d+) rows\. Run it again/m.exec(stderr) ?? []
      assert.isAbove(Number(stoppedAfter), 0)
      assert.isBelow(Number(stoppedAfter), rows)

      const again = yield* ran(on, "users", "import", file, "--rejected", rejected, "--json")
      const counts = JSON.parse(again.stdout) as {
        readonly [outcome in "created" | "existing" | "refused"]: number
      }
      assert.strictEqual(again.code, 3)
      assert.strictEqual(counts.refused, rows / 2)
      assert.strictEqual(counts.created + counts.existing, rows / 2)
      assert.isAtLeast(counts.existing, Number(stoppedAfter) / 2)
      assert.isAbove(counts.created, 0)
      const third = yield* run(on, "users", "import", file, "--rejected", rejected, "--json")
      assert.deepInclude(JSON.parse(third.stdout), { created: 0, existing: rows / 2 })
    }).pipe(Effect.scoped)
  )

  // Most rows are refused: what is measured is the stream, not how fast profiles are made.
  it.live(
    "takes no more memory for 200 000 rows than for 2000 (CLI-2)",
    () =>
      Effect.gen(function* () {
        const on = yield* freshDatabase
        const at = yield* folder
        const [few, many, rejected] = [join(at, "few.csv"), join(at, "many.csv"), join(at, "rejected.csv")]
        yield* peopleIn(few, 2000, 100)
        yield* peopleIn(many, 200_000, 100)
        // Collected early: what is measured is what is kept, not what the collector has not looked at yet.
        const thrifty = { ...on, NODE_OPTIONS: "--max-old-space-size=100 --max-semi-space-size=4" }
        const small = yield* measured(thrifty, few, "--rejected", rejected, "--json")
        assert.deepInclude(JSON.parse(small.stdout), { created: 20, refused: 1980 })
        const large = yield* measured(thrifty, many, "--rejected", rejected, "--json")
        assert.strictEqual(large.code, 3, large.stderr.slice(-1000))
        assert.deepStrictEqual(JSON.parse(large.stdout), { created: 1980, existing: 20, refused: 198_000 })
        // More than the collector was given: all of it at once would have ended the process.
        assert.isAbove(statSync(many).size, 50_000_000)
        assert.isBelow(large.peak, small.peak + 60, `MB: ${small.peak} and ${large.peak}`)
        assert.strictEqual(readFileSync(rejected, "utf8").split("\r\n").length, 198_002)
      }).pipe(Effect.scoped),
    180_000
  )
})
