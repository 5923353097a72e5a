import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { Invalid, type RefusalClass, strictly } from "../src/shared/index.ts"
import { commandRefusals, queryRefusals } from "../src/shared/errors.ts"
import { type Code, tellings } from "../src/tellings.ts"
import { useCases } from "../src/usecases.ts"

const operations = useCases.flatMap(({ operations }) => Object.values(operations))
const classes = [
  ...new Set<RefusalClass>([
    ...commandRefusals,
    ...queryRefusals,
    ...operations.flatMap(({ refusals }) => [...refusals])
  ])
]

/** Refusals of a class, with any data that its schema allows. */
const samplesOf = (refusal: RefusalClass) =>
  Arbitrary.sampleEffect(Arbitrary.schema(refusal), { count: 20, seed: 1 })

describe("a refusal", () => {
  it.effect(
    "of any use case is a tagged error with a stable code, a family, and a sentence in English and in French (KER-12, KER-13)",
    () =>
      Effect.gen(function* () {
        const told = new Set<string>()
        for (const refusal of classes) {
          for (const sample of (yield* samplesOf(refusal)) as ReadonlyArray<{ readonly _tag: Code }>) {
            told.add(sample._tag)
            assert.match(sample._tag, /^[a-z]+\.[a-z0-9_]+$/)
            assert.instanceOf(sample, Error)
            const telling = tellings[sample._tag]
            const sentences = [telling.en(sample as never), telling.fr(sample as never)]
            for (const sentence of sentences) {
              assert.match(sentence, /[.?!…]$/u, sample._tag)
              assert.notMatch(sentence, /undefined|\[object|NaN/u, sample._tag)
            }
            assert.notStrictEqual(sentences[0], sentences[1], sample._tag)
          }
        }
        assert.isAbove(told.size, 15)
      })
  )

  it.effect("goes over the wire and comes back as it was (KER-12)", () =>
    Effect.gen(function* () {
      for (const refusal of classes) {
        const json = Schema.toCodecJson(refusal)
        for (const sample of yield* samplesOf(refusal)) {
          const wire = JSON.parse(JSON.stringify(Schema.encodeSync(json)(sample))) as unknown
          assert.deepStrictEqual(Schema.decodeUnknownSync(json)(wire), sample)
        }
      }
    })
  )
})

describe("invalid input", () => {
  const input = Schema.Struct({
    name: Schema.String.check(Schema.isMaxLength(3)),
    tags: Schema.Array(Schema.Int),
    inner: Schema.Struct({ at: Schema.optionalKey(Schema.String) })
  })
  const issuesOf = (schema: Schema.Codec<any, any>, value: unknown) =>
    Schema.decodeUnknownResult(
      Schema.toCodecJson(schema),
      strictly
    )(value).pipe(Result.match({ onSuccess: () => [], onFailure: (error) => Invalid.from(error).issues }))

  it("names every wrong field with its path at once, unknown fields among them (KER-14)", () => {
    const issues = issuesOf(input, {
      name: "long",
      tags: [1, "x", 2.5],
      inner: { at: 1, to: 2 },
      more: 1,
      less: 2
    })
    assert.deepStrictEqual(issues.map(({ path }) => path.join(".")).toSorted(), [
      "inner.at",
      "inner.to",
      "less",
      "more",
      "name",
      "tags.1",
      "tags.2"
    ])
    assert.isTrue(issues.every(({ message }) => message.length > 0))
    assert.deepStrictEqual(
      issuesOf(input, {}).map(({ path }) => path),
      [["name"], ["tags"], ["inner"]]
    )
    assert.deepStrictEqual(issuesOf(input, { name: "ok", tags: [], inner: {} }), [])
  })

  it("an unknown field is a wrong field of every use case (KER-14)", () => {
    for (const operation of operations) {
      const issues = issuesOf(operation.input, { field_that_nobody_knows: 1 })
      assert.isTrue(
        issues.some(({ path }) => path.join(".") === "field_that_nobody_knows"),
        operation.name
      )
    }
  })
})
