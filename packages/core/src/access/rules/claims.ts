/** What can be said of a question at an instant; the policies are written in these words. */
import {
  type Facts,
  type HeldCourse,
  isInForce,
  type OverrideFacts,
  type Ranked,
  type Reader,
  type Span
} from "./facts.ts"

const isHeld = (spans: ReadonlyArray<Span>, now: number): boolean => {
  for (const span of spans) if (isInForce(span, now)) return true
  return false
}

/** The creator or the instructor of the course asks. */
export const isOwn = ({ course, reader: { id } }: Facts): boolean =>
  id !== undefined && (id === course.createdBy || id === course.instructorId)

export const isStaff = ({ reader }: Facts, now: number): boolean => isHeld(reader.staff, now)

export const isReviewer = ({ reader }: Facts, now: number): boolean => isHeld(reader.reviewer, now)

/** When the thing is there to be read: a course is published, a lesson live (CON-4). */
export const publishedFrom = ({ course, lesson }: Facts): number =>
  lesson === undefined ? course.publishedFrom : lesson.liveFrom

export const isPublished = (facts: Facts, now: number): boolean => publishedFrom(facts) <= now

export const isInReview = ({ course, lesson }: Facts): boolean => (lesson ?? course).inReview

/** There is a published version that an owner keeps. */
export const isKept = ({ course, lesson }: Facts): boolean => (lesson ?? course).isKept

/** The highest tier in force; `free` with none. Of two with one rank, the smaller key. Source: ACC-2. */
export const tierNow = ({ free, tiers }: Reader, now: number): Ranked => {
  let highest = free
  for (const held of tiers) {
    const { key, rank } = held.tier
    if (!isInForce(held, now) || rank < highest.rank) continue
    if (rank > highest.rank || key < highest.key) highest = held.tier
  }
  return highest
}

/** A tier of that rank or higher is in force; `tierNow` says which. */
export const ranksNow = (
  { free, highestRank, tierSpans }: Reader,
  { rank }: Ranked,
  now: number
): boolean => {
  if (rank <= free.rank) return true
  if (rank > highestRank) return false
  for (let at = 0; at < tierSpans.length; at += 3) {
    if (tierSpans[at]! <= now && now < tierSpans[at + 1]! && tierSpans[at + 2]! >= rank) return true
  }
  return false
}

/** The entitlement to the course that names the method: the longest-lasting, then the smallest id. Source: ACC-20. */
export const entitlementNow = ({ course, reader }: Facts, now: number): HeldCourse | undefined => {
  if ((reader.courseBits & course.bit) === 0) return undefined
  let longest: HeldCourse | undefined
  for (const held of reader.courses.get(course.id) ?? []) {
    if (!isInForce(held, now)) continue
    if (longest === undefined || held.to > longest.to || (held.to === longest.to && held.id < longest.id)) {
      longest = held
    }
  }
  return longest
}

/** How hard an override is to pass; a higher tier is harder. */
const strictness = (override: OverrideFacts): number =>
  override.type === "locked" ? Infinity : override.type === "require_tier" ? override.required.rank : -1

/** True when `a` counts rather than `b`, both being in force. Source: ACC-5. */
const prevails = (a: OverrideFacts, b: OverrideFacts): boolean => {
  if ((a.type === "locked") !== (b.type === "locked")) return a.type === "locked"
  if (a.from !== b.from) return a.from > b.from
  const [hard, other] = [strictness(a), strictness(b)]
  return hard === other ? a.id < b.id : hard > other
}

/** The override that counts among those in force. Source: ACC-5. */
export const overrideNow = ({ lesson }: Facts, now: number): OverrideFacts | undefined => {
  if (lesson === undefined || lesson.overrides.length === 0) return undefined
  let first: OverrideFacts | undefined
  for (const one of lesson.overrides) {
    if (isInForce(one, now) && (first === undefined || prevails(one, first))) first = one
  }
  return first
}

/** The tier asked for: an override's in place of the course's; undefined when nothing is. Source: ACC-4 step 5. */
export const requiredNow = (facts: Facts, now: number): Ranked | undefined => {
  const override = overrideNow(facts, now)
  return override?.type === "require_tier" ? override.required : facts.course.required
}

/** When the drip gate opens by the clock; undefined when it does not, or nobody knows when. Source: CON-13. */
export const gateOpensAt = ({ course, lesson, reader }: Facts): number | undefined => {
  const gate = lesson?.gate
  if (gate === undefined || gate.kind === "after_lesson") return undefined
  if (gate.kind === "date") return gate.opensAt
  const first = reader.firstAccess.get(course.id)
  return first === undefined ? undefined : first + gate.milliseconds
}

/** The drip gate does not stand in the way of this reader. Source: ACC-4 step 3. */
export const passesGate = (facts: Facts, now: number): boolean => {
  const { lesson, reader } = facts
  if (lesson?.gate === undefined) return true
  if (reader.completed.has(lesson.id) || isOwn(facts) || isStaff(facts, now)) return true
  if (lesson.gate.kind === "after_lesson") return reader.completed.has(lesson.gate.lessonId)
  const opensAt = gateOpensAt(facts)
  return opensAt !== undefined && opensAt <= now
}
