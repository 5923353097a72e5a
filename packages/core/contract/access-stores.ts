/** Laws of the ports of access and progress: what is stored comes back, and the store refuses what a race could bring. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import {
  type CourseRule,
  Entitlement,
  EntitlementId,
  initialTiers,
  LessonOverride,
  OverrideId,
  Tier,
  TierId,
  TierKey
} from "../src/access/index.ts"
import {
  AccessFacts,
  CourseRuleStore,
  EntitlementStore,
  OverrideStore,
  TierStore
} from "../src/access/ports.ts"
import { Progress } from "../src/progress/index.ts"
import { ProgressStore } from "../src/progress/ports.ts"
import { service } from "../src/shared/actor.ts"
import { CourseId, LessonId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { paywallOn } from "./access-ground.ts"
import { anyEntitlement, anyOverride, anyProgress, anyTier, dates, uuid } from "./access-samples.ts"
import { draftCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { codeOf, someone } from "./people.ts"
import { at, samples, someUser, unique } from "./samples.ts"

const first = { after: Option.none(), count: 100 }

export const accessStoresContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(
    `Stores of access and progress on ${adapter}`,
    (it) => {
      it.effect("the four tiers that ship are there, with their ranks (ACC-2)", () =>
        Effect.gen(function* () {
          const tiers = yield* TierStore
          const shipped = initialTiers(at("1970-01-01T00:00:00Z"))
          const found = yield* tiers.list({ soldOnly: false }, first)
          const undated = ({ createdAt: _c, updatedAt: _u, ...rest }: Tier) => rest
          assert.deepStrictEqual(
            found.filter(({ tierKey }) => shipped.some((one) => one.tierKey === tierKey)).map(undated),
            shipped.map(undated)
          )
        })
      )

      it.effect("tiers come back as they were, by rank and key, and a key is taken once (ACC-2)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const tiers = yield* TierStore
          const all = samples(anyTier, 20)
          for (const tier of all) {
            assert.isTrue(Schema.is(Tier)(tier))
            yield* run(tiers.insert(tier))
            assert.deepStrictEqual(yield* run(tiers.findForUpdate(tier.tierKey)), Option.some(tier))
          }
          const [one, other] = all as [Tier, Tier]
          assert.strictEqual(
            yield* codeOf(run(tiers.insert({ ...other, id: TierId.make(uuid()), tierKey: one.tierKey }))),
            "access.tier_exists"
          )
          const changed: Tier = { ...other, id: one.id, tierKey: one.tierKey, createdAt: one.createdAt }
          yield* run(tiers.update(changed))
          assert.deepStrictEqual(yield* run(tiers.findForUpdate(one.tierKey)), Option.some(changed))
          const inOrder = (list: ReadonlyArray<Tier>) =>
            list.map(({ sortOrder, tierKey }) => [sortOrder, tierKey] as const)
          const ranked = yield* tiers.list({ soldOnly: false }, first)
          const sorted = [...inOrder(ranked)].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
          assert.deepStrictEqual(inOrder(ranked), sorted)
          const after = Option.some(sorted[2]!)
          assert.deepStrictEqual(
            inOrder(yield* tiers.list({ soldOnly: false }, { after, count: 2 })),
            sorted.slice(3, 5)
          )
          assert.isTrue((yield* tiers.list({ soldOnly: true }, first)).every(({ isActive }) => isActive))
        })
      )

      it.effect("entitlements come back as they were, also after they changed (ACC-12)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* EntitlementStore
          const { id: userId } = yield* someone()
          for (const one of samples(anyEntitlement(userId), 60)) {
            assert.isTrue(Schema.is(Entitlement)(one))
            assert.isTrue(yield* run(store.insert(one)))
            assert.deepStrictEqual(yield* run(store.findForUpdate(one.id)), Option.some(one))
            if (one.sourceReference === undefined || one.status === "revoked") continue
            assert.deepStrictEqual(
              yield* store.findBySource(one.source, one.sourceReference),
              Option.some(one)
            )
            const { cancelledAt: _cancelled, ...rest } = one
            const revoked: Entitlement = {
              ...rest,
              status: "revoked",
              revokedAt: at("2026-02-01T00:00:00Z"),
              revocationReason: "why"
            }
            yield* run(store.update(revoked))
            assert.deepStrictEqual(yield* run(store.findForUpdate(one.id)), Option.some(revoked))
          }
          const listed = (yield* store.list(userId, first)).map(({ id }) => id)
          assert.deepStrictEqual(listed, [...listed].sort().reverse())
          assert.lengthOf(listed, 60)
        })
      )

      it.effect(
        "one grant per reference of a source; without a reference they stand side by side (ACC-12)",
        () =>
          Effect.gen(function* () {
            const { run } = yield* Transaction
            const store = yield* EntitlementStore
            const { id: userId } = yield* someone()
            const [base] = samples(anyEntitlement(userId), 1) as [Entitlement]
            const named = { ...base, sourceReference: unique("reference") }
            const again = () => ({ ...named, id: EntitlementId.make(uuid()) })
            assert.isTrue(yield* run(store.insert(again())))
            assert.isFalse(yield* run(store.insert(again())))
            assert.isTrue(yield* run(store.insert({ ...again(), source: "other" })))
            const { sourceReference: _reference, ...unnamed } = named
            for (const _ of [1, 2])
              assert.isTrue(yield* run(store.insert({ ...unnamed, id: EntitlementId.make(uuid()) })))
            const nobody = { ...unnamed, id: EntitlementId.make(uuid()), userId: someUser() }
            assert.strictEqual(yield* codeOf(run(store.insert(nobody))), "identity.profile_not_found")
          })
      )

      it.effect("what refers to nothing that is there is told, and nothing else (ACC-20)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* EntitlementStore
          const { author } = yield* staff
          const { course } = yield* draftCourse(author)
          const { id: userId } = yield* someone()
          const [base] = samples(anyEntitlement(userId), 1) as [Entitlement]
          const granting = (entitlementRef: string, status: "active" | "revoked") => {
            const { cancelledAt: _c, expiresAt: _e, sourceReference: _s, ...rest } = base
            const granted = {
              ...rest,
              id: EntitlementId.make(uuid()),
              entitlementType: "special_grant" as const,
              entitlementRef
            }
            return status === "active"
              ? { ...granted, status }
              : { ...granted, status, revokedAt: base.startsAt, revocationReason: "why" }
          }
          const missing = uuid()
          const rows: ReadonlyArray<Entitlement> = [
            granting("premium", "active"),
            granting(course.id, "active"),
            granting("gold", "active"),
            granting(missing, "active"),
            granting("gold", "revoked")
          ]
          for (const row of rows) yield* run(store.insert(row))
          const dead = yield* store.listDead({ userId }, first)
          assert.deepStrictEqual(
            dead.map(({ entitlementRef, problem }) => [entitlementRef, problem]),
            [
              ["gold", "unknown_tier"],
              [missing, "unknown_course"]
            ]
          )
          const one = { entitlementId: rows[2]!.id }
          assert.lengthOf(yield* store.listDead(one, first), 1)
          assert.lengthOf(yield* store.listDead({ entitlementId: rows[0]!.id }, first), 0)
        })
      )

      it.effect(
        "rules and overrides come back as they were, and name courses, lessons and tiers that are there (ACC-3, ACC-4)",
        () =>
          Effect.gen(function* () {
            const { run } = yield* Transaction
            const rules = yield* CourseRuleStore
            const overrides = yield* OverrideStore
            const { author } = yield* staff
            const { course, lessons } = yield* draftCourse(author)
            const lessonId = lessons[0]!.id
            const rule: CourseRule = {
              courseId: course.id,
              requiredTier: TierKey.make("basic"),
              isActive: true,
              ...dates
            }
            yield* run(rules.put(rule))
            assert.deepStrictEqual(yield* rules.find(course.id), Option.some(rule))
            const other = { ...rule, requiredTier: TierKey.make("premium"), isActive: false }
            yield* run(rules.put(other))
            assert.deepStrictEqual(yield* run(rules.remove(course.id)), Option.some(other))
            assert.isTrue(Option.isNone(yield* run(rules.remove(course.id))))
            const gold = TierKey.make("gold")
            assert.strictEqual(
              yield* codeOf(run(rules.put({ ...rule, requiredTier: gold }))),
              "access.tier_not_found"
            )
            const nowhere = CourseId.make(uuid())
            assert.strictEqual(
              yield* codeOf(run(rules.put({ ...rule, courseId: nowhere }))),
              "content.course_not_found"
            )

            const all = samples(anyOverride(lessonId), 30)
            for (const override of all) {
              assert.isTrue(Schema.is(LessonOverride)(override))
              yield* run(overrides.insert(override))
            }
            const byId = [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
            assert.deepStrictEqual(yield* overrides.list(lessonId, first), byId)
            assert.deepStrictEqual(
              yield* overrides.list(lessonId, { after: Option.some([byId[3]!.id]), count: 2 }),
              byId.slice(4, 6)
            )
            assert.deepStrictEqual(yield* run(overrides.remove(byId[0]!.id)), Option.some(byId[0]!))
            assert.isTrue(Option.isNone(yield* run(overrides.remove(byId[0]!.id))))
            const placed = { id: OverrideId.make(uuid()), lessonId, ...dates }
            const asking = { ...placed, overrideType: "require_tier" as const, requiredTier: gold }
            assert.strictEqual(yield* codeOf(run(overrides.insert(asking))), "access.tier_not_found")
            const astray = { ...placed, lessonId: LessonId.make(uuid()), overrideType: "open" as const }
            assert.strictEqual(yield* codeOf(run(overrides.insert(astray))), "content.lesson_not_found")
          })
      )

      it.effect("progress comes back as it was; its beginning stays that of the first report (CON-13)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* ProgressStore
          const { author, learner } = yield* staff
          const { course, lessons } = yield* draftCourse(author, 2)
          const [lessonId, other] = lessons.map(({ id }) => id) as [LessonId, LessonId]
          assert.isTrue(Option.isNone(yield* store.firstAccess(learner, course.id)))
          assert.isFalse(yield* store.existsIn(course.id, "all"))
          const all = samples(anyProgress(learner, lessonId), 30)
          const [{ createdAt, id }] = all as [Progress]
          for (const progress of all) {
            assert.isTrue(Schema.is(Progress)(progress))
            yield* run(
              store.put({
                ...progress,
                createdAt: DateTime.add(progress.createdAt, { minutes: all.indexOf(progress) })
              })
            )
            assert.deepStrictEqual(
              yield* store.find(learner, lessonId),
              Option.some({ ...progress, id, createdAt })
            )
            const done = progress.completedAt === undefined ? [] : [lessonId]
            assert.deepStrictEqual(yield* store.completed(learner, [lessonId, other]), done)
          }
          const earlier = DateTime.subtract(createdAt, { days: 1 })
          const [late] = samples(anyProgress(learner, other), 1) as [Progress]
          yield* run(store.put({ ...late, createdAt: earlier }))
          assert.deepStrictEqual(yield* store.firstAccess(learner, course.id), Option.some(earlier))
          assert.isTrue(yield* store.existsIn(course.id, "all"))
          assert.isTrue(yield* store.existsIn(course.id, [other]))
          assert.isFalse(yield* store.existsIn(course.id, [LessonId.make(uuid())]))
        })
      )

      it.effect("facts of what is not there are no facts (KER-11)", () =>
        Effect.gen(function* () {
          const facts = yield* AccessFacts
          const asked = { actor: service("contract"), now: at("2026-03-01T00:00:00Z") }
          const { courses } = yield* facts.ofCourse(asked, CourseId.make(uuid()))
          const { lessons } = yield* facts.ofLessons(asked, [LessonId.make(uuid())])
          assert.deepStrictEqual([courses, lessons], [[], []])
        })
      )
    }
  )
