import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import {
  assessment,
  at,
  attemptId,
  circumstances,
  got,
  learner,
  lessonId,
  noon,
  running,
  samples,
  seconds,
  seed,
  snapshotOf
} from "../../../test/assessments/all.ts"
import { abandon, enqueueForManualReview, save, settle, submit } from "./attempt.ts"
import { admit, begin, type StartFacts, endOf, seedOf } from "./start.ts"

class Denied {
  readonly _tag = "access.denied"
}
const facts: StartFacts<Denied> = {
  assessment: {
    ...assessment,
    opensAt: seconds(-100),
    closesAt: seconds(1000),
    attemptLimit: 3,
    retakeCooldownSec: 60
  },
  granted: {},
  attemptsStarted: 0,
  access: Result.succeed({ previewOnly: false }),
  prerequisitesUnmet: []
}
const answer = (changes: Partial<StartFacts<Denied>>, now = noon) =>
  admit({ ...facts, ...changes }, circumstances(now))
const code = (changes: Partial<StartFacts<Denied>>, now = noon): string => {
  const result = answer(changes, now)
  return Result.isFailure(result) ? result.failure._tag : `${result.success.kind}`
}
const detail = (changes: Partial<StartFacts<Denied>>, now = noon): unknown => {
  const result = answer(changes, now)
  return Result.isFailure(result) ? JSON.parse(JSON.stringify(result.failure)) : result.success
}
const terms = facts.assessment
const mine = running([samples.mcq], { gradingMode: "auto" })

describe("starting", () => {
  it("begins the first attempt when nothing is in its way (ASM-1, ASM-4)", () =>
    assert.deepStrictEqual(detail({}), { kind: "begin", attemptNo: 1 }))

  it("is open from the instant it opens until the one it closes (ASM-1)", () => {
    assert.deepStrictEqual(
      [-100_001, -100_000].map((millis) => code({}, at(millis))),
      ["assessments.not_open_yet", "begin"]
    )
    assert.deepStrictEqual(
      [999_999, 1_000_000].map((millis) => code({}, at(millis))),
      ["begin", "assessments.closed"]
    )
    assert.deepStrictEqual(detail({}, at(-100_001)), {
      _tag: "assessments.not_open_yet",
      opensAt: DateTime.formatIso(seconds(-100))
    })
    assert.deepStrictEqual(detail({}, seconds(1000)), {
      _tag: "assessments.closed",
      closedAt: DateTime.formatIso(seconds(1000))
    })
  })

  it("a learner's own opening and closing stand for the assessment's (ASM-5)", () => {
    assert.strictEqual(code({ granted: { opensAt: seconds(-200) } }, seconds(-150)), "begin")
    assert.strictEqual(code({ granted: { closesAt: seconds(2000) } }, seconds(1500)), "begin")
    assert.strictEqual(code({ granted: { extraTimeSec: 60 } }, at(1_059_999)), "begin")
    assert.strictEqual(code({ granted: { extraTimeSec: 60 } }, at(1_060_000)), "assessments.closed")
  })

  it("can be tried again once the cooldown since the last end has passed, to the millisecond (ASM-1)", () => {
    const ended = { lastEndedAt: noon, attemptsStarted: 1 }
    assert.deepStrictEqual(
      [59_999, 60_000].map((millis) => code(ended, at(millis))),
      ["assessments.retake_too_soon", "begin"]
    )
    assert.deepStrictEqual(detail(ended, at(59_999)), {
      _tag: "assessments.retake_too_soon",
      retryAt: DateTime.formatIso(seconds(60))
    })
    assert.strictEqual(code({ ...ended, assessment: { ...terms, retakeCooldownSec: 0 } }), "begin")
  })

  it("takes as many attempts as the limit and what is granted beyond it (ASM-1, ASM-4, ASM-5)", () => {
    assert.deepStrictEqual(
      [2, 3].map((attemptsStarted) => code({ attemptsStarted })),
      ["begin", "assessments.attempt_limit_reached"]
    )
    assert.deepStrictEqual(detail({ attemptsStarted: 3 }), {
      _tag: "assessments.attempt_limit_reached",
      limit: 3
    })
    assert.deepStrictEqual(
      [4, 5].map((attemptsStarted) => code({ attemptsStarted, granted: { extraAttempts: 2 } })),
      ["begin", "assessments.attempt_limit_reached"]
    )
    const { attemptLimit: _, ...endless } = terms
    assert.strictEqual(code({ attemptsStarted: 99_999, assessment: endless }), "begin")
  })

  it("checks in the order of the rule: each refusal hides all that come after it (ASM-1)", () => {
    const obstacles: ReadonlyArray<readonly [string, Partial<StartFacts<Denied>>]> = [
      [
        "assessments.not_published",
        { assessment: { ...terms, isPublished: false, opensAt: seconds(50), closesAt: seconds(-50) } }
      ],
      [
        "assessments.not_open_yet",
        { assessment: { ...terms, opensAt: seconds(50), closesAt: seconds(-50) } }
      ],
      ["assessments.closed", { assessment: { ...terms, closesAt: seconds(-50) } }],
      ["access.denied", { access: Result.fail(new Denied()) }],
      ["assessments.preview_only", { access: Result.succeed({ previewOnly: true }) }],
      ["learning.prerequisites_unmet", { prerequisitesUnmet: [lessonId] }],
      ["assessments.retake_too_soon", { lastEndedAt: noon }],
      ["assessments.attempt_limit_reached", { attemptsStarted: 3 }]
    ]
    obstacles.forEach(([expected], index) => {
      const all = obstacles.slice(index).reduceRight((changes, [, one]) => ({ ...changes, ...one }), {})
      assert.strictEqual(code(all), expected)
      assert.strictEqual(code({ ...obstacles[index]![1] }), expected)
    })
    assert.deepStrictEqual(detail({ prerequisitesUnmet: [lessonId] }), {
      _tag: "learning.prerequisites_unmet",
      lessonIds: [lessonId]
    })
  })
})

describe("an attempt that is there already", () => {
  const active = { active: mine, attemptsStarted: 1 }
  it("goes on, though everything else speaks against it by now (ASM-1)", () => {
    const against = {
      assessment: { ...terms, isPublished: false },
      access: Result.fail(new Denied()),
      prerequisitesUnmet: [lessonId]
    }
    assert.deepStrictEqual(detail({ ...active, ...against }, at(604_999)), { kind: "resume", attempt: mine })
  })

  it("past its deadline is ended first, and counts: against the limit, the cooldown and the numbers (ASM-1, ASM-4, ASM-6)", () => {
    const ended = settle(mine, circumstances(seconds(700)))
    assert.deepStrictEqual(detail(active, seconds(700)), { kind: "begin", attemptNo: 2, ended })
    assert.strictEqual(code(active, at(659_999)), "assessments.retake_too_soon")
    assert.strictEqual(code(active, at(660_000)), "begin")
    assert.strictEqual(
      code({ ...active, attemptsStarted: 3 }, seconds(700)),
      "assessments.attempt_limit_reached"
    )
  })

  it("that waits for its review is a conflict with its id, also when the clock has just sent it there (ASM-1)", () => {
    const manual = running([samples.mcq], { gradingMode: "manual" })
    const saved = got(
      save(
        manual,
        {
          responses: [{ questionId: samples.questionId(0), answer: { choices: ["1"] } }],
          revision: 0,
          auto: false
        },
        circumstances(noon)
      )
    ).state
    const submitted = got(submit(manual, { responses: [], revision: 0 }, circumstances(noon))).state
    const waiting = [submitted, got(enqueueForManualReview(submitted)).state, saved]
    for (const attempt of waiting) {
      assert.deepStrictEqual(detail({ active: attempt, attemptsStarted: 1 }, seconds(900)), {
        _tag: "assessments.awaiting_review",
        attemptId
      })
    }
  })

  it("given up counts as well (ASM-4)", () => {
    const gone = got(abandon(mine, circumstances(noon))).state
    assert.deepStrictEqual(detail({ active: gone, attemptsStarted: 3 }, seconds(61)), {
      _tag: "assessments.attempt_limit_reached",
      limit: 3
    })
    assert.strictEqual(code({ active: gone, attemptsStarted: 1 }, seconds(59)), "assessments.retake_too_soon")
  })
})

describe("a new attempt", () => {
  it("holds its own terms, its content and nothing else, from the server's clock (ASM-4, ASM-5, ASM-7)", () => {
    const contentSnapshot = snapshotOf([samples.mcq])
    const given = {
      id: attemptId,
      userId: learner,
      attemptNo: 2,
      attemptSeed: seed,
      contentSnapshot,
      contentSnapshotHash: "a".repeat(64)
    }
    const { events, state } = begin(terms, { timeFactorPercent: 200 }, { ...given, now: noon })
    assert.deepStrictEqual(state, {
      status: "in_progress",
      ...given,
      assessmentId: assessment.id,
      responses: [],
      revision: 0,
      startedAt: noon,
      timeLimitSec: 600,
      closesAt: seconds(1000),
      onExpiry: "grade_saved",
      deadline: seconds(1200)
    })
    assert.deepStrictEqual(
      events.map(({ key, name }) => [name, key]),
      [["assessments.attempt_started", `assessment:${assessment.id}:user:${learner}`]]
    )
  })
})

describe("what a start is made of", () => {
  it("a seed is its bytes in hexadecimal (ASM-7)", () =>
    assert.strictEqual(seedOf(new Uint8Array([0, 15, 255])), "000fff"))

  it("only what has ended has an end (ASM-3)", () => assert.isUndefined(endOf(running([samples.mcq]))))
})
