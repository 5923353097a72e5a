/** The facts of access decisions, gathered row by row from the tables of all contexts. */
import type { Entitlement, LessonOverride } from "@lyceum/core/access"
import {
  AccessFacts,
  type Asked,
  type Known,
  type KnownCourse,
  type KnownEntitlement,
  type KnownLesson,
  type KnownOverride,
  type KnownReader,
  type Part
} from "@lyceum/core/access/ports"
import type { Course, Lesson, Module } from "@lyceum/core/content"
import { Assignments } from "@lyceum/core/rbac/ports"
import type { Instant, UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { courseRuleRows, overrideRows } from "./access-tables.ts"
import { entitlementRows, tierRows } from "./access.ts"
import { keptCourseRows, keptLessonRows } from "./content-children.ts"
import { courseRows, lessonRows, moduleRows } from "./content.ts"
import { MemoryDatabase } from "./database.ts"
import { compare, pageOf } from "./order.ts"
import { progressRows } from "./progress.ts"
import { assignmentsLayer } from "./rbac.ts"

const epoch = (instant: Instant) => DateTime.toEpochMillis(instant)
const span = ({ expiresAt, startsAt }: { readonly startsAt?: Instant; readonly expiresAt?: Instant }) => ({
  ...(startsAt !== undefined && { startsAt: epoch(startsAt) }),
  ...(expiresAt !== undefined && { expiresAt: epoch(expiresAt) })
})

const entitlementOf = ({
  entitlementRef,
  entitlementType,
  expiresAt,
  id,
  startsAt
}: Entitlement): KnownEntitlement => ({
  id,
  type: entitlementType,
  ref: entitlementRef,
  startsAt: epoch(startsAt),
  ...(expiresAt !== undefined && { expiresAt: epoch(expiresAt) })
})

const overrideOf = (override: LessonOverride): KnownOverride => {
  const placed = { id: override.id, ...span(override) }
  return override.overrideType === "require_tier"
    ? { ...placed, type: override.overrideType, requiredTier: override.requiredTier }
    : { ...placed, type: override.overrideType }
}

interface Placed {
  readonly lesson: Lesson
  readonly module: Module
  readonly place: readonly [number, number]
}

const dripOf = (
  { lesson: { courseId, drip }, place }: Placed,
  all: ReadonlyArray<Placed>
): KnownLesson["drip"] => {
  if (drip === undefined || "afterDays" in drip) return drip
  if ("opensAt" in drip) return { opensAt: epoch(drip.opensAt) }
  const previous = all.findLast(
    ({ lesson, module, place: other }) =>
      lesson.courseId === courseId &&
      lesson.workflowStatus === "published" &&
      module.isPublished &&
      compare(other, place) < 0
  )
  return { ...drip, ...(previous !== undefined && { previous: previous.lesson.id }) }
}

/** Everything is a candidate here: what the actor may not read is left for the rules to say. */
export const accessFactsLayer = Layer.effect(
  AccessFacts,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const assignments = yield* Assignments
    const courses = courseRows(database)
    const modules = moduleRows(database)
    const lessons = lessonRows(database)
    const keptCourses = keptCourseRows(database)
    const keptLessons = keptLessonRows(database)
    const rules = courseRuleRows(database)
    const overrides = overrideRows(database)
    const progress = progressRows(database)
    const entitlements = entitlementRows(database)

    const tiers = Effect.map(tierRows(database).all, (all) =>
      all.map(({ sortOrder, tierKey }) => ({ key: tierKey, rank: sortOrder }))
    )
    const held = (userId: UserId) =>
      Effect.map(entitlements.all, (all) =>
        all.filter((one) => one.userId === userId && one.status !== "revoked").map(entitlementOf)
      )

    const knownCourse = Effect.fnUntraced(function* (course: Course) {
      const rule = Option.getOrUndefined(yield* rules.find(course.id))
      const known: KnownCourse = {
        id: course.id,
        status: course.workflowStatus,
        ...(course.publishAt !== undefined && { publishAt: epoch(course.publishAt) }),
        ...(course.createdBy !== undefined && { createdBy: course.createdBy }),
        ...(course.instructorId !== undefined && { instructorId: course.instructorId }),
        isKept: Option.isSome(yield* keptCourses.find(course.id)),
        ...(rule !== undefined && { rule: { requiredTier: rule.requiredTier, isActive: rule.isActive } })
      }
      return known
    })

    /** All lessons with their places, in course order. */
    const placed = Effect.gen(function* () {
      const byId = new Map((yield* modules.all).map((module) => [module.id, module]))
      return (yield* lessons.all)
        .flatMap((lesson) => {
          const module = byId.get(lesson.moduleId)
          return module === undefined
            ? []
            : [{ lesson, module, place: [module.moduleOrder, lesson.lessonOrder] as const }]
        })
        .sort((a, b) => compare(a.place, b.place))
    })

    const knownLesson = Effect.fnUntraced(function* (
      { lesson, module, place }: Placed,
      all: { readonly placed: ReadonlyArray<Placed>; readonly overrides: ReadonlyArray<LessonOverride> }
    ) {
      const drip = dripOf({ lesson, module, place }, all.placed)
      const known: KnownLesson = {
        id: lesson.id,
        courseId: lesson.courseId,
        place,
        status: lesson.workflowStatus,
        isModulePublished: module.isPublished,
        isKept: Option.isSome(yield* keptLessons.find(lesson.id)),
        isFreePreview: lesson.isFreePreview,
        ...(drip && { drip }),
        overrides: all.overrides.filter(({ lessonId }) => lessonId === lesson.id).map(overrideOf)
      }
      return known
    })

    const knownReader = Effect.fnUntraced(function* (userId: UserId) {
      const standing = yield* assignments.standing(userId)
      const done = (yield* progress.all).filter((one) => one.userId === userId)
      const courseOf = new Map((yield* lessons.all).map(({ courseId, id }) => [id, courseId]))
      const firstAccess = new Map<Course["id"], number>()
      for (const { createdAt, lessonId } of done) {
        const courseId = courseOf.get(lessonId)
        if (courseId === undefined) continue
        firstAccess.set(courseId, Math.min(firstAccess.get(courseId) ?? Infinity, epoch(createdAt)))
      }
      const known: KnownReader = {
        ...(standing.status !== undefined && { status: standing.status }),
        assignments: standing.assignments.map(({ isActive, roleId, ...one }) => ({
          isActive,
          roleId,
          ...span(one)
        })),
        roles: standing.roles,
        entitlements: yield* held(userId),
        firstAccess: Array.from(firstAccess, ([courseId, at]) => ({ courseId, at })),
        completed: done.flatMap(({ completedAt, lessonId }) => (completedAt === undefined ? [] : [lessonId]))
      }
      return known
    })

    const read = Effect.fnUntraced(function* (
      { actor }: Asked,
      courseIds: ReadonlyArray<Course["id"]>,
      found: { readonly lessons: ReadonlyArray<Placed>; readonly placed: ReadonlyArray<Placed> }
    ) {
      const ofThem = yield* Effect.forEach(courseIds, (id) => courses.find(id))
      const all = { placed: found.placed, overrides: found.lessons.length === 0 ? [] : yield* overrides.all }
      const known: Known = {
        tiers: yield* tiers,
        ...(actor._tag === "User" && { reader: yield* knownReader(actor.id) }),
        courses: yield* Effect.forEach(ofThem.flatMap(Option.toArray), knownCourse),
        lessons: yield* Effect.forEach(found.lessons, (one) => knownLesson(one, all))
      }
      return known
    })

    /** The lessons that are picked of all, with their courses. */
    const readLessons = Effect.fnUntraced(function* (
      asked: Asked,
      pick: (all: ReadonlyArray<Placed>) => ReadonlyArray<Placed>
    ) {
      const all = yield* placed
      const picked = pick(all)
      const courseIds = [...new Set(picked.map(({ lesson }) => lesson.courseId))]
      return yield* read(asked, courseIds, { lessons: picked, placed: all })
    })
    const noLessons = { lessons: [], placed: [] }
    const byId = (all: ReadonlyArray<Placed>, part: Part) => pageOf(all, ({ lesson }) => [lesson.id], part)
    const whole = { after: Option.none(), count: Number.MAX_SAFE_INTEGER }

    return AccessFacts.of({
      ofHoldings: (userId) => Effect.all({ tiers, entitlements: held(userId) }),
      ofCourse: (asked, courseId) => read(asked, [courseId], noLessons),
      ofLessons: (asked, lessonIds) =>
        readLessons(asked, (all) =>
          byId(
            all.filter(({ lesson }) => lessonIds.includes(lesson.id)),
            whole
          )
        ),
      ofCoursePage: Effect.fnUntraced(function* (asked, courseId, part) {
        const all = yield* placed
        const inCourse = all.filter(({ lesson }) => lesson.courseId === courseId)
        const lessons = pageOf(inCourse, ({ lesson, place }) => [...place, lesson.id], part)
        return yield* read(asked, [courseId], { lessons, placed: all })
      }),
      ofCourses: (asked, part) =>
        Effect.flatMap(courses.all, (all) =>
          read(
            asked,
            pageOf(all, ({ id }) => [id], part).map(({ id }) => id),
            noLessons
          )
        ),
      ofAllLessons: (asked, part) => readLessons(asked, (all) => byId(all, part))
    })
  })
).pipe(Layer.provide(assignmentsLayer))
