import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { everywhere, questionsIn } from "../../../contract/access-facts.ts"
import { type Answer, oracle, oracleUntil } from "../../../contract/access-oracle.ts"
import { actorsOf, ticks, worldNow, worlds } from "../../../contract/access-worlds.ts"
import type { AccessDecision } from "../model/decision.ts"
import { decide, trace } from "./decide.ts"
import type { Facts } from "./facts.ts"
import { verdictOf } from "./policies.ts"

const asked = ({ course, lesson }: Facts) => ({ courseId: course.id, ...(lesson && { lessonId: lesson.id }) })
const millis = (instant: DateTime.Utc | undefined) => instant && DateTime.toEpochMillis(instant)

/** The decision in the words of the oracle. */
const wordsOf = (decision: AccessDecision): Answer => {
  if (decision.allowed) return { allowed: true, because: decision.method }
  const { allowed, opensAt, reason, until: _, ...rest } = decision
  return { allowed, because: reason, ...rest, ...(opensAt && { opensAt: DateTime.toEpochMillis(opensAt) }) }
}

describe("a decision", () => {
  it("is what the rules say, read a second time (ACC-1, ACC-2, ACC-3, ACC-4, ACC-5, ACC-20)", () =>
    everywhere(1500, (facts, at, { actor, world }) => {
      assert.deepStrictEqual(wordsOf(decide(facts, at)), oracle(world, actor, asked(facts), at))
    }))

  it("holds until the first millisecond that answers otherwise, found by asking at each (ACC-6)", () =>
    fc.assert(
      fc.property(
        worlds({ users: 2, courses: 2 }),
        fc.integer({ min: -ticks.before, max: ticks.after }),
        (world, tick) => {
          const at = worldNow + tick
          for (const actor of actorsOf(world, 0)) {
            for (const facts of questionsIn(world, actor)) {
              assert.strictEqual(millis(decide(facts, at).until), oracleUntil(world, actor, asked(facts), at))
            }
          }
        }
      ),
      { numRuns: 300, seed: 2 }
    ))

  it("is preview only when it is shown around and its course is denied (ACC-7)", () =>
    everywhere(300, (facts, at) => {
      if (facts.lesson === undefined) return
      const decision = decide(facts, at)
      const shown = decision.allowed && ["free_preview", "override_open"].includes(decision.method)
      const course = decide({ reader: facts.reader, course: facts.course }, at)
      assert.strictEqual(decision.allowed && decision.previewOnly === true, shown && !course.allowed)
    }))

  it("is explained by its trace: the same verdict, and the policy that gave it comes last (ACC-11)", () =>
    everywhere(300, (facts, at) => {
      const steps = trace(facts, at)
      assert.deepStrictEqual(steps.at(-1)?.verdict, verdictOf(facts, at))
      assert.isTrue(steps.slice(0, -1).every(({ verdict }) => verdict === undefined))
      assert.isTrue(
        steps.every(({ fact, policy, source }) => fact !== "" && policy !== "" && source.startsWith("ACC-"))
      )
    }))
})
