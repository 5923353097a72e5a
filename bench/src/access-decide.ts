/**
 * May this user read this lesson? 10 000 lessons, 10 000 users with 0 to 4 entitlements, 2 % overrides, 5 % previews;
 * everything in memory, prepared once per user and lesson on every side.
 *
 * The peers get less to do: they are told what holds at the one instant that is asked about, where ours looks at the
 * clock, and they answer allow or deny without a method or a reason. All must agree on every question.
 */
import { createMongoAbility, type MongoAbility, subject } from "@casl/ability"
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs"
import { paywall, TierKey } from "@lyceum/core/access"
import type { KnownEntitlement, KnownLesson } from "@lyceum/core/access/ports"
import { ModuleId } from "@lyceum/core/content"
import { CourseId, LessonId, user, UserId } from "@lyceum/core/shared"
import { newEnforcer, newModelFromString, StringAdapter } from "casbin"
import { type Bench, caseOf, interleaved, randomFrom, ratiosOf, type Side } from "./measure.ts"

const now = Date.UTC(2026, 2, 1)
const lessonsPerCourse = 20
const ranks = ["free", "basic", "premium", "enterprise"].map((key, index) => ({
  key: TierKey.make(key),
  rank: index * 10
}))
const tiers = paywall.tiersOf(ranks)
const id = (kind: number, index: number) =>
  `0195${String(kind).padStart(4, "0")}-0000-7000-8000-${String(index).padStart(12, "0")}`

/** What all sides are told of a lesson; `requiredRank` and the rest hold at `now`. */
interface PlainLesson {
  readonly lessonId: string
  readonly courseId: string
  readonly open: boolean
  readonly locked: boolean
  readonly requiredRank: number
}
interface PlainUser {
  readonly userId: string
  readonly rank: number
  readonly courses: ReadonlyArray<string>
}

const makeLessons = (count: number) => {
  const random = randomFrom(1)
  return Array.from({ length: count }, (_, index) => {
    const courseNumber = Math.floor(index / lessonsPerCourse)
    const courseId = CourseId.make(id(2, courseNumber))
    const tier = ranks[courseNumber % 5]
    const isFreePreview = random(100) < 5
    const overrideType =
      random(100) < 2 ? (["open", "locked", "require_tier"] as const)[random(3)] : undefined
    const asked = ranks[1 + random(3)]!
    const placed = { id: id(5, index), startsAt: now - 1000, expiresAt: now + 1000 }
    const known: KnownLesson = {
      id: LessonId.make(id(3, index)),
      courseId,
      moduleId: ModuleId.make(id(6, courseNumber)),
      place: [1, (index % lessonsPerCourse) + 1],
      status: "published",
      isModulePublished: true,
      isKept: false,
      isFreePreview,
      overrides:
        overrideType === undefined
          ? []
          : [
              overrideType === "require_tier"
                ? { ...placed, type: overrideType, requiredTier: asked.key }
                : { ...placed, type: overrideType }
            ]
    }
    const course = paywall.courseOf(
      {
        id: courseId,
        status: "published",
        isKept: false,
        ...(tier && { rule: { requiredTier: tier.key, isActive: true } })
      },
      tiers,
      "open"
    )
    const plain: PlainLesson = {
      lessonId: known.id,
      courseId,
      open:
        isFreePreview || overrideType === "open" || (tier === undefined && overrideType !== "require_tier"),
      locked: overrideType === "locked",
      requiredRank: overrideType === "require_tier" ? asked.rank : (tier?.rank ?? 0)
    }
    return { course, lesson: paywall.lessonOf(known, course, tiers), plain }
  })
}

const makeUsers = (count: number, courses: number) => {
  const random = randomFrom(2)
  return Array.from({ length: count }, (_, index) => {
    const entitlements = Array.from({ length: random(5) }, (_unused, place): KnownEntitlement => {
      const toCourse = random(2) === 0
      const isOver = random(4) === 0
      return {
        id: id(4, index * 10 + place),
        type: toCourse ? "course_specific" : "tier",
        ref: toCourse ? id(2, random(courses)) : ranks[random(4)]!.key,
        startsAt: now - 5000,
        expiresAt: isOver ? now : now + 5000
      }
    })
    const userId = UserId.make(id(1, index))
    const known = { assignments: [], roles: [], entitlements, firstAccess: [], completed: [] }
    const inForce = entitlements.filter(({ expiresAt = Infinity }) => now < expiresAt).map(({ ref }) => ref)
    const plain: PlainUser = {
      userId,
      rank: Math.max(0, ...inForce.map((ref) => tiers.get(ref)?.rank ?? 0)),
      courses: inForce.filter((ref) => !tiers.has(ref))
    }
    return { reader: paywall.readerOf(user(userId), known, tiers), plain }
  })
}

const caslAbility = ({ courses, rank }: PlainUser): MongoAbility =>
  createMongoAbility([
    { action: "read", subject: "Lesson", conditions: { open: true } },
    { action: "read", subject: "Lesson", conditions: { requiredRank: { $lte: rank } } },
    ...(courses.length === 0
      ? []
      : [{ action: "read", subject: "Lesson", conditions: { courseId: { $in: [...courses] } } }]),
    { action: "read", subject: "Lesson", conditions: { locked: true }, inverted: true }
  ])

const casbinModel = `
[request_definition]
r = sub, obj
[policy_definition]
p = act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = !r.obj.locked && (r.obj.open || r.sub.rank >= r.obj.requiredRank || entitled(r.sub, r.obj))
`

const cedarPolicies = `
permit(principal, action == Action::"read", resource) when { resource.open };
permit(principal, action == Action::"read", resource) when { principal.rank >= resource.requiredRank };
permit(principal, action == Action::"read", resource) when { principal.courses.contains(resource.courseId) };
forbid(principal, action == Action::"read", resource) when { resource.locked };
`

export const bench: Bench = async ({ quick }) => {
  const lessons = makeLessons(10_000)
  const users = makeUsers(10_000, lessons.length / lessonsPerCourse)
  const random = randomFrom(3)
  const questions = Array.from({ length: 200_000 }, () => ({
    user: users[random(users.length)]!,
    lesson: lessons[random(lessons.length)]!
  }))

  const abilities = new Map(users.map(({ plain }) => [plain.userId, caslAbility(plain)]))
  const subjects = new Map(lessons.map(({ plain }) => [plain.lessonId, subject("Lesson", { ...plain })]))
  const enforcer = await newEnforcer(newModelFromString(casbinModel), new StringAdapter("p, read"))
  await enforcer.addFunction("entitled", (sub: PlainUser, obj: PlainLesson) =>
    sub.courses.includes(obj.courseId)
  )
  preparsePolicySet("paywall", { staticPolicies: cedarPolicies })
  const action = { type: "Action", id: "read" }

  type Question = (typeof questions)[number]
  const ours = ({ lesson: { course, lesson }, user: { reader } }: Question) =>
    paywall.verdictOf({ reader, course, lesson }, now).allowed
  const peers = {
    CASL: ({ lesson, user: asker }: Question) =>
      abilities.get(asker.plain.userId)!.can("read", subjects.get(lesson.plain.lessonId)!),
    casbin: ({ lesson, user: asker }: Question) => enforcer.enforceSync(asker.plain, lesson.plain),
    Cedar: ({ lesson, user: asker }: Question) => {
      const principal = { type: "User", id: asker.plain.userId }
      const resource = { type: "Lesson", id: lesson.plain.lessonId }
      const { courseId, locked, open, requiredRank } = lesson.plain
      const answer = statefulIsAuthorized({
        principal,
        action,
        resource,
        context: {},
        preparsedPolicySetId: "paywall",
        entities: [
          {
            uid: principal,
            attrs: { rank: asker.plain.rank, courses: [...asker.plain.courses] },
            parents: []
          },
          { uid: resource, attrs: { courseId, locked, open, requiredRank }, parents: [] }
        ]
      })
      return answer.type === "success" && answer.response.decision === "allow"
    }
  }

  const asked = { ours: questions.length, CASL: 100_000, casbin: 40_000, Cedar: quick ? 1_000 : 10_000 }
  for (const [name, peer] of Object.entries(peers)) {
    const some = questions.slice(0, asked[name as keyof typeof asked])
    const disagreements = some.filter((question) => peer(question) !== ours(question))
    if (disagreements.length > 0)
      throw new Error(`${name} disagrees on ${disagreements.length} of ${some.length} questions`)
    const allowed = some.filter(ours).length
    console.log(
      `${name} agrees on all of ${some.length} questions, ${Math.round((allowed / some.length) * 100)} % of them allowed`
    )
  }

  let allowed = 0
  const side = (count: number, answer: (question: Question) => boolean): Side => {
    const some = questions.slice(0, count)
    return {
      operations: count,
      run: () => {
        for (const question of some) if (answer(question)) allowed += 1
      }
    }
  }
  const costs = await interleaved(
    {
      ours: side(asked.ours, ours),
      CASL: side(asked.CASL, peers.CASL),
      casbin: side(asked.casbin, peers.casbin),
      Cedar: side(asked.Cedar, peers.Cedar)
    },
    { rounds: quick ? 5 : 15, by: "cpu" }
  )
  const perSecond = costs.ours.map((microseconds) => 1_000_000 / microseconds)
  console.log(
    `ours: ${Math.round(Math.min(...perSecond))} to ${Math.round(Math.max(...perSecond))} decisions per second of CPU`
  )
  return [
    ...(["CASL", "casbin", "Cedar"] as const).map((peer) =>
      caseOf("access-decide", peer, ratiosOf(costs.ours, costs[peer]), 9)
    ),
    caseOf(
      "access-decide",
      "1 000 000 decisions per second of CPU",
      perSecond.map((rate) => rate / 1_000_000),
      1
    )
  ]
}
