/**
 * Generated schools for the paywall: people, what they hold and have done, and courses with all that guards them.
 * Instants lie within a few milliseconds of one another, so that edges meet. One world can be laid out for the rules
 * and stored in any store: every door is compared with every other.
 */
import * as fc from "fast-check"
import { type Actor, anonymous, service, user } from "../src/shared/actor.ts"
import { CourseId, LessonId, UserId } from "../src/shared/id.ts"
import type { EntitlementType } from "../src/access/model/entitlement.ts"
import { TierKey } from "../src/access/model/tier.ts"
import { ModuleId, type WorkflowStatus } from "../src/content/index.ts"

/** The instant around which everything happens, in epoch milliseconds. */
export const worldNow = Date.UTC(2026, 2, 1)
export const dayInMilliseconds = 86_400_000
/** Instants of a world lie this far around `worldNow`; but for first accesses, which may be days before. */
export const ticks = { before: 4, after: 12 } as const

export interface WorldEntitlement {
  readonly id: string
  readonly type: EntitlementType
  readonly ref: string
  readonly status: "active" | "expired" | "revoked"
  readonly startsAt: number
  readonly expiresAt?: number
}
export interface WorldRole {
  /** `editor` holds `content.edit`, `reviewer` holds `content.review`, `author` edits own courses only. */
  readonly name: "editor" | "reviewer" | "author"
  readonly isActive: boolean
  readonly expiresAt?: number
}
/** That a user came to a lesson, and whether they completed it. */
export interface WorldProgress {
  readonly lessonId: LessonId
  readonly at: number
  readonly completed: boolean
}
export interface WorldUser {
  readonly id: UserId
  readonly status: "active" | "suspended" | "deleted"
  readonly roles: ReadonlyArray<WorldRole>
  readonly entitlements: ReadonlyArray<WorldEntitlement>
  readonly progress: ReadonlyArray<WorldProgress>
}
export type WorldOverride = {
  readonly id: string
  readonly startsAt?: number
  readonly expiresAt?: number
} & ({ readonly type: "open" | "locked" } | { readonly type: "require_tier"; readonly requiredTier: TierKey })
export interface WorldLesson {
  readonly id: LessonId
  readonly status: WorkflowStatus
  readonly isKept: boolean
  readonly isFreePreview: boolean
  readonly drip?:
    | { readonly opensAt: number }
    | { readonly afterDays: number }
    | { readonly afterPrevious: true }
  readonly overrides: ReadonlyArray<WorldOverride>
}
export interface WorldModule {
  readonly id: ModuleId
  readonly isPublished: boolean
  readonly lessons: ReadonlyArray<WorldLesson>
}
export interface WorldCourse {
  readonly id: CourseId
  readonly status: WorkflowStatus
  readonly publishAt?: number
  readonly createdBy?: UserId
  readonly instructorId?: UserId
  readonly isKept: boolean
  readonly rule?: { readonly requiredTier: TierKey; readonly isActive: boolean }
  readonly modules: ReadonlyArray<WorldModule>
}
export interface World {
  readonly courseDefault: "open" | "closed"
  readonly users: ReadonlyArray<WorldUser>
  readonly courses: ReadonlyArray<WorldCourse>
}

/** The tiers that ship, with their ranks. */
export const worldTiers = ["free", "basic", "premium", "enterprise"].map((key, index) => ({
  key: TierKey.make(key),
  rank: index * 10
}))

/** Ids that one world shares with no other: the salt is part of each. */
const idOf = (salt: number, kind: number, index: number): string =>
  `${salt.toString(16).padStart(8, "0")}-${kind.toString(16).padStart(4, "0")}-7000-8000-${index.toString(16).padStart(12, "0")}`
const kinds = { user: 1, course: 2, lesson: 3, entitlement: 4, override: 5, module: 6 }

/** Everyone there is to ask as: a visitor, a service, each user, and a user nobody has heard of. */
export const actorsOf = ({ users }: World, salt: number): ReadonlyArray<Actor> => [
  anonymous,
  service("billing"),
  ...users.map(({ id }) => user(id)),
  user(UserId.make(idOf(salt, kinds.user, 9999)))
]

const instant = fc.integer({ min: -ticks.before, max: ticks.after }).map((tick) => worldNow + tick)
/** Absent one time out of `freq`. */
const maybe = <A>(arbitrary: fc.Arbitrary<A>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq })
/** A span that may lack either end. */
const span = fc.tuple(maybe(instant), maybe(fc.integer({ min: 1, max: 8 }))).map(([startsAt, length]) => ({
  ...(startsAt !== undefined && { startsAt }),
  ...(length !== undefined && { expiresAt: (startsAt ?? worldNow - ticks.before) + length })
}))
const tierKey = fc.constantFrom(...worldTiers.map(({ key }) => key))
const status = fc.oneof(
  { weight: 5, arbitrary: fc.constant<WorkflowStatus>("published") },
  { weight: 3, arbitrary: fc.constantFrom<WorkflowStatus>("draft", "in_review", "archived") }
)
const withoutUndefined = <A extends object>(value: A) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof A]: Exclude<A[K], undefined>
  }

const override = fc
  .tuple(fc.constantFrom("open" as const, "locked" as const, "require_tier" as const), tierKey, span)
  .map(([type, requiredTier, during]) =>
    type === "require_tier" ? { type, requiredTier, ...during } : { type, ...during }
  )

const drip = fc.oneof(
  fc.record({ opensAt: instant }),
  fc.record({ afterDays: fc.integer({ min: 1, max: 2 }) }),
  fc.constant({ afterPrevious: true as const })
)

const lesson = fc.record({
  status: fc.oneof(
    { weight: 4, arbitrary: fc.constant<WorkflowStatus>("published") },
    { weight: 1, arbitrary: status }
  ),
  isKept: fc.boolean(),
  isFreePreview: fc.nat(4).map((n) => n === 0),
  drip: maybe(drip),
  overrides: fc.oneof(fc.array(override, { maxLength: 0 }), fc.array(override, { maxLength: 3 }))
})

const modules = fc.array(
  fc.record({
    isPublished: fc.nat(4).map((n) => n > 0),
    lessons: fc.array(lesson, { minLength: 1, maxLength: 3 })
  }),
  { minLength: 1, maxLength: 2 }
)

/** People are named by their place: `createdBy: 0` is the first user of the world. */
const courseOf = (users: number) =>
  fc.record({
    status,
    publishAt: maybe(instant),
    createdBy: maybe(fc.nat(users - 1)),
    instructorId: maybe(fc.nat(users - 1)),
    isKept: fc.boolean(),
    rule: maybe(fc.record({ requiredTier: tierKey, isActive: fc.nat(4).map((n) => n > 0) }), 4),
    modules
  })

/** Refs: a place among the courses, a course that does not exist (-1), or a tier, which may not exist either. */
const entitlementOf = (courses: number) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.nat(courses - 1) },
        { weight: 1, arbitrary: fc.constant(-1) },
        { weight: 6, arbitrary: tierKey },
        { weight: 1, arbitrary: fc.constant("gold") }
      ),
      fc.nat(2),
      fc.constantFrom("active" as const, "active" as const, "expired" as const, "revoked" as const),
      span
    )
    .map(([ref, kind, status, during]) => {
      const startsAt = during.startsAt ?? worldNow - ticks.before
      const plain = typeof ref === "number" ? ("course_specific" as const) : ("tier" as const)
      const type = ([plain, "special_grant", "time_limited"] as const)[kind] ?? plain
      const endless = during.expiresAt === undefined && type !== "time_limited" && status !== "expired"
      return { ref, type, status, startsAt, ...(!endless && { expiresAt: during.expiresAt ?? startsAt + 3 }) }
    })

const rolesOf = (maxLength: number) =>
  fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("editor" as const, "reviewer" as const, "author" as const),
      isActive: fc.nat(3).map((n) => n > 0),
      expiresAt: maybe(instant)
    }),
    { selector: ({ name }) => name, maxLength }
  )

const userOf = (courses: number) =>
  fc.record({
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant("active" as const) },
      { weight: 1, arbitrary: fc.constantFrom("suspended" as const, "deleted" as const) }
    ),
    roles: fc.oneof({ weight: 3, arbitrary: rolesOf(0) }, { weight: 1, arbitrary: rolesOf(2) }),
    entitlements: fc.array(entitlementOf(courses), { maxLength: 4 }),
    /** By place: the course, the lesson in it (wrapping round), when, and whether it was completed. */
    progress: fc.array(
      fc.record({
        course: fc.nat(courses - 1),
        lesson: fc.nat(5),
        daysAgo: fc.nat(2),
        tick: fc.integer({ min: -ticks.before, max: ticks.after }),
        completed: fc.boolean()
      }),
      { maxLength: 4 }
    )
  })

/** A school of that size. `salt` keeps its ids apart from those of other worlds in the same store. */
export const worlds = (
  size: { readonly users: number; readonly courses: number },
  salt = 0
): fc.Arbitrary<World> =>
  fc
    .record({
      courseDefault: fc.constantFrom("open" as const, "closed" as const),
      users: fc.array(userOf(size.courses), { minLength: size.users, maxLength: size.users }),
      courses: fc.array(courseOf(size.users), { minLength: size.courses, maxLength: size.courses })
    })
    .map(({ courseDefault, courses, users }) => {
      const counters = { lesson: 0, entitlement: 0, override: 0, module: 0 }
      const next = (kind: keyof typeof counters) => idOf(salt, kinds[kind], (counters[kind] += 1))
      const userId = (place: number | undefined) =>
        place === undefined ? undefined : UserId.make(idOf(salt, kinds.user, place))
      const courseId = (place: number) => CourseId.make(idOf(salt, kinds.course, place < 0 ? 9999 : place))
      const laidOut = courses.map((course, place): WorldCourse =>
        withoutUndefined({
          ...course,
          id: courseId(place),
          publishAt: course.status === "published" ? course.publishAt : undefined,
          createdBy: userId(course.createdBy),
          instructorId: userId(course.instructorId),
          modules: course.modules.map((module) => ({
            ...module,
            id: ModuleId.make(next("module")),
            lessons: module.lessons.map((one) =>
              withoutUndefined({
                ...one,
                id: LessonId.make(next("lesson")),
                overrides: one.overrides.map((each) => ({ ...each, id: next("override") }))
              })
            )
          }))
        })
      )
      const lessonAt = (course: number, place: number): LessonId => {
        const lessons = laidOut[course]!.modules.flatMap((module) => module.lessons)
        return lessons[place % lessons.length]!.id
      }
      return {
        courseDefault,
        courses: laidOut,
        users: users.map((one, place) => ({
          ...one,
          id: userId(place)!,
          roles: one.roles.map(withoutUndefined),
          entitlements: one.entitlements.map(({ ref, ...rest }) => ({
            ...rest,
            id: next("entitlement"),
            ref: typeof ref === "number" ? courseId(ref) : ref
          })),
          progress: [
            ...new Map(
              one.progress.map(({ completed, course, daysAgo, lesson: at, tick }) => {
                const lessonId = lessonAt(course, at)
                return [
                  lessonId,
                  { lessonId, at: worldNow + tick - daysAgo * dayInMilliseconds, completed }
                ] as const
              })
            ).values()
          ]
        }))
      }
    })
