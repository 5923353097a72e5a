/** Lays out what the store knows as facts: once per reader, course and lesson, whatever is asked afterwards. */
import { DateTime } from "effect"
import type { ModuleId, WorkflowStatus } from "../../content/index.ts"
import { type AssignmentFacts, type PaidUntil, type RoleFacts, standingOf } from "../../rbac/index.ts"
import { type Actor, type Permission, type Standing, userIdOf } from "../../shared/actor.ts"
import type { CourseId, LessonId, UserId } from "../../shared/id.ts"
import type { EntitlementType } from "../model/entitlement.ts"
import { freeTier, type TierKey } from "../model/tier.ts"
import {
  type CourseFacts,
  type Facts,
  type Gate,
  type HeldCourse,
  type HeldTier,
  isInForce,
  type LessonFacts,
  type OverrideFacts,
  type Ranked,
  type Reader,
  type Span
} from "./facts.ts"

/** An entitlement as it is stored, but for what no decision reads. Instants are epoch milliseconds, here and below. */
export interface KnownEntitlement {
  readonly id: string
  readonly type: EntitlementType
  readonly ref: string
  readonly startsAt: number
  readonly expiresAt?: number
}

/** What the store knows of a user, as far as the question needs it. */
export interface KnownReader {
  /** Absent: there is no profile yet. */
  readonly status?: Standing["status"]
  readonly assignments: ReadonlyArray<Omit<AssignmentFacts, "expiresAt"> & { readonly expiresAt?: number }>
  /** All system roles and those assigned; of their permissions at least `content.edit` and `content.review`. */
  readonly roles: ReadonlyArray<RoleFacts>
  /** Those that are not revoked, in any order. */
  readonly entitlements: ReadonlyArray<KnownEntitlement>
  readonly firstAccess: ReadonlyArray<{ readonly courseId: CourseId; readonly at: number }>
  readonly completed: ReadonlyArray<LessonId>
}

export interface KnownCourse {
  readonly id: CourseId
  readonly status: WorkflowStatus
  readonly publishAt?: number
  readonly createdBy?: UserId
  readonly instructorId?: UserId
  /** What was last published is kept (CON-9). */
  readonly isKept: boolean
  readonly rule?: { readonly requiredTier: TierKey; readonly isActive: boolean }
}

export type KnownOverride = {
  readonly id: string
  readonly startsAt?: number
  readonly expiresAt?: number
} & ({ readonly type: "open" | "locked" } | { readonly type: "require_tier"; readonly requiredTier: TierKey })

export interface KnownLesson {
  readonly id: LessonId
  readonly courseId: CourseId
  readonly moduleId: ModuleId
  /** Its place in course order: that of its module, and its own in it. */
  readonly place: readonly [number, number]
  readonly status: WorkflowStatus
  readonly isModulePublished: boolean
  readonly isKept: boolean
  readonly isFreePreview: boolean
  readonly drip?:
    | { readonly opensAt: number }
    | { readonly afterDays: number }
    /** The nearest earlier lesson of the course that is published; absent for the first one, which opens at once. */
    | { readonly afterPrevious: true; readonly previous?: LessonId }
  readonly overrides: ReadonlyArray<KnownOverride>
}

/** The tiers by key. */
export type Tiers = ReadonlyMap<string, Ranked>

export const tiersOf = (tiers: ReadonlyArray<Ranked>): Tiers => new Map(tiers.map((tier) => [tier.key, tier]))

/** A tier that is asked for. The store lets no rule name an unknown one; if it did, nobody would pass. */
const asked = (tiers: Tiers, key: TierKey): Ranked => tiers.get(key) ?? { key, rank: Infinity }

const spanOf = (held: { readonly startsAt?: number; readonly expiresAt?: number }): Span => ({
  from: held.startsAt ?? -Infinity,
  to: held.expiresAt ?? Infinity
})

const isCourseId = (ref: string): boolean => ref.includes("-")

/** An entitlement to a tier that exists; others count for nothing here. Source: ACC-20. */
const tierHeld = (tiers: Tiers, { ref, type, ...held }: KnownEntitlement): HeldTier | undefined => {
  const tier = type === "course_specific" ? undefined : tiers.get(ref)
  return tier && { tier, ...spanOf(held) }
}

const courseHeld = ({ id, ref, type, ...held }: KnownEntitlement): HeldCourse | undefined =>
  type === "tier" || !isCourseId(ref) ? undefined : { id, type, ...spanOf(held) }

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
  return courses
}

/** Who asks, laid out. `known` is absent for visitors and services. */
export const readerOf = (actor: Actor, known: KnownReader | undefined, tiers: Tiers): Reader => {
  const id = userIdOf(actor)
  const nothing = {
    kind: actor._tag === "Service" ? "service" : "anonymous",
    suspended: false,
    staff: [],
    reviewer: [],
    tiers: [],
    courses: new Map<string, never>(),
    free: tiers.get(freeTier) ?? { key: freeTier, rank: 0 },
    firstAccess: new Map<string, never>(),
    completed: new Set<string>()
  } as const
  if (id === undefined || known === undefined) return nothing
  const when = (permission: Permission) =>
    neverHolds(known, permission) ? [] : heldWhen(actor, known, tiers, permission)
  return {
    ...nothing,
    kind: "user",
    id,
    suspended: known.status !== undefined && known.status !== "active",
    staff: when("content.edit"),
    reviewer: when("content.review"),
    tiers: known.entitlements.flatMap((one) => tierHeld(tiers, one) ?? []),
    courses: groupByCourse(known.entitlements),
    firstAccess: new Map(known.firstAccess.map(({ at, courseId }) => [courseId, at])),
    completed: new Set(known.completed)
  }
}

/** Published from when: what is scheduled counts from its instant on (CON-2). */
const publishedFrom = ({ publishAt, status }: KnownCourse): number =>
  status === "published" ? (publishAt ?? -Infinity) : Infinity

export const courseOf = (
  known: KnownCourse,
  tiers: Tiers,
  withoutRule: CourseFacts["withoutRule"]
): CourseFacts => ({
  id: known.id,
  ...(known.createdBy !== undefined && { createdBy: known.createdBy }),
  ...(known.instructorId !== undefined && { instructorId: known.instructorId }),
  inReview: known.status === "in_review",
  publishedFrom: publishedFrom(known),
  isKept: known.isKept,
  ...(known.rule?.isActive === true && { required: asked(tiers, known.rule.requiredTier) }),
  withoutRule
})

const dayInMilliseconds = 86_400_000

const gateOf = (drip: NonNullable<KnownLesson["drip"]>): Gate | undefined => {
  if ("opensAt" in drip) return { kind: "date", opensAt: drip.opensAt }
  if ("afterDays" in drip)
    return { kind: "after_first_access", milliseconds: drip.afterDays * dayInMilliseconds }
  return drip.previous && { kind: "after_lesson", lessonId: drip.previous }
}

const overrideOf = (known: KnownOverride, tiers: Tiers): OverrideFacts => {
  const placed = { id: known.id, ...spanOf(known) }
  return known.type === "require_tier"
    ? { ...placed, type: known.type, required: asked(tiers, known.requiredTier) }
    : { ...placed, type: known.type }
}

export const lessonOf = (known: KnownLesson, course: CourseFacts, tiers: Tiers): LessonFacts => {
  const gate = known.drip && gateOf(known.drip)
  return {
    id: known.id,
    inReview: known.status === "in_review" || (known.status === "published" && course.inReview),
    liveFrom: known.status === "published" && known.isModulePublished ? course.publishedFrom : Infinity,
    isKept: known.isKept,
    isFreePreview: known.isFreePreview,
    ...(gate && { gate }),
    overrides: known.overrides.map((one) => overrideOf(one, tiers))
  }
}

/** Everything that one read of the store brought. */
export interface Known {
  readonly tiers: ReadonlyArray<Ranked>
  readonly reader?: KnownReader
  readonly courses: ReadonlyArray<KnownCourse>
  readonly lessons: ReadonlyArray<KnownLesson>
}

/** A question about a lesson, beside what the store told of it. */
export interface LessonQuestion {
  readonly known: KnownLesson
  readonly facts: Facts
}

/** The questions that one read of the store answers, in the store's order. */
export const questionsOf = (
  actor: Actor,
  known: Known,
  withoutRule: CourseFacts["withoutRule"]
): { readonly courses: ReadonlyArray<Facts>; readonly lessons: ReadonlyArray<LessonQuestion> } => {
  const tiers = tiersOf(known.tiers)
  const reader = readerOf(actor, known.reader, tiers)
  const courses = new Map(known.courses.map((one) => [one.id, courseOf(one, tiers, withoutRule)]))
  return {
    courses: [...courses.values()].map((course) => ({ reader, course })),
    lessons: known.lessons.flatMap((one) => {
      const course = courses.get(one.courseId)
      return course === undefined
        ? []
        : [{ known: one, facts: { reader, course, lesson: lessonOf(one, course, tiers) } }]
    })
  }
}
