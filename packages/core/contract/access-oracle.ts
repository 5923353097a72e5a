/**
 * The rules of the paywall a second time, read straight off their text with nothing prepared and nothing fast, to
 * check the ones that run. Shares no code with them.
 */
import type { Actor } from "../src/shared/actor.ts"
import type { CourseId, LessonId } from "../src/shared/id.ts"
import {
  dayInMilliseconds,
  ticks,
  type World,
  type WorldCourse,
  type WorldEntitlement,
  type WorldLesson,
  type WorldOverride,
  type WorldUser,
  worldNow,
  worldTiers
} from "./access-worlds.ts"

/** What is compared: the words of the answer. */
export interface Answer {
  readonly allowed: boolean
  readonly because: string
  readonly requiredTier?: string
  readonly currentTier?: string
  readonly opensAt?: number
  readonly lessonToComplete?: LessonId
}

interface Question {
  readonly world: World
  readonly actor: Actor
  readonly course: WorldCourse
  readonly lesson?: WorldLesson
  readonly at: number
}

const yes = (method: string): Answer => ({ allowed: true, because: method })
const no = (reason: string, more: Omit<Answer, "allowed" | "because"> = {}): Answer => ({
  allowed: false,
  because: reason,
  ...more
})

const userIn = ({ actor, world }: Question): WorldUser | undefined =>
  actor._tag === "User" ? world.users.find(({ id }) => id === actor.id) : undefined

/** ACC-1. */
const inForce = (held: WorldEntitlement, at: number) =>
  held.status !== "revoked" && held.startsAt <= at && (held.expiresAt === undefined || at < held.expiresAt)

const entitlementsInForce = (question: Question) =>
  (userIn(question)?.entitlements ?? []).filter((one) => inForce(one, question.at))

/** ACC-2. */
const bestTier = (question: Question) =>
  entitlementsInForce(question)
    .flatMap(({ ref, type }) =>
      type === "course_specific" ? [] : worldTiers.filter(({ key }) => key === ref)
    )
    .reduce((best, tier) => (tier.rank > best.rank ? tier : best), worldTiers[0]!)

const holds = (question: Question, role: string) =>
  (userIn(question)?.roles ?? []).some(
    ({ expiresAt, isActive, name }) =>
      name === role && isActive && (expiresAt === undefined || question.at < expiresAt)
  )
const isStaff = (question: Question) => holds(question, "editor")
const isOwn = ({ actor, course }: Question) =>
  actor._tag === "User" && (course.createdBy === actor.id || course.instructorId === actor.id)

const ownEntitlements = (question: Question) =>
  entitlementsInForce(question)
    .filter(({ ref, type }) => ref === question.course.id && type !== "tier")
    .sort((a, b) => (b.expiresAt ?? Infinity) - (a.expiresAt ?? Infinity) || (a.id < b.id ? -1 : 1))

const coursePublished = ({ at, course }: Question) =>
  course.status === "published" && (course.publishAt === undefined || course.publishAt <= at)

const moduleOf = (course: WorldCourse, lesson: WorldLesson) =>
  course.modules.find(({ lessons }) => lessons.includes(lesson))!

const published = (question: Question) =>
  coursePublished(question) &&
  (question.lesson === undefined ||
    (question.lesson.status === "published" && moduleOf(question.course, question.lesson).isPublished))

/** ACC-3 step 1, ACC-4 step 1. */
const ofUnpublished = (question: Question): Answer => {
  const { course, lesson } = question
  const inReview =
    lesson === undefined
      ? course.status === "in_review"
      : lesson.status === "in_review" || (lesson.status === "published" && course.status === "in_review")
  if (isOwn(question)) return yes("own")
  if (inReview && holds(question, "reviewer")) return yes("reviewer")
  if (isStaff(question)) return yes("staff")
  if ((lesson ?? course).isKept && ownEntitlements(question).length > 0) return yes("owner")
  return no("not_published")
}

/** ACC-3 steps 2 to 7; `tier` is what is asked for in place of the course's rule. */
const ofGuarded = (question: Question, tier: string | undefined): Answer => {
  const { actor, world } = question
  const required = worldTiers.find(({ key }) => key === tier)
  if (required === undefined && world.courseDefault === "open") return yes("open")
  if (actor._tag === "Anonymous") return no("sign_in_required", required && { requiredTier: required.key })
  const [entitlement] = ownEntitlements(question)
  if (entitlement !== undefined) {
    return yes(entitlement.type === "course_specific" ? "course_entitlement" : entitlement.type)
  }
  const best = bestTier(question)
  if (required !== undefined && best.rank >= required.rank) return yes("tier")
  if (isOwn(question)) return yes("own")
  if (isStaff(question)) return yes("staff")
  return required === undefined
    ? no("no_rule")
    : no("tier_required", { requiredTier: required.key, currentTier: best.key })
}

const courseTier = ({ rule }: WorldCourse) => (rule?.isActive === true ? rule.requiredTier : undefined)

const strictness = (override: WorldOverride) =>
  override.type === "require_tier" ? worldTiers.findIndex(({ key }) => key === override.requiredTier) : -1

/** ACC-5. */
const overrideInForce = ({ at, lesson }: Question): WorldOverride | undefined => {
  const all = (lesson?.overrides ?? []).filter(
    ({ expiresAt, startsAt }) => (startsAt ?? -Infinity) <= at && at < (expiresAt ?? Infinity)
  )
  const newest = [...all].sort((a, b) => {
    const [since, other] = [a.startsAt ?? -Infinity, b.startsAt ?? -Infinity]
    return since === other ? strictness(b) - strictness(a) : other > since ? 1 : -1
  })
  return all.find(({ type }) => type === "locked") ?? newest[0]
}

/** CON-13: undefined when the gate does not stand in the way. */
const shutGate = (question: Question): Answer | undefined => {
  const { at, course, lesson } = question
  if (lesson?.drip === undefined) return undefined
  const progress = userIn(question)?.progress ?? []
  const completed = (id: LessonId) => progress.some((one) => one.lessonId === id && one.completed)
  if (completed(lesson.id)) return undefined
  if ("opensAt" in lesson.drip) {
    return lesson.drip.opensAt <= at ? undefined : no("not_yet_open", { opensAt: lesson.drip.opensAt })
  }
  const inOrder = course.modules.flatMap((module) => module.lessons.map((one) => ({ module, one })))
  if ("afterPrevious" in lesson.drip) {
    const before = inOrder.slice(
      0,
      inOrder.findIndex(({ one }) => one === lesson)
    )
    const previous = before.findLast(({ module, one }) => module.isPublished && one.status === "published")
    if (previous === undefined || completed(previous.one.id)) return undefined
    return no("not_yet_open", { lessonToComplete: previous.one.id })
  }
  const visits = progress
    .filter(({ lessonId }) => inOrder.some(({ one }) => one.id === lessonId))
    .map((one) => one.at)
  if (visits.length === 0) return no("not_yet_open")
  const opensAt = Math.min(...visits) + lesson.drip.afterDays * dayInMilliseconds
  return opensAt <= at ? undefined : no("not_yet_open", { opensAt })
}

/** ACC-4. */
const ofLesson = (question: Question): Answer => {
  const { course, lesson } = question
  const insider = isOwn(question) || isStaff(question)
  const override = overrideInForce(question)
  if (override?.type === "locked" && !insider) return no("locked")
  const shut = shutGate(question)
  if (shut !== undefined && !insider) return shut
  if (lesson?.isFreePreview === true) return yes("free_preview")
  if (override?.type === "open") return yes("override_open")
  return ofGuarded(question, override?.type === "require_tier" ? override.requiredTier : courseTier(course))
}

const answer = (question: Question): Answer => {
  if (question.actor._tag === "Service") return yes("service")
  const user = userIn(question)
  if (user !== undefined && user.status !== "active") {
    const asVisitor = answer({ ...question, actor: { _tag: "Anonymous" } })
    return asVisitor.allowed ? asVisitor : no("suspended")
  }
  if (!published(question)) return ofUnpublished(question)
  return question.lesson === undefined ? ofGuarded(question, courseTier(question.course)) : ofLesson(question)
}

/** What the rules say at an instant of a course, or of a lesson of it. */
export const oracle = (
  world: World,
  actor: Actor,
  asked: { readonly courseId: CourseId; readonly lessonId?: LessonId },
  at: number
): Answer => {
  const course = world.courses.find(({ id }) => id === asked.courseId)!
  const lesson = course.modules.flatMap(({ lessons }) => lessons).find(({ id }) => id === asked.lessonId)
  return answer({ world, actor, course, ...(lesson && { lesson }), at })
}

/** The first instant at which the answer is another one, found by asking at every millisecond that could matter. */
export const oracleUntil = (...[world, actor, asked, at]: Parameters<typeof oracle>): number | undefined => {
  const now = oracle(world, actor, asked, at)
  const reason = (one: Answer) => (one.allowed ? "allowed" : one.because)
  for (let day = 0; day <= 2; day += 1) {
    for (let tick = -ticks.before; tick <= 2 * ticks.after; tick += 1) {
      const then = worldNow + day * dayInMilliseconds + tick
      if (then > at && reason(oracle(world, actor, asked, then)) !== reason(now)) return then
    }
  }
  return undefined
}
