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
import type { Course, Lesson } from "@lyceum/core/content"
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

/** What is only for courses and lessons that are published is no matter here: everything is a candidate. */
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

    /** Lessons with their places, in course order. */
    const placed = Effect.fnUntraced(function* (among: (lesson: Lesson) => boolean) {
      const byId = new Map((yield* modules.all).map((module) => [module.id, module]))
      return (yield* lessons.all)
        .filter(among)
        .flatMap((lesson) => {
          const module = byId.get(lesson.moduleId)
          return module === undefined
            ? []
            : [{ lesson, module, place: [module.moduleOrder, lesson.lessonOrder] as const }]
        })
        .sort((a, b) => compare(a.place, b.place))
    })
    type Placed = Effect.Success<ReturnType<typeof placed>>[number]

    const dripOf = Effect.fnUntraced(function* ({ lesson, place }: Placed) {
      const { courseId, drip } = lesson
      if (drip === undefined) return {}
      if ("opensAt" in drip) return { drip: { opensAt: epoch(drip.opensAt) } }
      if ("afterDays" in drip) return { drip }
      const siblings = yield* placed(
        (other) => other.courseId === courseId && other.workflowStatus === "published"
      )
      const previous = siblings.findLast(
        (other) => other.module.isPublished && compare(other.place, place) < 0
      )
      return { drip: { ...drip, ...(previous !== undefined && { previous: previous.lesson.id }) } }
    })

    const knownLesson = Effect.fnUntraced(function* (one: Placed) {
      const { lesson, module, place } = one
      const known: KnownLesson = {
        id: lesson.id,
        courseId: lesson.courseId,
        moduleId: lesson.moduleId,
        place,
        status: lesson.workflowStatus,
        isModulePublished: module.isPublished,
        isKept: Option.isSome(yield* keptLessons.find(lesson.id)),
        isFreePreview: lesson.isFreePreview,
        ...(yield* dripOf(one)),
        overrides: (yield* overrides.all).filter(({ lessonId }) => lessonId === lesson.id).map(overrideOf)
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
      found: { readonly courses?: ReadonlyArray<Course>; readonly lessons?: ReadonlyArray<Placed> }
    ) {
      const ids = [...new Set((found.lessons ?? []).map(({ lesson }) => lesson.courseId))]
      const ofLessons = (yield* Effect.forEach(ids, (id) => courses.find(id))).flatMap(Option.toArray)
      const known: Known = {
        tiers: yield* tiers,
        ...(actor._tag === "User" && { reader: yield* knownReader(actor.id) }),
        courses: yield* Effect.forEach(found.courses ?? ofLessons, knownCourse),
        lessons: yield* Effect.forEach(found.lessons ?? [], knownLesson)
      }
      return known
    })

    const byId = <A>(all: ReadonlyArray<A>, idOf: (one: A) => string, part: Part) =>
      pageOf(all, (one) => [idOf(one)], part)

    return AccessFacts.of({
      ofHoldings: (userId) => Effect.all({ tiers, entitlements: held(userId) }),
      ofCourse: (asked, courseId) =>
        Effect.flatMap(courses.find(courseId), (course) => read(asked, { courses: Option.toArray(course) })),
      ofLessons: (asked, lessonIds) =>
        Effect.flatMap(
          placed(({ id }) => lessonIds.includes(id)),
          (found) =>
            read(asked, {
              lessons: byId(found, ({ lesson }) => lesson.id, { after: Option.none(), count: found.length })
            })
        ),
      ofCoursePage: Effect.fnUntraced(function* (asked, courseId, part) {
        const inCourse = yield* placed((lesson) => lesson.courseId === courseId)
        return yield* read(asked, {
          courses: Option.toArray(yield* courses.find(courseId)),
          lessons: pageOf(inCourse, ({ lesson, place }) => [...place, lesson.id], part)
        })
      }),
      ofCourses: (asked, part) =>
        Effect.flatMap(courses.all, (all) => read(asked, { courses: byId(all, ({ id }) => id, part) })),
      ofAllLessons: (asked, part) =>
        Effect.flatMap(
          placed(() => true),
          (all) => read(asked, { lessons: byId(all, ({ lesson }) => lesson.id, part) })
        )
    })
  })
).pipe(Layer.provide(assignmentsLayer))
