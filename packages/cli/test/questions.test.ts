/** Files of questions at the command line, and what the demo school asks. Source: ASM-24, CLI-2. */
import { memoryLayer } from "@lyceum/adapters-memory"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Assessments, Questions, questionTypes } from "@lyceum/core/assessments"
import { CurrentActor, service, Subscribers } from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { importSchool } from "../src/demo/school.ts"
import { freshDatabase, run } from "./cli.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-questions-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const gift = `The sky is blue. {TRUE}

This one is broken {

How many legs has an ant? {#6}
`

describe("questions import", () => {
  it.live("takes what can be asked, and tells the rest with file and line (ASM-24, CLI-2)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const file = join(yield* folder, "mixed.gift")
      writeFileSync(file, gift)
      const take = (...flags: ReadonlyArray<string>) =>
        run(on, "questions", "import", file, "--format", "gift", ...flags)
      const count = Effect.map(
        run(on, "questions", "list", "--json"),
        ({ stdout }) => (JSON.parse(stdout) as { readonly items: ReadonlyArray<unknown> }).items.length
      )
      const tried = yield* take("--dry-run", "--json")
      assert.deepStrictEqual([tried.code, yield* count], [3, 0])
      assert.deepStrictEqual(JSON.parse(tried.stdout), { understood: 2, refused: 1 })
      assert.ok(tried.stderr.startsWith(`${file}:3: `), tried.stderr)
      const strict = yield* take("--all-or-nothing")
      assert.deepStrictEqual([strict.code, yield* count], [2, 0])
      const rejected = join(yield* folder, "rejected.csv")
      const taken = yield* take("--tag", "ants", "--category", "Animals", "--rejected", rejected, "--json")
      assert.deepStrictEqual([taken.code, yield* count], [3, 2])
      assert.deepStrictEqual(JSON.parse(taken.stdout), { imported: 2, refused: 1 })
      assert.match(readFileSync(rejected, "utf8"), /^line,reason\r\n3,"/u)
      const once = ["--idempotency-key", "ants-1"]
      yield* take(...once)
      yield* take(...once)
      assert.strictEqual(yield* count, 4)
      const missing = yield* run(on, "questions", "import", join(file, "none"), "--format", "gift")
      assert.strictEqual(missing.code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("what is exported is imported without a change, and tells what it could not say (ASM-24)", () =>
    Effect.gen(function* () {
      const on = yield* freshDatabase
      const at = yield* folder
      const [first, second] = [join(at, "first.csv"), join(at, "second.csv")]
      writeFileSync(
        first,
        'type,points,body,tags,choices,correct\nmcq,2,"Which, then?",one,a|b,2\nordering,3,Sort,one,b|a,2|1\n'
      )
      assert.strictEqual((yield* run(on, "questions", "import", first, "--format", "csv")).code, 0)
      yield* run(on, "questions", "export", "--format", "csv", "--tag", "one", "-o", second)
      const other = yield* freshDatabase
      assert.strictEqual((yield* run(other, "questions", "import", second, "--format", "csv")).code, 0)
      const again = yield* run(other, "questions", "export", "--format", "csv")
      assert.strictEqual(again.stdout, readFileSync(second, "utf8").trimEnd())
      const lossy = yield* run(on, "questions", "export", "--format", "gift")
      assert.match(lossy.stderr, /gift cannot say its question/)
      assert.match(lossy.stdout, /Which, then\?/)
    }).pipe(Effect.scoped)
  )
})

describe("the demo school", () => {
  const services = servicesLayer.pipe(
    Layer.provideMerge(memoryLayer),
    Layer.provideMerge(
      Layer.mergeAll(platformLayer, webhookSenderLayer(), Layer.succeed(Subscribers, subscribers))
    )
  )
  it.live(
    "examines each course, with questions of every type, also when it comes twice (ASM-14, CRT-1)",
    () =>
      Effect.gen(function* () {
        yield* importSchool
        const assessments = yield* Assessments
        const questions = yield* Questions
        const all = Effect.all([assessments.list({}), questions.list({ limit: 100 })])
        const [{ items }, bank] = yield* all
        assert.ok(items.every(({ isPublished, questionCount }) => isPublished && questionCount > 5))
        const final = items.filter(({ scope }) => scope.scope === "course")
        assert.deepStrictEqual(final.map(({ givesCertificate, type }) => [type, givesCertificate]).sort(), [
          ["cert", true],
          ["exam", true],
          ["exam", true]
        ])
        assert.strictEqual(items.length, 6)
        const types = new Set(bank.items.map(({ content }) => content.type))
        assert.deepStrictEqual([...types].sort(), [...questionTypes].sort())
        assert.ok(bank.items.every(({ usageCount }) => usageCount === 1))
        yield* importSchool
        assert.deepStrictEqual(yield* all, [{ items }, bank])
      }).pipe(Effect.provideService(CurrentActor, service("test")), Effect.provide(services))
  )
})
