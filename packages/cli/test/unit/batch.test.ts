import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Option, Schema } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Outcome, runBatch } from "../../src/batch.ts"

const Row = Schema.Struct({ name: Schema.NonEmptyString, age: Schema.optionalKey(Schema.Int) })
type Row = typeof Row.Type

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-batch-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const created = (rows: ReadonlyArray<Row>): Effect.Effect<ReadonlyArray<Outcome>> =>
  Effect.succeed(
    rows.map(({ name }) => (name === "bob" ? { refused: "nobody wants bob" } : { done: "created" }))
  )

/** Runs a batch over a file of that text; answers the counts, the rows taken, the refused ones and what was told. */
const batchOver = Effect.fnUntraced(function* (name: string, text: string, take = created, toFile = true) {
  const at = yield* folder
  const [file, rejected] = [join(at, name), join(at, "rejected.csv")]
  writeFileSync(file, text)
  const [taken, told]: [Array<Row>, Array<string>] = [[], []]
  const counts = yield* runBatch({
    file,
    rejected: toFile ? Option.some(rejected) : Option.none(),
    row: Row,
    take: (rows) => {
      taken.push(...rows)
      return take(rows)
    }
  }).pipe(
    Effect.provide(NodeServices.layer),
    Effect.provideService(Console.Console, { ...console, error: (line: string) => void told.push(line) })
  )
  return { counts, taken, told, rejected: toFile ? readFileSync(rejected, "utf8") : "" }
}, Effect.scoped)

describe("a batch", () => {
  it.effect("reads CSV: quotes, empty cells as absent, numbers, blank lines, a byte order mark (CLI-2)", () =>
    Effect.gen(function* () {
      const text = '\uFEFFname,age\r\n"ann, the ""first""",30\r\n\r\nzoë,\r\n'
      const { counts, taken } = yield* batchOver("people.csv", text)
      assert.deepStrictEqual(taken, [{ name: 'ann, the "first"', age: 30 }, { name: "zoë" }])
      assert.deepStrictEqual(counts, { created: 2 })
    })
  )

  it.effect("refuses a row for what is wrong with it and goes on; the reasons are in a file (CLI-2)", () =>
    Effect.gen(function* () {
      const text = "name,age\nann,30\nbob,1\n,2\ncarl,old\ndora\n=sum(1),x\neve,5\n"
      const { counts, rejected, taken } = yield* batchOver("people.csv", text)
      assert.deepStrictEqual(
        taken.map(({ name }) => name),
        ["ann", "bob", "eve"]
      )
      assert.deepStrictEqual(counts, { created: 2, refused: 5 })
      const lines = rejected.trimEnd().split("\r\n")
      assert.deepStrictEqual(
        lines.map((line) => line.split(",")[0]),
        ["number", "2", "3", "4", "5", "6"]
      )
      assert.include(lines[1], '"nobody wants bob"')
      assert.include(lines[2], "name: Missing key")
      assert.include(lines[3], '"{""name"":""carl"",""age"":""old""}"')
      assert.include(lines[4], "has 1 cells, but the header has 2")
    })
  )

  it.effect("tells refused rows on stderr when there is no file for them (CLI-2)", () =>
    Effect.gen(function* () {
      const { told } = yield* batchOver("people.csv", "name\nbob\n", created, false)
      assert.deepStrictEqual(told, ["row 1: nobody wants bob"])
    })
  )

  it.effect("reads NDJSON, and a line that is none is one refused row (CLI-2)", () =>
    Effect.gen(function* () {
      const text = '{"name":"ann","age":30}\n\n{"name":\n{"name":"zoë"}\r\n[1]\n{"name":"eve","shoe":1}'
      for (const name of ["people.ndjson", "people.jsonl"]) {
        const { counts, rejected, taken } = yield* batchOver(name, text)
        assert.deepStrictEqual(taken, [{ name: "ann", age: 30 }, { name: "zoë" }])
        assert.deepStrictEqual(counts, { created: 2, refused: 3 })
        assert.match(rejected, /^2,"is no JSON","null"/m)
        assert.match(rejected, /^5,"shoe: /m)
      }
    })
  )

  it.effect("takes some hundred rows at once, in order, and says where it stopped (CLI-2)", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 1001 }, (_, index) => `n${index}`)
      const sizes: Array<number> = []
      const text = ["name", ...names].join("\n")
      const { taken } = yield* batchOver("people.csv", text, (rows: ReadonlyArray<Row>) => {
        sizes.push(rows.length)
        return created(rows)
      })
      assert.deepStrictEqual(
        taken.map(({ name }) => name),
        names
      )
      assert.deepStrictEqual(sizes, [200, 200, 200, 200, 200, 1])

      const stopped: Array<string> = []
      let calls = 0
      const at = yield* folder
      writeFileSync(join(at, "people.csv"), text)
      const failure = yield* runBatch({
        file: join(at, "people.csv"),
        rejected: Option.none(),
        row: Row,
        take: (rows) => ((calls += 1) > 2 ? Effect.fail("the database is away") : created(rows))
      }).pipe(
        Effect.flip,
        Effect.provide(NodeServices.layer),
        Effect.provideService(Console.Console, {
          ...console,
          error: (line: string) => void stopped.push(line)
        })
      )
      assert.strictEqual(failure, "the database is away")
      assert.deepStrictEqual(stopped, ["Stopped after 400 rows. Run it again: what was taken is known."])
    }).pipe(Effect.scoped)
  )

  it.effect("that cannot be read, or whose quotes never end, fails (CLI-2)", () =>
    Effect.gen(function* () {
      for (const [name, text] of [["people.csv", 'name\n"ann\n']] as const) {
        const failure = yield* Effect.flip(batchOver(name, text))
        assert.deepInclude(failure, { exitCode: 1 })
      }
      const missing = yield* Effect.flip(
        Effect.provide(
          runBatch({ file: "/nowhere/people.csv", rejected: Option.none(), row: Row, take: created }),
          NodeServices.layer
        )
      )
      assert.deepInclude(missing, { exitCode: 1 })
    })
  )
})
