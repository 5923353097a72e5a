/** The file of the demo school: everything about it that is not a course. */
import { EntitlementType, OverrideType } from "@lyceum/core/access"
import { assessmentOperations, questionOperations } from "@lyceum/core/assessments"
import { Email, Username } from "@lyceum/core/identity"
import { RoleName } from "@lyceum/core/rbac"
import { Instant, Slug, strictly, UserId } from "@lyceum/core/shared"
import { Effect, Schema } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"

const Person = Schema.Struct({
  id: UserId,
  username: Username,
  email: Email,
  displayName: Schema.String,
  bio: Schema.optionalKey(Schema.String),
  locale: Schema.String,
  timeZone: Schema.String,
  isPublic: Schema.Boolean,
  roles: Schema.Array(RoleName),
  /** What this person shows, for who tries the demo. */
  about: Schema.String
})
export type Person = typeof Person.Type

const School = Schema.Struct({
  format: Schema.Literal("lyceum/school@1"),
  courseRules: Schema.Array(Schema.Struct({ course: Slug, requiredTier: Schema.String })),
  lessonOverrides: Schema.Array(
    Schema.Struct({
      course: Slug,
      lesson: Slug,
      type: OverrideType,
      requiredTier: Schema.optionalKey(Schema.String),
      startsAt: Schema.optionalKey(Instant),
      expiresAt: Schema.optionalKey(Instant)
    })
  ),
  users: Schema.Array(Person),
  entitlements: Schema.Array(
    Schema.Struct({
      user: Username,
      type: EntitlementType,
      ref: Schema.String,
      startsAt: Instant,
      expiresAt: Schema.optionalKey(Instant),
      source: Schema.String,
      reason: Schema.String
    })
  ),
  instructors: Schema.Array(Schema.Struct({ course: Slug, instructor: Username }))
})
export type School = typeof School.Type

const { fields: terms } = assessmentOperations.create.input
const { scope: _, ...given } = terms

/** What a course asks its learners. */
const AssessmentFile = Schema.Struct({
  format: Schema.Literal("lyceum/assessments@1"),
  course: Slug,
  assessments: Schema.Array(
    Schema.Struct({
      ...given,
      /** Absent: of the course as a whole. */
      lesson: Schema.optionalKey(Slug),
      /** A file beside this one. */
      questions: Schema.Struct({
        file: Schema.String,
        format: questionOperations.import.input.fields.format
      })
    })
  )
})
export type AssessmentFile = typeof AssessmentFile.Type

/** Beside the package when it is installed, in examples/ in the repository. */
const folder = ["../../school", "../../../../examples/school"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path))

const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(School), strictly)

/** The school and the paths of its course files. It ships with this program: a mistake in it is a bug. */
export const readSchool = Effect.suspend(() => {
  const root = folder ?? ""
  const courses = readdirSync(join(root, "courses")).sort()
  return Effect.map(decode(parse(readFileSync(join(root, "school.yaml"), "utf8"))), (school) => ({
    school,
    courseFiles: courses.map((name) => join(root, "courses", name))
  }))
}).pipe(Effect.orDie)

const decodeAssessments = Schema.decodeUnknownEffect(Schema.toCodecJson(AssessmentFile), strictly)

/** What the courses of the school ask, with the path of each file. */
export const readAssessments = Effect.suspend(() => {
  const root = join(folder ?? "", "assessments")
  const names = readdirSync(root).filter((name) => name.endsWith(".yaml"))
  return Effect.forEach(names.sort(), (name) => {
    const path = join(root, name)
    return Effect.map(decodeAssessments(parse(readFileSync(path, "utf8"))), (content) => ({ content, path }))
  })
}).pipe(Effect.orDie)
