/** Lays out what the store knows as facts: once per reader, course and lesson, whatever is asked afterwards. */
import type { Actor } from "../../shared/actor.ts"
import type { TierKey } from "../model/tier.ts"
import {
  type CourseFacts,
  type Facts,
  type Gate,
  type LessonFacts,
  nothing,
  type OverrideFacts,
  type Ranked,
  spanOf
} from "./facts.ts"
import type { Known, KnownCourse, KnownLesson, KnownOverride } from "./known.ts"
import { bitOf, readerOf, type Tiers, tiersOf } from "./reader.ts"

/** A tier that is asked for. The store lets no rule name an unknown one; if it did, nobody would pass. */
const asked = (tiers: Tiers, key: TierKey): Ranked => tiers.get(key) ?? { key, rank: Infinity }

/** Published from when: what is scheduled counts from its instant on (CON-2). */
const publishedFrom = ({ publishAt, status }: KnownCourse): number =>
  status === "published" ? (publishAt ?? -Infinity) : Infinity

export const courseOf = (
  known: KnownCourse,
  tiers: Tiers,
  withoutRule: CourseFacts["withoutRule"]
): CourseFacts => ({
  id: known.id,
  bit: bitOf(known.id),
  ...(known.createdBy !== undefined && { createdBy: known.createdBy }),
  ...(known.instructorId !== undefined && { instructorId: known.instructorId }),
  inReview: known.status === "in_review",
  publishedFrom: publishedFrom(known),
  isKept: known.isKept,
  ...(known.rule?.isActive === true && { required: asked(tiers, known.rule.requiredTier) }),
  withoutRule
})

const dayInMilliseconds = 86_400_000

const gateOf = (drip: NonNullable<KnownLesson["drip"]>): Gate | undefined => {
  if ("opensAt" in drip) return { kind: "date", opensAt: drip.opensAt }
  if ("afterDays" in drip)
    return { kind: "after_first_access", milliseconds: drip.afterDays * dayInMilliseconds }
  return drip.previous && { kind: "after_lesson", lessonId: drip.previous }
}

const overrideOf = (known: KnownOverride, tiers: Tiers): OverrideFacts => {
  const placed = { id: known.id, ...spanOf(known) }
  return known.type === "require_tier"
    ? { ...placed, type: known.type, required: asked(tiers, known.requiredTier) }
    : { ...placed, type: known.type }
}

export const lessonOf = (known: KnownLesson, course: CourseFacts, tiers: Tiers): LessonFacts => {
  const lesson = {
    id: known.id,
    liveFrom: known.status === "published" && known.isModulePublished ? course.publishedFrom : Infinity,
    overrides: known.overrides.length === 0 ? nothing : known.overrides.map((one) => overrideOf(one, tiers)),
    isFreePreview: known.isFreePreview,
    inReview: known.status === "in_review" || (known.status === "published" && course.inReview),
    isKept: known.isKept
  }
  const gate = known.drip && gateOf(known.drip)
  return gate === undefined ? lesson : { ...lesson, gate }
}

/** A question about a lesson, beside what the store told of it. */
export interface LessonQuestion {
  readonly known: KnownLesson
  readonly facts: Facts
}

/** The questions that one read of the store answers, in the store's order. */
export const questionsOf = (
  actor: Actor,
  known: Known,
  withoutRule: CourseFacts["withoutRule"]
): { readonly courses: ReadonlyArray<Facts>; readonly lessons: ReadonlyArray<LessonQuestion> } => {
  const tiers = tiersOf(known.tiers)
  const reader = readerOf(actor, known.reader, tiers)
  const courses = new Map(known.courses.map((one) => [one.id, courseOf(one, tiers, withoutRule)]))
  const lessons: Array<LessonQuestion> = []
  for (const one of known.lessons) {
    const course = courses.get(one.courseId)
    if (course !== undefined)
      lessons.push({ known: one, facts: { reader, course, lesson: lessonOf(one, course, tiers) } })
  }
  return { courses: Array.from(courses.values(), (course) => ({ reader, course })), lessons }
}
