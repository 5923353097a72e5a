/** The row of a statement about access, and what it tells. */
import type {
  Asked,
  Known,
  KnownCourse,
  KnownEntitlement,
  KnownLesson,
  KnownOverride,
  KnownReader
} from "@lyceum/core/access/ports"
import type { CourseId, LessonId, UserId } from "@lyceum/core/shared"
import { DateTime } from "effect"

// Rows as arrays, in the order of the statement below: half the text of objects.
type Epoch = number | null
export type TierRow = readonly [key: Known["tiers"][number]["key"], rank: number]
type CourseRow = readonly [
  id: CourseId,
  status: KnownCourse["status"],
  publishAt: Epoch,
  createdBy: UserId | null,
  instructorId: UserId | null,
  isKept: boolean,
  requiredTier: Known["tiers"][number]["key"] | null,
  isRuleActive: boolean | null
]
type LessonRow = readonly [
  id: LessonId,
  place: number,
  flags: number,
  /** Absent on a course page, whose course all of them are of. */
  courseId?: CourseId
]
type DripRow = readonly [
  lessonId: LessonId,
  drip: { readonly opensAt: string } | { readonly afterDays: number } | { readonly afterPrevious: true },
  previous: LessonId | null
]
type OverrideRow = readonly [
  lessonId: LessonId,
  id: string,
  type: KnownOverride["type"],
  requiredTier: Known["tiers"][number]["key"] | null,
  startsAt: Epoch,
  expiresAt: Epoch
]
export type EntitlementRow = readonly [
  id: string,
  type: KnownEntitlement["type"],
  ref: string,
  startsAt: number,
  expiresAt: Epoch
]

export interface FactsRow {
  readonly tiers: ReadonlyArray<TierRow> | null
  readonly courses: ReadonlyArray<CourseRow> | null
  readonly lessons: ReadonlyArray<LessonRow> | null
  readonly drips: ReadonlyArray<DripRow> | null
  readonly overrides: ReadonlyArray<OverrideRow> | null
}
export interface ReaderRow {
  readonly status: NonNullable<KnownReader["status"]> | null
  readonly assignments: ReadonlyArray<readonly [KnownReader["assignments"][number]["roleId"], Epoch]> | null
  readonly roles: KnownReader["roles"] | null
  readonly entitlements: ReadonlyArray<EntitlementRow> | null
  readonly first_access: ReadonlyArray<readonly [CourseId, number]> | null
  readonly completed: ReadonlyArray<LessonId> | null
}

/** Fields that are null are left out. */
const span = (startsAt: Epoch, expiresAt: Epoch) => ({
  ...(startsAt !== null && { startsAt }),
  ...(expiresAt !== null && { expiresAt })
})

export const entitlementOf = ([id, type, ref, startsAt, expiresAt]: EntitlementRow): KnownEntitlement => ({
  id,
  type,
  ref,
  startsAt,
  ...(expiresAt !== null && { expiresAt })
})

const courseOf = ([
  id,
  status,
  publishAt,
  createdBy,
  instructorId,
  isKept,
  tier,
  isActive
]: CourseRow): KnownCourse => ({
  id,
  status,
  ...(publishAt !== null && { publishAt }),
  ...(createdBy !== null && { createdBy }),
  ...(instructorId !== null && { instructorId }),
  isKept,
  ...(tier !== null && { rule: { requiredTier: tier, isActive: isActive === true } })
})

/** Places in a module and in a course stay below 10 000 (content). */
const placesInModule = 100_000
/** Of lessons `l`: the place in course order, and everything that is one of few things, as numbers. */
export const packedPlace = `l.module_order * ${placesInModule} + l.lesson_order`
const statuses = ["draft", "in_review", "published", "archived"] as const
const flag = { modulePublished: 4, kept: 8, freePreview: 16 }
export const packedFlags = `case l.workflow_status ${statuses.map((status, index) => `when '${status}' then ${index}`).join(" ")} end
  + l.is_published::int * ${flag.modulePublished} + l.is_kept::int * ${flag.kept} + l.is_free_preview::int * ${flag.freePreview}`

const dripOf = ([, drip, previous]: DripRow): NonNullable<KnownLesson["drip"]> => {
  if ("opensAt" in drip) return { opensAt: DateTime.toEpochMillis(DateTime.makeUnsafe(drip.opensAt)) }
  return "afterDays" in drip ? drip : { ...drip, ...(previous !== null && { previous }) }
}

const overrideOf = ([, id, type, tier, startsAt, expiresAt]: OverrideRow): KnownOverride => {
  const placed = { id, ...span(startsAt, expiresAt) }
  // The constraint says that `require_tier`, and only it, has a tier.
  return type === "require_tier" && tier !== null
    ? { ...placed, type, requiredTier: tier }
    : { ...placed, type: type === "open" ? "open" : "locked" }
}

const noOverrides: ReadonlyArray<KnownOverride> = []

const lessonsOf = ({ courses, drips, lessons, overrides }: FactsRow): ReadonlyArray<KnownLesson> => {
  const dripById = new Map((drips ?? []).map((row) => [row[0], dripOf(row)]))
  const byLesson = new Map<LessonId, Array<KnownOverride>>()
  for (const row of overrides ?? []) {
    const others = byLesson.get(row[0])
    if (others === undefined) byLesson.set(row[0], [overrideOf(row)])
    else others.push(overrideOf(row))
  }
  const known: Array<KnownLesson> = []
  for (const [id, place, flags, courseId = courses?.[0]?.[0]] of lessons ?? []) {
    if (courseId === undefined) continue
    const lesson: KnownLesson = {
      id,
      courseId,
      place: [Math.floor(place / placesInModule), place % placesInModule],
      status: statuses[flags & 3] ?? "draft",
      isModulePublished: (flags & flag.modulePublished) !== 0,
      isKept: (flags & flag.kept) !== 0,
      isFreePreview: (flags & flag.freePreview) !== 0,
      overrides: byLesson.get(id) ?? noOverrides
    }
    const drip = dripById.get(id)
    known.push(drip === undefined ? lesson : { ...lesson, drip })
  }
  return known
}

export const tiersOf = (tiers: FactsRow["tiers"]): Known["tiers"] =>
  (tiers ?? []).map(([key, rank]) => ({ key, rank }))

const readerOf = ({
  assignments,
  completed,
  entitlements,
  first_access,
  roles,
  status
}: ReaderRow): KnownReader => ({
  ...(status !== null && { status }),
  assignments: (assignments ?? []).map(([roleId, expiresAt]) => ({
    roleId,
    isActive: true,
    ...(expiresAt !== null && { expiresAt })
  })),
  roles: roles ?? [],
  entitlements: (entitlements ?? []).map(entitlementOf),
  firstAccess: (first_access ?? []).map(([courseId, at]) => ({ courseId, at })),
  completed: completed ?? []
})

/** Everything that a statement brought. The reader's columns are there when a user asked. */
export const knownOf = (row: (FactsRow & ReaderRow) | undefined, actor: Asked["actor"]): Known => {
  if (row === undefined) return { tiers: [], courses: [], lessons: [] }
  return {
    tiers: tiersOf(row.tiers),
    ...(actor._tag === "User" && { reader: readerOf(row) }),
    // The joins of the statement keep no order.
    courses: (row.courses ?? []).map(courseOf).sort((a, b) => (a.id < b.id ? -1 : 1)),
    lessons: lessonsOf(row)
  }
}
