/** Puts a generated world into a store, row by row, as the contexts below access keep it. */
import { DateTime, Effect } from "effect"
import { type Entitlement, EntitlementId, type LessonOverride, OverrideId } from "../src/access/index.ts"
import { CourseRuleStore, EntitlementStore, OverrideStore } from "../src/access/ports.ts"
import {
  type Course,
  KeptVersions,
  type Module,
  type WholeLesson,
  type WorkflowStatus
} from "../src/content/index.ts"
import { CourseStore, LessonStore, ModuleStore } from "../src/content/ports.ts"
import type { Profile, Username } from "../src/identity/index.ts"
import { Profiles } from "../src/identity/ports.ts"
import { type Progress, ProgressId } from "../src/progress/index.ts"
import { ProgressStore } from "../src/progress/ports.ts"
import { type Role, RoleId, RoleName } from "../src/rbac/index.ts"
import { Assignments, RoleCatalogue } from "../src/rbac/ports.ts"
import { Transaction } from "../src/shared/transaction.ts"
import {
  type World,
  type WorldCourse,
  type WorldEntitlement,
  type WorldLesson,
  type WorldModule,
  worldNow,
  type WorldOverride,
  type WorldUser
} from "./access-worlds.ts"

const at = (epoch: number) => DateTime.makeUnsafe(epoch)
const madeAt = at(worldNow - 1000)
const made = { createdAt: madeAt, updatedAt: madeAt }
const span = ({ expiresAt, startsAt }: { readonly startsAt?: number; readonly expiresAt?: number }) => ({
  ...(startsAt !== undefined && { startsAt: at(startsAt) }),
  ...(expiresAt !== undefined && { expiresAt: at(expiresAt) })
})

/** What agrees with the status in a row of the workflow. */
const workflow = (status: WorkflowStatus) => ({
  workflowStatus: status,
  ...(status === "in_review" && { submittedAt: madeAt }),
  ...(status === "published" && { publishedAt: madeAt })
})

const permissionOf = { editor: "content.edit", reviewer: "content.review", author: "content.edit" } as const
export type WorldRoleName = keyof typeof permissionOf
const roleId = (name: WorldRoleName) =>
  RoleId.make(`0000000${Object.keys(permissionOf).indexOf(name) + 1}-0000-7000-9000-000000000000`)
const roleOf = (name: WorldRoleName): Role => ({
  id: roleId(name),
  roleName: RoleName.make(`world_${name}`),
  description: "A role of generated worlds",
  isSystem: false,
  sortOrder: 0,
  permissions: [{ permission: permissionOf[name], onOwnCourses: name === "author", grantedAt: madeAt }],
  ...made,
  version: 1
})

const profileOf = ({ id, status }: WorldUser): Profile => ({
  id,
  username: `u${id.slice(0, 8)}${id.slice(-6)}` as Username,
  displayName: "Somebody",
  bio: "",
  isPublic: false,
  locale: "en",
  timeZone: "UTC",
  status,
  ...(status === "deleted" && { deletedAt: madeAt }),
  ...made,
  version: 1
})

const entitlementOf = (
  user: WorldUser,
  { expiresAt, id, ref, startsAt, status, type }: WorldEntitlement
): Entitlement => {
  const granted = {
    id: EntitlementId.make(id),
    userId: user.id,
    entitlementType: type,
    entitlementRef: ref,
    startsAt: at(startsAt),
    ...(expiresAt !== undefined && { expiresAt: at(expiresAt) }),
    source: "world",
    ...made
  }
  if (status === "revoked")
    return { ...granted, status, revokedAt: madeAt, revocationReason: "in this world" }
  return status === "expired" && expiresAt !== undefined
    ? { ...granted, status, expiresAt: at(expiresAt) }
    : { ...granted, status: "active" }
}

const courseOf = ({ id, status, ...course }: WorldCourse): Course => ({
  id,
  slug: `course-${id}`,
  title: "A course",
  description: "",
  category: "craft",
  difficulty: "beginner",
  tags: [],
  ...workflow(status),
  ...(course.createdBy !== undefined && { createdBy: course.createdBy }),
  ...(course.instructorId !== undefined && { instructorId: course.instructorId }),
  ...(course.publishAt !== undefined && { publishAt: at(course.publishAt) }),
  learnerCount: 0,
  version: 1,
  ...made
})

const moduleOf = (course: WorldCourse, { id, isPublished }: WorldModule, index: number): Module => ({
  id,
  courseId: course.id,
  moduleOrder: index + 1,
  key: `module-${index + 1}`,
  title: "A module",
  description: "",
  learningObjectives: [],
  isPublished,
  version: 1,
  ...made
})

const lessonOf = (course: WorldCourse, module: WorldModule, lesson: WorldLesson): WholeLesson => ({
  id: lesson.id,
  courseId: course.id,
  moduleId: module.id,
  lessonOrder: module.lessons.indexOf(lesson) + 1,
  slug: `lesson-${lesson.id}`,
  type: "article",
  title: "A lesson",
  isFreePreview: lesson.isFreePreview,
  learningObjectives: [],
  prerequisites: [],
  ...(lesson.drip && { drip: "opensAt" in lesson.drip ? { opensAt: at(lesson.drip.opensAt) } : lesson.drip }),
  resources: [],
  ...workflow(lesson.status),
  version: 1,
  ...made
})

const overrideOf = (lesson: WorldLesson, override: WorldOverride): LessonOverride => {
  const placed = { id: OverrideId.make(override.id), lessonId: lesson.id, ...span(override), ...made }
  return override.type === "require_tier"
    ? { ...placed, overrideType: override.type, requiredTier: override.requiredTier }
    : { ...placed, overrideType: override.type }
}

const progressOf = (
  user: WorldUser,
  { at: cameAt, completed, lessonId }: WorldUser["progress"][number]
): Progress => {
  const came = at(cameAt)
  const learned = {
    id: ProgressId.make(`${user.id.slice(0, 8)}-${user.id.slice(-4)}${lessonId.slice(13)}`),
    userId: user.id,
    lessonId,
    timeSpentMinutes: 0,
    attemptsCount: 0,
    startedAt: came,
    lastAccessedAt: came,
    bookmarks: [],
    createdAt: came,
    updatedAt: came
  }
  return completed
    ? { ...learned, status: "completed", completionPercentage: 100, completedAt: came }
    : { ...learned, status: "in_progress", completionPercentage: 5 }
}

/** The roles that people of worlds hold; once for a store. */
export const storeWorldRoles = Effect.gen(function* () {
  const { run } = yield* Transaction
  const roles = yield* RoleCatalogue
  yield* run(
    Effect.forEach(Object.keys(permissionOf) as Array<WorldRoleName>, (name) => roles.insert(roleOf(name)))
  )
})

export const storeWorld = Effect.fnUntraced(function* (world: World) {
  const { run } = yield* Transaction
  const profiles = yield* Profiles
  const assignments = yield* Assignments
  const courses = yield* CourseStore
  const modules = yield* ModuleStore
  const lessons = yield* LessonStore
  const kept = yield* KeptVersions
  const rules = yield* CourseRuleStore
  const overrides = yield* OverrideStore
  const entitlements = yield* EntitlementStore
  const progress = yield* ProgressStore

  const storeCourse = Effect.fnUntraced(function* (course: WorldCourse) {
    const row = courseOf(course)
    yield* courses.insert(row)
    for (const [index, module] of course.modules.entries()) {
      yield* modules.insert(moduleOf(course, module, index))
      for (const lesson of module.lessons) {
        yield* lessons.insert(lessonOf(course, module, lesson))
        for (const override of lesson.overrides) yield* overrides.insert(overrideOf(lesson, override))
      }
    }
    const keptLessons = course.modules.flatMap((module) => module.lessons.filter(({ isKept }) => isKept))
    yield* kept.keepLessons(
      course.id,
      keptLessons.map(({ id }) => id),
      madeAt
    )
    if (course.isKept) yield* kept.keepCourse({ course: row, modules: [], keptAt: madeAt })
    if (course.rule !== undefined) yield* rules.put({ courseId: course.id, ...course.rule, ...made })
  })

  yield* run(
    Effect.gen(function* () {
      for (const user of world.users) {
        yield* profiles.insert(profileOf(user))
        for (const { expiresAt, isActive, name } of user.roles) {
          // A revoked assignment has no end any more.
          const ends = isActive && expiresAt !== undefined ? { expiresAt: at(expiresAt) } : {}
          yield* assignments.put({
            userId: user.id,
            roleId: roleId(name),
            isActive,
            ...ends,
            grantedAt: madeAt
          })
        }
      }
      for (const course of world.courses) yield* storeCourse(course)
      for (const user of world.users) {
        for (const entitlement of user.entitlements)
          yield* entitlements.insert(entitlementOf(user, entitlement))
        for (const one of user.progress) yield* progress.put(progressOf(user, one))
      }
    })
  )
})
