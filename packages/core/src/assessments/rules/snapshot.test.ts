import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { anyContent } from "../../../test/assessments/arbitraries.ts"
import * as samples from "../../../test/assessments/samples.ts"
import { Snapshot, type SnapshotItem } from "../model/index.ts"
import { fractionOf } from "./scoring.ts"
import { checkSnapshot, freeze, snapshotText } from "./snapshot.ts"

const shuffling = { ...samples.assessment, shuffleQuestions: true, shuffleAnswers: true }
const contents = fc.array(anyContent, { minLength: 1, maxLength: 8 })
const seeds = fc.bigInt(1n, 2n ** 128n - 1n).map((bits) => bits.toString(16).padStart(32, "0"))
const codec = Schema.toCodecJson(Snapshot)
const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")

/** Every leaf of a JSON value, by its path. */
const leaves = (
  value: unknown,
  path: ReadonlyArray<string | number> = []
): ReadonlyArray<ReadonlyArray<string | number>> =>
  value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, held]) => leaves(held, [...path, key]))
    : [path]
const changed = (value: unknown, [step, ...rest]: ReadonlyArray<string | number>): unknown => {
  if (step === undefined)
    return typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}x`
  const copy = structuredClone(value) as Record<string | number, unknown>
  copy[step] = changed(copy[step], rest)
  return copy
}

describe("the snapshot", () => {
  it("same seed, same content, same snapshot, whatever order the items come in (ASM-7)", () =>
    fc.assert(
      fc.property(contents, seeds, (bodies, seed) => {
        const asked = samples.asked(bodies)
        assert.deepStrictEqual(freeze(shuffling, [...asked].reverse(), seed), freeze(shuffling, asked, seed))
      })
    ))

  it("shuffles are permutations of questions and of choices, named by the place they are shown at (ASM-7)", () =>
    fc.assert(
      fc.property(contents, seeds, (bodies, seed) => {
        const { items } = freeze(shuffling, samples.asked(bodies), seed)
        assert.deepStrictEqual(
          items.map(({ questionId }) => questionId).sort(),
          bodies.map((_, index) => samples.questionId(index))
        )
        for (const item of items) {
          const content = bodies.find((_, index) => samples.questionId(index) === item.questionId)!
          const lists =
            item.type === "matching" && content.type === "matching"
              ? [[item.stems, content.stems] as const, [item.targets, content.targets] as const]
              : "choices" in item && "choices" in content
                ? [[item.choices, content.choices] as const]
                : []
          for (const [shown, authored] of lists) {
            assert.deepStrictEqual(
              shown.map(({ id }) => id),
              shown.map((_, index) => String(index + 1))
            )
            assert.deepStrictEqual(
              shown.map(({ source }) => source).sort(),
              authored.map(({ id }) => id).sort()
            )
          }
        }
      })
    ))

  it("keys follow the shuffle: what was right stays right, by the author's name (ASM-7)", () =>
    fc.assert(
      fc.property(anyContent, seeds, (content, seed) => {
        const [item] = freeze(shuffling, samples.asked([content]), seed).items
        const sources = (
          shown: ReadonlyArray<{ readonly id: string; readonly source: string }>,
          ids: ReadonlyArray<string>
        ) => ids.map((id) => shown.find((one) => one.id === id)!.source)
        if (item!.type === "mcq" && content.type === "mcq") {
          assert.deepStrictEqual(
            sources(item!.choices, item!.correctAnswers.choices),
            content.correctAnswers.choices
          )
        }
        if (item!.type === "ordering" && content.type === "ordering") {
          assert.deepStrictEqual(
            sources(item!.choices, item!.correctAnswers.order),
            content.correctAnswers.order
          )
        }
        if (item!.type === "matching" && content.type === "matching") {
          const { pairs } = item!.correctAnswers
          assert.deepStrictEqual(
            sources(
              item!.targets,
              pairs.map(({ target }) => target)
            ),
            content.correctAnswers.pairs.map(({ target }) => target)
          )
        }
      })
    ))

  it("without shuffling all is shown in the author's order (ASM-7)", () => {
    const { items } = samples.snapshotOf([samples.mcq, samples.ordering])
    assert.deepStrictEqual(
      items.map(({ questionId }) => questionId),
      [samples.questionId(0), samples.questionId(1)]
    )
    assert.deepStrictEqual(
      items.map((item) => ("choices" in item ? item.choices.map(({ source }) => source).join("") : "")),
      ["c1c2c3c4", "c1c2c3c4"]
    )
  })

  it("an item's own points stand before the question's (ASM-7)", () => {
    assert.strictEqual(samples.snapshotOf([samples.mcq], {}, { pointsOverride: 0 }).items[0]!.points, 0)
    assert.strictEqual(samples.snapshotOf([samples.mcq]).items[0]!.points, 4)
  })

  it("one seed gives one text and one hash, for ever (ASM-8)", () => {
    const text = snapshotText(
      freeze(
        shuffling,
        samples.asked([samples.mcq, samples.matching, samples.ordering, samples.numeric]),
        samples.seed
      )
    )
    assert.strictEqual(sha256(text), "1c67aa1a2897a85a2f1216278be7ff171adc497fcc7860c268ad3cddf79568bb")
  })

  it("comes back equal from JSON with its hash, and any leaf that changes changes it (ASM-8)", () =>
    fc.assert(
      fc.property(contents, seeds, fc.nat(), (bodies, seed, nth) => {
        const snapshot = freeze(shuffling, samples.asked(bodies), seed)
        const stored: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(snapshot)))
        assert.deepStrictEqual(snapshotText(Schema.decodeUnknownSync(codec)(stored)), snapshotText(snapshot))
        const paths = leaves(stored)
        const path = paths[nth % paths.length]!
        const read = Schema.decodeUnknownResult(codec)(changed(stored, path))
        // A change that no longer reads as a snapshot is found by reading; every other one by the hash.
        if (read._tag === "Success")
          assert.notStrictEqual(snapshotText(read.success), snapshotText(snapshot), path.join("."))
      }),
      { numRuns: 500 }
    ))

  it("an attempt whose content has another hash than at its start is corrupt (ASM-8)", () => {
    const attempt = samples.running([samples.mcq])
    const hash = sha256(snapshotText(attempt.contentSnapshot))
    assert.isUndefined(samples.refusal(checkSnapshot({ ...attempt, contentSnapshotHash: hash }, hash)))
    assert.strictEqual(samples.refusal(checkSnapshot(attempt, hash)), "assessments.snapshot_corrupt")
  })

  it("grading needs nothing but the snapshot: the bank may change afterwards (ASM-7)", () => {
    const content = structuredClone(samples.mcq) as {
      correctAnswers: { choices: Array<string> }
    } & typeof samples.mcq
    const item: SnapshotItem = samples.snapshotOf([content]).items[0]!
    content.correctAnswers.choices.splice(0, 2, "c2")
    assert.strictEqual(fractionOf(item, { choices: ["1", "3"] })?.numerator, 1n)
  })
})
