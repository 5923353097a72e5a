/** Lays out who asks: their standing over time, and what they hold. */
import { DateTime } from "effect"
import { type PaidUntil, standingOf } from "../../rbac/index.ts"
import { type Actor, type Permission, userIdOf } from "../../shared/actor.ts"
import { isCourseRef } from "../model/entitlement.ts"
import { freeTier } from "../model/tier.ts"
import {
  emptyHanded,
  type HeldCourse,
  type HeldTier,
  isInForce,
  noneByCourse,
  noneCompleted,
  nothing,
  type Ranked,
  type Reader,
  type Span,
  spanOf
} from "./facts.ts"
import type { KnownEntitlement, KnownReader } from "./known.ts"

/** The tiers by key. */
export type Tiers = ReadonlyMap<string, Ranked>

export const tiersOf = (tiers: ReadonlyArray<Ranked>): Tiers => new Map(tiers.map((tier) => [tier.key, tier]))

/** An entitlement to a tier that exists; others count for nothing here. Source: ACC-20. */
const tierHeld = (tiers: Tiers, { ref, type, ...held }: KnownEntitlement): HeldTier | undefined => {
  const tier = type === "course_specific" ? undefined : tiers.get(ref)
  return tier && { tier, ...spanOf(held) }
}

const courseHeld = ({ id, ref, type, ...held }: KnownEntitlement): HeldCourse | undefined =>
  type === "tier" || !isCourseRef(ref) ? undefined : { id, type, ...spanOf(held) }

/** The latest end of what ranks `premium` or higher at that moment. Source: RBAC-8. */
export const paidUntil = (
  tiers: Tiers,
  entitlements: ReadonlyArray<KnownEntitlement>,
  now: number
): PaidUntil | undefined => {
  const premium = tiers.get("premium")
  if (premium === undefined) return undefined
  const ends = entitlements.flatMap((one) => {
    const held = tierHeld(tiers, one)
    return held !== undefined && held.tier.rank >= premium.rank && isInForce(held, now) ? [held.to] : []
  })
  const latest = Math.max(...ends)
  return ends.length === 0 ? undefined : latest === Infinity ? "forever" : DateTime.makeUnsafe(latest)
}

/** When a user holds a permission everywhere: their standing, asked again whenever a role begins or ends. */
const heldWhen = (
  actor: Actor,
  known: KnownReader,
  tiers: Tiers,
  permission: Permission
): ReadonlyArray<Span> => {
  const edges = [
    ...known.assignments.map(({ expiresAt }) => expiresAt ?? Infinity),
    ...known.entitlements.flatMap((one) => [one.startsAt, one.expiresAt ?? Infinity])
  ].filter(Number.isFinite)
  const starts = [Math.min(0, ...edges) - 1, ...new Set(edges.sort((a, b) => a - b))]
  const assignments = known.assignments.map(({ expiresAt, ...one }) =>
    expiresAt === undefined ? one : { ...one, expiresAt: DateTime.makeUnsafe(expiresAt) }
  )
  return starts.flatMap((from, index) => {
    const { permissions } = standingOf({
      actor,
      status: known.status ?? "active",
      assignments,
      roles: known.roles,
      paidUntil: paidUntil(tiers, known.entitlements, from),
      now: DateTime.makeUnsafe(from)
    })
    return permissions.has(permission)
      ? [{ from: index === 0 ? -Infinity : from, to: starts[index + 1] ?? Infinity }]
      : []
  })
}

/** The roles of who was given none; nearly always they edit and review nothing, and nobody needs to ask when. */
const everybodys: ReadonlySet<string> = new Set(["visitor", "member", "premium_member"])
const neverHolds = ({ assignments, roles }: KnownReader, permission: Permission): boolean =>
  assignments.length === 0 &&
  !roles.some(
    ({ permissions, roleName }) =>
      everybodys.has(roleName) && permissions.some((one) => one.permission === permission)
  )

/** The array, or the shared one when it is empty. */
const orNothing = <A>(all: ReadonlyArray<A>): ReadonlyArray<A> => (all.length === 0 ? nothing : all)

const groupByCourse = (
  entitlements: ReadonlyArray<KnownEntitlement>
): ReadonlyMap<string, ReadonlyArray<HeldCourse>> => {
  const courses = new Map<string, Array<HeldCourse>>()
  for (const one of entitlements) {
    const held = courseHeld(one)
    if (held === undefined) continue
    const others = courses.get(one.ref)
    if (others === undefined) courses.set(one.ref, [held])
    else others.push(held)
  }
  return courses.size === 0 ? noneByCourse : courses
}

/** One of 30 bits for a course, from the random end of its id. */
export const bitOf = (courseId: string): number => 1 << (Number.parseInt(courseId.slice(-8), 16) % 30)

/** Who asks, laid out. `known` is absent for visitors and services. */
export const readerOf = (actor: Actor, known: KnownReader | undefined, tiers: Tiers): Reader => {
  const id = userIdOf(actor)
  const free = tiers.get(freeTier) ?? { key: freeTier, rank: 0 }
  const kind = id !== undefined ? "user" : actor._tag === "Service" ? "service" : "anonymous"
  if (id === undefined || known === undefined) return emptyHanded(kind, free)
  const courses = groupByCourse(known.entitlements)
  const held = orNothing(known.entitlements.flatMap((one) => tierHeld(tiers, one) ?? []))
  const when = (permission: Permission) =>
    neverHolds(known, permission) ? nothing : heldWhen(actor, known, tiers, permission)
  return {
    kind,
    suspended: known.status !== undefined && known.status !== "active",
    deleted: known.status === "deleted",
    free,
    highestRank: Math.max(free.rank, ...held.map(({ tier }) => tier.rank)),
    tierSpans: orNothing(held.flatMap(({ from, tier, to }) => [from, to, tier.rank])),
    courseBits: [...courses.keys()].reduce((bits, courseId) => bits | bitOf(courseId), 0),
    id,
    tiers: held,
    courses,
    staff: when("content.edit"),
    reviewer: when("content.review"),
    firstAccess:
      known.firstAccess.length === 0
        ? noneByCourse
        : new Map(known.firstAccess.map(({ at, courseId }) => [courseId, at])),
    completed: known.completed.length === 0 ? noneCompleted : new Set(known.completed)
  }
}
