/** What more brings, and what time takes: laws over generated worlds. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { everywhere, knownOf, questionsIn } from "../../../contract/access-facts.ts"
import {
  actorsOf,
  ticks,
  type World,
  type WorldEntitlement,
  worldNow,
  worlds,
  worldTiers,
  type WorldUser
} from "../../../contract/access-worlds.ts"
import { anonymous, user } from "../../shared/actor.ts"
import { decide } from "./decide.ts"
import type { Facts } from "./facts.ts"
import { verdictOf } from "./policies.ts"
import { questionsOf } from "./prepare.ts"

const runs = 200
const instants = Array.from({ length: 9 }, (_, index) => worldNow - ticks.before + 2 * index)

/** True when a reader may read after a change whatever they may read before; fails with the world in which it is not so. */
const neverTakes = (change: (world: World, reader: WorldUser) => World): boolean => {
  fc.assert(
    fc.property(worlds({ users: 2, courses: 2 }), (world) => {
      for (const reader of world.users) {
        const after = questionsIn(change(world, reader), user(reader.id))
        questionsIn(world, user(reader.id)).forEach((before, index) => {
          for (const at of instants) {
            assert.isTrue(verdictOf(after[index]!, at).allowed || !verdictOf(before, at).allowed)
          }
        })
      }
    }),
    { numRuns: runs, seed: 4 }
  )
  return true
}

const changingUsers =
  (change: (user: WorldUser) => Partial<WorldUser>) =>
  (world: World): World => ({ ...world, users: world.users.map((one) => ({ ...one, ...change(one) })) })

const another = (fields: Pick<WorldEntitlement, "type" | "ref"> & Partial<WorldEntitlement>) =>
  changingUsers(({ entitlements }) => ({
    entitlements: [{ id: "0", status: "active", startsAt: worldNow, ...fields }, ...entitlements]
  }))

const made =
  (by: "createdBy" | "instructorId") =>
  (world: World, reader: WorldUser): World => ({
    ...world,
    courses: world.courses.map((course) => ({ ...course, [by]: reader.id }))
  })

describe("more never takes access away", () => {
  it("another entitlement, to a course or to a tier, for good or for a while (ACC-10)", () => {
    for (const expiry of [{}, { expiresAt: worldNow + 5 }]) {
      for (const type of ["course_specific", "special_grant", "time_limited"] as const) {
        const toCourses = (world: World) =>
          world.courses.reduce((given, { id }) => another({ type, ref: id, ...expiry })(given), world)
        assert.isTrue(neverTakes(toCourses))
      }
      for (const { key } of worldTiers)
        assert.isTrue(neverTakes(another({ type: "tier", ref: key, ...expiry })))
    }
  })

  it("a higher tier in place of one (ACC-10)", () => {
    const higher = (ref: string) => worldTiers[worldTiers.findIndex(({ key }) => key === ref) + 1]?.key ?? ref
    assert.isTrue(
      neverTakes(
        changingUsers(({ entitlements }) => ({
          entitlements: entitlements.map((one) =>
            worldTiers.some(({ key }) => key === one.ref) ? { ...one, ref: higher(one.ref) } : one
          )
        }))
      )
    )
  })

  it("being the creator, the instructor, or staff (ACC-10)", () => {
    assert.isTrue(neverTakes(made("createdBy")))
    assert.isTrue(neverTakes(made("instructorId")))
    assert.isTrue(
      neverTakes(changingUsers(({ roles }) => ({ roles: [...roles, { name: "editor", isActive: true }] })))
    )
  })

  it("signing in: what anonymous may read, every user may (ACC-10)", () =>
    fc.assert(
      fc.property(worlds({ users: 2, courses: 2 }), (world) => {
        const open = questionsIn(world, anonymous)
        for (const actor of actorsOf(world, 0)) {
          questionsIn(world, actor).forEach((facts, index) => {
            for (const at of instants) {
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
