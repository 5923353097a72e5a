/** Any value that the models of access and progress allow, for round trips through a store. */
import { DateTime } from "effect"
import * as fc from "fast-check"
import {
  type Entitlement,
  EntitlementId,
  type LessonOverride,
  OverrideId,
  type Tier,
  TierId,
  TierKey
} from "../src/access/index.ts"
import { type Progress, ProgressId } from "../src/progress/index.ts"
import type { LessonId } from "../src/shared/id.ts"
import { at, someUser, unique } from "./samples.ts"

export const uuid = () => someUser() as string
const words = (max: number) =>
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: max })
    .filter((text) => !/\p{Cc}/u.test(text) && text.trim() === text)
const instant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map((millis) => DateTime.makeUnsafe(millis))
const some = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })
export const dates = { createdAt: at("2026-01-05T09:00:00Z"), updatedAt: at("2026-01-05T09:00:00Z") }
/** A value without the fields that are undefined, as the model has it. */
const present = <A extends object>(value: A) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof A]: Exclude<A[K], undefined>
  }

export const anyTier = fc
  .record({
    name: words(60),
    description: fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !text.includes("\0")),
    sortOrder: fc.integer({ min: 0, max: 1_000_000 }),
    monthlyPriceCents: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    currency: fc.constantFrom("EUR" as const, "JPY" as const, "KWD" as const),
    features: fc.array(words(60), { maxLength: 3 }),
    limits: fc.dictionary(fc.constantFrom("downloads", "seats"), fc.nat()),
    isActive: fc.boolean()
  })
  .map((fields): Tier => ({
    id: TierId.make(uuid()),
    tierKey: TierKey.make(unique("tier")),
    ...fields,
    ...dates
  }))

/** Two instants, the earlier one first, apart. */
const spans = fc
  .tuple(instant, instant)
  .filter(([a, b]) => !DateTime.Equivalence(a, b))
  .map(([a, b]) => (DateTime.isLessThan(a, b) ? ([a, b] as const) : ([b, a] as const)))

export const anyEntitlement = (userId: Entitlement["userId"]) =>
  fc
    .record({
      kind: fc.constantFrom(
        "tier" as const,
        "course_specific" as const,
        "time_limited" as const,
        "special_grant" as const
      ),
      toCourse: fc.boolean(),
      span: spans,
      status: fc.constantFrom("active" as const, "expired" as const, "revoked" as const),
      endless: fc.boolean(),
      grantedUntil: some(instant),
      reference: fc.boolean(),
      reason: some(words(60)),
      cancelledAt: some(instant),
      revocationReason: words(60),
      when: instant
    })
    .map(
      ({
        cancelledAt,
        endless,
        grantedUntil,
        kind,
        reason,
        reference,
        revocationReason,
        span,
        status,
        toCourse,
        when
      }): Entitlement => {
        const isCourse = kind === "course_specific" || (kind !== "tier" && toCourse)
        const ends = kind === "time_limited" || status === "expired" || !endless
        const granted = present({
          id: EntitlementId.make(uuid()),
          userId,
          entitlementType: kind,
          entitlementRef: isCourse ? uuid() : "premium",
          startsAt: span[0],
          expiresAt: ends ? span[1] : undefined,
          grantedUntil,
          source: "contract",
          sourceReference: reference ? unique("reference") : undefined,
          reason,
          cancelledAt,
          ...dates
        })
        if (status === "revoked") return { ...granted, status, revokedAt: when, revocationReason }
        return status === "expired" ? { ...granted, status, expiresAt: span[1] } : { ...granted, status }
      }
    )

export const anyOverride = (lessonId: LessonId) =>
  fc
    .record({
      type: fc.constantFrom("open" as const, "locked" as const, "require_tier" as const),
      tier: fc.constantFrom("basic", "enterprise"),
      span: spans,
      starts: fc.boolean(),
      ends: fc.boolean()
    })
    .map(({ ends, span, starts, tier, type }): LessonOverride => {
      const placed = present({
        id: OverrideId.make(uuid()),
        lessonId,
        startsAt: starts ? span[0] : undefined,
        expiresAt: ends ? span[1] : undefined,
        ...dates
      })
      return type === "require_tier"
        ? { ...placed, overrideType: type, requiredTier: TierKey.make(tier) }
        : { ...placed, overrideType: type }
    })

export const anyProgress = (userId: Progress["userId"], lessonId: LessonId) =>
  fc
    .record({
      status: fc.constantFrom("not_started" as const, "in_progress" as const, "completed" as const),
      percentage: fc.integer({ min: 0, max: 99 }),
      minutes: fc.nat(),
      attempts: fc.nat(),
      started: instant,
      completedAt: some(instant),
      lastAccessedAt: instant,
      bookmarks: fc.array(fc.record({ label: words(30), position: fc.oneof(fc.nat(), words(30)) }), {
        maxLength: 3
      }),
      heard: some(
        fc.record({
          spentMillis: fc.maxSafeNat(),
          watched: fc.array(
            fc.nat(900_000).map((from) => [from, from + 7] as const),
            { maxLength: 3 }
          )
        })
      )
    })
    .map(
      ({
        attempts,
        bookmarks,
        completedAt,
        heard,
        lastAccessedAt,
        minutes,
        percentage,
        started,
        status
      }): Progress => {
        const learned = {
          id: ProgressId.make(uuid()),
          userId,
          lessonId,
          timeSpentMinutes: minutes,
          attemptsCount: attempts,
          lastAccessedAt,
          bookmarks,
          ...(heard !== undefined && { progressData: heard }),
          ...dates
        }
        const done = completedAt === undefined ? {} : { completedAt }
        if (status === "not_started") return { ...learned, status, completionPercentage: 0, ...done }
        return status === "completed"
          ? {
              ...learned,
              status,
              startedAt: started,
              completionPercentage: 100,
              completedAt: completedAt ?? started
            }
          : { ...learned, status, startedAt: started, completionPercentage: percentage, ...done }
      }
    )
