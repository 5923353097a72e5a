import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { formats } from "../../../core/src/assessments/formats/index.ts"
import { piecesOf } from "../../src/pieces.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-pieces-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const files = {
  csv: `type,body,choices,correct
true_false,"Two
lines, ""quoted""",,true
mcq,Which?,"a|b
b",2
true_false,wrong,,maybe

true_false,last,,false`,
  gift: `// a comment
$CATEGORY: Animals / insects

An ant has six legs. {TRUE}

A bee {

$CATEGORY: Numbers
Two is {#2}

Three is {#3}
  
Four is {=4 ~5}`,
  aiken: `Which is even?
A. 1
B. 2
ANSWER: B

Broken
A. 1

Which is odd?
A. 1
B. 2
ANSWER: A
`
} as const

describe("a file in pieces", () => {
  for (const format of ["csv", "gift", "aiken"] as const) {
    it.effect(`says what it says as a whole, line by line: ${format} (CLI-2, ASM-24)`, () =>
      Effect.gen(function* () {
        const file = join(yield* folder, "questions")
        writeFileSync(file, files[format])
        const whole = formats[format].read(files[format])
        assert.isAbove(whole.questions.length, 1)
        assert.strictEqual(whole.refused.length, 1)
        for (const size of [1, 20, 60, 100_000]) {
          const pieces = yield* Stream.runCollect(piecesOf(file, format, size))
          const read = [...pieces].map(({ offset, text }) => {
            const { questions, refused } = formats[format].read(text)
            return {
              questions: questions.map((one) => ({ ...one, line: one.line + offset })),
              refused: refused.map((one) => ({ ...one, line: one.line + offset }))
            }
          })
          assert.deepStrictEqual(
            {
              questions: read.flatMap(({ questions }) => questions),
              refused: read.flatMap(({ refused }) => refused)
            },
            { questions: [...whole.questions], refused: [...whole.refused] },
            String(size)
          )
          if (size === 1) assert.isAbove(pieces.length, 2)
          if (size === 100_000) assert.strictEqual(pieces.length, 1)
        }
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )
  }

  it.effect("is one piece where its format cannot be cut (ASM-24)", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "questions")
      writeFileSync(file, "<quiz>\n\n</quiz>")
      const pieces = yield* Stream.runCollect(piecesOf(file, "moodle_xml", 1))
      assert.deepStrictEqual([...pieces], [{ text: "<quiz>\n\n</quiz>", offset: 0 }])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
