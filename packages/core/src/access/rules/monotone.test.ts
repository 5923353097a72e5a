/** What more brings, and what time takes: laws over generated worlds. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { everywhere, knownOf, questionsIn } from "../../../contract/access-facts.ts"
import { actorsOf, ticks, type World, worldNow, worlds, worldTiers } from "../../../contract/access-worlds.ts"
import { anonymous } from "../../shared/actor.ts"
import { decide } from "./decide.ts"
import type { Facts, HeldCourse, HeldTier, Reader } from "./facts.ts"
import { verdictOf } from "./policies.ts"
import { questionsOf } from "./prepare.ts"

const always = { from: -Infinity, to: Infinity }
const runs = 200

/** True when what a change leaves is at least what there was; fails with the world in which it is not. */
const neverTakes = (change: (facts: Facts, at: number) => Facts): boolean => {
  everywhere(runs, (facts, at) => {
    if (facts.reader.kind !== "user" || !verdictOf(facts, at).allowed) return
    assert.isTrue(verdictOf(change(facts, at), at).allowed)
  })
  return true
}
const withReader = (facts: Facts, reader: Partial<Reader>): Facts => ({
  ...facts,
  reader: { ...facts.reader, ...reader }
})
const held = (at: number): ReadonlyArray<HeldCourse> =>
  (["course_specific", "time_limited", "special_grant"] as const).map((type, index) => ({
    id: String(index),
    type,
    from: at - index,
    to: at + 1 + index
  }))

describe("more never takes access away", () => {
  it("another entitlement, to a course or to a tier (ACC-10)", () => {
    const another = neverTakes((facts, at) => {
      const courses = new Map(facts.reader.courses)
      courses.set(facts.course.id, [...held(at), ...(courses.get(facts.course.id) ?? [])])
      return withReader(facts, { courses })
    })
    assert.isTrue(another)
    for (const tier of worldTiers) {
      assert.isTrue(
        neverTakes((facts) => withReader(facts, { tiers: [{ tier, ...always }, ...facts.reader.tiers] }))
      )
    }
  })

  it("a higher tier in place of one (ACC-10)", () =>
    assert.isTrue(
      neverTakes((facts) => {
        const higher = ({ tier, ...span }: HeldTier): HeldTier => ({
          ...span,
          tier: { ...tier, rank: tier.rank + 10 }
        })
        return withReader(facts, { tiers: facts.reader.tiers.map(higher) })
      })
    ))

  it("being the creator, the instructor, or staff (ACC-10)", () => {
    const made = (by: "createdBy" | "instructorId") => (facts: Facts) => ({
      ...facts,
      course: { ...facts.course, [by]: facts.reader.id }
    })
    assert.isTrue(neverTakes(made("createdBy")))
    assert.isTrue(neverTakes(made("instructorId")))
    assert.isTrue(neverTakes((facts) => withReader(facts, { staff: [always] })))
  })

  it("signing in: what anonymous may read, every user may (ACC-10)", () =>
    fc.assert(
      fc.property(worlds({ users: 2, courses: 2 }), (world) => {
        const open = questionsIn(world, anonymous)
        for (const actor of actorsOf(world, 0)) {
          questionsIn(world, actor).forEach((facts, index) => {
            for (let at = worldNow - ticks.before; at <= worldNow + ticks.after; at += 2) {
              assert.isTrue(verdictOf(facts, at).allowed || !verdictOf(open[index]!, at).allowed)
            }
          })
        }
      }),
      { numRuns: runs, seed: 3 }
    ))
})

/** Instants after which there may be more to read: a start, a drip date, a publication, a restriction that ends. */
const openings = ({ course, lesson, reader }: Facts): ReadonlyArray<number> => {
  const gate = lesson?.gate
  const first = reader.firstAccess.get(course.id)
  return [
    ...reader.tiers.map(({ from }) => from),
    ...(reader.courses.get(course.id) ?? []).map(({ from }) => from),
    ...(lesson?.overrides ?? []).flatMap(({ from, to, type }) => (type === "open" ? [from] : [from, to])),
    lesson === undefined ? course.publishedFrom : lesson.liveFrom,
    ...(gate?.kind === "date" ? [gate.opensAt] : []),
    ...(gate?.kind === "after_first_access" && first !== undefined ? [first + gate.milliseconds] : [])
  ]
}

describe("time", () => {
  it("adds access only by a start, a drip date, a publication, or a restriction that ends (ACC-10)", () =>
    everywhere(runs, (facts, at) => {
      const later = at + 1
      const added = !verdictOf(facts, at).allowed && verdictOf(facts, later).allowed
      assert.isTrue(!added || openings(facts).includes(later))
    }))
})

/** The same facts in the opposite order. */
const reversed = (world: World): World => ({
  ...world,
  users: world.users.map((user) => ({
    ...user,
    roles: [...user.roles].reverse(),
    entitlements: [...user.entitlements].reverse(),
    progress: [...user.progress].reverse()
  })),
  courses: world.courses.map((course) => ({
    ...course,
    modules: course.modules.map((module) => ({
      ...module,
      lessons: module.lessons.map((lesson) => ({ ...lesson, overrides: [...lesson.overrides].reverse() }))
    }))
  }))
})

describe("the order of facts", () => {
  it("changes nothing, not even the method (ACC-10)", () =>
    everywhere(runs, (facts, at, { actor, world }) => {
      const { courses, lessons } = questionsOf(actor, knownOf(reversed(world), actor), world.courseDefault)
      const same =
        facts.lesson === undefined
          ? courses.find(({ course }) => course.id === facts.course.id)
          : lessons.find(({ known }) => known.id === facts.lesson?.id)?.facts
      assert.deepStrictEqual(decide(same!, at), decide(facts, at))
    }))
})
