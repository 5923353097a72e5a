/** A world as the store would tell of it: what the rules read, without a store. */
import * as fc from "fast-check"
import type { Facts } from "../src/access/rules/facts.ts"
import type { Known, KnownCourse, KnownLesson, KnownReader } from "../src/access/rules/known.ts"
import { questionsOf } from "../src/access/rules/prepare.ts"
import { type Role, RoleId, RoleName } from "../src/rbac/index.ts"
import type { Actor } from "../src/shared/actor.ts"
import {
  actorsOf,
  ticks,
  type World,
  type WorldCourse,
  worldNow,
  worlds,
  worldTiers,
  type WorldUser
} from "./access-worlds.ts"

const roleIds = { editor: 1, reviewer: 2, author: 3 } as const
const roleId = (name: keyof typeof roleIds) =>
  RoleId.make(`00000000-0000-7000-9000-00000000000${roleIds[name]}`)
const permissionOf = { editor: "content.edit", reviewer: "content.review", author: "content.edit" } as const

const roles = (["editor", "reviewer", "author"] as const).map((name) => ({
  id: roleId(name),
  roleName: RoleName.make(name),
  isSystem: false,
  sortOrder: 0,
  permissions: [{ permission: permissionOf[name], onOwnCourses: name === "author" }]
})) satisfies ReadonlyArray<
  Omit<Role, "description" | "permissions" | "createdAt" | "updatedAt" | "version"> & object
>

const readerOf = (world: World, user: WorldUser): KnownReader => ({
  status: user.status,
  assignments: user.roles.map(({ name, ...rest }) => ({ roleId: roleId(name), ...rest })),
  roles,
  entitlements: user.entitlements.filter(({ status }) => status !== "revoked"),
  firstAccess: world.courses.flatMap(({ id, modules }) => {
    const lessons = modules.flatMap((module) => module.lessons.map((lesson) => lesson.id))
    const visits = user.progress.filter(({ lessonId }) => lessons.includes(lessonId)).map(({ at }) => at)
    return visits.length === 0 ? [] : [{ courseId: id, at: Math.min(...visits) }]
  }),
  completed: user.progress.filter(({ completed }) => completed).map(({ lessonId }) => lessonId)
})

const lessonsOf = (course: WorldCourse): ReadonlyArray<KnownLesson> => {
  const inOrder = course.modules.flatMap((module, place) =>
    module.lessons.map((lesson, index) => ({ module, lesson, place: [place + 1, index + 1] as const }))
  )
  return inOrder.map(({ lesson: { drip, ...lesson }, module, place }, index) => {
    const previous = inOrder
      .slice(0, index)
      .findLast((before) => before.module.isPublished && before.lesson.status === "published")
    const known = {
      ...lesson,
      courseId: course.id,
      place,
      isModulePublished: module.isPublished
    }
    if (drip === undefined) return known
    return "afterPrevious" in drip
      ? { ...known, drip: { ...drip, ...(previous && { previous: previous.lesson.id }) } }
      : { ...known, drip }
  })
}

/** All there is to know for an actor's questions about every course and lesson of the world. */
export const knownOf = (world: World, actor: Actor): Known => {
  const user = actor._tag === "User" ? world.users.find(({ id }) => id === actor.id) : undefined
  return {
    tiers: worldTiers,
    ...(actor._tag === "User" && {
      reader:
        user === undefined
          ? { assignments: [], roles, entitlements: [], firstAccess: [], completed: [] }
          : readerOf(world, user)
    }),
    courses: world.courses.map(({ modules: _modules, ...course }): KnownCourse => course),
    lessons: world.courses.flatMap(lessonsOf)
  }
}

/** Every question that an actor can ask about the world, laid out for the rules. */
export const questionsIn = (world: World, actor: Actor): ReadonlyArray<Facts> => {
  const { courses, lessons } = questionsOf(actor, knownOf(world, actor), world.courseDefault)
  return [...courses, ...lessons.map(({ facts }) => facts)]
}

/** Claims something of every question of every actor of generated worlds, at instants where things begin and end. */
export const everywhere = (
  runs: number,
  claim: (facts: Facts, at: number, context: { readonly world: World; readonly actor: Actor }) => void
) =>
  fc.assert(
    fc.property(worlds({ users: 2, courses: 2 }), (world) => {
      for (const actor of actorsOf(world, 0)) {
        for (const facts of questionsIn(world, actor)) {
          for (let at = worldNow - ticks.before - 1; at <= worldNow + ticks.after; at += 3) {
            claim(facts, at, { world, actor })
          }
        }
      }
    }),
    { numRuns: runs, seed: 1 }
  )
