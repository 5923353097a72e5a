import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import {
  assessment,
  at,
  circumstances,
  got,
  learner,
  noon,
  questionId,
  refusal,
  running,
  samples,
  seconds,
  teacher
} from "../../../test/assessments/all.ts"
import { rational } from "../../shared/rational.ts"
import {
  type Attempt,
  type Correction,
  type CorrectionAct,
  CorrectionId,
  type Graded,
  type NeedsReview
} from "../model/index.ts"
import { submit } from "./attempt.ts"
import { checkCorrection } from "./correction.ts"
import { percentageOf } from "./grading.ts"
import { claim, gradeManual, type ManualGrading, regrade } from "./review.ts"

const second = circumstances(seconds(60))
const contents = [samples.mcq, samples.openText, samples.numeric]
const handedIn = (
  given: Partial<Record<number, Parameters<typeof submit>[1]["responses"][number]["answer"]>> = {}
): Attempt =>
  got(
    submit(
      running(contents),
      {
        responses: [
          { questionId: questionId(0), answer: given[0] ?? { choices: ["1"] } },
          { questionId: questionId(1), answer: given[1] ?? { text: "Because" } },
          { questionId: questionId(2), answer: given[2] ?? { text: "7" } }
        ],
        revision: 0
      },
      second
    )
  ).state
const waiting = handedIn() as NeedsReview
const grading = (points: string, more: Partial<ManualGrading> = {}): ManualGrading => ({
  grader: teacher,
  revision: 1,
  grades: [{ questionId: questionId(1), points }],
  ...more
})
const graded = got(gradeManual(waiting, grading("4.5"), circumstances(seconds(120)))).state
const points = ({ grades }: Graded) =>
  grades.map(({ by, points: { denominator, numerator } }) => `${numerator}/${denominator} ${by}`)
const correction = (act: CorrectionAct, place: number, id = 1): Correction => ({
  id: CorrectionId.make(samples.uuid(0x9000 + id)),
  assessmentId: assessment.id,
  questionId: questionId(place),
  questionVersion: 1,
  act,
  reason: "it was wrong",
  correctedBy: teacher,
  createdAt: seconds(200 + id)
})
const again = (
  attempt: Attempt,
  corrections: ReadonlyArray<Correction>,
  policy: "exact" | "never_lower" = "exact"
) => got(regrade(attempt, { policy, reason: "it was wrong" }, circumstances(seconds(300), { corrections })))

describe("a person's grade", () => {
  it("completes what the machine left open; sum, maximum and verdict follow (ASM-17)", () => {
    assert.deepStrictEqual(points(graded), ["0/1 machine", "9/2 person", "1/1 machine"])
    assert.deepStrictEqual(
      [graded.score, graded.maxScore, graded.passed],
      [rational(11, 2), rational(10), false]
    )
    assert.deepStrictEqual(
      [graded.gradedBy, DateTime.formatIso(graded.gradedAt)],
      [teacher, DateTime.formatIso(seconds(120))]
    )
  })

  it("lies within the bounds of its item, both included (ASM-17)", () => {
    for (const inside of ["0", "5", "4,99"])
      assert.isUndefined(refusal(gradeManual(waiting, grading(inside), second)))
    for (const outside of ["-0.01", "5.000001", "x", ""])
      assert.strictEqual(refusal(gradeManual(waiting, grading(outside), second)), "kernel.invalid")
  })

  it("may overrule the machine, and is needed for every open item (ASM-17)", () => {
    const overruled = got(
      gradeManual(
        waiting,
        grading("1", {
          grades: [
            { questionId: questionId(0), points: "3" },
            { questionId: questionId(1), points: "1" }
          ]
        }),
        second
      )
    ).state
    assert.deepStrictEqual(points(overruled), ["3/1 person", "1/1 person", "1/1 machine"])
    assert.strictEqual(
      refusal(gradeManual(waiting, grading("1", { grades: [] }), second)),
      "assessments.items_ungraded"
    )
    const unknown = grading("1", { grades: [{ questionId: questionId(9), points: "1" }] })
    assert.strictEqual(refusal(gradeManual(waiting, unknown, second)), "kernel.invalid")
    const twice = grading("1", { grades: [...grading("1").grades, ...grading("2").grades] })
    assert.strictEqual(refusal(gradeManual(waiting, twice, second)), "kernel.invalid")
  })

  it("is never one's own (ASM-17)", () =>
    assert.strictEqual(
      refusal(gradeManual(waiting, grading("5", { grader: learner }), second)),
      "kernel.forbidden"
    ))

  it("given twice changes nothing, whatever revision it carries (ASM-17)", () => {
    for (const revision of [0, 1, 2]) {
      assert.deepStrictEqual(
        got(gradeManual(graded, grading("4,50", { revision }), circumstances(seconds(500)))),
        { state: graded, events: [] }
      )
    }
  })

  it("another one is a regrade: it needs a reason and keeps the day of the first (ASM-17)", () => {
    assert.strictEqual(refusal(gradeManual(graded, grading("5", { revision: 2 }), second)), "kernel.invalid")
    const { events, state } = got(
      gradeManual(graded, grading("5", { revision: 2, reason: "a second look" }), circumstances(seconds(500)))
    )
    assert.deepStrictEqual(
      [events.map(({ name }) => name), state.gradedAt, state.passed],
      [["assessments.attempt_regraded"], graded.gradedAt, true]
    )
  })

  it("of two graders at once the second is told (ASM-17)", () =>
    assert.strictEqual(
      refusal(gradeManual(graded, grading("5", { reason: "I think so" }), second)),
      "kernel.stale_version"
    ))

  it("in mode manual a person grades every answer; what is empty earns nothing (ASM-17, ASM-14)", () => {
    const attempt = got(
      submit(
        running(contents, { gradingMode: "manual" }),
        { responses: [{ questionId: questionId(0), answer: { choices: ["1", "3"] } }], revision: 0 },
        second
      )
    ).state
    assert.strictEqual(
      refusal(gradeManual(attempt, grading("1", { grades: [] }), second)),
      "assessments.items_ungraded"
    )
    const { state } = got(
      gradeManual(attempt, grading("1", { grades: [{ questionId: questionId(0), points: "2" }] }), second)
    )
    assert.deepStrictEqual(points(state), ["2/1 person", "0/1 machine", "0/1 machine"])
  })
})

describe("a correction", () => {
  const mended: CorrectionAct = { kind: "mended", key: { type: "mcq", correctAnswers: { choices: ["c1"] } } }

  it("that mends a key grades again by it, and keeps what a person gave (ASM-18)", () => {
    const { events, state } = again(graded, [correction(mended, 0)])
    assert.deepStrictEqual(points(state), ["4/1 machine", "9/2 person", "1/1 machine"])
    assert.deepStrictEqual(
      [state.passed, events.map(({ name }) => name)],
      [true, ["assessments.attempt_regraded"]]
    )
    assert.deepStrictEqual(
      [state.contentSnapshot, state.gradedAt, state.gradedBy],
      [graded.contentSnapshot, graded.gradedAt, teacher]
    )
  })

  it("that drops an item takes its points from both sides, a person's too (ASM-18)", () => {
    const { state } = again(graded, [correction({ kind: "dropped" }, 1)])
    assert.deepStrictEqual(
      [points(state), state.maxScore],
      [["0/1 machine", "0/1 correction", "1/1 machine"], rational(5)]
    )
  })

  it("that gives everyone the full points does so also where a person gave fewer (ASM-18)", () => {
    const { state } = again(graded, [correction({ kind: "full_points" }, 1)])
    assert.deepStrictEqual([points(state)[1], state.maxScore], ["5/1 correction", rational(10)])
  })

  it("the last one of a question counts, whatever order they are told in (ASM-18)", () => {
    const both = [correction({ kind: "dropped" }, 0, 1), correction(mended, 0, 2)]
    assert.deepStrictEqual(again(graded, both).state, again(graded, [...both].reverse()).state)
    assert.strictEqual(points(again(graded, both).state)[0], "4/1 machine")
    const lateButFirstById = [
      { ...correction(mended, 0, 1), createdAt: seconds(299) },
      correction({ kind: "dropped" }, 0, 2)
    ]
    assert.strictEqual(points(again(graded, lateButFirstById).state)[0], "4/1 machine")
  })

  it("never_lower keeps the old grade where the new one is lower by percentage; exact does not (ASM-18)", () => {
    const worse = correction({ kind: "mended", key: { type: "numeric", correctAnswers: { value: "8" } } }, 2)
    assert.deepStrictEqual(again(graded, [worse], "never_lower"), { state: graded, events: [] })
    assert.deepStrictEqual(again(graded, [worse]).state.score, rational(9, 2))
    const dropped = correction({ kind: "dropped" }, 0)
    // Fewer points in all, but a higher part of them: that is not lower.
    assert.deepStrictEqual(percentageOf(again(graded, [dropped], "never_lower").state), rational(1100, 12))
  })

  it("keeps what a person gave against the machine's own opinion (ASM-17, ASM-18)", () => {
    const overruled = got(
      gradeManual(
        graded,
        grading("4.5", {
          revision: 2,
          reason: "half right",
          grades: [{ questionId: questionId(0), points: "3" }]
        }),
        second
      )
    ).state
    const worse = correction({ kind: "mended", key: { type: "numeric", correctAnswers: { value: "8" } } }, 2)
    assert.deepStrictEqual(points(again(overruled, [worse, correction(mended, 0)]).state), [
      "3/1 person",
      "9/2 person",
      "0/1 machine"
    ])
  })

  it("twice is once, and without one nothing changes (ASM-18)", () => {
    const once = again(graded, [correction(mended, 0)]).state
    assert.deepStrictEqual(again(once, [correction(mended, 0)]), { state: once, events: [] })
    assert.deepStrictEqual(again(graded, []), { state: graded, events: [] })
  })

  it("serves running and waiting attempts too (ASM-18)", () => {
    const corrections = [correction(mended, 0)]
    const around = circumstances(seconds(300), { corrections })
    assert.strictEqual(points(got(gradeManual(waiting, grading("0"), around)).state)[0], "4/1 machine")
    const open = correction({ kind: "dropped" }, 1)
    const submitted = got(
      submit(
        running(contents),
        { responses: [{ questionId: questionId(1), answer: { text: "x" } }], revision: 0 },
        circumstances(noon, { corrections: [open] })
      )
    ).state
    assert.strictEqual(submitted.status, "graded")
  })

  it("a grader cannot touch what a correction decides for everyone (ASM-18)", () => {
    const around = circumstances(seconds(300), { corrections: [correction({ kind: "full_points" }, 1)] })
    assert.strictEqual(refusal(gradeManual(waiting, grading("0"), around)), "kernel.invalid")
  })

  const why = (act: CorrectionAct, place: number, earlier: ReadonlyArray<Correction> = []) => {
    const result = checkCorrection(
      running(contents).contentSnapshot,
      { act, questionId: questionId(place) },
      earlier
    )
    return Result.isFailure(result) ? result.failure.why : "fine"
  }
  it("is refused with its reason: unknown, last with points, another shape, no usable key (ASM-18)", () => {
    assert.strictEqual(why({ kind: "full_points" }, 9), "question_unknown")
    assert.strictEqual(why({ kind: "dropped" }, 0), "fine")
    const two = [correction({ kind: "dropped" }, 1, 1), correction({ kind: "dropped" }, 2, 2)]
    assert.strictEqual(why({ kind: "dropped" }, 0, two), "last_item_with_points")
    assert.strictEqual(why({ kind: "dropped" }, 0, two.slice(1)), "fine")
    assert.strictEqual(
      why({ kind: "mended", key: { type: "true_false", correctAnswers: { value: true } } }, 0),
      "other_shape"
    )
    assert.strictEqual(
      why({ kind: "mended", key: { type: "mcq", correctAnswers: { choices: ["c9"] } } }, 0),
      "other_shape"
    )
    assert.strictEqual(
      why({ kind: "mended", key: { type: "mcq", correctAnswers: { choices: [] } } }, 0),
      "not_usable"
    )
    assert.strictEqual(
      why({ kind: "mended", key: { type: "short_text", correctAnswers: { answers: [] } } }, 1),
      "other_shape"
    )
    assert.strictEqual(why(mended, 0), "fine")
  })

  it("that does not fit what a learner was asked leaves their item as it was (ASM-18)", () => {
    const other: CorrectionAct = { kind: "mended", key: { type: "mcq", correctAnswers: { choices: ["c9"] } } }
    assert.deepStrictEqual(again(graded, [correction(other, 0)]), { state: graded, events: [] })
  })
})

describe("the review queue", () => {
  const held = got(claim(undefined, teacher, noon))
  it("an attempt is claimed for 30 minutes, to the millisecond (ASM-21)", () => {
    const until = 30 * 60_000
    assert.deepStrictEqual(held, { grader: teacher, until: at(until) })
    assert.strictEqual(refusal(claim(held, learner, at(until - 1))), "assessments.review_claimed")
    assert.strictEqual(got(claim(held, learner, at(until))).grader, learner)
    assert.deepStrictEqual(got(claim(held, teacher, at(1000))).until, at(until + 1000))
  })
})
