import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { anyContent } from "../../../test/assessments/arbitraries.ts"
import {
  at,
  circumstances,
  got,
  questionId,
  running,
  samples,
  seconds
} from "../../../test/assessments/all.ts"
import {
  type Attempt,
  type Correction,
  CorrectionId,
  AttemptSummary,
  EndedView,
  type InProgress,
  type QuestionContent,
  type ReviewOptions,
  RunningView
} from "../model/index.ts"
import { abandon, settle, submit } from "./attempt.ts"
import { endedView, finalGradeView, runningView, scoreShown, summary } from "./views.ts"

type Ended = Exclude<Attempt, InProgress>
const json = (schema: Schema.Codec<any, any>, value: unknown): string =>
  JSON.stringify(Schema.encodeUnknownSync(Schema.toCodecJson(schema))(value, { onExcessProperty: "error" }))
const shown = (attempt: InProgress, now = seconds(1)) =>
  json(RunningView, runningView(attempt, circumstances(now)))
const ended = (attempt: Ended, review: ReviewOptions, now = seconds(1)) =>
  json(EndedView, endedView(attempt, review, { now, corrections: [] }))
const shows = (when: ReviewOptions["keys"]): ReviewOptions => ({
  responses: when,
  score: when,
  items: when,
  keys: when,
  explanations: when
})

/** The same question with every secret replaced: another key, another explanation, other names of the author's. */
const disguised = (content: QuestionContent): QuestionContent => {
  const rename = <A extends { readonly id: string }>(things: ReadonlyArray<A>) =>
    things.map((thing) => ({ ...thing, id: `canary-${thing.id}` }))
  const secret = { ...content, explanation: "canary explanation" }
  switch (secret.type) {
    case "mcq": {
      const { weights: _, ...key } = secret.correctAnswers
      const choices = [`canary-${secret.choices.at(-1)!.id}`]
      const weights = secret.scoring === "weighted" && {
        weights: [{ choice: choices[0]!, weight: { numerator: 1, denominator: 1 } }]
      }
      return { ...secret, choices: rename(secret.choices), correctAnswers: { ...key, choices, ...weights } }
    }
    case "matching": {
      const pairs = secret.correctAnswers.pairs.map(({ stem }) => ({
        stem: `canary-${stem}`,
        target: `canary-${secret.targets[0]!.id}`
      }))
      return {
        ...secret,
        stems: rename(secret.stems),
        targets: rename(secret.targets),
        correctAnswers: { pairs }
      }
    }
    case "ordering":
      return {
        ...secret,
        choices: rename(secret.choices),
        correctAnswers: { order: [...secret.correctAnswers.order].reverse().map((id) => `canary-${id}`) }
      }
    case "true_false":
      return { ...secret, correctAnswers: { value: !secret.correctAnswers.value } }
    case "numeric":
      return { ...secret, correctAnswers: { value: "424242.424242" } }
    case "short_text":
      return {
        ...secret,
        correctAnswers: {
          answers: [{ text: "canary text", fraction: { numerator: 1, denominator: 1 } }],
          matchCase: true
        }
      }
    case "open_text":
      return secret
  }
}

describe("a running attempt as it is shown", () => {
  it("tells nothing of keys, explanations and the author's names: with others it reads the same (ASM-9)", () =>
    fc.assert(
      fc.property(fc.array(anyContent, { minLength: 1, maxLength: 6 }), fc.boolean(), (contents, shuffle) => {
        const settings = { shuffleQuestions: shuffle, shuffleAnswers: shuffle }
        const attempt = running(contents, settings)
        const secret = running(contents.map(disguised), settings)
        assert.strictEqual(shown(secret), shown(attempt))
        assert.notInclude(shown(secret), "canary")
        assert.notInclude(shown(secret), "424242")
      })
    ))

  it("ended, it tells as little as long as nothing is to be shown (ASM-9)", () =>
    fc.assert(
      fc.property(fc.array(anyContent, { minLength: 1, maxLength: 6 }), (contents) => {
        const [attempt, secret] = [contents, contents.map(disguised)].map(
          (some) => got(abandon(running(some), circumstances(seconds(1)))).state
        )
        assert.strictEqual(ended(secret!, shows("never")), ended(attempt!, shows("never")))
      })
    ))

  it("holds nobody's data but the learner's own: no seed, no hash, no other id (ASM-9)", () => {
    const attempt = running([samples.mcq])
    for (const secret of [attempt.attemptSeed, attempt.contentSnapshotHash, samples.teacher, "c1"])
      assert.notInclude(shown(attempt), secret)
  })

  it("tells the time that is left by our clock, down to nothing, and changes nothing (ASM-10)", () => {
    const attempt = running([samples.mcq])
    const before = JSON.stringify(attempt)
    const left = (milliseconds: number) =>
      runningView(attempt, circumstances(at(milliseconds))).remainingMillis
    assert.deepStrictEqual([0, 1, 599_999, 600_000, 604_999].map(left), [600_000, 599_999, 1, 0, 0])
    assert.strictEqual(JSON.stringify(attempt), before)
    const { deadline: _, ...unlimited } = attempt
    assert.isUndefined(runningView(unlimited, circumstances(at(0))).remainingMillis)
    const paused = circumstances(seconds(300), { pauses: [{ from: seconds(100), to: seconds(200) }] })
    assert.strictEqual(runningView(attempt, paused).remainingMillis, 400_000)
  })
})

describe("an ended attempt as it is shown", () => {
  const content = { ...samples.mcq, explanation: "Even means divisible by two." }
  const graded = got(
    submit(
      running([content]),
      { responses: [{ questionId: questionId(0), answer: { choices: ["1"] } }], revision: 0 },
      circumstances(seconds(1))
    )
  ).state
  const waiting = got(
    submit(
      running([samples.openText]),
      { responses: [{ questionId: questionId(0), answer: { text: "x" } }], revision: 0 },
      circumstances(seconds(1))
    )
  ).state
  const view = (
    review: ReviewOptions,
    more: { readonly closesAt?: typeof graded.submittedAt; readonly now?: typeof graded.submittedAt } = {}
  ) => endedView(graded, review, { now: seconds(2), corrections: [], ...more })
  const parts = ["responses", "score", "items", "keys", "explanations"] as const

  it("shows each part alone, as the assessment says (ASM-9)", () => {
    for (const part of parts) {
      const only = view({ ...shows("never"), [part]: "ended" })
      const [item] = only.items
      assert.deepStrictEqual(
        [
          only.responses !== undefined,
          only.percentageHundredths !== undefined,
          item!.pointsHundredths !== undefined,
          item!.correctAnswers !== undefined,
          item!.explanation !== undefined
        ],
        parts.map((one) => one === part)
      )
    }
  })

  it("`graded` waits for the grade, `closed` for the instant nobody can take it any more (ASM-9)", () => {
    assert.deepStrictEqual(
      endedView(waiting as Ended, shows("graded"), { now: seconds(2), corrections: [] }).responses,
      undefined
    )
    assert.isDefined(view(shows("graded")).responses)
    const closing = (milliseconds: number) =>
      view(shows("closed"), { closesAt: seconds(10), now: at(milliseconds) }).items[0]!.correctAnswers
    assert.deepStrictEqual([9999, 10_000].map(closing), [undefined, { choices: ["1", "3"] }])
    assert.isUndefined(view(shows("closed")).responses)
  })

  it("shows the key it was graded by, where that was mended (ASM-9, ASM-18)", () => {
    const mended: Correction = {
      id: CorrectionId.make(samples.uuid(9)),
      assessmentId: samples.assessmentId,
      questionId: questionId(0),
      questionVersion: 1,
      act: { kind: "mended", key: { type: "mcq", correctAnswers: { choices: ["c2"] } } },
      reason: "three is odd",
      correctedBy: samples.teacher,
      createdAt: seconds(1)
    }
    const { items } = endedView(graded, shows("ended"), { now: seconds(2), corrections: [mended] })
    assert.deepStrictEqual(items[0]!.correctAnswers, { choices: ["2"] })
  })

  it("is never shown as passing when it is not, with points to the hundredth (ASM-15)", () => {
    const result = view(shows("ended"))
    assert.deepStrictEqual(
      [
        result.percentageHundredths,
        result.passed,
        result.items[0]!.pointsHundredths,
        result.items[0]!.maxPoints
      ],
      [0, false, 0, 4]
    )
  })

  it("tells when it ended and whether the clock did it (ASM-6)", () => {
    const expired = settle(running([content]), circumstances(seconds(9999))).state as Ended
    const late = endedView(expired, shows("ended"), { now: seconds(9999), corrections: [] })
    assert.deepStrictEqual(
      [late.status, late.endedAt, late.autoSubmitted, late.percentageHundredths],
      ["expired", seconds(600), false, undefined]
    )
    json(EndedView, late)
  })
})

describe("an attempt in a list", () => {
  const attempt = running([samples.trueFalse])
  const responses = [{ questionId: questionId(0), answer: { value: true } }]
  const graded = got(submit(attempt, { responses, revision: 0 }, circumstances(seconds(9)))).state

  it("tells its score to whom it is to be told, and never what it asked (ASM-9)", () => {
    assert.strictEqual(summary(graded, true).percentageHundredths, 10_000)
    assert.notProperty(summary(graded, false), "percentageHundredths")
    assert.deepStrictEqual(summary(graded, false).endedAt, seconds(9))
    assert.isUndefined(summary(attempt, true).endedAt)
    for (const one of [attempt, graded]) json(AttemptSummary, summary(one, true))
  })

  it("counts towards the grade that its learner sees from when its score is shown (ASM-20, ASM-9)", () => {
    assert.strictEqual(graded.status, "graded")
    if (graded.status !== "graded") return
    const moment = { now: seconds(100), corrections: [], closesAt: seconds(100) }
    const counted = (when: ReviewOptions["score"], at = moment) =>
      scoreShown([graded], shows(when), at).length
    assert.deepStrictEqual(
      [counted("never"), counted("ended"), counted("graded"), counted("closed")],
      [0, 1, 1, 1]
    )
    assert.strictEqual(counted("closed", { ...moment, now: at(99_999) }), 0)
    assert.deepStrictEqual(finalGradeView(undefined, { passingScore: 60 }), {})
  })
})
