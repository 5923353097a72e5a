/**
 * May this user read this lesson? 10 000 lessons, 10 000 users with 0 to 4 entitlements, 2 % overrides, 5 % previews;
 * everything in memory, laid out once per user, course and lesson on every side. All must agree on every question.
 *
 * The peers have no notion of time. Their users are laid out for the instant that is asked about (they are cached until
 * something of theirs begins or ends, and here nothing does); what an override means at that instant is worked out for
 * each question. They answer allow or deny, ours a method or a reason as well.
 */
import { createMongoAbility, type MongoAbility, subject } from "@casl/ability"
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs"
import { paywall, TierKey } from "@lyceum/core/access"
import type { KnownEntitlement, KnownLesson } from "@lyceum/core/access/ports"
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

/** A lesson as the peers have it. */
interface PlainLesson {
  readonly lessonId: string
  readonly courseId: string
  readonly isFreePreview: boolean
  /** Absent: nothing is asked for. */
  readonly requiredRank?: number
  readonly overrides: ReadonlyArray<{
    readonly type: "open" | "locked" | "require_tier"
    readonly rank: number
    readonly from: number
    readonly to: number
  }>
}
/** What holds for a user until something of theirs begins or ends. */
interface PlainUser {
  readonly userId: string
  readonly rank: number
  readonly courses: ReadonlyArray<string>
}

/** What a lesson is at an instant, for those who cannot look at the clock. In these data at most one override is in force. */
const lessonAt = ({ courseId, isFreePreview, overrides, requiredRank }: PlainLesson, instant: number) => {
  for (const { from, rank, to, type } of overrides) {
    if (instant < from || to <= instant) continue
    if (type === "locked") return { courseId, open: false, locked: true, requiredRank: 0 }
    if (type === "open") return { courseId, open: true, locked: false, requiredRank: 0 }
    return { courseId, open: isFreePreview, locked: false, requiredRank: rank }
  }
  return {
    courseId,
    open: isFreePreview || requiredRank === undefined,
    locked: false,
    requiredRank: requiredRank ?? 0
  }
}
type LessonNow = ReturnType<typeof lessonAt>

const makeLessons = (count: number) => {
  const random = randomFrom(1)
  const courses = Array.from({ length: count / lessonsPerCourse }, (_, index) => {
    const tier = ranks[index % 5]
    const rule = tier === undefined ? {} : { rule: { requiredTier: tier.key, isActive: true } }
    const known = { id: CourseId.make(id(2, index)), status: "published", isKept: false, ...rule } as const
    return { tier, course: paywall.courseOf(known, tiers, "open") }
  })
  return Array.from({ length: count }, (_, index) => {
    const { course, tier } = courses[Math.floor(index / lessonsPerCourse)]!
    const isFreePreview = random(100) < 5
    const type = random(100) < 2 ? (["open", "locked", "require_tier"] as const)[random(3)] : undefined
    const asked = ranks[1 + random(3)]!
    const placed = { id: id(5, index), startsAt: now - 1000, expiresAt: now + 1000 }
    const override =
      type === "require_tier" ? { ...placed, type, requiredTier: asked.key } : type && { ...placed, type }
    const known: KnownLesson = {
      id: LessonId.make(id(3, index)),
      courseId: course.id,
      place: [1, (index % lessonsPerCourse) + 1],
      status: "published",
      isModulePublished: true,
      isKept: false,
      isFreePreview,
      overrides: override === undefined ? [] : [override]
    }
    const plainLesson: PlainLesson = {
      lessonId: known.id,
      courseId: course.id,
      isFreePreview,
      ...(tier !== undefined && { requiredRank: tier.rank }),
      overrides:
        type === undefined ? [] : [{ type, rank: asked.rank, from: placed.startsAt, to: placed.expiresAt }]
    }
    return { course, lesson: paywall.lessonOf(known, course, tiers), plainLesson }
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
    return {
      reader: paywall.readerOf(user(userId), known, tiers),
      plainUser: plain,
      ability: caslAbility(plain)
    }
  })
}

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
  // What a question points to is at hand on every side: nobody looks anything up.
  const questions = Array.from({ length: 200_000 }, () => ({
    ...users[random(users.length)]!,
    ...lessons[random(lessons.length)]!
  }))

  const enforcer = await newEnforcer(newModelFromString(casbinModel), new StringAdapter("p, read"))
  await enforcer.addFunction("entitled", (sub: PlainUser, obj: LessonNow) =>
    sub.courses.includes(obj.courseId)
  )
  preparsePolicySet("paywall", { staticPolicies: cedarPolicies })
  const action = { type: "Action", id: "read" }

  type Question = (typeof questions)[number]
  const ours = ({ course, lesson, reader }: Question) =>
    paywall.verdictOf({ reader, course, lesson }, now).allowed
  const peers = {
    CASL: ({ ability, plainLesson }: Question) =>
      ability.can("read", subject("Lesson", lessonAt(plainLesson, now))),
    casbin: ({ plainLesson, plainUser }: Question) =>
      enforcer.enforceSync(plainUser, lessonAt(plainLesson, now)),
    Cedar: ({ plainLesson, plainUser }: Question) => {
      const principal = { type: "User", id: plainUser.userId }
      const resource = { type: "Lesson", id: plainLesson.lessonId }
      const answer = statefulIsAuthorized({
        principal,
        action,
        resource,
        context: {},
        preparsedPolicySetId: "paywall",
        entities: [
          {
            uid: principal,
            attrs: { rank: plainUser.rank, courses: [...plainUser.courses] },
            parents: []
          },
          { uid: resource, attrs: lessonAt(plainLesson, now), parents: [] }
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
    { rounds: quick ? 9 : 25, by: "cpu", twice: true }
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
