/** The examples of the rules, at their edges: the instant itself, one millisecond before and one after. */
import { assert, describe, it } from "@effect/vitest"
import { worldNow, worldTiers } from "../../../contract/access-worlds.ts"
import { anonymous, user } from "../../shared/actor.ts"
import { CourseId, LessonId, UserId } from "../../shared/id.ts"
import { decide } from "./decide.ts"
import type { CourseFacts, Facts, LessonFacts, OverrideFacts, Ranked, Reader } from "./facts.ts"
import { verdictOf } from "./policies.ts"
import { courseOf } from "./prepare.ts"
import { readerOf, tiersOf } from "./reader.ts"

const now = worldNow
const [free, basic, premium, enterprise] = worldTiers as [Ranked, Ranked, Ranked, Ranked]
const always = { from: -Infinity, to: Infinity }
const me = UserId.make("00000000-0000-7000-8000-000000000001")
const other = UserId.make("00000000-0000-7000-8000-000000000002")
const courseId = CourseId.make("00000000-0000-7000-8000-0000000000c1")
const lessonId = LessonId.make("00000000-0000-7000-8000-0000000000a1")
const earlier = LessonId.make("00000000-0000-7000-8000-0000000000a0")

interface Held {
  readonly from?: number
  readonly to?: number
}
type HeldTier = Held & { readonly tier: Ranked }
type HeldCourse = Held & {
  readonly id?: string
  readonly type?: "course_specific" | "special_grant" | "time_limited"
}

const tiers = tiersOf(worldTiers)
const longAgo = now - 1_000_000
const spanOf = ({ from, to }: Held) => ({
  startsAt: from ?? longAgo,
  ...(to !== undefined && { expiresAt: to })
})
/** A user who holds these tiers, and these entitlements to the course. */
const bringing = (held: {
  readonly tiers?: ReadonlyArray<HeldTier>
  readonly courses?: ReadonlyArray<HeldCourse>
}): Reader =>
  readerOf(
    user(me),
    {
      assignments: [],
      roles: [],
      entitlements: [
        ...(held.tiers ?? []).map((one) => ({
          id: "t",
          type: "tier" as const,
          ref: one.tier.key,
          ...spanOf(one)
        })),
        ...(held.courses ?? []).map((one, index) => ({
          id: one.id ?? `e${index}`,
          type: one.type ?? ("course_specific" as const),
          ref: courseId,
          ...spanOf(one)
        }))
      ],
      firstAccess: [],
      completed: []
    },
    tiers
  )
const visitor = readerOf(anonymous, undefined, tiers)
const service = readerOf({ _tag: "Service", name: "billing" }, undefined, tiers)
const somebody = bringing({})
const staff: Reader = { ...somebody, staff: [always] }
const reviewer: Reader = { ...somebody, reviewer: [always] }
const holding = (...all: ReadonlyArray<HeldTier>): Reader => bringing({ tiers: all })
const given = (...all: ReadonlyArray<HeldCourse>): Reader => bringing({ courses: all })
const suspended = (reader: Reader): Reader => ({ ...reader, suspended: true })

/** A published course whose active rule asks for premium. */
const course = courseOf(
  {
    id: courseId,
    status: "published",
    createdBy: other,
    isKept: false,
    rule: { requiredTier: premium.key, isActive: true }
  },
  tiers,
  "open"
)
const own: CourseFacts = { ...course, createdBy: me }
const { required: _required, ...withoutRule } = course
const closed: CourseFacts = { ...withoutRule, withoutRule: "closed" }
const draft: CourseFacts = { ...course, publishedFrom: Infinity }

const lesson: LessonFacts = {
  id: lessonId,
  inReview: false,
  liveFrom: -Infinity,
  isKept: false,
  isFreePreview: false,
  overrides: []
}
const preview: LessonFacts = { ...lesson, isFreePreview: true }
const override = (fields: Partial<OverrideFacts> & Pick<OverrideFacts, "type">): OverrideFacts =>
  ({ id: "o1", ...always, ...fields }) as OverrideFacts
const under = (...overrides: ReadonlyArray<OverrideFacts>): LessonFacts => ({ ...lesson, overrides })
const dripping = (gate: NonNullable<LessonFacts["gate"]>): LessonFacts => ({ ...preview, gate })

/** `tier` or `denied locked`: the answer in two words. */
const says = (reader: Reader, at: CourseFacts = course, of?: LessonFacts, instant = now): string => {
  const verdict = verdictOf({ reader, course: at, ...(of && { lesson: of }) }, instant)
  return verdict.allowed ? verdict.method : `denied ${verdict.reason}`
}
const details = (reader: Reader, at: CourseFacts = course, of?: LessonFacts): Record<string, unknown> => {
  const { allowed: _allowed, ...rest } = decide(
    { reader, course: at, ...(of && { lesson: of }) } satisfies Facts,
    now
  )
  return rest
}

describe("an entitlement", () => {
  const span = { from: now, to: now + 10 }
  const cases: ReadonlyArray<readonly [string, Reader, string]> = [
    ["a tier", holding({ tier: premium, ...span }), "tier"],
    ["a course", given(span), "course_entitlement"]
  ]
  for (const [what, reader, opens] of cases) {
    it(`to ${what} counts from the millisecond it starts, to the one before it expires (ACC-1)`, () => {
      assert.strictEqual(says(reader, course, undefined, now - 1), "denied tier_required")
      assert.strictEqual(says(reader, course, undefined, now), opens)
      assert.strictEqual(says(reader, course, undefined, now + 9), opens)
      assert.strictEqual(says(reader, course, undefined, now + 10), "denied tier_required")
    })
  }

  it("of the longest term names the method, then the one of the smallest id (ACC-20)", () => {
    const limited = { id: "b", type: "time_limited" as const, to: now + 10 }
    assert.strictEqual(says(given(limited, { id: "c", type: "special_grant" })), "special_grant")
    assert.strictEqual(says(given(limited, { id: "a", to: now + 10 })), "course_entitlement")
    assert.strictEqual(says(given(limited, { id: "c", to: now + 10 })), "time_limited")
    assert.strictEqual(says(given(limited, { id: "a", to: now + 9 })), "time_limited")
  })
})

describe("a rank", () => {
  it("is that of the highest tier in force, and of free with none (ACC-2)", () => {
    assert.strictEqual(says(holding({ tier: basic })), "denied tier_required")
    assert.strictEqual(says(holding({ tier: basic }, { tier: enterprise })), "tier")
    assert.deepInclude(details(holding({ tier: basic })), {
      currentTier: "basic",
      requiredTier: "premium"
    })
    assert.deepInclude(details(somebody), { currentTier: "free" })
    assert.strictEqual(says(somebody, { ...course, required: free }), "tier")
    assert.strictEqual(says(visitor, { ...course, required: free }), "denied sign_in_required")
  })

  it("falls to the next tier when the highest one ends (ACC-2)", () => {
    const reader = holding({ tier: basic }, { tier: premium, to: now })
    assert.strictEqual(says(reader, course, undefined, now - 1), "tier")
    assert.strictEqual(says(reader), "denied tier_required")
    assert.strictEqual(says(reader, { ...course, required: basic }), "tier")
  })

  it("is not asked of a service: it reads everything (ACC-2)", () => {
    assert.strictEqual(says(service), "service")
    assert.strictEqual(says(service, draft), "service")
    assert.strictEqual(says(service, course, under(override({ type: "locked" }))), "service")
  })
})

describe("a course", () => {
  it("that is not published is for its makers, and for owners as it was (ACC-3)", () => {
    assert.strictEqual(says(somebody, { ...draft, createdBy: me }), "own")
    assert.strictEqual(says(somebody, { ...draft, instructorId: me }), "own")
    assert.strictEqual(says(staff, draft), "staff")
    assert.strictEqual(says(reviewer, draft), "denied not_published")
    assert.strictEqual(says(reviewer, { ...draft, inReview: true }), "reviewer")
    assert.strictEqual(says(given({}), draft), "denied not_published")
    assert.strictEqual(says(given({}), { ...draft, isKept: true }), "owner")
    assert.strictEqual(says(given({ to: now }), { ...draft, isKept: true }), "denied not_published")
    assert.strictEqual(
      says(holding({ tier: enterprise }), { ...draft, isKept: true }),
      "denied not_published"
    )
    assert.strictEqual(says(visitor, draft), "denied not_published")
  })

  it("is published from its instant on (ACC-3)", () => {
    const scheduled = { ...course, publishedFrom: now }
    assert.strictEqual(
      says(holding({ tier: premium }), scheduled, undefined, now - 1),
      "denied not_published"
    )
    assert.strictEqual(says(holding({ tier: premium }), scheduled), "tier")
  })

  it("without a rule is open to everyone, or where the deployment closes it, to who was given it (ACC-3)", () => {
    assert.strictEqual(says(visitor, withoutRule), "open")
    assert.strictEqual(says(given({}), withoutRule), "open")
    assert.strictEqual(says(visitor, closed), "denied sign_in_required")
    assert.deepEqual(details(visitor, closed), { reason: "sign_in_required" })
    assert.strictEqual(says(holding({ tier: enterprise }), closed), "denied no_rule")
    assert.strictEqual(says(given({}), closed), "course_entitlement")
    assert.strictEqual(says(staff, closed), "staff")
    assert.strictEqual(says(somebody, { ...closed, createdBy: me }), "own")
  })

  it("behind a rule asks for an account, an entitlement, a tier, or a hand in it, in that order (ACC-3)", () => {
    assert.deepEqual(details(visitor), { reason: "sign_in_required", requiredTier: "premium" })
    assert.strictEqual(says(bringing({ courses: [{}], tiers: [{ tier: premium }] })), "course_entitlement")
    assert.strictEqual(says(given({ type: "special_grant" })), "special_grant")
    assert.strictEqual(says({ ...holding({ tier: premium }), staff: [always] }, own), "tier")
    assert.strictEqual(says(staff, own), "own")
    assert.strictEqual(says(staff), "staff")
    assert.strictEqual(says(reviewer), "denied tier_required")
    assert.deepEqual(details(somebody), {
      reason: "tier_required",
      requiredTier: "premium",
      currentTier: "free"
    })
  })
})

describe("a lesson", () => {
  it("that is not live is for makers and owners, as its course is (ACC-4)", () => {
    const hidden = { ...preview, liveFrom: Infinity }
    assert.strictEqual(says(visitor, course, hidden), "denied not_published")
    assert.strictEqual(says(somebody, own, hidden), "own")
    assert.strictEqual(says(reviewer, course, { ...hidden, inReview: true }), "reviewer")
    assert.strictEqual(says(staff, course, hidden), "staff")
    assert.strictEqual(says(given({}), course, hidden), "denied not_published")
    assert.strictEqual(says(given({}), course, { ...hidden, isKept: true }), "owner")
  })

  it("that is locked is shut to all but own and staff, who end as such at the latest (ACC-4)", () => {
    const locked = { ...preview, overrides: [override({ type: "locked", from: now, to: now + 10 })] }
    assert.strictEqual(says(holding({ tier: premium }), course, locked), "denied locked")
    assert.strictEqual(says(given({}), course, locked), "denied locked")
    assert.strictEqual(says(visitor, course, locked), "denied locked")
    assert.strictEqual(says(visitor, course, locked, now - 1), "free_preview")
    assert.strictEqual(says(visitor, course, locked, now + 9), "denied locked")
    assert.strictEqual(says(visitor, course, locked, now + 10), "free_preview")
    const shut = under(override({ type: "locked" }))
    assert.strictEqual(says(staff, course, shut), "staff")
    assert.strictEqual(says(somebody, own, shut), "own")
    assert.strictEqual(says({ ...holding({ tier: premium }), staff: [always] }, course, shut), "tier")
  })

  it("drips open at its date, for previews too, and stays open once completed (ACC-4)", () => {
    const gated = dripping({ kind: "date", opensAt: now })
    assert.strictEqual(says(visitor, course, gated, now - 1), "denied not_yet_open")
    assert.strictEqual(says(visitor, course, gated), "free_preview")
    const later = dripping({ kind: "date", opensAt: now + 1 })
    assert.strictEqual(says({ ...somebody, completed: new Set([lessonId]) }, course, later), "free_preview")
    assert.strictEqual(says(staff, course, later), "free_preview")
    assert.strictEqual(says(somebody, own, later), "free_preview")
    assert.strictEqual(says(reviewer, course, later), "denied not_yet_open")
  })

  it("drips open spans of 24 hours after the first access, and not for who never came (ACC-4)", () => {
    const days = 2 * 86_400_000
    const gated = dripping({ kind: "after_first_access", milliseconds: days })
    const came = { ...somebody, firstAccess: new Map([[courseId as string, now - days]]) }
    assert.strictEqual(says(came, course, gated, now - 1), "denied not_yet_open")
    assert.strictEqual(says(came, course, gated), "free_preview")
    assert.deepEqual(details(somebody, course, gated), { reason: "not_yet_open" })
    assert.deepEqual(details(visitor, course, gated), { reason: "not_yet_open" })
  })

  it("drips open after the one before it is completed, and names it (ACC-4)", () => {
    const gated = dripping({ kind: "after_lesson", lessonId: earlier })
    assert.deepEqual(details(somebody, course, gated), { reason: "not_yet_open", lessonToComplete: earlier })
    assert.strictEqual(says({ ...somebody, completed: new Set([earlier]) }, course, gated), "free_preview")
  })

  it("goes by its override: open for all, or another tier in place of the course's (ACC-4)", () => {
    assert.strictEqual(says(visitor, course, under(override({ type: "open" }))), "override_open")
    const asks = (required: typeof basic) => under(override({ type: "require_tier", required }))
    assert.strictEqual(says(holding({ tier: basic }), course, asks(basic)), "tier")
    assert.deepEqual(details(holding({ tier: premium }), course, asks(enterprise)), {
      reason: "tier_required",
      requiredTier: "enterprise",
      currentTier: "premium"
    })
    assert.strictEqual(says(given({}), course, asks(enterprise)), "course_entitlement")
    assert.strictEqual(says(visitor, withoutRule, asks(basic)), "denied sign_in_required")
    assert.strictEqual(says(holding({ tier: basic }), closed, asks(basic)), "tier")
  })
})

describe("of several overrides in force", () => {
  const open = (from: number, id = "o1") => override({ type: "open", from, id })
  const asks = (from: number, required = enterprise, id = "o2") =>
    override({ type: "require_tier", from, required, id })
  const lock = (from: number) => override({ type: "locked", from, id: "o3" })

  it("a lock comes first, however old it is (ACC-5)", () =>
    assert.strictEqual(says(visitor, course, under(open(now), lock(now - 5))), "denied locked"))

  it("the one that started last counts, and one without a start is the oldest (ACC-5)", () => {
    assert.strictEqual(says(visitor, course, under(asks(now - 1), open(now))), "override_open")
    assert.strictEqual(says(visitor, course, under(open(now - 1), asks(now))), "denied sign_in_required")
    assert.strictEqual(says(visitor, course, under(open(-Infinity), asks(now))), "denied sign_in_required")
    assert.strictEqual(says(visitor, course, under(asks(-Infinity), open(now))), "override_open")
  })

  it("the stricter of two of the same start counts: a tier before open, the higher tier of two (ACC-5)", () => {
    assert.strictEqual(says(visitor, course, under(open(now), asks(now))), "denied sign_in_required")
    const both = under(asks(now, basic, "o1"), asks(now, enterprise, "o2"))
    assert.deepInclude(details(somebody, course, both), { requiredTier: "enterprise" })
  })
})

describe("a suspended user", () => {
  it("is denied all that is not open to anonymous (ACC-20)", () => {
    assert.strictEqual(says(suspended(holding({ tier: premium }))), "denied suspended")
    assert.strictEqual(says(suspended(staff)), "denied suspended")
    assert.strictEqual(says(suspended(somebody), own), "denied suspended")
    assert.strictEqual(says(suspended(given({})), { ...draft, isKept: true }), "denied suspended")
    assert.strictEqual(says(suspended(somebody), withoutRule), "open")
    assert.strictEqual(says(suspended(somebody), course, preview), "free_preview")
    assert.strictEqual(says(suspended(somebody), course, under(override({ type: "open" }))), "override_open")
  })
})

describe("until", () => {
  const until = (reader: Reader, of?: LessonFacts) => {
    const answer = decide({ reader, course, ...(of && { lesson: of }) }, now).until
    return answer && Number(answer.epochMilliseconds) - now
  }

  it("is the end of what opens, and not that of what only names the method (ACC-6)", () => {
    assert.strictEqual(until(holding({ tier: premium, from: now - 5, to: now + 1 })), 1)
    assert.strictEqual(
      until(bringing({ courses: [{ to: now + 1 }], tiers: [{ tier: premium, to: now + 7 }] })),
      7
    )
    assert.strictEqual(until(holding({ tier: premium })), undefined)
    assert.strictEqual(until({ ...somebody, staff: [{ from: -Infinity, to: now + 3 }] }), 3)
  })

  it("is the start of what will open, the drip date, or another reason (ACC-6)", () => {
    assert.strictEqual(until(holding({ tier: premium, from: now + 4, to: now + 9 })), 4)
    assert.strictEqual(until(visitor, dripping({ kind: "date", opensAt: now + 2 })), 2)
    assert.strictEqual(until(somebody, under(override({ type: "locked", from: now + 6, to: Infinity }))), 6)
    assert.strictEqual(until(somebody, under(override({ type: "locked", from: now, to: now + 8 }))), 8)
  })
})

describe("preview only", () => {
  it("is a lesson shown around from a course that is denied (ACC-7)", () => {
    assert.deepEqual(details(somebody, course, preview), { method: "free_preview", previewOnly: true })
    assert.deepEqual(details(visitor, course, under(override({ type: "open" }))), {
      method: "override_open",
      previewOnly: true
    })
    assert.deepEqual(details(holding({ tier: premium }), course, preview), {
      method: "free_preview"
    })
    assert.deepEqual(details(visitor, withoutRule, preview), { method: "free_preview" })
  })
})
