/** Brings the demo school into a database, twice as well as once, and tells newcomers where to look. */
import {
  Entitlements,
  entitlementOperations,
  overrideOperations,
  Overrides,
  ruleOperations,
  Rules
} from "@lyceum/core/access"
import {
  type Course,
  courseOperations,
  Courses,
  type Lesson,
  Lessons,
  lessonOperations
} from "@lyceum/core/content"
import { operations as userOperations, Users } from "@lyceum/core/identity"
import { operations as roleOperations, Roles } from "@lyceum/core/rbac"
import { CurrentActor, type Operation, service } from "@lyceum/core/shared"
import { Console, Duration, Effect } from "effect"
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import { developmentToken } from "../commands/token.ts"
import type { Settings } from "../config.ts"
import { decodeInput } from "../verb.ts"
import { importAssessments } from "./assessments.ts"
import { type Person, readSchool, type School } from "./file.ts"

const inputOf = <Op extends Operation>(operation: Op, json: unknown) =>
  decodeInput(operation, json) as ReturnType<typeof decodeInput> & Effect.Effect<Op["input"]["Type"], unknown>

const importPeople = Effect.fnUntraced(function* (people: ReadonlyArray<Person>) {
  const [users, roles] = [yield* Users, yield* Roles]
  for (const { about: _, roles: names, ...profile } of people) {
    yield* users.createProfile(yield* inputOf(userOperations.createProfile, profile))
    for (const role of names) {
      const { held } = yield* roles.hasRole({ userId: profile.id, role })
      const reason = "a person of the demo school"
      if (!held)
        yield* roles.grant(yield* inputOf(roleOperations.grant, { userId: profile.id, role, reason }))
    }
  }
})

const importCourses = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  const courses = yield* Courses
  for (const file of files) {
    const document: unknown = parse(readFileSync(file, "utf8"))
    yield* courses.import(yield* inputOf(courseOperations.import, { document }))
  }
})

/** Courses and lessons by their slugs, as the school file names them. */
const findings = Effect.fnUntraced(function* () {
  const [courses, lessons] = [yield* Courses, yield* Lessons]
  return {
    course: (slug: string): Effect.Effect<Course, unknown, CurrentActor> =>
      Effect.flatMap(inputOf(courseOperations.getBySlug, { slug }), courses.getBySlug),
    lesson: (courseId: string, slug: string): Effect.Effect<Lesson, unknown, CurrentActor> =>
      Effect.flatMap(inputOf(lessonOperations.getBySlug, { courseId, slug }), lessons.getBySlug)
  }
})

const importRules = Effect.fnUntraced(function* ({
  courseRules,
  instructors,
  lessonOverrides,
  users
}: School) {
  const find = yield* findings()
  const [courses, rules, overrides] = [yield* Courses, yield* Rules, yield* Overrides]
  for (const { course: slug, instructor } of instructors) {
    const course = yield* find.course(slug)
    const instructorId = users.find(({ username }) => username === instructor)?.id
    if (course.instructorId === instructorId) continue
    yield* courses.assignInstructor(
      yield* inputOf(courseOperations.assignInstructor, { courseId: course.id, instructorId })
    )
  }
  for (const { course, requiredTier } of courseRules) {
    const { id: courseId } = yield* find.course(course)
    yield* rules.set(yield* inputOf(ruleOperations.set, { courseId, requiredTier }))
  }
  for (const { course, lesson, type: overrideType, ...rest } of lessonOverrides) {
    const { id: lessonId } = yield* find.lesson((yield* find.course(course)).id, lesson)
    const { items } = yield* overrides.list({ lessonId })
    if (items.some((one) => one.overrideType === overrideType)) continue
    yield* overrides.add({
      lessonId,
      overrideType,
      ...rest
    } as (typeof overrideOperations.add)["input"]["Type"])
  }
})

const importEntitlements = Effect.fnUntraced(function* ({ entitlements, users }: School) {
  const find = yield* findings()
  const service = yield* Entitlements
  for (const { expiresAt, ref, startsAt, type, user, ...rest } of entitlements) {
    const isTier = ["free", "basic", "premium", "enterprise"].includes(ref)
    yield* service.grant({
      ...rest,
      userId: users.find(({ username }) => username === user)!.id,
      entitlementType: type,
      entitlementRef: isTier ? ref : (yield* find.course(ref)).id,
      startsAt,
      ...(expiresAt !== undefined && { expiresAt }),
      // The same grant under the same reference is the same entitlement: importing twice is importing once (ACC-12).
      sourceReference: `${user}:${ref}`
    } as (typeof entitlementOperations.grant)["input"]["Type"])
  }
})

/** The whole school; a mistake in its files is a bug, since they ship with this program. */
export const importSchool = Effect.gen(function* () {
  const { courseFiles, school } = yield* readSchool
  yield* importPeople(school.users)
  yield* importCourses(courseFiles)
  yield* importRules(school)
  yield* importAssessments
  yield* importEntitlements(school)
}).pipe(Effect.provideService(CurrentActor, service("demo-school")), Effect.orDie)

/** Tokens live long enough for a workday. */
const tokenLifetime = Duration.hours(24)

/** Where to look first, and a token for everybody. */
export const welcome = Effect.fnUntraced(function* (settings: Settings, url: string) {
  const { school } = yield* readSchool
  yield* Console.log(`
  The catalogue      ${url}/v1/catalogue
  The API            ${url}/docs
  Is it well?        ${url}/health/ready

  The people of the demo school, and what each of them shows:`)
  for (const { about, displayName, roles, username } of school.users) {
    yield* Console.log(
      `  ${username.padEnd(8)} ${displayName.padEnd(18)} ${(roles[0] ?? "no role").padEnd(15)} ${about}`
    )
  }
  yield* Console.log(`
  A token for one of them (valid for a day):`)
  for (const role of ["admin", "moderator", "instructor", "premium_member", "member"] as const) {
    const person = school.users.find(({ roles }) => roles[0] === role)
    if (person === undefined) continue
    const token = yield* developmentToken(settings, person.id, {
      lifetime: tokenLifetime,
      email: person.email
    })
    yield* Console.log(`  ${role.padEnd(15)} ${token}`)
  }
})
