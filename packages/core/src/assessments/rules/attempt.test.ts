import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result } from "effect"
import {
  assessment,
  at,
  attemptId,
  circumstances,
  got,
  learner,
  noon,
  questionId,
  refusal,
  running,
  samples,
  seconds,
  seed,
  snapshotOf
} from "../../../test/assessments/all.ts"
import type { Attempt, InProgress, Responses } from "../model/index.ts"
import { abandon, accommodate, enqueueForManualReview, save, settle, submit } from "./attempt.ts"
import { begin } from "./start.ts"

const answers = (...given: ReadonlyArray<Responses[number]["answer"]>): Responses =>
  given.map((answer, place) => ({ questionId: questionId(place), answer }))
const right = answers({ choices: ["1", "3"] })
const names = (decision: { readonly events: ReadonlyArray<{ readonly name: string }> }) =>
  decision.events.map(({ name }) => name.split(".")[1])
const iso = DateTime.formatIso
const now = circumstances(seconds(60))
const submitted = (attempt: Attempt, responses = right, when = now) =>
  submit(attempt, { responses, revision: attempt.revision }, when)
const saved = (attempt: InProgress, responses = right, when = now): InProgress =>
  got(save(attempt, { responses, revision: attempt.revision, auto: false }, when)).state

const byMachine = running([samples.mcq], { gradingMode: "auto" })
const withOpen = running([samples.mcq, samples.openText])
const byHand = running([samples.mcq], { gradingMode: "manual" })

describe("saving", () => {
  it("keeps what is named and counts the revision up (ASM-11)", () => {
    const once = saved(byMachine, answers({ choices: ["1"] }))
    assert.deepStrictEqual([once.revision, once.responses], [1, answers({ choices: ["1"] })])
    assert.deepStrictEqual(saved(once).responses, right)
  })

  it("a stale autosave is ignored and says so; a stale save by hand is told the revision (ASM-11)", () => {
    const once = saved(byMachine)
    const stale = { responses: answers({ choices: ["2"] }), revision: 0 }
    const ignored = got(save(once, { ...stale, auto: true }, now))
    assert.deepStrictEqual([ignored.ignored, ignored.state], [true, once])
    assert.deepStrictEqual(
      Result.getFailure(save(once, { ...stale, auto: false }, now)).pipe(
        (failure) => JSON.parse(JSON.stringify(failure)).value
      ),
      {
        _tag: "kernel.stale_version",
        current: 1
      }
    )
  })

  it("of two that saw the same revision the first wins, whichever it is (ASM-11)", () => {
    for (const [first, second] of [
      ["1", "2"],
      ["2", "1"]
    ] as const) {
      const won = saved(byMachine, answers({ choices: [first] }))
      assert.strictEqual(
        refusal(save(won, { responses: answers({ choices: [second] }), revision: 0, auto: false }, now)),
        "kernel.stale_version"
      )
    }
  })

  it("takes answers before the deadline, not at it (ASM-5, ASM-28)", () => {
    const tryAt = (milliseconds: number) =>
      refusal(save(byMachine, { responses: right, revision: 0, auto: true }, circumstances(at(milliseconds))))
    assert.deepStrictEqual([599_999, 600_000, 604_999, 605_000].map(tryAt), [
      undefined,
      "assessments.deadline_passed",
      "assessments.deadline_passed",
      "assessments.deadline_passed"
    ])
  })

  it("after the end no tab can save, whatever ended it (ASM-11)", () => {
    const ended: ReadonlyArray<Attempt> = [
      got(submitted(byMachine)).state,
      got(submitted(byHand)).state,
      got(abandon(byMachine, now)).state
    ]
    for (const attempt of ended) {
      for (const auto of [true, false]) {
        assert.strictEqual(
          refusal(save(attempt, { responses: right, revision: attempt.revision, auto }, now)),
          "assessments.attempt_not_open"
        )
      }
    }
  })
})

describe("handing in", () => {
  it("is graded at once when a machine can grade all of it (ASM-28)", () => {
    const decision = got(submitted(byMachine))
    assert.strictEqual(decision.state.status, "graded")
    assert.deepStrictEqual(names(decision), ["attempt_submitted", "attempt_graded"])
    if (decision.state.status !== "graded") return
    assert.isTrue(decision.state.passed)
    assert.deepStrictEqual([decision.state.score.numerator, decision.state.timeSpentSec], [4n, 60])
  })

  it("waits to be enqueued in mode manual, and for a person where an item needs one (ASM-28)", () => {
    assert.deepStrictEqual(
      [got(submitted(byHand)).state.status, names(got(submitted(byHand)))],
      ["submitted", ["attempt_submitted"]]
    )
    const hybrid = got(submitted(withOpen, answers({ choices: [] }, { text: "Because" })))
    assert.deepStrictEqual(
      [hybrid.state.status, names(hybrid)],
      ["needs_review", ["attempt_submitted", "review_enqueued"]]
    )
    assert.strictEqual(
      got(submitted(withOpen, answers({ choices: [] }, { text: " " }))).state.status,
      "graded"
    )
  })

  it("is in time before the deadline and 5 s, and not at that instant (ASM-6)", () => {
    const outcome = (milliseconds: number) =>
      refusal(submitted(byMachine, right, circumstances(at(milliseconds)))) ?? "in time"
    assert.deepStrictEqual([599_999, 600_000, 604_999, 605_000, 605_001].map(outcome), [
      "in time",
      "in time",
      "in time",
      "assessments.deadline_passed",
      "assessments.deadline_passed"
    ])
  })

  it("a second time answers the first result, whatever comes with it (ASM-12)", () => {
    for (const attempt of [byMachine, byHand, withOpen]) {
      const first = got(
        submitted(attempt, answers({ choices: ["1"] }, ...(attempt === withOpen ? [{ text: "x" }] : [])))
      ).state
      for (const again of [right, answers({ choices: ["99"] }), []]) {
        for (const revision of [0, 1, 99]) {
          const second = got(
            submit(first, { responses: again, revision, sessionId: "other" }, circumstances(seconds(100_000)))
          )
          assert.deepStrictEqual([second.state, second.events], [first, []])
        }
      }
    }
  })

  it("carries the revision last seen: a stale one is refused before anything is stored (ASM-12)", () => {
    assert.strictEqual(
      refusal(submit(saved(byMachine), { responses: right, revision: 0 }, now)),
      "kernel.stale_version"
    )
  })

  it("answers that are named replace those saved, the others stay (ASM-12)", () => {
    const two = running([samples.mcq, samples.numeric])
    const before = saved(two, answers({ choices: ["2"] }, { text: "7" }))
    assert.deepStrictEqual(
      got(submitted(before, right)).state.responses,
      answers({ choices: ["1", "3"] }, { text: "7" })
    )
  })

  it("names the required items that are missing and stores nothing (ASM-13)", () => {
    const required = running([samples.mcq, samples.numeric], {}, { isRequired: true })
    const failure = Result.getFailure(submitted(required, right))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(failure)).value, {
      _tag: "assessments.required_unanswered",
      questionIds: [questionId(1)]
    })
    assert.strictEqual(refusal(submitted(required, answers({ choices: ["9"] }))), "kernel.invalid")
  })

  it("records the session that handed in; another one may (ASM-12)", () => {
    const decision = got(submit(byMachine, { responses: right, revision: 0, sessionId: "tab 2" }, now))
    assert.strictEqual(decision.state.sessionId, "tab 2")
  })
})

describe("the clock", () => {
  const late = circumstances(seconds(9999))
  const required = running([samples.mcq, samples.numeric], {}, { isRequired: true })

  it("grades what was saved, at the deadline and not when it was noticed; a missing required item scores 0 (ASM-6, ASM-13)", () => {
    const decision = settle(saved(required), late)
    assert.strictEqual(decision.state.status, "graded")
    assert.deepStrictEqual(names(decision), ["attempt_submitted", "attempt_graded"])
    if (decision.state.status !== "graded") return
    assert.deepStrictEqual(
      [iso(decision.state.submittedAt), iso(decision.state.gradedAt), decision.state.timeSpentSec],
      [iso(seconds(600)), iso(seconds(600)), 600]
    )
    assert.deepStrictEqual([decision.state.autoSubmitted, decision.state.score.numerator], [true, 4n])
  })

  it("expires what says nothing, and everything under discard (ASM-6, ASM-28)", () => {
    for (const attempt of [
      byMachine,
      saved(byMachine, answers({ choices: [] })),
      saved(running([samples.mcq], { onExpiry: "discard" }))
    ]) {
      const decision = settle(attempt, late)
      assert.deepStrictEqual([decision.state.status, names(decision)], ["expired", ["attempt_expired"]])
      if (decision.state.status === "expired")
        assert.deepStrictEqual(
          [iso(decision.state.endedAt), decision.state.timeSpentSec],
          [iso(seconds(600)), 600]
        )
    }
  })

  it("takes the ways of its mode: submitted under manual, to review with an item for a person (ASM-28)", () => {
    assert.strictEqual(settle(saved(byHand), late).state.status, "submitted")
    assert.strictEqual(
      settle(saved(withOpen, answers({ choices: [] }, { text: "x" })), late).state.status,
      "needs_review"
    )
  })

  it("changes nothing before the grace has passed, at its instant it does (ASM-6)", () => {
    assert.deepStrictEqual(settle(byMachine, circumstances(at(604_999))), { state: byMachine, events: [] })
    assert.strictEqual(settle(byMachine, circumstances(at(605_000))).state.status, "expired")
  })

  it("answers the same whoever looks, whenever: reads, writes and the sweep agree (ASM-6)", () => {
    const attempt = saved(byMachine)
    const seen = settle(attempt, circumstances(at(605_000))).state
    for (const later of [605_001, 700_000, 1e9]) {
      assert.deepStrictEqual(settle(attempt, circumstances(at(later))).state, seen)
      assert.deepStrictEqual(settle(seen, circumstances(at(later))), { state: seen, events: [] })
      for (const stored of [attempt, seen]) {
        assert.strictEqual(
          refusal(submitted(stored, right, circumstances(at(later)))),
          "assessments.deadline_passed"
        )
        assert.strictEqual(refusal(abandon(stored, circumstances(at(later)))), "assessments.deadline_passed")
      }
    }
  })

  it("stands still while the platform is read-only (ASM-5)", () => {
    const pauses = [{ from: seconds(590), to: seconds(1200) }]
    assert.isUndefined(refusal(submitted(byMachine, right, circumstances(at(1_214_999), { pauses }))))
    assert.strictEqual(
      refusal(submitted(byMachine, right, circumstances(at(1_215_000), { pauses }))),
      "assessments.deadline_passed"
    )
  })
})

describe("giving up", () => {
  it("ends the attempt then and there, once (ASM-28)", () => {
    const decision = got(abandon(saved(byMachine), now))
    assert.deepStrictEqual(
      [names(decision), iso(decision.state.endedAt), decision.state.timeSpentSec],
      [["attempt_abandoned"], iso(seconds(60)), 60]
    )
    assert.deepStrictEqual(got(abandon(decision.state, circumstances(seconds(90)))), {
      state: decision.state,
      events: []
    })
    assert.strictEqual(refusal(abandon(got(submitted(byMachine)).state, now)), "assessments.attempt_not_open")
  })
})

describe("the review queue", () => {
  it("takes what was handed in, once; nothing else (ASM-28)", () => {
    const first = got(enqueueForManualReview(got(submitted(byHand)).state))
    assert.deepStrictEqual([first.state.status, names(first)], ["needs_review", ["review_enqueued"]])
    assert.deepStrictEqual(got(enqueueForManualReview(first.state)), { state: first.state, events: [] })
    for (const attempt of [byHand, got(submitted(byMachine)).state, got(abandon(byHand, now)).state]) {
      assert.strictEqual(refusal(enqueueForManualReview(attempt)), "assessments.attempt_not_open")
    }
  })
})

describe("an accommodation", () => {
  const deadline = (attempt: Attempt) => attempt.deadline && iso(attempt.deadline)
  it("moves the deadline of a running attempt at once; withdrawing it moves nothing back (ASM-5)", () => {
    const longer = accommodate(byMachine, { timeFactorPercent: 150 }, now)
    assert.deepStrictEqual([deadline(longer.state), names(longer)], [iso(seconds(900)), ["deadline_changed"]])
    assert.deepStrictEqual(accommodate(longer.state, {}, now), { state: longer.state, events: [] })
    assert.strictEqual(longer.state.revision, byMachine.revision)
  })

  it("touches no attempt that has ended, noticed or not (ASM-5)", () => {
    for (const attempt of [byMachine, got(submitted(byMachine)).state]) {
      assert.deepStrictEqual(accommodate(attempt, { extraTimeSec: 99_999 }, circumstances(at(605_000))), {
        state: attempt,
        events: []
      })
    }
    assert.strictEqual(
      deadline(accommodate(byMachine, { extraTimeSec: 60 }, circumstances(at(604_999))).state),
      iso(seconds(660))
    )
  })

  it("changing the assessment's own limit changes no running attempt: its terms are its own (ASM-5)", () => {
    const given = {
      id: attemptId,
      userId: learner,
      attemptNo: 1,
      attemptSeed: seed,
      contentSnapshot: snapshotOf([samples.mcq]),
      contentSnapshotHash: "0".repeat(64),
      now: noon
    }
    const own = begin({ ...assessment, closesAt: seconds(500) }, { extraTimeSec: 30 }, given).state
    assert.strictEqual(deadline(own), iso(seconds(530)))
    assert.deepStrictEqual(accommodate(own, { extraTimeSec: 30 }, now), { state: own, events: [] })
  })
})
